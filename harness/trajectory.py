"""A witness judged along its own trajectory: update by update, each from where it stood itself.

Over many updates what rounding can do may grow beyond all bounds, though none of them is wrong.
One update does not let it grow: docs/agreement.md says what is proved in this way, and what not.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from flint import ctx

from harness.bounds import (
    Certified,
    Distance,
    Divergence,
    Undecided,
    certified,
    divergence,
    fraction,
    measured,
    tight,
)
from harness.oracle import FIRST_BITS, Ball, Oracle, Steps
from harness.oracle.balls import exact
from harness.scenario.scenario import Scenario
from harness.scenario.task import Quantity
from harness.witnesses import Testimony

#: A trajectory is asked for this many updates at most, and for this many numbers.
MOST_STEPS: Final = 2_000
MOST_NUMBERS: Final = 200_000
#: What rounding does to one update is far below this part of a parameter; a kink is above it.
_SUSPICIOUS: Final = 2.0**-40
#: What is below this is taken for 0, as a number that nothing moves.
_NOTHING: Final = 2.0**-900

_BEYOND: Final = "an update before it may leave the range of float64, or divide by zero"
_KINK: Final = "an update before it goes through a kink"
_OTHERWISE: Final = "the answer was another one when it was asked again, along with the trajectory"


@dataclass
class Walk:
    """What became of a witness's trajectory.

    ``distances`` and ``divergences`` are of all that the updates changed; ``judged`` has what was
    asked and could not be judged from the start. What rests on a wrong update is None there.
    """

    distances: list[Distance] = field(default_factory=list)
    divergences: list[Divergence] = field(default_factory=list)
    judged: dict[Quantity, Distance | Divergence | Undecided | None] = field(default_factory=dict)


def reach(scenario: Scenario, values: Sequence[Certified]) -> int:
    """After how many updates the last quantity is that a trajectory is asked for."""
    if scenario.training is None:
        return 0
    most = min(MOST_STEPS, MOST_NUMBERS // max(len(scenario.training.moving), 1))
    asked = [value.quantity.updates for value in values if value.lost]
    return max((updates for updates in asked if updates <= most), default=0)


def follow(oracle: Oracle, values: Sequence[Certified], testimony: Testimony) -> Walk:
    """A witness's trajectory, and the lost ones among ``values`` as judged from it.

    Where it was not told to the end, what comes later is left out.
    """
    walk, told = Walk(), testimony.trajectory
    due: dict[int, list[Quantity]] = {}
    for value in values:
        if value.lost and value.quantity in testimony.answers and value.quantity in told:
            due.setdefault(value.quantity.updates, []).append(value.quantity)
    last = max(due, default=0)
    steps = Steps(oracle)
    for moment in range(1, last + 1):
        changed = _changed(oracle, moment)
        if not all(quantity in told for quantity in changed):
            return walk
        outcomes, doubt = _update(steps, changed, told)
        walk.distances += [found for found in outcomes.values() if isinstance(found, Distance)]
        wrong = [found for found in outcomes.values() if isinstance(found, Divergence)]
        walk.divergences += wrong
        floats = {quantity.of: told[quantity] for quantity in changed}
        if doubt is None and not all(map(math.isfinite, floats.values())):
            doubt = _BEYOND  # from there it cannot go on, and it is its own fault
        if doubt is not None:
            _give_up(walk, testimony, doubt, [q for k in due if k >= moment for q in due[k]])
            return walk
        steps.stand(floats)
        for quantity in due.get(moment, ()):
            walk.judged[quantity] = (
                None
                if walk.divergences
                else _judged(steps.here, quantity, outcomes.get(quantity), testimony)
            )
    return walk


def _changed(oracle: Oracle, moment: int) -> list[Quantity]:
    return [Quantity(one.of, None, moment) for one in oracle.scenario.trajectory(1)]


def _update(
    steps: Steps, changed: Sequence[Quantity], told: Mapping[Quantity, float]
) -> tuple[dict[Quantity, Distance | Divergence], str | None]:
    """Every number that an update changed against its ball, and what keeps them from being judged."""
    balls = steps.next()
    outcomes: dict[Quantity, Distance | Divergence] = {}
    for quantity in changed:
        ball, answer = balls[quantity.of], told[quantity]
        if not ball.is_finite():
            return outcomes, _BEYOND
        if _suspicious(ball, answer) and not _single(steps, quantity, ball):
            return outcomes, _KINK
        outcomes[quantity] = _measured(quantity, ball, answer)
    return outcomes, None


def _measured(quantity: Quantity, ball: Ball, answer: float) -> Distance | Divergence:
    """An answer against all that rounding may make of the exact value."""
    if not math.isfinite(answer):
        return divergence(Certified(quantity, ball, None), answer, None)
    told = exact(Fraction(answer))
    with ctx.workprec(4 * FIRST_BITS):
        distance = abs(ball.mid() - told)
    if not ball.contains(told):
        value = Certified(quantity, ball, fraction(ball.rad()))
        return divergence(value, answer, fraction(distance.upper()))
    off = float(distance)
    ulps = None if ball.contains(0) else off / math.ulp(float(ball.mid()))
    return Distance(off / float(ball.rad()) if off else 0.0, ulps)


def _suspicious(ball: Ball, answer: float) -> bool:
    return not float(ball.rad()) <= _SUSPICIOUS * max(abs(answer), _NOTHING)


def _single(steps: Steps, quantity: Quantity, ball: Ball) -> bool:
    """Whether an update computed without rounding comes to a single value."""
    return tight(steps.here.at(FIRST_BITS).quantity(quantity), ball.rad())


def _give_up(walk: Walk, testimony: Testimony, doubt: str, quantities: Sequence[Quantity]) -> None:
    """What comes too late to be judged: it rests on a wrong update, or on one that nobody knows."""
    for quantity in quantities:
        walk.judged[quantity] = (
            None if walk.divergences else Undecided(quantity, testimony.answers[quantity], doubt)
        )


def _judged(
    here: Oracle,
    quantity: Quantity,
    outcome: Distance | Divergence | None,
    testimony: Testimony,
) -> Distance | Divergence | Undecided:
    """What was asked about the moment at which the witness stands ``here``.

    ``outcome`` is there for what the update has changed.
    """
    first, again = testimony.answers[quantity], testimony.trajectory[quantity]
    found = outcome or measured(certified(here, quantity), again)
    if first == again or not isinstance(found, Distance):
        return found
    if not math.isfinite(first):
        return divergence(certified(here, quantity), first, None)
    # What is right along one trajectory says nothing of an answer from another one.
    return Undecided(quantity, first, _OTHERWISE)
