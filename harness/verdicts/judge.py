"""Judges the lines of a scenario, in the document's order.

A number may be acquitted on either of two routes: it is right at full precision, or it is right
for the operands that the author printed. Both are always taken, because each alone raises false
alarms. What earlier lines printed is remembered: their formulas, and their errata.
"""

from __future__ import annotations

from collections.abc import Iterator

from harness.fixture import Chapter, Line, Part
from harness.notation import NotationError
from harness.notation.syntax import Number, signed_number, walk
from harness.oracle import Oracle
from harness.verdicts.findings import Finding, Judged
from harness.verdicts.forms import normal
from harness.verdicts.memory import Formula, Memory
from harness.verdicts.numbers import judge_number
from harness.verdicts.operands import Laid, Operands
from harness.verdicts.records import compare_with_records
from harness.verdicts.values import Values


def judge(chapter: Chapter, oracle: Oracle) -> list[Judged]:
    """Every line of a chapter with its findings, recorded errata compared."""
    memory = Memory(Values(oracle))
    return [
        compare_with_records(line, _Bench(line, memory).findings(), memory.values)
        for line in chapter.lines
    ]


class _Bench:
    """One line on trial."""

    def __init__(self, line: Line, memory: Memory) -> None:
        self.line = line
        self.memory = memory
        self.subject = line.parts[0]
        self.formulas: list[Formula] = []
        self.last: Laid | None = None  # the calculation just before

    def findings(self) -> list[Finding]:
        if self.subject.kind == "calculation":
            self.last = self.laid(self.subject)
        found = [finding for part in self.line.parts[1:] for finding in self.part(part)]
        if self.formulas:
            self.memory.formulas.setdefault(self.subject.bound, []).extend(self.formulas)
        return found

    def part(self, part: Part) -> Iterator[Finding]:
        match part.kind:
            case "number":
                yield self.number(part)
            case "calculation":
                self.last = self.laid(part)
                yield from self.last.findings
                if part is self.line.parts[-1] and not self.last.attributed:
                    yield self.result(part)
            case _:
                yield from self.formula_or_mixture(part)

    def laid(self, part: Part) -> Laid:
        return Operands(self.memory, self.subject.bound, self.formulas, self.last).laid(part.bound)

    def number(self, part: Part) -> Finding:
        printed = signed_number(part.bound)
        assert printed is not None, part
        finding = judge_number(self.subject, printed, self.last, self.memory.values)
        self.memory.numbers[self.subject.bound, printed.text] = finding.verdict
        return finding

    def result(self, part: Part) -> Finding:
        """A calculation that ends a line and fits no formula: 1/2 is a number, others are not
        judged."""
        number = normal(part.bound)
        if isinstance(number, Number):
            return judge_number(self.subject, number, None, self.memory.values)
        reason = "no formula says what this computes, and no number follows"
        return Finding("number", self.subject.text, part.text, None, "unchecked", reason=reason)

    def formula_or_mixture(self, part: Part) -> Iterator[Finding]:
        """A segment with names; where some of them have been replaced by decimals, the decimals
        are operands, unless it holds as it stands."""
        mixture = self.mixture(part)
        verdict, reason = "false", None
        if mixture is None or mixture.errata:
            verdict, reason = self.memory.values.identity(self.subject.bound, part.bound)
        if mixture is not None and verdict == "false":
            self.last = mixture
            yield from mixture.findings
            return
        self.formulas.append(Formula(part.bound, verdict != "false"))
        self.last = None
        yield Finding("formula", self.subject.text, part.text, None, verdict, reason=reason)

    def mixture(self, part: Part) -> Laid | None:
        """A segment with names and decimals as a calculation, where a formula has its shape."""
        if not any(isinstance(node, Number) and "." in node.text for node in walk(part.bound)):
            return None
        try:
            laid = self.laid(part)
        except NotationError:
            return None
        return laid if laid.attributed and laid.findings else None
