"""Mistakes planted in the computation of a scenario, and what the harness says of each."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any, Literal

import numpy as np
from flint import arb, ctx

from harness.agreement import compare
from harness.bounds import Certified, certify
from harness.explain.computation.mistake import Mistake
from harness.explain.computation.running import Runs, with_one
from harness.explain.witnesses.answers import answer
from harness.explain.witnesses.diagnosis import single
from harness.explain.witnesses.lineup import Lineup, questions
from harness.explain.witnesses.matching import Matching
from harness.fixture import Chapter
from harness.oracle import Oracle
from harness.oracle.balls import exact
from harness.scenario.task import Quantity
from harness.witnesses import Testimony

_BITS = 256
#: Why a mistake changes nothing.
SAME_VALUE = "the edited line has the same value at these numbers"
NO_EFFECT = "nothing that is asked depends on the edited line at these numbers"
NOT_JUDGED = "only what has no single value, with the mistake or without, may change: a kink"
#: A ball wider than this, relative to its middle, is no single value.
_WIDE = 1e-12
#: Of a difference that is wider than this and than the bound, nothing is known.
_NARROW = Fraction(1, 10**15)
#: The candidates run in floats: what some thousands of roundings, of 1e-16 each, explain is none.
_ROUNDING = 1e-12


@dataclass(frozen=True)
class Trial:
    """One mistake planted. ``name`` says which one the diagnosis puts first: this, one that
    computes the same, another, or none; ``reason`` why an equivalent one changes nothing."""

    mistake: Mistake
    outcome: Literal["caught", "missed", "equivalent"]
    name: Literal["this", "same", "other", "none"]
    reason: str = ""


@dataclass(frozen=True)
class Bed:
    """A scenario in which mistakes are planted."""

    document: str
    chapter: Chapter

    @property
    def name(self) -> str:
        """The scenario as reports name it."""
        return f"{self.document}/{self.chapter.scenario.id}"

    @cached_property
    def lineup(self) -> Lineup:
        """The whole catalogue, run."""
        return Lineup(self.chapter.scenario, questions(self.chapter))

    @cached_property
    def certified(self) -> list[Certified]:
        """The certified values of all that is asked and can be judged."""
        found = certify(Oracle(self.chapter.scenario), self.lineup.followed)
        return [one for one in found if one.bound is not None]

    def trials(self, mistakes: Sequence[Mistake]) -> list[Trial]:
        """Each mistake planted, one after the other."""
        return [self.trial(mistake) for mistake in mistakes]

    def trial(self, mistake: Mistake) -> Trial:
        """One mistake planted in ball arithmetic, its answers given by a witness."""
        runs = self.run(mistake)
        if runs is not None and self.same(runs):
            return Trial(mistake, "equivalent", "none", self.reason(mistake))
        answers = self.answers(mistake, runs)
        found = compare(Testimony("planted", "answered", answers), self.certified)
        if found.status == "disagrees":
            return Trial(mistake, "caught", self.named(mistake, answers))
        if runs is not None and not self.single(runs):
            return Trial(mistake, "equivalent", "none", NOT_JUDGED)
        return Trial(mistake, "missed", self.named(mistake, answers))

    def run(self, mistake: Mistake) -> Runs | None:
        """None where it divides by zero."""
        moments = {quantity.updates for quantity in self.lineup.asked}
        try:
            return with_one(self.lineup.derivation, mistake, moments, _BITS)
        except (ZeroDivisionError, ValueError):
            return None

    def same(self, runs: Runs) -> bool:
        """Whether all answers are the right ones, exactly."""
        with ctx.workprec(_BITS):
            return all(
                _nothing(answer(runs, one.quantity) - one.ball, one.bound) for one in self.certified
            )

    def single(self, runs: Runs) -> bool:
        """Whether every answer has a single value."""
        return all(_single(arb(answer(runs, one.quantity))) for one in self.certified)

    def answers(self, mistake: Mistake, runs: Runs | None) -> Mapping[Quantity, float]:
        """What a witness with this mistake would answer: in floats where balls have no value."""
        column = self.column(mistake)
        found = dict(zip(self.lineup.followed, self.lineup.answers[:, column], strict=True))
        exact = (
            {}
            if runs is None
            else {
                one.quantity: float(ball.mid())
                for one in self.certified
                if _single(ball := arb(answer(runs, one.quantity)))
            }
        )
        judged = [one.quantity for one in self.certified]
        return {quantity: exact.get(quantity, float(found[quantity])) for quantity in judged}

    def told(self, mistake: Mistake) -> Any:
        """The answers of a mistake as an array, in the order in which they are asked."""
        return self.lineup.answers[:, self.column(mistake)]

    @property
    def loss_after_one_update(self) -> int:
        """The place of the loss after one update among the answers."""
        training = self.chapter.scenario.training
        assert training is not None
        return self.lineup.followed.index(Quantity(training.loss, None, 1))

    def column(self, mistake: Mistake) -> int:
        """The place of a mistake among all."""
        return self.columns[mistake.key]

    @cached_property
    def columns(self) -> dict[Any, int]:
        """The places of all mistakes."""
        return {one.key: place for place, one in enumerate(self.lineup.mistakes)}

    def named(
        self, mistake: Mistake, answers: Mapping[Quantity, float]
    ) -> Literal["this", "same", "other", "none"]:
        """Which mistake the diagnosis puts first."""
        suspects = single(Matching(self.lineup, answers)).suspects
        if not suspects:
            return "none"
        if suspects[0].mistake.key == mistake.key:
            return "this"
        return "other" if suspects[0].right else "same"

    def reason(self, mistake: Mistake) -> str:
        """Why a mistake changes nothing."""
        column, count = self.column(mistake), len(self.lineup.mistakes)
        sound, mistaken = self.lineup.answers[:, 0], self.lineup.answers[:, column]
        if not np.allclose(sound, mistaken, rtol=_ROUNDING, atol=0, equal_nan=True):
            return NOT_JUDGED
        for state in self.lineup.runs.moments.values():
            for line in mistake.edits:
                values = np.broadcast_to(np.asarray(state[line], dtype=float), (count,))
                if not math.isclose(values[column], values[0], rel_tol=_ROUNDING, abs_tol=1e-300):
                    return NO_EFFECT
        return SAME_VALUE if mistake.edits else NO_EFFECT


def _nothing(difference: Any, bound: Fraction | None) -> bool:
    """Whether a difference is none: a ball that is wide, or not a number, proves nothing."""
    if not difference.is_finite() or not difference.contains(0):
        return False
    return bool(difference.rad() <= exact(max(bound or Fraction(0), _NARROW)))


def _single(ball: Any) -> bool:
    return bool(ball.is_finite()) and bool(ball.rad() <= abs(ball.mid()) * _WIDE)
