"""Every mistake of a scenario, with what it makes of the questions that are asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Final

import numpy as np

from harness.explain.catalogue import catalogue
from harness.explain.catalogue.setting import settings
from harness.explain.computation.derivation import Derivation, derive
from harness.explain.computation.mistake import SOUND, Mistake
from harness.explain.computation.running import Runs, with_all
from harness.explain.witnesses.answers import answer, answers
from harness.fixture import Chapter
from harness.scenario.scenario import Scenario
from harness.scenario.task import Quantity

#: Answers after more updates than this merely follow from earlier ones.
_UPDATES: Final = 2


def questions(chapter: Chapter) -> list[Quantity]:
    """What tells mistakes apart: what a check asks, and the first two updates."""
    scenario = chapter.scenario
    found = {quantity for quantity in chapter.asked() if quantity.updates <= _UPDATES}
    if scenario.training:
        found |= set(scenario.trajectory(_UPDATES))
        found |= {Quantity(scenario.training.loss, None, k + 1) for k in range(_UPDATES)}
    return sorted(found, key=lambda quantity: (scenario.order(quantity), str(quantity)))


@dataclass(frozen=True)
class Lineup:
    """Every mistake of one scenario with what it would answer to the same questions."""

    scenario: Scenario
    asked: Sequence[Quantity]

    @cached_property
    def derivation(self) -> Derivation:
        """The derivation with all derivatives that are asked for."""
        of = dict.fromkeys([q.of for q in self.asked if q.by is not None])
        by = dict.fromkeys([q.by for q in self.asked if q.by is not None])
        return derive(self.scenario, of, by)

    @cached_property
    def mistakes(self) -> list[Mistake]:
        """No mistake, and then the whole catalogue."""
        return [SOUND, *catalogue(self.derivation), *settings(self.scenario)]

    @cached_property
    def followed(self) -> list[Quantity]:
        """The questions that runs have an answer to."""
        return [quantity for quantity in self.asked if answer(self.sound, quantity) is not None]

    @cached_property
    def moments(self) -> list[int]:
        """What is asked about, and the one after."""
        found = {q.updates for q in self.asked}
        return sorted({*found, max(found, default=0) + 1})

    @cached_property
    def sound(self) -> Runs:
        """The right computation run."""
        return with_all(self.derivation, [SOUND], self.moments)

    @cached_property
    def runs(self) -> Runs:
        """All mistakes run at once."""
        return with_all(self.derivation, self.mistakes, self.moments)

    @cached_property
    def answers(self) -> Any:
        """A column for each mistake, a row for each question that is followed."""
        return answers(self.derivation, self.mistakes, self.followed)

    def right(self, quantity: Quantity) -> float | None:
        """The right answer to a question that may not be asked."""
        if quantity.updates not in self.sound.moments:
            return None
        value = answer(self.sound, quantity)
        return None if value is None else float(np.ravel(value)[0])


@lru_cache(maxsize=4)
def lineup(chapter: Chapter) -> Lineup:
    """All mistakes of a chapter, of the last few chapters remembered: each implementation that
    disagrees there is held against the same."""
    return Lineup(chapter.scenario, questions(chapter))
