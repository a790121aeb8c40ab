"""Formulas that are the same but for the order in which they are written, and hollow ones."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from harness.notation.syntax import (
    Expression,
    Negative,
    Number,
    Product,
    Sum,
    children,
    walk,
    with_children,
)


def spelled(node: Expression) -> Any:
    """What all formulas have in common that differ in nothing but the order of terms and factors,
    in brackets that change nothing, and in how their numbers are multiplied out."""
    number, rest = _spelled(node)
    return (number, rest)


def _spelled(node: Expression) -> tuple[Fraction, tuple[Any, ...]]:
    """The number that an expression is multiplied by, and its other factors in a fixed order."""
    match node:
        case Number():
            return node.value, ()
        case Negative(body):
            number, rest = _spelled(body)
            return -number, rest
        case Product() if "@" not in node.operators:
            return _product(node)
        case Sum():
            terms = []
            for term, sign in zip(node.terms, node.signs, strict=True):
                number, rest = _spelled(term)
                terms.append((number * sign, rest))
            return Fraction(1), (("*", ("sum", *sorted(terms, key=repr))),)
    parts = children(node)
    shell = with_children(node, [Number("0", Fraction(0))] * len(parts))
    return Fraction(1), (("*", (repr(_plain(shell)), *map(_spelled, parts))),)


def _product(node: Product) -> tuple[Fraction, tuple[Any, ...]]:
    number = Fraction(1)
    factors: list[Any] = []
    for factor, operator in zip(node.factors, node.operators, strict=True):
        inner, rest = _spelled(factor)
        if operator == "*":
            number *= inner
            factors += rest
        elif inner:
            number /= inner
            factors += [("/" if sign == "*" else "*", part) for sign, part in rest]
    return number, tuple(sorted(factors, key=repr))


def _plain(node: Expression) -> Expression:
    """An expression whose column says nothing."""
    from dataclasses import replace

    return replace(node, column=0) if hasattr(node, "column") else node


def hollow(node: Expression) -> bool:
    """Whether something in an expression is subtracted from itself or divided by itself."""
    for part in walk(node):
        if isinstance(part, Sum):
            signed = set(zip(part.terms, part.signs, strict=True))
            if any((term, -sign) in signed for term, sign in signed):
                return True
        if isinstance(part, Product):
            factors = set(zip(part.factors, part.operators, strict=True))
            if any((factor, "/") in factors for factor, operator in factors if operator == "*"):
                return True
    return False
