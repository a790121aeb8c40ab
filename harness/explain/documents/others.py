"""Values of other quantities, or of other moments, in place of the one that is asked for."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
from flint import ctx

from harness.explain.catalogue.rounded import speakable
from harness.explain.computation.derivation import unit as unit_of
from harness.explain.computation.mistake import SOUND, Mistake
from harness.explain.computation.running import with_all
from harness.explain.documents.search import SHORT, Search
from harness.explain.documents.targets import Target
from harness.explain.documents.values import ball
from harness.explain.explanation import Explanation
from harness.verdicts import decimals
from harness.verdicts.decimals import Value, significant_digits, unit


def explained(
    target: Target, search: Search, mistake: Mistake = SOUND, with_it: str = ""
) -> tuple[list[Explanation], int]:
    """The quantities, at the moments around, of which a printed number is the correct rounding;
    in the computation with a mistake, where there is one, ``with_it`` the words for that."""
    printed, need = target.printed, target.wanted
    if (
        printed is None
        or need is None
        or (target.last > SHORT and mistake is SOUND)
        or search.beyond
        or "/" in printed.text
    ):
        return [], 0
    trained = search.scenario.training is not None
    near = {max(0, m + d) for m in need.moments for d in (-1, 0, 1)} | {0}
    moments = tuple(sorted(near)) if trained else (0,)
    _, lines = search.reach(target)
    runs = search.run(mistake, moments, 128, lines)
    constants = search.scenario.computation.constants
    own = str(target.finding.quantity)
    distinct: set[str] = set()
    found: list[Explanation] = []
    reach = float(unit(printed)) / 2 * (1 + 1e-9)
    for moment in moments:
        for line, value in runs.moments[moment].items():
            if not speakable(line) or line in constants or _of_itself(line):
                continue
            middle = _float(value)
            distinct.add(f"{middle:.{max(1, significant_digits(printed))}g}")
            if not abs(middle - float(printed.value)) <= reach:
                continue
            name = unit_of(line) + (f"@{moment}" if moment else "")
            if name == own or (
                moment and line in search.scenario.given and line not in search.derivation.after
            ):
                continue
            exact = _value(search, mistake, line, moment, moments, lines)
            if decimals.verdict(exact, printed) == "correct":
                stale = unit_of(line) == own.partition("@")[0]
                words = f"this is {name}" if not stale else f"this is {name}, of another update"
                found.append(
                    Explanation(
                        f"{words}, not {own}{with_it}", "stale value" if stale else "another quantity", name,
                        f"{name} = {printed.text}", printed.text,
                        size=_size(stale, line in search.scenario.given, moment in need.moments),
                        sort="another quantity", value=middle,
                    )
                )  # fmt: skip
    tried = len(distinct)
    return [replace(one, candidates=tried) for one in found], tried


def _of_itself(line: str) -> bool:
    """Whether it is the derivative of something by itself, which is 1 for everything."""
    of, by_what, by = line.removeprefix("d").partition("/d")
    return bool(by_what) and of == by


def _size(stale: bool, given: bool, now: bool) -> float:
    if stale:
        return 0.8
    return (0.7 if given else 0.9) if now else 1.2


def _float(value: Any) -> float:
    return float(value.mid()) if hasattr(value, "mid") else float(value)


def _value(
    search: Search,
    mistake: Mistake,
    line: str,
    moment: int,
    moments: tuple[int, ...],
    lines: frozenset[str] | None,
) -> Value:
    def enclose(bits: int) -> Any:
        with ctx.workprec(bits):
            return ball(search.run(mistake, moments, bits, lines).moments[moment][line], bits)

    return Value(enclose, lambda: None)


def depending(name: str, other: Fraction, search: Search) -> tuple[int, int]:
    """How many right numbers depend on a given one, and how many of them would be wrong were it
    ``other``."""
    mistake = Mistake("", "", "", "", 0, given={name: other})
    checked = [t for t in search.right if t.wanted and t.last <= SHORT and t.printed]
    moments = {m for t in checked if t.wanted for m in t.wanted.moments}
    if not moments:
        return 0, 0
    runs = with_all(search.derivation, [mistake], moments)
    held = broken = 0
    for target in checked:
        values = search.values(target, runs)
        assert target.printed is not None
        if not isinstance(values, np.ndarray):
            continue
        held += 1
        off = abs(float(values[0]) - float(target.printed.value))
        broken += not off <= float(unit(target.printed)) * 1.5
    return held, broken
