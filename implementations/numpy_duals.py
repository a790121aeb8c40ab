"""Forward mode with dual numbers.

Every value carries its gradient along: beside the float stands its tangent, a vector with one
entry for each quantity that is differentiated by. An operation computes its value, and its
tangent by the chain rule, at the same time; nothing is recorded and nothing runs backwards. When
the forward pass ends, every derivative is there, and the Jacobian has been built row by row.

A quantity is differentiated by once it is seeded: its tangent gets 1 in a direction of its own.
That holds for an intermediate quantity too. It is seeded where it is computed, on top of the
tangent it has already, and what follows carries both along without mixing them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from harness.scenario.task import Quantity, Task, Unsupported

Vector = npt.NDArray[np.float64]


class Dual(NamedTuple):
    """A value and its tangent, shape (seeds,)."""

    value: np.float64  # numpy's own float, for 1 / 0 is inf there and an exception in Python
    tangent: Vector


def add(*terms: Dual) -> Dual:
    """d(a + b + ...) = da + db + ...."""
    value, tangent = terms[0]
    for term in terms[1:]:
        value, tangent = value + term.value, tangent + term.tangent
    return Dual(value, tangent)


def subtract(a: Dual, b: Dual) -> Dual:
    """d(a - b) = da - db."""
    return Dual(a.value - b.value, a.tangent - b.tangent)


def multiply(a: Dual, b: Dual) -> Dual:
    """d(a b) = b da + a db."""
    return Dual(a.value * b.value, b.value * a.tangent + a.value * b.tangent)


def divide(a: Dual, b: Dual) -> Dual:
    """d(a / b) = (da - a/b db) / b."""
    quotient = a.value / b.value
    return Dual(quotient, (a.tangent - quotient * b.tangent) / b.value)


def negate(x: Dual) -> Dual:
    """d(-x) = -dx."""
    return Dual(-x.value, -x.tangent)


def power(x: Dual, exponent: Dual) -> Dual:
    """d(x^n) = n x^(n-1) dx, for a constant n: only its value counts."""
    n = exponent.value
    slope = n * x.value ** (n - 1) if n else n  # 0 * 0^-1 would be nan, but x^0 is flat
    return Dual(x.value**n, slope * x.tangent)


def exp(x: Dual) -> Dual:
    """d(exp x) = exp x dx."""
    value = np.exp(x.value)
    return Dual(value, value * x.tangent)


def log(x: Dual) -> Dual:
    """d(log x) = dx / x."""
    return Dual(np.log(x.value), x.tangent / x.value)


def sqrt(x: Dual) -> Dual:
    """d(sqrt x) = dx / (2 sqrt x)."""
    value = np.sqrt(x.value)
    return Dual(value, x.tangent / (2 * value))


def absolute(x: Dual) -> Dual:
    """d|x| = sign x dx, with 0 at 0."""
    return Dual(abs(x.value), np.sign(x.value) * x.tangent)


def sin(x: Dual) -> Dual:
    """d(sin x) = cos x dx."""
    return Dual(np.sin(x.value), np.cos(x.value) * x.tangent)


def cos(x: Dual) -> Dual:
    """d(cos x) = -sin x dx."""
    return Dual(np.cos(x.value), -np.sin(x.value) * x.tangent)


def tanh(x: Dual) -> Dual:
    """d(tanh x) = (1 - tanh^2 x) dx."""
    value = np.tanh(x.value)
    return Dual(value, (1 - value * value) * x.tangent)


def sigmoid(x: Dual) -> Dual:
    """With e = exp(-x): s = 1 / (1 + e), ds = e / (1 + e)^2 dx."""
    # By exp(-|x|), which cannot overflow; for x < 0 s is e / (1 + e), and ds the same.
    e = np.exp(-abs(x.value))
    value = (1 if x.value >= 0 else e) / (1 + e)
    return Dual(value, e / (1 + e) ** 2 * x.tangent)


def relu(x: Dual) -> Dual:
    """Return x where it is positive, else 0; at 0 the slope is 0."""
    return Dual(np.float64(0), np.zeros_like(x.tangent)) if x.value <= 0 else x


def maximum(*operands: Dual) -> Dual:
    """Return the largest operand, at a tie the first of them."""
    return operands[np.argmax([x.value for x in operands])]


def minimum(*operands: Dual) -> Dual:
    """Return the smallest operand, at a tie the first of them."""
    return operands[np.argmin([x.value for x in operands])]


OPERATIONS: dict[str, Callable[..., Dual]] = {
    "add": add,
    "subtract": subtract,
    "multiply": multiply,
    "divide": divide,
    "negate": negate,
    "power": power,
    "exp": exp,
    "log": log,
    "sqrt": sqrt,
    "abs": absolute,
    "sin": sin,
    "cos": cos,
    "tanh": tanh,
    "sigmoid": sigmoid,
    "relu": relu,
    "max": maximum,
    "min": minimum,
}


class Pass:
    """The forward pass of a task, with the names in ``seeds`` seeded."""

    def __init__(self, task: Task, seeds: Sequence[str]) -> None:
        self.steps = [(s.result, OPERATIONS[s.operation], s.operands) for s in task.steps]
        self.zero = np.zeros(len(seeds))
        self.direction = dict(zip(seeds, np.eye(len(seeds)), strict=True))
        self.reach: dict[str, npt.NDArray[np.bool_]] = {}  # which seeds the operands depend on
        moves = {name: self.direction.get(name, self.zero) != 0 for name in task.values}
        for step in task.steps:
            reach = np.logical_or.reduce([moves[name] for name in step.operands])
            self.reach[step.result] = reach
            moves[step.result] = reach | (self.direction.get(step.result, self.zero) != 0)

    def __call__(self, values: Mapping[str, np.float64]) -> dict[str, Dual]:
        duals = {
            name: Dual(value, self.direction.get(name, self.zero)) for name, value in values.items()
        }
        for result, operation, operands in self.steps:
            value, tangent = operation(*[duals[name] for name in operands])
            if not np.isfinite(tangent.dot(tangent)):
                # An infinite slope times 0 is nan, also where the 0 says: does not depend on it.
                tangent = np.where(self.reach[result], tangent, 0.0)
            if result in self.direction:
                tangent = tangent + self.direction[result]
            duals[result] = Dual(value, tangent)
        return duals


def run(task: Task) -> dict[Quantity, float]:
    """Answer everything that is asked, walking through the updates once."""
    answers: dict[Quantity, float] = {}
    seeds = list(dict.fromkeys(q.by for q in task.asked if q.by is not None))
    column = {name: k for k, name in enumerate(seeds)}
    observe = Pass(task, seeds)
    learn = Pass(task, task.training.parameters if task.training else ())
    values = {name: np.float64(value) for name, value in task.values.items()}
    updates, duals = 0, dict[str, Dual]()
    with np.errstate(all="ignore"):
        for q in sorted(task.asked, key=lambda q: q.updates):
            if q.updates > updates or not duals:
                for _ in range(updates, q.updates):
                    values = update(task, values, learn(values))
                updates, duals = q.updates, observe(values)
            value, tangent = duals[q.of]
            answers[q] = float(value if q.by is None else tangent[column[q.by]])
    return answers


def update(
    task: Task, values: dict[str, np.float64], duals: dict[str, Dual]
) -> dict[str, np.float64]:
    """One step of gradient descent: the loss's tangent is its gradient by the parameters."""
    if task.training is None:
        raise Unsupported("the task asks for values after updates, but has no training")
    rate, gradient = values[task.training.learning_rate], duals[task.training.loss].tangent
    moved = {
        p: values[p] - rate * g for p, g in zip(task.training.parameters, gradient, strict=True)
    }
    return {**values, **moved}
