"""A Wengert list run in ball arithmetic: forward pass, backward pass, updates.

The same run, with every operation widened by what rounding to a floating-point format can do to
it, gives the bound that an implementation has to keep (see ``Rounding``).
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from flint import arb

from harness.oracle.balls import VALUES, Ball, exact, slopes, undefined
from harness.scenario.computation import Computation
from harness.scenario.task import WITH_CONSTANT, Rule, Training

#: What an elementary function of a library may be off, in roundings; benchmarks/functions.py
#: measures them, and the worst found is 6.9 (tanh near 20, in XLA).
FUNCTION_ROUNDINGS: Final = 8
_ARITHMETIC: Final = frozenset(["add", "subtract", "multiply", "negate", "max", "min", "abs"])
#: Slopes that are operands, or 0, 1 and -1: nothing is rounded in them.
_EXACT_SLOPES: Final = frozenset(
    ["subtract", "multiply", "negate", "abs", "relu", "leaky_relu", "max", "min"]
)
#: In which the tangents of all operands are added up.
_ADDING: Final = frozenset(["add", "subtract", "multiply"])
_FLAT: Final = frozenset(["sigmoid", "tanh", "softplus", "arctan", "erf"])
#: x/2 (1 + erf(x/√2)) is computed as it is written, so that its relative error has no limit; the
#: slopes of these cross 0.
_CANCELLING: Final = frozenset(["gelu", "gelu_tanh", "silu"])


@dataclass(frozen=True)
class Format:
    """A floating-point format: bits of the significand, exponent of the smallest normal number,
    exponent of the first power of two that is out of range."""

    significand: int
    smallest: int
    beyond: int


FLOAT64: Final = Format(53, -1022, 1024)


class Exact:
    """No rounding beyond that of the balls themselves."""

    def given(self, value: Fraction) -> Ball:
        """The ball of a given number."""
        return exact(value)

    def told(self, value: Fraction) -> Ball:
        """The ball of a number that an implementation computed, and told."""
        return exact(value)

    def result(self, operation: str, operands: Sequence[Ball]) -> Ball:
        """The ball of an operation's result."""
        return VALUES[operation](*operands)

    def one(self, value: Ball) -> Ball:
        """The derivative of a value by itself; what has no value has no derivative."""
        return exact(Fraction(1)) if value.is_finite() else undefined()

    def slopes(self, operation: str, operands: Sequence[Any], result: Ball) -> list[Ball]:
        """The balls of the partial derivatives of an operation by its operands."""
        return slopes(operation, operands, result)

    def passed(self, adjoint: Ball, operands: Sequence[int], fixed: Container[int]) -> Ball:
        """The adjoint of a sum, a difference or a product, as it is passed on to its operands, of
        which those at ``fixed`` places are constants."""
        return adjoint

    def product(self, a: Ball, b: Ball) -> Ball:
        """The ball of a product."""
        return a * b

    def total(self, terms: Sequence[Ball]) -> Ball:
        """The ball of a sum."""
        return terms[0] if len(terms) == 1 else sum(terms[1:], terms[0])

    def nonnegative(self, ball: Ball) -> Ball:
        """The ball without what lies below 0."""
        return ball.nonnegative_part()


class Rounding(Exact):
    """Every operation widened by what rounding to ``target`` can do to its result.

    A result is multiplied by 1 ± u (u is half a unit in the last place, relative) and widened
    by the smallest normal number, below which frameworks may flush to zero. A sum of n terms
    is bounded for every order of its additions: by (n-1)u times the sum of the magnitudes. A
    whole power may be made of that many multiplications. What may be out of range is undefined.
    """

    def __init__(self, target: Format) -> None:
        self.unit = arb(2) ** -target.significand
        self.beyond = arb(2) ** target.beyond
        self.tiny = arb(0, arb(2) ** target.smallest)
        self.known: dict[int, tuple[Ball, Ball]] = {}
        self.once, _ = self._often(1)
        self.function, _ = self._often(FUNCTION_ROUNDINGS)

    def given(self, value: Fraction) -> Ball:
        try:
            held = Fraction(float(value)) == value
        except OverflowError:
            return undefined()
        return exact(value) if held else exact(value) * self.once + self.tiny

    def told(self, value: Fraction) -> Ball:
        # It may go on with more digits than an answer holds.
        return exact(value) * self.once + self.tiny

    def result(self, operation: str, operands: Sequence[Any]) -> Ball:
        if operation == "add":
            return self.total(operands)
        value = VALUES[operation](*operands)
        if operation == "power":
            return self._power(value, operands[1])
        if operation in _CANCELLING:
            return self._in_range(value + self._cancelled(operands[0]))
        rounded = value * (self.once if operation in _ARITHMETIC else self.function)
        return self._in_range(rounded + self.tiny)

    def slopes(self, operation: str, operands: Sequence[Any], result: Ball) -> list[Ball]:
        balls = super().slopes(operation, operands, result)
        if operation in _EXACT_SLOPES:
            return balls
        if operation == "power":
            return [self._power(balls[0], operands[1])]
        if operation in _CANCELLING:
            return [self._in_range(ball + self._cancelled(operands[0])) for ball in balls]
        widened = [ball * self.function + self.tiny for ball in balls]
        # The slopes of these are at most 1, and so in range.
        return widened if operation in _FLAT else [self._in_range(ball) for ball in widened]

    def passed(self, adjoint: Ball, operands: Sequence[int], fixed: Container[int]) -> Ball:
        # Forward mode adds up here what comes by each operand: so often is each rounded.
        additions = sum(operand not in fixed for operand in operands) - 1
        if additions < 1:
            return adjoint
        widened, tiny = self._often(additions)
        return adjoint * widened + tiny

    def product(self, a: Ball, b: Ball) -> Ball:
        return self._in_range(a * b * self.once + self.tiny)

    def total(self, terms: Sequence[Ball]) -> Ball:
        if len(terms) == 1:
            return terms[0]
        widened, tiny = self._often(len(terms) - 1)
        return self._in_range(sum((term * widened for term in terms), tiny))

    def _cancelled(self, operand: Ball) -> Ball:
        """What rounding does to a product of the operand with a difference of numbers up to 1."""
        return arb(0, (1 + abs(operand)).upper()) * (FUNCTION_ROUNDINGS * self.unit) + self.tiny

    def _power(self, value: Ball, exponent: Fraction) -> Ball:
        widened, tiny = self._often(max(FUNCTION_ROUNDINGS, abs(int(exponent)) + 1))
        return self._in_range(value * widened + tiny)

    def _often(self, roundings: int) -> tuple[Ball, Ball]:
        """What so many roundings can do: a factor, and what underflow adds."""
        if roundings not in self.known:
            self.known[roundings] = arb(1, roundings * self.unit), roundings * self.tiny
        return self.known[roundings]

    def _in_range(self, ball: Ball) -> Ball:
        return ball if abs(ball) < self.beyond else undefined()


