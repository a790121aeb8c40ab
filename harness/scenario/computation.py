"""Equations into a Wengert list: one elementary operation a step, one number a name.

Arrays are taken apart here: an element of ``h`` is the number ``h[0]``, so that everything
after this room sees single numbers only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import prod
from typing import Final

import numpy as np

from harness.notation import NotationError, Value, evaluate
from harness.notation.arrays import picked
from harness.notation.rationals import folded
from harness.notation.syntax import Derivative, DerivativeOf, Expression, Name, walk
from harness.scenario.task import Step, elements

Shape = tuple[int, ...]

#: Longer lists are refused, unless so many numbers are given that they need one.
MOST_STEPS: Final = 200_000
_STEPS_A_NUMBER: Final = 8
#: Sums of many terms are one step; this many terms all together.
MOST_OPERANDS: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Equation:
    """``name = expression``."""

    name: str
    expression: Expression


@dataclass(frozen=True)
class Computation:
    """A Wengert list, the constants in it, and the shape of every quantity, inputs included."""

    steps: tuple[Step, ...]
    constants: Mapping[str, Fraction]
    shapes: Mapping[str, Shape]
    computed: tuple[str, ...]

    @cached_property
    def position(self) -> dict[str, int]:
        """The place of every computed number in the order of computation."""
        return {step.result: place for place, step in enumerate(self.steps)}


def compute(equations: Sequence[Equation], inputs: Mapping[str, Shape]) -> Computation:
    """The Wengert list of ``equations``, which are in order (see ``in_order``).

    ``inputs`` are the shapes of what no equation computes. Raises NotationError, its column
    in the equation at fault.
    """
    computation, errors = trace(equations, inputs)
    for error in errors.values():
        raise error
    return computation


def trace(
    equations: Sequence[Equation], inputs: Mapping[str, Shape]
) -> tuple[Computation, dict[str, NotationError]]:
    """The Wengert list of the equations that can be computed, and what is wrong with others.

    An equation that needs one of those is left out of both.
    """
    tracer = Tracer(inputs)
    computed: list[str] = []
    errors: dict[str, NotationError] = {}
    for equation in equations:
        if not tracer.values.keys() >= needs(equation).keys():
            continue
        sound = len(tracer.steps)
        try:
            tracer.define(equation)
            computed.append(equation.name)
        except NotationError as error:
            errors[equation.name] = error
            if len(tracer.steps) >= tracer.most_steps:
                break
            del tracer.steps[sound:]
    shapes = {name: _shape(value) for name, value in tracer.values.items()}
    constants = dict(tracer.constants)
    return Computation(tuple(tracer.steps), constants, shapes, tuple(computed)), errors


def needs(equation: Equation) -> dict[str, None]:
    """The names that an equation speaks of, each once, as they come."""
    names = (part.name for part in walk(equation.expression) if isinstance(part, Name))
    return dict.fromkeys(names)


def in_order(equations: Sequence[Equation]) -> tuple[list[Equation], list[list[str]]]:
    """The equations sorted so that each stands after those it needs.

    Those in a circle are left out; the second value holds the circles: names of which each
    needs the next.
    """
    by_name = {equation.name: equation for equation in equations}
    waiting = {
        equation.name: iter([name for name in needs(equation) if name in by_name])
        for equation in equations
    }
    ordered: list[Equation] = []
    circles: list[list[str]] = []
    path: dict[str, None] = {}  # what is being placed, each for the sake of the one before
    placed: set[str] = set()
    for start in by_name:
        chain = [] if start in placed else [start]
        while chain:
            name = chain[-1]
            path[name] = None
            need = next(waiting[name], None)
            if need is None:
                del path[chain.pop()]
                placed.add(name)
                ordered.append(by_name[name])
            elif need in path:
                circles.append([*chain[chain.index(need) :], need])
            elif need not in placed:
                chain.append(need)
    circular = {name for circle in circles for name in circle}
    return [equation for equation in ordered if equation.name not in circular], circles


class Tracer:
    """The algebra whose values are names: an operation adds a step and gives its result's name."""

    def __init__(self, inputs: Mapping[str, Shape]) -> None:
        self.steps: list[Step] = []
        numbers = sum(prod(shape) for shape in inputs.values())
        self.most_steps = max(MOST_STEPS, _STEPS_A_NUMBER * numbers)
        self.constants: dict[str, Fraction] = {}
        self.values: dict[str, Value] = {
            name: array_of_names(name, shape) for name, shape in inputs.items()
        }
        self._prefix = ""
        self._operands = 0
        self._unnamed: dict[str, int] = {}  # results of the current equation, and their steps
        self._used: set[str] = set()

    def define(self, equation: Equation) -> None:
        """Add the steps of one equation; its last results get the equation's name."""
        self._prefix = equation.name
        self._unnamed, self._used = {}, set()
        value = evaluate(folded(equation.expression), self)
        shape = _shape(value)
        named = array_of_names(equation.name, shape)
        for place in np.ndindex(*shape):
            source = value[place] if shape else value
            self._rename(source, named[place] if shape else named)
        self.values[equation.name] = named

    def _rename(self, source: str, target: str) -> None:
        # Mostly the source is an unnamed result of this equation, used nowhere else.
        place = self._unnamed.pop(source, None)
        if place is None or source in self._used:
            self.steps.append(Step(target, "add", (source, self.number(Fraction(0)))))
        else:
            step = self.steps[place]
            self.steps[place] = Step(target, step.operation, step.operands)

    def number(self, value: Fraction) -> str:
        name = str(value)
        self.constants[name] = value
        return name

    def constant(self, name: str) -> str:
        one = self.number(Fraction(1))
        if name == "e":
            return self.operation("exp", one)
        quarter = self.operation("arctan", one)
        return self.operation("multiply", self.number(Fraction(4)), quarter)

    def operation(self, operation: str, *operands: str | Fraction) -> str:
        names = tuple(
            self.number(operand) if isinstance(operand, Fraction) else operand
            for operand in operands
        )
        if len(self.steps) >= self.most_steps:
            raise NotationError(f"the computation has more than {self.most_steps:,} steps", 0)
        self._operands += len(names)
        if self._operands > max(MOST_OPERANDS, 3 * self.most_steps):
            raise NotationError(f"the computation has more than {MOST_OPERANDS:,} operands", 0)
        result = f"{self._prefix}#{len(self.steps)}"
        self._unnamed[result] = len(self.steps)
        self._used.update(names)
        self.steps.append(Step(result, operation, names))
        return result

    def slope(self, function: str, operand: str) -> str:
        raise NotationError(f"{function}' stands in lines only, not in an equation", 0)

    def name(self, node: Name) -> Value:
        if node.updates:
            raise NotationError(
                f"an equation is about one moment; leave the mark of {node.element}@{node.updates} away",
                node.column,
            )
        return picked(self.values[node.name], node.index, node)

    def derivative(self, node: Derivative | DerivativeOf) -> Value:
        raise NotationError(
            "an equation holds no derivatives; put the expression under 'define'", node.column
        )


def array_of_names(name: str, shape: Shape) -> Value:
    """An array of the names of its elements, or the name itself where it is a single number."""
    if not shape:
        return name
    array = np.empty(shape, dtype=object)
    for place, element in zip(np.ndindex(*shape), elements(name, shape), strict=True):
        array[place] = element
    return array


def _shape(value: Value) -> Shape:
    return value.shape if isinstance(value, np.ndarray) else ()
