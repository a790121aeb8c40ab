"""The two arithmetics that derivations run in: floats of many candidates at once, which filter,
and balls of one candidate, which certify."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any, Final

import numpy as np
from flint import arb

from harness.explain.computation.slopes import MISREMEMBERED
from harness.oracle.balls import VALUES, exact, slopes, undefined
from harness.scenario.task import WITH_CONSTANT


class Arithmetic(ABC):
    """What a run needs: numbers, and the results of operations."""

    @abstractmethod
    def given(self, value: Fraction) -> Any:
        """A given number."""

    @abstractmethod
    def rounded(self, value: Any, how: str) -> Any:
        """A value written down with fewer decimals: ``nearest:3``, or cut off, ``cut:3``."""

    @abstractmethod
    def value(self, function: str, operands: Sequence[Any]) -> Any:
        """What a function comes to."""

    @abstractmethod
    def slope(self, function: str, operands: Sequence[Any], result: Any, place: int) -> Any:
        """The derivative of a function by the operand at a place."""

    def result(self, operation: str, operands: Sequence[Any]) -> Any:
        """The result of an operation."""
        name, _, rest = operation.partition(":")
        match name:
            case "multiply":
                return _product(operands)
            case "add":
                return _sum(operands, [1] * len(operands)) if operands else self.given(Fraction(1))
            case "signed":
                return _sum(operands, signed(operation))
            case "slope":
                function, _, place = rest.partition(":")
                return self.slope(function, operands[:-1], operands[-1], int(place))
            case "nested":
                return self.slope(rest, operands, self.value(rest, operands), 0)
            case "misremembered":
                return MISREMEMBERED[rest](operands[-2], operands[-1])
            case _:
                return self.value(operation, operands)


def signed(operation: str) -> list[int]:
    """The signs in ``signed:+-``."""
    return [1 if sign == "+" else -1 for sign in operation.partition(":")[2]]


def _product(operands: Sequence[Any]) -> Any:
    result = operands[0]
    for operand in operands[1:]:
        result = result * operand
    return result


def _sum(operands: Sequence[Any], signs: Sequence[int]) -> Any:
    result = operands[0] if signs[0] > 0 else -operands[0]
    for operand, sign in zip(operands[1:], signs[1:], strict=True):
        result = result + operand if sign > 0 else result - operand
    return result


class Balls(Arithmetic):
    """Ball arithmetic; the precision is that of the context."""

    def given(self, value: Fraction) -> Any:
        return exact(value)

    def value(self, function: str, operands: Sequence[Any]) -> Any:
        return VALUES[function](*operands)

    def slope(self, function: str, operands: Sequence[Any], result: Any, place: int) -> Any:
        return slopes(function, operands, result)[place]

    def rounded(self, value: Any, how: str) -> Any:
        way, _, places = how.partition(":")
        if way == "single":
            return arb(float(np.float32(float(arb(value).mid()))))
        scaled = arb(value) * 10 ** int(places)
        moved = scaled if way == "cut" else scaled + arb(0.5) * (-1 if scaled < 0 else 1)
        whole = (moved.ceil() if moved < 0 else moved.floor()).unique_fmpz()
        # What lies on the border at every precision is not told one way or the other.
        return undefined() if whole is None else exact(Fraction(int(whole), 10 ** int(places)))


Array = Any  # a float, or an array of one a candidate


def _sigmoid(x: Array) -> Array:
    return 1 / (1 + np.exp(-x))


def _erf(x: Array) -> Array:
    """By the enclosure's middle: there is no such function in numpy."""
    return np.vectorize(lambda one: float(arb(float(one)).erf().mid()), otypes=[float])(x)


def _normal(x: Array) -> Array:
    return (1 + _erf(x / np.sqrt(2))) / 2


def _bent(x: Array) -> Array:
    return 2 * np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)


