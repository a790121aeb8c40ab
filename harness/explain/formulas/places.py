"""Changes of a formula, and the places in it where they are made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from harness.notation.printing import written
from harness.notation.syntax import (
    Call,
    DerivativeOf,
    Expression,
    Negative,
    Power,
    Product,
    Sum,
    children,
    with_children,
)


@dataclass(frozen=True, slots=True)
class Change:
    """What a formula, or a part of it, becomes; the kind of mistake; and how large it is.

    ``told`` is the sentence, with braces where ``parts`` are written out.
    """

    formula: Expression
    kind: str
    told: str
    parts: tuple[Expression | str, ...]
    size: float

    @property
    def sentence(self) -> str:
        """What the mistake is, in words."""
        return self.told.format(
            *(part if isinstance(part, str) else written(part) for part in self.parts)
        )


@dataclass(frozen=True, slots=True)
class Place:
    """A part of a formula, what it stands in, and the formula with something else in its place."""

    part: Expression
    within: Expression | None
    put: Callable[[Expression], Expression]

    def made(self, changes: Iterable[Change]) -> Iterator[Change]:
        """Changes of the part as changes of the formula."""
        for change in changes:
            yield replace(change, formula=self.put(change.formula))

    @property
    def alone(self) -> bool:
        """Whether a term may be added here without brackets: in the whole formula, a sum, what a
        function is taken of, an exponent."""
        match self.within:
            case None | Call():
                return True
            case Power(_, exponent):
                return exponent is self.part
        return isinstance(self.part, Sum)


def places(formula: Expression) -> Iterator[Place]:
    """Every part of a formula, itself first."""
    yield Place(formula, None, lambda new: new)
    for k, child in enumerate(children(formula)):
        if isinstance(formula, DerivativeOf) and not k:
            continue  # what is differentiated by is no part that could be anything else
        for place in places(child):
            yield Place(place.part, place.within or formula, _put_in(formula, k, place.put))


def _put_in(
    node: Expression, k: int, put: Callable[[Expression], Expression]
) -> Callable[[Expression], Expression]:
    def put_here(new: Expression) -> Expression:
        parts = list(children(node))
        parts[k] = put(new)
        return tidy(with_children(node, parts), k)

    return put_here


def tidy(node: Expression, k: int) -> Expression:
    """A sum or product whose part ``k`` may be one itself, as one flat sum or product."""
    match node:
        case Sum() if isinstance(inner := node.terms[k], Sum) and node.signs[k] > 0:
            flat = Sum(
                (*node.terms[:k], *inner.terms, *node.terms[k + 1 :]),
                (*node.signs[: k + 1], *inner.signs[1:], *node.signs[k + 1 :]),
            )
            return tidy(flat, k)
        case Sum() if k and isinstance(inner := node.terms[k], Negative):
            terms = (*node.terms[:k], inner.body, *node.terms[k + 1 :])
            return Sum(terms, (*node.signs[:k], -node.signs[k], *node.signs[k + 1 :]))
        case Product() if isinstance(inner := node.factors[k], Product) and (
            k == 0 or (node.operators[k] == "*" and "@" not in inner.operators)
        ):
            return Product(
                (*node.factors[:k], *inner.factors, *node.factors[k + 1 :]),
                (*node.operators[: k + 1], *inner.operators[1:], *node.operators[k + 1 :]),
            )
    return node


def runs(place: Place) -> Iterator[Place]:
    """Neighbours in a sum or a product, two or more and not all, as parts of the formula."""
    node = place.part
    if not isinstance(node, (Sum, Product)):
        return
    count = len(children(node))
    for first in range(count):
        for last in range(first + 2, count + 1):
            if last - first < count and (run := taken(node, range(first, last))) is not None:
                yield Place(run, node, _put_for_run(place, node, first, last))


def taken(node: Sum | Product, kept: Iterable[int]) -> Expression | None:
    """Some terms of a sum or factors of a product; None where they are no expression by
    themselves, as what is divided by."""
    places = list(kept)
    if isinstance(node, Sum):
        first = node.terms[places[0]]
        if node.signs[places[0]] < 0:
            first = negated(first)
        terms = (first, *(node.terms[k] for k in places[1:]))
        return (
            terms[0] if len(terms) == 1 else Sum(terms, (1, *(node.signs[k] for k in places[1:])))
        )
    if places[0] and node.operators[places[0]] != "*":
        return None
    factors = tuple(node.factors[k] for k in places)
    if len(factors) == 1:
        return factors[0]
    return Product(factors, ("*", *(node.operators[k] for k in places[1:])))


def _put_for_run(
    place: Place, node: Sum | Product, first: int, last: int
) -> Callable[[Expression], Expression]:
    def put(new: Expression) -> Expression:
        if isinstance(node, Sum):
            terms = (*node.terms[:first], new, *node.terms[last:])
            return place.put(tidy(Sum(terms, (*node.signs[:first], 1, *node.signs[last:])), first))
        factors = (*node.factors[:first], new, *node.factors[last:])
        operators = (*node.operators[: first + 1], *node.operators[last:])
        return place.put(tidy(Product(factors, operators), first))

    return put


def negated(node: Expression) -> Expression:
    """``-node``, without two signs in a row."""
    return node.body if isinstance(node, Negative) else Negative(node)


def times(node: Expression, factor: Expression) -> Expression:
    """A product with one more factor."""
    if isinstance(node, Product):
        return Product((*node.factors, factor), (*node.operators, "*"))
    return Product((node, factor), ("*", "*"))


def product(factors: Sequence[Expression]) -> Expression:
    """One or more factors multiplied."""
    if len(factors) == 1:
        return factors[0]
    return Product(tuple(factors), tuple("*" for _ in factors))


def over(node: Expression, divisor: Expression) -> Expression:
    """A quotient."""
    if isinstance(node, Product):
        return Product((*node.factors, divisor), (*node.operators, "/"))
    return Product((node, divisor), ("*", "/"))


def plus(node: Expression, term: Expression, sign: int = 1) -> Expression:
    """A sum with one more term."""
    if isinstance(node, Sum):
        return Sum((*node.terms, term), (*node.signs, sign))
    return Sum((node, term), (1, sign))
