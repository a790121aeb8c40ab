"""Derivations run with some numbers taken for what they are computed to be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from harness.explain.computation.arithmetics import Floats
from harness.explain.computation.derivation import Derivation, Entry, adjoint, taken_by
from harness.explain.computation.running import Runner, Runs, State

#: A line, and how many updates were made before it.
Place = tuple[str, int]


def with_taken(
    derivation: Derivation, taken: Sequence[Mapping[Place, float]], moments: Sequence[int]
) -> Runs:
    """A run for each mapping, all at once: its numbers stand in their places, and all else is
    computed from them."""
    slopes = dict(_slopes(derivation))
    by_place: dict[Place, dict[int, float]] = {}
    for k, numbers in enumerate(taken):
        for (line, moment), number in numbers.items():
            by_place.setdefault((line, moment), {})[k] = number
            if line in slopes:  # which the gradients are computed from
                by_place.setdefault((slopes[line], moment), {})[k] = number
            if moment and line in derivation.after:  # what an update makes is used in it already
                by_place.setdefault((derivation.after[line], moment - 1), {})[k] = number
    runner = _Taken(derivation, len(taken), by_place)
    with np.errstate(all="ignore"):
        return Runs(runner.run(sorted(moments)), runner.arithmetic)


def _slopes(derivation: Derivation) -> Iterator[tuple[str, str]]:
    """The derivatives of units by what they are computed from in one way alone, each with the line
    that the gradients take it from."""
    forward = [entry for entry in derivation.entries if entry.role == "forward"]
    for entry in derivation.entries:
        if entry.role == "slope" and entry.result.startswith(f"slope {entry.of}/"):
            before = taken_by(forward, [entry.of])
            if sum(line.operands.count(entry.through) for line in before) == 1:
                yield adjoint(entry.of, entry.through), entry.result


class _Taken(Runner):
    def __init__(
        self, derivation: Derivation, count: int, taken: Mapping[Place, Mapping[int, float]]
    ) -> None:
        super().__init__(derivation, Floats(), {})
        self.count = count
        self.taken = taken
        self.moment = 0

    def start(self) -> State:
        return {name: self.put(name, value) for name, value in super().start().items()}

    def anew(self, moment: int) -> State:
        self.moment = moment
        return super().anew(moment)

    def walk(self, entries: Sequence[Entry], state: State) -> None:
        for entry in entries:
            state[entry.result] = self.put(entry.result, self.computed(entry, state))

    def put(self, line: str, value: Any) -> Any:
        """A line's value, with the numbers that are taken for it now."""
        numbers = self.taken.get((line, self.moment))
        if numbers is None:
            return value
        spread = np.array(np.broadcast_to(np.asarray(value, dtype=float), (self.count,)))
        spread[list(numbers)] = list(numbers.values())
        return spread
