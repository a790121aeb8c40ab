"""Expressions of numbers alone: the exact fraction that they come to."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from harness.notation.syntax import Expression, Negative, Number, Product, Sum

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
