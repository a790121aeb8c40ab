"""A syntax tree into a value, over any algebra."""

from __future__ import annotations

from typing import Final

from harness.notation.algebra import Algebra, Value
from harness.notation.arrays import each, mapped, matrix_product, picked, stacked
from harness.notation.calls import called
from harness.notation.rationals import rational
from harness.notation.syntax import (
    Array,
    Call,
    Constant,
    Derivative,
    DerivativeOf,
    Expression,
    Indexed,
    Name,
    Negative,
    Number,
    Power,
    Product,
    Sum,
)

_PRODUCTS: Final = {"*": "multiply", "/": "divide"}


def evaluate(node: Expression, algebra: Algebra) -> Value:
    """The value of ``node``. Raises NotationError where shapes do not fit."""
    match node:
        case Number():
            return algebra.number(node.value)
        case Constant():
            return algebra.constant(node.name)
        case Name():
            return algebra.name(node)
        case Indexed():
            return picked(evaluate(node.body, algebra), node.index, node)
        case Derivative() | DerivativeOf():
            return algebra.derivative(node)
        case Negative():
            return each(algebra, "negate", node, evaluate(node.body, algebra))
        case Sum():
            return _sum(node, algebra)
        case Product():
            return _product(node, algebra)
        case Power():
            return _power(node, algebra)
        case Array():
            return stacked(node, [evaluate(element, algebra) for element in node.elements])
        case Call():
            arguments = [evaluate(argument, algebra) for argument in node.arguments]
            return called(node, algebra, arguments)


def _sum(node: Sum, algebra: Algebra) -> Value:
    # Terms joined by plus signs are one addition, whatever order an implementation takes.
    values = [evaluate(term, algebra) for term in node.terms]
    run = values[:1]
    for value, sign in zip(values[1:], node.signs[1:], strict=True):
        if sign > 0:
            run.append(value)
        else:
            run = [each(algebra, "subtract", node, _added(algebra, node, run), value)]
    return _added(algebra, node, run)


def _added(algebra: Algebra, node: Expression, terms: list[Value]) -> Value:
    return terms[0] if len(terms) == 1 else each(algebra, "add", node, *terms)


def _product(node: Product, algebra: Algebra) -> Value:
    total = evaluate(node.factors[0], algebra)
    for place, operator in enumerate(node.operators[1:], start=1):
        right = evaluate(node.factors[place], algebra)
        if operator == "@":
            so_far = Product(node.factors[: place + 1], node.operators[: place + 1], node.column)
            total = matrix_product(so_far, algebra, total, right)
        else:
            total = each(algebra, _PRODUCTS[operator], node, total, right)
    return total


def _power(node: Power, algebra: Algebra) -> Value:
    exponent = rational(node.exponent)
    if isinstance(node.base, Constant) and node.base.name == "e":
        return each(algebra, "exp", node, evaluate(node.exponent, algebra))
    base = evaluate(node.base, algebra)
    if exponent is not None:
        return mapped(lambda x: algebra.operation("power", x, exponent), node, [base])
    log = each(algebra, "log", node, base)
    scaled = each(algebra, "multiply", node, evaluate(node.exponent, algebra), log)
    return each(algebra, "exp", node, scaled)
