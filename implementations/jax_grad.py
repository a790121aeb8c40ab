"""JAX's program transformation, compiled.

JAX does not record a run: it transforms a function. The steps become a pure function, from the
values to all results; ``jax.grad`` turns its loss into a function that computes the gradient,
``jax.jacrev`` turns the whole into one that computes a Jacobian by one vector-Jacobian product
a row, and ``jax.jit`` compiles what comes of it, training loop included.

Every quantity that is differentiated by is nudged: an extra 0 is added where it is given or
computed. What follows moves with the nudge, so the derivative by the nudge is the derivative by
the quantity, be it an input or an intermediate result.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from itertools import pairwise
from typing import TYPE_CHECKING

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from harness.scenario.task import WITH_CONSTANT, Quantity, Task, Unsupported

if TYPE_CHECKING or hasattr(jax, "enable_x64"):
    from jax import enable_x64
else:  # where older versions keep it
    from jax.experimental import enable_x64

#: Numbers by name, each an array of shape ().
Values = Mapping[str, Array]

OPERATIONS: dict[str, Callable[..., Array]] = {
    "add": lambda *terms: reduce(jnp.add, terms),
    "subtract": jnp.subtract,
    "multiply": jnp.multiply,
    "divide": jnp.divide,
    "negate": jnp.negative,
    "power": jnp.power,
    "exp": jnp.exp,
    "log": jnp.log,
    "sqrt": jnp.sqrt,
    "abs": jnp.abs,
    "sin": jnp.sin,
    "cos": jnp.cos,
    "tanh": jnp.tanh,
    "sigmoid": jax.nn.sigmoid,
    "relu": jax.nn.relu,
    "expm1": jnp.expm1,
    "log1p": jnp.log1p,
    "tan": jnp.tan,
    "arctan": jnp.arctan,
    "sinh": jnp.sinh,
    "cosh": jnp.cosh,
    "erf": jax.scipy.special.erf,
    "softplus": jax.nn.softplus,
    "silu": jax.nn.silu,
    "gelu": lambda x: jax.nn.gelu(x, approximate=False),
    "gelu_tanh": lambda x: jax.nn.gelu(x, approximate=True),
    "leaky_relu": jax.nn.leaky_relu,
    "elu": jax.nn.elu,
    "max": lambda *operands: jnp.max(jnp.stack(operands)),
    "min": lambda *operands: jnp.min(jnp.stack(operands)),
}


def forward(task: Task, values: Values, nudges: Values) -> dict[str, Array]:
    """Every value and every result, each with its nudge, if it has one."""

    def nudged(name: str, value: Array) -> Array:
        return value + nudges[name] if name in nudges else value

    trace = {name: nudged(name, value) for name, value in values.items()}
    for step in task.steps:
        operands: list[Array | float] = [trace[name] for name in step.operands]
        if step.operation in WITH_CONSTANT:
            operands[1] = task.values[step.operands[1]]  # a plain number, as in x ** 2
        trace[step.result] = nudged(step.result, OPERATIONS[step.operation](*operands))
    return trace


def train(task: Task, values: Values, updates: int) -> Values:
    """The values after so many updates. The count is traced: one compilation serves any."""
    if task.training is None:
        raise Unsupported("the task asks for values after updates, but has no training")
    training = task.training

    def loss(parameters: Values) -> Array:
        return forward(task, {**values, **parameters}, {})[training.loss]

    def update(_: int, parameters: Values) -> Values:
        rate = {**values, **parameters}[training.learning_rate]
        gradient = jax.grad(loss)(parameters)
        return {name: value - rate * gradient[name] for name, value in parameters.items()}

    start = {name: values[name] for name in training.parameters}
    return {**values, **jax.lax.fori_loop(0, updates, update, start)}


def run(task: Task) -> dict[Quantity, float]:
    """Answer everything that is asked, walking through the updates once."""
    if task.training and (
        task.training.optimizer.kind != "gradient descent" or task.training.samples
    ):
        raise Unsupported("knows plain gradient descent only")
    with enable_x64(True):
        return walk(task)


def walk(task: Task) -> dict[Quantity, float]:
    """Proceed from one asked moment to the next, and read off what is asked there."""
    asked: dict[int, list[Quantity]] = {0: []}
    for quantity in task.asked:
        asked.setdefault(quantity.updates, []).append(quantity)
    ofs = list(dict.fromkeys(q.of for q in task.asked if q.by is not None))
    nudges = {q.by: jnp.float64(0) for q in task.asked if q.by is not None}

    def rows(nudges: Values, values: Values) -> tuple[Array, Values]:
        trace = forward(task, values, nudges)
        return jnp.array([trace[of] for of in ofs]), trace

    @jax.jit  # all in one, since compiling takes longer than 10,000 updates
    def proceed(values: Values, updates: int) -> tuple[Values, Values, Values]:
        if len(asked) > 1:
            values = train(task, values, updates)
        if not ofs:
            return values, forward(task, values, {}), {}
        jacobian, trace = jax.jacrev(rows, has_aux=True)(nudges, values)
        return values, trace, jacobian

    answers: dict[Quantity, float] = {}
    values: Values = {name: jnp.float64(value) for name, value in task.values.items()}
    for before, moment in pairwise([0, *sorted(asked)]):
        values, *computed = proceed(values, moment - before)
        trace, jacobian = jax.device_get(computed)
        gradients = {of: {by: jacobian[by][k] for by in nudges} for k, of in enumerate(ofs)}
        for of, gradient in gradients.items():
            if np.isnan(list(gradient.values())).any() and not np.isnan(trace[of]):
                # A row of the Jacobian goes back through every result, and counts those that
                # ``of`` does not depend on 0 times; 0 times an infinite slope is nan.
                gradients[of] = differentiate(task, of, values, nudges)
        for q in asked[moment]:
            answers[q] = float(trace[q.of] if q.by is None else gradients[q.of][q.by])
    return answers


def differentiate(task: Task, of: str, values: Values, nudges: Values) -> dict[str, Array]:
    """The gradient of one quantity alone, by everything that is nudged; not compiled."""
    gradient: dict[str, Array] = jax.grad(lambda n: forward(task, values, n)[of])(nudges)
    return gradient
