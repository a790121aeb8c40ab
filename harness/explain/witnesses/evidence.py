"""What two mistakes need to be told: two edits can make any one number.

Each of the two has to be borne out by wrong answers that the other one alone does not reproduce, and
that follow from no other answers; these must have so many digits that none of the pairs that were
tried reproduces them by accident. And one number that is wrong, for whatever reason, must not be
enough to make all that is wrong: a pair that makes just this number is found for almost any number.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Final

import numpy as np

from harness.explain.computation.derivation import Entry
from harness.explain.computation.mistake import SOUND, Mistake
from harness.explain.computation.running import with_all
from harness.explain.witnesses.answers import answers, close
from harness.explain.witnesses.matching import Matching
from harness.explain.witnesses.roots import roots
from harness.scenario.task import Quantity

#: The largest chance of an accident at which two mistakes are told.
_CHANCE: Final = 1e-3
#: More digits than this are not compared.
_DIGITS: Final = 9
#: More digits than this prove no more: wrong answers may have one reason unseen.
_ALL_DIGITS: Final = 15
_NUMBER: Final = "the number"


@dataclass(frozen=True)
class Evidence:
    """What the answers of an implementation say for and against pairs."""

    matching: Matching

    @cached_property
    def roots(self) -> list[int]:
        """The rows of the wrong answers that follow from no others."""
        matching = self.matching
        wrong = [one for one, bad in zip(matching.asked, matching.telling, strict=True) if bad]
        found = roots(matching.lineup.derivation, matching.told, set(wrong))
        return [matching.asked.index(one) for one in found]

    def chance(self, one: int, other: int, tried: int) -> float:
        """How likely one of so many pairs reproduces by accident what bears out one of the two."""
        digits = min(self._digits(one), self._digits(other), _ALL_DIGITS)
        return float(min(1.0, tried * 10.0**-digits))

    def tells(self, one: int, other: int, made: Mistake, tried: int) -> bool:
        """Whether two mistakes, by their places and made together, are told."""
        if self.chance(one, other, tried) > _CHANCE:
            return False
        rows = self._through_the_update(made)
        alone = self.matching.close[rows][:, [one, other]].all(axis=0).any()
        return bool(alone) or not self._one_number(made, rows)

    def _digits(self, without: int) -> int:
        """The digits of what the other one of two mistakes is needed for."""
        matching = self.matching
        found: dict[str, int] = {}
        for row in self.roots:
            if not matching.close[row, without]:
                given, right = float(matching.given[row, 0]), float(matching.answers[row, 0])
                # What is unchanged where it should have many digits is no short number.
                digits = max(len(_shown(given)), len(_shown(right)))
                found.setdefault(f"{given:.{_DIGITS}g}", digits)
        return sum(found.values())

    @cached_property
    def _pass(self) -> int:
        """How many updates are made before the first one that has something wrong."""
        return min(self._made_in(self.matching.asked[row]) for row in self.roots)

    def _made_in(self, quantity: Quantity) -> int:
        """The pass that a quantity belongs to: forward, backward, update."""
        training = self.matching.lineup.scenario.training
        updated = training is not None and quantity.of in training.moving and quantity.by is None
        return quantity.updates - (updated and quantity.updates > 0)

    def _through_the_update(self, made: Mistake) -> list[int]:
        """The rows of the first pass with something wrong, as far as a pair reproduces them."""
        matching = self.matching
        found = answers(matching.lineup.derivation, [made], matching.asked)
        same = close(found, matching.given)[:, 0]
        return [
            row
            for row, quantity in enumerate(matching.asked)
            if same[row] and self._made_in(quantity) == self._pass
        ]

    def _one_number(self, made: Mistake, rows: Sequence[int]) -> bool:
        """Whether one line with the value that it has in a pair, and all others right, gives all."""
        matching = self.matching
        ones = list(self._ones(made))
        asked = [matching.asked[row] for row in rows]
        asked = [replace(one, updates=one.updates - self._pass) for one in asked]
        if not ones or not asked:
            return False
        found = answers(matching.lineup.derivation, ones, asked)
        return bool(close(found, matching.given[rows]).all(axis=0).any())

    def _ones(self, made: Mistake) -> Iterator[Mistake]:
        """Each line that a pair changes as the only one that is changed."""
        derivation = self.matching.lineup.derivation
        sound, paired = self._state(SOUND), self._state(made)
        start = self._start(sound)
        for line, entry in derivation.line.items():
            value = paired.get(line, np.nan)
            if np.isfinite(value) and not close(value, sound[line]):
                number = replace(entry, operation="add", operands=(_NUMBER,), scale=Fraction(1))
                yield _one({line: number}, {**start, _NUMBER: Fraction(value)})
        for name, other in made.given.items():
            yield _one({}, {**start, name: other})

    def _start(self, sound: dict[str, float]) -> dict[str, Fraction]:
        """What the first pass with something wrong begins with, where it is not the very first."""
        lineup = self.matching.lineup
        training = lineup.scenario.training
        if not self._pass or training is None:
            return {}
        anew = lineup.scenario.schedule.at(self._pass, training.learning_rate)
        names = [*lineup.derivation.after, *anew]
        return {one: Fraction(sound[one]) for one in names if np.isfinite(sound[one])}

    def _state(self, mistake: Mistake) -> dict[str, float]:
        """All numbers of the first pass with something wrong."""
        [state] = with_all(
            self.matching.lineup.derivation, [mistake], [self._pass]
        ).moments.values()
        return {line: float(np.ravel(value)[0]) for line, value in state.items()}


def _one(edits: dict[str, Entry], given: dict[str, Fraction]) -> Mistake:
    return replace(SOUND, edits=edits, given=given)


def _shown(value: float) -> str:
    """The digits of a number that are compared."""
    mantissa = f"{abs(value):.{_DIGITS - 1}e}".partition("e")[0]
    return mantissa.replace(".", "").rstrip("0")
