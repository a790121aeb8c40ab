"""A printed decimal against an exact value: is it the correct rounding, cut off, or neither?

Nothing is compared within a tolerance. The enclosure is tightened until it lies on one side of
every border, and where it never does, as at an exact tie, an exact fraction decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import MAX_EMAX, MIN_EMIN, ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from functools import cache
from typing import Final

from flint import arb, ctx

from harness.notation.syntax import Number
from harness.oracle import FIRST_BITS, MOST_BITS, Ball
from harness.oracle.balls import exact

#: Significant digits of an exact value in reports.
DIGITS: Final = 25
#: A correction is written out to the last printed place up to this many digits.
_LONGEST: Final = 50
#: Beyond this many digits a value is called beyond all range.
_MOST_DIGITS: Final = 1_000_000
_CONTEXT: Final = Context(prec=DIGITS, rounding=ROUND_HALF_EVEN, Emin=MIN_EMIN, Emax=MAX_EMAX)


@dataclass(frozen=True)
class Value:
    """An exact value: ``enclose(bits)`` gives balls around it, ``fraction`` the value itself
    where it is a fraction. A ``stated`` value is given by the document, not derived: it stands
    for nothing but itself, however few digits it has.
    """

    enclose: Callable[[int], Ball]
    fraction: Callable[[], Fraction | None]
    stated: bool = False

    @staticmethod
    def of(number: Fraction) -> Value:
        """The value that a fraction is."""

        def enclose(bits: int) -> Ball:
            with ctx.workprec(bits):
                return exact(number)

        return Value(enclose, lambda: number)

    def finite(self) -> bool:
        """Whether the value exists, and is of a size that can be written down."""
        return any(within_all_range(ball) for _, ball in self.balls())

    def balls(self) -> Iterator[tuple[int, Ball]]:
        """Enclosures at rising precision, each with its bits."""
        bits = FIRST_BITS
        while bits <= MOST_BITS:
            yield bits, self.enclose(bits)
            bits *= 4

    def settles(self) -> bool:
        """Whether the enclosure narrows as precision rises; at a kink it does not: relu's slope
        at 0 is anything from 0 to 1."""
        widest, narrowest = self.enclose(FIRST_BITS), self.enclose(MOST_BITS)
        narrowed = narrowest.rad() * 2**FIRST_BITS <= widest.rad()
        return bool(narrowest.is_finite() and narrowed)


@cache
def _beyond_all_range() -> Ball:
    return arb(10) ** _MOST_DIGITS


def within_all_range(ball: Ball) -> bool:
    """Whether all that a ball holds is of a size that can be written down."""
    return bool(abs(ball) < _beyond_all_range())


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
    every wrong digit one below would be. A stated value, and a printed fraction such as 1/2,
    are exact: equal or wrong.
    """
    if value.stated or "/" in printed.text:
        same = equals(value, printed.value)
        return "undecided" if same is None else "correct" if same else "wrong"
    last = unit(printed)
    distance = _Distance(value, printed.value)
    rounded_well = distance.at_most(last / 2)
    if rounded_well:
        return "correct"
    cut_off: bool | None = False
    if rounded_well is False and significant_digits(printed) > 1 and printed.value:
        beyond = distance.towards_infinity(printed.value)
        cut_off = beyond and distance.less_than(last)
    if cut_off:
        return "truncated"
    one_off = distance.at_most(last * 3 / 2)
    if one_off is False:
        return "wrong"
    return "undecided" if None in (rounded_well, cut_off, one_off) else "last-digit"


def is_within(value: Value, printed: Fraction, tolerance: Fraction) -> bool | None:
    """Whether a value is at most so far from a printed one; None where that cannot be decided."""
    return _Distance(value, printed).at_most(tolerance)


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
        for bits, ball in self.value.balls():
            with ctx.workprec(bits):
                difference = ball - exact(self.printed)
                if surely(difference):
                    return True
                if surely_not(difference):
                    return False
            if bits == FIRST_BITS and (fraction := self.value.fraction()) is not None:
                return exactly(fraction - self.printed)
        return None


