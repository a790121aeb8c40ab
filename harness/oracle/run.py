"""Certified values: what the quantities of a scenario are, at chosen numbers and precision."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from typing import Any, Final

import numpy as np
from flint import arb, ctx, fmpq

from harness.notation import NotationError, evaluate
from harness.notation.arrays import picked
from harness.notation.syntax import Derivative, DerivativeOf, Expression, Name
from harness.oracle.balls import Ball, exact
from harness.oracle.fractions import Rational
from harness.oracle.program import FLOAT64, Exact, Program, Rounding
from harness.scenario.computation import Computation, Equation, Tracer, array_of_names
from harness.scenario.scenario import Scenario
from harness.scenario.task import Quantity

#: Bits that a certified value is first tried at; four times as many at each further try.
FIRST_BITS: Final = 128
MOST_BITS: Final = 8192
#: Fractions double their length at every update; after this many they are not tried.
_MOST_RATIONAL_UPDATES: Final = 2


@dataclass(frozen=True)
class Oracle:
    """The certified values of one scenario; remembers every run that it made.

    It starts after ``start`` updates, from what the document gives and what is ``told``.
    """

    scenario: Scenario
    start: int = 0
    told: Mapping[str, Fraction] = field(default_factory=dict)
    _runs: dict[tuple[Any, ...], Run] = field(default_factory=dict)

    @cached_property
    def program(self) -> Program:
        """The scenario's computation, ready to run."""
        return Program(self.scenario.computation, list(self.scenario.values))

    def from_floats(self, moment: int, floats: Mapping[str, float]) -> Oracle:
        """The certified values of what follows from where somebody stands after so many updates.

        ``floats`` are finite, and hold all that updates change.
        """
        found = Oracle(self.scenario, moment, {name: Fraction(x) for name, x in floats.items()})
        vars(found)["program"] = self.program  # the same computation
        return found

    def at(self, bits: int, trial: int | None = None) -> Run:
        """The run at the document's numbers, or at those of a random trial."""
        return self._run((bits, trial), lambda: self._values(trial), Exact(), bits)

    def partly_drawn(self, bits: int, trial: int) -> Run:
        """The run with the free parameters drawn anew and everything given as it is."""
        return self._run(
            (bits, trial, "free"),
            lambda: {**self.scenario.drawn(trial), **self.scenario.given},
            Exact(),
            bits,
        )

    def labelled(self, bits: int, trial: int) -> Run:
        """The run with everything drawn anew but the targets that are shares of one whole."""
        given, shares = self.scenario.given, self.scenario.shares
        stated = {name: given[name] for names in shares for name in names}
        return self._run(
            (bits, trial, "labels"),
            lambda: {**self.scenario.drawn(trial), **stated},
            Exact(),
            bits,
        )

    @cached_property
    def rounded(self) -> Run:
        """The run whose radii bound what float64 rounding can do."""
        with ctx.workprec(FIRST_BITS):
            arithmetic = Rounding(FLOAT64)
        return self._run(("float64",), lambda: self._values(None), arithmetic, FIRST_BITS)

    def fraction(self, expression: Expression, trial: int | None = None) -> Fraction | None:
        """The exact value of ``expression`` where it is a fraction; None where it is not."""
        if isinstance(expression, Name) and trial is None:
            given = self.scenario.given_after(expression.element, expression.updates)
            if given is not None:
                return given
        run = self._run(("exact", trial), lambda: self._values(trial), Rational(), FIRST_BITS)
        value = run.evaluate(expression)
        return Fraction(int(value.p), int(value.q)) if isinstance(value, fmpq) else None

    def _values(self, trial: int | None) -> dict[str, Fraction]:
        return self.scenario.values if trial is None else self.scenario.drawn(trial)

    def _run(
        self,
        key: tuple[Any, ...],
        values: Callable[[], Mapping[str, Fraction]],
        arithmetic: Exact,
        bits: int,
    ) -> Run:
        if key not in self._runs:  # only then are its values drawn
            self._runs[key] = Run(
                self.scenario, self.program, values(), arithmetic, bits, self.start, self.told
            )
        return self._runs[key]


