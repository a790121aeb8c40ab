"""What the lines before have printed: formulas, and numbers with their verdicts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from harness.notation.syntax import Derivative, Expression, Name, Number, Product, Sum, walk
from harness.scenario.task import Optimizer
from harness.verdicts.decimals import unit
from harness.verdicts.findings import ERRATA
from harness.verdicts.forms import rebuilt
from harness.verdicts.values import Values


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

    #: The number printed with the most decimals for a quantity, and its verdict.
    finest: dict[Expression, tuple[Number, str]] = field(default_factory=dict)

    def remember(self, subject: Expression, printed: Number, verdict: str) -> None:
        """A number that a line has printed."""
        self.numbers[subject, printed.text] = verdict
        before = self.finest.get(subject)
        if before is None or unit(printed) <= unit(before[0]):
            self.finest[subject] = printed, verdict

    def from_printed(self, formula: Formula) -> tuple[Expression, bool] | None:
        """A formula with the numbers printed before in place of its quantities, and whether none of
        them is an erratum; None where none of its quantities has been printed."""
        used: list[str] = []

        def number(part: Expression) -> Expression:
            if part not in self.finest or self.values.given(part):
                return part
            printed, verdict = self.finest[part]
            used.append(verdict)
            return printed

        expression = rebuilt(formula.expression, number)
        return (expression, ERRATA.isdisjoint(used)) if used else None

    def known_formulas(self, subject: Expression) -> list[Formula]:
        """Formulas for ``subject``, the latest printed first, the model's own last; what is more
        than a name is a formula itself, as in ``1 - w = 1 - 0.5``."""
        printed = list(reversed(self.formulas.get(subject, [])))
        return printed + [Formula(formula, True) for formula in self._own(subject)]

    def _own(self, subject: Expression) -> Iterable[Expression]:
        scenario = self.values.oracle.scenario
        if not isinstance(subject, Name):
            within = (part for part in walk(subject) if part is not subject)
            if any(isinstance(part, (Name, Derivative)) for part in within):
                yield subject
            return
        if subject.updates == 0:
            yield from (e.expression for e in scenario.equations if e.name == subject.name)
        training = scenario.training
        plain = training and training.optimizer == Optimizer()
        if training and plain and subject.updates and subject.element in training.parameters:
            before = subject.updates - 1
            old = replace(subject, updates=before)
            slope = Derivative(Name(training.loss), replace(subject, updates=0), before)
            step = Product((Name(training.learning_rate), slope), ("*", "*"))
            yield Sum((old, step), (1, -1))
