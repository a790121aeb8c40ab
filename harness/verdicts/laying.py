"""A printed calculation laid over a formula: which number stands for which part of it.

``0.4 - 0.5*0.082167041`` over ``w5 - eta*dE/dw5`` gives three operands: 0.4 for w5, 0.5 for eta
and 0.082167041 for the derivative. A number may stand for any part of the formula, also for
several factors that were multiplied beforehand; factors of one and terms of zero may be left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import islice
from typing import Final, Literal

from harness.notation.evaluation import rational
from harness.notation.syntax import (
    Array,
    Call,
    Constant,
    Expression,
    Name,
    Negative,
    Number,
    Power,
    Product,
    Sum,
    signed_number,
)

#: Ways of laying a long product over a longer one are many; this many are looked at.
MOST_WAYS: Final = 64


@dataclass(frozen=True)
class Operand:
    """A printed number and the part of the formula it stands for."""

    printed: Number
    part: Expression


Laying = tuple[Operand, ...]
#: Whether a part of a formula is exactly a number, whatever its names stand for.
Identically = Callable[[Expression, int], bool]


def layings(calculation: Expression, formula: Expression, identically: Identically) -> list[Laying]:
    """The ways in which the calculation's shape fits the formula's; empty where none does."""
    ways = _Laying(identically).over(normal(calculation), normal(formula))
    return list(islice(ways, MOST_WAYS))


def normal(node: Expression) -> Expression:
    """The same expression in one spelling: 1/(1 + e^-z) is sigmoid(z), -(3) is -3, 1/2 is one half."""
    match node:
        case Negative():
            inner = normal(node.body)
            number = signed_number(Negative(inner, node.column))
            return number or Negative(inner, node.column)
        case Sum():
            return _normal_sum(node)
        case Product():
            return _sigmoid(_normal_product(node))
        case Power():
            base, exponent = normal(node.base), normal(node.exponent)
            if isinstance(base, Constant) and base.name == "e":
                return Call("exp", (exponent,), 0, node.column)
            return Power(base, exponent, node.column)
        case Call():
            return replace(node, arguments=tuple(map(normal, node.arguments)))
        case Array():
            return replace(node, elements=tuple(map(normal, node.elements)))
        case _:
            return node


def _normal_sum(node: Sum) -> Expression:
    terms = [normal(term) for term in node.terms]
    return Sum(tuple(terms), node.signs, node.column)


def _normal_product(node: Product) -> Product | Number:
    factors, operators = [normal(factor) for factor in node.factors], list(node.operators)
    lead = 0  # how many factors at the front are plain quotients such as 1/2
    while lead < len(factors) and (lead == 0 or operators[lead] == "/") and _whole(factors[lead]):
        lead += 1
    if lead > 1:
        value = rational(Product(tuple(factors[:lead]), tuple(operators[:lead])))
        if value is not None:
            factors[:lead] = [Number(str(value), value, node.column)]
            operators[:lead] = ["*"]
    if len(factors) == 1 and isinstance(factors[0], Number):
        return factors[0]
    return Product(tuple(factors), tuple(operators), node.column)


def _whole(node: Expression) -> bool:
    return isinstance(node, Number) and node.text.isdigit()


def _sigmoid(node: Product | Number) -> Expression:
    """1/(1 + exp(-z)) as sigmoid(z); the operand's sign is taken off again."""
    match node:
        case Product(
            factors=(Number(value=Fraction(numerator=1, denominator=1)), Sum() as below),
            operators=("*", "/"),
        ):
            exponent = _exponent(below)
            if exponent is not None:
                return Call("sigmoid", (_negated(exponent),), 0, node.column)
    return node


def _exponent(below: Sum) -> Expression | None:
    """x of the sum 1 + exp(x), in either order."""
    if below.signs != (1, 1):
        return None
    for one, power in (below.terms, below.terms[::-1]):
        if isinstance(one, Number) and one.value == 1:
            match power:
                case Call(function="exp", primes=0, arguments=(exponent,)):
                    return exponent
    return None