def equals(value: Value, number: Fraction) -> bool | None:
    """Whether an exact value is a given number; None where that cannot be decided."""
    fraction = value.fraction()
    if fraction is not None:
        return fraction == number
    for bits, ball in value.balls():
        with ctx.workprec(bits):
            if not ball.overlaps(exact(number)):
                return False
    return None


def shown(value: Value) -> str | None:
    """The value rounded to 25 significant digits; None where no precision yields them, at a kink.

    What is within 1e-25 of zero, and cannot be told from it, is shown as plain ``0``.
    """
    fraction = value.fraction()
    if fraction is not None:
        return _text(_CONTEXT.divide(Decimal(fraction.numerator), Decimal(fraction.denominator)))
    for bits, ball in value.balls():
        with ctx.workprec(bits):
            lower, upper = _ends(ball)
        if lower == upper:
            return _text(lower)
    if not value.settles():
        return None
    if not ball.contains(0):
        return _text(lower)
    with ctx.workprec(bits):
        return "0" if abs(ball) < arb(10) ** -DIGITS else None


def _ends(ball: Ball) -> tuple[Decimal, Decimal]:
    """Both ends of an enclosure, each rounded to 25 digits; unequal where the ball is too wide."""
    if not ball.is_finite() or ball.rel_accuracy_bits() < 3:
        return Decimal(0), Decimal(1)
    middle, radius, exponent = ball.mid_rad_10exp(2 * DIGITS)
    ends = (int(middle) - int(radius), int(middle) + int(radius))
    lower, upper = (_CONTEXT.scaleb(_CONTEXT.plus(Decimal(end)), int(exponent)) for end in ends)
    return lower, upper


def why_undecided(value: Value) -> str:
    """Why no precision decided a verdict, in words."""
    if value.settles():
        return "it is too close to a border to tell on which side it lies"
    return "it has no one value: a kink, as of relu at 0"


def rounded(value: Value, like: Number) -> str:
    """The value rounded to the last place of ``like`` and written in its manner.

    A stated value is written with as many places as it needs; a value with very many digits
    before the last place of ``like``, with 25 digits.
    """
    last = unit(like)
    fraction = value.fraction()
    if fraction is not None and (value.stated or "/" in like.text):
        return _stated(fraction)
    if "/" in like.text:
        return shown(value) or like.text
    count = _nearest(value, last) if fraction is None else round(fraction / last)
    if count is None or abs(count) >= 10**_LONGEST:
        return shown(value) or like.text
    return _written(count, like)


def _stated(fraction: Fraction) -> str:
    text = _text(_CONTEXT.divide(Decimal(fraction.numerator), Decimal(fraction.denominator)))
    mantissa, mark, exponent = text.partition("e")
    return mantissa.rstrip("0").rstrip(".") + mark + exponent


def _nearest(value: Value, last: Fraction) -> int | None:
    """The whole number of units nearest to a value; None where it is very large."""
    for bits, ball in value.balls():
        with ctx.workprec(bits):
            units = ball / exact(last)
            if abs(units) > 10 ** (_LONGEST + 1):
                return None
            if not units.is_finite():
                continue
            count = (units + exact(Fraction(1, 2))).floor().unique_fmpz()
        if count is not None:
            return int(count)
    with ctx.workprec(bits):  # too close to a tie to be told
        return int((units.mid() + exact(Fraction(1, 2))).floor().unique_fmpz())


def _written(count: int, like: Number) -> str:
    mantissa, mark, exponent = like.text.lower().partition("e")
    decimals = len(mantissa.partition(".")[2])
    sign = "-" if count < 0 else ("+" if mantissa.startswith("+") else "")
    digits = str(abs(count)).rjust(decimals + 1, "0")
    whole, fractional = (digits[:-decimals], digits[-decimals:]) if decimals else (digits, "")
    if whole == "0" and mantissa.lstrip("+-").startswith("."):
        whole = ""
    return sign + whole + ("." + fractional if decimals else "") + mark + exponent


def _text(value: Decimal) -> str:
    """All 25 digits, positional where that is readable."""
    if not value:
        return "0." + "0" * (DIGITS - 1)
    if -7 <= value.adjusted() < DIGITS:
        return f"{value:.{DIGITS - 1 - value.adjusted()}f}"
    return f"{value:.{DIGITS - 1}e}"
