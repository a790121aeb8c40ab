"""Mistakes that reproduce what an implementation has wrong, and what is said of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from harness.explain.catalogue.sizes import MOST_TRIED
from harness.explain.computation.mistake import Mistake
from harness.explain.explanation import Explanation
from harness.explain.witnesses.start import Start, not_following


@dataclass(frozen=True)
class Suspect:
    """A mistake that reproduces all wrong answers; ``off`` is the largest relative difference left.

    ``right`` counts answers that would be wrong as well, had the mistake been made for them too: a
    gradient that is told may be computed once more, and right, after the update that it misses.
    """

    mistake: Mistake
    off: float
    right: int = 0
    #: Where it is two at once, each of them.
    parts: tuple[Mistake, ...] = ()
    #: How likely so much is reproduced by accident, where that is worth telling.
    chance: float = 0.0

    @property
    def computations(self) -> list[str]:
        """A line of each mistaken computation, beside the right one."""
        return [one.computation for one in self.parts or (self.mistake,)]


@dataclass(frozen=True)
class Diagnosis:
    """``suspects`` reproduce every wrong answer, the likeliest first; ``tried`` were tried on
    ``values`` answers, of which ``wrong`` differ from the right ones and ``undefined`` are no
    numbers.

    Where none was found, ``pairs`` of mistakes were tried as well; ``unproven`` ones reproduce all
    and are no evidence, and there are none in a ``large`` scenario. It goes wrong at ``start``.
    ``left_out`` says that not all mistakes are tried.
    """

    suspects: tuple[Suspect, ...]
    tried: int
    values: int
    wrong: int
    undefined: int = 0
    pairs: int = 0
    unproven: int = 0
    large: bool = False
    start: Start | None = None
    left_out: str = ""

    @property
    def sentence(self) -> str:
        """What is said of the implementation."""
        if self.suspects:
            return self.told(self.suspects[0])
        if not self.tried:
            return f"no mistake is tried on a scenario of more than {MOST_TRIED} operations"
        if not self.wrong:
            return "all answers are right to 13 digits, and closer than that no mistake is tried"
        if self.wrong == self.undefined:
            return f"{self.undefined} of {self.values} answers are nan or inf, and the others right"
        left_out = f"; {self.left_out}" if self.left_out else ""
        return f"{self._none}{self._beginning}{self._not_numbers}{left_out}"

    @property
    def _none(self) -> str:
        """That nothing reproduces what is wrong, and how much was tried."""
        single = f"no single mistake of {self.tried:,} tried"
        if self.wrong == 1:
            return f"{single} reproduces the one wrong value of {self.values}"
        all_of_them = f"all {self.wrong} wrong values of {self.values}"
        if self.large:
            what = "two at once are not tried on a scenario of this size"
            return f"{single} reproduces {all_of_them}; {what}"
        if self.unproven:
            do = "does" if self.unproven == 1 else "do"
            why = "so few or short numbers are made by two mistakes in many ways"
            what = f"{self.unproven:,} of {self.pairs:,} pairs {do}, which is no evidence: {why}"
            return f"{single} reproduces {all_of_them}; {what}"
        if self.pairs:
            return f"{single}, and none of {self.pairs:,} pairs, reproduces {all_of_them}"
        return f"{single} reproduces {all_of_them}"

    @property
    def _beginning(self) -> str:
        if self.start is None:
            return ""
        if self.wrong == 1:
            return f": {self.start.told}"
        first = "the first of them that is a number" if self.undefined else "the first of them"
        return f"; {self.start.sentence(first)}"

    def told(self, one: Suspect) -> str:
        """A suspect in words, with how well it fits."""
        digits = 10 ** np.ceil(np.log10(max(one.off, 1e-15)))
        whole = f"all {self.wrong} wrong values" if self.wrong > 1 else "the one wrong value"
        return (
            f"{one.mistake.sentence}: {whole} of {self.values} "
            f"reproduced to {digits:.0e}{not_following(one.right)}{self._not_numbers}"
        )

    @property
    def _not_numbers(self) -> str:
        if not self.undefined:
            return ""
        return f"; {self.undefined} answer{'s are' if self.undefined > 1 else ' is'} nan or inf"

    @property
    def explanation(self) -> Explanation:
        """The first suspect as an explanation, the next ones beside it; where there is none, what
        the first wrong answer comes of."""
        found = [
            self._explained(one.mistake, self.told(one), f"{self.wrong} values", one.chance)
            for one in self.suspects[:5]
        ]
        if found:
            return replace(found[0], also=tuple(found[1:]))
        return Explanation(
            self.sentence, "none", "", "", "", self.tried + self.pairs, 1.0, tuple(self._partly)
        )

    @property
    def _partly(self) -> Iterator[Explanation]:
        if self.start is not None and self.start.mistake is not None:
            mistake, count = self.start.mistake, self.start.others + 1
            some = f"{count} of {self.wrong} values"
            yield self._explained(mistake, f"{mistake.sentence}: {some}", some, 0.0)

    def _explained(
        self, mistake: Mistake, sentence: str, reproduces: str, chance: float
    ) -> Explanation:
        return Explanation(
            sentence, mistake.kind, mistake.scope, mistake.computation, reproduces,
            self.tried + self.pairs, chance,
        )  # fmt: skip
