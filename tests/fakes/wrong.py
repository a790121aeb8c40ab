"""Implementations that are right but for one thing, and that thing is a number."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from harness.scenario.task import Quantity, Task
from implementations import loops

Answers = dict[Quantity, float]


def nan_everywhere(task: Task) -> Answers:
    return dict.fromkeys(task.asked, math.nan)


def nan_in_one_gradient(task: Task) -> Answers:
    return spoiled(task, "dE_total/dw1", lambda value: math.nan)


def infinite_loss(task: Task) -> Answers:
    return spoiled(task, "E_total", lambda value: math.inf)


def off_by_1e_9(task: Task) -> Answers:
    """Relative, and in one weight after one update."""
    return spoiled(task, "w3@1", lambda value: value * (1 + 1e-9))


def flipped_sign(task: Task) -> Answers:
    return spoiled(task, "dE_total/dw5", lambda value: -value)


def flipped_tiny_sign(task: Task) -> Answers:
    """-4e-5 for 4e-5, which an absolute tolerance of 1e-4 lets pass."""
    return spoiled(task, "dE_total/dw1", lambda value: -value)


def float32(task: Task) -> Answers:
    """The right computation in the wrong precision: every answer is rounded to 24 bits."""
    return {quantity: float(np.float32(value)) for quantity, value in loops.run(task).items()}


def never_trains(task: Task) -> Answers:
    """Answers every question about later moments as if it were about the first."""
    at_start = tuple(Quantity(quantity.of, quantity.by) for quantity in task.asked)
    found = loops.run(Task(task.values, task.steps, task.network, None, at_start))
    return {quantity: found[Quantity(quantity.of, quantity.by)] for quantity in task.asked}


def spoiled(task: Task, name: str, how: Callable[[float], float]) -> Answers:
    """All the right answers, but one."""
    return {
        quantity: how(value) if str(quantity) == name else value
        for quantity, value in loops.run(task).items()
    }
