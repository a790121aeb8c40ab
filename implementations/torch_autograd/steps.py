"""The forward pass over scalars, step by step: every task can be run so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import torch
from torch import Tensor

from harness.scenario.task import WITH_CONSTANT, Step, Task
from implementations.torch_autograd.operations import OPERATIONS

#: Each name, with the tensor that holds it.
Trace = dict[str, Tensor]


def run_steps(steps: Iterable[Step], values: Mapping[str, float], trace: Trace) -> Trace:
    """Run the steps, from what is in ``trace`` to the results, which join it."""
    for step in steps:
        operands: list[Tensor | float] = [trace[name] for name in step.operands]
        if step.operation in WITH_CONSTANT:
            operands[1] = values[step.operands[1]]  # a plain number, as in x ** 2
        trace[step.result] = OPERATIONS[step.operation](*operands)
    return trace


def leaf(value: float) -> Tensor:
    """Return a scalar at which the tape begins."""
    return torch.tensor(value, dtype=torch.float64, requires_grad=True)


def trace_steps(task: Task, values: Mapping[str, float]) -> Trace:
    """The forward pass through the steps."""
    trace = {name: leaf(value) for name, value in values.items()}
    return run_steps(task.steps, task.values, trace)
