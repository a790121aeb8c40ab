"""Where an implementation goes wrong first, and the mistake that this comes of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from harness.explain.computation.mistake import Mistake
from harness.explain.witnesses.answers import CLOSE, close
from harness.explain.witnesses.matching import Matching
from harness.scenario.task import Quantity


@dataclass(frozen=True)
class Start:
    """The first wrong answer in the order of computation: ``got`` where ``right`` belongs.

    The ``mistake``, where one reproduces it, reproduces so many ``others`` of the wrong answers,
    and would make so many right ones wrong. If ``alone``, all other wrong answers follow from it.
    """

    quantity: Quantity
    got: float
    right: float
    alone: bool
    mistake: Mistake | None = None
    others: int = 0
    contradicted: int = 0
    #: The question that it would be the right answer to.
    other: Quantity | None = None

    @property
    def told(self) -> str:
        """The answer, and the right one."""
        got, right = f"{self.got:.9g}", f"{self.right:.9g}"
        if got == right:
            got, right = repr(self.got), repr(self.right)
        other = f", and is the right {self.other}" if self.other is not None else ""
        return f"{self.quantity} = {got}, where {right} is right{other}"

    def sentence(self, which: str) -> str:
        """What this one comes of, which is the first of several."""
        if self.mistake is None:
            following = "; nothing else is wrong but what follows from it" * self.alone
            tried = "" if self.other is not None else "; no mistake tried gives the wrong one"
            return f"{which} is {self.told}{tried}{following}"
        others = (
            f", and {self.others} other{'s' * (self.others > 1)} come" if self.others else ", comes"
        )
        besides = not_following(self.contradicted)
        return f"{which}, {self.quantity}{others} of: {self.mistake.sentence}{besides}"


def not_following(right: int) -> str:
    """How many right answers speak against a mistake, where there are any."""
    if right == 1:
        return "; 1 right one does not follow from it"
    return f"; {right} right ones do not follow from it" if right else ""


def start(matching: Matching, alone: bool) -> Start:
    """The first wrong answer, with the mistake that reproduces most besides."""
    row = matching.first
    quantity, got = matching.asked[row], float(matching.given[row, 0])
    right = float(matching.answers[row, 0])
    found = matching.beginnings
    if not found:
        return Start(quantity, got, right, alone, other=_answered(matching, row))
    best = found[0]
    return Start(
        quantity, got, right, alone, matching.lineup.mistakes[best],
        int(matching.reproduced[best]) - 1, int(matching.contradicted[best]),
    )  # fmt: skip


def _answered(matching: Matching, row: int) -> Quantity | None:
    """The question of the same moment that a wrong answer is the right one to."""
    got, asked = matching.given[row, 0], matching.asked
    for place in map(int, np.flatnonzero(close(matching.answers[:, 0], got))):
        if asked[place].updates == asked[row].updates and abs(got) > CLOSE and abs(got) != 1:
            return asked[place]
    return None
