"""A printed calculation laid over a formula: which number stands for which part of it.

``0.4 - 0.5*0.082167041`` over ``w5 - eta*dE/dw5`` gives three operands: 0.4 for w5, 0.5 for eta
and 0.082167041 for the derivative. A number may stand for any part of the formula, also for
several factors that were multiplied beforehand; factors of one and terms of zero may be left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from operator import itemgetter
from typing import Any, Final, Literal, TypeVar

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
)
from harness.verdicts.forms import negated, normal

#: Ways of laying a long product over a longer one are many; of each part of it the best of so many
#: are kept. Where there are more places for all its factors than that, it is not tried.
MOST_WAYS: Final = 16
MOST_PLACES: Final = 50_000

Operator = Literal["*", "/", "@"]
#: A factor of a product with the operator before it.
Factor = tuple[Expression, Operator]


@dataclass(frozen=True)
class Turned:
    """That a term stands in a sum with the other sign than in the formula: the term, the number
    it begins with, and the formula's sign."""

    term: Expression
    printed: Number
    wanted: int


@dataclass(frozen=True)
class Operand:
    """A printed number and the part of the formula it stands for. It has its term's sign in it
    where that is ``turned``, or the part has."""

    printed: Number
    part: Expression
    turned: Turned | None = None


Laying = tuple[Operand, ...]
#: Whether a part of a formula is exactly a number, whatever its names stand for.
Identically = Callable[[Expression, int], bool]
#: Whether a number is an erratum in the place that it is laid over; None where it cannot stand
#: there, for a whole array.
Errs = Callable[[Operand], bool | None]


def layings(
    calculation: Expression, formula: Expression, identically: Identically, errs: Errs
) -> list[Laying]:
    """The ways in which the calculation's shape fits the formula's, those with the fewest errata;
    empty where none does."""
    laying, part = _Laying(identically, errs), normal(formula)
    plain, folded = normal(calculation, fold=False), normal(calculation)
    ways = laying.over(folded, part)
    if plain != folded:
        ways = _best([*laying.over(plain, part), *ways])
    return [way for _, way in ways]


#: A way of laying, after the number of errata in it.
_Way = tuple[int, Laying]
_FITS: Final[list[_Way]] = [(0, ())]


