"""PyTorch's tape.

The forward pass is ordinary tensor code. While it runs, PyTorch records every operation, and
``torch.autograd.grad`` walks the record backwards: one vector-Jacobian product an operation,
from the quantity that is differentiated to the ones it is differentiated by. Any tensor on the
way may be asked for, so dE_total/dout_h1 needs no more than that out_h1 is a node of the graph.

A network runs as users of PyTorch write it, in matrices; everything else step by step, over
scalars. Both end in a trace, each name with the tensor that holds it, and are trained alike.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from itertools import chain, compress, groupby
from operator import attrgetter

import torch
from torch import Tensor
from torch.nn.functional import elu, gelu, leaky_relu, mse_loss, silu, softplus

from harness.scenario.task import WITH_CONSTANT, Loss, Network, Quantity, Task, Unsupported

Trace = dict[str, Tensor]
moment_of = attrgetter("updates")

OPERATIONS: dict[str, Callable[..., Tensor]] = {
    "add": lambda *terms: reduce(torch.add, terms),
    "subtract": torch.sub,
    "multiply": torch.mul,
    "divide": torch.div,
    "negate": torch.neg,
    "power": torch.pow,
    "exp": torch.exp,
    "log": torch.log,
    "sqrt": torch.sqrt,
    "abs": torch.abs,
    "sin": torch.sin,
    "cos": torch.cos,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "relu": torch.relu,
    "expm1": torch.expm1,
    "log1p": torch.log1p,
    "tan": torch.tan,
    "arctan": torch.arctan,
    "sinh": torch.sinh,
    "cosh": torch.cosh,
    "erf": torch.erf,
    # Above its threshold softplus is cut short to x: at the usual 20 that is 2e-9 off.
    "softplus": lambda x: softplus(x, threshold=50),
    "silu": silu,
    "gelu": gelu,
    "gelu_tanh": lambda x: gelu(x, approximate="tanh"),
    "leaky_relu": leaky_relu,
    "elu": elu,
    "max": lambda *operands: torch.stack(operands).max(),
    "min": lambda *operands: torch.stack(operands).min(),
}
ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": torch.relu,
    "identity": lambda net: net,
}


def run(task: Task) -> dict[Quantity, float]:
    """Answer everything that is asked, walking through the updates once."""
    if task.training and (
        task.training.optimizer.kind != "gradient descent" or task.training.samples
    ):
        raise Unsupported("knows plain gradient descent only")
    network = answers_in_layers(task)
    answers: dict[Quantity, float] = {}
    values, updates = task.values, 0
    for moment, asked in groupby(sorted(task.asked, key=moment_of), key=moment_of):
        if moment > updates:
            values, updates = train(task, values, moment - updates), moment
        trace = trace_layers(network, values) if network else trace_steps(task, values)
        answers |= differentiate(trace, list(asked))
    return answers


def differentiate(trace: Trace, asked: Sequence[Quantity]) -> dict[Quantity, float]:
    """The asked values, and the asked derivatives: one backward pass for every ``of``."""
    answers = {quantity: trace[quantity.of].item() for quantity in asked if quantity.by is None}
    wanted: dict[str, dict[Quantity, Tensor]] = {}
    for quantity in asked:
        if quantity.by is not None:
            wanted.setdefault(quantity.of, {})[quantity] = trace[quantity.by]
    for of, by in wanted.items():
        # Materialized: the gradient by a tensor that ``of`` does not depend on is 0, not None.
        gradient = torch.autograd.grad(
            trace[of], list(by.values()), retain_graph=True, materialize_grads=True
        )
        answers |= {quantity: g.item() for quantity, g in zip(by, gradient, strict=True)}
    return answers


# The forward pass over scalars.


def run_steps(task: Task, trace: Trace) -> Trace:
    """Run every step, from the values in ``trace`` to the results, which join them."""
    for step in task.steps:
        operands: list[Tensor | float] = [trace[name] for name in step.operands]
        if step.operation in WITH_CONSTANT:
            operands[1] = task.values[step.operands[1]]  # a plain number, as in x ** 2
        trace[step.result] = OPERATIONS[step.operation](*operands)
    return trace


def leaf(value: float) -> Tensor:
    """Return a scalar at which the tape begins."""
    return torch.tensor(value, dtype=torch.float64, requires_grad=True)


def trace_steps(task: Task, values: dict[str, float]) -> Trace:
    """The forward pass through the steps."""
    return run_steps(task, {name: leaf(value) for name, value in values.items()})


# The forward pass over matrices.


def run_layers(
    network: Network,
    parameters: Sequence[Tensor],
    inputs: Tensor,
    targets: Tensor,
    keep: Callable[[Sequence[str], Tensor], Tensor] = lambda names, vector: vector,
) -> Tensor:
    """The total loss, from each layer's weights, shape (units, inputs), and biases, (units,).

    ``keep`` sees every vector beside its names, and returns the vector to go on with.
    """
    out, rest = inputs, iter(parameters)
    for layer in network.layers:
        weights = next(rest)
        net = torch.addmv(next(rest), weights, out) if layer.biases else weights @ out
        out = keep(layer.out, ACTIVATIONS[layer.activation](keep(layer.net, net)))
    return keep(network.losses, 0.5 * mse_loss(out, targets, reduction="none")).sum()


def trace_layers(network: Network, values: dict[str, float]) -> Trace:
    """The forward pass through the layers, with every name a scalar node of the graph."""
    trace = {name: leaf(value) for name, value in values.items()}

    def gather(names: Sequence[str]) -> Tensor:
        return torch.stack([trace[name] for name in names])

    def keep(names: Sequence[str], vector: Tensor) -> Tensor:
        # What follows must be computed from the elements: only then are they nodes on the way.
        trace.update(zip(names, vector.unbind(), strict=True))
        return gather(names)

    parameters = [gather(names).view(shape) for names, shape in parameters_of(network)]
    inputs, targets = gather(network.inputs), gather(network.targets)
    trace[network.total] = run_layers(network, parameters, inputs, targets, keep)
    return trace


def parameters_of(network: Network) -> list[tuple[tuple[str, ...], tuple[int, ...]]]:
    """For each tensor that ``run_layers`` takes: the names in it, row by row, and its shape."""
    tensors: list[tuple[tuple[str, ...], tuple[int, ...]]] = []
    for layer in network.layers:
        shape = len(layer.weights), len(layer.weights[0])
        tensors.append((tuple(chain(*layer.weights)), shape))
        if layer.biases:
            tensors.append((layer.biases, shape[:1]))
    return tensors


def plain(network: Network) -> bool:
    """Whether ``run_layers`` runs it."""
    known = all(layer.activation in ACTIVATIONS for layer in network.layers)
    return known and network.loss == Loss() and not network.samples


def answers_in_layers(task: Task) -> Network | None:
    """The network, if every name that is asked stands in it; what else there is, steps compute."""
    asked = {name for q in task.asked for name in (q.of, q.by) if name is not None}
    network = task.network
    if network is None or not plain(network):
        return None
    units = chain(*((*layer.net, *layer.out) for layer in network.layers))
    given = chain(network.inputs, network.targets, *(names for names, _ in parameters_of(network)))
    return network if asked <= {*given, *units, *network.losses, network.total} else None


def trains_in_layers(task: Task) -> Network | None:
    """The network, if what is trained are its weights and biases, by its total loss."""
    network, training = task.network, task.training
    if network is None or not plain(network):
        return None
    if training is None or training.loss != network.total:
        return None
    parameters = chain(*(names for names, _ in parameters_of(network)))
    return network if set(parameters) >= set(training.parameters) else None


# Gradient descent, the same for both.


def train(task: Task, values: dict[str, float], updates: int) -> dict[str, float]:
    """The values after so many more updates.

    ``places`` holds a value as often as it is used: ``places[k] == state[owner[k]]``. The tensors
    are views of it, one a weight matrix and bias vector, or one for all the steps; those with a
    parameter to train in them are the tape's leaves.
    """
    if task.training is None:
        raise Unsupported("the task asks for values after updates, but has no training")
    training, network = task.training, trains_in_layers(task)
    names = list(dict.fromkeys((*training.parameters, *values)))  # those that change come first
    state = vector(values, names)
    changing = state[: len(training.parameters)]
    tensors = parameters_of(network) if network else [(tuple(names), (len(names),))]
    position = {name: k for k, name in enumerate(names)}
    owner = torch.tensor([position[name] for used, _ in tensors for name in used])
    places = state[owner]
    sizes = [len(used) for used, _ in tensors]
    views = [
        part.view(shape)
        for part, (_, shape) in zip(torch.split(places, sizes), tensors, strict=True)
    ]
    trained = [not set(training.parameters).isdisjoint(used) for used, _ in tensors]
    leaves = [view.requires_grad_() for view in compress(views, trained)]
    leaf_owner = torch.cat(list(compress(torch.split(owner, sizes), trained)))
    if network:
        inputs, targets = vector(values, network.inputs), vector(values, network.targets)
    for _ in range(updates):
        if network:
            loss = run_layers(network, views, inputs, targets)
        else:
            loss = run_steps(task, dict(zip(names, views[0].unbind(), strict=True)))[training.loss]
        gradient = torch.cat([g.flatten() for g in torch.autograd.grad(loss, leaves)])
        gradient = torch.zeros_like(state).index_add_(0, leaf_owner, gradient)  # shared uses add up
        changing.sub_(gradient[: len(changing)], alpha=values[training.learning_rate])
        torch.index_select(state, 0, owner, out=places)
    return dict(zip(names, state.tolist(), strict=True))


def vector(values: dict[str, float], names: Sequence[str]) -> Tensor:
    """Return the values of the names, shape (names,); not on the tape."""
    return torch.tensor([values[name] for name in names], dtype=torch.float64)
