"""Judges the lines of a scenario, in the document's order.

A number may be acquitted on either of two routes: it is right at full precision, or it is right
for the operands that the author printed. Both are always taken, because each alone raises false
alarms. What earlier lines printed is remembered: their formulas, and their errata.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from harness.fixture import Chapter, Line, Part
from harness.notation import NotationError
from harness.notation.syntax import (
    Array,
    Expression,
    Number,
    bracketed,
    element_of,
    signed_number,
    walk,
)
from harness.oracle import Oracle
from harness.verdicts import decimals
from harness.verdicts.decimals import Value, unit
from harness.verdicts.findings import Finding, Judged
from harness.verdicts.forms import may_be_rounded, normal
from harness.verdicts.memory import Formula, Memory
from harness.verdicts.numbers import judge_number
from harness.verdicts.operands import Laid, Operands
from harness.verdicts.records import compare_with_records
from harness.verdicts.values import Values

_FROM_PRINTED = "right for the numbers printed before"


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
        self.subject = line.subject
        self.formulas: list[Formula] = []
        self.last: Laid | None = None  # the calculation just before

    def findings(self) -> list[Finding]:
        if self.subject.kind == "calculation":
            self.last = self.laid(self.subject)
        found = [finding for part in self.line.claims for finding in self.part(part)]
        if self.formulas:
            self.memory.formulas.setdefault(self.subject.bound, []).extend(self.formulas)
        return found

    def part(self, part: Part) -> Iterator[Finding]:
        match part.kind:
            case "number":
                yield self.number(part)
            case "numbers":
                yield from self.numbers(part)
            case "calculation":
                self.last = self.laid(part)
                yield from self.last.findings
                if not self.last.attributed:
                    yield self.unattributed(part, self.last)
            case _:
                yield from self.formula_or_mixture(part)

    def laid(self, part: Part) -> Laid:
        return Operands(self.memory, self.subject.bound, self.formulas, self.last).laid(part.bound)

    def numbers(self, part: Part) -> Iterator[Finding]:
        """An array of numbers, each judged as if it stood alone."""
        for place, printed in _numbers(part.bound):
            element = element_of(self.subject.bound, place)
            text = f"{self.subject.text}{bracketed(place)}"
            subject = replace(self.subject, text=text, bound=element)
            yield judge_number(subject, printed, None, self.memory.values, self.line.within)

    def number(self, part: Part) -> Finding:
        printed = signed_number(part.bound)
        assert printed is not None, part
        values, within = self.memory.values, self.line.within
        finding = judge_number(self.subject, printed, self.last, values, within)
        if finding.is_erratum and self.last is None:
            for laid in self.from_printed():
                found = judge_number(self.subject, printed, laid, values, within)
                if not found.is_erratum:
                    finding = replace(found, reason=_FROM_PRINTED)
                    break
                if found.verdict == "inherited":
                    finding = replace(found, reason=f"{_FROM_PRINTED}, one of which is wrong")
        self.memory.remember(self.subject.bound, printed, finding.verdict)
        return finding

    def from_printed(self) -> Iterator[Laid]:
        """The formulas of the subject as calculations with the numbers printed before."""
        for formula in [*reversed(self.formulas), *self.memory.known_formulas(self.subject.bound)]:
            found = self.memory.from_printed(formula)
            if found is not None:
                expression, sound = found
                value = self.memory.values.value(expression)
                holds = formula.holds and sound
                yield Laid(expression, value, formula.expression, (), True, holds)

    def unattributed(self, part: Part, laid: Laid) -> Finding:
        """A calculation that no formula fits: what it computes has to be the number after it."""
        number = normal(part.bound)
        if isinstance(number, Number):  # a quotient such as 1/2 is a number
            return judge_number(self.subject, number, None, self.memory.values)
        verdict, reason = "unchecked", "no formula before it has its shape"
        after = self.number_after(part)
        known = self.memory.values.unknown(self.subject.bound) is None
        target = self.memory.values.value(self.subject.bound) if known else None
        if not laid.value.finite():
            reason = "it has no finite value"
        elif after is not None and not self.may_be_printed(part, after):
            computed = decimals.rounded(laid.value, after)
            verdict, reason = "wrong", f"it computes to {computed}, not to {after.text}"
        elif (
            after is None
            and target is not None
            and not self.memory.values.may_be(part.bound, target)
        ):
            verdict, reason = "wrong", f"it computes to {decimals.shown(laid.value)}"
        elif after is None:
            reason += ", and no number follows"
        shown = None if target is None else decimals.shown(target)
        return Finding(
            "number", self.subject.text, part.text, shown, verdict, reason=reason, value=target
        )

    def may_be_printed(self, part: Part, number: Number) -> bool:
        """Whether what a calculation comes to may be printed so: rounded, or cut off."""
        last = unit(number) if number.value > 0 else -unit(number)
        middle = Value.of(number.value + last / 4)
        return self.memory.values.may_be(part.bound, middle, abs(last) * 3 / 4)

    def number_after(self, part: Part) -> Number | None:
        """The bare number that the line prints next after ``part``."""
        later = self.line.claims[self.line.claims.index(part) + 1 :]
        return next((signed_number(one.bound) for one in later if one.kind == "number"), None)

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
        # With decimals it says less about what the operands after it stand for, and comes last.
        place = 0 if _holds_decimals(part) else len(self.formulas)
        self.formulas.insert(place, Formula(part.bound, verdict != "false"))
        self.last = None
        yield Finding("formula", self.subject.text, part.text, None, verdict, reason=reason)

    def mixture(self, part: Part) -> Laid | None:
        """A segment with names and decimals as a calculation, where a formula has its shape."""
        if not _holds_decimals(part):
            return None
        try:
            laid = self.laid(part)
        except NotationError:
            return None
        return laid if laid.attributed and laid.findings else None


def _numbers(node: Expression) -> Iterator[tuple[tuple[int, ...], Number]]:
    """The numbers in an array, each with its place."""
    if isinstance(node, Array):
        for k, element in enumerate(node.elements):
            yield from (((k, *place), number) for place, number in _numbers(element))
    else:
        number = signed_number(node)
        assert number is not None, node
        yield (), number


def _holds_decimals(part: Part) -> bool:
    return any(isinstance(node, Number) and may_be_rounded(node) for node in walk(part.bound))
