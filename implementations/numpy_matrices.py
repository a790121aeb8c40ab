"""Backpropagation in matrix calculus, derived by hand: transposes and outer products.

A layer of m units with n inputs, whose activation f is applied to each element (∘ is the product
element by element, E the loss)::

    net = W @ a + b            W: (m, n), a: (n,), b and net: (m,)
    out = f(net)
    E   = sum(1/2 * (out - target) ∘ (out - target))

To differentiate a quantity Y, multiply its gradient by the transposed Jacobian of one function
after the other, from the last to the first (a vector-Jacobian product each). The Jacobian of f is
the diagonal matrix of f'(net), that of the layer by its input a is W, and that of net by W has a^T
in row j for the weights of unit j. Written without the Jacobians' zeros::

    dY/dout = dY/dE * (out - target) in the last layer, W^T @ delta of the next one in the others
    delta   = dY/dnet = dY/dout ∘ f'(net)
    dY/dW   = outer(delta, a)
    dY/db   = delta

All numbers stand in one flat vector, and index arrays of W's and b's shape say where their elements
lie. So a parameter that stands in several places of W or b has one number in the vector, and
``np.add.at`` adds up what its places contribute to its gradient.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from harness.scenario.task import Loss, Network, Quantity, Task, Training, Unsupported

Vector = NDArray[np.float64]
Indices = NDArray[np.intp]

#: Each activation f(net), and its derivative f'(net) written in terms of out = f(net).
#: At the kink of relu, net = 0, the derivative is taken to be 0.
ACTIVATIONS: dict[str, tuple[Callable[[Vector], Vector], Callable[[Vector], Vector]]] = {
    "sigmoid": (lambda net: 1 / (1 + np.exp(-net)), lambda out: out * (1 - out)),
    "tanh": (np.tanh, lambda out: 1 - out * out),
    "relu": (lambda net: np.maximum(net, 0), lambda out: np.where(out > 0, 1.0, 0.0)),
    "identity": (lambda net: net, np.ones_like),
}


@dataclass(frozen=True)
class Places:
    """Where the numbers of one layer lie in the flat vector; ``a`` is the layer's input."""

    W: Indices  # (m, n)
    b: Indices  # (m,)
    a: Indices  # (n,)
    net: slice
    out: slice
    activation: str


@dataclass(frozen=True)
class Layout:
    """Where the numbers of a network lie in the flat vector, in the order of computation."""

    place: dict[str, int]
    layers: tuple[Places, ...]
    targets: Indices
    losses: slice
    total: int


def forward(layout: Layout, value: Vector) -> None:
    """Compute every net, out and loss, and the total, from the numbers in ``value``, into it."""
    for layer in layout.layers:
        f, _ = ACTIVATIONS[layer.activation]
        net = value[layer.W] @ value[layer.a] + value[layer.b]
        value[layer.net] = net
        value[layer.out] = f(net)
    error = value[layout.layers[-1].out] - value[layout.targets]
    value[layout.losses] = 0.5 * error * error
    value[layout.total] = value[layout.losses].sum()


def backward(layout: Layout, value: Vector, of: int) -> Vector:
    """Return the gradient of the number at place ``of``, by every number, after a forward pass.

    It has the shape of ``value``. The pass begins where ``of`` is computed: what lies beyond has
    no part in it.
    """
    gradient = np.zeros(len(value))
    gradient[of] = 1.0
    if of >= layout.losses.start:
        if layout.total >= layout.losses.stop:  # else a single loss is the total itself
            gradient[layout.losses] += gradient[layout.total]
        out = layout.layers[-1].out
        by_out = gradient[layout.losses] * (value[out] - value[layout.targets])
        gradient[out] += by_out
        np.subtract.at(gradient, layout.targets, by_out)

    for layer in reversed(layout.layers):
        if of < layer.net.start:
            continue
        _, derivative = ACTIVATIONS[layer.activation]
        delta = gradient[layer.net] + gradient[layer.out] * derivative(value[layer.out])
        gradient[layer.net] = delta
        np.add.at(gradient, layer.W, np.outer(delta, value[layer.a]))
        np.add.at(gradient, layer.b, delta)
        np.add.at(gradient, layer.a, value[layer.W].T @ delta)
    return gradient


def lay_out(network: Network, given: Sequence[str]) -> Layout:
    """Give every name a place: first the given numbers, then a zero, then what is computed."""
    place = {name: position for position, name in enumerate(given)}
    zero = end = len(given)  # the zero stands in for the biases of a layer without any
    end += 1

    def indices(names: Sequence[str] | Sequence[Sequence[str]]) -> Indices:
        flat = [place[name] for name in np.ravel(names)]
        return np.array(flat, dtype=np.intp).reshape(np.shape(names))

    def append(names: Sequence[str]) -> slice:
        nonlocal end
        start, end = end, end + len(names)
        place.update(zip(names, range(start, end), strict=True))
        return slice(start, end)

    layers, inputs = [], network.inputs
    for layer in network.layers:
        b = np.full(len(layer.net), zero) if layer.biases is None else indices(layer.biases)
        W, a = indices(layer.weights), indices(inputs)
        layers.append(Places(W, b, a, append(layer.net), append(layer.out), layer.activation))
        inputs = layer.out
    targets, losses = indices(network.targets), append(network.losses)
    if network.total not in place:
        append([network.total])
    return Layout(place, tuple(layers), targets, losses, place[network.total])


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
    for layer in task.network.layers:
        if layer.activation not in ACTIVATIONS:
            raise Unsupported(f"has no activation {layer.activation!r}")
    layout = lay_out(task.network, list(task.values))
    with np.errstate(all="ignore"):  # an overflow shows as inf or nan in the answers
        return answers(task, layout)


def answers(task: Task, layout: Layout) -> dict[Quantity, float]:
    """Answer at each moment that is asked about, and train from one to the next."""
    place, training = layout.place, task.training
    value = np.zeros(max(place.values()) + 1)
    value[: len(task.values)] = list(task.values.values())
    found: dict[Quantity, float] = {}
    updates = 0
    for moment in sorted({quantity.updates for quantity in task.asked}):
        if moment > updates:
            if training is None:
                raise Unsupported("is asked for updates of a task without training")
            descend(layout, training, value, moment - updates)
        updates = moment

        forward(layout, value)
        gradients: dict[str, Vector] = {}
        for quantity in (asked for asked in task.asked if asked.updates == moment):
            of, by = quantity.of, quantity.by
            if of not in place or (by is not None and by not in place):
                continue
            if by is None:
                found[quantity] = float(value[place[of]])
                continue
            if of not in gradients:
                gradients[of] = backward(layout, value, place[of])
            found[quantity] = float(gradients[of][place[by]])
    return found


def descend(layout: Layout, training: Training, value: Vector, times: int) -> None:
    """Make that many updates of gradient descent: change the parameters in ``value``."""
    if training.loss not in layout.place:
        raise Unsupported(f"cannot minimize {training.loss}, which is outside the network")
    loss = layout.place[training.loss]
    parameters = [layout.place[name] for name in training.parameters]
    rate = value[layout.place[training.learning_rate]]
    for _ in range(times):
        forward(layout, value)
        gradient = backward(layout, value, loss)
        value[parameters] -= rate * gradient[parameters]
