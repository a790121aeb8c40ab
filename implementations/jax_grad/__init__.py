"""JAX's program transformation, compiled.

JAX does not record a run: it transforms a function. The steps, or the program over whole arrays
where the task has one, become a pure function, from the
values to all results; ``jax.grad`` turns its loss into a function that computes the gradient,
``jax.jacrev`` turns the whole into one that computes a Jacobian by one vector-Jacobian product
a row, and ``jax.jit`` compiles what comes of it, training loop included. What an update makes of
a gradient is optax's, where that has the optimizer as the task has it.

Every quantity that is differentiated by is nudged: an extra 0 is added where it is given or
computed. What follows moves with the nudge, so the derivative by the nudge is the derivative by
the quantity, be it an input or an intermediate result.
"""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from math import isfinite
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from harness.scenario.task import Quantity, Task, Unsupported, array_of, elements
from implementations.jax_grad.arrays import place, shapes_of, vectorises, whole
from implementations.jax_grad.forward import Values, forward
from implementations.jax_grad.optimizers import optax as optax  # its version is told with jax's
from implementations.jax_grad.training import Trainer

if TYPE_CHECKING or hasattr(jax, "enable_x64"):
    from jax import enable_x64
else:  # where older versions keep it
    from jax.experimental import enable_x64

#: What takes JAX a minute to compile.
MOST_STEPS = 12_000


def run(task: Task) -> dict[Quantity, float]:
    """Answer everything that is asked.

    An element without a finite value, or slope, that nothing uses spoils the others of its array:
    the way back counts it 0 times, and 0 times infinity is nan. The steps go round it; what such a
    nan hides stays without an answer where they are too many to be compiled.
    """
    if not task.steps and not vectorises(task):
        raise Unsupported("trains a part of an array step by step, and these are too many steps")
    with enable_x64(True):
        answers = walk(task)
        unclear = [quantity for quantity, answer in answers.items() if not isfinite(answer)]
        if unclear and vectorises(task):
            for quantity in unclear:
                del answers[quantity]
            stepwise = task.in_steps(unclear)
            if task.steps and len(stepwise.steps) <= MOST_STEPS:
                answers |= walk(stepwise)
        return answers


def walk(task: Task) -> dict[Quantity, float]:
    """Proceed from one asked moment to the next, and read off what is asked there."""
    asked: dict[int, list[Quantity]] = {0: []}
    for quantity in task.asked:
        asked.setdefault(quantity.updates, []).append(quantity)
    ofs = list(dict.fromkeys(q.of for q in task.asked if q.by is not None))
    values = given(task)
    shapes = {name: value.shape for name, value in values.items()}
    shapes |= task.program.shapes if task.program and vectorises(task) else {}
    bys = dict.fromkeys(whole(q.by, shapes) for q in task.asked if q.by is not None)
    nudges: Values = {by: jnp.zeros(shapes.get(by, ())) for by in bys}
    trainer = Trainer(task) if len(asked) > 1 else None

    def rows(nudges: Values, values: Values) -> tuple[Array, Values]:
        trace = forward(task, values, nudges)
        return jnp.array([number(trace, of) for of in ofs]), trace

    @jax.jit  # all in one, since compiling takes longer than 10,000 updates
    def proceed(
        values: Values, kept: Any, made: int, updates: int
    ) -> tuple[Values, Any, Values, Values]:
        if trainer:
            values, kept = trainer.advance(values, kept, made, updates)
        if not ofs:
            return values, kept, forward(task, values), {}
        jacobian, trace = jax.jacrev(rows, has_aux=True)(nudges, values)
        return values, kept, trace, jacobian

    answers: dict[Quantity, float] = {}
    kept = trainer.begin(values) if trainer else ()
    for before, moment in pairwise([0, *sorted(asked)]):
        values, kept, *computed = proceed(values, kept, before, moment)
        trace, jacobian = jax.device_get(computed)
        gradients = {of: {by: jacobian[by][k] for by in nudges} for k, of in enumerate(ofs)}
        for of, gradient in gradients.items():
            unclear = any(np.isnan(slopes).any() for slopes in gradient.values())
            if unclear and not np.isnan(number(trace, of)):
                # A row of the Jacobian goes back through every result, and counts those that
                # ``of`` does not depend on 0 times; 0 times an infinite slope is nan.
                gradients[of] = jax.grad(partial(alone, task, values, of))(nudges)
        for q in asked[moment]:
            answers[q] = float(number(trace if q.by is None else gradients[q.of], q.by or q.of))
    return answers


def given(task: Task) -> Values:
    """What the task is given, as arrays."""
    return {
        name: jnp.array([task.values[one] for one in elements(name, shape)]).reshape(shape)
        for name, shape in shapes_of(task).items()
    }


def alone(task: Task, values: Values, of: str, nudges: Values) -> Array:
    """One quantity, as a function of the nudges; not compiled."""
    trace = forward(task, values, nudges)
    return number(trace, of)


def number(trace: Values, name: str) -> Array:
    """A number that stands alone, or in an array."""
    return trace[name] if name in trace else trace[array_of(name)][place(name)]
