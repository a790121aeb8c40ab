"""A scenario: what is computed, from which exact numbers, and how it is trained."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from itertools import chain
from typing import Final

from harness.notation.arrays import picked
from harness.notation.syntax import Derivative, Expression, Name, walk
from harness.scenario.binding import Binder
from harness.scenario.computation import MOST_STEPS, Computation, Equation, array_of_names
from harness.scenario.programs import program_of
from harness.scenario.task import Network, Program, Quantity, Task, Training, of_sample

#: What random numbers are drawn from, and the factors of those near a given one.
_DRAWN: Final = [Fraction(sign * k, 64) for k in range(16, 129) for sign in (1, -1)]
_LATE: Final = [Fraction(k, 64) for k in range(16, 129)], [Fraction(k, 64) for k in range(3, 62)]
_EARLY_TRIALS: Final = 18
_NEAR: Final = [Fraction(k, 64) for k in range(48, 81)]


@dataclass(frozen=True)
class Schedule:
    """Numbers that change from one update to the next: ``cycled`` over and over, each list of
    equal length; of the learning ``rates`` the last holds for ever."""

    cycled: Mapping[str, tuple[Fraction, ...]]
    rates: tuple[Fraction, ...]

    def at(self, updates: int, learning_rate: str) -> dict[str, Fraction]:
        """What is given anew after so many updates, by name."""
        found = {name: values[updates % len(values)] for name, values in self.cycled.items()}
        if self.rates:
            found[learning_rate] = self.rates[min(updates, len(self.rates) - 1)]
        return found


@dataclass(frozen=True)
class Scenario:
    """``given`` holds exact numbers, never floats; ``free`` the names that have none.

    Both name single numbers (``w5``, ``W1[0,1]``). ``network`` is there when the scenario was
    written as one; ``equations`` and the Wengert list of them always are.
    """

    id: str
    equations: tuple[Equation, ...]
    computation: Computation
    given: Mapping[str, Fraction]
    free: tuple[str, ...]
    network: Network | None
    training: Training | None
    definitions: Mapping[str, Expression]
    #: What a training is given anew at every update, as ``Training`` has it, in exact numbers.
    schedule: Schedule = field(default_factory=lambda: Schedule({}, ()))

    @property
    def binder(self) -> Binder:
        """What lines may speak of here."""
        return Binder(self.computation, self.definitions, self.training is not None)

    @cached_property
    def values(self) -> dict[str, Fraction]:
        """A number for every input: as the document gives it, a free one as first drawn."""
        return {**self.drawn(0), **self.given}

    def given_after(self, name: str, updates: int) -> Fraction | None:
        """The number that is given for ``name`` after so many updates; None where it has none, or
        where updates change it."""
        training = self.training
        if training is None or not updates:
            return self.given.get(name)
        if name in training.moving:
            return None
        return self.schedule.at(updates, training.learning_rate).get(name, self.given.get(name))

    def drawn(self, trial: int) -> dict[str, Fraction]:
        """Random numbers for all inputs, free and given alike; the same ones at every run.

        They lie in 1/4 … 2 on either side of zero, where no function is saturated; in every
        third trial within a quarter of what the document gives, on the same side of every kink.
        Late trials, for formulas that have no value at most of these, draw positive numbers, and
        numbers between 0 and 1. Targets that are shares of one whole remain so.
        """
        source = random.Random(f"{self.id} {trial}")
        names = (*self.given, *self.free)
        late = trial > _EARLY_TRIALS
        among = _LATE[trial % 2] if late else _DRAWN
        drawn = dict(zip(names, source.choices(among, k=len(names)), strict=True))
        if self.training:
            # Averages need factors from 0 to 1, and begin where they begin.
            optimizer = self.training.optimizer
            settings = optimizer.settings.values()
            drawn |= {name: Fraction(source.randint(8, 56), 64) for name in settings}
            drawn |= {
                name: self.given[name] for state in optimizer.state.values() for name in state
            }
        if trial and not trial % 3 and not late:
            drawn |= {
                name: value * source.choice(_NEAR)
                for name, value in self.given.items()
                if value and name in self._moving
            }
        for names in self.shares:
            parts = [abs(source.choice(_DRAWN)) for _ in names]
            drawn |= {name: part / sum(parts) for name, part in zip(names, parts, strict=True)}
        return drawn

    @cached_property
    def shares(self) -> list[tuple[str, ...]]:
        """The targets that add up to 1, sample by sample, where softmax gives the outputs: how much
        of each class there is. A gradient of p - t rests on that."""
        network = self.network
        if network is None or not _of_shares(network):
            return []
        places = range(network.samples) if network.samples else [None]
        groups = [tuple(_target(name, place) for name in network.targets) for place in places]
        return [
            names
            for names in groups
            if self.given.keys() >= set(names) and sum(self.given[name] for name in names) == 1
        ]

    @cached_property
    def _moving(self) -> set[str]:
        """What is given, an optimizer's settings and state aside."""
        if self.training is None:
            return set(self.given)
        optimizer = self.training.optimizer
        return self.given.keys() - {*optimizer.settings.values(), *chain(*optimizer.state.values())}

    def task(self, asked: Iterable[Quantity]) -> Task:
        """What an implementation is handed: the floats nearest to the exact numbers."""
        program = self.program  # its constants are values too
        exact = {**self.values, **self.computation.constants, **self._constants}
        training = self.training and replace(
            self.training,
            samples={name: _floats(values) for name, values in self.schedule.cycled.items()},
            rates=_floats(self.schedule.rates),
        )
        return Task(
            {name: nearest(value) for name, value in exact.items()},
            self.computation.steps if len(self.computation.steps) <= MOST_STEPS else (),
            self.network,
            training,
            tuple(asked),
            program,
        )

    @cached_property
    def program(self) -> Program | None:
        """The computation over whole arrays, where there are any."""
        shapes = self.computation.shapes
        if not any(shapes.values()):
            return None
        computed = {equation.name for equation in self.equations}
        given = {name: shape for name, shape in shapes.items() if name not in computed}
        return program_of(self.equations, given, self._constants)

    @cached_property
    def _constants(self) -> dict[str, Fraction]:
        return {}

    def asked(self, expressions: Iterable[Expression]) -> list[Quantity]:
        """What every implementation is asked, in the order of computation.

        All that the scenario computes, the gradient of its loss by every parameter, and
        whatever else ``expressions`` (which are bound) speak of.
        """
        found = {Quantity(step.result) for step in self.computation.steps if "#" not in step.result}
        found |= set(self._gradient())
        for expression in expressions:
            for part in walk(expression):
                found |= set(self._quantities(part))
        return sorted(
            (quantity for quantity in found if not self._is_input(quantity)), key=self.order
        )

    def trajectory(self, updates: int) -> list[Quantity]:
        """All that updates change, after each of the first so many, in the order of computation."""
        if self.training is None:
            return []
        moving = sorted(self.training.moving, key=lambda name: self.order(Quantity(name)))
        return [Quantity(name, None, made + 1) for made in range(updates) for name in moving]

    def _quantities(self, node: Expression) -> list[Quantity]:
        match node:
            case Name():
                return [Quantity(name, None, node.updates) for name in self._numbers(node)]
            case Derivative():
                return [
                    Quantity(of, by, node.updates)
                    for of in self._numbers(node.of)
                    for by in self._numbers(node.by)
                ]
            case _:
                return []

    def _numbers(self, node: Name) -> list[str]:
        """The single numbers that a name stands for."""
        found = picked(
            array_of_names(node.name, self.computation.shapes[node.name]), node.index, node
        )
        return [found] if isinstance(found, str) else list(found.ravel())

    def _gradient(self) -> list[Quantity]:
        if self.training:
            return [Quantity(self.training.loss, name) for name in self.training.parameters]
        return []

    def _is_input(self, quantity: Quantity) -> bool:
        inputs = self.values
        return quantity.by is None and not quantity.updates and quantity.of in inputs

    def order(self, quantity: Quantity) -> tuple[int, int, int, int, int]:
        """Sorts quantities as they are computed: forward pass, backward pass, update.

        The backward pass has a derivative complete once it comes to the first use of what is
        differentiated by.
        """
        given, of = self._given_position, self.computation.position.get(quantity.of, -1)
        if quantity.by is None:
            return quantity.updates, 0, of, given.get(quantity.of, 0), 0
        used = self._first_use.get(quantity.by, len(self.computation.steps))
        return quantity.updates, 1, of, -used, given.get(quantity.by, 0)

    @cached_property
    def _first_use(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for place, step in enumerate(self.computation.steps):
            for operand in step.operands:
                found.setdefault(operand, place)
        return found

    @cached_property
    def _given_position(self) -> dict[str, int]:
        return {name: place for place, name in enumerate(self.values)}


def _of_shares(network: Network) -> bool:
    """Whether the loss is the cross-entropy of what softmax gives."""
    kind, last = network.loss.kind, network.layers[-1].activation
    return kind == "softmax cross-entropy" or (kind == "cross-entropy" and last == "softmax")


def _target(name: str, sample: int | None) -> str:
    return name if sample is None else of_sample(name, sample)


def _floats(values: Iterable[Fraction]) -> tuple[float, ...]:
    return tuple(map(nearest, values))


def nearest(value: Fraction) -> float:
    """The float nearest to an exact number; infinite where it is out of range."""
    try:
        return float(value)
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")
