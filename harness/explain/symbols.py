"""What may stand in a formula in place of a symbol, and how easily it is taken for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from harness.notation.syntax import Derivative, Expression, Name, walk
from harness.scenario.scenario import Scenario

#: A change: what the formula becomes, the kind of mistake, words for it, its size.
Change = tuple[Expression, str, str, float]

_MOST_NAMES: Final = 60
_MOST_SLOPES: Final = 30
#: What it adds to the size of a change that one symbol is nothing like the other.
FAR: Final = 0.6
_NEAR: Final = 0.1


@dataclass(frozen=True)
class Symbols:
    """The quantities that a formula may speak of, whole arrays among them, and the derivatives of
    one by another that it is computed from; ``kinds`` of those that a network has."""

    names: tuple[Name, ...]
    slopes: tuple[Derivative, ...]
    kinds: Mapping[str, str]

    def far(self, name: str, other: str) -> float:
        """What it adds to the size of a mistake to take one for the other: little for one of the
        same kind, or of the same unit."""
        differing = sum(a != b for a, b in zip(name, other, strict=False)) / 100
        if self._kind(name) == self._kind(other):
            return min(differing, _NEAR)
        rest, other_rest = name[len(stem(name)) :], other[len(stem(other)) :]
        return _NEAR if rest and rest == other_rest else FAR

    def _kind(self, name: str) -> str:
        return self.kinds.get(name, stem(name))


def stem(name: str) -> str:
    """A name without its indices."""
    count = next((k for k, mark in enumerate(name) if not mark.isalpha()), len(name))
    return name[:count]


def symbols_of(scenario: Scenario) -> Symbols:
    """The symbols of a scenario."""
    names = [*scenario.computation.shapes, *scenario.definitions]
    shown = [Name(name) for name in dict.fromkeys(names) if "#" not in name][:_MOST_NAMES]
    return Symbols(tuple(shown), tuple(_slopes(scenario)[:_MOST_SLOPES]), _kinds(scenario))


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
