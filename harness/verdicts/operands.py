"""Calculations: each printed operand against what stands in its place in the formula."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Final

from harness.notation.printing import written
from harness.notation.syntax import Expression, Name, Negative, Number, signed_number
from harness.oracle import FIRST_BITS
from harness.verdicts import decimals
from harness.verdicts.decimals import Value
from harness.verdicts.findings import Finding
from harness.verdicts.forms import counterparts, normal, opposite, rebuilt
from harness.verdicts.glance import Glance
from harness.verdicts.laying import Errs, Laying, Operand, layings
from harness.verdicts.memory import Formula, Memory

#: Whether an operand is an erratum, by what a glance tells of it.
_ERRS: Final = {"right": False, "apart": True, "free": False, "array": None}


@dataclass(frozen=True)
class Laid:
    """A calculation with its operands judged, and whether the formula under it holds.

    It is ``attributed`` where some formula says what its operands stand for.
    """

    expression: Expression
    value: Value
    formula: Expression | None = None
    findings: tuple[Finding, ...] = ()
    attributed: bool = False
    formula_holds: bool = True

    @property
    def sound(self) -> bool:
        """Whether its operands differ from the exact ones by rounding alone."""
        return self.attributed and self.formula_holds and not self.errata

    @property
    def errata(self) -> int:
        """How many operands are errata."""
        return sum(finding.is_erratum for finding in self.findings)


@dataclass(frozen=True)
class Operands:
    """The calculations of a line: ``formulas`` are those the line has printed so far, ``last``
    is the calculation just before."""

    memory: Memory
    subject: Expression
    formulas: Sequence[Formula]
    last: Laid | None
    _judged: dict[Operand, Finding] = field(default_factory=dict)

    def laid(self, calculation: Expression) -> Laid:
        """A calculation over the formula that fits it best, its operands judged."""
        bare = Laid(calculation, self.memory.values.value(calculation))
        best: Laid | None = None
        for formula in [*reversed(self.formulas), *self.memory.known_formulas(self.subject)]:
            for laying in self._layings(calculation, formula.expression, self._errs):
                laid = replace(
                    bare,
                    formula=formula.expression,
                    findings=self._signs_settled(calculation, laying),
                    attributed=True,
                    formula_holds=formula.holds,
                )
                if best is None or laid.errata < best.errata:
                    best = laid
            if best is not None and not best.errata:
                break
        return best or self._over_last(bare)

    def _signs_settled(self, calculation: Expression, laying: Laying) -> tuple[Finding, ...]:
        """The operands judged; two signs that are both turned cancel, as in 0.6*0.5 for v*x."""
        findings = self._findings(laying)
        turned = [
            replace(operand, printed=opposite(operand.printed))
            for operand, finding in zip(laying, findings, strict=True)
            if finding.verdict == "wrong"
        ]
        again = dict(zip((o.printed.column for o in turned), self._findings(turned), strict=True))
        right = {column for column, finding in again.items() if not finding.is_erratum}
        if len(right) < 2 or not self._same_value(calculation, right):
            return findings
        return tuple(
            replace(again[operand.printed.column], printed=operand.printed.text)
            if operand.printed.column in right
            else finding
            for operand, finding in zip(laying, findings, strict=True)
        )

    def _same_value(self, calculation: Expression, columns: Set[int]) -> bool:
        """Whether a calculation has the same value with the signs turned at ``columns``."""
        value, calculation = self.memory.values.value, normal(calculation)
        other = rebuilt(
            calculation,
            lambda part: (
                opposite(part) if isinstance(part, Number) and part.column in columns else part
            ),
        )
        fractions = value(calculation).fraction(), value(other).fraction()
        if None not in fractions:
            return fractions[0] == fractions[1]
        balls = value(calculation).enclose(FIRST_BITS), value(other).enclose(FIRST_BITS)
        return bool(balls[0].overlaps(balls[1]))

    def _layings(self, calculation: Expression, formula: Expression, errs: Errs) -> list[Laying]:
        return layings(calculation, formula, self.memory.values.identically, errs)

    def _errs(self, operand: Operand) -> bool | None:
        """Whether an operand over a formula is an erratum; None where it stands for an array."""
        seen = self._glance.at(
            operand.printed, operand.part, self.memory.values.given(operand.part)
        )
        if seen == "unclear" or (seen == "apart" and self._printed_before(operand)):
            return self._found(operand).is_erratum
        return _ERRS[seen]

    def _errs_simplified(self, last: Laid, operand: Operand) -> bool | None:
        """The same of an operand over the calculation before."""
        seen = self._glance.at(operand.printed, operand.part, stated=False)
        if seen == "unclear" or (seen == "right" and last.errata):
            return self._simplified(last, operand).is_erratum
        return _ERRS[seen]

    def _printed_before(self, operand: Operand) -> bool:
        """Whether what was printed before may acquit an operand that is not right by itself."""
        if self._places and normal(operand.part) in (place for place, _ in self._places):
            return True
        known = self.memory.numbers
        return operand.printed.text in self._texts and (operand.part, operand.printed.text) in known

    @cached_property
    def _glance(self) -> Glance:
        return Glance(self.memory.values)

    @cached_property
    def _texts(self) -> Set[str]:
        """The numbers that lines before have printed."""
        return {text for _, text in self.memory.numbers}

    @cached_property
    def _places(self) -> list[tuple[Expression, Expression]]:
        """The parts of the formula under the calculation just before, where something is
        computed in their place, with that."""
        if self.last is None or not self.last.attributed or self.last.formula is None:
            return []
        return [
            (place, inner)
            for place, inner in counterparts(
                normal(self.last.formula), normal(self.last.expression)
            )
            if not isinstance(inner, Name) and signed_number(inner) is None
        ]

    def _findings(self, laying: Sequence[Operand]) -> tuple[Finding, ...]:
        """The operands judged; what should stand in place of another quantity is written with as
        many decimals as the operand beside it that has the most."""
        finest = min((operand.printed for operand in laying), key=decimals.unit, default=None)
        found = []
        for as_laid in laying:
            operand, reason = self._as_printed(as_laid)
            finding = self._found(operand)
            if finding.verdict == "wrong" and finest and finding.value:
                finding = replace(finding, should_be=decimals.rounded(finding.value, finest))
            if operand.turned and finding.is_erratum:
                finding = replace(finding, either_sign=True, reason=reason or finding.reason)
            found.append(finding)
        return tuple(found)

    def _as_printed(self, operand: Operand) -> tuple[Operand, str | None]:
        """An operand with the sign that the line gives it, and why, where only that is wrong."""
        turned = operand.turned
        if turned is None or not self._found(operand).is_erratum:
            return operand, None
        if self._found(replace(operand, printed=opposite(operand.printed))).is_erratum:
            return operand, None
        if turned.printed != operand.printed:
            operand = Operand(turned.printed, Negative(operand.part), turned)
        wanted, here = ("subtracted", "added") if turned.wanted < 0 else ("added", "subtracted")
        term = written(turned.term)
        return operand, f"its sign is turned: {term} is {wanted} in the formula, {here} here"

    def _found(self, operand: Operand) -> Finding:
        if operand not in self._judged:
            self._judged[operand] = self._judge(operand)
        return self._judged[operand]

    def _judge(self, operand: Operand) -> Finding:
        """Whether a printed operand is what stands in its place in the formula."""
        printed, text = operand.printed, written(operand.part)
        if reason := self.memory.values.unknown(operand.part):
            return Finding("operand", text, printed.text, None, "unchecked", reason=reason)
        value = self.memory.values.value(operand.part)
        full, route = decimals.verdict(value, printed), None
        if value.stated:
            verdict, reason = full, None if full == "correct" else "it is stated otherwise"
        else:
            route = self._from_last(operand)
            verdict, reason = self._weighed(operand, full, route)
        finding = Finding(
            "operand", text, printed.text, decimals.shown(value), verdict,
            full_precision=full, printed_operands=route, reason=reason, value=value,
        )  # fmt: skip
        if not finding.is_erratum:
            return finding
        return replace(finding, should_be=decimals.rounded(value, printed))

    def _weighed(self, operand: Operand, full: str, route: str | None) -> tuple[str, str | None]:
        """The verdict on a derived operand, from what it is and what was printed before."""
        if full == "correct":
            return full, None
        if route == "carried":
            return "carried", "right for the operands printed before"
        if route == "inherited":
            return "inherited", "right for the operands printed before, one of which is wrong"
        earlier = self.memory.numbers.get((operand.part, operand.printed.text))
        if earlier in {"last-digit", "inherited", "wrong"}:
            return "inherited", f"printed for {written(operand.part)} before, and wrong there"
        if earlier in {"carried", "truncated"}:
            return "carried", f"as printed for {written(operand.part)} before"
        found = self.memory.from_printed(Formula(operand.part, True))
        if found is not None:
            value = self.memory.values.value(found[0])
            if decimals.verdict(value, operand.printed) == "correct":
                return (
                    ("carried", "right for the numbers printed before")
                    if found[1]
                    else (
                        "inherited",
                        "right for the numbers printed before, one of which is wrong",
                    )
                )
        if swapped := self.memory.values.named(operand.printed):
            return "wrong", f"this is {swapped}"
        if full == "undecided":
            return full, decimals.why_undecided(self.memory.values.value(operand.part))
        return full, None

    def _from_last(self, operand: Operand) -> str | None:
        """The verdict on an operand from the calculation just before, which it simplifies."""
        part = normal(operand.part)
        for place, inner in self._places:
            if place != part:
                continue
            if decimals.verdict(self.memory.values.value(inner), operand.printed) == "correct":
                return "carried" if self.last and self.last.sound else "inherited"
        return None

    def _over_last(self, bare: Laid) -> Laid:
        """A calculation that no formula fits, over the calculation before it."""
        if self.last is None:
            return bare
        last, simplified = self.last, partial(self._simplified, self.last)
        errs = partial(self._errs_simplified, last)
        ways = self._layings(bare.expression, last.expression, errs)
        laid = [
            replace(
                bare,
                findings=tuple(map(simplified, laying)),
                attributed=last.attributed,
                formula_holds=last.formula_holds,
            )
            for laying in ways
        ]
        return min(laid, key=lambda way: way.errata, default=bare)

    def _simplified(self, last: Laid, operand: Operand) -> Finding:
        """An operand that stands for a part of the calculation before."""
        part, printed, text = operand.part, operand.printed, written(operand.part)
        if reason := self.memory.values.unknown(part):
            return Finding("operand", text, printed.text, None, "unchecked", reason=reason)
        value = replace(self.memory.values.value(part), stated=False)
        verdict = decimals.verdict(value, printed)
        computed = signed_number(part) is None
        if verdict in {"correct", "truncated"} and last.errata and computed:
            verdict = "inherited"
        finding = Finding(
            "operand", text, printed.text, decimals.shown(value), verdict, value=value
        )
        if not finding.is_erratum:
            return finding
        return replace(finding, should_be=decimals.rounded(value, printed))
