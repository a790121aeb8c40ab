"""The functions of the notation applied to values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import reduce
from typing import Final

import numpy as np

from harness.notation.algebra import Algebra, Value
from harness.notation.arrays import each, empty, mapped, matrix_product, shape_of, shown
from harness.notation.functions import REDUCTIONS
from harness.notation.rationals import rational
from harness.notation.syntax import Call
from harness.notation.tokens import NotationError
from harness.notation.windows import correlation, pooling


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
    """``sum(v)`` of an array, ``sum(X, axis=0)`` along a dimension of it, or ``max(a, b)`` of
    several numbers (of arrays: element by element)."""
    if len(arguments) > 1:
        if node.options:
            raise NotationError(
                f"with an axis, {node.function} takes one array, got {len(arguments)}", node.column
            )
        return mapped(lambda *values: _reduced(node.function, algebra, values), node, arguments)
    array = arguments[0]
    if not isinstance(array, np.ndarray):
        raise NotationError(
            f"{node.function} takes an array or several numbers, got one number", node.column
        )
    if not node.options:
        return _reduced(node.function, algebra, list(array.ravel()))
    return along(node, array, lambda row: _reduced(node.function, algebra, row))


def along(node: Call, array: Value, reduced: Callable[[list[Value]], Value]) -> Value:
    """``reduced`` of every row along the dimension that the option ``axis`` names."""
    axis = _axis(node, array)
    last = np.moveaxis(array, axis, -1)
    result = np.empty(last.shape[:-1], dtype=object)
    for place in np.ndindex(*result.shape):
        result[place] = reduced(list(last[place]))
    return result if result.ndim else result.item()


def _axis(node: Call, array: Value) -> int:
    axis = node.option("axis", 0)
    if axis >= array.ndim:
        raise NotationError(
            f"there is no axis {axis}: the array is {shown(array.shape)}, and axes count from 0",
            node.column,
        )
    return axis


def _reduced(function: str, algebra: Algebra, values: Sequence[Value]) -> Value:
    match function:
        case "max" | "min":
            return values[0] if len(values) == 1 else algebra.operation(function, *values)
        case "prod":
            return reduce(lambda a, b: algebra.operation("multiply", a, b), values)
        case "sum":
            return _added(algebra, values)
        case "norm":
            return algebra.operation("sqrt", _added(algebra, _squares(algebra, values)))
    count = algebra.number(Fraction(len(values)))
    mean = algebra.operation("divide", _added(algebra, values), count)
    if function == "mean":
        return mean
    apart = [algebra.operation("subtract", value, mean) for value in values]
    return algebra.operation("divide", _added(algebra, _squares(algebra, apart)), count)


def _added(algebra: Algebra, values: Sequence[Value]) -> Value:
    return values[0] if len(values) == 1 else algebra.operation("add", *values)


def _squares(algebra: Algebra, values: Sequence[Value]) -> list[Value]:
    return [algebra.operation("power", value, Fraction(2)) for value in values]


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
    array = arguments[0]
    if not isinstance(array, np.ndarray) or (array.ndim > 1 and not node.options):
        raise NotationError(
            f"softmax takes a vector, or an array and an axis, as in softmax(X, axis=1); "
            f"got {shown(shape_of(array))}",
            node.column,
        )
    axis = _axis(node, array)
    last = np.moveaxis(array, axis, -1)
    result = np.empty(last.shape, dtype=object)
    for place in np.ndindex(*last.shape[:-1]):
        result[place] = _shares(algebra, list(last[place]))
    return np.moveaxis(result, -1, axis)


def _shares(algebra: Algebra, values: list[Value]) -> list[Value]:
    one = algebra.number(Fraction(1))
    shares = []
    for k, x in enumerate(values):
        others = [algebra.operation("subtract", y, x) for j, y in enumerate(values) if j != k]
        powers = [algebra.operation("exp", other) for other in others]
        shares.append(algebra.operation("divide", one, _added(algebra, [one, *powers])))
    return shares


def _transpose(node: Call, algebra: Algebra, arguments: list[Value]) -> Value:
    matrix = arguments[0]
    if not isinstance(matrix, np.ndarray):
        raise NotationError("transpose takes an array, got a number", node.column)
    return matrix.T


def _outer(node: Call, algebra: Algebra, arguments: list[Value]) -> Value:
    left, right = arguments
    if shape_of(left)[1:] or shape_of(right)[1:] or not (shape_of(left) and shape_of(right)):
        raise NotationError(
            f"outer takes two vectors, got {shown(shape_of(left))} and {shown(shape_of(right))}",
            node.column,
        )
    return each(algebra, "multiply", node, *np.broadcast_arrays(left[:, None], right[None, :]))


def _concatenate(node: Call, algebra: Algebra, arguments: list[Value]) -> Value:
    """One array after the other along an axis; numbers are vectors of one."""
    arrays = [np.atleast_1d(np.array(value, dtype=object)) for value in arguments]
    # the length of it all at once, before anything is laid one after the other
    empty((sum(array.size for array in arrays),), node)
    try:
        return np.concatenate(arrays, axis=node.option("axis", 0))
    except ValueError:
        raise NotationError(
            f"{' and '.join(shown(array.shape) for array in arrays)} do not fit one after the other "
            f"along axis {node.option('axis', 0)}",
            node.column,
        ) from None


def _flatten(node: Call, algebra: Algebra, arguments: list[Value]) -> Value:
    return np.atleast_1d(np.array(arguments[0], dtype=object)).ravel()


def _dot(node: Call, algebra: Algebra, arguments: list[Value]) -> Value:
    return matrix_product(node, algebra, *arguments)


_CALLS: Final[dict[str, Callable[[Call, Algebra, list[Value]], Value]]] = {
    **dict.fromkeys(REDUCTIONS, _reduction),
    **dict.fromkeys(["leaky_relu", "elu"], _with_constant),
    "softmax": _softmax,
    "transpose": _transpose,
    "outer": _outer,
    "dot": _dot,
    "concatenate": _concatenate,
    "flatten": _flatten,
    "correlate": correlation,
    "convolve": correlation,
    "max_pool": pooling,
    "mean_pool": pooling,
}
