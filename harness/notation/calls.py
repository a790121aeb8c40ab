"""The functions of the notation applied to values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Final

import numpy as np

from harness.notation.algebra import Algebra, Value
from harness.notation.arrays import each, mapped, matrix_product, shape_of, shown
from harness.notation.rationals import rational
from harness.notation.syntax import Call
from harness.notation.tokens import NotationError


def called(node: Call, algebra: Algebra, arguments: list[Value]) -> Value:
    """The value of a call, its arguments evaluated. Raises NotationError where shapes do not fit."""
    if node.primes:
        return mapped(lambda x: algebra.slope(node.function, x), node, arguments)
    return _CALLS.get(node.function, _elementwise)(node, algebra, arguments)


def _elementwise(node: Call, algebra: Algebra, arguments: list[Value]) -> Value:
    match node.function:
        case "square":
            return mapped(lambda x: algebra.operation("power", x, Fraction(2)), node, arguments)
        case "log10" | "log2":
            base = algebra.operation("log", algebra.number(Fraction(int(node.function[3:]))))
            logs = each(algebra, "log", node, *arguments)
            return mapped(lambda x: algebra.operation("divide", x, base), node, [logs])
        case _:
            return each(algebra, node.function, node, *arguments)


def _reduction(node: Call, algebra: Algebra, arguments: list[Value]) -> Value:
    """``sum(v)`` of an array, or ``max(a, b)`` of several numbers (of arrays: element by element)."""
    if len(arguments) > 1:
        return mapped(lambda *values: _reduced(node.function, algebra, values), node, arguments)
    if not isinstance(arguments[0], np.ndarray):
        raise NotationError(
            f"{node.function} takes an array or several numbers, got one number", node.column
        )
    return _reduced(node.function, algebra, list(arguments[0].ravel()))


def _reduced(function: str, algebra: Algebra, values: Sequence[Value]) -> Value:
    if len(values) == 1:
        return values[0]
    if function == "prod":
        product = values[0]
        for value in values[1:]:
            product = algebra.operation("multiply", product, value)
        return product
    if function in {"max", "min"}:
        return algebra.operation(function, *values)
    total = algebra.operation("add", *values)
    if function == "sum":
        return total
    return algebra.operation("divide", total, algebra.number(Fraction(len(values))))


def _with_constant(node: Call, algebra: Algebra, arguments: list[Value]) -> Value:
    """leaky_relu and elu; what they are below zero has a factor, a constant of its own."""
    factor = rational(node.arguments[1])
    if factor is None:
        raise NotationError(
            f"the second argument of {node.function} is a decimal, as in {node.function}(z, 0.01)",
            node.arguments[1].column,
        )
    return mapped(lambda x: algebra.operation(node.function, x, factor), node, arguments[:1])


def _softmax(node: Call, algebra: Algebra, arguments: list[Value]) -> Value:
    """Each e^x_k / sum of e^x_j, as 1/(1 + sum of e^(x_j - x_k)), which overflows to nothing odd."""
    vector = arguments[0]
    if not isinstance(vector, np.ndarray) or vector.ndim != 1:
        raise NotationError(f"softmax takes a vector, got {shown(shape_of(vector))}", node.column)
    result = np.empty(vector.shape, dtype=object)
    for k, x in enumerate(vector):
        others = [algebra.operation("subtract", y, x) for j, y in enumerate(vector) if j != k]
        one = algebra.number(Fraction(1))
        powers = [algebra.operation("exp", other) for other in others]
        total = algebra.operation("add", one, *powers) if powers else one
        result[k] = algebra.operation("divide", one, total)
    return result


def _transpose(node: Call, algebra: Algebra, arguments: list[Value]) -> Value:
    matrix = arguments[0]
    if not isinstance(matrix, np.ndarray) or matrix.ndim != 2:
        raise NotationError(f"transpose takes a matrix, got {shown(shape_of(matrix))}", node.column)
    return matrix.T


def _outer(node: Call, algebra: Algebra, arguments: list[Value]) -> Value:
    left, right = arguments
    if shape_of(left)[1:] or shape_of(right)[1:] or not (shape_of(left) and shape_of(right)):
        raise NotationError(
            f"outer takes two vectors, got {shown(shape_of(left))} and {shown(shape_of(right))}",
            node.column,
        )
    return each(algebra, "multiply", node, *np.broadcast_arrays(left[:, None], right[None, :]))


def _dot(node: Call, algebra: Algebra, arguments: list[Value]) -> Value:
    return matrix_product(node, algebra, *arguments)


_CALLS: Final[dict[str, Callable[[Call, Algebra, list[Value]], Value]]] = {
    **dict.fromkeys(["sum", "mean", "max", "min", "prod"], _reduction),
    **dict.fromkeys(["leaky_relu", "elu"], _with_constant),
    "softmax": _softmax,
    "transpose": _transpose,
    "outer": _outer,
    "dot": _dot,
}