FLOATS: Final[dict[str, Callable[..., Array]]] = {
    "subtract": lambda a, b: a - b,
    "divide": lambda a, b: np.divide(a, b),
    "negate": lambda a: -a,
    "power": lambda a, b: np.power(a, float(b)),
    "exp": np.exp, "expm1": np.expm1, "log": np.log, "log1p": np.log1p, "sqrt": np.sqrt,
    "abs": np.abs, "sin": np.sin, "cos": np.cos, "tan": np.tan, "arctan": np.arctan,
    "sinh": np.sinh, "cosh": np.cosh, "tanh": np.tanh, "erf": _erf, "sigmoid": _sigmoid,
    "relu": lambda a: np.maximum(a, 0.0),
    "softplus": lambda a: np.logaddexp(a, 0.0),
    "silu": lambda a: a * _sigmoid(a),
    "gelu": lambda a: a * _normal(a),
    "gelu_tanh": lambda a: a * _sigmoid(_bent(a)),
    "leaky_relu": lambda a, c: np.where(a > 0, a, float(c) * a),
    "elu": lambda a, c: np.where(a > 0, a, float(c) * np.expm1(np.minimum(a, 0.0))),
    "max": lambda *a: np.maximum.reduce(np.broadcast_arrays(*a)),
    "min": lambda *a: np.minimum.reduce(np.broadcast_arrays(*a)),
}  # fmt: skip

FLOAT_SLOPES: Final[dict[str, Callable[[Array, Array], Array]]] = {
    "negate": lambda x, y: -1.0 + 0 * x,
    "exp": lambda x, y: y,
    "log": lambda x, y: np.divide(1, x),
    "sqrt": lambda x, y: np.divide(0.5, y),
    "abs": lambda x, y: np.sign(x),
    "sin": lambda x, y: np.cos(x),
    "cos": lambda x, y: -np.sin(x),
    "tanh": lambda x, y: 1 - y * y,
    "sigmoid": lambda x, y: y * (1 - y),
    "expm1": lambda x, y: np.exp(x),
    "log1p": lambda x, y: np.divide(1, 1 + x),
    "tan": lambda x, y: 1 + y * y,
    "arctan": lambda x, y: np.divide(1, 1 + x * x),
    "sinh": lambda x, y: np.cosh(x),
    "cosh": lambda x, y: np.sinh(x),
    "erf": lambda x, y: 2 / np.sqrt(np.pi) * np.exp(-x * x),
    "relu": lambda x, y: np.where(x > 0, 1.0, 0.0),
    "softplus": lambda x, y: _sigmoid(x),
    "silu": lambda x, y: _sigmoid(x) * (1 + x * (1 - _sigmoid(x))),
    "gelu": lambda x, y: _normal(x) + x * np.exp(-x * x / 2) / np.sqrt(2 * np.pi),
}


_TIE: Final = 1e-14


class Floats(Arithmetic):
    """float64, of all candidates at once; what has no value is not a number."""

    def given(self, value: Fraction) -> float:
        try:
            return float(value)
        except OverflowError:
            return float("inf")

    def value(self, function: str, operands: Sequence[Any]) -> Any:
        return FLOATS[function](*operands)

    def rounded(self, value: Any, how: str) -> Any:
        way, _, places = how.partition(":")
        if way == "single":
            return np.float64(np.float32(value))
        if way == "nearest":  # as a program does it, to which 0.3925 lies below the tie
            return np.round(value, int(places))
        scaled = np.abs(value) * 10.0 ** int(places)
        # By hand a tie goes away from zero; floats are off it by less than this.
        whole = np.floor(scaled * (1 + _TIE) + (0.5 if way == "hand" else 0.0))
        return np.copysign(whole / 10.0 ** int(places), value)

    def slope(self, function: str, operands: Sequence[Any], result: Any, place: int) -> Any:
        x = operands[0]
        match function:
            case "divide":
                return -np.divide(result, operands[1])
            case "power":
                exponent = float(operands[1])
                return exponent * np.power(x, exponent - 1)
            case "leaky_relu":
                return np.where(x > 0, 1.0, float(operands[1]))
            case "elu":
                return np.where(x > 0, 1.0, float(operands[1]) * np.exp(np.minimum(x, 0.0)))
            case "max" | "min":
                return np.where(operands[place] == result, 1.0, 0.0)
            case "gelu_tanh":
                s = _sigmoid(_bent(x))
                bend = 2 * np.sqrt(2 / np.pi) * (1 + 3 * 0.044715 * x * x)
                return s + x * s * (1 - s) * bend
            case _:
                return FLOAT_SLOPES[function](x, result)


def with_constant(operation: str) -> bool:
    """Whether the second operand is a constant that stays an exact fraction."""
    name, _, rest = operation.partition(":")
    return (rest.partition(":")[0] if name == "slope" else name) in WITH_CONSTANT
