"""Whole arrays: what a task calls W[0,1] is an element of W here, and JAX's own operations go over
all elements at once. Without arrays in it, every number is an array of shape ().
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from harness.scenario.task import WITH_CONSTANT, Program, Task, array_of, elements

Shape = tuple[int, ...]

#: Of larger arrays, the differences of all pairs would fill the memory.
MOST_DIFFERENCES = 10_000_000


def vectorises(task: Task) -> bool:
    """Whether the task is run over whole arrays: if it has any, and trains whole ones."""
    if task.program is None:
        return False
    trained = task.training.moving if task.training else set()
    given = task.program.given
    arrays = {array_of(name) for name in trained}
    return arrays <= given.keys() and trained == {
        element for name in arrays for element in elements(name, given[name])
    }


def shapes_of(task: Task) -> dict[str, Shape]:
    """All that is given, whole, with its shape."""
    shapes: dict[str, Shape] = dict.fromkeys(task.values, ())
    if not vectorises(task):
        return shapes
    assert task.program is not None
    single = {name: () for name in shapes if "[" not in name}
    return {**single, **task.program.given}


def whole(name: str, shapes: Container[str]) -> str:
    """The array that a number stands in; itself where it stands alone."""
    return name if name in shapes or array_of(name) not in shapes else array_of(name)


def place(name: str) -> tuple[int, ...]:
    """Where in its array a number stands: (0, 1) for W[0,1]."""
    index = name.partition("[")[2].rstrip("]")
    return tuple(map(int, index.split(","))) if index else ()


def axis(options: tuple[int, ...]) -> int | None:
    """The axis that a reduction goes along; None takes all elements."""
    return options[0] if options else None


def index(x: Array, options: tuple[int | tuple[int, int], ...]) -> Array:
    """A part of an array."""
    return x[tuple(place if isinstance(place, int) else slice(*place) for place in options)]


def softmax(x: Array, axis: int) -> Array:
    """e^x_k / sum of e^x_j as 1 / sum of e^(x_j - x_k): its slopes keep their digits where one
    class is nearly certain, and those of jax.nn.softmax do not."""
    if x.size * x.shape[axis] > MOST_DIFFERENCES:
        return jax.nn.softmax(x, axis=axis)
    last = jnp.moveaxis(x, axis, -1)
    powers = jnp.exp(last[..., None, :] - last[..., :, None])
    itself = jnp.eye(x.shape[axis], dtype=bool)
    others = jnp.where(itself, 0, powers)  # x_k - x_k would leave a slope of rounding errors
    return jnp.moveaxis(1 / (1 + jnp.sum(others, axis=-1)), -1, axis)


def correlate(x: Array, kernel: Array, options: tuple[int, int]) -> Array:
    """The kernel laid over every window: what the field's frameworks call a convolution."""
    pad, stride = options
    alone, kernel = x[None, None], kernel[None, None]
    strides, pads = (stride,) * x.ndim, [(pad, pad)] * x.ndim
    result: Array = lax.conv_general_dilated(alone, kernel, strides, pads, precision="highest")
    return result[0, 0]


def pool(x: Array, options: tuple[int, int], start: float, by: Callable[..., Array]) -> Array:
    """One number for every window."""
    width, stride = options
    windows, strides = (width,) * x.ndim, (stride,) * x.ndim
    # A traced start would keep JAX from knowing the reduction for a maximum, or a sum.
    known = np.asarray(start, x.dtype)
    result: Array = lax.reduce_window(x, known, by, windows, strides, "valid")
    return result


#: What is done to whole arrays; the options come with it.
ARRAYS: dict[str, Callable[..., Array]] = {
    "matmul": lambda a, b, options: jnp.matmul(a, b, precision="highest"),
    "sum": lambda x, options: jnp.sum(x, axis=axis(options)),
    "prod": lambda x, options: jnp.prod(x, axis=axis(options)),
    "max": lambda x, options: jnp.max(x, axis=axis(options)),
    "min": lambda x, options: jnp.min(x, axis=axis(options)),
    "softmax": lambda x, options: softmax(x, options[0]),
    "concatenate": lambda *parts, options: jnp.concatenate(parts, axis=options[0]),
    "transpose": lambda x, options: jnp.transpose(x),
    "reshape": lambda x, options: jnp.reshape(x, options),
    "stack": lambda *parts, options: jnp.stack(jnp.broadcast_arrays(*parts)),
    "index": index,
    "flip": lambda x, options: jnp.flip(x),
    "correlate": correlate,
    "max_pool": lambda x, options: pool(x, options, -jnp.inf, lax.max),
    "mean_pool": lambda x, options: pool(x, options, 0.0, lax.add) / options[0] ** x.ndim,
}


def run_program(
    program: Program,
    constants: Mapping[str, float],
    values: Mapping[str, Array],
    nudges: Mapping[str, Array],
    elementwise: Mapping[str, Callable[..., Array]],
) -> dict[str, Array]:
    """Every array that is given and every result, each result with its nudge, if it has one."""
    trace = dict(values)
    for step in program.steps:
        operands: list[Array | float] = [trace[name] for name in step.operands]
        if step.operation in ARRAYS and not (step.operation in elementwise and len(operands) > 1):
            result = ARRAYS[step.operation](*operands, options=step.options)
        else:
            if step.operation in WITH_CONSTANT:
                operands[1] = constants[step.operands[1]]  # a plain number, as in x ** 2
            result = elementwise[step.operation](*operands)
        trace[step.result] = result + nudges[step.result] if step.result in nudges else result
    return trace
