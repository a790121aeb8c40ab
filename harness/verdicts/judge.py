"""Judges the lines of a scenario, in the document's order.

A number may be acquitted on either of two routes: it is right at full precision, or it is right
for the operands that the author printed. Both are always taken, because each alone raises false
alarms. What earlier lines printed is remembered: their formulas, and their errata.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from harness.fixture import Chapter, Line, Part
from harness.notation import NotationError
from harness.notation.printing import written
from harness.notation.syntax import (
    Derivative,
    Expression,
    Name,
    Number,
    Product,
    Sum,
    signed_number,
    walk,
)
from harness.oracle import Oracle
from harness.verdicts import decimals
from harness.verdicts.decimals import Value
from harness.verdicts.findings import ERRATA, Finding, Judged
from harness.verdicts.laying import Operand, layings, normal
from harness.verdicts.records import compare_with_records
from harness.verdicts.values import Values


def judge(chapter: Chapter, oracle: Oracle) -> list[Judged]:
    """Every line of a chapter with its findings, recorded errata compared."""
    memory = Memory(Values(oracle))
    judged = []
    for line in chapter.lines:
        findings = _Bench(line, memory).findings()
        judged.append(compare_with_records(line, findings, memory.values))
    return judged


@dataclass(frozen=True)
class Formula:
    """A formula printed for a quantity, and whether it holds."""

    expression: Expression
    holds: bool


@dataclass
class Memory:
    """What the lines before have printed, by the quantity they were about."""

    values: Values
    formulas: dict[Expression, list[Formula]] = field(default_factory=dict)
    #: The verdicts on printed numbers, by the quantity they stood for and their text.
    numbers: dict[tuple[Expression, str], str] = field(default_factory=dict)

    def known_formulas(self, subject: Expression) -> list[Formula]:
        """Formulas for ``subject``, the latest printed first, the model's own last."""
        printed = list(reversed(self.formulas.get(subject, [])))
        return printed + [Formula(formula, True) for formula in self._own(subject)]

    def _own(self, subject: Expression) -> Iterable[Expression]:
        scenario = self.values.oracle.scenario
        if not isinstance(subject, Name):
            return
        if subject.updates == 0:
            yield from (e.expression for e in scenario.equations if e.name == subject.name)
        training = scenario.training
        if training and subject.updates and subject.element in training.parameters:
            before = subject.updates - 1
            old = replace(subject, updates=before)
            slope = Derivative(Name(training.loss), replace(subject, updates=0), before)
            step = Product((Name(training.learning_rate), slope), ("*", "*"))
            yield Sum((old, step), (1, -1))


@dataclass(frozen=True)
class Laid:
    """A calculation with its operands judged, and whether the formula under it holds."""

    value: Value
    findings: tuple[Finding, ...]
    attributed: bool
    formula_holds: bool

    @property
    def sound(self) -> bool:
        """Whether its operands differ from the exact ones by rounding alone."""
        return self.attributed and self.formula_holds and not self.has_errata

    @property
    def has_errata(self) -> bool:
        """Whether an operand is an erratum."""
        return any(finding.verdict in ERRATA for finding in self.findings)