@dataclass(frozen=True)
class _Laying:
    identically: Identically
    errs: Errs

    def over(self, printed: Expression, part: Expression) -> list[_Way]:
        """The best ways of laying ``printed`` over ``part``."""
        if isinstance(printed, Number):
            if isinstance(part, Number) and part.value == printed.value:
                return _FITS
            operand = Operand(printed, part)
            errs = self.errs(operand)
            return [] if errs is None else [(int(errs), (operand,))]
        match printed, part:
            case (Constant(), Constant()) | (Name(), Name()):
                return _FITS if printed == part else []
            case Negative(), Negative():
                return self.over(printed.body, part.body)
            case Power(), Power():
                return self.all_over((printed.base, printed.exponent), (part.base, part.exponent))
            case Call(), Call():
                same = (printed.function, printed.primes) == (part.function, part.primes)
                return self.all_over(printed.arguments, part.arguments) if same else []
            case Array(), Array():
                return self.all_over(printed.elements, part.elements)
            case Sum(), Sum():
                return self.sum_over(printed, part)
            case Product(), _:
                return self.product_over(printed, part)
            case _:
                return _FITS if printed == part else []

    def all_over(self, printed: Sequence[Expression], parts: Sequence[Expression]) -> list[_Way]:
        """Pairs laid one over the other, in order."""
        if len(printed) != len(parts):
            return []
        ways = _FITS
        for pair in zip(printed, parts, strict=True):
            ways = _joined([(ways, self.over(*pair))])
        return ways

    def sum_over(self, printed: Sum, part: Sum) -> list[_Way]:
        """Term over term; terms that are identically zero may be missing.

        What is printed may also have its term's sign in it: ``0.3 + 0.1`` over ``w - x``, or
        ``0.3 - 0.6*0.5`` over ``b + v*x`` with -0.6 for v.
        """
        kept = [
            (term, sign)
            for term, sign in zip(part.terms, part.signs, strict=True)
            if len(printed.terms) == len(part.terms) or not self.identically(term, 0)
        ]
        if len(kept) != len(printed.terms):
            return []
        shown, terms = [], []
        turns: dict[int, Turned] = {}  # by the column of the number
        for one, sign, (term, wanted) in zip(printed.terms, printed.signs, kept, strict=True):
            turned = None if sign == wanted or isinstance(one, Number) else negated(one)
            shown.append(turned or one)
            same = sign == wanted or turned is not None
            terms.append(term if same else Negative(term, term.column))
            first = one.factors[0] if isinstance(one, Product) else one
            if sign != wanted and isinstance(first, Number):
                turns[first.column] = Turned(one, first, wanted)
        ways = self.all_over(shown, terms)
        if not turns:
            return ways
        return [(errata, tuple(_told(operand, turns) for operand in way)) for errata, way in ways]

    def product_over(self, printed: Product, part: Expression) -> list[_Way]:
        """Each printed factor over one factor, a printed number also over several in a row."""
        shown, factors = _factors(printed), _factors(part)
        spare = len(factors) - len(shown)
        if spare < 0 or (spare and _places(len(shown), spare) > MOST_PLACES):
            return []
        part_from = cache(lambda start, stop: _product(factors[start:stop]))
        ones = [bool(spare) and self.identically(factor, 1) for factor, _ in factors]
        # ways[k] lays the printed factors from the current one on over those from k on
        ways = {len(factors): _FITS}
        for k in reversed(range(len(shown), len(factors))):
            ways[k] = ways[k + 1] if ones[k] else []
        for place in reversed(range(len(shown))):
            rest, ways = ways, {}
            for k in reversed(range(place, place + spare + 1)):
                if not place and not all(ones[:k]):
                    continue  # a factor before it would stand for nothing
                reach = self.reach(shown[place], factors[k : place + spare + 1])
                fitted = [
                    (self.over(shown[place][0], part_from(k, end)), rest[end])
                    for end in range(k + 1, k + 1 + reach)
                    if rest[end]
                ]
                left_out = ways[k + 1] if ones[k] and k + 1 in ways else []
                ways[k] = _joined([*fitted, (_FITS, left_out)])
        return ways[0]

    def reach(self, printed: Factor, parts: Sequence[Factor]) -> int:
        """How many of ``parts`` a printed factor may stand for at most, all multiplied."""
        factor, operator = printed
        if parts[0][1] != operator:
            return 0
        if not isinstance(factor, Number):
            return 1
        marks = [mark for _, mark in parts[1:]]
        return 1 + (marks.index("@") if "@" in marks else len(marks))


def _places(count: int, spare: int) -> int:
    """In how many places the factors of a product may stand, each over one or more of another's;
    the first and the last, which begin and end with it, over any number of them."""
    return max(count - 2, 0) * (spare + 1) * (spare + 2) // 2 + 2 * (spare + 1)


def _told(operand: Operand, turns: Mapping[int, Turned]) -> Operand:
    """An operand with what is turned at its place."""
    return replace(operand, turned=turns.get(operand.printed.column, operand.turned))


def _joined(choices: Iterable[tuple[list[_Way], list[_Way]]]) -> list[_Way]:
    """The best of all first ways followed by one of the ways beside them."""
    pairs = [(a[0] + b[0], a[1], b[1]) for firsts, rests in choices for a in firsts for b in rests]
    return [(errata, first + rest) for errata, first, rest in _best(pairs)]


_Ranked = TypeVar("_Ranked", bound=tuple[Any, ...])


def _best(ways: list[_Ranked]) -> list[_Ranked]:
    """Those with the fewest errata; among equals the first."""
    if len(ways) > MOST_WAYS:
        ways.sort(key=itemgetter(0))
    return ways[:MOST_WAYS]


def _factors(part: Expression) -> list[Factor]:
    if isinstance(part, Product):
        return list(zip(part.factors, part.operators, strict=True))
    return [(part, "*")]


def _product(run: Sequence[Factor]) -> Expression:
    """Factors in a row as one: of ``/a*b`` what is divided by, which is a/b."""
    if len(run) == 1:
        return run[0][0]
    factors, operators = zip(*run, strict=True)
    if operators[0] == "/":
        flipped: dict[Operator, Operator] = {"*": "/", "/": "*"}
        operators = tuple(flipped.get(mark, mark) for mark in operators)
    return Product(factors, ("*", *operators[1:]))
