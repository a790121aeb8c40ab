"""One symbol, number, sign or function in place of another, at one place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Final, Literal

from harness.explain.formulas.places import Change, Place, taken, times
from harness.explain.formulas.symbols import Symbols
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

ONE: Final = Number("1", Fraction(1))
TWO: Final = Number("2", Fraction(2))
STANDS: Final = "{} stands where {} belongs"
_ONCE: Final = STANDS + ", once"
#: Functions that stand in for one another.
_ALIKE: Final = (
    ("sigmoid", "tanh", "relu", "softmax"),
    ("log", "log10", "log2", "exp"),
    ("sin", "cos"),
    ("abs", "sqrt"),
    ("sum", "mean", "max", "prod", "norm", "var"),
)
_OTHER_OPERATORS: Final[dict[str, tuple[Literal["*", "/", "@"], ...]]] = {
    "*": ("/", "@"),
    "/": ("*",),
    "@": ("*",),
}
_NUMBERS: Final = ("0", "1", "2", "3", "1/2")
_SIZE: Final = 1.05


def number(text: str) -> Number:
    """A whole number or a simple fraction."""
    above, _, below = text.partition("/")
    return Number(text, Fraction(int(above), int(below or 1)))


def symbols_replaced(place: Place, symbols: Symbols) -> Iterator[Change]:
    """Another symbol in place of one."""
    match node := place.part:
        case Name():
            if node.name not in symbols.still:
                yield from _another_moment(node)
            yield from _another_element(node, symbols)
            for other in symbols.names:
                if other.name != node.name:
                    one = replace(node, name=other.name)
                    size = 1.1 + symbols.far(node.name, other.name)
                    yield Change(one, "symbol", _ONCE, (node, one), size)
            for slope in _slopes_of(node, symbols):
                yield Change(slope, "symbol", STANDS, (node, slope), 1.15)
        case Derivative():
            yield from _another_moment(node)
            for other in symbols.names:
                for later in (0, 1):
                    one_name = replace(other, updates=node.updates + later)
                    yield Change(one_name, "symbol", STANDS, (node, one_name), 1.35 + later / 100)
                for part, changed in (
                    (node.of, replace(node, of=other)),
                    (node.by, replace(node, by=other)),
                ):
                    if part.name != other.name:
                        size = 1.1 + symbols.far(part.name, other.name)
                        yield Change(changed, "symbol", STANDS, (node, changed), size)
        case DerivativeOf(by):
            for other in symbols.names:
                size = 1.1 + symbols.far(by.name, other.name)
                by_other = replace(node, by=other)
                yield Change(by_other, "symbol", STANDS, (by, other), size)
        case Number():
            told = "the power " + STANDS if isinstance(place.within, Power) else STANDS
            for text in _NUMBERS:
                if number(text).value != node.value:
                    yield Change(number(text), "number", told, (node.text, text), 1.1)
            for other in symbols.names:
                yield Change(other, "number", STANDS, (node.text, other), 1.3)


def _slopes_of(node: Name, symbols: Symbols) -> Iterator[Derivative]:
    """The derivatives of a quantity, which it may stand for."""
    for slope in symbols.slopes:
        if slope.of.name == node.name:
            yield replace(slope, of=replace(node, updates=0), updates=node.updates)
    for by in symbols.names:
        if by.name != node.name:
            yield Derivative(replace(node, updates=0), by, node.updates)


def _another_element(node: Name, symbols: Symbols) -> Iterator[Change]:
    """An element for the whole of an array, or for another one."""
    for place in range(3):
        if not node.index:
            one = replace(node, index=(place,))
            yield Change(one, "index", "all of " + STANDS, (node, one), 1.3)
        for k, index in enumerate(node.index):
            if index != place:
                one = replace(node, index=(*node.index[:k], place, *node.index[k + 1 :]))
                yield Change(one, "index", STANDS, (node, one), 1.0)


def _another_moment(node: Name | Derivative) -> Iterator[Change]:
    """A value of another moment."""
    for updates in (node.updates - 1, node.updates + 1):
        if updates >= 0:
            one = replace(node, updates=updates)
            kind = "early update" if updates < node.updates else "stale value"
            yield Change(one, kind, STANDS, (node, one), 1.0)


def signs_replaced(node: Expression) -> Iterator[Change]:
    """Another sign between two parts."""
    match node:
        case Sum():
            for k in range(1, len(node.terms)):
                signs = tuple(-s if j == k else s for j, s in enumerate(node.signs))
                turned = replace(node, signs=signs)
                told = "the sign before {} is turned"
                yield Change(turned, "sign", told, (node.terms[k],), 0.88)
                yield from _multiplied(node, k)
        case Product():
            for k in range(1, len(node.factors)):
                for other in _OTHER_OPERATORS[node.operators[k]]:
                    operators = (*node.operators[:k], other, *node.operators[k + 1 :])
                    told = "{} stands where {} belongs, before {}"
                    parts = (node.operators[k], other, node.factors[k])
                    changed = replace(node, operators=operators)
                    size = 1.15 if other == "@" else 1.1
                    yield Change(changed, "operator", told, parts, size)
                yield from _added(node, k)


def _multiplied(node: Sum, k: int) -> Iterator[Change]:
    """A term that is to be multiplied with the one before it."""
    last, term = node.terms[k - 1], node.terms[k]
    product = times(last, term)
    terms = (*node.terms[: k - 1], product, *node.terms[k + 1 :])
    signs = (*node.signs[:k], *node.signs[k + 1 :])
    changed = Sum(terms, signs) if len(terms) > 1 else product
    sign = "+" if node.signs[k] > 0 else "-"
    yield Change(changed, "operator", "{} stands where * belongs, before {}", (sign, term), 1.1)


def _added(node: Product, k: int) -> Iterator[Change]:
    """A factor that is to be added to those before it, or subtracted from them."""
    left, right = taken(node, range(k)), taken(node, range(k, len(node.factors)))
    if left is None or right is None:
        return
    for sign, shown in ((1, "+"), (-1, "-")):
        told = "* stands where {} belongs, before {}"
        changed = Sum((left, right), (1, sign))
        yield Change(changed, "operator", told, (shown, node.factors[k]), 1.1)


def functions_replaced(node: Expression) -> Iterator[Change]:
    """Another function, or the derivative of another one."""
    match node:
        case Call() if not node.options:
            for other in others(node.function):
                one = replace(node, function=other)
                yield Change(one, "function replaced", STANDS, (node.function, other), _SIZE)
            if node.function == "abs":
                squared = Power(node.arguments[0], TWO)
                yield Change(squared, "function replaced", STANDS, (node, squared), _SIZE)
        case Product():
            operand = _operand_of_sigmoid(node)
            if operand is not None:
                for other in others("sigmoid"):
                    told = "the formula of sigmoid stands where {} belongs"
                    call = Call(other, (operand,))
                    yield Change(call, "function replaced", told, (other,), _SIZE)
            yield from _slopes_of_sigmoid(node)
        case Sum():
            squared_one = less_from_one(node)
            if isinstance(squared_one, Power) and is_number(squared_one.exponent, 2):
                base = squared_one.base
                of_sigmoid = Product((base, from_one(base)), ("*", "*"))
                yield _instead("tanh", "sigmoid", of_sigmoid)
        case Array():
            for element in node.elements:
                told = "all of " + STANDS
                yield Change(element, "symbol", told, (node, element), 1.0)


def _slopes_of_sigmoid(node: Product) -> Iterator[Change]:
    """``y*(1 - y)`` made ``1 - y^2``."""
    for k, factor in enumerate(node.factors):
        for j, other in enumerate(node.factors):
            if (
                node.operators[k] != "*"
                or node.operators[j] != "*"
                or factor != less_from_one(other)
            ):
                continue
            left = [
                from_one(Power(factor, TWO)) if i == j else one
                for i, one in enumerate(node.factors)
                if i != k
            ]
            signs = [one for i, one in enumerate(node.operators) if i != k]
            changed = Product(tuple(left), ("*", *signs[1:])) if len(left) > 1 else left[0]
            yield _instead("sigmoid", "tanh", changed)


def _instead(one: str, other: str, changed: Expression) -> Change:
    told = "the derivative of {} stands where that of {} belongs"
    return Change(changed, "function replaced", told, (one, other), _SIZE)


def others(function: str) -> list[str]:
    """The functions that one is easily taken for."""
    return [other for group in _ALIKE if function in group for other in group if other != function]


def is_number(node: Expression, value: int) -> bool:
    """Whether an expression is this number, however it is written."""
    return isinstance(node, Number) and node.value == value


def from_one(node: Expression) -> Sum:
    """``1 - node``."""
    return Sum((ONE, node), (1, -1))


def less_from_one(node: Expression) -> Expression | None:
    """What is subtracted from one, where that is all."""
    if isinstance(node, Sum) and node.signs == (1, -1) and is_number(node.terms[0], 1):
        return node.terms[1]
    return None


def _operand_of_sigmoid(node: Product) -> Expression | None:
    """The z of ``1/(1 + e^(-z))``, or of exp(-z)."""
    match node:
        case Product((one, Sum((first, second), (1, 1))), ("*", "/")) if is_number(
            one, 1
        ) and is_number(first, 1):
            match second:
                case Power(Constant("e"), Negative(body)) | Call("exp", (Negative(body),)):
                    return body
    return None
