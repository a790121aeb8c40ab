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

import functools
import math
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


def sigmoid_of(x: np.float64) -> np.float64:
    """1 / (1 + exp(-x)), by exp(-|x|), which cannot overflow."""
    e: np.float64 = np.exp(-abs(x))
    return np.float64(1 if x >= 0 else e) / (1 + e)


def sigmoid(x: Dual) -> Dual:
    """With e = exp(-x): s = 1 / (1 + e), ds = e / (1 + e)^2 dx."""
    # By exp(-|x|), which cannot overflow: ds is the same for x and -x.
    e = np.exp(-abs(x.value))
    return Dual(sigmoid_of(x.value), e / (1 + e) ** 2 * x.tangent)


def expm1(x: Dual) -> Dual:
    """d(exp x - 1) = exp x dx."""
    return Dual(np.expm1(x.value), np.exp(x.value) * x.tangent)


def log1p(x: Dual) -> Dual:
    """d log(1 + x) = dx / (1 + x)."""
    return Dual(np.log1p(x.value), x.tangent / (1 + x.value))


def tan(x: Dual) -> Dual:
    """d(tan x) = dx / cos^2 x."""
    return Dual(np.tan(x.value), x.tangent / np.cos(x.value) ** 2)


def arctan(x: Dual) -> Dual:
    """d(arctan x) = dx / (1 + x^2)."""
    return Dual(np.arctan(x.value), x.tangent / (1 + x.value**2))


def sinh(x: Dual) -> Dual:
    """d(sinh x) = cosh x dx."""
    return Dual(np.sinh(x.value), np.cosh(x.value) * x.tangent)


def cosh(x: Dual) -> Dual:
    """d(cosh x) = sinh x dx."""
    return Dual(np.cosh(x.value), np.sinh(x.value) * x.tangent)


def erf(x: Dual) -> Dual:
    """d(erf x) = 2 / sqrt pi exp(-x^2) dx."""
    slope = 2 / np.sqrt(np.pi) * np.exp(-(x.value**2))
    return Dual(np.float64(math.erf(x.value)), slope * x.tangent)


def softplus(x: Dual) -> Dual:
    """d log(1 + exp x) = dx / (1 + exp(-x))."""
    return Dual(np.logaddexp(0, x.value), sigmoid_of(x.value) * x.tangent)


def silu(x: Dual) -> Dual:
    """d(x s) = s dx + x ds, s the sigmoid."""
    return multiply(x, sigmoid(x))


def gelu(x: Dual) -> Dual:
    """d(x P) = P dx + x dP, P = (1 + erf(x / sqrt 2)) / 2 and dP the normal density."""
    below = np.float64(0.5 * math.erfc(-x.value / math.sqrt(2)))
    density = np.exp(-(x.value**2) / 2) / np.sqrt(2 * np.pi)
    return multiply(x, Dual(below, density * x.tangent))


def gelu_tanh(x: Dual) -> Dual:
    """With u = sqrt(2 / pi) (x + 0.044715 x^3): the function is x / 2 (1 + tanh u)."""
    scale = np.sqrt(2 / np.pi)
    u = Dual(
        scale * (x.value + 0.044715 * x.value**3),
        scale * (1 + 3 * 0.044715 * x.value**2) * x.tangent,
    )
    t = tanh(u)
    return multiply(x, Dual(0.5 * (1 + t.value), 0.5 * t.tangent))


def leaky_relu(x: Dual, slope: Dual) -> Dual:
    """Return x where it is positive, else x times the constant slope; at 0 that is the slope."""
    c = slope.value
    return Dual(c * x.value, c * x.tangent) if x.value <= 0 else x


def elu(x: Dual, factor: Dual) -> Dual:
    """Return x where it is positive, else c (exp x - 1), with the constant c."""
    c = factor.value
    return Dual(c * np.expm1(x.value), c * np.exp(x.value) * x.tangent) if x.value <= 0 else x


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
    "expm1": expm1,
    "log1p": log1p,
    "tan": tan,
    "arctan": arctan,
    "sinh": sinh,
    "cosh": cosh,
    "erf": erf,
    "softplus": softplus,
    "silu": silu,
    "gelu": gelu,
    "gelu_tanh": gelu_tanh,
    "leaky_relu": leaky_relu,
    "elu": elu,
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
    if task.program and not task.steps:
        raise Unsupported("carries a number along for every parameter, and these are too many")
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
                for made in range(updates, q.updates):
                    values = update(task, values, learn(values))
                    if task.training:
                        anew = task.training.given_at(made + 1)
                        values |= {name: np.float64(value) for name, value in anew.items()}
                updates, duals = q.updates, observe(values)
            value, tangent = duals[q.of]
            answers[q] = float(value if q.by is None else tangent[column[q.by]])
    return answers


def update(
    task: Task, values: dict[str, np.float64], duals: dict[str, Dual]
) -> dict[str, np.float64]:
    """The values after one more update: the loss's tangent is its gradient by the parameters.

    The optimizer's rule is the same for every parameter, so it is run once, over the vector of
    all parameters, that of their gradients, and those of what it remembers of each.
    """
    training = task.training
    if training is None:
        raise Unsupported("the task asks for values after updates, but has no training")
    own = {"parameter#": training.parameters}
    own |= {f"{word}#": names for word, names in training.optimizer.state.items()}
    known: dict[str, Vector | np.float64] = {**values, "gradient#": duals[training.loss].tangent}
    known |= {word: np.array([values[name] for name in names]) for word, names in own.items()}
    for step in training.rule.steps:
        known[step.result] = ARITHMETIC[step.operation](*[known[name] for name in step.operands])
    new = {
        word: np.broadcast_to(known[now], len(own[word])) for word, now in training.rule.new.items()
    }
    moved = {name: v for word in new for name, v in zip(own[word], new[word], strict=True)}
    return {**values, **moved}


#: What the rules of optimizers are made of.
ARITHMETIC: dict[str, Callable[..., Vector]] = {
    "add": lambda *terms: functools.reduce(np.add, terms),
    "subtract": np.subtract,
    "multiply": np.multiply,
    "divide": np.divide,
    "power": np.power,
    "sqrt": np.sqrt,
}
