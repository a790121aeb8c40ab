"""What the lines before have printed: formulas, and numbers with their verdicts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from harness.notation.syntax import Derivative, Expression, Name, Product, Sum, walk
from harness.scenario.task import Optimizer
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

    def known_formulas(self, subject: Expression) -> list[Formula]:
        """Formulas for ``subject``, the latest printed first, the model's own last; what is more
        than a name is a formula itself, as in ``1 - w = 1 - 0.5``."""
        printed = list(reversed(self.formulas.get(subject, [])))
        return printed + [Formula(formula, True) for formula in self._own(subject)]

    def _own(self, subject: Expression) -> Iterable[Expression]:
        scenario = self.values.oracle.scenario
        if not isinstance(subject, Name):
            if any(isinstance(part, Name) for part in walk(subject)):
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
