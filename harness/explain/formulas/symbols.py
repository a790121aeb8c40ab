"""What may stand in a formula in place of a symbol, and how easily it is taken for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from harness.notation.functions import ELEMENTWISE
from harness.notation.syntax import Call, Derivative, Expression, Name, walk
from harness.scenario.scenario import Scenario
from harness.scenario.task import array_of

_MOST_NAMES: Final = 60
_MOST_SLOPES: Final = 30
#: What it adds to the size of a change that one symbol is nothing like the other.
FAR: Final = 0.6
_NEAR: Final = 0.1
_RELATED: Final = 0.34


@dataclass(frozen=True)
class Symbols:
    """The quantities that a formula may speak of, whole arrays among them, and the derivatives of
    one by another that it is computed from; ``kinds`` of those that a network has; the
    ``functions`` of the equations; the names of ``arrays``; of what is ``still``, as no update
    changes it; the ``links``, which are pairs of a quantity and one that it is computed from in
    one way only; the ``equations``; the ``parameters`` that updates change, and the ``loss`` that
    they descend."""

    names: tuple[Name, ...]
    slopes: tuple[Derivative, ...]
    kinds: Mapping[str, str]
    functions: tuple[str, ...] = ()
    arrays: Set[str] = frozenset()
    still: Set[str] = frozenset()
    links: Set[tuple[str, str]] = frozenset()
    equations: Mapping[str, Expression] = field(default_factory=dict)
    parameters: Set[str] = frozenset()
    loss: str | None = None

    def far(self, name: str, other: str) -> float:
        """What it adds to the size of a mistake to take one for the other: little for one of the
        same kind or of the same unit, or where one is computed from the other alone; more where
        it is computed from others too, and where both are parameters."""
        differing = sum(a != b for a, b in zip(name, other, strict=False)) / 100
        if self.kind(name) == self.kind(other):
            return min(differing, _NEAR)
        if {name, other} in self._computed:
            return _NEAR / 2
        rest, other_rest = name[len(stem(name)) :], other[len(stem(other)) :]
        if rest and rest == other_rest:
            return _NEAR
        related = {(name, other), (other, name)} & self.links or {name, other} <= self.parameters
        return _RELATED if related else FAR

    def kind(self, name: str) -> str:
        """What sort of quantity a name is of: those of one sort are easily mixed up."""
        return self.kinds.get(name, stem(name))

    def siblings(self, name: str) -> list[str]:
        """The other names of the same kind."""
        return [
            one.name
            for one in self.names
            if one.name != name and self.kind(one.name) == self.kind(name)
        ]

    @cached_property
    def _computed(self) -> list[set[str]]:
        return [{one.of.name, one.by.name} for one in self.slopes]


def stem(name: str) -> str:
    """A name without its indices."""
    count = next((k for k, mark in enumerate(name) if not mark.isalpha()), len(name))
    return name[:count]


def symbols_of(scenario: Scenario) -> Symbols:
    """The symbols of a scenario."""
    shapes, training = scenario.computation.shapes, scenario.training
    shown = [name for name in dict.fromkeys([*shapes, *scenario.definitions]) if "#" not in name]
    return Symbols(
        tuple(map(Name, shown[:_MOST_NAMES])),
        tuple(_slopes(scenario)[:_MOST_SLOPES]),
        _kinds(scenario),
        tuple(_functions(scenario)),
        {name for name, shape in shapes.items() if shape},
        _still(scenario),
        set(_links(scenario)),
        {one.name: one.expression for one in scenario.equations},
        set(map(array_of, training.parameters)) if training else frozenset(),
        training.loss if training else None,
    )


def _slopes(scenario: Scenario) -> list[Derivative]:
    """Each quantity that is computed from one other alone, by that one."""
    found = []
    for equation in scenario.equations:
        of = {node.name for node in walk(equation.expression) if isinstance(node, Name)}
        if len(of) == 1:
            found.append(Derivative(Name(equation.name), Name(of.pop())))
    return found


def _kinds(scenario: Scenario) -> dict[str, str]:
    found: dict[str, str] = {}
    for layer in scenario.network.layers if scenario.network else ():
        found |= {name: "weight" for row in layer.weights for name in row}
        found |= dict.fromkeys(layer.biases or (), "bias")
    return found


def _functions(scenario: Scenario) -> Iterable[str]:
    """The functions of one number that the scenario computes with."""
    return dict.fromkeys(
        node.function
        for equation in scenario.equations
        for node in walk(equation.expression)
        if isinstance(node, Call) and node.function in ELEMENTWISE
    )


def _still(scenario: Scenario) -> set[str]:
    """What no update changes."""
    training, schedule = scenario.training, scenario.schedule
    moving = {*schedule.cycled, *(training.moving if training else ())}
    if training and schedule.rates:
        moving.add(training.learning_rate)
    given = {array_of(name) for name in (*scenario.given, *scenario.free)}
    return given - set(map(array_of, moving))


def _links(scenario: Scenario) -> Iterator[tuple[str, str]]:
    """Quantities with what they are computed from, where that goes in one way only: then the total
    derivative of one by the other is what the chain rule multiplies."""
    operands = {
        one.name: {node.name for node in walk(one.expression) if isinstance(node, Name)}
        for one in scenario.equations
    }
    before: dict[str, set[str]] = {}
    for _ in operands:
        grown = {
            name: direct.union(*(before.get(one, set()) for one in direct))
            for name, direct in operands.items()
        }
        if all(before.get(name) == names for name, names in grown.items()):
            break
        before |= grown
    for name, direct in operands.items():
        for one in direct:
            if not any(one in before.get(other, ()) for other in direct - {one}):
                yield name, one
