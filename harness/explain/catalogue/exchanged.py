"""Given numbers exchanged: two inputs, two targets, two weights, the weights of two units."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import combinations, pairwise
from typing import Final

from harness.explain.catalogue.setting import decimal, settable
from harness.explain.catalogue.together import by_columns, untied
from harness.explain.computation.derivation import Derivation
from harness.explain.computation.mistake import Mistake
from harness.explain.computation.relations import Relations
from harness.scenario.scenario import Scenario
from harness.scenario.task import of_sample

#: Of more quantities side by side than this, only neighbours are exchanged.
_MOST: Final = 8


def exchanged(derivation: Derivation) -> Iterator[Mistake]:
    """Pairs of quantities of one sort, each with the value of the other."""
    scenario = derivation.scenario
    given = settable(scenario)
    for _, names in Relations(derivation).groups:
        some = [name for name in names if name in given]
        near = pairwise(some)
        for one, other in combinations(some, 2) if len(some) <= _MOST else near:
            yield from _mistake(
                scenario, {one: other, other: one}, f"{one} and {other} are exchanged", 1.3
            )
    yield from _filled(scenario)
    for layer in scenario.network.layers if scenario.network else ():
        for (unit, row), (other, below) in combinations(
            zip(layer.out, layer.weights, strict=True), 2
        ):
            both = dict(zip((*row, *below), (*below, *row), strict=True))
            words = f"the weights of {unit} and those of {other} are exchanged"
            yield from _mistake(scenario, both, words, 1.1)
        columns = list(zip(*layer.weights, strict=True))
        if len(layer.weights) > 1:
            for (k, left), (j, right) in combinations(enumerate(columns), 2):
                both = dict(zip((*left, *right), (*right, *left), strict=True))
                words = f"the weights of inputs {k + 1} and {j + 1} of {', '.join(layer.out)} are exchanged"
                yield from _mistake(scenario, both, words, 1.2)


def _filled(scenario: Scenario) -> Iterator[Mistake]:
    """Weights filled in column by column instead of row by row, in a layer or in all; inputs of
    a batch feature by feature instead of sample by sample."""
    network = scenario.network
    if network is None:
        return
    own = untied(network)
    layers = [by_columns(layer.weights) for layer in own]
    for layer, one in zip(own, layers, strict=True):
        words = f"the weights of {', '.join(layer.out)} are filled in column by column, transposed"
        yield from _mistake(scenario, one, words, 1.0)
    if len(layers) > 1:
        everything = {name: source for one in layers for name, source in one.items()}
        words = "the weights of all layers are filled in column by column, transposed"
        yield from _mistake(scenario, everything, words, 1.0)
    samples = range(network.samples) if network.samples else ()
    rows = [[of_sample(name, k) for name in network.inputs] for k in samples]
    if len(rows) > 1:
        words = "the inputs are filled in feature by feature instead of sample by sample"
        yield from _mistake(scenario, by_columns(rows), words, 1.0)


def _mistake(
    scenario: Scenario, sources: Mapping[str, str], words: str, size: float
) -> Iterator[Mistake]:
    """Each name given the value of its source; none where that changes nothing."""
    given: dict[str, Fraction] = {
        name: scenario.given[source]
        for name, source in sources.items()
        if {name, source} <= scenario.given.keys()
        if scenario.given[source] != scenario.given[name]
    }
    if given:
        computation = ", ".join(f"{name} = {decimal(value)}" for name, value in given.items())
        yield Mistake("exchanged", ", ".join(given), words, computation, size, given=given)
