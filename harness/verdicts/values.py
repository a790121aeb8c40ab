"""The exact values that lines are judged against, and whether formulas are identities."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

import numpy as np
from flint import arb, ctx

from harness.notation import NotationError
from harness.notation.syntax import Derivative, Expression, Name, Negative, Number, spoken_of, walk
from harness.oracle import FIRST_BITS, Ball, Oracle, Run
from harness.oracle.balls import exact
from harness.scenario.task import array_of
from harness.verdicts.decimals import Value, unit
from harness.verdicts.forms import may_be_rounded, without_decimal_constants

#: Random trials of a formula, and how many are drawn at most to find that many defined ones.
TRIALS: Final = 12
MOST_TRIALS: Final = 40
#: The precision at which formulas are tried; agreement is looked at again at four times this.
_COARSE: Final = 128
_FINE: Final = 4 * _COARSE
_SILENT: Final = "the two sides have no values at most numbers tried, or a kink"


@dataclass(frozen=True)
class Values:
    """Exact values in one scenario."""

    oracle: Oracle

    def value(self, expression: Expression) -> Value:
        """The exact value of a bound expression at the document's numbers."""
        return Value(
            lambda bits: self.oracle.at(bits).evaluate(expression),
            lambda: self.oracle.fraction(expression),
            self.given(expression),
        )

    def given(self, expression: Expression) -> bool:
        """Whether an expression is a number that the document states, not one it derives."""
        if isinstance(expression, Negative):
            return self.given(expression.body)
        if isinstance(expression, Number):
            return "/" not in expression.text
        if not isinstance(expression, Name):
            return False
        if expression.element not in self.oracle.scenario.given:
            return False
        training = self.oracle.scenario.training
        moved = training is not None and expression.element in training.moving
        return not (moved and expression.updates)

    def shape(self, expression: Expression) -> tuple[int, ...]:
        """The lengths of an array; none of a single number, and of what cannot be evaluated."""
        try:
            return np.shape(self.oracle.at(FIRST_BITS).evaluate(expression))
        except NotationError:
            return ()

    def unknown(self, expression: Expression) -> str | None:
        """Why a single number has no value to judge against; None where it has one."""
        try:
            free = self.free_in(expression)
            finite = bool(free) or self.value(expression).finite()
        except NotationError as error:
            return error.message
        if free:
            names = ", ".join(free[:5]) + (", …" if len(free) > 5 else "")
            return f"it depends on parameters without a value ({names})"
        return (
            None if finite else "it has no finite value (a division by zero, or beyond all range)"
        )

    def free_in(self, expression: Expression) -> list[str]:
        """The free parameters, where the value of ``expression`` depends on them."""
        free = self.oracle.scenario.free
        if not free or not any(isinstance(node, (Name, Derivative)) for node in walk(expression)):
            return []
        balls = (
            self.oracle.partly_drawn(FIRST_BITS, trial).evaluate(expression)
            for trial in range(TRIALS)
        )
        first = next(balls)
        # What is not finite overlaps everything, and says nothing.
        same = all(bool(ball.is_finite()) and bool(first.overlaps(ball)) for ball in balls)
        return [] if same and first.is_finite() else list(free)

    def identically(self, expression: Expression, number: int) -> bool:
        """Whether an expression is exactly ``number`` by its form, as dz/db = 1 is."""
        try:
            trials = list[int | None](range(1, TRIALS + 1))
            if not self.oracle.scenario.free:
                trials.append(None)  # the document's own numbers
            balls = [self.oracle.at(FIRST_BITS, trial).evaluate(expression) for trial in trials]
        except NotationError:
            return False
        return all(isinstance(ball, arb) and ball.is_exact() and ball == number for ball in balls)

    def may_be(self, calculation: Expression, target: Value, slack: Fraction = Fraction(0)) -> bool:
        """Whether a calculation may come to a value, give or take ``slack``: each of its decimals
        may have been rounded. It may not where the enclosure of all it comes to lies apart."""
        reached = self._reached(calculation)
        with ctx.workprec(FIRST_BITS):
            return not abs(reached - target.enclose(FIRST_BITS)) > exact(slack)

    def comes_to(self, calculation: Expression, target: Value) -> bool:
        """Whether a calculation comes to a value, as it stands or since its decimals may have been
        rounded; not where these might bring it to anything at all."""
        wanted = target.enclose(FIRST_BITS)
        balls = self._reached(calculation), self.value(calculation).enclose(FIRST_BITS)
        return any(bool(ball.is_finite()) and bool(ball.overlaps(wanted)) for ball in balls)

    def _reached(self, calculation: Expression) -> Ball:
        """All that a calculation may come to, if each of its decimals may have been rounded."""
        halves: dict[Fraction, Fraction] = {}
        for node in walk(calculation):
            if isinstance(node, Number) and may_be_rounded(node):
                halves[node.value] = max(unit(node) / 2, halves.get(node.value, Fraction(0)))
        widened = without_decimal_constants(calculation)
        return self.oracle.at(FIRST_BITS).reach(widened, halves)

    def named(self, number: Number) -> str | None:
        """The stated quantity that has exactly this value."""
        for name, value in self.oracle.scenario.given.items():
            if value == number.value:
                return name
        return None

    def identity(self, left: Expression, right: Expression) -> tuple[str, str | None]:
        """Whether two expressions agree for all values of the inputs: the verdict, and why.

        They are compared at the document's numbers and at random ones; ``false`` is certified by
        enclosures that do not overlap, ``holds`` by agreement to 512 bits at every trial.
        """
        try:
            shapes = [np.shape(self.oracle.at(_COARSE).evaluate(e)) for e in (left, right)]
        except NotationError as error:
            return "undecided", error.message
        if shapes[0] != shapes[1]:
            return "false", "one side is a single number, the other is not"
        free = self.oracle.scenario.free
        at = self.oracle.at
        here = None if free else _same(at(_COARSE), at(_FINE), left, right)
        if here is False:
            return "false", "the two sides differ at the document's numbers"
        verdict, reason = self._at_random(left, right, at)
        if verdict == "false" and self._stated_decimals(left, right):
            # Each decimal stands for a value that the document gives: they stay as they are.
            if free:
                return self._at_random(left, right, self.oracle.partly_drawn)
            return ("holds", None) if here else ("undecided", _SILENT)
        if verdict == "false" and not self._speaks_of_shares(left, right):
            # A document drops the terms of the classes that a sample is not of, as in -log(p2).
            labelled, _ = self._at_random(left, right, self.oracle.labelled)
            if labelled == "holds":
                return "holds", "it holds for the targets that are given"
        if verdict == "false" and here:
            reason = f"they agree at the document's numbers, but {reason}"
        return verdict, reason

    def _at_random(
        self, left: Expression, right: Expression, drawn: Callable[[int, int], Run]
    ) -> tuple[str, str | None]:
        telling = 0
        for trial in range(1, MOST_TRIALS + 1):
            same = _same(drawn(_COARSE, trial), drawn(_FINE, trial), left, right)
            if same is False:
                return "false", "the two sides differ at random numbers"
            telling += same is True
            if telling == TRIALS:
                return "holds", None
        return "undecided", _SILENT

    def _speaks_of_shares(self, *sides: Expression) -> bool:
        """Whether there are no targets that are shares of one whole, or one stands in the sides."""
        shares = self.oracle.scenario.shares
        targets = {array_of(name) for names in shares for name in names}
        spoken = {name.name for side in sides for name in spoken_of(side)}
        return not targets or bool(spoken & targets)

    def _stated_decimals(self, *sides: Expression) -> bool:
        """Whether decimals stand in the sides, each of them a value that the document gives."""
        decimals = [
            part
            for side in sides
            for part in walk(side)
            if isinstance(part, Number) and may_be_rounded(part)
        ]
        return bool(decimals) and all(self.named(number) is not None for number in decimals)


def _same(run: Run, closer: Run, left: Expression, right: Expression) -> bool | None:
    """Whether two expressions agree in a trial; None where it cannot tell: they have no values,
    or the enclosures do not narrow as precision rises, as at a kink."""
    coarse, fine = (_difference(at, left, right) for at in (run, closer))
    if not all(ball.is_finite() for ball in fine):
        return None
    if not all(ball.contains(0) for ball in fine):
        return False
    narrowed = (bool(b.rad() * 2**_COARSE <= a.rad()) for a, b in zip(coarse, fine, strict=True))
    return True if all(narrowed) else None


def _difference(run: Run, left: Expression, right: Expression) -> list[Any]:
    """What the two sides are apart, element by element."""
    sides = [np.atleast_1d(run.evaluate(side)).flat for side in (left, right)]
    with ctx.workprec(run.bits):
        return [a - b for a, b in zip(*sides, strict=True)]
