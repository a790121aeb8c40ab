"""What is wrong with all answers alike: single precision, or an update too few or too many."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

import numpy as np

from harness.explain.mistake import Mistake
from harness.scenario.task import Quantity

#: Looks up the right answer to a question; None where it is not known.
Right = Callable[[Quantity], float | None]
Told = Mapping[Quantity, float]

_CLOSE: Final = 1e-9
#: Single precision is off by this much at most, relative to a number, after a few operations.
_SINGLE: Final = 1e-4
_SHIFTS: Final[tuple[tuple[str, Callable[[int], int]], ...]] = (
    ("one update fewer is made than is asked for", lambda updates: max(0, updates - 1)),
    ("one update more is made than is asked for", lambda updates: updates + 1 if updates else 0),
    ("no update is made", lambda updates: 0),
)


def throughout(told: Told, wrong: Told, right: Right) -> Iterator[tuple[Mistake, float]]:
    """The mistakes of this sort that reproduce all ``wrong`` answers of those ``told``, each with
    the largest relative difference that is left."""
    for sentence, shift in _SHIFTS:
        moved = (_off(a, right(Quantity(q.of, q.by, shift(q.updates)))) for q, a in wrong.items())
        if (off := max(moved)) <= _CLOSE:
            yield Mistake("updates", "everywhere", sentence, sentence, 1.0), off
            break
    off = max(_off(answer, right(quantity)) for quantity, answer in wrong.items())
    if off <= _SINGLE and all(float(np.float32(answer)) == answer for answer in told.values()):
        sentence = "it is computed in single precision"
        yield Mistake("single precision", "everywhere", sentence, "numbers of 24 bits", 1.0), off


def _off(answer: float, other: float | None) -> float:
    """The relative difference; infinite where there is none."""
    if other is None or not np.isfinite(answer):
        return np.inf
    return abs(answer - other) / max(abs(answer), 1e-6)
