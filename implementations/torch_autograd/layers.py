"""The forward pass over matrices, as users of PyTorch write it: for a task that is a network."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import chain

import torch
from torch import Tensor
from torch.nn.functional import linear

from harness.scenario.task import Network, Task, of_sample
from implementations.torch_autograd.operations import OPERATIONS, TERMS, activation
from implementations.torch_autograd.steps import Trace, leaf

#: Sees a tensor beside the names of its elements, and returns the tensor to go on with.
Keep = Callable[[Sequence[str], Tensor], Tensor]


class Layers:
    """A network: what it is given, and its forward pass.

    ``parameters``, ``inputs`` and ``targets`` are tensors of names, each its names in order and
    its shape. With a batch inputs and targets have one row a sample, and so has what follows.
    """

    def __init__(self, task: Task, network: Network) -> None:
        self.network, values = network, task.values
        self.parameters: list[tuple[tuple[str, ...], tuple[int, ...]]] = []
        for layer in network.layers:
            shape = len(layer.weights), len(layer.weights[0])
            self.parameters.append((tuple(chain(*layer.weights)), shape))
            if layer.biases:
                self.parameters.append((layer.biases, shape[:1]))
        self.inputs = spelled(network, network.inputs)
        self.targets = spelled(network, network.targets)
        self.activations = [
            activation(layer.activation, values[layer.setting] if layer.setting else None)
            for layer in network.layers
        ]
        self.terms = TERMS[network.loss.kind]
        if network.loss.setting:
            self.terms = partial(self.terms, delta=values[network.loss.setting])

    def run(self, parameters: Sequence[Tensor], inputs: Tensor, targets: Tensor) -> Tensor:
        """The total loss, for training: nothing on the way to it is kept."""
        out, loss = self.outputs(parameters, inputs), self.network.loss
        losses = combined(loss.outputs, self.terms(out, targets))
        return combined(loss.samples, losses) if self.network.samples else losses

    def outputs(
        self,
        parameters: Sequence[Tensor],
        inputs: Tensor,
        keep: Keep = lambda names, tensor: tensor,
    ) -> Tensor:
        """What the last layer makes of the inputs."""
        out, rest, batch = inputs, iter(parameters), self.network.samples
        for layer, function in zip(self.network.layers, self.activations, strict=True):
            weights = next(rest)
            if batch:
                net = linear(out, weights, next(rest) if layer.biases else None)
            else:
                net = torch.addmv(next(rest), weights, out) if layer.biases else weights @ out
            out = keep(layer.out, function(keep(layer.net, net)))
        return out

    def trace(self, values: Mapping[str, float]) -> Trace:
        """The forward pass, with every name a scalar node of the graph."""
        network = self.network
        trace = {name: leaf(value) for name, value in values.items()}

        def gather(names: Sequence[str], shape: Sequence[int]) -> Tensor:
            return torch.stack([trace[name] for name in names]).view(shape)

        def keep(names: Sequence[str], tensor: Tensor) -> Tensor:
            # What follows must be computed from the elements: only then are they nodes on the way.
            every, _ = spelled(network, names)
            trace.update(zip(every, tensor.flatten().unbind(), strict=True))
            return gather(every, tensor.shape)

        parameters = [gather(*named) for named in self.parameters]
        out = self.outputs(parameters, gather(*self.inputs), keep)
        losses = keep(network.losses, self.terms(out, gather(*self.targets)))
        total = combined(network.loss.outputs, losses)
        if network.sample is not None:
            if network.losses != (network.sample,):
                total = keep([network.sample], total)
            total = combined(network.loss.samples, total)
        trace[network.total] = total
        return trace


def combined(how: str, losses: Tensor) -> Tensor:
    """Add or average, over the last axis."""
    return losses.sum(-1) if how == "sum" else losses.mean(-1)


def spelled(network: Network, names: Sequence[str]) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """The names of single numbers, and the shape that they have: with a batch one row a sample."""
    if not network.samples:
        return tuple(names), (len(names),)
    rows = range(network.samples)
    every = tuple(of_sample(name, place) for place in rows for name in names)
    return every, (network.samples, len(names))


def in_layers(task: Task) -> Layers | None:
    """The task's network, if it is one that ``Layers`` can run.

    Softmax is left to the steps: where one class is nearly certain, PyTorch's own, and its
    cross-entropy, lose digits that the steps keep (docs/implementations.md).
    """
    network = task.network
    if network is None or network.loss.kind not in TERMS:
        return None
    if not all(layer.activation in OPERATIONS.keys() | {"identity"} for layer in network.layers):
        return None
    border = network.loss.setting
    if border is not None and not task.values[border] > 0:  # PyTorch refuses such a huber loss
        return None
    return Layers(task, network)


def answers_in_layers(task: Task) -> Layers | None:
    """The network, if every name that is asked stands in it; what else there is, steps compute."""
    layers = in_layers(task)
    if layers is None:
        return None
    network = layers.network
    vectors = [network.losses, *((*layer.net, *layer.out) for layer in network.layers)]
    vectors += [(network.sample,)] if network.sample else []
    computed = chain(*(spelled(network, names)[0] for names in vectors))
    asked = {name for q in task.asked for name in (q.of, q.by) if name is not None}
    return layers if asked <= {*task.values, *computed, network.total} else None


def trains_in_layers(task: Task) -> Layers | None:
    """The network, if what is trained are its weights and biases, and nothing else in it, by its
    total loss."""
    layers, training = in_layers(task), task.training
    if layers is None or training is None or training.loss != layers.network.total:
        return None
    parameters = set(chain(*(names for names, _ in layers.parameters)))
    frozen = {*layers.inputs[0], *layers.targets[0]}
    trained = set(training.parameters)
    return layers if trained <= parameters and training.moving.isdisjoint(frozen) else None
