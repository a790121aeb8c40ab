"""Witnesses against the oracle, and against one another.

The bound that an answer has to keep is derived: the same computation in ball arithmetic, every
operation widened by what rounding to float64 can do to it; see docs/agreement.md.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Final, Literal

from flint import ctx

from harness.oracle import FIRST_BITS, MOST_BITS, Ball, Oracle
from harness.oracle.balls import exact
from harness.scenario.task import Quantity
from harness.witnesses import Testimony

#: The bound is this many radii; docs/agreement.md holds the measurement that it rests on.
RADII: Final = 1
_LARGEST: Final = Fraction(sys.float_info.max)


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


@dataclass(frozen=True)
class Agreement:
    """What became of one witness's testimony on one scenario.

    ``quantities`` counts the answers inside their bounds; ``unanswered`` what it left out;
    ``undecided`` answers that cannot be judged. The worst distances are over the answers that
    can be; those in ulps leave out quantities that are exactly 0, which have no last place.
    """

    witness: str
    status: Literal["agrees", "disagrees", "unsupported", "failed"]
    quantities: int = 0
    asked: int = 0
    unanswered: tuple[Quantity, ...] = ()
    undecided: tuple[Undecided, ...] = ()
    worst_ulps: float | None = None
    worst_of_bound: float | None = None
    first_divergence: Divergence | None = None
    divergences: int = 0
    reason: str | None = None


@dataclass(frozen=True)
class Pair:
    """Two witnesses compared with each other, oracle aside.

    ``apart`` names where they differ by more than both bounds together allow, so that at least
    one of them diverges; and, where no bound could be derived, where they are not equal. That
    proves neither wrong: a subgradient at a kink is a choice, and digits beyond the range of
    float64 are nobody's. So it is told, and it is no disagreement.
    """

    first: str
    second: str
    quantities: int
    worst_ulps: float
    apart: tuple[Quantity, ...]


def certify(oracle: Oracle, asked: Sequence[Quantity]) -> list[Certified]:
    """Every asked quantity with its enclosure and its bound, in the same order."""
    return [_certified(oracle, quantity) for quantity in asked]


def _certified(oracle: Oracle, quantity: Quantity) -> Certified:
    rounded = oracle.rounded.quantity(quantity)
    radius = rounded.rad()
    bits = FIRST_BITS
    ball = oracle.at(bits).quantity(quantity)
    while bits < MOST_BITS and not _tight(ball, radius):
        bits *= 4
        ball = oracle.at(bits).quantity(quantity)
    if not ball.is_finite():
        return Certified(quantity, ball, None, "no finite value is certified")
    if not _tight(ball, radius):
        return Certified(quantity, ball, None, "it has no single value: a kink")
    low, high = _between(ball)
    if high > _LARGEST:
        return Certified(quantity, ball, None, "it is beyond the range of float64")
    if not radius.is_finite():
        reason = (
            "what rounding can add up to over the updates is not bounded"
            if quantity.updates
            else "float64 may leave its range, or divide by zero, on the way"
        )
        return Certified(quantity, ball, None, reason)
    # From the exact value to the far end of what rounding may make of it: it need not lie in the
    # middle of that.
    with ctx.workprec(FIRST_BITS):
        bound = RADII * _fraction(abs(rounded - ball).upper())
    if high and low <= bound:
        return Certified(quantity, ball, bound, "float64 has no certain digit of it")
    return Certified(quantity, ball, bound)


def _tight(ball: Ball, radius: Ball) -> bool:
    """Whether an enclosure is much tighter than the bound that it serves."""
    return bool(ball.is_finite()) and bool(ball.rad() * 2**20 <= radius)


def _between(ball: Ball) -> tuple[Fraction, Fraction]:
    """The least and the largest magnitude in a ball."""
    middle, radius = abs(_fraction(ball.mid())), _fraction(ball.rad())
    return max(middle - radius, Fraction(0)), middle + radius


def _fraction(ball: Ball) -> Fraction:
    """The value of a ball without radius."""
    mantissa, exponent = ball.man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


def compare(testimony: Testimony, certified: Sequence[Certified]) -> Agreement:
    """One witness's answers against the certified values."""
    if testimony.status != "answered":
        return Agreement(
            testimony.witness, testimony.status, asked=len(certified), reason=testimony.reason
        )
    answers = testimony.answers
    answered = [value for value in certified if value.quantity in answers]
    judged = [_measured(value, answers[value.quantity]) for value in answered]
    divergences = [found for found in judged if isinstance(found, Divergence)]
    distances = [found for found in judged if isinstance(found, _Distance)]
    return Agreement(
        testimony.witness,
        "disagrees" if divergences else "agrees",
        len(distances),
        len(certified),
        tuple(value.quantity for value in certified if value.quantity not in answers),
        tuple(found for found in judged if isinstance(found, Undecided)),
        _worst([*(d.ulps for d in distances), *(d.ulps for d in divergences)]),
        _worst([*(d.of_bound for d in distances), *(d.of_bound for d in divergences)]),
        divergences[0] if divergences else None,
        len(divergences),
        testimony.reason,
    )


