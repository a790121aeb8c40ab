"""The network taken apart into single units, so that the passes are loops over units.

Of a batch, each sample has units of its own; they share the weights and biases.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from harness.scenario.task import Layer, Network, of_sample
from implementations.loops.activations import (
    ACTIVATIONS,
    ACTIVATIONS_WITH_CONSTANT,
    Activation,
)
from implementations.loops.losses import LOSSES, LOSSES_WITH_CONSTANT, Loss


class Unit(NamedTuple):
    """``net = sum of weight * source + bias`` over the connections, and ``out = f(net)``."""

    connections: tuple[tuple[str, str], ...]  # (weight, source): where each input comes from
    bias: str | None
    net: str
    out: str


class Units(NamedTuple):
    """A layer: units with the same f, whose derivative is ``slope``.

    Both are None for softmax, where each out depends on all nets.
    """

    units: tuple[Unit, ...]
    f: Callable[[float], float] | None
    slope: Callable[[float, float], float] | None


class Sum(NamedTuple):
    """``result = sum of the terms / divisor``; the divisor of a mean is their number, else 1."""

    result: str
    terms: tuple[str, ...]
    divisor: float


End = tuple[str, str, str]  # (target, out, loss) of one output


class Unrolled(NamedTuple):
    """The layers in the order in which they are computed; the (target, out, loss) of every output,
    sample by sample; and the sums that make one number of the losses.

    ``loss`` and ``slopes`` are None for softmax cross-entropy, where each loss depends on all outs.
    """

    layers: tuple[Units, ...]
    ends: tuple[tuple[End, ...], ...]
    loss: Callable[[float, float], float] | None
    slopes: Callable[[float, float], tuple[float, float]] | None
    sums: tuple[Sum, ...]
    zeros: dict[str, float]  # a 0 for every name, from which a backward pass begins


def unroll(network: Network, value: Mapping[str, float]) -> Unrolled:
    """Take a network apart; ``value`` has all that it is given, constants too."""
    layers = [
        units for sample in samples_of(network) for units in layers_of(network, value, sample)
    ]
    ends = [ends_of(network, sample) for sample in samples_of(network)]
    loss, slopes = loss_of(network, value)
    sums = tuple(sums_of(network))
    computed = [name for layer in layers for unit in layer.units for name in (unit.net, unit.out)]
    computed += [name for of_one in ends for _, _, name in of_one]
    computed += [result for result, _, _ in sums]
    zeros = dict.fromkeys([*value, *computed], 0.0)
    return Unrolled(tuple(layers), tuple(ends), loss, slopes, sums, zeros)


def samples_of(network: Network) -> Sequence[int | None]:
    """The numbers of the samples; just None where there is no batch."""
    return range(network.samples) if network.samples else [None]


def of(sample: int | None, names: tuple[str, ...]) -> tuple[str, ...]:
    """The names as they are called in one sample of a batch; where there is none, as they are."""
    return names if sample is None else tuple(of_sample(name, sample) for name in names)


def layers_of(network: Network, value: Mapping[str, float], sample: int | None) -> Iterator[Units]:
    """The layers as one sample runs through them."""
    sources = of(sample, network.inputs)
    for layer in network.layers:
        biases = layer.biases or (None,) * len(layer.net)
        nets, outs = of(sample, layer.net), of(sample, layer.out)
        units = [
            Unit(tuple(zip(weights, sources, strict=True)), bias, net, out)
            for weights, bias, net, out in zip(layer.weights, biases, nets, outs, strict=True)
        ]
        yield Units(tuple(units), *activation_of(layer, value))
        sources = outs


def ends_of(network: Network, sample: int | None) -> tuple[End, ...]:
    """The (target, out, loss) of every output in one sample."""
    targets, outs = of(sample, network.targets), of(sample, network.layers[-1].out)
    return tuple(zip(targets, outs, of(sample, network.losses), strict=True))


def activation_of(layer: Layer, value: Mapping[str, float]) -> Activation | tuple[None, None]:
    """f and its derivative."""
    if layer.activation == "softmax":
        return None, None
    if layer.setting is not None:
        return ACTIVATIONS_WITH_CONSTANT[layer.activation](constant(layer.setting, value))
    return ACTIVATIONS[layer.activation]


def loss_of(network: Network, value: Mapping[str, float]) -> Loss | tuple[None, None]:
    """The loss of an output, and its derivatives."""
    loss = network.loss
    if loss.kind == "softmax cross-entropy":
        return None, None
    if loss.setting is not None:
        return LOSSES_WITH_CONSTANT[loss.kind](constant(loss.setting, value))
    return LOSSES[loss.kind]


def constant(name: str, value: Mapping[str, float]) -> float:
    """The constant of that name, which is a fraction: "1/100"."""
    return value[name] if name in value else float(Fraction(name))


def sums_of(network: Network) -> Iterator[Sum]:
    """First what the losses of a sample's outputs come to, then what the samples come to."""
    each = (network.total,) if network.sample is None else (network.sample,)
    if network.losses != each:  # else the loss of a single output is that of the sample
        for sample in samples_of(network):
            (result,) = of(sample, each)
            yield sum_of(result, of(sample, network.losses), network.loss.outputs)
    if network.sample is not None:
        terms = tuple(of_sample(network.sample, sample) for sample in range(network.samples))
        yield sum_of(network.total, terms, network.loss.samples)


def sum_of(result: str, terms: tuple[str, ...], how: str) -> Sum:
    """The sum or the mean of the terms."""
    return Sum(result, terms, float(len(terms)) if how == "mean" else 1.0)
