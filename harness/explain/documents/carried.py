"""What is right for something printed before it that is wrong: it carries the mistake on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from harness.explain.documents.targets import Target
from harness.explain.explanation import Explanation
from harness.notation import NotationError
from harness.notation.syntax import Expression, Indexed, Name, element_of, walk
from harness.verdicts import decimals
from harness.verdicts.memory import Memory
from harness.verdicts.values import Values

_RIGHT: Final = frozenset(["correct", "truncated"])


@dataclass(frozen=True)
class Carried:
    """The wrong findings of a chapter, each of which a later one may carry on."""

    wrong: Sequence[Target]
    values: Values

    def explained(self, target: Target) -> Iterator[Explanation]:
        """From where a number or an operand carries a mistake on, if it does."""
        if target.finding.kind == "operand":
            yield from self._again(target) or self._from(target, self._within(target))
        elif self._gives(target):
            yield from self._from(target, self._false(target), "gives")
        elif target.finding.verdict == "inherited":
            yield from self._from(target, self._operands(target))

    @cached_property
    def _printed(self) -> dict[str, list[Target]]:
        """The wrong findings by their text."""
        found: dict[str, list[Target]] = {}
        for target in self.wrong:
            found.setdefault(_plain(target.finding.printed), []).append(target)
        return found

    def _before(self, target: Target) -> list[Target]:
        return [t for t in self.wrong if t.spot < target.spot]

    def _again(self, target: Target) -> list[Explanation]:
        """What an earlier line prints as well, for the same quantity if there is such a line."""
        finding = target.finding
        printed = self._printed.get(_plain(finding.printed), [])
        alike = [t for t in printed if t.spot < target.spot and t.line is not target.line]
        own = [t for t in alike if _plain(t.finding.quantity) == _plain(finding.quantity)]
        inherited = finding.verdict == "inherited" and not self._within(target)
        found = own[:1] or (alike[-1:] if inherited else [])
        return [_carried_on(finding.printed, origin) for origin in found]

    def _within(self, target: Target) -> list[Target]:
        """The wrong numbers before an operand that stand for parts of what it is printed for."""
        if target.finding.verdict != "inherited" or target.expression is None:
            return []
        parts = [p for p in walk(target.expression) if p != target.expression]
        return _nearest(t for t in self._before(target) if t.expression in parts)

    def _operands(self, target: Target) -> list[Target]:
        """What is wrong in the calculation before a number, or in those that it may come from."""
        own = [t for t in self._before(target) if t.line is target.line]
        if target.calculation is not None:
            return [t for t in own if t.finding.kind != "number"]
        for formula in self._formulas(target):
            spoken = list(walk(formula))
            found = _nearest(t for t in self._before(target) if t.expression in spoken)
            if found:
                return found
        return []

    def _formulas(self, target: Target) -> Iterator[Expression]:
        for part in target.line.claims:
            if part.kind == "formula":
                yield part.bound
        for formula in Memory(self.values).known_formulas(target.line.subject.bound):
            yield formula.expression

    def _false(self, target: Target) -> list[Target]:
        """The formula just before a number, where it is false."""
        before = target.before
        return [
            t for t in self._before(target)
            if before is not None and t.line is target.line
            and t.finding.kind == "formula" and t.finding.printed == before.text
        ]  # fmt: skip

    def _gives(self, target: Target) -> bool:
        """Whether a false formula before a number comes to just this number."""
        before, printed = target.before, target.printed
        if before is None or printed is None or not self._false(target):
            return False
        try:
            value = self.values.value(_entry(before.bound, target))
            return value.finite() and decimals.verdict(value, printed) in _RIGHT
        except NotationError:
            return False

    def _from(
        self, target: Target, origins: Sequence[Target], how: str = ""
    ) -> Iterator[Explanation]:
        if not origins:
            return
        finding, before = target.finding, target.before
        shown = before.text if before is not None and finding.kind == "number" else finding.quantity
        yield Explanation(
            _words(target, origins, how), "carried on", "this line", f"{shown} = {finding.printed}",
            finding.printed, 1, size=0.1, lines=tuple(dict.fromkeys(t.line.line for t in origins)),
            origins=tuple(t.spot for t in origins), sort="carried on",
        )  # fmt: skip


def _carried_on(printed: str, origin: Target) -> Explanation:
    place, quantity = origin.line.line, origin.finding.quantity
    how = "it stands" if origin.finding.kind == "operand" else "it is printed"
    return Explanation(
        f"{printed} is carried on from line {place}, where {how} for {quantity} and is wrong",
        "carried on", f"line {place}", printed, printed, 1,
        size=0.1, lines=(place,), origins=(origin.spot,), sort="carried on",
    )  # fmt: skip


def _words(target: Target, origins: Sequence[Target], how: str) -> str:
    if how == "gives" or all(t.finding.kind == "formula" for t in origins):
        return "right for the formula before it, which is false"
    named = [
        f"{t.finding.printed} for {t.finding.quantity}"
        + (f" in line {t.line.line}" if t.line is not target.line else "")
        for t in origins
        if t.finding.kind != "formula"
    ]
    several = list(dict.fromkeys(named))
    what = "one of them is" if len(several) == 1 else f"{len(several)} of them are"
    if target.finding.kind == "number" and target.calculation is not None:
        return f"right for the printed operands, but {what} wrong: {', '.join(several)}"
    return f"right for what is printed before it, but that is wrong: {', '.join(several)}"


def _nearest(found: Iterable[Target]) -> list[Target]:
    """Of each quantity the number printed last, and that once."""
    return list({t.finding.quantity: t for t in found}.values())


def _entry(formula: Expression, target: Target) -> Expression:
    """The part of a formula that a number is printed for, where that is an entry of an array."""
    subject, expression = target.line.subject.bound, target.expression
    if expression == subject or not isinstance(expression, (Name, Indexed)):
        return formula
    return element_of(formula, tuple(one for one in expression.index if isinstance(one, int)))


def _plain(text: str) -> str:
    """A text however a derivative's d and a plus before it are written."""
    return text.replace("δ", "d").replace("∂", "d").lstrip("+")
