"""Expressions of numbers alone: the exact fraction that they come to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Final

from harness.notation.printing import written
from harness.notation.syntax import (
    Array,
    Call,
    Expression,
    Indexed,
    Negative,
    Number,
    Power,
    Product,
    Sum,
    children,
    with_children,
)

#: A fraction worked out here has at most this many bits above and below the line.
MOST_BITS: Final = 13_000


def rational(node: Expression) -> Fraction | None:
    """The value of an expression of numbers and + - * /; None for any other.

    None, too, where the value or one on the way to it is too long to be worked with.
    """
    match node:
        case Number():
            return node.value
        case Negative():
            inner = rational(node.body)
            return None if inner is None else -inner
        case Sum():
            terms = [rational(term) for term in node.terms]
            return _fold_sum(terms, node.signs)
        case Product():
            return _fold_product([rational(factor) for factor in node.factors], node.operators)
        case _:
            return None


def folded(node: Expression) -> Expression:
    """The same expression with its numbers worked out: ``1/2*x`` multiplies by one number.

    Worked out is what is a single number, and what a sum or a product begins with; nothing is
    through an array or a function.
    """
    match node:
        case Negative() | Indexed():
            inner = replace(node, body=folded(node.body))
            value = rational(inner) if isinstance(inner.body, Number) else None
            return inner if value is None else Number(written(inner), value, node.column)
        case Sum():
            return _led(replace(node, terms=tuple(map(folded, node.terms))))
        case Product():
            return _led(replace(node, factors=tuple(map(folded, node.factors))))
        case Power() | Call() | Array():
            return with_children(node, list(map(folded, children(node))))
    return node


def _led(node: Sum | Product) -> Expression:
    """A sum, or a product, with the numbers that it begins with as one number."""
    parts: tuple[Expression, ...] = node.terms if isinstance(node, Sum) else node.factors
    lead, count = parts[0], 1
    while count < len(parts) and isinstance(lead, Number) and isinstance(parts[count], Number):
        value = rational(_part(node, (lead, parts[count]), count - 1))
        if value is None:
            break
        lead, count = replace(lead, value=value), count + 1
    if count == 1:
        return node
    assert isinstance(lead, Number)
    text = written(_part(node, parts[:count], 0))
    if count == len(parts):
        return Number(f"({text})", lead.value, node.column)
    return _part(node, (replace(lead, text=text), *parts[count:]), count - 1)


def _part(node: Sum | Product, parts: tuple[Expression, ...], first: int) -> Sum | Product:
    """The sum, or the product, of some parts, the second of which has its sign after ``first``."""
    after = slice(first + 1, first + len(parts))
    if isinstance(node, Sum):
        return replace(node, terms=parts, signs=(1, *node.signs[after]))
    return replace(node, factors=parts, operators=("*", *node.operators[after]))


def _fold_sum(terms: Sequence[Fraction | None], signs: Sequence[int]) -> Fraction | None:
    total = Fraction(0)
    for term, sign in zip(terms, signs, strict=True):
        if term is None:
            return None
        total += sign * term
        if not short(total):
            return None
    return total


def _fold_product(factors: Sequence[Fraction | None], operators: Sequence[str]) -> Fraction | None:
    product = Fraction(1)
    for factor, operator in zip(factors, operators, strict=True):
        if factor is None or operator == "@" or (operator == "/" and not factor):
            return None
        product = product / factor if operator == "/" else product * factor
        if not short(product):
            return None
    return product


def short(value: Fraction) -> bool:
    """Whether a fraction is short enough to be worked with, and written out as a constant."""
    return max(value.numerator.bit_length(), value.denominator.bit_length()) <= MOST_BITS
