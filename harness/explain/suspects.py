"""Mistakes that reproduce what an implementation has wrong, and what is said of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from harness.explain.explanation import Explanation
from harness.explain.mistake import Mistake

#: Mistakes are tried on scenarios of up to so many steps: the catalogue grows with them.
MOST_STEPS: Final = 500


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
