"""An implementation that disagrees: the mistake of the catalogue with which it would agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np

from harness.bounds import Certified, Divergence, measured
from harness.explain.catalogue import catalogue
from harness.explain.derivation import Derivation, adjoint, derive, loss_of
from harness.explain.explanation import Explanation
from harness.explain.mistake import SOUND, Mistake
from harness.explain.running import Runs, with_all
from harness.explain.setting import settings
from harness.explain.throughout import throughout
from harness.explain.unknown import solved
from harness.fixture import Chapter
from harness.scenario.scenario import Scenario
from harness.scenario.task import Quantity

#: What float64 may be off by, relative to a number; and the magnitude below which it counts as 0.
_CLOSE: Final = 1e-9
_SMALL: Final = 1e-6
#: Answers after more updates than this merely follow from earlier ones.
_UPDATES: Final = 2
#: Mistakes are tried on scenarios of up to so many steps: the catalogue grows with them.
MOST_STEPS: Final = 500


def questions(chapter: Chapter) -> list[Quantity]:
    """What tells mistakes apart: what a check asks, and the first two updates."""
    scenario = chapter.scenario
    found = {quantity for quantity in chapter.asked() if quantity.updates <= _UPDATES}
    if scenario.training:
        found |= set(scenario.trajectory(_UPDATES))
        found |= {Quantity(scenario.training.loss, None, k + 1) for k in range(_UPDATES)}
    return sorted(found, key=scenario.order)


@dataclass(frozen=True)
class Suspect:
    """A mistake that reproduces all wrong answers; ``off`` is the largest relative difference left.

    ``right`` counts answers that would be wrong as well, had the mistake been made for them too: a
    gradient that is told may be computed once more, and right, after the update that it misses.
    """

    mistake: Mistake
    off: float
    right: int = 0


@dataclass(frozen=True)
class Diagnosis:
    """``suspects`` reproduce every wrong answer, the likeliest first; ``tried`` were tried on
    ``values`` answers, of which ``wrong`` differ from the right ones and ``undefined`` are no
    numbers."""

    suspects: tuple[Suspect, ...]
    tried: int
    values: int
    wrong: int
    undefined: int = 0

    @property
    def sentence(self) -> str:
        """What is said of the implementation."""
        if not self.suspects:
            if not self.tried:
                return f"no mistake is tried on a scenario of more than {MOST_STEPS} operations"
            told = f"{self.wrong} wrong of {self.values} answers"
            return f"no single mistake of {self.tried:,} tried reproduces its {told}{self._not_numbers}"
        return self.told(self.suspects[0])

    def told(self, one: Suspect) -> str:
        """A suspect in words, with how well it fits."""
        digits = 10 ** np.ceil(np.log10(max(one.off, 1e-15)))
        whole = "value" if self.wrong == 1 else "values"
        besides = f"; {one.right} right ones do not follow from it" if one.right else ""
        return (
            f"{one.mistake.sentence}: all {self.wrong} wrong {whole} of {self.values} "
            f"reproduced to {digits:.0e}{besides}{self._not_numbers}"
        )

    @property
    def _not_numbers(self) -> str:
        if not self.undefined:
            return ""
        return f"; {self.undefined} answer{'s are' if self.undefined > 1 else ' is'} nan or inf"

    @property
    def explanation(self) -> Explanation:
        """The first suspect as an explanation, the next ones beside it."""
        if not self.suspects:
            return Explanation(self.sentence, "none", "", "", "", self.tried, 1.0)
        first, *others = [
            Explanation(
                self.told(one), one.mistake.kind, one.mistake.scope, one.mistake.computation,
                f"{self.wrong} values", self.tried, 0.0,
            )
            for one in self.suspects[:5]
        ]  # fmt: skip
        return Explanation(
            first.sentence, first.mistake, first.scope, first.computation, first.reproduces,
            first.candidates, first.chance, tuple(others),
        )  # fmt: skip


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
        return [quantity for quantity in self.asked if answer(self.runs, quantity) is not None]

    @cached_property
    def runs(self) -> Runs:
        """All mistakes run at once."""
        moments = {q.updates for q in self.asked}
        return with_all(self.derivation, self.mistakes, {*moments, max(moments, default=0) + 1})

    @cached_property
    def answers(self) -> Any:
        """A column for each mistake, a row for each question that is followed."""
        count = len(self.mistakes)
        rows = [np.broadcast_to(answer(self.runs, q), (count,)) for q in self.followed]
        return np.array(rows, dtype=float).reshape(len(rows), count)

    def right(self, quantity: Quantity) -> float | None:
        """The right answer to a question that may not be asked."""
        if quantity.updates not in self.runs.moments:
            return None
        value = answer(self.runs, quantity)
        return None if value is None else float(np.ravel(value)[0])

    def diagnose(self, told: Mapping[Quantity, float]) -> Diagnosis:
        """The mistakes that reproduce all wrong answers, up to what rounding to float64 can do;
        none where the right computation reproduces all."""
        rows = [k for k, quantity in enumerate(self.followed) if quantity in told]
        tried, values = len(self.mistakes) - 1, len(rows)
        if not rows:
            return Diagnosis((), 0, 0, 0)
        given = np.array([told[self.followed[k]] for k in rows], dtype=float)[:, None]
        answers = self.answers[rows]
        with np.errstate(all="ignore"):
            off = np.abs(answers - given) / np.maximum(np.abs(given), _SMALL)
        off[answers == given] = 0.0
        close = (off <= _CLOSE) | ~(np.isfinite(answers) | np.isfinite(given))
        wrong = ~close[:, 0]
        telling = wrong & np.isfinite(given[:, 0])
        undefined = int((wrong & ~telling).sum())
        if not telling.any():  # what is not a number tells no mistake from another
            return Diagnosis((), tried, values, int(wrong.sum()), undefined)
        found = [
            Suspect(self.mistakes[k], float(off[telling, k].max()), int((~close[:, k]).sum()))
            for k in map(int, np.flatnonzero(close[wrong].all(axis=0)))
        ]
        answered = {self.followed[k]: told[self.followed[k]] for k in rows}
        amiss = {q: a for (q, a), bad in zip(answered.items(), wrong, strict=True) if bad}
        found += [Suspect(*one) for one in throughout(answered, amiss, self.right)]
        if not found:
            finite = {q: a for q, a in answered.items() if np.isfinite(a)}
            earliest = sorted((q for q in amiss if q in finite), key=self.scenario.order)
            solutions = solved(self.derivation, self.mistakes, finite, earliest)
            found = [Suspect(*one) for one in solutions]
        found.sort(key=lambda one: (one.right, one.mistake.size))
        return Diagnosis(tuple(found), tried, values, int(wrong.sum()), undefined)


def diagnose(
    chapter: Chapter, told: Mapping[Quantity, float], certified: Sequence[Certified]
) -> Diagnosis:
    """What is wrong with an implementation that told this of a chapter's scenario.

    Answers that cannot be judged are left aside: at a kink, each implementation has its choice.
    """
    judged = [one for one in certified if one.bound is not None and one.quantity in told]
    answers = {one.quantity: told[one.quantity] for one in judged}
    wrong = sum(isinstance(measured(one, answers[one.quantity]), Divergence) for one in judged)
    large = len(chapter.scenario.computation.steps) > MOST_STEPS
    if not wrong or large or not loss_of(chapter.scenario):
        return Diagnosis((), 0, len(answers), wrong)
    return Lineup(chapter.scenario, questions(chapter)).diagnose(answers)


def answer(runs: Runs, quantity: Quantity) -> Any:
    """What runs have for a quantity; None where they do not follow it."""
    state = runs.moments[quantity.updates]
    line = quantity.of if quantity.by is None else adjoint(quantity.of, quantity.by)
    return state.get(line)
