"""Formulas at random numbers: most of those that do not hold are seen to be other ones there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final

import numpy as np
from flint import arb, ctx

from harness.notation import NotationError, evaluate
from harness.notation.rationals import rational
from harness.notation.syntax import (
    Call,
    Constant,
    Derivative,
    DerivativeOf,
    Expression,
    Name,
    Negative,
    Number,
    Product,
    Sum,
    children,
    walk,
    with_children,
)
from harness.oracle import Run
from harness.scenario.binding import Binder
from harness.verdicts.forms import may_be_rounded
from harness.verdicts.values import MOST_TRIALS, Values

BITS: Final = 128
_TRIALS: Final = 2
_NO_VALUE: Final = (NotationError, ValueError, ZeroDivisionError, KeyError, RecursionError)


@dataclass
class Trial:
    """One set of numbers. What is evaluated is remembered, since the formulas that are tried have
    nearly all of their parts in common; ``None`` is what has no value."""

    run: Run
    binder: Binder
    _of_parts: dict[int, tuple[Expression, Any]] = field(default_factory=dict)
    _of_leaves: dict[Expression, Any] = field(default_factory=dict)
    _standing_in: list[Any] = field(default_factory=list)

    def value(self, node: Expression) -> Any:
        """The enclosure of what an expression, which need not be bound, comes to."""
        if isinstance(node, (Name, Derivative, Number, Constant)):
            if node not in self._of_leaves:
                self._of_leaves[node] = self._bound(node)
            return self._of_leaves[node]
        known = self._of_parts.get(id(node))
        if known is None:
            # the node is kept, so that no other one gets its id
            known = self._of_parts[id(node)] = (node, self._computed(node))
        return known[1]

    def _computed(self, node: Expression) -> Any:
        if isinstance(node, DerivativeOf) or (isinstance(node, Call) and node.primes):
            return self._bound(node)
        parts = children(node)
        values = [self.value(part) for part in parts]
        if any(value is None for value in values):
            return None
        try:
            if all(isinstance(value, arb) for value in values):
                match node:
                    case Sum():
                        return _sum(node, values)
                    case Product() if "@" not in node.operators:
                        return _product(node, values)
                    case Negative():
                        return -values[0]
            self._standing_in = values
            shell = [part if _read(part, k) else Name(f"#{k}") for k, part in enumerate(parts)]
            return evaluate(with_children(node, shell), self)
        except _NO_VALUE:
            return None

    def _bound(self, node: Expression) -> Any:
        try:
            return self.run.evaluate(self.binder.bind(node))
        except _NO_VALUE:
            return None

    def number(self, value: Fraction) -> Any:
        """A rational number, for the evaluator."""
        return self.value(Number("", value))

    def constant(self, name: str) -> Any:
        """``e`` or ``pi``, for the evaluator."""
        return self.value(Constant(name))

    def operation(self, operation: str, *operands: Any) -> Any:
        """An operation, for the evaluator."""
        return self.run.arithmetic.result(operation, operands)

    def slope(self, function: str, operand: Any) -> Any:
        """Never asked for: a function with a prime is evaluated as a whole."""
        raise NotationError(f"{function}' is no operation on values", 0)

    def name(self, node: Name) -> Any:
        """What stands in for a part, for the evaluator."""
        return self._standing_in[int(node.name[1:])]

    def derivative(self, node: Derivative | DerivativeOf) -> Any:
        """Never asked for: a derivative is evaluated as a whole."""
        raise NotationError("a derivative is no operation on values", 0)


def _read(part: Expression, k: int) -> bool:
    """Whether the evaluator looks at a part as it is written: e, an exponent, a setting."""
    return isinstance(part, Constant) or (k == 1 and rational(part) is not None)


def trials(subject: Expression, formula: Expression, values: Values) -> list[Trial]:
    """Sets of numbers at which both sides of a formula have values; at least the first one."""
    with ctx.workprec(BITS):
        found = []
        for run in _runs(formula, values):
            trial = Trial(run, values.oracle.scenario.binder)
            left, right = trial.value(subject), trial.value(formula)
            if left is not None and _finite(left) and (right is None or _finite(right)):
                found.append(trial)
            if len(found) == _TRIALS:
                break
        return found


def _runs(formula: Expression, values: Values) -> Iterator[Run]:
    """Random numbers; where decimals stand for what is given, that stays as it is."""
    oracle = values.oracle
    if any(isinstance(node, Number) and may_be_rounded(node) for node in walk(formula)):
        for trial in range(1, _TRIALS + 1):
            yield oracle.partly_drawn(BITS, trial)
    for trial in range(1, MOST_TRIALS + 1):
        yield oracle.at(BITS, trial)


def agree(left: Any, right: Any) -> bool:
    """Whether two values may be the same: numbers or arrays of one shape."""
    if right is None or np.shape(left) != np.shape(right):
        return False
    if isinstance(left, arb):
        return isinstance(right, arb) and bool(right.is_finite()) and bool(left.overlaps(right))
    pairs = zip(np.asarray(left).flat, np.asarray(right).flat, strict=True)
    return all(bool(b.is_finite()) and bool(a.overlaps(b)) for a, b in pairs)


def is_zero(value: Any) -> bool:
    """Whether a value is exactly nothing."""
    return value is not None and all(bool(one == 0) for one in np.atleast_1d(value).flat)


def _finite(value: Any) -> bool:
    return all(bool(one.is_finite()) for one in np.atleast_1d(np.asarray(value)).flat)


def _sum(node: Sum, values: list[Any]) -> Any:
    total = values[0]
    for value, sign in zip(values[1:], node.signs[1:], strict=True):
        total = total + value if sign > 0 else total - value
    return total


def _product(node: Product, values: list[Any]) -> Any:
    total = values[0]
    for value, operator in zip(values[1:], node.operators[1:], strict=True):
        total = total * value if operator == "*" else total / value
    return total
