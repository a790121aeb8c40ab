"""Functions that slide a window over an array: cross-correlation, convolution, pooling.

As the field's frameworks have them: ``correlate(x, k)`` lays the kernel over every window of x and
adds up the products; ``convolve`` turns the kernel round first. ``pad=1`` puts one row of zeros
around x, ``stride=2`` takes every second window. Pooling windows do not overlap unless
``stride`` says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import prod
from typing import Final

import numpy as np

from harness.notation.algebra import Algebra, Value
from harness.notation.arrays import MOST_ELEMENTS, empty, shape_of, shown
from harness.notation.rationals import rational
from harness.notation.syntax import Call
from harness.notation.tokens import NotationError

#: What stands around an array that is padded: it adds nothing to a sum of products.
_NOTHING: Final = object()


def correlation(node: Call, algebra: Algebra, arguments: list[Value]) -> Value:
    """``correlate(x, k)`` and ``convolve(x, k)``, x and k vectors or matrices."""
    x, kernel = arguments
    if not (shape_of(x) and len(shape_of(x)) == len(shape_of(kernel))):
        raise NotationError(
            f"{node.function} takes two vectors or two matrices, got {shown(shape_of(x))} and "
            f"{shown(shape_of(kernel))}",
            node.column,
        )
    if node.function == "convolve":
        kernel = np.flip(kernel)
    x = _padded(node, x, node.option("pad", 0))
    result = _windows(node, x, kernel.shape, node.option("stride", 1))
    for place, window in result.items():
        products = [
            algebra.operation("multiply", a, b)
            for a, b in zip(window.ravel(), kernel.ravel(), strict=True)
            if a is not _NOTHING
        ]
        zero = algebra.number(Fraction(0))
        result[place] = (
            algebra.operation("add", *products) if len(products) > 1 else (*products, zero)[0]
        )
    return _array(node, result)


def pooling(node: Call, algebra: Algebra, arguments: list[Value]) -> Value:
    """``max_pool(x, 2)`` and ``mean_pool(x, 2)``: of every window of 2, or 2×2, the largest element
    or the mean."""
    x, size = arguments[0], rational(node.arguments[1])
    if not shape_of(x) or size is None or size.denominator != 1 or not 1 <= size <= MOST_ELEMENTS:
        raise NotationError(
            f"{node.function} takes an array and the width of its window, as in "
            f"{node.function}(x, 2)",
            node.column,
        )
    width = int(size)
    result = _windows(node, x, (width,) * x.ndim, node.option("stride", width))
    for place, window in result.items():
        values = list(window.ravel())
        if len(values) == 1:
            result[place] = values[0]
        elif node.function == "max_pool":
            result[place] = algebra.operation("max", *values)
        else:
            count = algebra.number(Fraction(len(values)))
            result[place] = algebra.operation("divide", algebra.operation("add", *values), count)
    return _array(node, result)


def _padded(node: Call, x: Value, width: int) -> Value:
    """``x`` with so many rows of nothing around it."""
    padded = empty(tuple(n + 2 * width for n in x.shape), node)
    padded.fill(_NOTHING)
    padded[tuple(slice(width, width + n) for n in x.shape)] = x
    return padded


def _windows(
    node: Call, x: Value, size: Sequence[int], stride: int
) -> dict[tuple[int, ...], Value]:
    """Every window of ``size`` in ``x``, by its place among them."""
    if stride < 1:
        raise NotationError("a stride is at least 1", node.column)
    counts = [(n - k) // stride + 1 for n, k in zip(x.shape, size, strict=True)]
    if min(counts) < 1:
        raise NotationError(
            f"a window of {shown(tuple(size))} does not fit into {shown(x.shape)}", node.column
        )
    if prod(counts) * prod(size) > MOST_ELEMENTS:
        raise NotationError(
            f"{prod(counts):,} windows of {shown(tuple(size))}; all together they hold at most "
            f"{MOST_ELEMENTS:,} elements",
            node.column,
        )
    return {place: x[tuple(_slices(place, size, stride))] for place in np.ndindex(*counts)}


def _slices(place: Sequence[int], size: Sequence[int], stride: int) -> Iterator[slice]:
    return (slice(i * stride, i * stride + k) for i, k in zip(place, size, strict=True))


def _array(node: Call, values: dict[tuple[int, ...], Value]) -> Value:
    shape = tuple(n + 1 for n in max(values))
    array = empty(shape, node)
    for place, value in values.items():
        array[place] = value
    return array
