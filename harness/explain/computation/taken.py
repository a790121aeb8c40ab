"""Derivations run with some numbers taken for what they are computed to be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from harness.explain.computation.arithmetics import Floats
from harness.explain.computation.derivation import Derivation, Entry
from harness.explain.computation.running import Runner, Runs, State

#: A line, and how many updates were made before it.
Place = tuple[str, int]


def with_taken(
    derivation: Derivation, taken: Sequence[Mapping[Place, float]], moments: Sequence[int]
) -> Runs:
    """A run for each mapping, all at once: its numbers stand in their places, and all else is
    computed from them; ZeroDivisionError where that cannot be."""
    by_place: dict[Place, dict[int, float]] = {}
    for k, numbers in enumerate(taken):
        for place, number in numbers.items():
            by_place.setdefault(place, {})[k] = number
    runner = _Taken(derivation, len(taken), by_place)
    with np.errstate(all="ignore"):
        return Runs(runner.run(sorted(moments)), runner.arithmetic)


class _Taken(Runner):
    def __init__(
        self, derivation: Derivation, count: int, taken: Mapping[Place, Mapping[int, float]]
    ) -> None:
        super().__init__(derivation, Floats(), {})
        self.count = count
        self.taken = taken
        self.moment = 0

    def anew(self, moment: int) -> State:
        self.moment = moment
        return super().anew(moment)

    def updated(self, state: State) -> State:
        return {
            name: self.put(name, self.moment + 1, value)
            for name, value in super().updated(state).items()
        }

    def walk(self, entries: Sequence[Entry], state: State) -> None:
        for entry in entries:
            state[entry.result] = self.put(entry.result, self.moment, self.computed(entry, state))

    def put(self, line: str, moment: int, value: object) -> object:
        """A line's value, with the numbers that are taken for it."""
        numbers = self.taken.get((line, moment))
        if numbers is None:
            return value
        spread = np.array(np.broadcast_to(np.asarray(value, dtype=float), (self.count,)))
        spread[list(numbers)] = list(numbers.values())
        return spread
