"""Indices that slip, the same in all lines of a layer: the unit's in place of the input's, another
layer's quantity, a sum that goes on from the one before.

A layer computes ``net[o] = sum of w[o][h]*x[h]``. Its gradients are ``delta[o]*x[h]`` by a weight
and the sum of ``delta[o]*w[o][h]`` by an input, with ``delta[o]`` the derivative by ``net[o]``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain, combinations, pairwise

from harness.explain.computation.derivation import Derivation, Entry, adjoint, layer_named, unit
from harness.explain.computation.mistake import Instead, Mistake
from harness.explain.computation.rederived import sorted_anew
from harness.explain.computation.words import Words
from harness.scenario.task import array_of, of_sample

Edited = Mapping[str, Entry]


@dataclass(frozen=True)
class Place:
    """One product of a layer: the share of a gradient that comes through ``w[o][h]*x[h]``, by its
    weight or by its input."""

    entry: Entry
    layer: int
    o: int
    h: int
    sample: int | None
    by_weight: bool


@dataclass(frozen=True)
class Layer:
    """The names of a layer's quantities, for one sample."""

    inputs: tuple[str, ...]
    weights: tuple[tuple[str, ...], ...]
    net: tuple[str, ...]
    out: tuple[str, ...]


def indices(derivation: Derivation) -> Iterator[Mistake]:
    """All mistakes of this sort; none without a network."""
    if derivation.scenario.network is not None:
        yield from _Indices(derivation).mistakes()


