"""Which quantities are easily taken for one another: neighbours, a net and its out, and the like."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from harness.explain.computation.derivation import Derivation
from harness.scenario.task import FUNCTIONS, of_sample

#: Of more quantities side by side than this, only the next ones are taken for one another.
_MANY: Final = 12


@dataclass(frozen=True)
class Relations:
    """The relations among the quantities of one derivation."""

    derivation: Derivation

    @cached_property
    def groups(self) -> list[tuple[str, tuple[str, ...]]]:
        """Quantities that stand side by side, each group with the sort that it is of."""
        network = self.derivation.scenario.network
        if network is None:
            return [("given", tuple(self.derivation.scenario.given))]
        found: list[tuple[str, tuple[str, ...]]] = []
        samples = range(network.samples) if network.samples else ()

        def add(sort: str, names: tuple[str, ...]) -> None:
            if samples:
                found.extend((sort, tuple(of_sample(name, k) for name in names)) for k in samples)
                found.extend((sort, tuple(of_sample(name, k) for k in samples)) for name in names)
            else:
                found.append((sort, names))

        add("input", network.inputs)
        add("target", network.targets)
        for layer in network.layers:
            found.append(("weight", tuple(dict.fromkeys(n for row in layer.weights for n in row))))
            if layer.biases:
                found.append(("bias", tuple(dict.fromkeys(layer.biases))))
            add("net", layer.net)
            add("out", layer.out)
        return found

    @cached_property
    def _sort(self) -> dict[str, str]:
        found = {name: sort for sort, names in self.groups for name in names}
        training = self.derivation.scenario.training
        if training:
            found[training.learning_rate] = "rate"
        return found

    def sort(self, name: str) -> str:
        """``input``, ``weight``, ``out``, …; or ``other``."""
        return self._sort.get(name, "other")

    def siblings(self, name: str) -> list[str]:
        """The quantities beside ``name``; of many, those next to it."""
        found: dict[str, None] = {}
        for _, names in self.groups:
            if name in names:
                place = names.index(name)
                near = names if len(names) <= _MANY else names[max(0, place - 1) : place + 2]
                found |= dict.fromkeys(other for other in near if other != name)
        return list(found)

    @cached_property
    def functions(self) -> dict[str, str]:
        """What a function of one number is applied to, by its result."""
        steps = self.derivation.scenario.computation.steps
        return {step.result: step.operands[0] for step in steps if step.operation in FUNCTIONS}

    @cached_property
    def _results(self) -> dict[str, str]:
        return {operand: result for result, operand in self.functions.items()}

    def instead_of(self, name: str) -> Iterator[tuple[str, str, float]]:
        """What may stand in place of ``name``: the other, the kind of mistake, and its size."""
        for other in self.siblings(name):
            yield other, "neighbour", 1.2
        if name in self.functions:
            yield self.functions[name], "net for out", 1.1
        if name in self._results:
            yield self._results[name], "out for net", 1.1
