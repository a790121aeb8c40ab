"""Where an implementation goes wrong: the wrong answers that do not follow from those before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from harness.explain.computation.arithmetics import Floats
from harness.explain.computation.derivation import Derivation
from harness.explain.computation.running import Runner, State
from harness.explain.witnesses.answers import close, line_of
from harness.scenario.task import Quantity

#: What was told of one moment, by its lines.
Told = Mapping[str, tuple[Quantity, float]]


def roots(
    derivation: Derivation, told: Mapping[Quantity, float], wrong: set[Quantity]
) -> list[Quantity]:
    """The wrong answers that the right computation does not make of the answers before them."""
    by_moment: dict[int, dict[str, tuple[Quantity, float]]] = {}
    for quantity, value in told.items():
        if np.isfinite(value):
            line = quantity, float(value)
            by_moment.setdefault(quantity.updates, {})[line_of(quantity)] = line
    with np.errstate(all="ignore"):
        try:
            return [one for one in _differing(derivation, by_moment) if one in wrong]
        except ZeroDivisionError:
            return sorted(wrong, key=derivation.scenario.order)


def _differing(derivation: Derivation, told: Mapping[int, Told]) -> Iterator[Quantity]:
    """Every answer that differs from what is computed from the answers before it."""
    runner = Runner(derivation, Floats(), {})
    state = runner.start()
    for moment in range(max(told, default=0) + 1):
        here = told.get(moment, {})
        if moment:
            state.update(runner.updated(state) | runner.anew(moment))
            for name in derivation.after:
                yield from _taken(name, state, here)
        for entry in (*derivation.entries, *derivation.asides):
            state[entry.result] = runner.computed(entry, state)
            yield from _taken(entry.result, state, here)


def _taken(line: str, state: State, told: Told) -> Iterator[Quantity]:
    """The answer, where there is one, taken in place of what is computed."""
    if line in told:
        quantity, value = told[line]
        if not close(state[line], value):
            yield quantity
        state[line] = value
