"""A Wengert list run in ball arithmetic: forward pass, backward pass, updates.

The same run, with every operation widened by what rounding to a floating-point format can do to
it, gives the bound that an implementation has to keep (see ``Rounding``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from flint import arb

from harness.oracle.balls import VALUES, Ball, exact, slopes
from harness.scenario.computation import Computation

#: What an elementary function of a library may be off, in roundings; benchmarks/functions.py
#: measures them, and the worst found is 6.9 (tanh near 20, in XLA).
FUNCTION_ROUNDINGS: Final = 8
_ARITHMETIC: Final = frozenset(
    ["add", "subtract", "multiply", "divide", "negate", "max", "min", "abs"]
)


@dataclass(frozen=True)
class Format:
    """A floating-point format: bits of the significand, exponent of the smallest normal number."""

    significand: int
    smallest: int


FLOAT64: Final = Format(53, -1022)


class Exact:
    """No rounding beyond that of the balls themselves."""

    def given(self, value: Fraction) -> Ball:
        """The ball of a given number."""
        return exact(value)

    def result(self, operation: str, operands: Sequence[Ball]) -> Ball:
        """The ball of an operation's result."""
        return VALUES[operation](*operands)

    def slope(self, ball: Ball) -> Ball:
        """The ball of a partial derivative."""
        return ball

    def product(self, a: Ball, b: Ball) -> Ball:
        """The ball of a product."""
        return a * b

    def total(self, terms: Sequence[Ball]) -> Ball:
        """The ball of a sum."""
        return terms[0] if len(terms) == 1 else sum(terms[1:], terms[0])


class Rounding(Exact):
    """Every operation widened by what rounding to ``target`` can do to its result.

    A result is multiplied by 1 ± u (u is half a unit in the last place, relative) and widened
    by the smallest normal number, below which frameworks may flush to zero. A sum of n terms
    is bounded for every order of its additions: each term by 1 ± (n-1)u.
    """

    def __init__(self, target: Format) -> None:
        self.unit = arb(2) ** -target.significand
        self.smallest = arb(2) ** target.smallest
        self.tiny = arb(0, self.smallest)
        self.once = arb(1, self.unit)
        self.function = arb(1, FUNCTION_ROUNDINGS * self.unit)

    def given(self, value: Fraction) -> Ball:
        try:
            held = Fraction(float(value)) == value
        except OverflowError:
            held = False
        return exact(value) if held else exact(value) * self.once + self.tiny

    def result(self, operation: str, operands: Sequence[Ball]) -> Ball:
        if operation == "add":
            return self.total(operands)
        value = VALUES[operation](*operands)
        return value * (self.once if operation in _ARITHMETIC else self.function) + self.tiny

    def slope(self, ball: Ball) -> Ball:
        return ball * self.function + self.tiny

    def product(self, a: Ball, b: Ball) -> Ball:
        return a * b * self.once + self.tiny

    def total(self, terms: Sequence[Ball]) -> Ball:
        if len(terms) == 1:
            return terms[0]
        widened = arb(1, (len(terms) - 1) * self.unit)
        return sum((term * widened for term in terms), self.tiny)


class Program:
    """A computation with its names replaced by places in one list of balls.

    ``places`` gives each name's place: inputs and constants first, then the steps' results.
    """

    def __init__(self, computation: Computation, inputs: Sequence[str]) -> None:
        names = [*inputs, *computation.constants, *(step.result for step in computation.steps)]
        self.places = {name: place for place, name in enumerate(names)}
        self.constants = computation.constants
        self.inputs = tuple(inputs)
        self.steps: list[tuple[str, list[int], int, Fraction | None]] = []
        for step in computation.steps:
            exponent = (
                computation.constants[step.operands[1]] if step.operation == "power" else None
            )
            operands = step.operands[:1] if step.operation == "power" else step.operands
            self.steps.append(
                (
                    step.operation,
                    [self.places[name] for name in operands],
                    self.places[step.result],
                    exponent,
                )
            )

    def start(self, values: Mapping[str, Fraction], arithmetic: Exact) -> list[Ball]:
        """The list of balls before any step: given numbers and constants in their places."""
        balls: list[Ball] = [None] * len(self.places)
        for name in self.inputs:
            balls[self.places[name]] = arithmetic.given(values[name])
        for name, value in self.constants.items():
            balls[self.places[name]] = arithmetic.given(value)
        return balls

    def forward(self, balls: list[Ball], arithmetic: Exact) -> None:
        """The forward pass: fills in the result of every step."""
        result = arithmetic.result
        for operation, operands, place, exponent in self.steps:
            arguments = [balls[operand] for operand in operands]
            if exponent is not None:
                arguments.append(exponent)
            balls[place] = result(operation, arguments)

    def backward(self, balls: Sequence[Ball], of: int, arithmetic: Exact) -> dict[int, Ball]:
        """The adjoint of every place that ``of`` depends on: the derivative of ``of`` by it."""
        contributions: dict[int, list[Ball]] = {of: [1]}
        adjoints: dict[int, Ball] = {}
        slope, product, total = arithmetic.slope, arithmetic.product, arithmetic.total
        for operation, operands, place, exponent in reversed(self.steps):
            if place not in contributions:
                continue
            adjoint = adjoints[place] = total(contributions.pop(place))
            if operation == "add":
                for operand in operands:
                    contributions.setdefault(operand, []).append(adjoint)
                continue
            arguments = [balls[operand] for operand in operands]
            if exponent is not None:
                arguments.append(exponent)
            for operand, partial in zip(
                operands, slopes(operation, arguments, balls[place]), strict=True
            ):
                contributions.setdefault(operand, []).append(product(adjoint, slope(partial)))
        for place, terms in contributions.items():
            adjoints[place] = total(terms)
        return adjoints

    def update(
        self,
        balls: list[Ball],
        loss: int,
        learning_rate: int,
        parameters: Sequence[int],
        arithmetic: Exact,
    ) -> None:
        """One step of gradient descent, all parameters at once; the steps are then stale."""
        adjoints = self.backward(balls, loss, arithmetic)
        rate = balls[learning_rate]
        for place in parameters:
            if place in adjoints:
                change = arithmetic.product(rate, adjoints[place])
                balls[place] = arithmetic.result("subtract", [balls[place], change])
