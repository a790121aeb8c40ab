"""The training, one compiled loop: what an update changes, and what optax keeps, go round in it."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
from jax import Array

from harness.scenario.task import Task, Training, Unsupported, elements
from implementations.jax_grad.arrays import shapes_of, whole
from implementations.jax_grad.forward import Values, forward
from implementations.jax_grad.optimizers import optimizer_of


class Trainer:
    """The training of a task, in pure functions."""

    def __init__(self, task: Task) -> None:
        if task.training is None:
            raise Unsupported("the task asks for values after updates, but has no training")
        self.task, self.training = task, task.training
        self.optimizer = optimizer_of(task, task.training)
        self.samples = sampled(task, task.training)
        names = [task.training.parameters, *task.training.optimizer.state.values()]
        if len(task.training.moving) < sum(map(len, names)):
            raise Unsupported("knows no parameter that is the optimizer's state too")

    def begin(self, values: Values) -> Any:
        """What optax keeps, before the first update."""
        return self.optimizer.begin(values)

    def advance(self, values: Values, kept: Any, made: int, updates: int) -> tuple[Values, Any]:
        """The values after ``updates`` updates, from those after ``made``. Both counts are traced:
        one compilation serves any."""

        def update(moment: Array, carried: tuple[Values, Any]) -> tuple[Values, Any]:
            moving, kept = carried
            now = {**values, **moving, **self.given_at(moment)}

            def loss(parameters: Values) -> Array:
                return forward(self.task, {**now, **parameters})[self.training.loss]

            slopes = jax.grad(loss)({name: now[name] for name in self.optimizer.parameters})
            return self.optimizer.step(now, slopes, kept)

        moving = {whole(name, values) for name in self.training.moving}
        start = {name: values[name] for name in sorted(moving)}, kept
        moving, kept = jax.lax.fori_loop(made, updates, update, start)
        return {**values, **moving, **self.given_at(updates)}, kept

    def given_at(self, updates: int | Array) -> Values:
        """What is given anew after so many updates, as ``Training.given_at`` has it."""
        rates = self.training.rates
        found = {name: each[updates % len(each)] for name, each in self.samples.items()}
        if rates:
            last = len(rates) - 1
            found[self.training.learning_rate] = jnp.array(rates)[jnp.minimum(updates, last)]
        return found


def sampled(task: Task, training: Training) -> Values:
    """What is given anew at every update, as arrays with one entry, or one array, a sample."""
    shapes, columns = shapes_of(task), training.samples
    names = dict.fromkeys(whole(name, shapes) for name in columns)
    rows = {name: [columns[one] for one in elements(name, shapes[name])] for name in names}
    return {name: jnp.array(row).T.reshape(-1, *shapes[name]) for name, row in rows.items()}
