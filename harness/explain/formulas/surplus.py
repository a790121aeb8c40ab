"""Something in a formula that is one too many."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Final

from harness.explain.formulas.places import Change, negated, taken
from harness.notation.rationals import rational
from harness.notation.syntax import (
    Call,
    Expression,
    Indexed,
    Name,
    Negative,
    Number,
    Power,
    Product,
    Sum,
    walk,
)

_TOO_MANY: Final = "the {} {{}} is one too many"


def surplus(node: Expression) -> Iterator[Change]:
    """Parts of an expression left out; what leaves little of it is a larger mistake."""
    for change in _left_out(node):
        kept = len(list(walk(change.formula))) / len(list(walk(node)))
        size = change.size + 0.3 * max(0.0, 0.5 - kept)
        yield Change(change.formula, change.kind, change.told, change.parts, size)


def _left_out(node: Expression) -> Iterator[Change]:
    match node:
        case Negative(body):
            yield Change(body, "sign", "the minus before {} is one too many", (body,), 0.9)
        case Sum():
            yield from _terms(node)
        case Product():
            yield from _factors(node)
        case Power(base, exponent):
            yield Change(base, "power", _TOO_MANY.format("power"), (exponent,), 1.0)
        case Call() if not node.options and len(node.arguments) == 1:
            function, argument = node.function, node.arguments[0]
            told = "the transpose of {} is one too many"
            if function == "transpose":
                yield Change(argument, "transpose", told, (argument,), 0.93)
            elif node.primes:
                plain = Call(function, node.arguments)
                yield Change(plain, "prime", "the prime of {} is one too many", (function,), 1.0)
            else:
                yield Change(argument, "function", "{} is one too many", (function,), 1.0)
        case Indexed(body):
            yield Change(body, "index", "{} stands where all of {} belongs", (node, body), 1.2)
        case Name() if node.index:
            whole = Name(node.name, (), node.updates)
            yield Change(whole, "index", "{} stands where all of {} belongs", (node, whole), 1.2)


def _terms(node: Sum) -> Iterator[Change]:
    for k, term in enumerate(node.terms):
        kept = taken(node, [j for j in range(len(node.terms)) if j != k])
        if kept is None:
            continue
        yield Change(kept, "term", _TOO_MANY.format("term"), (term,), 1.0)


def _factors(node: Product) -> Iterator[Change]:
    count = len(node.factors)
    for first in range(count):
        for last in range(first + 1, count + 1):
            if last - first >= min(count, 4):
                continue
            kept = _without(node, first, last)
            gone = taken(node, range(first, last)) or node.factors[first]
            if isinstance(gone, Negative) and last == first + 1:
                kept, gone = negated(kept), gone.body
            one = last == first + 1 or rational(gone) is not None
            told = _TOO_MANY.format("factor") if one else "the factors {} are too many"
            if last == first + 1 and node.operators[first] == "/":
                told = "it is divided by {} once too often"
            yield Change(kept, "factor", told, (gone,), 1.0 if one else 1.35)


def _without(node: Product, first: int, last: int) -> Expression:
    """A product without some neighbours; ``1/x`` where only divisors are left."""
    kept = [*range(first), *range(last, len(node.factors))]
    factors = [node.factors[k] for k in kept]
    operators = [node.operators[k] for k in kept]
    if operators[0] == "/":
        return Product((Number("1", Fraction(1)), *factors), ("*", *operators))
    return factors[0] if len(kept) == 1 else Product(tuple(factors), ("*", *operators[1:]))
