"""An explanation of a wrong number or formula, and how it is ranked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

#: Above this chance of a mere coincidence an explanation is no evidence.
EVIDENCE: Final = 0.1


@dataclass(frozen=True)
class Explanation:
    """``reproduces`` is the printed text that comes out; ``computation`` how.

    ``candidates`` counts what was tried for this number, ``chance`` is how likely one of them
    gives these digits by accident. ``lines`` are the wrong lines of the scenario that the mistake
    accounts for, ``contradicts`` counts right numbers that would come out otherwise, ``missed``
    wrong ones that would, and not as they are printed.
    """

    sentence: str
    mistake: str
    scope: str
    computation: str
    reproduces: str
    candidates: int = 0
    chance: float = 0.0
    also: tuple[Explanation, ...] = ()
    size: float = field(default=1.0, compare=False)
    lines: tuple[int, ...] = ()
    contradicts: int = 0
    missed: int = 0
    #: Another one comes to the same number, and contradicts nothing that is right.
    refuted: bool = False
    #: Those that come to one number are of one group; the chance belongs to it.
    group: int = field(default=0, compare=False)
    #: Of a formula, how many other changes make it true as well; it has no chance.
    rivals: int | None = field(default=None, compare=False)
    #: The sort of the candidates that it was found among.
    sort: str = field(default="catalogue", compare=False)
    #: Of a mistake of the catalogue, what it changes.
    key: tuple[object, ...] = field(default=(), compare=False, repr=False)
    #: How many candidates there are of just its kind, where that is not all of them.
    peers: int = field(default=0, compare=False)
    #: What it carries on, or rests on besides: the places of other wrong findings.
    origins: tuple[tuple[int, int], ...] = field(default=(), compare=False)
    #: The cause that it is told among, where that is not the whole sentence.
    cause: str = field(default="", compare=False)
    #: What it comes to in full precision, where that can be told.
    value: float | None = field(default=None, compare=False)
    #: What it is worth that it accounts for other lines too, in decades.
    gain: float = field(default=0.0, compare=False)

    @property
    def evidence(self) -> bool:
        """Whether a coincidence is unlikely."""
        return self.chance <= EVIDENCE and not self.refuted

    @property
    def doubt(self) -> str:
        """What is added to the sentence where it is no evidence."""
        if self.evidence or self.mistake == "none":
            return ""
        if self.refuted:
            some = f"{self.contradicts} right number{'s' * (self.contradicts > 1)}"
            return f"; refuted: {some} would come out otherwise"
        return f"; no evidence: {self.candidates:,} candidates were tried"

    def as_object(self) -> dict[str, Any]:
        """The explanation as plain dictionaries and lists."""
        return {
            "sentence": self.sentence + self.doubt,
            "mistake": self.mistake,
            "scope": self.scope,
            "computation": self.computation,
            "reproduces": self.reproduces,
            "candidates": self.candidates,
            "chance": None if self.rivals is not None else float(f"{self.chance:.2g}"),
            "also": [replace(other, also=()).as_object() for other in self.also],
        }


def chosen(found: Sequence[Explanation], most: int = 5) -> Explanation | None:
    """The first of a ranked list, the next ones beside it."""
    if not found:
        return None
    return replace(found[0], also=tuple(found[1:most]))


def none_of(printed: str, candidates: int, aside: str = "") -> Explanation:
    """What is said when nothing fits."""
    told = f"no single mistake of {candidates:,} tried reproduces it"
    return Explanation(
        f"{told}; {aside}" if aside else told, "none", "", "", printed, candidates, 1.0
    )
