"""A printed decimal against an exact value: is it the correct rounding, cut off, or neither?

Nothing is compared within a tolerance. The enclosure is tightened until it lies on one side of
every border, and where it never does, as at an exact tie, an exact fraction decides.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from typing import Final

from flint import arb, ctx

from harness.notation.syntax import Number
from harness.oracle import FIRST_BITS, MOST_BITS, Ball
from harness.oracle.balls import exact

#: Significant digits of an exact value in reports.
DIGITS: Final = 25


@dataclass(frozen=True)
class Value:
    """An exact value: ``enclose(bits)`` gives balls around it, ``fraction`` the value itself
    where it is a fraction."""

    enclose: Callable[[int], Ball]
    fraction: Callable[[], Fraction | None]

    @staticmethod
    def of_text(text: str) -> Value:
        """The value that a decimal text names."""
        number = Fraction(text)
        return Value(lambda bits: exact(number), lambda: number)

    def finite(self) -> bool:
        """Whether the value exists."""
        return any(bool(self.enclose(bits).is_finite()) for bits in (FIRST_BITS, 4 * FIRST_BITS))


def unit(printed: Number) -> Fraction:
    """One unit in the last printed place: 0.01 for ``0.10``, 1e-6 for ``1.23e-4``."""
    mantissa, _, exponent = printed.text.lower().partition("e")
    decimals = len(mantissa.partition(".")[2])
    return Fraction(10) ** (int(exponent or 0) - decimals)


def significant_digits(printed: Number) -> int:
    """The digits of a decimal from its first that is not zero."""
    digits = printed.text.lower().partition("e")[0].replace(".", "").lstrip("+-0")
    return len(digits)


def verdict(value: Value, printed: Number) -> str:
    """``correct``, ``truncated``, ``last-digit``, ``wrong`` or ``undecided``.

    At an exact tie either neighbour is correct. One digit alone is never called truncated:
    every wrong digit one below would be.
    """
    last = unit(printed)
    distance = _Distance(value, printed.value)
    inside_half = distance.at_most(last / 2)
    if inside_half is None or inside_half:
        return "undecided" if inside_half is None else "correct"
    if significant_digits(printed) > 1 and printed.value:
        beyond = distance.towards_infinity(printed.value)
        below_unit = distance.less_than(last)
        if beyond and below_unit:
            return "truncated"
    inside = distance.at_most(last * 3 / 2)
    if inside is None:
        return "undecided"
    return "last-digit" if inside else "wrong"


class _Distance:
    """Where an exact value lies with respect to a printed one, decided at rising precision."""

    def __init__(self, value: Value, printed: Fraction) -> None:
        self.value = value
        self.printed = printed

    def at_most(self, limit: Fraction) -> bool | None:
        return self._decide(
            lambda d: abs(d) <= exact(limit),
            lambda d: abs(d) > exact(limit),
            lambda d: abs(d) <= limit,
        )

    def less_than(self, limit: Fraction) -> bool | None:
        return self._decide(
            lambda d: abs(d) < exact(limit),
            lambda d: abs(d) >= exact(limit),
            lambda d: abs(d) < limit,
        )

    def towards_infinity(self, direction: Fraction) -> bool | None:
        """Whether the value lies beyond the printed one, seen from zero."""
        sign = 1 if direction > 0 else -1
        return self._decide(lambda d: sign * d > 0, lambda d: sign * d < 0, lambda d: sign * d > 0)

    def _decide(
        self,
        surely: Callable[[Ball], bool],
        surely_not: Callable[[Ball], bool],
        exactly: Callable[[Fraction], bool],
    ) -> bool | None:
        bits = FIRST_BITS
        while bits <= MOST_BITS:
            with ctx.workprec(bits):
                difference = self.value.enclose(bits) - exact(self.printed)
                if surely(difference):
                    return True
                if surely_not(difference):
                    return False
            if bits == FIRST_BITS and (fraction := self.value.fraction()) is not None:
                return exactly(fraction - self.printed)
            bits *= 4
        return None


def equals(value: Value, number: Fraction) -> bool | None:
    """Whether an exact value is a given number; None where that cannot be decided."""
    fraction = value.fraction()
    if fraction is not None:
        return fraction == number
    with ctx.workprec(MOST_BITS):
        return None if value.enclose(MOST_BITS).contains(exact(number)) else False


def shown(value: Value) -> str:
    """The value with 25 certain significant digits; fewer only where a value close to zero has
    none that are certain."""
    fraction = value.fraction()
    if fraction is not None:
        return _digits(fraction, DIGITS)
    bits = FIRST_BITS
    while bits <= MOST_BITS:
        ball = value.enclose(bits)
        with ctx.workprec(bits):
            if ball.is_finite() and ball.rel_accuracy_bits() > 3.33 * DIGITS + 4:
                return _digits(middle(ball), DIGITS)
        bits *= 4
    return "0" if ball.contains(0) else _digits(middle(ball), DIGITS)


def middle(ball: Ball) -> Fraction:
    """The centre of a ball, exactly."""
    mantissa, exponent = ball.mid().man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


def rounded(value: Value, like: Number) -> str:
    """The value rounded to the last place of ``like`` and written in its manner."""
    last = unit(like)
    fraction = value.fraction()
    if fraction is None:
        bits = FIRST_BITS
        while bits < MOST_BITS:
            ball = value.enclose(bits)
            with ctx.workprec(bits):
                if ball.rad() < arb(2) ** -8 * exact(last):
                    break
            bits *= 4
        fraction = middle(value.enclose(bits))
    count = round(fraction / last)
    return _written(count, like)


def _written(count: int, like: Number) -> str:
    mantissa, mark, exponent = like.text.lower().partition("e")
    decimals = len(mantissa.partition(".")[2])
    sign = "-" if count < 0 else ("+" if mantissa.startswith("+") else "")
    digits = str(abs(count)).rjust(decimals + 1, "0")
    whole, fractional = (digits[:-decimals], digits[-decimals:]) if decimals else (digits, "")
    if whole == "0" and mantissa.lstrip("+-").startswith("."):
        whole = ""
    return sign + whole + ("." + fractional if decimals else "") + mark + exponent


def _digits(value: Fraction, digits: int) -> str:
    context = Context(prec=digits, rounding=ROUND_HALF_EVEN, Emin=-(10**9), Emax=10**9)
    quotient = context.divide(Decimal(value.numerator), Decimal(value.denominator))
    if not quotient:
        return "0." + "0" * (digits - 1)
    if -7 <= quotient.adjusted() < digits:
        return f"{quotient:.{digits - 1 - quotient.adjusted()}f}"
    return f"{quotient:.{digits - 1}e}"
