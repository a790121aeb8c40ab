"""Witnesses against the oracle, and against one another."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Literal

from harness.bounds import Certified, Distance, Divergence, Undecided, certify, measured
from harness.oracle import Oracle
from harness.scenario.task import Quantity
from harness.trajectory import Walk, follow
from harness.witnesses import Testimony

__all__ = [
    "Agreement",
    "Certified",
    "Divergence",
    "Pair",
    "Undecided",
    "certify",
    "compare",
    "pairs",
]


@dataclass(frozen=True)
class Agreement:
    """What became of one witness's testimony on one scenario.

    ``quantities`` counts the answers inside their bounds; ``unanswered`` what it left out;
    ``undecided`` answers that cannot be judged. The worst distances are over the answers that
    can be; those in ulps leave out quantities that are exactly 0, which have no last place.
    ``divergences`` counts the answers outside their bounds, and those that rest on a wrong update.

    ``by_update`` are the quantities that were judged along the witness's own trajectory; what it
    told of that counts among the distances and the divergences.
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
    by_update: tuple[Quantity, ...] = ()


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


def compare(
    testimony: Testimony, certified: Sequence[Certified], oracle: Oracle | None = None
) -> Agreement:
    """One witness's answers against the certified values.

    With an ``oracle``, what cannot be judged from the start is judged along the trajectory, if
    the witness told it.
    """
    if testimony.status != "answered":
        return Agreement(
            testimony.witness, testimony.status, asked=len(certified), reason=testimony.reason
        )
    answers = testimony.answers
    judged = {
        value.quantity: measured(value, answers[value.quantity])
        for value in certified
        if value.quantity in answers
    }
    walk = follow(oracle, certified, testimony) if oracle else Walk()
    own = {q: found for q, found in walk.judged.items() if isinstance(judged[q], Undecided)}
    outcomes = [*(judged | own).values(), *walk.distances, *walk.divergences]
    distances = [found for found in outcomes if isinstance(found, Distance)]
    divergences = [found for found in outcomes if isinstance(found, Divergence)]
    if oracle:
        divergences.sort(key=lambda found: oracle.scenario.order(found.quantity))
    wrong = {found.quantity for found in divergences}
    wrong |= {quantity for quantity, found in own.items() if found is None}
    return Agreement(
        testimony.witness,
        "disagrees" if wrong else "agrees",
        sum(isinstance(found, Distance) for found in (judged | own).values()),
        len(certified),
        tuple(value.quantity for value in certified if value.quantity not in answers),
        tuple(found for found in (judged | own).values() if isinstance(found, Undecided)),
        _worst([*(d.ulps for d in distances), *(d.ulps for d in divergences)]),
        _worst([*(d.of_bound for d in distances), *(d.of_bound for d in divergences)]),
        divergences[0] if divergences else None,
        len(wrong),
        testimony.reason,
        tuple(quantity for quantity, found in own.items() if not isinstance(found, Undecided)),
    )


def _worst(distances: Iterable[float | None]) -> float | None:
    return max((distance for distance in distances if distance is not None), default=None)


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
