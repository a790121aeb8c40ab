"""Elementary operations in ball arithmetic: their values, and their slopes.

A ball is an interval that is proved to contain the exact value (Arb, through python-flint).
Where a value does not exist, as in a division by zero, the ball is not finite.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any, Final

from flint import arb, fmpq

#: Beyond this magnitude exp is not attempted: its result has no use and would fill the memory.
LARGEST_EXPONENT: Final = 2**20

#: The factor of the cube in the form of gelu that is made of tanh (Hendrycks and Gimpel, 2016).
_GELU_CUBE: Final = Fraction(44715, 1_000_000)

Ball = Any  # python-flint has no types


def exact(value: Fraction) -> Ball:
    """The ball of a rational number, as wide as the working precision makes it."""
    return arb(fmpq(value.numerator, value.denominator))


def undefined() -> Ball:
    """The ball of a value that does not exist."""
    return arb("nan")


def _exp(x: Ball) -> Ball:
    return x.exp() if x.is_finite() and abs(x) < LARGEST_EXPONENT else undefined()


def _sigmoid(x: Ball) -> Ball:
    """1 / (1 + e^-x); of two equal forms the one that does not overflow."""
    if x.is_finite() and abs(x) > LARGEST_EXPONENT:  # e^-|x| is too small to be written down
        close = arb(0, 1) * arb(2) ** -LARGEST_EXPONENT
        return close if x < 0 else 1 + close
    if x.is_finite() and x < -1:
        power = _exp(x)
        return power / (1 + power)
    return 1 / (1 + _exp(-x))


def _power(base: Ball, exponent: Fraction) -> Ball:
    if exponent.denominator == 1:
        whole = exponent.numerator
        if abs(whole) > LARGEST_EXPONENT:
            return undefined()
        return _whole_power(base, whole) if whole >= 0 else 1 / _whole_power(base, -whole)
    if exponent == Fraction(1, 2):
        return base.sqrt()
    if base.is_zero() and exponent > 0:
        return arb(0)
    return _exp(exact(exponent) * base.log())


def _whole_power(base: Ball, exponent: int) -> Ball:
    """By squaring: python-flint's own power gives up on a ball that contains zero."""
    result = base**0  # one, of the kind that the base is
    while exponent:
        if exponent % 2:
            result = result * base
        exponent //= 2
        if exponent:
            base = base * base
    return result


def _relu(x: Ball) -> Ball:
    return x.max(arb(0)) if x.is_finite() else undefined()


def _softplus(x: Ball) -> Ball:
    """log(1 + e^x), by way of e^-|x|, which does not overflow."""
    if x.is_finite() and abs(x) > LARGEST_EXPONENT:
        return _relu(x) + _sigmoid(-abs(x))
    return _relu(x) + (_exp(-abs(x))).log1p()


def _gelu(x: Ball) -> Ball:
    """x times the probability that a standard normal number is below x."""
    return x * _normal(x)


def _normal(x: Ball) -> Ball:
    return (-x / arb(2).sqrt()).erfc() / 2 if abs(x) < LARGEST_EXPONENT else undefined()


def _bent(x: Ball) -> Ball:
    """What gelu_tanh takes the sigmoid of: 1/2 (1 + tanh u) is sigmoid(2u)."""
    return 2 * (2 / arb.pi()).sqrt() * (x + exact(_GELU_CUBE) * x * x * x)


def _leaky_relu(x: Ball, slope: Fraction) -> Ball:
    return _relu(x) - exact(slope) * _relu(-x)


def _elu(x: Ball, factor: Fraction) -> Ball:
    return _relu(x) + exact(factor) * (-_relu(-x)).expm1()


def _maximum(*operands: Ball) -> Ball:
    top = operands[0]
    for operand in operands[1:]:
        top = top.max(operand)
    return top


def _minimum(*operands: Ball) -> Ball:
    return -_maximum(*(-operand for operand in operands))


VALUES: Final[dict[str, Callable[..., Ball]]] = {
    "add": lambda *operands: sum(operands[1:], operands[0]),
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b,
    "divide": lambda a, b: a / b,
    "negate": lambda a: -a,
    "power": _power,
    "exp": _exp,
    "log": lambda a: a.log(),
    "sqrt": lambda a: a.sqrt(),
    "abs": abs,
    "sin": lambda a: a.sin(),
    "cos": lambda a: a.cos(),
    "tanh": lambda a: a.tanh(),
    "sigmoid": _sigmoid,
    "expm1": lambda a: a.expm1() if abs(a) < LARGEST_EXPONENT else undefined(),
    "log1p": lambda a: a.log1p(),
    "tan": lambda a: a.tan(),
    "arctan": lambda a: a.atan(),
    "sinh": lambda a: (_exp(a) - _exp(-a)) / 2,
    "cosh": lambda a: (_exp(a) + _exp(-a)) / 2,
    "erf": lambda a: a.erf() if abs(a) < LARGEST_EXPONENT else undefined(),
    "relu": _relu,
    "softplus": _softplus,
    "silu": lambda a: a * _sigmoid(a),
    "gelu": _gelu,
    "gelu_tanh": lambda a: a * _sigmoid(_bent(a)),
    "leaky_relu": _leaky_relu,
    "elu": _elu,
    "max": _maximum,
    "min": _minimum,
}


