"""Equal expressions in one spelling, so that a calculation has the shape of its formula."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from functools import partial

from harness.notation.printing import written
from harness.notation.rationals import rational
from harness.notation.syntax import (
    Array,
    Call,
    Constant,
    DerivativeOf,
    Expression,
    Negative,
    Number,
    Power,
    Product,
    Sum,
    children,
    signed_number,
    walk,
    with_children,
)


def normal(node: Expression, fold: bool = True) -> Expression:
    """The same expression in one spelling: 1/(1 + e^-z) is sigmoid(z), -(3) is -3.

    With ``fold``, 1/2 is one half: one number, not two.
    """
    again = partial(normal, fold=fold)
    match node:
        case Negative():
            inner = again(node.body)
            number = signed_number(Negative(inner, node.column))
            return number or Negative(inner, node.column)
        case Product():
            product = replace(node, factors=tuple(map(again, node.factors)))
            return _sigmoid(_folded(product) if fold else product)
        case Power():
            base, exponent = again(node.base), again(node.exponent)
            if isinstance(base, Constant) and base.name == "e":
                return Call("exp", (exponent,), 0, node.column)
            return Power(base, exponent, node.column)
        case Sum() | Call() | Array():
            return with_children(node, list(map(again, children(node))))
        case _:
            return node


def _folded(node: Product) -> Product | Number:
    factors, operators = list(node.factors), list(node.operators)
    lead = 0  # how many factors at the front are plain quotients such as 1/2
    if factors and _whole(factors[0], "-"):
        lead = 1
        while lead < len(factors) and operators[lead] == "/" and _whole(factors[lead]):
            lead += 1
    if lead > 1:
        quotient = Product(tuple(factors[:lead]), tuple(operators[:lead]))
        value = rational(quotient)
        if value is not None:
            factors[:lead] = [Number(written(quotient), value, node.column)]
            operators[:lead] = ["*"]
    if len(factors) == 1 and isinstance(factors[0], Number):
        return factors[0]
    return Product(tuple(factors), tuple(operators), node.column)


def _whole(node: Expression, sign: str = "") -> bool:
    return isinstance(node, Number) and node.text.removeprefix(sign).isdigit()


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


def opposite(number: Number) -> Number:
    """The same decimal with the other sign."""
    text = number.text[1:] if number.text.startswith("-") else "-" + number.text.removeprefix("+")
    return Number(text, -number.value, number.column)


def _negated(node: Expression) -> Expression:
    match node:
        case Negative():
            return node.body
        case Number():
            return opposite(node)
        case Product() if _signed(node.factors[0]):
            return replace(node, factors=(_negated(node.factors[0]), *node.factors[1:]))
        case Sum() if _signed(node.terms[0]):
            signs = (1, *(-sign for sign in node.signs[1:]))
            return replace(node, terms=(_negated(node.terms[0]), *node.terms[1:]), signs=signs)
        case _:
            return Negative(node, node.column)


def _signed(node: Expression) -> bool:
    """Whether an expression is written with a minus sign in front."""
    match node:
        case Negative():
            return True
        case Number():
            return node.text.startswith("-")
        case Product():
            return _signed(node.factors[0])
        case _:
            return False


def rebuilt(node: Expression, change: Callable[[Expression], Expression]) -> Expression:
    """The same expression with every part of it changed, the innermost first."""
    again = partial(rebuilt, change=change)
    parts = (node.body,) if isinstance(node, DerivativeOf) else children(node)
    return change(with_children(node, list(map(again, parts))))


def may_be_rounded(number: Number) -> bool:
    """Whether a number is written as a decimal, as 0.3 and 9e1 are."""
    return "." in number.text or "e" in number.text.lower()


def without_decimal_constants(node: Expression) -> Expression:
    """The same expression with decimals as operands only, so that each may be taken as rounded:
    x^2.3 is exp(2.3*log(x)). The exponent, and the setting of leaky_relu, are else read exactly."""

    def change(node: Expression) -> Expression:
        match node:
            case Power(base, exponent) if _holds_rounded(exponent) and base != Constant("e"):
                scaled = Product((exponent, Call("log", (base,))), ("*", "*"))
                return Call("exp", (scaled,), 0, node.column)
            case Call("leaky_relu" | "elu" as name, (operand, constant), 0) if _holds_rounded(
                constant
            ):
                below: Expression = Call("relu", (Negative(operand),))
                if name == "elu":
                    below = Negative(Call("expm1", (Negative(below),)))
                product = Product((constant, below), ("*", "*"))
                return Sum((Call("relu", (operand,)), product), (1, -1), node.column)
            case _:
                return node

    return rebuilt(node, change)


def _holds_rounded(node: Expression) -> bool:
    return any(isinstance(part, Number) and may_be_rounded(part) for part in walk(node))


def negated(node: Expression) -> Expression | None:
    """A term with the sign of its first number turned; None where it has none to turn."""
    match node:
        case Number():
            return opposite(node)
        case Negative():
            return node.body
        case Product(factors=(Number() as first, *rest)):
            return replace(node, factors=(opposite(first), *rest))
        case _:
            return None


def counterparts(part: Expression, printed: Expression) -> Iterator[tuple[Expression, Expression]]:
    """The parts of a formula, each with what stands in its place in a calculation of its shape."""
    yield part, printed
    inner, outer = children(part), children(printed)
    if type(part) is type(printed) and len(inner) == len(outer):
        for below, above in zip(inner, outer, strict=True):
            yield from counterparts(below, above)
