"""What an implementation is handed: a computation, and the quantities that are asked of it.

A task holds names and floats, nothing symbolic. The names are the document's own (``w5``,
``net_h1``, ``E_total``), so an answer is readable without a table beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, product
from typing import Literal

#: Operations of one number.
FUNCTIONS = frozenset(
    [
        "negate",
        "exp",
        "expm1",
        "log",
        "log1p",
        "sqrt",
        "abs",
        "sin",
        "cos",
        "tan",
        "arctan",
        "sinh",
        "cosh",
        "tanh",
        "erf",
        "sigmoid",
        "relu",
        "softplus",
        "silu",
        "gelu",
        "gelu_tanh",
    ]
)
#: Operations of one number whose second operand is always a constant: the exponent of ``power``,
#: the slope of ``leaky_relu`` below zero, the factor of ``elu`` there.
WITH_CONSTANT = frozenset(["power", "leaky_relu", "elu"])
#: Every operation a step may name. ``add``, ``max`` and ``min`` take two operands or more,
#: ``subtract``, ``multiply`` and ``divide`` two.
OPERATIONS = FUNCTIONS | WITH_CONSTANT | {"add", "subtract", "multiply", "divide", "max", "min"}


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


#: Operations on whole arrays that a step of a ``Program`` may name besides ``OPERATIONS``, which
#: go element by element there and broadcast as numpy does; with what ``options`` holds:
#:
#: ==================================  ===================================================
#: ``matmul``                          of matrices and vectors
#: ``sum`` ``prod`` ``max`` ``min``    of one operand: the axis, or nothing for all elements
#: ``softmax`` ``concatenate``         the axis
#: ``transpose``                       nothing: all axes in reverse order
#: ``reshape``                         the new shape
#: ``stack``                           nothing: along a new first axis
#: ``index``                           for each axis a place, or (start, stop)
#: ``flip``                            nothing: along all axes
#: ``correlate``                       (pad, stride), of an array and a kernel, 1 or 2 axes
#: ``max_pool`` ``mean_pool``          (width, stride), over all axes, 1 or 2 of them
#: ==================================  ===================================================
ARRAY_OPERATIONS = frozenset(
    [
        "matmul",
        "sum",
        "prod",
        "max",
        "min",
        "softmax",
        "concatenate",
        "transpose",
        "reshape",
        "stack",
        "index",
        "flip",
        "correlate",
        "max_pool",
        "mean_pool",
    ]
)


@dataclass(frozen=True, slots=True)
class ArrayStep:
    """One line of a Wengert list over whole arrays, ``result = operation(*operands)``."""

    result: str
    operation: str
    operands: tuple[str, ...]
    options: tuple[int | tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Program:
    """The same computation as a task's ``steps``, over whole arrays: for those who vectorise.

    ``given`` has the shape of everything that no step computes, constants aside (their names are
    their own text, and they are single numbers): its numbers stand in the task's ``values`` one
    after the other, row by row, as ``W[0,0]``, ``W[0,1]``, … ``shapes`` has the shapes of what the
    steps compute. Quantities are asked by their elements, as ``dL/dW[0,1]``.
    """

    given: Mapping[str, tuple[int, ...]]
    steps: tuple[ArrayStep, ...]
    shapes: Mapping[str, tuple[int, ...]]


def elements(name: str, shape: Sequence[int]) -> list[str]:
    """The names of the numbers in an array, row by row: ``W[0,0]``, ``W[0,1]``, …; of a single
    number its own name."""
    if not shape:
        return [name]
    places = product(*map(range, shape))
    return [f"{name}[{','.join(map(str, place))}]" for place in places]


def array_of(name: str) -> str:
    """The array that a number is an element of, ``W`` of ``W[0,1]``; itself where it is in none."""
    return name.partition("[")[0]


@dataclass(frozen=True, slots=True)
class Layer:
    """A fully connected layer: ``net = weights @ inputs + biases``, ``out = activation(net)``.

    ``weights`` has one row a unit and one column an input. A name that stands in several
    places is one shared parameter. ``biases`` is None where the layer has none. ``activation`` is
    ``identity``, ``softmax`` (over the units of the layer), or an operation of one number;
    ``setting`` names the constant that ``leaky_relu`` and ``elu`` have besides.
    """

    weights: tuple[tuple[str, ...], ...]
    biases: tuple[str, ...] | None
    net: tuple[str, ...]
    activation: str
    out: tuple[str, ...]
    setting: str | None = None


@dataclass(frozen=True, slots=True)
class Loss:
    """The loss of one output o with the target t, and how several become one number.

    ==========================  ======================================================
    ``half squared error``      1/2 (t - o)^2
    ``squared error``           (t - o)^2
    ``absolute error``          abs(t - o)
    ``huber``                   1/2 (t - o)^2 up to abs(t - o) = d, d (abs(t - o) - d/2) beyond
    ``cross-entropy``           -t log o, the natural logarithm
    ``binary cross-entropy``    -(t log o + (1 - t) log(1 - o))
    ``softmax cross-entropy``   -t log s, with s = softmax(o) over all outputs
    ==========================  ======================================================

    ``outputs`` and ``samples`` say whether the terms of the outputs, and then the losses of the
    samples, are added up or averaged. ``setting`` names the constant d of ``huber``.
    """

    kind: str = "half squared error"
    outputs: Literal["sum", "mean"] = "sum"
    samples: Literal["sum", "mean"] = "sum"
    setting: str | None = None


@dataclass(frozen=True, slots=True)
class Network:
    """Fully connected layers, and a loss.

    ``losses[k]`` is the loss of output k: of ``targets[k]`` and the last layer's ``out[k]``;
    ``total`` is what ``loss.outputs`` makes of them. With a single output, ``losses[0]`` and
    ``total`` may be one and the same name.

    With ``samples`` = N > 0 the network is run on a batch: each name of an input, a target, a net,
    an out and a loss stands for N numbers, ``name[0]`` to ``name[N-1]`` (see ``of_sample``), and
    weights and biases serve all. ``sample`` then names the losses of the samples, ``sample[0]`` to
    ``sample[N-1]``, each made of the losses of its outputs; ``total`` is what ``loss.samples``
    makes of those. With a single output, ``losses[0]`` and ``sample`` may be the same name.
    """

    inputs: tuple[str, ...]
    layers: tuple[Layer, ...]
    targets: tuple[str, ...]
    losses: tuple[str, ...]
    total: str
    loss: Loss = Loss()
    samples: int = 0
    sample: str | None = None


def of_sample(name: str, place: int) -> str:
    """The number that ``name`` stands for in one sample of a batch, counted from 0."""
    return f"{name}[{place}]"


@dataclass(frozen=True, slots=True)
class Optimizer:
    """How a parameter p is changed by its gradient g; docs/optimizers.md has the formulas.

    ``kind`` is ``gradient descent``, ``momentum``, ``pytorch momentum``, ``nesterov``,
    ``adagrad``, ``rmsprop``, ``adam`` or ``adamw``. ``settings`` gives the names of its numbers
    (``momentum``, ``dampening``, ``rho``, ``beta1``, ``beta2``, ``epsilon``, ``weight_decay``) as
    the task's ``values`` have them; one that is not there is not used. ``state`` gives, by the
    word for it (``velocity``, ``m``, …), the name of that state for each parameter, in the order of
    the training's ``parameters``; their ``values`` are those before the first update.

    ``epsilon_inside``: added to what stands under the root, not to the root.
    ``bias_correction``: whether adam divides its averages by 1 - beta^t.
    """

    kind: str = "gradient descent"
    settings: Mapping[str, str] = field(default_factory=dict)
    state: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    epsilon_inside: bool = False
    bias_correction: bool = True


@dataclass(frozen=True, slots=True)
class Rule:
    """The optimizer written out as a Wengert list for one parameter, the same for each.

    ``steps`` start from ``parameter#`` and ``gradient#``, from the parameter's state (``m#``, …),
    and from the task's ``values``: the learning rate, the settings, and constants. ``new`` says
    which step computes what ``parameter#`` and each state are after the update.
    """

    steps: tuple[Step, ...]
    new: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Training:
    """Every update changes all ``parameters`` at once by ``optimizer``, which descends ``loss``.

    ``rule`` says the same step by step; plain gradient descent makes every parameter p into
    ``p - learning_rate * dloss/dp``.

    What is given may change from one update to the next: ``samples`` holds a list of numbers for
    each name that does, of equal length n, and the k-th of them (counted from 0) holds at the
    moments k, k + n, k + 2n, …: after so many updates, and in the update that follows. ``rates``
    are learning rates likewise, of which the last holds for ever. ``given_at`` looks them up.
    """

    loss: str
    learning_rate: str
    parameters: tuple[str, ...]
    optimizer: Optimizer
    rule: Rule
    samples: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    rates: tuple[float, ...] = ()

    @property
    def moving(self) -> set[str]:
        """What an update changes: the parameters, and the optimizer's state of each."""
        return {*self.parameters, *chain(*self.optimizer.state.values())}

    def given_at(self, updates: int) -> dict[str, float]:
        """What is given anew after so many updates, by name; nothing where nothing changes."""
        found = {name: values[updates % len(values)] for name, values in self.samples.items()}
        rates = (
            {self.learning_rate: self.rates[min(updates, len(self.rates) - 1)]}
            if self.rates
            else {}
        )
        return found | rates


