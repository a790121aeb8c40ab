"""The forward pass over whole arrays, with PyTorch's own operations on tensors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial, reduce
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from harness.scenario.task import WITH_CONSTANT, Program, Task, array_of, elements
from implementations.torch_autograd.operations import OPERATIONS
from implementations.torch_autograd.steps import Trace


def vectorises(task: Task) -> bool:
    """Whether the task has a program over whole arrays."""
    return task.program is not None


#: Of larger arrays, the differences of all pairs would fill the memory.
MOST_DIFFERENCES = 10_000_000


def number(trace: Mapping[str, Tensor], name: str, held: str) -> Tensor:
    """The number called ``name`` in ``trace[held]``: that itself, or an element of it."""
    index = name[len(held) :].strip("[]")
    return trace[held][tuple(map(int, index.split(",")))] if index else trace[held]


def reduced(by: Callable[..., Tensor], x: Tensor, options: tuple[int, ...]) -> Tensor:
    """A reduction along an axis; without one it takes all elements."""
    return by(x, dim=options[0]) if options else by(x)


def product(x: Tensor, options: tuple[int, ...]) -> Tensor:
    """One factor after the other; a slope of torch.prod is the product divided by the factor again,
    with the roundings of both."""
    return reduce(torch.mul, x.unbind(options[0]) if options else x.flatten().unbind())


def extreme(along: Callable[..., Any], x: Tensor, options: tuple[int, ...]) -> Tensor:
    """The largest, or smallest, along an axis or of all elements."""
    chosen: Tensor = (along(x, dim=options[0]) if options else along(x.flatten(), dim=0)).values
    return chosen


def softmax(x: Tensor, options: tuple[int]) -> Tensor:
    """e^x_k / sum of e^x_j as 1 / sum of e^(x_j - x_k): its slopes keep their digits where one
    class is nearly certain, and those of torch.softmax do not."""
    (axis,) = options
    if x.numel() * x.shape[axis] > MOST_DIFFERENCES:
        return torch.softmax(x, dim=axis)
    last = x.movedim(axis, -1)
    powers = torch.exp(last[..., None, :] - last[..., :, None])
    itself = torch.eye(x.shape[axis], dtype=torch.bool)
    others = torch.where(itself, 0, powers)  # x_k - x_k would leave a slope of rounding errors
    return (1 / (1 + others.sum(dim=-1))).movedim(-1, axis)


def index(x: Tensor, options: tuple[int | tuple[int, int], ...]) -> Tensor:
    """A part of an array."""
    return x[tuple(place if isinstance(place, int) else slice(*place) for place in options)]


def alone(x: Tensor) -> Tensor:
    """An array as a batch of one with one channel, as windows are slid over."""
    return x[None, None]


def correlate(x: Tensor, kernel: Tensor, options: tuple[int, int]) -> Tensor:
    """The kernel laid over every window: what the field's frameworks call a convolution."""
    convolve = functional.conv1d if x.ndim == 1 else functional.conv2d
    pad, stride = options
    result: Tensor = convolve(alone(x), alone(kernel), padding=pad, stride=stride)
    return result[0, 0]


def pool(by: Callable[..., Tensor], x: Tensor, options: tuple[int, int]) -> Tensor:
    """One number for every window."""
    width, stride = options
    return by(alone(x), width, stride)[0, 0]


#: What is done to whole arrays; the options come with it.
ARRAYS: dict[str, Callable[..., Tensor]] = {
    "matmul": lambda a, b, options: a @ b,
    "sum": partial(reduced, torch.sum),
    "prod": product,
    "max": partial(extreme, torch.max),
    "min": partial(extreme, torch.min),
    "softmax": softmax,
    "concatenate": lambda *parts, options: torch.cat(parts, dim=options[0]),
    "transpose": lambda x, options: x.permute(*reversed(range(x.ndim))),
    "reshape": lambda x, options: x.reshape(options),
    "stack": lambda *parts, options: torch.stack(parts),
    "index": index,
    "flip": lambda x, options: x.flip(tuple(range(x.ndim))),
    "correlate": correlate,
    "max_pool": lambda x, options: pool(
        functional.max_pool1d if x.ndim == 1 else functional.max_pool2d, x, options
    ),
    "mean_pool": lambda x, options: pool(
        functional.avg_pool1d if x.ndim == 1 else functional.avg_pool2d, x, options
    ),
}


def run_program(program: Program, constants: Mapping[str, float], trace: Trace) -> Trace:
    """Run every step, from the arrays in ``trace`` to the results, which join them."""
    for step in program.steps:
        operands: list[Tensor | float] = [trace[name] for name in step.operands]
        if step.operation in ARRAYS and not (step.operation in OPERATIONS and len(operands) > 1):
            trace[step.result] = ARRAYS[step.operation](*operands, options=step.options)
            continue
        if step.operation in WITH_CONSTANT:
            operands[1] = constants[step.operands[1]]  # a plain number, as in x ** 2
        trace[step.result] = OPERATIONS[step.operation](*operands)
    return trace


def given(task: Task) -> list[tuple[str, list[str], tuple[int, ...]]]:
    """All that is given: whole arrays, each with the names of its numbers and its shape."""
    assert task.program is not None
    arrays = task.program.given
    single = [(name, [name], ()) for name in task.values if array_of(name) not in arrays]
    return [(name, elements(name, shape), shape) for name, shape in arrays.items()] + single


def trace_program(task: Task, values: Mapping[str, float]) -> Trace:
    """The forward pass over whole arrays."""
    assert task.program is not None
    trace = {
        name: torch.tensor([values[one] for one in names], dtype=torch.float64)
        .view(shape)
        .requires_grad_()
        for name, names, shape in given(task)
    }
    return run_program(task.program, task.values, trace)