class Program:
    """A computation with its names replaced by places in one list of balls.

    ``places`` gives each name's place: inputs and constants first, then the steps' results.
    """

    def __init__(self, computation: Computation, inputs: Sequence[str]) -> None:
        names = [*inputs, *computation.constants, *(step.result for step in computation.steps)]
        self.places = {name: place for place, name in enumerate(names)}
        self.constants = computation.constants
        self.fixed = frozenset(self.places[name] for name in computation.constants)
        self.inputs = tuple(inputs)
        self.steps: list[tuple[str, list[int], int, Fraction | None]] = []
        for step in computation.steps:
            second = step.operation in WITH_CONSTANT
            constant = computation.constants[step.operands[1]] if second else None
            operands = step.operands[:1] if second else step.operands
            self.steps.append(
                (
                    step.operation,
                    [self.places[name] for name in operands],
                    self.places[step.result],
                    constant,
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
        for operation, operands, place, constant in self.steps:
            arguments = [balls[operand] for operand in operands]
            if constant is not None:
                arguments.append(constant)
            balls[place] = result(operation, arguments)

    def moved_by(self, places: Iterable[int]) -> frozenset[int]:
        """All places whose values depend on those at ``places``, these included."""
        moved = set(places)
        for _, operands, place, _ in self.steps:
            if not moved.isdisjoint(operands):
                moved.add(place)
        return frozenset(moved)

    def backward(
        self,
        balls: Sequence[Ball],
        of: int,
        arithmetic: Exact,
        within: Container[int] | None = None,
    ) -> dict[int, Ball]:
        """The adjoint of every place that ``of`` depends on: the derivative of ``of`` by it.

        With ``within``, of those places alone; it has to hold all that lies on the way to them.
        """
        contributions = {of: [arithmetic.one(balls[of])]}
        adjoints: dict[int, Ball] = {}
        partials, product, total = arithmetic.slopes, arithmetic.product, arithmetic.total
        for operation, operands, place, constant in reversed(self.steps):
            if place not in contributions:
                continue
            adjoint = adjoints[place] = total(contributions.pop(place))
            if operation in _ADDING:
                adjoint = arithmetic.passed(adjoint, operands, self.fixed)
            if operation == "add":
                for operand in operands:
                    if within is None or operand in within:
                        contributions.setdefault(operand, []).append(adjoint)
                continue
            arguments = [balls[operand] for operand in operands]
            if constant is not None:
                arguments.append(constant)
            for operand, partial in zip(
                operands, partials(operation, arguments, balls[place]), strict=True
            ):
                if within is None or operand in within:
                    contributions.setdefault(operand, []).append(product(adjoint, partial))
        for place, terms in contributions.items():
            adjoints[place] = total(terms)
        return adjoints

    def update(
        self,
        balls: list[Ball],
        training: Training,
        given: Mapping[str, Fraction],
        arithmetic: Exact,
        moved: Container[int],
    ) -> None:
        """One update, all parameters at once; the steps are then stale.

        ``given`` is what the next moment is given anew, ``moved`` what is ``moved_by`` the
        parameters.
        """
        places = self.places
        adjoints = self.backward(balls, places[training.loss], arithmetic, moved)
        zero = arithmetic.given(Fraction(0))
        state = training.optimizer.state
        new: dict[int, Ball] = {}
        for k, parameter in enumerate(training.parameters):
            place = places[parameter]
            own = {"parameter#": place} | {f"{word}#": places[state[word][k]] for word in state}
            known = {name: balls[one] for name, one in own.items()}
            known["gradient#"] = adjoints.get(place, zero)
            self._follow(training.rule, known, balls, arithmetic)
            new |= {own[name]: known[result] for name, result in training.rule.new.items()}
        for place, ball in new.items():
            balls[place] = ball
        for name, value in given.items():
            balls[places[name]] = arithmetic.given(value)

    def _follow(
        self, rule: Rule, known: dict[str, Ball], balls: Sequence[Ball], arithmetic: Exact
    ) -> None:
        """The steps of an optimizer for one parameter, their results into ``known``."""
        for step in rule.steps:
            operands: list[Any] = [
                known[name] if name in known else balls[self.places[name]] for name in step.operands
            ]
            if step.operation == "power":
                operands[1] = self.constants[step.operands[1]]
            if step.operation == "sqrt":
                # Of sums of squares alone, which no rounding makes negative.
                operands[0] = arithmetic.nonnegative(operands[0])
            known[step.result] = arithmetic.result(step.operation, operands)
