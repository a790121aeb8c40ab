"""The setting solved for: the value of one given number with which a printed number comes out.

What solves it has endless digits unless it was really computed with; one with few digits that
still gives all the printed ones is a find.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Final

import numpy as np

from harness.explain.catalogue.setting import decimal, settable
from harness.explain.computation.mistake import Mistake
from harness.explain.computation.running import with_all
from harness.explain.documents.search import MOST_UPDATES, Search
from harness.explain.documents.targets import Target
from harness.explain.explanation import Explanation
from harness.verdicts.decimals import significant_digits

#: Numbers with fewer digits are solved by too many settings.
_LEAST_DIGITS: Final = 4
_MOST_DIGITS: Final = 4
_ROUNDS: Final = 12
#: Less than this is a zero up to rounding, and zero is a usual value, tried in any case.
_ZERO: Final = 1e-12


def explained(target: Target, search: Search) -> tuple[list[Explanation], int]:
    """The settings of few digits that give a printed number, with how many there are to try."""
    printed = target.printed
    if printed is None or target.wanted is None or search.beyond or target.last > MOST_UPDATES:
        return [], 0
    digits = significant_digits(printed)
    if digits < _LEAST_DIGITS or target.finding.verdict != "wrong":
        return [], 0
    given = settable(search.scenario)
    found: list[tuple[Mistake, int, float]] = []
    for name, solution in _solutions(target, search, given).items():
        for count in range(1, min(_MOST_DIGITS, digits - 2) + 1):
            rounded = Fraction(Decimal(f"{solution:.{count - 1}e}"))
            mistake = _setting(name, rounded, given[name])
            if rounded != given[name] and search.certified(target, mistake):
                tried = len(given) * 9 * 10 ** (count - 1) * 2
                found.append((mistake, tried, 1.0 + count / 10))
                break
    against = search.against([mistake for mistake, _, _ in found])
    return [
        Explanation(
            mistake.sentence, mistake.kind, mistake.scope, mistake.computation, printed.text,
            tried, size=size, sort="solved", contradicts=one.contradicts, missed=one.missed,
        )
        for (mistake, tried, size), one in zip(found, against, strict=True)
    ], len(given)  # fmt: skip


def _setting(name: str, value: Fraction, stated: Fraction) -> Mistake:
    return Mistake(
        "setting", name, f"{name} = {decimal(value)} is computed with instead of {decimal(stated)}",
        f"{name} = {decimal(value)}", 1.5, given={name: value},
    )  # fmt: skip


def _solutions(target: Target, search: Search, given: dict[str, Fraction]) -> dict[str, float]:
    """For each given number the value that gives what is printed, by the secant method; all of
    them in one run a round."""
    assert target.printed is not None
    assert target.wanted is not None
    names = list(given)
    goal = float(target.printed.value)
    before = np.array([float(given[name]) for name in names])
    now = before * 1.01 + 1e-3
    off_before = _off(target, search, names, before, goal)
    if off_before is None:
        return {}
    with np.errstate(all="ignore"):
        for _ in range(_ROUNDS):
            off = _off(target, search, names, now, goal)
            if off is None:
                return {}
            step = off * (now - before) / (off - off_before)
            step = np.where(np.isfinite(step), step, 0.0)
            before, off_before, now = now, off, now - step
        settled = np.abs(now - before) <= 1e-6 * np.maximum(np.abs(now), 1e-9)
        close = np.abs(off_before) <= 1e-6 * max(abs(goal), 1e-12)
    return {
        name: float(value)
        for name, value, stated, good in zip(
            names, now, given.values(), settled & close, strict=True
        )
        if good and np.isfinite(value) and abs(value) > _ZERO * max(1.0, abs(float(stated)))
    }


def _off(
    target: Target, search: Search, names: list[str], values: np.ndarray, goal: float
) -> np.ndarray | None:
    """What the number comes to with each value in turn, less what is printed."""
    assert target.wanted is not None
    mistakes = [
        Mistake("", "", "", "", 0, given={name: Fraction(float(value)) if np.isfinite(value) else Fraction(0)})
        for name, value in zip(names, values, strict=True)
    ]  # fmt: skip
    found = search.values(target, with_all(search.derivation, mistakes, target.wanted.moments))
    return found - goal if isinstance(found, np.ndarray) else None