def _worst(distances: Iterable[float | None]) -> float | None:
    return max((distance for distance in distances if distance is not None), default=None)


@dataclass(frozen=True)
class _Distance:
    """How far an answer inside its bound is from the certified value."""

    of_bound: float
    ulps: float | None


def _measured(value: Certified, answer: float) -> _Distance | Divergence | Undecided:
    """An answer against the certified value; not-a-number is within no bound."""
    if value.bound is None:
        assert value.doubt is not None, "without a bound there is a reason for it"
        return Undecided(value.quantity, answer, value.doubt)
    distance = _distance(value.ball, answer) if math.isfinite(answer) else None
    if distance is None or distance > value.bound:
        return _divergence(value, answer, distance)
    if value.doubt is not None:
        return Undecided(value.quantity, answer, value.doubt)
    return _Distance(_ratio(distance, value.bound), _ulps(distance, value.ball))


def _distance(ball: Ball, answer: float) -> Fraction:
    """An upper bound of the distance of an answer from the exact value."""
    with ctx.workprec(4 * FIRST_BITS):
        return _fraction(abs(ball - exact(Fraction(answer))).upper())


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


def _divergence(value: Certified, answer: float, distance: Fraction | None) -> Divergence:
    """``distance`` is None for an answer that is not finite."""
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


def pairs(testimonies: Sequence[Testimony], certified: Sequence[Certified]) -> list[Pair]:
    """Every two witnesses compared on what both answered.

    Each may be off by its bound, so two may be apart by two bounds; where the oracle has no
    bound they have to be equal, and are named where they are not.
    """
    answered = [testimony for testimony in testimonies if testimony.status == "answered"]
    return [_pair(a, b, certified) for a, b in combinations(answered, 2)]


def _pair(a: Testimony, b: Testimony, certified: Sequence[Certified]) -> Pair:
    both = [
        (value, a.answers[value.quantity], b.answers[value.quantity])
        for value in certified
        if value.quantity in a.answers and value.quantity in b.answers
    ]
    ulps = [_ulps_between(x, y) for value, x, y in both if value.doubt is None]
    apart = [value.quantity for value, x, y in both if not _together(x, y, value.bound)]
    return Pair(a.witness, b.witness, len(both), max(ulps, default=0.0), tuple(apart))


def _together(x: float, y: float, bound: Fraction | None) -> bool:
    """Whether two answers may stand for one value."""
    if bound is None:  # where there is no value to be had, two that say so say the same
        return x == y or (math.isnan(x) and math.isnan(y))
    if not (math.isfinite(x) and math.isfinite(y)):
        return False
    return abs(Fraction(x) - Fraction(y)) <= 2 * bound


def _ulps_between(x: float, y: float) -> float:
    if not (math.isfinite(x) and math.isfinite(y)):
        return math.inf
    return abs(x - y) / math.ulp(max(abs(x), abs(y)))
