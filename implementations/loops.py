"""Backpropagation as the chain rule written out by hand: loops over layers, units and weights.

The forward pass goes through the layers from the inputs to the loss. For every unit j, whose
inputs are numbered i::

    net_j  = sum over i of w_ji * in_i  +  b_j
    out_j  = f(net_j)
    E_k    = 1/2 * (target_k - out_k)^2
    E      = sum over k of E_k

The backward pass goes through the same lines from the last to the first. It keeps one number for
each quantity X, its adjoint dY/dX: how fast Y changes when X does. Y is the quantity that is
differentiated, most often the loss E. Its own adjoint is dY/dY = 1, and the chain rule hands the
adjoint of each result on to whatever the result was computed from::

    dY/dE_k      = dY/dE
    dY/dout_k    = dY/dE_k * (out_k - target_k)
    dY/dtarget_k = dY/dE_k * (target_k - out_k)
    dY/dnet_j    = dY/dout_j * f'(net_j)                 also known as the delta of unit j
    dY/db_j      = dY/dnet_j
    dY/dw_ji     = dY/dnet_j * in_i
    dY/din_i     = sum over j of dY/dnet_j * w_ji

A quantity that is used in several places, as a bias shared by two units is, or a hidden unit that
feeds several others, collects a term from each: that is why the code below says ``+=``.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

from harness.scenario.task import Loss, Network, Quantity, Task, Training, Unsupported


def sigmoid(net: float) -> float:
    """1 / (1 + e^-net)."""
    if net < 0:  # the same fraction times e^net: e^-net would overflow far below zero
        small = math.exp(net)
        return small / (1.0 + small)
    return 1.0 / (1.0 + math.exp(-net))


def relu(net: float) -> float:
    """The larger of 0 and net; not-a-number stays what it is."""
    return 0.0 if net <= 0 else net


#: Each activation f(net), and its derivative f'(net) written in terms of out = f(net).
ACTIVATIONS: dict[str, tuple[Callable[[float], float], Callable[[float], float]]] = {
    "sigmoid": (sigmoid, lambda out: out * (1.0 - out)),
    "tanh": (math.tanh, lambda out: 1.0 - out * out),
    "relu": (relu, lambda out: 0.0 if out <= 0 else 1.0),  # at the kink, net = 0, we take 0
    "identity": (lambda net: net, lambda out: 1.0),
}


class Unit(NamedTuple):
    """``net = sum of weight * source + bias`` over the connections, and ``out = f(net)``."""

    connections: tuple[tuple[str, str], ...]  # (weight, source): where each input comes from
    bias: str | None
    net: str
    out: str
    f: Callable[[float], float]
    derivative: Callable[[float], float]


class Unrolled(NamedTuple):
    """A network without its layers: all units in the order in which they are computed, then the
    (target, out, loss) of every output, and the total."""

    units: tuple[Unit, ...]
    ends: tuple[tuple[str, str, str], ...]
    total: str


def unroll(network: Network) -> Unrolled:
    """Take the layers apart, so that the passes below are loops over units."""
    units: list[Unit] = []
    sources = network.inputs
    for layer in network.layers:
        if layer.activation not in ACTIVATIONS:
            raise Unsupported(f"has no activation {layer.activation!r}")
        f, derivative = ACTIVATIONS[layer.activation]
        for j, weights in enumerate(layer.weights):
            connections = tuple(zip(weights, sources, strict=True))
            bias = layer.biases[j] if layer.biases else None
            units.append(Unit(connections, bias, layer.net[j], layer.out[j], f, derivative))
        sources = layer.out
    ends = zip(network.targets, sources, network.losses, strict=True)
    return Unrolled(tuple(units), tuple(ends), network.total)


def forward(network: Unrolled, value: dict[str, float]) -> None:
    """Compute every net, out and loss, and the total, from the numbers in ``value``, into it."""
    for connections, bias, net, out, f, _ in network.units:
        weighted = 0.0
        for weight, source in connections:
            weighted += value[weight] * value[source]
        if bias is not None:
            weighted += value[bias]
        value[net] = weighted
        value[out] = f(weighted)

    total = 0.0
    for target, out, loss in network.ends:
        error = value[target] - value[out]
        value[loss] = term = 0.5 * error * error
        total += term
    value[network.total] = total


def backward(network: Unrolled, value: dict[str, float], of: str) -> dict[str, float]:
    """Return the adjoint d ``of``/dX of every X in ``value``, after a forward pass.

    It can start at any quantity: whatever is computed later, or aside from it, has the adjoint 0
    when its turn comes, and nothing to hand on.
    """
    adjoint = dict.fromkeys(value, 0.0)
    adjoint[of] = 1.0

    for target, out, loss in network.ends:
        if loss != network.total:  # a single loss may be the total itself
            adjoint[loss] += adjoint[network.total]
        if adjoint[loss] == 0:  # stop here: 0 times an overflowed error would be not-a-number
            continue
        slope = adjoint[loss] * (value[out] - value[target])
        adjoint[out] += slope
        adjoint[target] -= slope

    for connections, bias, net, out, _, derivative in reversed(network.units):
        adjoint[net] = delta = adjoint[net] + adjoint[out] * derivative(value[out])
        if delta == 0:
            continue
        if bias is not None:
            adjoint[bias] += delta
        for weight, source in connections:
            adjoint[weight] += delta * value[source]
            adjoint[source] += delta * value[weight]
    return adjoint


def descend(network: Unrolled, training: Training, value: dict[str, float]) -> None:
    """Make one update of gradient descent: change the parameters in ``value``."""
    forward(network, value)
    if training.loss not in value:
        raise Unsupported(f"cannot minimize {training.loss}, which is outside the network")
    gradient = backward(network, value, training.loss)
    rate = value[training.learning_rate]
    # All gradients stand before the first weight moves: the hidden layer's use the old weights.
    value.update({name: value[name] - rate * gradient[name] for name in training.parameters})


def run(task: Task) -> dict[Quantity, float]:
    """Answer what is asked of a network, going through its training once.

    Quantities that the network does not have are left out.
    """
    if task.network is None:
        raise Unsupported("knows fully connected networks only, and this is a list of equations")
    if task.network.loss != Loss() or task.network.samples:
        raise Unsupported("knows one sample and half the squared error only")
    if task.training and (
        task.training.optimizer.kind != "gradient descent" or task.training.samples
    ):
        raise Unsupported("knows plain gradient descent only")
    network, training = unroll(task.network), task.training
    value = dict(task.values)
    answers: dict[Quantity, float] = {}
    updates = 0
    for moment in sorted({quantity.updates for quantity in task.asked}):
        while updates < moment:
            if training is None:
                raise Unsupported("is asked for updates of a task without training")
            descend(network, training, value)
            updates += 1

        forward(network, value)
        gradients: dict[str, dict[str, float]] = {}
        for quantity in (asked for asked in task.asked if asked.updates == moment):
            of, by = quantity.of, quantity.by
            if of not in value or (by is not None and by not in value):
                continue
            if by is None:
                answers[quantity] = value[of]
                continue
            if of not in gradients:
                gradients[of] = backward(network, value, of)
            answers[quantity] = gradients[of][by]
    return answers
