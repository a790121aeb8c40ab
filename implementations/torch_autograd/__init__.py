"""PyTorch's tape.

The forward pass is ordinary tensor code. While it runs, PyTorch records every operation, and
``torch.autograd.grad`` walks the record backwards: one vector-Jacobian product an operation,
from the quantity that is differentiated to the ones it is differentiated by. Any tensor on the
way may be asked for, so dE_total/dout_h1 needs no more than that out_h1 is a node of the graph.

A network runs as users of PyTorch write it, in matrices (``layers``); what else has arrays, over
whole arrays (``arrays``); everything else step by step, over scalars (``steps``). All end in a
trace, each name with the tensor that holds it, and are trained alike (``training``), by PyTorch's
own optimizers where they are what the task has (``optimizers``).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from math import isfinite
from operator import attrgetter

import torch

from harness.scenario.task import Quantity, Task, array_of
from implementations.torch_autograd.arrays import number, trace_program, vectorises
from implementations.torch_autograd.layers import answers_in_layers
from implementations.torch_autograd.steps import Trace, trace_steps
from implementations.torch_autograd.training import Trainer

moment_of = attrgetter("updates")


def run(task: Task) -> dict[Quantity, float]:
    """Answer everything that is asked.

    An element without a finite value, or slope, that nothing uses spoils the others of its array:
    the way back counts it 0 times, and 0 times infinity is nan. The steps go round it; what such a
    nan hides stays without an answer where there are none.
    """
    answers = walk(task)
    unclear = [quantity for quantity, answer in answers.items() if not isfinite(answer)]
    if unclear and (task.network or task.program):
        for quantity in unclear:
            del answers[quantity]
        if task.steps:
            answers |= walk(task.in_steps(unclear))
    return answers


def walk(task: Task) -> dict[Quantity, float]:
    """Walk through the updates once, and answer what is asked on the way."""
    layers = answers_in_layers(task)
    answers: dict[Quantity, float] = {}
    values, trainer = task.values, None
    for moment, asked in groupby(sorted(task.asked, key=moment_of), key=moment_of):
        if moment:
            trainer = trainer or Trainer(task)
            values = trainer.advance(moment)
        if layers:
            trace = layers.trace(values)
        else:
            trace = (trace_program if vectorises(task) else trace_steps)(task, values)
        answers |= differentiate(trace, list(asked))
    return answers


def differentiate(trace: Trace, asked: Sequence[Quantity]) -> dict[Quantity, float]:
    """The asked values, and the asked derivatives: one backward pass for every ``of``."""
    held = {name: name if name in trace else array_of(name) for name in names_in(asked)}
    answers: dict[Quantity, float] = {}
    wanted: dict[str, list[Quantity]] = {}
    for quantity in asked:
        if quantity.by is None:
            answers[quantity] = number(trace, quantity.of, held[quantity.of]).item()
        else:
            wanted.setdefault(quantity.of, []).append(quantity)
    for of, quantities in wanted.items():
        bys = list(dict.fromkeys(held[quantity.by] for quantity in quantities if quantity.by))
        # Materialized: the gradient by a tensor that ``of`` does not depend on is 0, not None.
        gradient = torch.autograd.grad(
            number(trace, of, held[of]), [trace[by] for by in bys],
            retain_graph=True, materialize_grads=True,
        )  # fmt: skip
        slopes = dict(zip(bys, gradient, strict=True))
        for quantity in quantities:
            if quantity.by is not None:
                answers[quantity] = number(slopes, quantity.by, held[quantity.by]).item()
    return answers


def names_in(asked: Sequence[Quantity]) -> set[str]:
    """Every name that is asked about."""
    return {name for quantity in asked for name in (quantity.of, quantity.by) if name is not None}
