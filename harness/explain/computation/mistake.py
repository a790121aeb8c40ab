"""A mistake: an edit of some lines of a derivation, or of what is given, with words for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from harness.explain.computation.derivation import Derivation, Entry


@dataclass(frozen=True)
class Instead:
    """Another computation in place of the scenario's own: with another loss, optimizer, order."""

    name: str
    derivation: Derivation = field(compare=False, repr=False)
    #: Whether nothing else can be made otherwise in it: it holds lines more than once.
    closed: bool = field(default=False, compare=False)


@dataclass(frozen=True)
class Mistake:
    """``edits`` replaces lines by their result, ``given`` numbers that the scenario states.

    ``kind`` is the word of the catalogue, ``scope`` where it was made, ``size`` how much has to go
    wrong for it: 1 is one symbol. ``computation`` is an edited line as it would be written.
    """

    kind: str
    scope: str
    sentence: str
    computation: str
    size: float
    edits: Mapping[str, Entry] = field(default_factory=dict)
    given: Mapping[str, Fraction] = field(default_factory=dict)
    #: What is taken for the value after an update, by parameter.
    after: Mapping[str, str] = field(default_factory=dict)
    #: What is computed as a whole in place of what should be.
    instead: Instead | None = None

    @property
    def key(self) -> tuple[object, ...]:
        """Equal for mistakes that change the same things in the same way."""
        return (
            frozenset(self.edits.items()),
            frozenset(self.given.items()),
            frozenset(self.after.items()),
            self.instead,
        )


#: No mistake at all.
SOUND: Final = Mistake("", "", "", "", 0)
