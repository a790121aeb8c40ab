"""Exact fractions instead of balls, where a computation has nothing but + - * / and powers.

Balls never decide a tie (is 0.1175 printed as 0.118 or 0.117?); exact fractions do.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any, Final

from flint import fmpq

from harness.oracle.balls import slopes
from harness.oracle.program import Exact
from harness.scenario.task import WITH_CONSTANT

#: Fractions grow with every operation; beyond this many bits the attempt is given up.
MOST_BITS: Final = 20_000


class _TooLong(Exception):
    """A power that is a fraction, but too long to be worked with."""


def fraction(value: Fraction) -> fmpq:
    """The same number as python-flint has it."""
    return fmpq(value.numerator, value.denominator)


def _power(base: fmpq, exponent: Fraction) -> fmpq:
    if exponent.denominator != 1 or abs(exponent.numerator) * _bits(base) > MOST_BITS:
        raise _TooLong
    return base**exponent.numerator


def _bits(value: fmpq) -> int:
    return int(value.p.bit_length() + value.q.bit_length())


def _relu(value: fmpq) -> fmpq:
    return value if value > 0 else fmpq(0)


_VALUES: Final[dict[str, Callable[..., fmpq]]] = {
    "add": lambda *operands: sum(operands[1:], operands[0]),
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b,
    "divide": lambda a, b: a / b,
    "negate": lambda a: -a,
    "power": _power,
    "abs": abs,
    "relu": _relu,
    "max": lambda *operands: max(operands),
    "min": lambda *operands: min(operands),
}


class Rational(Exact):
    """Exact arithmetic on fractions; None stands for what is no fraction, and spreads."""

    def given(self, value: Fraction) -> fmpq:
        return fraction(value)

    def result(self, operation: str, operands: Sequence[Any]) -> fmpq | None:
        operate = _VALUES.get(operation)
        if operate is None or any(operand is None for operand in operands):
            return None
        try:
            value = operate(*operands)
        except (ZeroDivisionError, _TooLong):
            return None
        return _held(value)

    def one(self, value: Any) -> fmpq:
        return fmpq(1)

    def slopes(self, operation: str, operands: Sequence[Any], result: Any) -> list[Any]:
        linear = operation in {"add", "subtract", "multiply", "negate"}
        if result is None and not linear:
            return [None] * (1 if operation in WITH_CONSTANT else len(operands))
        return [_held(slope) for slope in slopes(operation, operands, result)]

    def product(self, a: Any, b: Any) -> fmpq | None:
        return None if a is None or b is None else _held(a * b)

    def nonnegative(self, ball: Any) -> Any:
        return ball

    def total(self, terms: Sequence[Any]) -> fmpq | None:
        if any(term is None for term in terms):
            return None
        return _held(sum(terms, fmpq(0)))


def _held(value: Any) -> fmpq | None:
    """A value as a fraction; None where it is none (a kink has two slopes), or too long."""
    if isinstance(value, int):
        return fmpq(value)
    return value if isinstance(value, fmpq) and _bits(value) <= MOST_BITS else None
