"""What a printed expression comes to in an edited run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
from flint import arb, ctx

from harness.explain.arithmetics import Floats
from harness.explain.derivation import adjoint
from harness.explain.running import Runs
from harness.notation import NotationError, evaluate
from harness.notation.arrays import picked
from harness.notation.syntax import Derivative, DerivativeOf, Expression, Name, walk
from harness.oracle.balls import exact
from harness.scenario.computation import array_of_names
from harness.scenario.scenario import Scenario


@dataclass(frozen=True)
class Wanted:
    """What an expression needs of a run: moments, and derivatives of and by what."""

    moments: frozenset[int]
    of: frozenset[str]
    by: frozenset[str]


def wanted(expression: Expression, scenario: Scenario) -> Wanted | None:
    """None for what runs do not know: the derivative of an expression."""
    moments, of, by = {0}, set(), set()
    for node in walk(expression):
        if isinstance(node, DerivativeOf):
            return None
        if isinstance(node, (Name, Derivative)):
            moments.add(node.updates)
        if isinstance(node, Derivative):
            of |= set(_elements(node.of, scenario))
            by |= set(_elements(node.by, scenario))
    return Wanted(frozenset(moments), frozenset(of), frozenset(by))


def _names(node: Name, scenario: Scenario) -> Any:
    shape = scenario.computation.shapes.get(node.name, ())
    return picked(array_of_names(node.name, shape), node.index, node)


def _elements(node: Name, scenario: Scenario) -> list[str]:
    names = _names(node, scenario)
    return [names] if isinstance(names, str) else list(names.ravel())


@dataclass(frozen=True)
class Reading:
    """The algebra of an expression over the states of a run."""

    runs: Runs
    scenario: Scenario

    def value(self, expression: Expression) -> Any:
        """A ball, a float, or floats of all candidates; NotationError where there is none."""
        return evaluate(expression, self)

    def number(self, value: Fraction) -> Any:
        return self.runs.arithmetic.given(value)

    def constant(self, name: str) -> Any:
        if isinstance(self.runs.arithmetic, Floats):
            return np.pi if name == "pi" else np.e
        return arb.pi() if name == "pi" else arb(1).exp()

    def operation(self, operation: str, *operands: Any) -> Any:
        return self.runs.arithmetic.result(operation, operands)

    def slope(self, function: str, operand: Any) -> Any:
        if function in {"square", "log10", "log2"}:
            raise NotationError(f"{function}' is not followed through mistakes", 0)
        value = self.operation(function, operand)
        return self.runs.arithmetic.result(f"slope:{function}:0", [operand, value])

    def name(self, node: Name) -> Any:
        return self._looked_up(_names(node, self.scenario), node.updates)

    def derivative(self, node: Derivative | DerivativeOf) -> Any:
        if not isinstance(node, Derivative):
            raise NotationError("the derivative of an expression is not followed", 0)
        of, by = _names(node.of, self.scenario), _names(node.by, self.scenario)
        if not (isinstance(of, str) and isinstance(by, str)):
            raise NotationError("derivatives of arrays are not followed", 0)
        if of == by:
            return self.number(Fraction(1))
        return self.at(node.updates).get(adjoint(of, by), self.number(Fraction(0)))

    def at(self, updates: int) -> Mapping[str, Any]:
        if updates not in self.runs.moments:
            raise NotationError(f"the run has no moment {updates}", 0)
        return self.runs.moments[updates]

    def _looked_up(self, names: Any, updates: int) -> Any:
        state = self.at(updates)
        if isinstance(names, str):
            return state[names]
        array = np.empty(names.shape, dtype=object)
        for place in np.ndindex(*names.shape):
            array[place] = state[names[place]]
        return array


def ball(value: Any, bits: int) -> Any:
    """A ball of what may be a whole number."""
    with ctx.workprec(bits):
        return arb(value) if isinstance(value, int) else exact(value) if isinstance(value, Fraction) else value


def at(expression: Expression, updates: int) -> Expression:
    """A name or a derivative at another moment."""
    assert isinstance(expression, (Name, Derivative))
    return replace(expression, updates=updates)
