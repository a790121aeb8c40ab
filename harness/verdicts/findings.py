"""What is found in a line: one finding a number, a formula and an operand."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

from harness.fixture import Erratum, Line
from harness.verdicts.decimals import Value

Kind = Literal["number", "formula", "operand"]

#: Verdicts on a number or an operand, and on a formula; see docs/verdicts.md.
NUMBER_VERDICTS: Final = (
    "correct", "truncated", "carried", "last-digit", "inherited", "wrong", "undecided", "unchecked",
)  # fmt: skip
FORMULA_VERDICTS: Final = ("holds", "false", "undecided")
#: The verdicts that are errata.
ERRATA: Final = frozenset(["last-digit", "inherited", "wrong", "false"])


@dataclass(frozen=True)
class Finding:
    """``full_precision`` and ``printed_operands`` are the verdicts of the two routes that may
    acquit a number; None where a route does not exist. ``reason`` is a sentence for people, and
    ``value`` what ``exact`` shows. An operand of ``either_sign`` may be read with its term's sign
    in it or without. ``cause`` is the recorded explanation of an erratum."""

    kind: Kind
    quantity: str
    printed: str
    exact: str | None
    verdict: str
    should_be: str | None = None
    recorded: bool = False
    full_precision: str | None = None
    printed_operands: str | None = None
    reason: str | None = None
    value: Value | None = field(default=None, repr=False, compare=False)
    either_sign: bool = False
    cause: str | None = None

    @property
    def is_erratum(self) -> bool:
        """Whether the verdict says that the document is wrong here."""
        return self.verdict in ERRATA


@dataclass(frozen=True)
class Refuted:
    """A recorded erratum that is none, or whose correction is wrong."""

    erratum: Erratum
    reason: str


@dataclass(frozen=True)
class Judged:
    """A line with everything found in it."""

    line: Line
    findings: tuple[Finding, ...]
    refuted: tuple[Refuted, ...] = field(default=())
