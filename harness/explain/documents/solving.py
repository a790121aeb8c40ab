"""The setting solved for: the value of one given number with which a printed number comes out.

What solves it has endless digits unless it was really computed with; one with few digits that
still gives all the printed ones is a find.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

import numpy as np

from harness.explain.catalogue.setting import decimal, settable
from harness.explain.computation.mistake import Mistake
from harness.explain.computation.running import with_all
from harness.explain.computation.secant import secant
from harness.explain.documents.search import MOST_UPDATES, Search
from harness.explain.documents.targets import Target
from harness.explain.explanation import Explanation
from harness.verdicts.decimals import significant_digits

#: Numbers with fewer digits are solved by too many settings.
_LEAST_DIGITS: Final = 4
_MOST_DIGITS: Final = 4
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
    """For each given number the value that gives what is printed; all of them in one run a round."""
    assert target.printed is not None
    goal = float(target.printed.value)

    def off(values: Any) -> Any:
        return _values(target, search, list(given), values) - goal

    solutions = secant(off, np.array([float(value) for value in given.values()]), goal)
    return {
        name: float(value)
        for (name, stated), value in zip(given.items(), solutions, strict=True)
        if np.isfinite(value) and abs(value) > _ZERO * max(1.0, abs(float(stated)))
    }


def _values(target: Target, search: Search, names: list[str], values: Any) -> Any:
    """What the number comes to with each value in turn; not a number where it does not depend on
    any."""
    assert target.wanted is not None
    mistakes = [
        Mistake("", "", "", "", 0, given={name: Fraction(float(value)) if np.isfinite(value) else Fraction(0)})
        for name, value in zip(names, values, strict=True)
    ]  # fmt: skip
    found = search.values(target, with_all(search.derivation, mistakes, target.wanted.moments))
    return found if isinstance(found, np.ndarray) else np.full(len(names), np.nan)
