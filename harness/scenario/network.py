"""The network shorthand: layers of named units, and the equations that they stand for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from typing import Final

from harness.notation.syntax import Call, Expression, Name, Number, Power, Product, Sum
from harness.scenario.computation import Equation
from harness.scenario.task import Layer, Network

ACTIVATIONS: Final = ("sigmoid", "tanh", "relu", "identity")


def equations(network: Network) -> list[Equation]:
    """The equations of the forward pass, in order: every unit's net and out, then the losses."""
    inputs = network.inputs
    found: list[Equation] = []
    for layer in network.layers:
        found += _layer_equations(layer, inputs)
        inputs = layer.out
    return [*found, *_loss_equations(network)]


def _layer_equations(layer: Layer, inputs: tuple[str, ...]) -> Iterator[Equation]:
    biases = layer.biases or (None,) * len(layer.net)
    for weights, bias, net in zip(layer.weights, biases, layer.net, strict=True):
        terms: list[Expression] = [
            Product((Name(weight), Name(given)), ("*", "*"))
            for weight, given in zip(weights, inputs, strict=True)
        ]
        if bias is not None:
            terms.append(Name(bias))
        yield Equation(net, _sum(terms))
    for net, out in zip(layer.net, layer.out, strict=True):
        yield Equation(out, _activated(layer.activation, Name(net)))


def _activated(activation: str, net: Expression) -> Expression:
    return net if activation == "identity" else Call(activation, (net,))


def _loss_equations(network: Network) -> Iterator[Equation]:
    half = Product((Number("1", Fraction(1)), Number("2", Fraction(2))), ("*", "/"))
    for target, out, loss in zip(
        network.targets, network.layers[-1].out, network.losses, strict=True
    ):
        difference = Sum((Name(target), Name(out)), (1, -1))
        squared = Power(difference, Number("2", Fraction(2)))
        yield Equation(loss, Product((half, squared), ("*", "*")))
    if network.losses != (network.total,):
        yield Equation(network.total, _sum([Name(loss) for loss in network.losses]))


def _sum(terms: list[Expression]) -> Expression:
    return terms[0] if len(terms) == 1 else Sum(tuple(terms), (1,) * len(terms))


def problems(network: Network) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """What does not fit together: the place in the shorthand, and what is wrong there."""
    width = len(network.inputs)
    for place, layer in enumerate(network.layers):
        where = ("layers", place)
        units = len(layer.net)
        if len(layer.weights) != units:
            yield (
                (*where, "weights"),
                f"{len(layer.weights)} rows of weights for {units} units; one row a unit",
            )
        for row, weights in enumerate(layer.weights):
            if len(weights) != width:
                yield (
                    (*where, "weights", row),
                    f"{len(weights)} weights for {width} inputs; one weight an input of the layer",
                )
        if layer.biases is not None and len(layer.biases) != units:
            yield (
                (*where, "biases"),
                f"{len(layer.biases)} biases for {units} units; one a unit, a shared one repeated",
            )
        for key, names in (("net", layer.net), ("out", layer.out)):
            if len(names) != units:
                yield (*where, key), f"{len(names)} names for {units} units"
        width = units
    if len(network.targets) != width:
        yield ("targets",), f"{len(network.targets)} targets for {width} outputs; one an output"
    if len(network.losses) != len(network.targets):
        yield (
            ("loss",),
            f"{len(network.losses)} terms of the loss for {width} outputs; one an output",
        )
    yield from _repeated(network)


def _repeated(network: Network) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Units and losses are computed, so each needs a name of its own."""
    computed = [name for layer in network.layers for name in (*layer.net, *layer.out)]
    computed += network.losses
    if network.losses != (network.total,):
        computed.append(network.total)
    counted = Counter(computed)
    for name, count in counted.items():
        if count > 1:
            yield (), f"{name!r} names {count} computed quantities; each needs a name of its own"
    free = {*network.inputs, *network.targets}
    for layer in network.layers:
        free |= {name for row in layer.weights for name in row} | set(layer.biases or ())
    for name in sorted(free & counted.keys()):
        yield (), f"{name!r} is both given and computed; the two need different names"


def given_names(network: Network) -> list[str]:
    """The names that the network does not compute: inputs, parameters, targets; each once."""
    names = [*network.inputs]
    for layer in network.layers:
        names += [name for row in layer.weights for name in row] + list(layer.biases or ())
    return list(dict.fromkeys([*names, *network.targets]))


def parameters(network: Network) -> list[str]:
    """Weights and biases, layer by layer; each once."""
    names: list[str] = []
    for layer in network.layers:
        names += [name for row in layer.weights for name in row] + list(layer.biases or ())
    return list(dict.fromkeys(names))
