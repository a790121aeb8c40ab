"""Reverse mode over single numbers: a tape of elementary operations, run backwards.

Any computation, however long, is a list of lines ``y = operation(a, b, …)``. For one such line
calculus is a table: the partial derivatives ∂y/∂a, ∂y/∂b, … of a product, a quotient, a sine.
The forward pass computes the lines in order and writes the partials of each on the tape. The
backward pass starts from the quantity Y that is differentiated with the adjoint dY/dY = 1, reads
the tape from its end, and adds for every line::

    dY/da += dY/dy * ∂y/∂a        and the same for b, …

When it comes to a line, all later uses of y have been collected, so dY/dy is complete. At the end
there stands, for every quantity X, intermediate ones too, the total derivative dY/dX.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from harness.scenario.task import Quantity, Step, Task, Training, Unsupported

#: What an operation writes on the tape: its value, and its partial by each of its operands.
Entry = tuple[float, tuple[float, ...]]


def ieee(function: Callable[..., float], ufunc: np.ufunc) -> Callable[..., float]:
    """Where Python would raise, for 1/0 or exp(1000), answer inf or nan as the hardware does."""

    def call(*operands: float) -> float:
        try:
            return function(*operands)
        except (ArithmeticError, ValueError):
            with np.errstate(all="ignore"):
                return float(ufunc(*operands))

    return call


quotient = ieee(operator.truediv, np.divide)
raised = ieee(math.pow, np.power)
exponential = ieee(math.exp, np.exp)
logarithm = ieee(math.log, np.log)
root = ieee(math.sqrt, np.sqrt)
sine = ieee(math.sin, np.sin)
cosine = ieee(math.cos, np.cos)
tangent = ieee(math.tan, np.tan)
hyperbolic_sine = ieee(math.sinh, np.sinh)
hyperbolic_cosine = ieee(math.cosh, np.cosh)
less_one = ieee(math.expm1, np.expm1)
one_more = ieee(math.log1p, np.log1p)


def add(*terms: float) -> Entry:
    """y = a + b + …; ∂y/∂a = ∂y/∂b = … = 1."""
    return sum(terms, 0.0), (1.0,) * len(terms)


def subtract(a: float, b: float) -> Entry:
    """y = a - b; ∂y/∂a = 1, ∂y/∂b = -1."""
    return a - b, (1.0, -1.0)


def multiply(a: float, b: float) -> Entry:
    """y = a * b; ∂y/∂a = b, ∂y/∂b = a."""
    return a * b, (b, a)


def divide(a: float, b: float) -> Entry:
    """y = a / b; ∂y/∂a = 1/b, ∂y/∂b = -a/b^2 = -y/b."""
    y = quotient(a, b)
    return y, (quotient(1.0, b), -quotient(y, b))


def negate(a: float) -> Entry:
    """y = -a; ∂y/∂a = -1."""
    return -a, (-1.0,)


def power(a: float, n: float) -> Entry:
    """y = a^n; ∂y/∂a = n * a^(n-1)."""
    # n is a constant, so it has no partial; a^0 is flat everywhere, at a = 0 too.
    return raised(a, n), (n * raised(a, n - 1.0) if n else 0.0,)


def exp(a: float) -> Entry:
    """y = e^a; ∂y/∂a = e^a = y."""
    y = exponential(a)
    return y, (y,)


def log(a: float) -> Entry:
    """y = log a, the natural one; ∂y/∂a = 1/a."""
    return logarithm(a), (quotient(1.0, a),)


def sqrt(a: float) -> Entry:
    """y = √a; ∂y/∂a = 1/(2y)."""
    y = root(a)
    return y, (quotient(0.5, y),)


def absolute(a: float) -> Entry:
    """y = |a|; ∂y/∂a is the sign of a."""
    # At the kink, a = 0, we take 0; the harness says where a scenario sits on one.
    return abs(a), (1.0 if a > 0 else -1.0 if a < 0 else 0.0,)


def sin(a: float) -> Entry:
    """y = sin a; ∂y/∂a = cos a."""
    return sine(a), (cosine(a),)


def cos(a: float) -> Entry:
    """y = cos a; ∂y/∂a = -sin a."""
    return cosine(a), (-sine(a),)


def tanh(a: float) -> Entry:
    """y = tanh a; ∂y/∂a = 1 - y^2."""
    y = math.tanh(a)
    return y, (1.0 - y * y,)


def sigmoid(a: float) -> Entry:
    """y = 1 / (1 + e^-a); ∂y/∂a = y * (1 - y)."""
    small = math.exp(-abs(a))  # e^-|a| cannot overflow
    y = small / (1.0 + small) if a < 0 else 1.0 / (1.0 + small)
    return y, (y * (1.0 - y),)


def expm1(a: float) -> Entry:
    """y = e^a - 1; ∂y/∂a = e^a."""
    return less_one(a), (exponential(a),)


def log1p(a: float) -> Entry:
    """y = log(1 + a); ∂y/∂a = 1/(1 + a)."""
    return one_more(a), (quotient(1.0, 1.0 + a),)


def tan(a: float) -> Entry:
    """y = tan a; ∂y/∂a = 1 + y^2."""
    y = tangent(a)
    return y, (1.0 + y * y,)


def arctan(a: float) -> Entry:
    """y = arctan a; ∂y/∂a = 1/(1 + a^2)."""
    return math.atan(a), (1.0 / (1.0 + a * a),)


def sinh(a: float) -> Entry:
    """y = sinh a; ∂y/∂a = cosh a."""
    return hyperbolic_sine(a), (hyperbolic_cosine(a),)


def cosh(a: float) -> Entry:
    """y = cosh a; ∂y/∂a = sinh a."""
    return hyperbolic_cosine(a), (hyperbolic_sine(a),)


def erf(a: float) -> Entry:
    """y = 2/√π times the integral of e^(-t^2) from 0 to a; ∂y/∂a = 2/√π e^(-a^2)."""
    return math.erf(a), (2.0 / math.sqrt(math.pi) * math.exp(-a * a),)


def softplus(a: float) -> Entry:
    """y = log(1 + e^a); ∂y/∂a = sigmoid(a)."""
    # log(1 + e^a) = a + log(1 + e^-a), of which we take the one that cannot overflow.
    return max(a, 0.0) + math.log1p(math.exp(-abs(a))), (sigmoid(a)[0],)


def silu(a: float) -> Entry:
    """y = a s with s = sigmoid(a); ∂y/∂a = s + a s (1 - s)."""
    s, (slope,) = sigmoid(a)
    return a * s, (s + a * slope,)


def gelu(a: float) -> Entry:
    """y = a Φ, Φ = 1/2 (1 + erf(a/√2)) the normal distribution; ∂y/∂a = Φ + a e^(-a^2/2)/√(2π)."""
    below = 0.5 * math.erfc(-a / math.sqrt(2.0))
    return a * below, (below + a * math.exp(-0.5 * a * a) / math.sqrt(2.0 * math.pi),)


def gelu_tanh(a: float) -> Entry:
    """y = a/2 (1 + T), T = tanh u, u = √(2/π) (a + 0.044715 a^3);
    ∂y/∂a = 1/2 (1 + T) + a/2 (1 - T^2) u', u' = √(2/π) (1 + 3 * 0.044715 a^2)."""
    scale = math.sqrt(2.0 / math.pi)
    bent, (slope,) = tanh(scale * (a + 0.044715 * a * a * a))
    half = 0.5 * (1.0 + bent)
    return a * half, (half + 0.5 * a * slope * scale * (1.0 + 3.0 * 0.044715 * a * a),)


def leaky_relu(a: float, c: float) -> Entry:
    """y = a above 0, c a below; ∂y/∂a = 1 above 0, else c."""
    return (c * a, (c,)) if a <= 0 else (a, (1.0,))


def elu(a: float, c: float) -> Entry:
    """y = a above 0, c (e^a - 1) below; ∂y/∂a = 1 above 0, else c e^a."""
    return (c * math.expm1(a), (c * math.exp(a),)) if a <= 0 else (a, (1.0,))


def relu(a: float) -> Entry:
    """y is the larger of 0 and a; ∂y/∂a = 1 above 0, else 0."""
    # At the kink, a = 0, we take 0. Not-a-number fails the comparison and passes through.
    return (0.0, (0.0,)) if a <= 0 else (a, (1.0,))


def maximum(*operands: float) -> Entry:
    """y is the largest operand; its partial is 1, that of the others 0."""
    return chosen(operands, int(np.argmax(operands)))


def minimum(*operands: float) -> Entry:
    """y is the smallest operand; its partial is 1, that of the others 0."""
    return chosen(operands, int(np.argmin(operands)))


def chosen(operands: tuple[float, ...], place: int) -> Entry:
    """The operand at that place, with the partial 1."""
    # argmax and argmin name the first of equals: on a tie, the first operand takes the gradient.
    return operands[place], tuple(float(i == place) for i in range(len(operands)))


#: The rule of every operation a step may name.
RULES: dict[str, Callable[..., Entry]] = {
    "add": add, "subtract": subtract, "multiply": multiply, "divide": divide,
    "negate": negate, "power": power, "exp": exp, "log": log, "sqrt": sqrt, "abs": absolute,
    "sin": sin, "cos": cos, "tanh": tanh, "sigmoid": sigmoid, "relu": relu,
    "max": maximum, "min": minimum, "expm1": expm1, "log1p": log1p, "tan": tan, "arctan": arctan,
    "sinh": sinh, "cosh": cosh, "erf": erf, "softplus": softplus, "silu": silu, "gelu": gelu,
    "gelu_tanh": gelu_tanh, "leaky_relu": leaky_relu, "elu": elu,
}  # fmt: skip


class Line(NamedTuple):
    """``result = rule(*operands)``."""

    result: str
    rule: Callable[..., Entry]
    operands: tuple[str, ...]


def lines(steps: Sequence[Step]) -> list[Line]:
    """Look up the rule of each step."""
    for step in steps:
        if step.operation not in RULES:
            raise Unsupported(f"has no operation {step.operation!r}")
    return [Line(step.result, RULES[step.operation], step.operands) for step in steps]


def leading_to(program: Sequence[Line], of: str) -> list[Line]:
    """The lines that ``of`` depends on, in order."""
    needed, kept = {of}, []
    for line in reversed(program):
        if line.result in needed:
            needed.update(line.operands)
            kept.append(line)
    return kept[::-1]


#: For each line that was computed: its result, its operands, and the partial by each of them.
Tape = list[tuple[str, tuple[str, ...], tuple[float, ...]]]


def forward(program: Sequence[Line], value: dict[str, float]) -> Tape:
    """Compute the lines into ``value``; return the tape: result, operands and partials of each."""
    tape = []
    value_of = value.__getitem__
    for result, rule, operands in program:
        value[result], partials = rule(*map(value_of, operands))
        tape.append((result, operands, partials))
    return tape


def backward(tape: Tape, value: dict[str, float], of: str) -> dict[str, float]:
    """Return the adjoint d ``of``/dX of every X in ``value``, 0 where the tape does not reach X."""
    adjoint = dict.fromkeys(value, 0.0)
    adjoint[of] = 1.0
    for result, operands, partials in reversed(tape):
        by_result = adjoint[result]
        for name, partial in zip(operands, partials):  # noqa: B905 - a constant has no partial
            adjoint[name] += by_result * partial
    return adjoint


def update(
    program: Sequence[Line], rule: Sequence[Line], training: Training, value: dict[str, float]
) -> None:
    """Make one update: change the parameters in ``value``, and what the optimizer remembers."""
    tape = forward(program, value)
    gradient = backward(tape, value, training.loss)
    state = training.optimizer.state
    new: dict[str, float] = {}
    for k, name in enumerate(training.parameters):
        own = {"parameter#": name} | {f"{word}#": names[k] for word, names in state.items()}
        local = {**value, "gradient#": gradient[name]}
        local |= {word: value[called] for word, called in own.items()}
        forward(rule, local)
        new |= {own[word]: local[result] for word, result in training.rule.new.items()}
    value.update(new)


def run(task: Task) -> dict[Quantity, float]:
    """Answer everything that is asked, going through the training once."""
    if task.program and not task.steps:
        raise Unsupported("goes number by number, and these are more than it could do in hours")
    program, training = lines(task.steps), task.training
    lesson = leading_to(program, training.loss) if training else []
    rule = lines(training.rule.steps) if training else []
    value = dict(task.values)
    answers: dict[Quantity, float] = {}
    updates = 0
    for moment in sorted({quantity.updates for quantity in task.asked}):
        while updates < moment:
            if training is None:
                raise Unsupported("is asked for updates of a task without training")
            update(lesson, rule, training, value)
            updates += 1
            value |= training.given_at(updates)

        forward(program, value)
        gradients: dict[str, dict[str, float]] = {}
        for quantity in (asked for asked in task.asked if asked.updates == moment):
            of, by = quantity.of, quantity.by
            if by is None:
                answers[quantity] = value[of]
                continue
            if of not in gradients:  # a line that `of` does not need must not touch it, even by 0
                tape = forward(leading_to(program, of), value)
                gradients[of] = backward(tape, value, of)
            answers[quantity] = gradients[of][by]
    return answers
