"""One function, or the formula of its derivative, in place of another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Final

from harness.explain.symbols import Change
from harness.notation.printing import written
from harness.notation.syntax import (
    Call,
    Constant,
    Expression,
    Name,
    Negative,
    Number,
    Power,
    Product,
    Sum,
)

#: Functions that stand in for one another.
_ALIKE: Final = (("sigmoid", "tanh", "relu"), ("log", "log10", "log2"), ("sin", "cos"))
_ONE: Final = Number("1", Fraction(1))
_TWO: Final = Number("2", Fraction(2))
_SIZE: Final = 1.05


def functions(node: Expression) -> Iterator[Change]:
    """Another function, or the derivative of another one, at one place."""
    match node:
        case Call() if not node.options:
            for other in _others(node.function):
                words = f"{node.function} stands where {other} belongs"
                yield replace(node, function=other), "function replaced", words, _SIZE
        case Product():
            operand = _operand_of_sigmoid(node)
            if operand is not None:
                for other in _others("sigmoid"):
                    words = f"the formula of sigmoid stands where {other} belongs"
                    yield Call(other, (operand,)), "function replaced", words, _SIZE
            yield from _slopes_of_sigmoid(node)
        case Sum():
            squared = _less_from_one(node)
            if isinstance(squared, Power) and _is(squared.exponent, 2):
                of_sigmoid = Product((squared.base, _from_one(squared.base)), ("*", "*"))
                yield of_sigmoid, "function replaced", _instead("tanh", "sigmoid"), _SIZE
        case Power() if _is(node.exponent, 2):
            inner = _less_from_one(node.base)
            if inner is not None:
                words = f"the power 2 belongs to {written(inner)} alone"
                yield _from_one(Power(inner, _TWO)), "power", words, _SIZE
        case Name():
            words = f"the power 2 is missing at {written(node)}"
            yield Power(node, _TWO), "power", words, 1.1


def _slopes_of_sigmoid(node: Product) -> Iterator[Change]:
    """``y*(1 - y)`` made ``1 - y^2``."""
    for k, factor in enumerate(node.factors):
        for j, other in enumerate(node.factors):
            if (
                node.operators[k] != "*"
                or node.operators[j] != "*"
                or factor != _less_from_one(other)
            ):
                continue
            left = [
                _from_one(Power(factor, _TWO)) if i == j else one
                for i, one in enumerate(node.factors)
                if i != k
            ]
            signs = [one for i, one in enumerate(node.operators) if i != k]
            changed = Product(tuple(left), ("*", *signs[1:])) if len(left) > 1 else left[0]
            yield changed, "function replaced", _instead("sigmoid", "tanh"), _SIZE


def _instead(one: str, other: str) -> str:
    return f"the derivative of {one} stands where that of {other} belongs"


def _others(function: str) -> list[str]:
    return [other for group in _ALIKE if function in group for other in group if other != function]


def _is(node: Expression, value: int) -> bool:
    return isinstance(node, Number) and node.value == value


def _from_one(node: Expression) -> Sum:
    return Sum((_ONE, node), (1, -1))


def _less_from_one(node: Expression) -> Expression | None:
    """What is subtracted from one, where that is all."""
    if isinstance(node, Sum) and node.signs == (1, -1) and _is(node.terms[0], 1):
        return node.terms[1]
    return None


def _operand_of_sigmoid(node: Product) -> Expression | None:
    """The z of ``1/(1 + e^(-z))``, or of exp(-z)."""
    match node:
        case Product((one, Sum((first, second), (1, 1))), ("*", "/")) if _is(one, 1) and _is(
            first, 1
        ):
            match second:
                case Power(Constant("e"), Negative(body)) | Call("exp", (Negative(body),)):
                    return body
    return None
