"""What an implementation is handed: a computation, and the quantities that are asked of it.

A task holds names and floats, nothing symbolic. The names are the document's own (``w5``,
``net_h1``, ``E_total``), so an answer is readable without a table beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

#: Every operation a step may name. ``add``, ``max`` and ``min`` take two operands or more,
#: ``subtract``, ``multiply``, ``divide`` and ``power`` two, all others one. The second operand
#: of ``power`` is always a constant.
OPERATIONS = frozenset(
    [
        "add",
        "subtract",
        "multiply",
        "divide",
        "negate",
        "power",
        "exp",
        "log",
        "sqrt",
        "abs",
        "sin",
        "cos",
        "tanh",
        "sigmoid",
        "relu",
        "max",
        "min",
    ]
)


class Unsupported(Exception):
    """Raised by an implementation that cannot run a task; its message says why."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number that can be asked for: the value of ``of``, or its total derivative by ``by``.

    ``updates`` counts the training updates made before: 0 is the start.
    """

    of: str
    by: str | None = None
    updates: int = 0

    def __str__(self) -> str:
        mark = f"@{self.updates}" if self.updates else ""
        return f"{self.of}{mark}" if self.by is None else f"d{self.of}/d{self.by}{mark}"


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a Wengert list: ``result = operation(*operands)``, all of them names."""

    result: str
    operation: str
    operands: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Layer:
    """A fully connected layer: ``net = weights @ inputs + biases``, ``out = activation(net)``.

    ``weights`` has one row a unit and one column an input. A name that stands in several
    places is one shared parameter. ``biases`` is None where the layer has none.
    """

    weights: tuple[tuple[str, ...], ...]
    biases: tuple[str, ...] | None
    net: tuple[str, ...]
    activation: str
    out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Network:
    """Fully connected layers and a loss that is half the squared error.

    ``losses[k] = 1/2 * (targets[k] - out[k])^2`` with the last layer's ``out``; ``total`` is
    their sum. With a single output, ``losses[0]`` and ``total`` may be one and the same name.
    """

    inputs: tuple[str, ...]
    layers: tuple[Layer, ...]
    targets: tuple[str, ...]
    losses: tuple[str, ...]
    total: str


@dataclass(frozen=True, slots=True)
class Training:
    """Gradient descent: every parameter p becomes ``p - learning_rate * dloss/dp``, all at once."""

    loss: str
    learning_rate: str
    parameters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Task:
    """A computation and the quantities asked of it, in the order in which they are computed.

    ``values`` holds the float of every name that no step computes: inputs, targets, parameters,
    the learning rate, and constants, whose names are their own text (``"2"``, ``"1/2"``).
    ``steps`` computes everything else, in order; it is always there. ``network`` says the same in
    layers, for a scenario that was written as one.
    """

    values: dict[str, float]
    steps: tuple[Step, ...]
    network: Network | None
    training: Training | None
    asked: tuple[Quantity, ...]


#: An implementation: answers a task with one float a quantity. Keys may be quantities or their
#: text (``"dE_total/dw5"``); what it leaves out counts as not answered.
Implementation = Callable[[Task], Mapping["Quantity | str", float]]
