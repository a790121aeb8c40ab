"""Mistakes that are one decision but touch many lines: a transpose forgotten, gradients accumulated."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from harness.explain.computation.derivation import (
    Derivation,
    Entry,
    adjoint,
    layer_named,
    layers_of,
)
from harness.explain.computation.mistake import Mistake
from harness.explain.computation.words import Words
from harness.scenario.task import Layer, Network


def together(derivation: Derivation) -> Iterator[Mistake]:
    """All mistakes of this sort."""
    yield from accumulated(derivation)
    yield from transposed(derivation)
    yield from without_biases(derivation)


def accumulated(derivation: Derivation) -> Iterator[Mistake]:
    """The gradients of the updates before are added to each: they were not set to zero."""
    training = derivation.scenario.training
    if training is None:
        return
    lines = {name: adjoint(training.loss, name) for name in training.parameters}
    known = {name: line for name, line in lines.items() if line in derivation.line}
    yield from _accumulated(derivation, list(known.values()), "everywhere", "", 1.0)
    layers = layers_of(derivation.scenario)
    for number in sorted({layers[name] for name in known if name in layers}):
        some = [line for name, line in known.items() if layers.get(name) == number]
        where = layer_named(derivation.scenario, number)
        if len(some) < len(known):
            yield from _accumulated(derivation, some, where, f" {where}", 1.2)


def _accumulated(
    derivation: Derivation, lines: list[str], scope: str, where: str, size: float
) -> Iterator[Mistake]:
    entries = [derivation.line[line] for line in lines]
    if entries:
        first = entries[0].result
        yield Mistake(
            "accumulated", scope, f"gradients are not set to zero between updates{where}",
            f"{first}@1 = {first}@0 + {first}@1", size,
            {one.result: _with_the_one_before(one) for one in entries},
            {one.result: Fraction(0) for one in entries},
        )  # fmt: skip


def _with_the_one_before(entry: Entry) -> Entry:
    """A line still holds its value of the update before when it is computed anew."""
    return replace(entry, operands=(*entry.operands, entry.result))


def transposed(derivation: Derivation) -> Iterator[Mistake]:
    """The weights of a layer, or of all, taken by column in place of by row."""
    network = derivation.scenario.network
    layers = untied(network) if network else []
    tables = [by_columns(layer.weights) for layer in layers]
    for layer, table in zip(layers, tables, strict=True):
        yield from _taken_from(
            derivation, table, f"{layer.out[0]}, …", f"the weights of {', '.join(layer.out)}"
        )
    if len(tables) > 1:
        everything = {name: other for table in tables for name, other in table.items()}
        yield from _taken_from(derivation, everything, "everywhere", "the weights of all layers")


def untied(network: Network) -> list[Layer]:
    """The layers whose weights stand in one place of the network each."""
    times = Counter(name for layer in network.layers for row in layer.weights for name in row)
    return [
        layer
        for layer in network.layers
        if all(times[name] == 1 for row in layer.weights for name in row)
    ]


def by_columns(rows: Sequence[Sequence[str]]) -> dict[str, str]:
    """What stands in the place of each name where a list of rows is laid by columns."""
    by_rows = [name for row in rows for name in row]
    laid = [name for column in zip(*rows, strict=True) for name in column]
    return {name: other for name, other in zip(laid, by_rows, strict=True) if name != other}


def _taken_from(
    derivation: Derivation, other: dict[str, str], scope: str, what: str
) -> Iterator[Mistake]:
    for role, where in (("forward", "forward"), ("share", "backward")):
        edits = {
            entry.result: replace(entry, operands=tuple(other.get(o, o) for o in entry.operands))
            for entry in (*derivation.entries, *derivation.asides)
            if entry.role == role and entry.operation == "multiply"
            if any(o in other for o in entry.operands)
        }
        if edits:
            sentence = f"{what} are transposed in the {where} pass"
            computation = Words(derivation).beside(next(iter(edits.values())))
            yield Mistake("transposed", scope, sentence, computation, 1.0, edits)


def without_biases(derivation: Derivation) -> Iterator[Mistake]:
    """The biases, those of all layers or of one, are left as they are; one alone is an edit."""
    layers = layers_of(derivation.scenario)
    found = _biases(derivation)
    by_layer: dict[int, list[str]] = {}
    for name in found:
        by_layer.setdefault(layers.get(name, 0), []).append(name)
    yield from _kept(derivation, found, "everywhere", "", 1.1)
    if len(by_layer) < 2:
        return
    for layer, names in by_layer.items():
        where = layer_named(derivation.scenario, layer)
        yield from _kept(derivation, names, where, f" {where}", 1.2)


def _biases(derivation: Derivation) -> list[str]:
    """The parameters that nothing is done with but adding them."""
    uses: dict[str, set[str]] = {}
    for step in derivation.scenario.computation.steps:
        for operand in step.operands:
            uses.setdefault(operand, set()).add(step.operation)
    training = derivation.scenario.training
    names = training.parameters if training else ()
    return [name for name in names if uses.get(name) == {"add"} and name in derivation.after]


def _kept(
    derivation: Derivation, names: list[str], scope: str, where: str, size: float
) -> Iterator[Mistake]:
    """Some parameters keep their values in each update."""
    entries = [derivation.line[derivation.after[name]] for name in names]
    if len(entries) < 2:
        return
    edits = {one.result: replace(one, operation="add", operands=(one.of,)) for one in entries}
    sentence = f"the biases are not updated{where}"
    computation = Words(derivation).beside(next(iter(edits.values())))
    yield Mistake("not updated", scope, sentence, computation, size, edits)