@dataclass
class Run:
    """One evaluation of a scenario: every moment that is asked for is computed once.

    It begins after ``start`` updates, with what is ``told``.
    """

    scenario: Scenario
    program: Program
    values: Mapping[str, Fraction]
    arithmetic: Exact
    bits: int
    start: int = 0
    told: Mapping[str, Fraction] = field(default_factory=dict)
    _moments: dict[int, list[Ball]] = field(default_factory=dict)
    _adjoints: dict[tuple[int, int], dict[int, Ball]] = field(default_factory=dict)

    def quantity(self, quantity: Quantity) -> Ball:
        """The enclosure of a value or a derivative."""
        with ctx.workprec(self.bits):
            places = self.program.places
            if quantity.by is None:
                return self._moment(quantity.updates)[places[quantity.of]]
            adjoints = self._backward(quantity.updates, places[quantity.of])
            return adjoints.get(places[quantity.by], self.arithmetic.given(Fraction(0)))

    def evaluate(self, expression: Expression) -> Ball:
        """The enclosure of a bound expression that is one number."""
        with ctx.workprec(self.bits):
            return evaluate(expression, _Values(self))

    def reach(self, expression: Expression, slack: Mapping[Fraction, Fraction]) -> Ball:
        """The enclosure of all that an expression may come to where each number in it may be off
        by its ``slack``."""
        with ctx.workprec(self.bits):
            return evaluate(expression, _Values(self, slack))

    def _moment(self, updates: int) -> list[Ball]:
        """All values after ``updates`` updates, walking on from the latest moment known before."""
        if isinstance(self.arithmetic, Rational) and updates > _MOST_RATIONAL_UPDATES:
            return [None] * len(self.program.places)
        if updates not in self._moments:
            earlier = max((known for known in self._moments if known < updates), default=None)
            if earlier is None:
                earlier, balls = self.start, self.beginning()
                self.program.forward(balls, self.arithmetic)
            else:
                balls = list(self._moments[earlier])
            for moment in range(earlier + 1, updates + 1):
                self.update(balls, moment)
                self.program.forward(balls, self.arithmetic)
            self._moments[updates] = balls
        return self._moments[updates]

    def beginning(self) -> list[Ball]:
        """All that is given where the run starts; no step is computed."""
        values = dict(self.values)
        if self.start and self.scenario.training:
            values |= self.scenario.schedule.at(self.start, self.scenario.training.learning_rate)
        balls = self.program.start(values, self.arithmetic)
        for name, value in self.told.items():
            balls[self.program.places[name]] = self.arithmetic.told(value)
        return balls

    def update(self, balls: list[Ball], moment: int) -> None:
        """The update that leads to a moment; the steps are then stale."""
        training = self.scenario.training
        assert training is not None, "a mark without training is refused when lines are bound"
        given = self.scenario.schedule.at(moment, training.learning_rate)
        self.program.update(balls, training, given, self.arithmetic, self._moved)

    @cached_property
    def _moved(self) -> frozenset[int]:
        training, places = self.scenario.training, self.program.places
        return self.program.moved_by(
            [places[name] for name in training.parameters] if training else []
        )

    def _backward(self, updates: int, of: int) -> dict[int, Ball]:
        if (updates, of) not in self._adjoints:
            balls = self._moment(updates)
            self._adjoints[updates, of] = self.program.backward(balls, of, self.arithmetic)
        return self._adjoints[updates, of]


