"""Implementations that are right, each in a manner of its own."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from harness.scenario.task import Quantity, Task
from implementations import loops


def by_text(task: Task) -> Mapping[str, float]:
    return {str(quantity): value for quantity, value in loops.run(task).items()}


def by_quantity(task: Task) -> Mapping[Quantity, float]:
    return loops.run(task)


def numpy_floats(task: Task) -> Mapping[Quantity, Any]:
    return {quantity: np.float64(value) for quantity, value in loops.run(task).items()}


def arrays_of_one(task: Task) -> Mapping[Quantity, Any]:
    return {quantity: np.array([value]) for quantity, value in loops.run(task).items()}


def arrays_without_a_shape(task: Task) -> Mapping[Quantity, Any]:
    return {quantity: np.array(value) for quantity, value in loops.run(task).items()}


def fractions(task: Task) -> Mapping[Quantity, Any]:
    return {quantity: Fraction(value) for quantity, value in loops.run(task).items()}


def decimals(task: Task) -> Mapping[Quantity, Any]:
    return {quantity: Decimal(value) for quantity, value in loops.run(task).items()}


def tensors(task: Task) -> Mapping[Quantity, Any]:
    import torch

    return {
        quantity: torch.tensor(value, dtype=torch.float64, requires_grad=True)
        for quantity, value in loops.run(task).items()
    }


def integers_where_they_are(task: Task) -> Mapping[Quantity, Any]:
    return {
        quantity: int(value) if value == int(value) else value
        for quantity, value in loops.run(task).items()
    }


def more_than_asked(task: Task) -> Mapping[Any, float]:
    return {**loops.run(task), "accuracy": 1.0, "epochs": 1}


def partial(task: Task) -> Mapping[Quantity, float]:
    """Gradients of the loss and the loss itself, before any update."""
    return {
        quantity: value
        for quantity, value in loops.run(task).items()
        if quantity.of == "E_total" and not quantity.updates
    }


class Callable:
    """A class stands for the object that it makes."""

    def __call__(self, task: Task) -> Mapping[Quantity, float]:
        return loops.run(task)


class Models:
    """An object within an object is given with a dot."""

    first = staticmethod(by_text)
