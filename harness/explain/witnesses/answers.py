"""What mistakes make of the questions that an implementation is asked, and how near that comes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np

from harness.explain.computation.derivation import Derivation, adjoint
from harness.explain.computation.mistake import SOUND, Instead, Mistake
from harness.explain.computation.running import Runs, with_all
from harness.scenario.task import Quantity

#: What float64 may be off by, relative to a number; and the magnitude below which it counts as 0.
CLOSE: Final = 1e-9
_SMALL: Final = 1e-6
#: What it is off by as a rule: an implementation that is right but for less than CLOSE is wrong by
#: something small, such as an epsilon.
FINE: Final = 1e-13
#: So many numbers are held of one moment at most.
_HELD: Final = 4_000_000


def line_of(quantity: Quantity) -> str:
    """The line of a derivation that holds a quantity."""
    return quantity.of if quantity.by is None else adjoint(quantity.of, quantity.by)


def answer(runs: Runs, quantity: Quantity) -> Any:
    """What runs have for a quantity; None where they do not follow it."""
    return runs.moments[quantity.updates].get(line_of(quantity))


def answers(
    derivation: Derivation,
    mistakes: Sequence[Mistake],
    asked: Sequence[Quantity],
    needed: Collection[str] | None = None,
) -> Any:
    """A column for each mistake, a row for each question; where ``needed`` is given, no lines are
    run but those that it takes."""
    if not asked:
        return np.empty((0, len(mistakes)))
    moments = {quantity.updates for quantity in asked}
    sound = with_all(derivation, [SOUND], moments)
    found = np.empty((len(asked), len(mistakes)))
    for lines, places in _parts(derivation, mistakes):
        some = [replace(mistakes[place], instead=None) for place in places]
        try:
            runs = with_all(lines, some, moments, needed)
        except ZeroDivisionError:
            found[:, places] = np.nan
            continue
        for row, quantity in enumerate(asked):
            value = answer(runs, quantity)
            found[row, places] = answer(sound, quantity) if value is None else value
    return found


def _parts(
    derivation: Derivation, mistakes: Sequence[Mistake]
) -> Iterator[tuple[Derivation, list[int]]]:
    """The places of mistakes in one computation, not too many at once."""
    wholes: dict[Instead | None, list[int]] = {}
    for place, mistake in enumerate(mistakes):
        wholes.setdefault(mistake.instead, []).append(place)
    for whole, places in wholes.items():
        lines = whole.derivation if whole else derivation
        most = max(1, _HELD // max(1, len(lines.line)))
        for start in range(0, len(places), most):
            yield lines, places[start : start + most]


def off(answers: Any, given: Any) -> Any:
    """How far answers are from those that were given, relative to these."""
    with np.errstate(all="ignore"):
        found = np.abs(answers - given) / np.maximum(np.abs(given), _SMALL)
    return np.where(answers == given, 0.0, found)


def close(answers: Any, given: Any, within: float = CLOSE) -> Any:
    """Which answers are those that were given, up to what rounding to float64 can do; what is not
    a number is like any other such."""
    return (off(answers, given) <= within) | ~(np.isfinite(answers) | np.isfinite(given))
