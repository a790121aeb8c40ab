"""Witnesses against the oracle, and against one another.

The bound that an answer has to keep is derived: the same computation in ball arithmetic, every
operation widened by what rounding to float64 can do to it; see docs/agreement.md.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
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


@dataclass(frozen=True)
class Certified:
    """A quantity's enclosure, and how far from it an answer may lie.

    ``bound`` is None where float64 has nothing to hold on to: a division by what may be zero,
    a kink, or saturation. ``finite`` is False where the quantity has no value at all.
    """

    quantity: Quantity
    ball: Ball
    bound: Fraction | None
    finite: bool


@dataclass(frozen=True)
class Divergence:
    """An answer outside its bound: ``got`` where ``expected`` is certified."""

    quantity: Quantity
    got: float
    expected: str
    of_bound: float | None


@dataclass(frozen=True)
class Agreement:
    """What became of one witness's testimony on one scenario.

    ``quantities`` counts the answers inside their bounds; ``unanswered`` what it left out;
    ``undecided`` answers to which no bound could be derived. The worst distances are over the
    answers that have a bound.
    """

    witness: str
    status: Literal["agrees", "disagrees", "unsupported", "failed"]
    quantities: int = 0
    asked: int = 0
    unanswered: tuple[Quantity, ...] = ()
    undecided: tuple[Quantity, ...] = ()
    worst_ulps: float | None = None
    worst_of_bound: float | None = None
    first_divergence: Divergence | None = None
    divergences: int = 0
    reason: str | None = None


@dataclass(frozen=True)
class Pair:
    """Two witnesses compared with each other, oracle aside."""

    first: str
    second: str
    quantities: int
    worst_ulps: float
    disagreements: tuple[Quantity, ...]


def certify(oracle: Oracle, asked: Sequence[Quantity]) -> list[Certified]:
    """Every asked quantity with its enclosure and its bound, in the same order."""
    return [_certified(oracle, quantity) for quantity in asked]


def _certified(oracle: Oracle, quantity: Quantity) -> Certified:
    radius = oracle.rounded.quantity(quantity).rad()
    bits = FIRST_BITS
    ball = oracle.at(bits).quantity(quantity)
    # The enclosure has to be much tighter than the bound that it serves.
    while bits < MOST_BITS and (not ball.is_finite() or not ball.rad() * 2**20 <= radius):
        bits *= 4
        ball = oracle.at(bits).quantity(quantity)
    if not ball.is_finite():
        return Certified(quantity, ball, None, False)
    tight = bool(ball.rad() * 2**20 <= radius)
    return Certified(quantity, ball, _bound(radius) if tight else None, True)


def _bound(radius: Ball) -> Fraction | None:
    if not radius.is_finite():
        return None
    mantissa, exponent = radius.man_exp()
    return RADII * Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


def compare(testimony: Testimony, certified: Sequence[Certified]) -> Agreement:
    """One witness's answers against the certified values."""
    if testimony.status != "answered":
        return Agreement(
            testimony.witness, testimony.status, asked=len(certified), reason=testimony.reason
        )
    good = 0
    unanswered: list[Quantity] = []
    undecided: list[Quantity] = []
    divergences: list[Divergence] = []
    worst_ulps = worst_of_bound = 0.0
    for value in certified:
        answer = testimony.answers.get(value.quantity)
        if answer is None:
            unanswered.append(value.quantity)
        elif value.bound is None:
            undecided.append(value.quantity)
        elif not math.isfinite(answer):
            divergences.append(_divergence(value, answer, None))
        else:
            distance = _distance(value.ball, answer)
            of_bound = _ratio(distance, value.bound)
            worst_of_bound = max(worst_of_bound, of_bound)
            worst_ulps = max(worst_ulps, _ulps(distance, value.ball))
            # not (a <= b): a nan would pass as a > b
            if not (distance <= value.bound):
                divergences.append(_divergence(value, answer, of_bound))
            else:
                good += 1
    return Agreement(
        testimony.witness,
        "disagrees" if divergences else "agrees",
        good,
        len(certified),
        tuple(unanswered),
        tuple(undecided),
        worst_ulps,
        worst_of_bound,
        divergences[0] if divergences else None,
        len(divergences),
        testimony.reason,
    )


def _distance(ball: Ball, answer: float) -> Fraction:
    """An upper bound of the distance of an answer from the exact value."""
    with ctx.workprec(4 * FIRST_BITS):
        away = abs(ball - exact(Fraction(answer))).upper()
        mantissa, exponent = away.mid().man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


def _ratio(distance: Fraction, bound: Fraction) -> float:
    if not bound:
        return 0.0 if not distance else math.inf
    try:
        return float(distance / bound)
    except OverflowError:
        return math.inf


def _ulps(distance: Fraction, ball: Ball) -> float:
    """A distance in units of the last place of the exact value, as float64 has it."""
    try:
        return float(distance / Fraction(math.ulp(float(ball.mid()))))
    except OverflowError:
        return math.inf


def _divergence(value: Certified, answer: float, of_bound: float | None) -> Divergence:
    with ctx.workprec(FIRST_BITS):
        expected = str(value.ball.str(20, radius=False))
    return Divergence(value.quantity, answer, expected, of_bound)


def pairs(testimonies: Sequence[Testimony], certified: Sequence[Certified]) -> list[Pair]:
    """Every two witnesses compared on what both answered.

    Each may be off by its bound, so two may be apart by two bounds; where the oracle has no
    bound they have to be equal, and are named where they are not.
    """
    bounds = {value.quantity: value.bound for value in certified}
    answered = [testimony for testimony in testimonies if testimony.status == "answered"]
    return [_pair(a, b, bounds) for a, b in combinations(answered, 2)]


def _pair(a: Testimony, b: Testimony, bounds: Mapping[Quantity, Fraction | None]) -> Pair:
    worst = 0.0
    apart: list[Quantity] = []
    common = [quantity for quantity in bounds if quantity in a.answers and quantity in b.answers]
    for quantity in common:
        x, y, bound = a.answers[quantity], b.answers[quantity], bounds[quantity]
        if not (math.isfinite(x) and math.isfinite(y)):
            if not (bound is None and x == y):
                apart.append(quantity)
            continue
        worst = max(worst, abs(x - y) / math.ulp(max(abs(x), abs(y))))
        if bound is None:
            if x != y:
                apart.append(quantity)
        elif not (abs(Fraction(x) - Fraction(y)) <= 2 * bound):
            apart.append(quantity)
    return Pair(a.witness, b.witness, len(common), worst, tuple(apart))
