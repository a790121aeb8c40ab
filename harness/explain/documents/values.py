"""What a printed expression comes to in an edited run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from flint import arb, ctx

from harness.explain.computation.arithmetics import Floats
from harness.explain.computation.derivation import adjoint
from harness.explain.computation.running import Runs
from harness.notation import NotationError, evaluate
from harness.notation.arrays import picked
from harness.notation.syntax import Derivative, DerivativeOf, Expression, Name, walk
from harness.oracle.balls import exact
from harness.scenario.computation import array_of_names
from harness.scenario.scenario import Scenario


@dataclass(frozen=True)
class Wanted:
    """What an expression needs of a run: moments, lines, and derivatives of and by what."""

    moments: frozenset[int]
    of: frozenset[str]
    by: frozenset[str]
    lines: frozenset[str]


@dataclass(frozen=True, slots=True)
class Boxed:
    """A number that is no array to the evaluator, however many candidates it has a value for."""

    value: Any


def wanted(expression: Expression, scenario: Scenario) -> Wanted | None:
    """None for what runs do not know: the derivative of an expression."""
    moments: set[int] = set()
    of: set[str] = set()
    by: set[str] = set()
    lines: set[str] = set()
    for node in walk(expression):
        if isinstance(node, DerivativeOf):
            return None
        if isinstance(node, (Name, Derivative)):
            moments.add(node.updates)
        if isinstance(node, Name):
            lines |= set(_elements(node, scenario))
        if isinstance(node, Derivative):
            tops, bottoms = _elements(node.of, scenario), _elements(node.by, scenario)
            of, by = of | set(tops), by | set(bottoms)
            lines |= {adjoint(top, bottom) for top in tops for bottom in bottoms}
    return Wanted(frozenset(moments or {0}), frozenset(of), frozenset(by), frozenset(lines))


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
        found = evaluate(expression, self)
        if not isinstance(found, Boxed):
            raise NotationError("it is no single number", 0)
        return found.value

    def number(self, value: Fraction) -> Any:
        return Boxed(self.runs.arithmetic.given(value))

    def constant(self, name: str) -> Any:
        if isinstance(self.runs.arithmetic, Floats):
            return Boxed(np.pi if name == "pi" else np.e)
        return Boxed(arb.pi() if name == "pi" else arb(1).exp())

    def operation(self, operation: str, *operands: Any) -> Any:
        plain = [one.value if isinstance(one, Boxed) else one for one in operands]
        return Boxed(self.runs.arithmetic.result(operation, plain))

    def slope(self, function: str, operand: Any) -> Any:
        if function in {"square", "log10", "log2"}:
            raise NotationError(f"{function}' is not followed through mistakes", 0)
        value = self.operation(function, operand)
        return self.operation(f"slope:{function}:0", operand, value)

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
        zero = self.runs.arithmetic.given(Fraction(0))
        return Boxed(self.at(node.updates).get(adjoint(of, by), zero))

    def at(self, updates: int) -> Mapping[str, Any]:
        if updates not in self.runs.moments:
            raise NotationError(f"the run has no moment {updates}", 0)
        return self.runs.moments[updates]

    def _looked_up(self, names: Any, updates: int) -> Any:
        state = self.at(updates)
        if isinstance(names, str):
            return Boxed(state[names])
        array = np.empty(names.shape, dtype=object)
        for place in np.ndindex(*names.shape):
            array[place] = Boxed(state[names[place]])
        return array


def ball(value: Any, bits: int) -> Any:
    """A ball of what may be a whole number."""
    with ctx.workprec(bits):
        return (
            arb(value)
            if isinstance(value, int)
            else exact(value)
            if isinstance(value, Fraction)
            else value
        )
