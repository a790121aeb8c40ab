"""The exact values that lines are judged against, and whether formulas are identities."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from flint import arb, ctx

from harness.notation.syntax import Derivative, Expression, Name, Number, walk
from harness.oracle import FIRST_BITS, Oracle, Run
from harness.verdicts.decimals import Value

#: Random trials of a formula, and how many are drawn at most to find that many defined ones.
TRIALS: Final = 3
MOST_TRIALS: Final = 12
#: The precision at which formulas are tried; a difference is looked at again at four times this.
_FORMULA_BITS: Final = 128


@dataclass(frozen=True)
class Values:
    """Exact values in one scenario."""

    oracle: Oracle

    def value(self, expression: Expression) -> Value:
        """The exact value of a bound expression at the document's numbers."""
        return Value(
            lambda bits: self.oracle.at(bits).evaluate(expression),
            lambda: self.oracle.fraction(expression),
        )

    def given(self, expression: Expression) -> bool:
        """Whether an expression is a number that the document states, not one it derives."""
        if not isinstance(expression, Name):
            return not any(isinstance(part, (Name, Derivative)) for part in walk(expression))
        if expression.element not in self.oracle.scenario.given:
            return False
        training = self.oracle.scenario.training
        moved = training is not None and expression.element in training.parameters
        return not (moved and expression.updates)

    def free_in(self, expression: Expression) -> list[str]:
        """The free parameters on which the value of ``expression`` depends."""
        free = self.oracle.scenario.free
        if not free:
            return []
        runs = [self.oracle.partly_drawn(FIRST_BITS, trial) for trial in range(3)]
        balls = [np.atleast_1d(run.evaluate(expression)) for run in runs]
        same = all(
            bool(a.overlaps(b))
            for others in balls[1:]
            for a, b in zip(balls[0].flat, others.flat, strict=True)
        )
        return [] if same else list(free)

    def identically(self, expression: Expression, number: int) -> bool:
        """Whether an expression is exactly ``number`` by its form, as dz/db = 1 is."""
        ball = self.oracle.at(FIRST_BITS, trial=1).evaluate(expression)
        return isinstance(ball, arb) and bool(ball.is_exact()) and bool(ball == number)

    def named(self, number: Number) -> str | None:
        """The stated quantity that has exactly this value."""
        for name, value in self.oracle.scenario.given.items():
            if value == number.value:
                return name
        return None

    def identity(self, left: Expression, right: Expression) -> tuple[str, str | None]:
        """Whether two expressions agree for all values of the inputs: the verdict, and why.

        They are compared at the document's numbers and at random ones; ``false`` is certified by
        enclosures that do not overlap, ``holds`` by agreement to 128 bits at every trial.
        """
        shapes = [np.shape(self.oracle.at(_FORMULA_BITS).evaluate(side)) for side in (left, right)]
        if shapes[0] != shapes[1]:
            return "false", "one side is a single number, the other is not"
        defined = 0
        for run, where in self._trials(left, right):
            outcome = self._same(run, left, right)
            if outcome is None:
                continue
            if not outcome:
                return "false", f"the two sides differ at {where}"
            defined += 1
            if defined > TRIALS:
                break
        if not defined:
            return "undecided", "neither side has a value at any numbers tried"
        return "holds", None

    def _trials(self, left: Expression, right: Expression) -> Iterator[tuple[Run, str]]:
        if not self.oracle.scenario.free:
            yield self.oracle.at(_FORMULA_BITS), "the document's numbers"
        if _holds_decimals(left) or _holds_decimals(right):
            return  # a number in the formula stands for a value that the document gives
        for trial in range(1, MOST_TRIALS + 1):
            yield self.oracle.at(_FORMULA_BITS, trial), "random numbers"

    def _same(self, run: Run, left: Expression, right: Expression) -> bool | None:
        """True or False as certified; None where a side has no value."""
        with ctx.workprec(_FORMULA_BITS):
            pairs = list(
                zip(
                    np.atleast_1d(run.evaluate(left)).flat,
                    np.atleast_1d(run.evaluate(right)).flat,
                    strict=True,
                )
            )
            if not all(_finite(a) and _finite(b) for a, b in pairs):
                return None
            return all(bool((a - b).contains(0)) for a, b in pairs)


def _finite(ball: Any) -> bool:
    return bool(ball.is_finite())


def _holds_decimals(expression: Expression) -> bool:
    return any(isinstance(part, Number) and "." in part.text for part in walk(expression))
