"""A syntax tree into a value, over any algebra: balls, fractions, or the steps of a Wengert list.

An array is a numpy array of objects, one value of the algebra an element; numpy does the
bookkeeping of shapes and no arithmetic.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any, Final, Protocol

import numpy as np

from harness.notation.syntax import (
    Array,
    Call,
    Constant,
    Derivative,
    DerivativeOf,
    Expression,
    Name,
    Negative,
    Number,
    Power,
    Product,
    Sum,
)
from harness.notation.tokens import NotationError

#: A value of the algebra, or a numpy array of them (dtype object).
Value = Any

_PRODUCTS: Final = {"*": "multiply", "/": "divide"}


class Algebra(Protocol):
    """What the evaluator asks of the numbers it works on."""

    def number(self, value: Fraction) -> Value:
        """A rational number."""

    def constant(self, name: str) -> Value:
        """``e`` or ``pi``."""

    def operation(self, operation: str, *operands: Value) -> Value:
        """One of the operations of a Wengert list; ``power`` gets its exponent as a Fraction."""

    def slope(self, function: str, operand: Value) -> Value:
        """The derivative of a function of one number, at ``operand``."""

    def name(self, node: Name) -> Value:
        """The value of a quantity."""

    def derivative(self, node: Derivative | DerivativeOf) -> Value:
        """The value of a derivative."""


def evaluate(node: Expression, algebra: Algebra) -> Value:
    """The value of ``node``. Raises NotationError where shapes do not fit."""
    match node:
        case Number():
            return algebra.number(node.value)
        case Constant():
            return algebra.constant(node.name)
        case Name():
            return algebra.name(node)
        case Derivative() | DerivativeOf():
            return algebra.derivative(node)
        case Negative():
            return _each(algebra, "negate", node, evaluate(node.body, algebra))
        case Sum():
            return _sum(node, algebra)
        case Product():
            return _product(node, algebra)
        case Power():
            return _power(node, algebra)
        case Array():
            return _array(node, [evaluate(element, algebra) for element in node.elements])
        case Call():
            arguments = [evaluate(argument, algebra) for argument in node.arguments]
            if node.primes:
                return _map(lambda x: algebra.slope(node.function, x), node, arguments)
            return _CALLS.get(node.function, _elementwise)(node, algebra, arguments)


def rational(node: Expression) -> Fraction | None:
    """The value of an expression of numbers and + - * /; None for any other."""
    match node:
        case Number():
            return node.value
        case Negative():
            inner = rational(node.body)
            return None if inner is None else -inner
        case Sum():
            terms = [rational(term) for term in node.terms]
            return _fold_sum(terms, node.signs)
        case Product():
            return _fold_product([rational(factor) for factor in node.factors], node.operators)
        case _:
            return None


def _fold_sum(terms: Sequence[Fraction | None], signs: Sequence[int]) -> Fraction | None:
    total = Fraction(0)
    for term, sign in zip(terms, signs, strict=True):
        if term is None:
            return None
        total += sign * term
    return total


def _fold_product(factors: Sequence[Fraction | None], operators: Sequence[str]) -> Fraction | None:
    product = Fraction(1)
    for factor, operator in zip(factors, operators, strict=True):
        if factor is None or operator == "@" or (operator == "/" and not factor):
            return None
        product = product / factor if operator == "/" else product * factor
    return product


def _sum(node: Sum, algebra: Algebra) -> Value:
    # Terms joined by plus signs are one addition, whatever order an implementation takes.
    values = [evaluate(term, algebra) for term in node.terms]
    run = values[:1]
    for value, sign in zip(values[1:], node.signs[1:], strict=True):
        if sign > 0:
            run.append(value)
        else:
            run = [_each(algebra, "subtract", node, _added(algebra, node, run), value)]
    return _added(algebra, node, run)


def _added(algebra: Algebra, node: Expression, terms: list[Value]) -> Value:
    return terms[0] if len(terms) == 1 else _each(algebra, "add", node, *terms)


def _product(node: Product, algebra: Algebra) -> Value:
    total = evaluate(node.factors[0], algebra)
    for factor, operator in zip(node.factors[1:], node.operators[1:], strict=True):
        right = evaluate(factor, algebra)
        if operator == "@":
            total = _matrix_product(node, algebra, total, right)
        else:
            total = _each(algebra, _PRODUCTS[operator], node, total, right)
    return total


def _power(node: Power, algebra: Algebra) -> Value:
    exponent = rational(node.exponent)
    if isinstance(node.base, Constant) and node.base.name == "e":
        return _each(algebra, "exp", node, evaluate(node.exponent, algebra))
    base = evaluate(node.base, algebra)
    if exponent is not None:
        return _map(lambda x: algebra.operation("power", x, exponent), node, [base])
    log = _each(algebra, "log", node, base)
    scaled = _each(algebra, "multiply", node, evaluate(node.exponent, algebra), log)
    return _each(algebra, "exp", node, scaled)


def _array(node: Array, elements: list[Value]) -> Value:
    shapes = {_shape(element) for element in elements}
    if len(shapes) > 1:
        raise NotationError(
            "the rows of an array have the same length, got "
            + " and ".join(sorted(map(shown, shapes))),
            node.column,
        )
    if len(next(iter(shapes))) > 1:
        raise NotationError("an array has at most two dimensions", node.column)
    if isinstance(elements[0], np.ndarray):
        return np.stack(elements)
    array = np.empty(len(elements), dtype=object)
    array[:] = elements
    return array


def _elementwise(node: Call, algebra: Algebra, arguments: list[Value]) -> Value:
    match node.function:
        case "square":
            return _map(lambda x: algebra.operation("power", x, Fraction(2)), node, arguments)
        case "log10" | "log2":
            base = algebra.operation("log", algebra.number(Fraction(int(node.function[3:]))))
            logs = _each(algebra, "log", node, *arguments)
            return _map(lambda x: algebra.operation("divide", x, base), node, [logs])
        case _:
            return _each(algebra, node.function, node, *arguments)


def _reduction(node: Call, algebra: Algebra, arguments: list[Value]) -> Value:
    """``sum(v)`` of an array, or ``max(a, b)`` of several numbers (of arrays: element by element)."""
    if len(arguments) > 1:
        return _map(lambda *values: _reduced(node.function, algebra, values), node, arguments)
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


def _softmax(node: Call, algebra: Algebra, arguments: list[Value]) -> Value:
    vector = arguments[0]
    if not isinstance(vector, np.ndarray) or vector.ndim != 1:
        raise NotationError(f"softmax takes a vector, got {shown(_shape(vector))}", node.column)
    # Shifting by the largest element changes nothing exactly and keeps floats from overflowing.
    top = _reduced("max", algebra, list(vector))
    powers = _map(
        lambda x: algebra.operation("exp", algebra.operation("subtract", x, top)), node, [vector]
    )
    total = _reduced("sum", algebra, list(powers))
    return _map(lambda x: algebra.operation("divide", x, total), node, [powers])


def _transpose(node: Call, algebra: Algebra, arguments: list[Value]) -> Value:
    matrix = arguments[0]
    if not isinstance(matrix, np.ndarray) or matrix.ndim != 2:
        raise NotationError(f"transpose takes a matrix, got {shown(_shape(matrix))}", node.column)
    return matrix.T


def _outer(node: Call, algebra: Algebra, arguments: list[Value]) -> Value:
    left, right = arguments
    if _shape(left)[1:] or _shape(right)[1:] or not (_shape(left) and _shape(right)):
        raise NotationError(
            f"outer takes two vectors, got {shown(_shape(left))} and {shown(_shape(right))}",
            node.column,
        )
    return _each(algebra, "multiply", node, *np.broadcast_arrays(left[:, None], right[None, :]))


def _matrix_product(node: Expression, algebra: Algebra, left: Value, right: Value) -> Value:
    shapes = _shape(left), _shape(right)
    if not (shapes[0] and shapes[1]) or shapes[0][-1] != shapes[1][0]:
        raise NotationError(
            f"shapes {shown(shapes[0])} and {shown(shapes[1])} do not fit in a matrix product; "
            "the columns of the first must be the rows of the second",
            node.column,
        )

    def inner(row: Any, column: Any) -> Value:
        products = [algebra.operation("multiply", a, b) for a, b in zip(row, column, strict=True)]
        return _reduced("sum", algebra, products)

    rows, columns = np.atleast_2d(left), right.T if right.ndim == 2 else right[None, :]
    product = np.empty((len(rows), len(columns)), dtype=object)
    for i, row in enumerate(rows):
        for j, column in enumerate(columns):
            product[i, j] = inner(row, column)
    shaped = product.reshape(shapes[0][:-1] + shapes[1][1:])
    return shaped if shaped.ndim else shaped.item()


def _dot(node: Call, algebra: Algebra, arguments: list[Value]) -> Value:
    return _matrix_product(node, algebra, *arguments)


_CALLS: Final[dict[str, Callable[[Call, Algebra, list[Value]], Value]]] = {
    **dict.fromkeys(["sum", "mean", "max", "min", "prod"], _reduction),
    "softmax": _softmax,
    "transpose": _transpose,
    "outer": _outer,
    "dot": _dot,
}


def _each(algebra: Algebra, operation: str, node: Expression, *values: Value) -> Value:
    return _map(lambda *scalars: algebra.operation(operation, *scalars), node, list(values))


def _map(function: Callable[..., Value], node: Expression, values: list[Value]) -> Value:
    """``function`` element by element; single numbers go with every element."""
    shapes = {_shape(value) for value in values} - {()}
    if not shapes:
        return function(*values)
    if len(shapes) > 1:
        first, second = sorted(shapes)[:2]
        raise NotationError(
            f"shapes {shown(first)} and {shown(second)} do not fit together element by element",
            node.column,
        )
    shape = shapes.pop()
    result = np.empty(shape, dtype=object)
    for place in np.ndindex(*shape):
        result[place] = function(
            *(value[place] if isinstance(value, np.ndarray) else value for value in values)
        )
    return result


def _shape(value: Value) -> tuple[int, ...]:
    return value.shape if isinstance(value, np.ndarray) else ()


def shown(shape: tuple[int, ...]) -> str:
    """A shape in words: ``a number``, ``a vector of 3``, ``2×3``."""
    if not shape:
        return "a number"
    return f"a vector of {shape[0]}" if len(shape) == 1 else "×".join(map(str, shape))
