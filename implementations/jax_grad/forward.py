"""The forward pass: the steps as a pure function, from the values to all results."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import reduce

import jax
import jax.numpy as jnp
from jax import Array

from harness.scenario.task import WITH_CONSTANT, Step, Task
from implementations.jax_grad.arrays import run_program, vectorises
from implementations.jax_grad.functions import cosh, elu, expm1, log1p, power, sinh, softplus

#: Arrays by name; in a task without arrays each is of shape ().
Values = Mapping[str, Array]
NONE: Values = {}

OPERATIONS: dict[str, Callable[..., Array]] = {
    "add": lambda *terms: reduce(jnp.add, terms),
    "subtract": jnp.subtract,
    "multiply": jnp.multiply,
    "divide": jnp.divide,
    "negate": jnp.negative,
    "power": power,
    "exp": jnp.exp,
    "log": jnp.log,
    "sqrt": jnp.sqrt,
    "abs": jnp.abs,
    "sin": jnp.sin,
    "cos": jnp.cos,
    "tanh": jnp.tanh,
    "sigmoid": jax.nn.sigmoid,
    "relu": jax.nn.relu,
    "expm1": expm1,
    "log1p": log1p,
    "tan": jnp.tan,
    "arctan": jnp.arctan,
    "sinh": sinh,
    "cosh": cosh,
    "erf": jax.scipy.special.erf,
    "softplus": softplus,
    "silu": jax.nn.silu,
    "gelu": lambda x: jax.nn.gelu(x, approximate=False),
    "gelu_tanh": lambda x: jax.nn.gelu(x, approximate=True),
    "leaky_relu": jax.nn.leaky_relu,
    "elu": elu,
    "max": lambda *operands: jnp.max(jnp.stack(jnp.broadcast_arrays(*operands)), axis=0),
    "min": lambda *operands: jnp.min(jnp.stack(jnp.broadcast_arrays(*operands)), axis=0),
}


def run_steps(
    steps: Iterable[Step], constants: Mapping[str, float], values: Values, nudges: Values = NONE
) -> dict[str, Array]:
    """Every value and every result, each result with its nudge, if it has one."""
    trace = dict(values)
    for step in steps:
        operands: list[Array | float] = [trace[name] for name in step.operands]
        if step.operation in WITH_CONSTANT:
            operands[1] = constants[step.operands[1]]  # a plain number, as in x ** 2
        result = OPERATIONS[step.operation](*operands)
        trace[step.result] = result + nudges[step.result] if step.result in nudges else result
    return trace


def forward(task: Task, values: Values, nudges: Values = NONE) -> dict[str, Array]:
    """Run the task: every value and every result, each with its nudge, if it has one."""
    start = dict(values)
    start |= {name: values[name] + nudges[name] for name in nudges if name in values}
    if task.program is not None and vectorises(task):
        return run_program(task.program, task.values, start, nudges, OPERATIONS)
    return run_steps(task.steps, task.values, start, nudges)
