"""PyTorch's tape.

The forward pass is ordinary tensor code. While it runs, PyTorch records every operation, and
``torch.autograd.grad`` walks the record backwards: one vector-Jacobian product an operation,
from the quantity that is differentiated to the ones it is differentiated by. Any tensor on the
way may be asked for, so dE_total/dout_h1 needs no more than that out_h1 is a node of the graph.

A network runs as users of PyTorch write it, in matrices (``layers``); everything else step by
step, over scalars (``steps``). Both end in a trace, each name with the tensor that holds it, and
are trained alike (``training``), by PyTorch's own optimizers where they are what the task has
(``optimizers``).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter

import torch
from torch import Tensor

from harness.scenario.task import Quantity, Task
from implementations.torch_autograd.layers import answers_in_layers
from implementations.torch_autograd.steps import Trace, trace_steps
from implementations.torch_autograd.training import Trainer

moment_of = attrgetter("updates")


def run(task: Task) -> dict[Quantity, float]:
    """Answer everything that is asked, walking through the updates once."""
    layers = answers_in_layers(task)
    answers: dict[Quantity, float] = {}
    values, trainer = task.values, None
    for moment, asked in groupby(sorted(task.asked, key=moment_of), key=moment_of):
        if moment:
            trainer = trainer or Trainer(task)
            values = trainer.advance(moment)
        trace = layers.trace(values) if layers else trace_steps(task, values)
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
