"""A number rounded the wrong way: up instead of to the nearest, cut off, or rounded twice.

Nearly every number that is one unit off fits one of these, whatever was done: by itself that is no
evidence. A habit is, where all right numbers of the scenario agree with it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from harness.explain.documents.slips import like
from harness.explain.documents.targets import Target
from harness.explain.explanation import Explanation
from harness.notation.syntax import Number
from harness.verdicts import decimals
from harness.verdicts.decimals import Value, significant_digits, unit

#: An exact value, and words for it.
Source = tuple[Value, str]
#: Of the numbers that are rounded to the nearest, every other one is rounded up.
_AGREES: Final = math.log10(2)
#: Numbers are rounded twice by way of so many decimals more.
_MORE: Final = (1, 2)


def up(value: Value, printed: Number) -> bool:
    """Whether a value was rounded away from zero, by less than a unit."""
    return _between(value, printed, -1)


def cut_off(value: Value, printed: Number) -> bool:
    """Whether a value was cut off."""
    return _between(value, printed, 1)


def _between(value: Value, printed: Number, side: int) -> bool:
    """Whether a value lies less than a unit from a printed one: nearer to zero, or beyond it."""
    step = unit(printed) * (side if printed.value > 0 else -side)
    if not printed.value or decimals.equals(value, printed.value + step) is not False:
        return False
    return decimals.is_within(value, printed.value + step / 2, abs(step) / 2) is True


def by_way_of(value: Value, printed: Number, more: int) -> str | None:
    """The longer decimal that was rounded once more, where that gives what is printed."""
    longer = decimals.rounded(value, like(printed, more))
    if "e" in longer or value.stated:
        return None
    units = Fraction(longer) / unit(printed)
    nearest = math.floor(abs(units) + Fraction(1, 2)) * (1 if units > 0 else -1)
    return longer if nearest * unit(printed) == printed.value else None


#: How all numbers of a scenario may be rounded, and the words for it.
_HABITS: Final[tuple[tuple[Callable[[Value, Number], bool], str], ...]] = (
    (up, "numbers are rounded up instead of to the nearest"),
    (cut_off, "numbers are cut off instead of rounded"),
)


@dataclass(frozen=True)
class Roundings:
    """The numbers of a scenario, right and wrong, as they may have been rounded."""

    right: Sequence[Target]
    wrong: Sequence[Target]

    def explained(self, target: Target, sources: Sequence[Source]) -> tuple[list[Explanation], int]:
        """The ways of rounding that give a printed number, and how many were tried."""
        printed = target.printed
        if printed is None or "/" in printed.text or target.finding.verdict == "inherited":
            return [], 0
        longer = {
            decimals.rounded(value, like(printed, 2)): (value, words)
            for value, words in reversed(sources)
            if decimals.verdict(value, printed) in _OFF
        }
        found = [
            one
            for text, (value, words) in longer.items()
            for one in self._of(target, printed, value, text + _FROM.get(words, ""))
        ]
        tried = len(longer) * (len(_HABITS) + len(_MORE))
        return [replace(one, candidates=tried) for one in found], tried

    def _of(
        self, target: Target, printed: Number, value: Value, exact: str
    ) -> Iterable[Explanation]:
        made = Explanation(
            "", "rounded", "this number", "", printed.text, size=0.9, sort="misrounded",
            value=float(value.enclose(64).mid()),
        )  # fmt: skip
        arrow = f"{exact.partition(',')[0]} -> "
        for rounds, habit in _HABITS:
            if rounds(value, printed):
                sentence = f"{exact} is {_how(rounds, printed)}"
                yield replace(made, sentence=sentence, computation=f"{arrow}{printed.text}")
                yield from self._habit(target, replace(made, sentence=habit), rounds)
        for more in _MORE:
            first = by_way_of(value, printed, more)
            if first is not None:
                sentence = f"{exact} is rounded twice, first to {first}"
                computation = f"{arrow}{first} -> {printed.text}"
                yield replace(made, sentence=sentence, computation=computation)

    def _habit(
        self, target: Target, made: Explanation, rounds: Callable[[Value, Number], bool]
    ) -> Iterable[Explanation]:
        """That all numbers are rounded so, where all that are right agree."""
        right = _different(self.right)
        alike = [t for t in self.wrong if _is_off(t) and _fits(t, rounds)]
        if not right or not all(_fits(t, rounds) for t in right):
            return
        more = len({t.finding.printed for t in (*right, *alike)} - {target.finding.printed})
        lines = tuple(sorted({t.line.line for t in alike} | {target.line.line}))
        yield replace(
            made, scope="everywhere", computation=f"{len(right)} right numbers agree with it",
            lines=lines, size=1.0, gain=more * _AGREES,
        )  # fmt: skip


def _how(rounds: Callable[[Value, Number], bool], printed: Number) -> str:
    if rounds is cut_off:
        return "cut off instead of rounded"
    return f"rounded {'up' if printed.value > 0 else 'away from zero'} instead of to the nearest"


#: What is added to a value that is not the right one.
_FROM: Final = {"the printed calculation gives": ", which the printed calculation gives,"}
#: The verdicts on a number that may be rounded the wrong way.
_OFF: Final = frozenset(["last-digit", "wrong"])


def _is_off(target: Target) -> bool:
    return target.printed is not None and target.finding.verdict in _OFF


def _fits(target: Target, rounds: Callable[[Value, Number], bool]) -> bool:
    value, printed = target.finding.value, target.printed
    if value is None or printed is None:
        return False
    return rounds(value, printed) or decimals.equals(value, printed.value) is True


def _different(right: Sequence[Target]) -> list[Target]:
    """The right numbers that are rounded, each once; what is carried on comes of other numbers."""
    found = {
        t.finding.printed: t
        for t in right
        if t.printed is not None
        and significant_digits(t.printed) > 1
        and t.finding.value is not None
        and not t.finding.value.stated
        and t.finding.verdict in {"correct", "truncated"}
        and decimals.equals(t.finding.value, t.printed.value) is False
    }
    return list(found.values())