class _Indices:
    def __init__(self, derivation: Derivation) -> None:
        self.derivation = derivation
        self.words = Words(derivation)
        network = derivation.scenario.network
        assert network is not None
        self.samples: list[int | None] = list(range(network.samples)) or [None]
        self.layers = {sample: list(_layers(derivation, sample)) for sample in self.samples}

    def mistakes(self) -> Iterator[Mistake]:
        count = len(self.layers[self.samples[0]])
        scopes = [
            ([number], layer_named(self.derivation.scenario, number)) for number in range(count)
        ]
        scopes += [(list(range(count)), "in all layers")] if count > 1 else []
        for one, other in combinations(range(count), 2):
            names = [layer_named(self.derivation.scenario, number) for number in (one, other)]
            sentence = f"the gradients of the weights {names[0]} and {names[1]} are exchanged"
            yield from self.mistake(sentence, "in two layers", self.layers_exchanged(one, other))
        for numbers, where in scopes:
            for sentence, edits in self.slips(numbers):
                yield from self.mistake(f"{sentence} {where}", where, edits)

    def slips(self, numbers: Sequence[int]) -> Iterator[tuple[str, Edited]]:
        """Each slip in some layers: what is said of it, and its lines."""
        by_weight = [one for one in self.places if one.layer in numbers and one.by_weight]
        by_input = [one for one in self.places if one.layer in numbers and not one.by_weight]
        yield (
            "the gradients of the weights are transposed: unit and input are exchanged",
            self.put(by_weight, lambda one: (one.h, one.o)),
        )
        yield (
            "the gradient of a weight takes the input with the index of its unit",
            self.put(by_weight, lambda one: (one.o, one.o)),
        )
        yield (
            "the gradient of a weight takes the delta with the index of its input",
            self.put(by_weight, lambda one: (one.h, one.h)),
        )
        yield (
            "the error handed back takes the delta with the index of the input",
            self.put(by_input, lambda one: (one.h, one.h)),
        )
        yield from self.of_other_layers(numbers, by_weight, by_input)
        for with_bias in (True, False):
            besides = "" if with_bias else ", its bias aside,"
            words = f"a net input goes on from that of the unit before{besides}"
            yield words, self.going_on(numbers, with_bias)
        yield "an error goes on from that of the unit before", self.errors_going_on(numbers)

    def put(self, places: Sequence[Place], taken: Callable[[Place], tuple[int, int]]) -> Edited:
        """The products with other indices: that of the delta, and that of the other factor."""
        found: dict[str, Entry] = {}
        for one in places:
            layer = self.layers[one.sample][one.layer]
            o, h = taken(one)
            if o >= len(layer.net) or h >= len(layer.inputs):
                return {}
            other = layer.inputs[h] if one.by_weight else layer.weights[one.o][one.h]
            self.edit(found, one, self.delta(layer.net[o]), other)
        return found

    def of_other_layers(
        self, numbers: Sequence[int], by_weight: Sequence[Place], by_input: Sequence[Place]
    ) -> Iterator[tuple[str, Edited]]:
        """The delta, the weights or the outputs of the layer before or after, with the same indices."""
        for step, which in ((-1, "before"), (1, "after")):
            for what, places in (("delta", by_weight), ("delta", by_input), ("weights", by_input)):
                handed = (
                    "the gradient of a weight" if places is by_weight else "the error handed back"
                )
                edits = self.shifted(places, step, what)
                yield f"{handed} takes the {what} of the layer {which}", edits
            yield (
                f"the derivative of the activation is taken at the outputs of the layer {which}",
                self.slopes(numbers, step),
            )
        last = len(self.layers[self.samples[0]]) - 1
        edits = {} if last in numbers else self.shifted(by_input, None, "delta")
        yield "the error handed back takes the delta of the output layer", edits

    def shifted(self, places: Sequence[Place], step: int | None, what: str) -> Edited:
        """Products with the delta or the weight of another layer; of the last one where ``step`` is
        None."""
        found: dict[str, Entry] = {}
        for one in places:
            layers = self.layers[one.sample]
            number = len(layers) - 1 if step is None else one.layer + step
            own = layers[one.layer]
            if not 0 <= number < len(layers):
                return {}
            other = layers[number]
            rows = other.weights
            if what == "weights" and (one.o >= len(rows) or one.h >= len(rows[one.o])):
                return {}
            if what == "delta" and one.o >= len(other.net):
                return {}
            factor = own.inputs[one.h] if one.by_weight else own.weights[one.o][one.h]
            factor = rows[one.o][one.h] if what == "weights" else factor
            self.edit(
                found, one, self.delta((other if what == "delta" else own).net[one.o]), factor
            )
        return found

    def layers_exchanged(self, one: int, other: int) -> Edited:
        """The gradients of two layers whose weights are laid out alike."""
        rows = [self.layers[self.samples[0]][number].weights for number in (one, other)]
        if [len(row) for row in rows[0]] != [len(row) for row in rows[1]]:
            return {}
        pairs = [
            [adjoint(self.derivation.loss, name) for name in pair]
            for pair in zip(chain(*rows[0]), chain(*rows[1]), strict=True)
        ]
        lines = self.derivation.line
        return {
            to: replace(lines[to], operands=lines[source].operands)
            for first, second in pairs
            if first in lines and second in lines
            for to, source in ((first, second), (second, first))
        }

    def slopes(self, numbers: Sequence[int], step: int) -> Edited:
        found: dict[str, Entry] = {}
        for layers in self.layers.values():
            for number in numbers:
                if not 0 <= number + step < len(layers):
                    return {}
                other = layers[number + step]
                for place, name in enumerate(layers[number].out):
                    entry = self.derivation.line.get(f"slope {name}/0")
                    if entry is None or place >= len(other.out):
                        return {}
                    operands = (other.net[place], *entry.operands[1:-1], other.out[place])
                    found[entry.result] = replace(entry, operands=operands)
        return found

    def going_on(self, numbers: Sequence[int], with_bias: bool) -> Edited:
        """The variable that a net input is summed up in is not set to zero for each unit; the bias
        is added to it, or afterwards."""
        found: dict[str, Entry] = {}
        for layers in self.layers.values():
            for number in numbers:
                before: tuple[str, ...] = ()
                for name in layers[number].net:
                    entry = self.derivation.line[name]
                    if entry.operation == "add" and before:
                        found[name] = replace(entry, operands=(*before, *entry.operands))
                    products = [one for one in entry.operands if one in self.derivation.line]
                    before = (name,) if with_bias else (*before, *products)
        return found

    def errors_going_on(self, numbers: Sequence[int]) -> Edited:
        """The same of the variable that the errors of a layer's outputs are summed up in."""
        found: dict[str, Entry] = {}
        for layers in self.layers.values():
            for number in numbers:
                lines = [adjoint(self.derivation.loss, name) for name in layers[number].out]
                for before, line in pairwise(lines):
                    entry = self.derivation.line.get(line)
                    if entry is not None and before in self.derivation.line:
                        found[line] = replace(entry, operands=(before, *entry.operands))
        return found

    def edit(self, found: dict[str, Entry], one: Place, delta: str, factor: str) -> None:
        own = self.delta(self.layers[one.sample][one.layer].net[one.o])
        if (delta, factor) != (own, one.entry.operands[1]):
            found[one.entry.result] = replace(one.entry, operands=(delta, factor))

    def delta(self, net: str) -> str:
        return adjoint(self.derivation.loss, net)

    @cached_property
    def places(self) -> list[Place]:
        """All products of all layers."""
        found: list[Place] = []
        for sample, layers in self.layers.items():
            for number, layer in enumerate(layers):
                for o, row in enumerate(layer.weights):
                    for h, weight in enumerate(row):
                        for by_weight, name in ((True, weight), (False, layer.inputs[h])):
                            entry = self.share(name, layer.net[o], weight, layer.inputs[h])
                            if entry is not None:
                                found.append(Place(entry, number, o, h, sample, by_weight))
        return found

    def share(self, name: str, net: str, weight: str, given: str) -> Entry | None:
        """The share of the gradient by ``name`` that comes through the product in ``net``."""
        of = adjoint(self.derivation.loss, name)
        for entry in self.shares.get((of, array_of(net)), ()):
            step = self.words.steps.get(entry.through)
            if step is not None and set(step.operands) == {weight, given}:
                return entry
        return None

    @cached_property
    def shares(self) -> dict[tuple[str, str], list[Entry]]:
        found: dict[tuple[str, str], list[Entry]] = {}
        for entry in self.derivation.entries:
            if entry.role == "share" and entry.operation == "multiply":
                unit_of_all = array_of(unit(entry.through))
                found.setdefault((entry.of, unit_of_all), []).append(entry)
        return found

    def mistake(self, sentence: str, where: str, edits: Edited) -> Iterator[Mistake]:
        """A mistake of these lines, put in order anew; none where they need each other."""
        if not edits or any(o not in self.known for e in edits.values() for o in e.operands):
            return
        try:
            entries = sorted_anew(edits.get(one.result, one) for one in self.derivation.entries)
        except ValueError:
            return
        lines = replace(self.derivation, entries=entries)
        computation = self.words.beside(next(iter(edits.values())))
        yield Mistake("index", where, sentence, computation, 1.15, instead=Instead(sentence, lines))

    @cached_property
    def known(self) -> set[str]:
        """What lines may speak of."""
        scenario = self.derivation.scenario
        return {*self.derivation.line, *scenario.values, *scenario.computation.constants}


def _layers(derivation: Derivation, sample: int | None) -> Iterator[Layer]:
    network = derivation.scenario.network
    assert network is not None

    def named(names: Sequence[str]) -> tuple[str, ...]:
        return tuple(names) if sample is None else tuple(of_sample(name, sample) for name in names)

    inputs = named(network.inputs)
    for layer in network.layers:
        yield Layer(inputs, layer.weights, named(layer.net), named(layer.out))
        inputs = named(layer.out)
