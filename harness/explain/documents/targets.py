"""What has to be explained, and what has to stay right: findings with their expressions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, NamedTuple

from harness.explain.documents.values import Wanted, wanted
from harness.fixture import Line, Part
from harness.notation import NotationError, parse_expression
from harness.notation.syntax import Expression, Number, signed_number
from harness.scenario.scenario import Scenario
from harness.verdicts import Finding, Judged
from harness.verdicts.decimals import unit

_RIGHT = frozenset(["correct", "truncated", "carried"])
#: What is larger, or whose inverse is, is not followed in floats.
_HUGE: Final = Fraction(10) ** 300


class Spot(NamedTuple):
    """Where a finding stands: its line among those of the chapter, and its place in the line."""

    row: int
    place: int


@dataclass(frozen=True)
class Target:
    """A finding in its line; ``expression`` is what it is about, where that can be followed."""

    line: Line
    spot: Spot
    finding: Finding
    expression: Expression | None
    printed: Number | None
    wanted: Wanted | None

    @property
    def last(self) -> int:
        """The last moment that it speaks of."""
        return max(self.wanted.moments) if self.wanted else 0

    @property
    def before(self) -> Part | None:
        """The calculation or formula printed just before the number."""
        before: Part | None = None
        for part in self.line.parts:
            alone = part.kind == "number" and part.text == self.finding.printed
            if alone or part.kind == "numbers":
                return before
            if part.kind in {"calculation", "formula"}:
                before = part
        return None

    @property
    def calculation(self) -> Part | None:
        """The calculation printed just before the number."""
        before = self.before
        return before if before is not None and before.kind == "calculation" else None


def targets(judged: Sequence[Judged], scenario: Scenario) -> Iterator[tuple[bool, Target]]:
    """Every finding of a number, an operand or a formula: whether it is wrong, and as a target.

    Right ones are numbers and operands alone.
    """
    for row, line in enumerate(judged):
        for place, finding in enumerate(line.findings):
            if not finding.is_erratum and finding.verdict not in _RIGHT:
                continue
            yield finding.is_erratum, _target(line.line, Spot(row, place), finding, scenario)


def _target(line: Line, spot: Spot, finding: Finding, scenario: Scenario) -> Target:
    if finding.kind == "formula":
        return Target(line, spot, finding, line.subject.bound, None, None)
    expression = _about(line, finding, scenario)
    try:
        printed = _followed(signed_number(parse_expression(finding.printed)))
        need = None if expression is None else wanted(expression, scenario)
    except NotationError:
        printed, need = None, None
    return Target(line, spot, finding, expression, printed, need)


def _followed(printed: Number | None) -> Number | None:
    """A number, unless it or its last digit is beyond the range of float64."""
    if printed is None or (abs(printed.value) < _HUGE and unit(printed) > 1 / _HUGE):
        return printed
    return None


def _about(line: Line, finding: Finding, scenario: Scenario) -> Expression | None:
    """The expression that a finding names by its text."""
    if finding.kind == "number" and finding.quantity == line.subject.text:
        return line.subject.bound
    binder = scenario.binder
    try:
        return binder.bind(parse_expression(finding.quantity, binder.names))
    except NotationError:
        return None