@dataclass(frozen=True, slots=True)
class Task:
    """A computation and the quantities asked of it, in the order in which they are computed.

    ``values`` holds the float of every name that no step computes: inputs, targets, parameters,
    the learning rate, an optimizer's settings and state, and constants, whose names are their own
    text (``"2"``, ``"1/2"``). ``steps`` computes everything else, in order; only where these would be
    too many is it empty, and there is a ``program``.
    ``network`` says the same in layers, for a scenario that was written as one.
    """

    values: dict[str, float]
    steps: tuple[Step, ...]
    network: Network | None
    training: Training | None
    asked: tuple[Quantity, ...]
    program: Program | None = None

    def in_steps(self, asked: Iterable[Quantity]) -> Task:
        """The task over single numbers, asked for some quantities, without the steps that neither
        those nor the training need."""
        asked = tuple(asked)
        needed = {name for q in asked for name in (q.of, q.by) if name is not None}
        if self.training:
            needed.add(self.training.loss)
        steps: list[Step] = []
        for step in reversed(self.steps):
            if step.result in needed:
                needed.update(step.operands)
                steps.append(step)
        return replace(self, steps=tuple(reversed(steps)), network=None, program=None, asked=asked)


#: An implementation: answers a task with one float a quantity. Keys may be quantities or their
#: text (``"dE_total/dw5"``); what it leaves out counts as not answered.
Implementation = Callable[[Task], Mapping["Quantity | str", float]]
