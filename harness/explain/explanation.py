"""An explanation of a wrong number or formula, and how it is ranked."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

#: Above this chance of a mere coincidence an explanation is no evidence.
EVIDENCE: Final = 0.1
#: The same where it contradicts more right numbers than it accounts for wrong lines.
EVIDENCE_AGAINST: Final = 1e-3


@dataclass(frozen=True)
class Explanation:
    """``reproduces`` is the printed text that comes out; ``computation`` how.

    ``candidates`` counts what was tried for this number, ``chance`` is how likely one of them
    gives these digits by accident. ``lines`` are the wrong lines of the scenario that the mistake
    accounts for, ``contradicts`` counts right numbers that would come out otherwise.
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
    #: Significant digits that it reproduces, over all its lines.
    digits: int = field(default=1, compare=False)
    #: The mistake was made before, and is only carried on here.
    follows: bool = False

    @property
    def evidence(self) -> bool:
        """Whether a coincidence is unlikely; the less so, the more right numbers speak against
        the mistake."""
        against = self.contradicts > len(self.lines)
        return self.chance <= (EVIDENCE_AGAINST if against else EVIDENCE)

    @property
    def doubt(self) -> str:
        """What is added to the sentence where it is no evidence."""
        if self.evidence or self.mistake == "none":
            return ""
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
            "chance": float(f"{self.chance:.2g}"),
            "also": [replace(other, also=()).as_object() for other in self.also],
        }


def chance_of(digits: int, candidates: int) -> float:
    """How likely one of so many candidates gives so many digits by accident.

    Each is taken to hit them with a chance of one in 10^digits.
    """
    hit = min(1.0, 10.0**-digits)
    return 1.0 if hit == 1 else -math.expm1(candidates * math.log1p(-hit))


def ranked(found: Iterable[Explanation]) -> list[Explanation]:
    """The likeliest first: what follows from an earlier mistake, then the smallest edit for the
    most wrong lines and against the fewest right ones; those that say the same are merged."""
    best: dict[str, Explanation] = {}
    for one in sorted(found, key=_order):
        best.setdefault(one.sentence, one)
    return list(best.values())


def _order(one: Explanation) -> tuple[bool, bool, float, str]:
    contradicted = min(one.contradicts, 10) / 10
    accounted = max(1, len(one.lines)) if one.evidence else 1
    weight = one.size * (1 + contradicted) / accounted**2
    return not one.follows, not one.evidence, weight, one.sentence


def chosen(found: Sequence[Explanation], most: int = 5) -> Explanation | None:
    """The first of a ranked list, the next ones beside it."""
    if not found:
        return None
    return replace(found[0], also=tuple(found[1:most]))


def none_of(printed: str, candidates: int) -> Explanation:
    """What is said when nothing fits."""
    return Explanation(
        f"no single mistake of {candidates:,} tried reproduces it", "none", "", "", printed,
        candidates, 1.0,
    )  # fmt: skip
