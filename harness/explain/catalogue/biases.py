"""Biases added otherwise: after the activation, once an input, another layer's, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from harness.explain.catalogue.differentiated import differentiated
from harness.explain.catalogue.sizes import MORE, MOST_STEPS
from harness.explain.computation.derivation import Derivation, Entry, layer_named
from harness.explain.computation.mistake import Instead, Mistake
from harness.explain.computation.rederived import formulas_kept, rederived, restepped
from harness.explain.computation.words import Words
from harness.scenario.scenario import Scenario
from harness.scenario.task import Layer, Step, array_of

#: What a net input with this bias, in this layer, is computed as.
Changed = Callable[[Entry, str, Layer], Entry]


@dataclass(frozen=True)
class Place:
    """Some layers that have biases; ``words`` say where, ``more`` how much rarer that is than
    everywhere."""

    layers: tuple[Layer, ...]
    words: str
    more: float


def biases(derivation: Derivation) -> Iterator[Mistake]:
    """All mistakes of this sort."""
    places = _places(derivation.scenario)
    if not places or len(derivation.scenario.computation.steps) > MOST_STEPS:
        return
    edited = [*_added_otherwise(derivation, places), *_of_another_layer(derivation, places)]
    yield from edited
    # But for the gradients of the biases themselves, those are the same.
    if any(bias in derivation.after for one in places[0].layers for bias in one.biases or ()):
        yield from differentiated(derivation, edited)
    for place in places:
        yield from _after_the_activation(derivation, place)


def _places(scenario: Scenario) -> list[Place]:
    """All layers with biases, and each of several."""
    layers = scenario.network.layers if scenario.network else ()
    found = [
        Place((layer,), layer_named(scenario, number), 0.1)
        for number, layer in enumerate(layers)
        if layer.biases
    ]
    if len(found) < 2:
        return found
    return [Place(tuple(place.layers[0] for place in found), "everywhere", 0.0), *found]


def _added_otherwise(derivation: Derivation, places: Sequence[Place]) -> Iterator[Mistake]:
    for place in places:
        if any(len(layer.weights[0]) > 1 for layer in place.layers):
            words = f"the bias is added once for each input, {place.words}"
            yield from _edited(derivation, place, words, 1.0, _once_an_input)
    every = places[0]
    # Where all have as many, the terms of one place in the sums are left out, and turned, already.
    if len({len(layer.weights[0]) for layer in every.layers}) > 1:
        words = "the biases are left out everywhere"
        yield from _edited(derivation, every, words, 0.95, _left_out)
        words = "the biases are subtracted everywhere, as thresholds are"
        yield from _edited(derivation, every, words, 0.95, _subtracted)


def _once_an_input(entry: Entry, bias: str, layer: Layer) -> Entry:
    return replace(entry, operands=entry.operands + (bias,) * (len(layer.weights[0]) - 1))


def _left_out(entry: Entry, bias: str, _: Layer) -> Entry:
    return replace(entry, operands=tuple(one for one in entry.operands if one != bias))


def _subtracted(entry: Entry, bias: str, _: Layer) -> Entry:
    signs = "".join("-" if one == bias else "+" for one in entry.operands)
    return replace(entry, operation=f"signed:{signs}")


def _of_another_layer(derivation: Derivation, places: Sequence[Place]) -> Iterator[Mistake]:
    """The biases of one layer in place of those of another."""
    for place in places[1:]:
        [own] = place.layers
        for other in places[0].layers:
            taken = _fitting(other, len(own.net))
            if taken and taken != own.biases:
                names = ", ".join(dict.fromkeys(taken))
                sentence = f"{names} of another layer stands for the bias {place.words}"
                instead = partial(_replaced, dict(zip(own.net, taken, strict=True)))
                yield from _edited(derivation, place, sentence, 0.9, instead)


def _fitting(layer: Layer, count: int) -> tuple[str, ...]:
    """The biases of a layer for so many units; none where they are not as many."""
    biases = layer.biases or ()
    if len(set(biases)) == 1:
        return biases[:1] * count
    return biases if len(biases) == count else ()


def _replaced(instead: Mapping[str, str], entry: Entry, bias: str, _: Layer) -> Entry:
    new = instead[array_of(entry.result)]
    return replace(entry, operands=tuple(new if one == bias else one for one in entry.operands))


def _edited(
    derivation: Derivation, place: Place, sentence: str, size: float, changed: Changed
) -> Iterator[Mistake]:
    edits = {
        entry.result: edit
        for layer in place.layers
        for entry, bias in _nets(derivation, layer)
        if (edit := changed(entry, bias, layer)) != entry
    }
    if edits:
        computation = Words(derivation).beside(next(iter(edits.values())))
        yield Mistake("bias", place.words, sentence, computation, size + place.more, edits)


def _nets(derivation: Derivation, layer: Layer) -> Iterator[tuple[Entry, str]]:
    """The lines in which a layer's biases are added, each with the bias."""
    of = dict(zip(layer.net, layer.biases or (), strict=bool(layer.biases)))
    for step in derivation.scenario.computation.steps:
        bias = of.get(array_of(step.result))
        if bias is not None and bias in step.operands and step.operation == "add":
            yield derivation.line[step.result], bias


def _after_the_activation(derivation: Derivation, place: Place) -> Iterator[Mistake]:
    """``out = f(w*x) + b``, with the gradients of that, or under the formulas of the backward pass."""
    layers = [layer for layer in place.layers if layer.activation != "identity"]
    if not layers:
        return
    steps = tuple(_with_biases_behind(derivation, layers))
    following = rederived(derivation, restepped(derivation.scenario, steps))
    sentence = f"the bias is added after the activation {place.words}"
    [first, *_] = layers
    assert first.biases is not None
    computation = f"{first.out[0]} = {first.activation}(…) + {first.biases[0]}"
    for words, lines, more in (
        (sentence, formulas_kept(derivation, steps), 0.0),
        (f"{sentence}, in the gradients too", following, MORE),
    ):
        yield Mistake(
            "bias", place.words, words, computation, 1.1 + place.more + more,
            instead=Instead(words, lines),
        )  # fmt: skip


def _with_biases_behind(derivation: Derivation, layers: Sequence[Layer]) -> Iterator[Step]:
    without = {
        entry.result: _left_out(entry, bias, layer)
        for layer in layers
        for entry, bias in _nets(derivation, layer)
    }
    behind = {
        out: bias
        for layer in layers
        for out, bias in zip(layer.out, layer.biases or (), strict=True)
    }
    for step in derivation.scenario.computation.steps:
        bias = behind.get(array_of(step.result))
        if step.result in without:
            yield replace(step, operands=without[step.result].operands)
        elif bias is not None and "#" not in step.result:
            before = f"{step.result}#without the bias"
            yield replace(step, result=before)
            yield Step(step.result, "add", (before, bias))
        else:
            yield step
