"""A fixture as it was read: the document, its scenarios, and the lines it prints about each."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from harness.notation.syntax import Expression
from harness.scenario.scenario import Scenario
from harness.scenario.task import Quantity


@dataclass(frozen=True)
class Document:
    """Which document a fixture transcribes."""

    id: str
    title: str
    author: str | None
    date: str | None
    source: str | None


@dataclass(frozen=True)
class Erratum:
    """A recorded erratum: what the line prints, what should stand there, and where it is recorded."""

    printed: str
    should_be: str
    line: int
    #: ``should_be`` as the notation reads it, names bound.
    correction: Expression
    #: The sentence of its explanation, as it was when it was recorded.
    cause: str | None = None


@dataclass(frozen=True)
class Part:
    """One segment of a line: as it is printed, as it is written, and with every name bound."""

    text: str
    written: Expression
    bound: Expression
    kind: str
    column: int


@dataclass(frozen=True)
class Line:
    """A chain of segments; ``line`` is where it stands in the fixture file."""

    section: str
    text: str
    line: int
    parts: tuple[Part, ...]
    errata: tuple[Erratum, ...]
    #: The tolerance that the document states for the numbers of this line.
    within: Fraction | None = None

    @property
    def subject(self) -> Part:
        """What the line is about: its first segment that is more than bare numbers."""
        return next((part for part in self.parts if "number" not in part.kind), self.parts[0])

    @property
    def claims(self) -> tuple[Part, ...]:
        """What the line says of its subject: all other segments."""
        return tuple(part for part in self.parts if part is not self.subject)


@dataclass(frozen=True, eq=False)
class Chapter:
    """A scenario and the lines about it, in the document's order; no other one is equal to it."""

    scenario: Scenario
    title: str | None
    lines: tuple[Line, ...]

    def asked(self) -> list[Quantity]:
        """What every implementation is asked about this scenario, in the order of computation."""
        return self.scenario.asked(part.bound for line in self.lines for part in line.parts)


@dataclass(frozen=True)
class Fixture:
    """A fixture file, read and checked."""

    document: Document
    file: str
    chapters: tuple[Chapter, ...]