def _negated(node: Expression) -> Expression:
    if isinstance(node, Negative):
        return node.body
    if isinstance(node, Number):
        text = node.text[1:] if node.text.startswith("-") else "-" + node.text.removeprefix("+")
        return Number(text, -node.value, node.column)
    return Negative(node, node.column)


@dataclass(frozen=True)
class _Laying:
    identically: Identically

    def over(self, printed: Expression, part: Expression) -> Iterator[Laying]:
        """Every way of laying ``printed`` over ``part``."""
        if isinstance(printed, Number):
            same = isinstance(part, Number) and part.value == printed.value
            yield () if same else (Operand(printed, part),)
            return
        match printed, part:
            case (Constant(), Constant()) | (Name(), Name()) if printed == part:
                yield ()
            case Negative(), Negative():
                yield from self.over(printed.body, part.body)
            case Power(), Power():
                yield from self.all_over(
                    (printed.base, printed.exponent), (part.base, part.exponent)
                )
            case Call(), Call() if (printed.function, printed.primes) == (
                part.function,
                part.primes,
            ):
                if len(printed.arguments) == len(part.arguments):
                    yield from self.all_over(printed.arguments, part.arguments)
            case Sum(), Sum():
                yield from self.sum_over(printed, part)
            case Product(), _:
                yield from self.product_over(printed, part)
            case _ if printed == part:
                yield ()

    def all_over(
        self, printed: Sequence[Expression], parts: Sequence[Expression]
    ) -> Iterator[Laying]:
        """Pairs laid one over the other, in order."""
        if not printed:
            yield ()
            return
        for first in self.over(printed[0], parts[0]):
            for rest in self.all_over(printed[1:], parts[1:]):
                yield first + rest

    def sum_over(self, printed: Sum, part: Sum) -> Iterator[Laying]:
        """Term over term with the same signs; terms that are identically zero may be missing."""
        kept = [
            (term, sign)
            for term, sign in zip(part.terms, part.signs, strict=True)
            if len(printed.terms) == len(part.terms) or not self.identically(term, 0)
        ]
        if tuple(sign for _, sign in kept) == printed.signs:
            yield from self.all_over(printed.terms, [term for term, _ in kept])

    def product_over(self, printed: Product, part: Expression) -> Iterator[Laying]:
        factors, operators = _factors(part)
        yield from self.factors_over(
            list(zip(printed.factors, printed.operators, strict=True)),
            list(zip(factors, operators, strict=True)),
        )

    def factors_over(
        self,
        printed: list[tuple[Expression, str]],
        parts: list[tuple[Expression, str]],
    ) -> Iterator[Laying]:
        """Each printed factor over one factor, a printed number also over several in a row."""
        if not printed:
            if all(self.identically(factor, 1) for factor, _ in parts):
                yield ()
            return
        if not parts:
            return
        (factor, operator), rest = printed[0], printed[1:]
        longest = len(parts) - len(rest) if isinstance(factor, Number) else 1
        for length in range(1, longest + 1):
            run = parts[:length]
            if run[0][1] != operator or any(mark != "*" for _, mark in run[1:]):
                break
            for first in self.over(factor, _product(run)):
                for others in self.factors_over(rest, parts[length:]):
                    yield first + others
        if len(parts) > len(printed) and self.identically(parts[0][0], 1):
            yield from self.factors_over(printed, parts[1:])


def _factors(part: Expression) -> tuple[tuple[Expression, ...], tuple[str, ...]]:
    return (part.factors, part.operators) if isinstance(part, Product) else ((part,), ("*",))


def _product(run: list[tuple[Expression, str]]) -> Expression:
    if len(run) == 1:
        return run[0][0]
    times: tuple[Literal["*"], ...] = ("*",) * len(run)
    return Product(tuple(factor for factor, _ in run), times)
