"""What is wrong with all answers alike: single precision, an update too few or too many, or answers
to other questions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

import numpy as np

from harness.explain.computation.mistake import Mistake
from harness.explain.witnesses.answers import CLOSE, off
from harness.scenario.task import Quantity

#: Looks up the right answer to a question; None where it is not known.
Right = Callable[[Quantity], float | None]
Told = Mapping[Quantity, float]

#: Single precision is off by this much at most, relative to a number, after a few operations.
_SINGLE: Final = 1e-4
_SHOWN: Final = 3
_PLACES: Final = range(1, 9)
_SHIFTS: Final[tuple[tuple[str, Callable[[int], int]], ...]] = (
    ("one update fewer is made than is asked for", lambda updates: max(0, updates - 1)),
    ("one update more is made than is asked for", lambda updates: updates + 1 if updates else 0),
    ("no update is made", lambda updates: 0),
)


def throughout(told: Told, wrong: Told, right: Right) -> Iterator[tuple[Mistake, float, int]]:
    """The mistakes of this sort that reproduce all ``wrong`` answers of those ``told``, each with
    the largest relative difference that is left, and how many right answers do not follow from it."""
    for sentence, shift in _SHIFTS:
        far_off = {
            q: _off(a, right(Quantity(q.of, q.by, shift(q.updates)))) for q, a in told.items()
        }
        if (far := max(far_off[quantity] for quantity in wrong)) <= CLOSE:
            broken = sum(one > CLOSE for quantity, one in far_off.items() if quantity not in wrong)
            yield Mistake("updates", "everywhere", sentence, sentence, 1.0), far, broken
    far = max(_off(answer, right(quantity)) for quantity, answer in wrong.items())
    if far <= _SINGLE and all(float(np.float32(answer)) == answer for answer in told.values()):
        sentence = "it is computed in single precision"
        yield Mistake("single precision", "everywhere", sentence, "numbers of 24 bits", 1.0), far, 0
    yield from _rounded(told, right)
    yield from _mislabelled(wrong, told, right)


def _rounded(told: Told, right: Right) -> Iterator[tuple[Mistake, float, int]]:
    """Answers that are right, and rounded when they are told."""
    exact = [(right(quantity), answer) for quantity, answer in told.items()]
    for places in _PLACES:
        if all(
            value is not None and np.isfinite(value) and round(value, places) == answer
            for value, answer in exact
        ):
            sentence = f"the answers are rounded to {places} decimals when they are told"
            yield Mistake("rounded", "the answers", sentence, sentence, 0.9), 0.0, 0
            return


def _mislabelled(wrong: Told, told: Told, right: Right) -> Iterator[tuple[Mistake, float, int]]:
    """Answers that are right, of other questions."""
    found: list[tuple[Quantity, Quantity, float]] = []
    for quantity, answer in wrong.items():
        same = [
            (quantity, other, far)
            for other in told
            if other != quantity and other.updates == quantity.updates
            for far in [_off(answer, right(other))]
            if far <= CLOSE and abs(answer) > CLOSE and abs(answer) != 1
        ]
        if not same:
            return
        found.append(same[0])
    words = [f"what is told as {quantity} is {other}" for quantity, other, _ in found[:_SHOWN]]
    more = f", and so for {len(found) - _SHOWN} others" if len(found) > _SHOWN else ""
    sentence = ", ".join(words) + more
    yield (
        Mistake("another quantity", "the answers", sentence, sentence, 1.4),
        max(far for _, _, far in found),
        0,
    )


def _off(answer: float, other: float | None) -> float:
    """The relative difference; infinite where there is none."""
    if other is None or not np.isfinite(answer):
        return np.inf
    return float(off(other, answer))
