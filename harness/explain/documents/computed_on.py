"""What comes of computing on with wrong numbers that are printed before, through lines that are not
printed: the new error, from weights that were updated wrongly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np

from harness.explain.computation.taken import Place, with_taken
from harness.explain.documents.search import MOST_UPDATES, Search
from harness.explain.documents.targets import Target
from harness.explain.explanation import Explanation
from harness.notation.syntax import Derivative, Name
from harness.verdicts.decimals import unit

#: So many numbers printed before are computed on with at most: those printed last.
_MOST: Final = 40
#: What computing on moves by less than so many times what its rounding may, tells nothing.
_TELLING: Final = 4

Numbers = Mapping[Place, float]


def explained(target: Target, search: Search) -> tuple[list[Explanation], int]:
    """The wrong numbers that a later one is right for, and how many choices of them were tried."""
    if target.printed is None or target.wanted is None or target.finding.kind != "number":
        return [], 0
    if search.beyond or target.last > MOST_UPDATES:
        return [], 0
    before = _before(target, search)
    wrong = {place: one for place, one in before.items() if one.finding.is_erratum}
    if not wrong:
        return [], 0
    wrong = dict(list(wrong.items())[-_MOST:])
    right = {place: one for place, one in before.items() if not one.finding.is_erratum}
    return _Trial(target, search, wrong, right).explained()


def _before(target: Target, search: Search) -> dict[Place, Target]:
    """The numbers printed before another one, of each quantity the last, in the document's order."""
    found: dict[Place, Target] = {}
    own = _place(target)
    for one in sorted((*search.wrong, *search.right), key=lambda one: one.spot):
        place = _place(one) if one.spot < target.spot else None
        if place is not None and place != own and place[1] <= target.last:
            found.pop(place, None)
            found[place] = one
    return found


def _place(target: Target) -> Place | None:
    """Where a printed number is computed; None for what is not just one quantity's."""
    need, plain = target.wanted, isinstance(target.expression, (Name, Derivative))
    if target.finding.kind != "number" or need is None or target.printed is None or not plain:
        return None
    if len(need.lines) != 1 or len(need.moments) != 1:
        return None
    return next(iter(need.lines)), next(iter(need.moments))


@dataclass(frozen=True)
class _Trial:
    target: Target
    search: Search
    wrong: Mapping[Place, Target]
    right: Mapping[Place, Target]

    def explained(self) -> tuple[list[Explanation], int]:
        every = tuple(self.wrong)
        some = self.choices()
        run = self.values([self.numbers(one) for one in [(), every, *some]])
        if run is None:
            return [], 0
        nothing, values = run[0], run[1:]
        for width in self.widths():
            fits = np.abs(values - self.printed) <= width
            telling = np.abs(values - nothing) > _TELLING * width
            found = np.flatnonzero(fits & telling)
            if len(found) and found[0] == 0:
                return [self.told(self.needed(every, width), "computed on", 1, width)], 1
            if len(found):
                origins = self.needed(some[int(found[0]) - 1], width)
                told = self.told(origins, "computed on in part", len(some), width)
                return [told], 1 + len(some)
        return [], 1 + len(some)

    @cached_property
    def held(self) -> Numbers:
        """What right numbers are in full precision: whoever prints them computes on with them."""
        moments = sorted({moment for _, moment in self.right})
        if not moments:
            return {}
        runs = with_taken(self.search.derivation, [{}], moments).moments
        return {(line, k): float(runs[k][line]) for line, k in self.right if line in runs[k]}

    @property
    def printed(self) -> float:
        return _number(self.target)

    @property
    def half(self) -> float:
        return _half(self.target)

    def choices(self) -> list[tuple[Place, ...]]:
        """Some of the wrong numbers: each alone, that printed last first; and all but one."""
        every = tuple(self.wrong)
        alone = [(one,) for one in reversed(every)]
        but_one = [tuple(p for p in every if p != one) for one in every]
        return [one for one in dict.fromkeys([*alone, *but_one]) if one and one != every]

    def numbers(self, places: Sequence[Place]) -> dict[Place, float]:
        """Some wrong numbers as they are printed, and the right ones as they are."""
        return {**self.held, **{place: _number(self.wrong[place]) for place in places}}

    def values(self, taken: Sequence[Numbers]) -> Any:
        """What the target comes to where these numbers are computed on with."""
        assert self.target.wanted is not None
        moments = sorted(self.target.wanted.moments)
        runs = with_taken(self.search.derivation, taken, moments)
        found = self.search.values(self.target, runs)
        return found if isinstance(found, np.ndarray) else None

    def widths(self) -> list[float]:
        """How far off rounding leaves the target: that of the wrong numbers, which may have been
        computed on with before they were rounded; and that of all numbers, which need not have."""
        every = self.numbers(tuple(self.wrong))
        known = {**self.wrong, **self.right}
        moved = [{**every, place: _number(one) + _half(one)} for place, one in known.items()]
        fixed = [{**every, place: _number(one)} for place, one in known.items()]
        found, half = self.values([*moved, *fixed]), self.half * (1 + 1e-3)
        if found is None:
            return [half]
        by = np.nan_to_num(np.abs(found[: len(known)] - found[len(known) :]))
        return [half + float(by[: len(self.wrong)].sum()), half + float(by.sum())]

    def needed(self, choice: tuple[Place, ...], width: float) -> list[Target]:
        """Those of a choice without which it does not come to the number: of what follows one from
        the other, the last."""
        left = choice
        for one in choice:
            fewer = tuple(place for place in left if place != one)
            value = self.values([self.numbers(fewer), self.held])
            if value is not None and abs(value[0] - self.printed) <= width:
                left = fewer
        return [self.wrong[one] for one in left]

    def told(self, origins: Sequence[Target], sort: str, choices: int, width: float) -> Explanation:
        printed = self.target.finding.printed
        named = ", ".join(
            f"{one.finding.printed} for {one.finding.quantity} in line {one.line.line}"
            for one in origins
        )
        many = "that is" if len(origins) == 1 else f"{len(origins)} of these numbers are"
        return Explanation(
            f"right for what is printed before it, but {many} wrong: {named}", "carried on",
            "this line", f"{self.target.finding.quantity} = {printed}", printed,
            choices, size=0.1, peers=max(1, round(choices * width / self.half)),
            lines=tuple(dict.fromkeys(one.line.line for one in origins)),
            origins=tuple(one.spot for one in origins), sort=sort,
        )  # fmt: skip


def _number(target: Target) -> float:
    assert target.printed is not None
    return float(target.printed.value)


def _half(target: Target) -> float:
    assert target.printed is not None
    return float(unit(target.printed)) / 2
