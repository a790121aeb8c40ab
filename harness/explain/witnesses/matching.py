"""The answers of an implementation beside those of every mistake of a lineup."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np

from harness.explain.witnesses.answers import CLOSE, close, off
from harness.explain.witnesses.lineup import Lineup
from harness.scenario.task import Quantity

#: Answers that are equal to so many parts of their size are alike.
_ALIKE: Final = 2.0**32


@dataclass(frozen=True)
class Matching:
    """Rows are the questions that are answered and followed, in the order of computation; columns
    are the mistakes, of which the first one is none."""

    lineup: Lineup
    told: Mapping[Quantity, float]
    #: What is reproduced is off by this at most, relative to its size.
    within: float = CLOSE

    @cached_property
    def asked(self) -> list[Quantity]:
        """The questions."""
        return [quantity for quantity in self.lineup.followed if quantity in self.told]

    @cached_property
    def given(self) -> Any:
        """What the implementation answered: one column."""
        return np.array([[self.told[one]] for one in self.asked], dtype=float).reshape(-1, 1)

    @cached_property
    def answers(self) -> Any:
        """What each mistake answers."""
        rows = [row for row, one in enumerate(self.lineup.followed) if one in self.told]
        return self.lineup.answers[rows]

    @cached_property
    def off(self) -> Any:
        """How far each mistake is off."""
        return off(self.answers, self.given)

    @cached_property
    def close(self) -> Any:
        """What each mistake reproduces."""
        return close(self.answers, self.given, self.within)

    @cached_property
    def wrong(self) -> Any:
        """Which answers are not the right ones."""
        return ~self.close[:, 0]

    @cached_property
    def telling(self) -> Any:
        """Which wrong answers are numbers: what is none tells no mistake from another."""
        return self.wrong & np.isfinite(self.given[:, 0])

    @cached_property
    def first(self) -> int:
        """The row of the first wrong answer."""
        return int(np.flatnonzero(self.telling)[0])

    @cached_property
    def reproduced(self) -> Any:
        """How many wrong answers each mistake reproduces."""
        return self.close[self.wrong].sum(axis=0)

    @cached_property
    def contradicted(self) -> Any:
        """How many right answers each mistake would make wrong."""
        return (~self.close[~self.wrong]).sum(axis=0)

    @cached_property
    def beginnings(self) -> list[int]:
        """The mistakes that reproduce the first wrong answer, by their places: first those that
        reproduce most besides and make fewest right ones wrong, of such the smallest."""
        mistakes = self.lineup.mistakes
        hits = [int(place) for place in np.flatnonzero(self.close[self.first])]
        hits.sort(key=lambda k: (self.contradicted[k] - self.reproduced[k], mistakes[k].size))
        return self.distinct(hits)

    def distinct(self, places: Iterable[int]) -> list[int]:
        """Of mistakes that answer alike, the first."""
        found: dict[bytes, int] = {}
        for place in places:
            mantissas, exponents = np.frexp(self.answers[:, place])
            alike = np.rint(mantissas * _ALIKE).tobytes() + exponents.tobytes()
            found.setdefault(alike, place)
        return list(found.values())
