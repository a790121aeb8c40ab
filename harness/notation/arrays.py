"""Arrays of values: operations element by element, the matrix product, and whether shapes fit.

An array is a numpy array of objects, one value of the algebra an element; numpy does the
bookkeeping of shapes and no arithmetic.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any, Final

import numpy as np

from harness.notation.algebra import Algebra, Value
from harness.notation.printing import written
from harness.notation.syntax import Array, Expression, Index, Indexed, Name
from harness.notation.tokens import NotationError

#: Arrays have at most this many dimensions.
MOST_DIMENSIONS: Final = 4
#: An array has at most this many elements.
MOST_ELEMENTS: Final = 200_000


def each(algebra: Algebra, operation: str, node: Expression, *values: Value) -> Value:
    """An operation on numbers, or element by element on arrays."""
    return mapped(lambda *scalars: algebra.operation(operation, *scalars), node, list(values))


def mapped(function: Callable[..., Value], node: Expression, values: list[Value]) -> Value:
    """``function`` element by element; single numbers go with every element."""
    shapes = list(dict.fromkeys(shape for value in values if (shape := shape_of(value))))
    if not shapes:
        return function(*values)
    try:
        shape = np.broadcast_shapes(*shapes)
    except ValueError:
        raise NotationError(
            f"{_cut(written(node))}: {' and '.join(map(shown, shapes))} do not fit together element "
            "by element; counted from the last, each dimension must be the same, or 1",
            node.column,
        ) from None
    spread = [
        np.broadcast_to(value, shape) if isinstance(value, np.ndarray) else value
        for value in values
    ]
    result = empty(shape, node)
    for place in np.ndindex(*shape):
        result[place] = function(
            *(value[place] if isinstance(value, np.ndarray) else value for value in spread)
        )
    return result


def picked(value: Value, index: Index, node: Expression) -> Value:
    """The part of an array that an index picks. Raises NotationError where there is none."""
    if not index:
        return value
    shape = shape_of(value)
    fits = len(index) <= len(shape) and all(
        i < n if isinstance(i, int) else (i.start or 0) < (n if i.stop is None else i.stop) <= n
        for i, n in zip(index, shape, strict=False)
    )
    if not fits:
        whole = Name(node.name) if isinstance(node, Name) else node
        body = whole.body if isinstance(whole, Indexed) else whole
        raise NotationError(
            f"{_cut(written(node))} does not exist: {_cut(written(body))} is {shown(shape)}"
            + (", counted from 0" if shape else ""),
            node.column,
        )
    return value[tuple(i if isinstance(i, int) else slice(i.start, i.stop) for i in index)]


def stacked(node: Array, elements: list[Value]) -> Value:
    """The array of ``elements``: numbers, or rows of one length."""
    shapes = {shape_of(element) for element in elements}
    if len(shapes) > 1:
        raise NotationError(
            "the rows of an array have the same length, got "
            + " and ".join(sorted(map(shown, shapes))),
            node.column,
        )
    if len(next(iter(shapes))) >= MOST_DIMENSIONS:
        raise NotationError(f"an array has at most {MOST_DIMENSIONS} dimensions", node.column)
    array = empty((len(elements), *next(iter(shapes))), node)
    for place, element in enumerate(elements):
        array[place] = element
    return array


def matrix_product(node: Expression, algebra: Algebra, left: Value, right: Value) -> Value:
    """``left @ right``, of which ``node`` is the expression."""
    shapes = shape_of(left), shape_of(right)
    if not (shapes[0] and shapes[1]):
        raise NotationError(
            f"{_cut(written(node))}: a matrix product is of arrays, got {shown(shapes[0])} and "
            f"{shown(shapes[1])}; the value after an update is written without blanks, as in w5@1",
            node.column,
        )
    if max(len(shapes[0]), len(shapes[1])) > 2 or shapes[0][-1] != shapes[1][0]:
        raise NotationError(
            f"{_cut(written(node))}: {shown(shapes[0])} and {shown(shapes[1])} do not fit in a "
            "matrix product; the columns of the first must be the rows of the second",
            node.column,
        )

    def inner(row: Any, column: Any) -> Value:
        products = [algebra.operation("multiply", a, b) for a, b in zip(row, column, strict=True)]
        return products[0] if len(products) == 1 else algebra.operation("add", *products)

    rows, columns = np.atleast_2d(left), right.T if right.ndim == 2 else right[None, :]
    product = empty((len(rows), len(columns)), node)
    for i, row in enumerate(rows):
        for j, column in enumerate(columns):
            product[i, j] = inner(row, column)
    shaped = product.reshape(shapes[0][:-1] + shapes[1][1:])
    return shaped if shaped.ndim else shaped.item()


def shape_of(value: Value) -> tuple[int, ...]:
    """The lengths along each dimension; none for a single number."""
    return value.shape if isinstance(value, np.ndarray) else ()


def shown(shape: tuple[int, ...]) -> str:
    """A shape in words: ``a number``, ``a vector of 3``, ``2×3``."""
    if not shape:
        return "a number"
    return f"a vector of {shape[0]}" if len(shape) == 1 else "×".join(map(str, shape))


def empty(shape: tuple[int, ...], node: Expression) -> Any:
    """An array to be filled. Raises NotationError where it would be too large."""
    if prod(shape) > MOST_ELEMENTS:
        raise NotationError(
            f"{_cut(written(node))} is {shown(shape)}; an array has at most {MOST_ELEMENTS:,} "
            "elements",
            node.column,
        )
    return np.empty(shape, dtype=object)


def _cut(text: str, most: int = 40) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
