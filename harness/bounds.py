"""The bound of a quantity, and an answer measured against it.

The bound that an answer has to keep is derived: the same computation in ball arithmetic, every
operation widened by what rounding to float64 can do to it; see docs/agreement.md.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from flint import ctx

from harness.oracle import FIRST_BITS, MOST_BITS, Ball, Oracle
from harness.oracle.balls import exact
from harness.scenario.task import Quantity

#: The bound is this many radii; docs/agreement.md holds the measurement that it rests on.
RADII: Final = 1
_LARGEST: Final = exact(Fraction(sys.float_info.max))

#: Of nearer to zero than 2 to this, a fraction would fill the memory.
_LEAST_EXPONENT: Final = -100_000
#: The operations that have a kink; all others are smooth.
_KINKED: Final = frozenset(["abs", "relu", "leaky_relu", "elu", "max", "min"])


@dataclass(frozen=True)
class Certified:
    """A quantity's enclosure, and how far from it an answer may lie.

    ``bound`` is None where none could be derived. ``doubt`` says why an answer within the bound
    (or any, where there is none) proves nothing; it is None where an answer can be judged.
    """

    quantity: Quantity
    ball: Ball
    bound: Fraction | None
    doubt: str | None = None

    @property
    def lost(self) -> bool:
        """Whether updates lie between the start and what cannot be judged from there."""
        return self.doubt is not None and self.quantity.updates > 0


@dataclass(frozen=True)
class Distance:
    """How far an answer inside its bound is from the certified value."""

    of_bound: float
    ulps: float | None


@dataclass(frozen=True)
class Divergence:
    """An answer outside its bound: ``got`` where ``expected`` is certified."""

    quantity: Quantity
    got: float
    expected: str
    of_bound: float
    ulps: float | None


@dataclass(frozen=True)
class Undecided:
    """An answer that cannot be judged, and why."""

    quantity: Quantity
    got: float
    reason: str


def certify(oracle: Oracle, asked: Sequence[Quantity]) -> list[Certified]:
    """Every asked quantity with its enclosure and its bound, in the same order."""
    return [certified(oracle, quantity) for quantity in asked]


def _why_wide(oracle: Oracle) -> str:
    """Why no precision encloses a quantity tightly."""
    operations = {step.operation for step in oracle.scenario.computation.steps}
    if operations & _KINKED:
        return "it has no single value: a kink"
    return f"{MOST_BITS} bits do not tell a single digit of it"


def certified(oracle: Oracle, quantity: Quantity) -> Certified:
    """One quantity with its enclosure and its bound."""
    rounded = oracle.rounded.quantity(quantity)
    radius = rounded.rad()
    bits = FIRST_BITS
    ball = oracle.at(bits).quantity(quantity)
    while bits < MOST_BITS and not tight(ball, radius):
        bits *= 4
        ball = oracle.at(bits).quantity(quantity)
    if not ball.is_finite():
        return Certified(quantity, ball, None, "no finite value is certified")
    if not tight(ball, radius):
        return Certified(quantity, ball, None, _why_wide(oracle))
    if not abs(ball) <= _LARGEST:  # known before it is a fraction, which would fill the memory
        return Certified(quantity, ball, None, "it is beyond the range of float64")
    if not radius.is_finite():
        reason = (
            "what rounding can add up to over the updates is not bounded"
            if quantity.updates > oracle.start
            else "float64 may leave its range, or divide by zero, on the way"
        )
        return Certified(quantity, ball, None, reason)
    # From the exact value to the far end of what rounding may make of it: it need not lie in the
    # middle of that.
    with ctx.workprec(FIRST_BITS):
        bound = RADII * fraction(abs(rounded - ball).upper())
    low, high = _between(ball)
    if high and low <= bound:
        return Certified(quantity, ball, bound, "rounding to float64 may be as large as its value")
    return Certified(quantity, ball, bound)


def tight(ball: Ball, radius: Ball) -> bool:
    """Whether an enclosure is much tighter than the bound that it serves."""
    return bool(ball.is_finite()) and bool(ball.rad() * 2**20 <= radius)


def _between(ball: Ball) -> tuple[Fraction, Fraction]:
    """The least and the largest magnitude in a ball."""
    middle, radius = abs(fraction(ball.mid())), fraction(ball.rad())
    return max(middle - radius, Fraction(0)), middle + radius


def fraction(ball: Ball) -> Fraction:
    """The value of a ball without radius; away from zero, where it is too near to that to be
    written down as a fraction."""
    mantissa, exponent = map(int, ball.man_exp())
    if mantissa and exponent + mantissa.bit_length() < _LEAST_EXPONENT:
        mantissa, exponent = -1 if mantissa < 0 else 1, _LEAST_EXPONENT
    return Fraction(mantissa) * Fraction(2) ** exponent


def measured(value: Certified, answer: float) -> Distance | Divergence | Undecided:
    """An answer against the certified value; not-a-number is within no bound."""
    if value.bound is None:
        assert value.doubt is not None, "without a bound there is a reason for it"
        return Undecided(value.quantity, answer, value.doubt)
    distance = _distance(value.ball, answer) if math.isfinite(answer) else None
    if distance is None or distance > value.bound:
        return divergence(value, answer, distance)
    if value.doubt is not None:
        return Undecided(value.quantity, answer, value.doubt)
    return Distance(_ratio(distance, value.bound), _ulps(distance, value.ball))


def _distance(ball: Ball, answer: float) -> Fraction:
    """An upper bound of the distance of an answer from the exact value."""
    with ctx.workprec(4 * FIRST_BITS):
        return fraction(abs(ball - exact(Fraction(answer))).upper())


def _ratio(distance: Fraction, bound: Fraction) -> float:
    if not bound:
        return 0.0 if not distance else math.inf
    try:
        return float(distance / bound)
    except OverflowError:
        return math.inf


def _ulps(distance: Fraction, ball: Ball) -> float | None:
    """A distance in units of the last place of the exact value, as float64 has it."""
    if ball.contains(0):
        return None
    return _ratio(distance, Fraction(math.ulp(float(ball.mid()))))


def divergence(value: Certified, answer: float, distance: Fraction | None) -> Divergence:
    """An answer outside its bound; ``distance`` is None for one that is not finite."""
    with ctx.workprec(FIRST_BITS):
        expected = str(value.ball.str(20, radius=False))
    if distance is None or value.bound is None:
        return Divergence(value.quantity, answer, expected, math.inf, math.inf)
    return Divergence(
        value.quantity,
        answer,
        expected,
        _ratio(distance, value.bound),
        _ulps(distance, value.ball),
    )