def _between(low: int, high: int) -> Ball:
    return arb(low).union(arb(high))


def _step(x: Ball) -> Ball:
    """The slope of relu: 0 or 1, and both where x may be zero."""
    if x > 0:
        return 1
    return 0 if x < 0 else _between(0, 1)


def _sign(x: Ball) -> Ball:
    if x > 0:
        return 1
    return -1 if x < 0 else _between(-1, 1)


def _chosen(operands: Sequence[Ball], result: Ball, upward: bool) -> list[Ball]:
    """The slopes of max (or min): 1 for the operand that is chosen, 0 for the others."""
    slopes: list[Ball] = []
    for place, operand in enumerate(operands):
        rest = [other for k, other in enumerate(operands) if k != place]
        if all((operand > other) if upward else (operand < other) for other in rest):
            slopes.append(1)
        elif any((operand < other) if upward else (operand > other) for other in rest):
            slopes.append(0)
        else:
            slopes.append(_between(0, 1))
    return slopes


def _gelu_tanh_slope(x: Ball) -> Ball:
    s = _sigmoid(_bent(x))
    bend = 2 * (2 / arb.pi()).sqrt() * (1 + 3 * exact(_GELU_CUBE) * x * x)
    return s + x * s * (1 - s) * bend


def _silu_slope(x: Ball) -> Ball:
    s = _sigmoid(x)
    return s * (1 + x * (1 - s))


def _sided(x: Ball, below: Ball) -> Ball:
    """A slope that is 1 above zero and ``below`` under it, and both where x may be zero."""
    if x > 0:
        return 1
    if x < 0 or below == 1:
        return below
    return arb(1).union(arb(below))


def _power_slope(base: Ball, exponent: Fraction) -> Ball:
    if exponent == 0:
        return 0
    if exponent.denominator == 1:
        return exponent.numerator * _power(base, exponent - 1)
    return exact(exponent) * _power(base, exponent - 1)


#: The slope of each function of one number, from its operand x and its value y.
SLOPES: Final[dict[str, Callable[[Ball, Ball], Ball]]] = {
    "negate": lambda x, y: -1,
    "exp": lambda x, y: y,
    "log": lambda x, y: 1 / x,
    "sqrt": lambda x, y: 1 / (2 * y),
    "abs": lambda x, y: _sign(x),
    "sin": lambda x, y: x.cos(),
    "cos": lambda x, y: -x.sin(),
    "tanh": lambda x, y: 1 - y * y,
    "sigmoid": lambda x, y: y * (1 - y),
    "expm1": lambda x, y: _exp(x),
    "log1p": lambda x, y: 1 / (1 + x),
    "tan": lambda x, y: 1 + y * y,
    "arctan": lambda x, y: 1 / (1 + x * x),
    "sinh": lambda x, y: (_exp(x) + _exp(-x)) / 2,
    "cosh": lambda x, y: (_exp(x) - _exp(-x)) / 2,
    "erf": lambda x, y: 2 / arb.pi().sqrt() * _exp(-x * x),
    "relu": lambda x, y: _step(x),
    "softplus": lambda x, y: _sigmoid(x),
    "silu": lambda x, y: _silu_slope(x),
    "gelu": lambda x, y: _normal(x) + x * _exp(-x * x / 2) / (2 * arb.pi()).sqrt(),
    "gelu_tanh": lambda x, y: _gelu_tanh_slope(x),
}


def slopes(operation: str, operands: Sequence[Any], result: Ball) -> list[Ball]:
    """The partial derivatives of an operation by each operand; an exponent has none.

    Whole numbers stand for themselves, so that the same slopes serve exact fractions.
    """
    match operation:
        case "add":
            return [1] * len(operands)
        case "subtract":
            return [1, -1]
        case "multiply":
            return [operands[1], operands[0]]
        case "divide":
            return [1 / operands[1], -result / operands[1]]
        case "power":
            return [_power_slope(operands[0], operands[1])]
        case "leaky_relu":
            return [_sided(operands[0], exact(operands[1]))]
        case "elu":
            return [_sided(operands[0], exact(operands[1]) * _exp(-_relu(-operands[0])))]
        case "max" | "min":
            return _chosen(operands, result, operation == "max")
        case _:
            return [SLOPES[operation](operands[0], result)]