class _Bench:
    """One line on trial."""

    def __init__(self, line: Line, memory: Memory) -> None:
        self.line = line
        self.memory = memory
        self.values = memory.values
        self.subject = line.parts[0]
        self.formulas: list[Formula] = []
        self.last: tuple[Part, Laid] | None = None  # the calculation just before

    def findings(self) -> list[Finding]:
        found: list[Finding] = []
        if self.subject.kind == "calculation":
            self.last = (self.subject, self.laid(self.subject))
        for part in self.line.parts[1:]:
            kind = part.kind
            if kind == "formula" and (laid := self.mixed(part)) is not None:
                found += laid.findings
                self.last = (part, laid)
            elif kind == "formula":
                found.append(self.formula(part))
                self.last = None
            elif kind == "calculation":
                laid = self.laid(part)
                found += laid.findings
                self.last = (part, laid)
            else:
                found.append(self.number(part))
        if self.formulas:
            self.memory.formulas.setdefault(self.subject.bound, []).extend(self.formulas)
        return found

    # formulas

    def formula(self, part: Part) -> Finding:
        verdict, reason = self.values.identity(self.subject.bound, part.bound)
        self.formulas.append(Formula(part.bound, verdict != "false"))
        return Finding("formula", self.subject.text, part.text, None, verdict, reason=reason)

    def mixed(self, part: Part) -> Laid | None:
        """A segment with names and decimals as a calculation, where a formula has its shape."""
        if not any("." in number.text for number in _numbers(part.bound)):
            return None
        laid = self.laid(part)
        return laid if laid.attributed else None

    # calculations

    def laid(self, part: Part) -> Laid:
        """The calculation over the formula that fits it best, its operands judged."""
        value = self.values.value(part.bound)
        best: tuple[int, Laid] | None = None
        for formula in [*reversed(self.formulas), *self.memory.known_formulas(self.subject.bound)]:
            for laying in layings(part.bound, formula.expression, self.values.identically):
                finest = min(
                    (operand.printed for operand in laying), key=decimals.unit, default=None
                )
                findings = tuple(
                    self.operand(operand, finest or operand.printed) for operand in laying
                )
                laid = Laid(value, findings, True, formula.holds)
                wrong = sum(finding.verdict in ERRATA for finding in findings)
                if best is None or wrong < best[0]:
                    best = wrong, laid
            if best is not None and best[0] == 0:
                break
        if best is not None:
            return best[1]
        return self.over_last(part, value) or Laid(value, (), False, True)

    def operand(self, operand: Operand, finest: Number) -> Finding:
        """Whether a printed operand is what stands in its place in the formula.

        ``finest`` is the operand beside it with the most decimals; what should stand in place of
        another quantity is written with as many.
        """
        printed, part = operand.printed, operand.part
        value = self.values.value(part)
        text = written(part)
        if reason := self.unknown(part, value):
            return Finding("operand", text, printed.text, None, "unchecked", reason=reason)
        exact = decimals.shown(value)
        if self.values.given(part):
            right = decimals.equals(value, printed.value)
            verdict, reason = ("correct", None) if right else ("wrong", "it is stated otherwise")
            should_be = None if right else _as_stated(value, printed)
            return Finding("operand", text, printed.text, exact, verdict, should_be, reason=reason)
        full = decimals.verdict(value, printed)
        route = self.from_last(operand)
        verdict, reason = self.weighed_operand(operand, full, route)
        like = finest if verdict == "wrong" else printed
        should_be = decimals.rounded(value, like) if verdict in ERRATA else None
        return Finding(
            "operand", text, printed.text, exact, verdict, should_be,
            full_precision=full, printed_operands=route, reason=reason,
        )  # fmt: skip

    def weighed_operand(
        self, operand: Operand, full: str, route: str | None
    ) -> tuple[str, str | None]:
        """The verdict on a derived operand, from what it is and what was printed before."""
        if full == "correct":
            return full, None
        name, earlier = (
            written(operand.part),
            self.memory.numbers.get((operand.part, operand.printed.text)),
        )
        if route == "carried":
            return "carried", "right for the operands printed before"
        if route == "inherited":
            return "inherited", "right for the operands printed before, one of which is wrong"
        if earlier in ERRATA:
            return "inherited", f"printed for {name} before, and wrong there"
        if earlier in {"carried", "truncated"}:
            return "carried", f"as printed for {name} before"
        if swapped := self.values.named(operand.printed):
            return "wrong", f"this is {swapped}"
        return full, None

    def from_last(self, operand: Operand) -> str | None:
        """The verdict on an operand from the calculation just before, which it simplifies."""
        if self.last is None or not isinstance(operand.printed, Number):
            return None
        part, laid = self.last
        for inner in walk(normal(part.bound)):
            if isinstance(inner, (Number, Name)) or signed_number(inner):
                continue
            if not _same_form(inner, normal(operand.part)):
                continue
            if decimals.verdict(self.values.value(inner), operand.printed) == "correct":
                return "carried" if laid.sound else "inherited"
        return None

    def over_last(self, part: Part, value: Value) -> Laid | None:
        """A calculation that no formula fits, over the calculation before it."""
        if self.last is None:
            return None
        before, laid = self.last
        for laying in layings(part.bound, before.bound, self.values.identically):
            findings = tuple(self.simplified(operand, laid) for operand in laying)
            return Laid(value, findings, laid.attributed, laid.formula_holds)
        return None

    def simplified(self, operand: Operand, before: Laid) -> Finding:
        """An operand that stands for a part of the calculation before."""
        value = self.values.value(operand.part)
        verdict = decimals.verdict(value, operand.printed)
        if verdict in {"correct", "truncated"} and before.has_errata and not _bare(operand.part):
            verdict = "inherited"
        should_be = decimals.rounded(value, operand.printed) if verdict in ERRATA else None
        return Finding(
            "operand",
            written(operand.part),
            operand.printed.text,
            decimals.shown(value),
            verdict,
            should_be,
        )

    # numbers

    def number(self, part: Part) -> Finding:
        printed = signed_number(part.bound)
        assert printed is not None, part
        subject = self.subject.bound
        value = self.values.value(subject)
        if reason := self.unknown(subject, value):
            return Finding(
                "number", self.subject.text, printed.text, None, "unchecked", reason=reason
            )
        exact = decimals.shown(value)
        if isinstance(subject, Name) and self.values.given(subject):
            return self.stated(printed, value, exact)
        full = decimals.verdict(value, printed)
        route, carried = self.printed_operands(printed)
        verdict, reason = _weighed(full, carried)
        should_be = decimals.rounded(value, printed) if verdict in ERRATA else None
        self.memory.numbers[subject, printed.text] = verdict
        if verdict in ERRATA and route in {"correct", "truncated"} and carried is None:
            reason = "right for the printed operands, but no formula says what they stand for"
        return Finding(
            "number", self.subject.text, printed.text, exact, verdict, should_be,
            full_precision=full, printed_operands=route, reason=reason,
        )  # fmt: skip

    def stated(self, printed: Number, value: Value, exact: str) -> Finding:
        """A number that the document gives is exact: it is stated as it is computed with, or wrongly."""
        right = decimals.equals(value, printed.value)
        return Finding(
            "number", self.subject.text, printed.text, exact,
            "correct" if right else "wrong",
            None if right else _as_stated(value, printed),
            full_precision="correct" if right else "wrong",
            reason=None if right else "the document computes with another value",
        )  # fmt: skip

    def printed_operands(self, printed: Number) -> tuple[str | None, str | None]:
        """The verdict from the calculation just before, and what it means for the number."""
        if self.last is None:
            return None, None
        _, laid = self.last
        if not laid.value.finite():
            return None, None
        route = decimals.verdict(laid.value, printed)
        if route not in {"correct", "truncated"} or not laid.attributed:
            return route, None
        return route, "carried" if laid.sound else "inherited"

    def unknown(self, expression: Expression, value: Value) -> str | None:
        """Why an expression has no value to judge against; None where it has one."""
        free = self.values.free_in(expression)
        if free:
            names = ", ".join(free[:5]) + (", …" if len(free) > 5 else "")
            return f"it depends on parameters without a value ({names})"
        try:
            finite = value.finite()
        except NotationError as error:
            return error.message
        return (
            None if finite else "it has no finite value (a division by zero, or beyond all range)"
        )


def _weighed(full: str, carried: str | None) -> tuple[str, str | None]:
    """The verdict on a number from its two routes; the better one counts."""
    if full == "correct":
        return full, None
    if carried == "carried":
        return "carried", "right for the printed operands, which are rounded"
    if full == "truncated":
        return full, "cut off, not rounded"
    if carried == "inherited":
        return "inherited", "right for what the line computes, and that holds an erratum"
    return full, None


def _numbers(node: Expression) -> list[Number]:
    return [part for part in walk(node) if isinstance(part, Number)]


def _bare(node: Expression) -> bool:
    return signed_number(node) is not None


def _same_form(numbers: Expression, formula: Expression) -> bool:
    """Whether a part of a calculation has the shape of a part of a formula."""
    return bool(layings(numbers, formula, lambda part, number: False)) and not _bare(numbers)


def _as_stated(value: Value, printed: Number) -> str:
    """A given number as a decimal, with as many places as it needs."""
    fraction = value.fraction()
    assert fraction is not None
    text = decimals.shown(value).rstrip("0").rstrip(".")
    return text if text else printed.text