class _Values:
    """The algebra of a line: names and derivatives are looked up in a run."""

    def __init__(self, run: Run, slack: Mapping[Fraction, Fraction] | None = None) -> None:
        self.run = run
        self.slack = slack or {}

    def number(self, value: Fraction) -> Ball:
        ball = self.run.arithmetic.given(value)
        return ball + arb(0, exact(self.slack[value])) if value in self.slack else ball

    def constant(self, name: str) -> Ball:
        if isinstance(self.run.arithmetic, Rational):
            return None
        return arb.pi() if name == "pi" else arb(1).exp()

    def operation(self, operation: str, *operands: Any) -> Ball:
        return self.run.arithmetic.result(operation, operands)

    def slope(self, function: str, operand: Ball) -> Ball:
        arithmetic = self.run.arithmetic
        if function == "square":
            return arithmetic.product(self.number(Fraction(2)), operand)
        if function in {"log10", "log2"}:
            base = self.operation("log", self.number(Fraction(function[3:])))
            below = arithmetic.product(operand, base)
            return self.operation("divide", self.number(Fraction(1)), below)
        slope = arithmetic.slopes(function, [operand], self.operation(function, operand))[0]
        # Where it is a whole number, as that of abs, it stands for itself.
        return self.number(Fraction(slope)) if isinstance(slope, int) else slope

    def name(self, node: Name) -> Any:
        return self._looked_up(self._names(node), lambda name: Quantity(name, None, node.updates))

    def derivative(self, node: Derivative | DerivativeOf) -> Any:
        if not isinstance(node, Derivative):
            return _derivative_of(node, self.run)
        of, by = self._names(node.of), self._names(node.by)
        if isinstance(of, str) or isinstance(by, str):
            one, names = (of, by) if isinstance(of, str) else (by, of)
            if isinstance(of, str):
                return self._looked_up(names, lambda name: Quantity(one, name, node.updates))
            return self._looked_up(names, lambda name: Quantity(name, one, node.updates))
        rows = [self.derivative(replace(node, of=Name(name))) for name in of.ravel()]
        return np.array(rows, dtype=object).reshape(*of.shape, *by.shape)

    def _names(self, node: Name) -> Any:
        shape = self.run.scenario.computation.shapes.get(node.name, ())
        return picked(array_of_names(node.name, shape), node.index, node)

    def _looked_up(self, names: Any, quantity: Callable[[str], Quantity]) -> Any:
        if isinstance(names, str):
            return self.run.quantity(quantity(names))
        return _array(names, lambda name: self.run.quantity(quantity(name)))


def _array(names: Any, value: Any) -> Any:
    balls = names.copy()
    for place in np.ndindex(*names.shape):
        balls[place] = value(names[place])
    return balls


def _derivative_of(node: DerivativeOf, run: Run) -> Ball:
    """The chain rule over the names of an expression: the sum of d expression/d name * d name/d by."""
    body = _Body(run.scenario.computation.shapes)
    body.define(Equation("expression", node.body))
    leaves = list(body.leaves)
    program = Program(Computation(tuple(body.steps), body.constants, {}, ("expression",)), leaves)
    balls = program.start(dict.fromkeys(leaves, Fraction(0)), run.arithmetic)
    for leaf, updates in body.leaves.items():
        balls[program.places[leaf]] = run.quantity(Quantity(leaf, None, updates))
    program.forward(balls, run.arithmetic)
    adjoints = program.backward(balls, program.places["expression"], run.arithmetic)
    zero = run.arithmetic.given(Fraction(0))
    terms = [
        run.arithmetic.product(
            adjoints.get(program.places[leaf], zero),
            run.quantity(Quantity(leaf, node.by.element, updates)),
        )
        for leaf, updates in body.leaves.items()
    ]
    return run.arithmetic.total(terms) if terms else zero


class _Body(Tracer):
    """Traces an expression whose names are all inputs to it."""

    def __init__(self, shapes: Mapping[str, tuple[int, ...]]) -> None:
        super().__init__(shapes)
        self.leaves: dict[str, int] = {}

    def name(self, node: Name) -> Any:
        value = super().name(Name(node.name, node.index, 0, node.column))
        for leaf in [value] if isinstance(value, str) else value.ravel():
            if self.leaves.setdefault(leaf, node.updates) != node.updates:
                raise NotationError("the derivative of an expression over two moments", node.column)
        return value
