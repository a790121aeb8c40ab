"""A syntax tree back into text, with as few brackets as its meaning allows."""

from __future__ import annotations

from typing import Final

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
    bracketed,
)

_SUM, _PRODUCT, _SIGNED, _POWER, _PRIMARY = range(5)
_TIGHTNESS: Final = {Sum: _SUM, Product: _PRODUCT, Negative: _SIGNED, Power: _POWER}


def written(node: Expression, least: int = _SUM) -> str:
    """``node`` as it is written; in brackets where it binds less tightly than ``least``."""
    text = _text(node)
    tightness = _TIGHTNESS.get(type(node), _PRIMARY)
    if isinstance(node, Number) and node.text.startswith(("-", "+")):
        tightness = _SIGNED
    return f"({text})" if tightness < least else text


def _text(node: Expression) -> str:
    match node:
        case Number():
            return node.text
        case Constant():
            return node.name
        case Name():
            return node.element + _mark(node.updates)
        case Derivative():
            return f"d{node.of.element}/d{node.by.element}{_mark(node.updates)}"
        case DerivativeOf():
            return f"d/d{node.by.element}({written(node.body)})"
        case Negative():
            return "-" + written(node.body, _POWER)
        case Sum():
            return _sum(node)
        case Product():
            return _product(node)
        case Power():
            base = written(node.base, _PRIMARY)
            base = f"({base})" if isinstance(node.base, Derivative) else base
            return f"{base}^{written(node.exponent, _POWER)}"
        case Call():
            arguments = [written(argument) for argument in node.arguments]
            arguments += [f"{name}={value}" for name, value in node.options]
            return f"{node.function}{chr(39) * node.primes}({', '.join(arguments)})"
        case Indexed():
            return written(node.body, _PRIMARY) + bracketed(node.index)
        case Array():
            return f"[{', '.join(written(element) for element in node.elements)}]"


def _sum(node: Sum) -> str:
    text = written(node.terms[0], _PRODUCT)
    for term, sign in zip(node.terms[1:], node.signs[1:], strict=True):
        text += (" + " if sign > 0 else " - ") + written(term, _PRODUCT)
    return text


def _product(node: Product) -> str:
    text = written(node.factors[0], _SIGNED)
    for factor, operator in zip(node.factors[1:], node.operators[1:], strict=True):
        right = written(factor, _POWER)
        if operator == "/" and isinstance(factor, Derivative):
            right = f"({right})"
        # Without blanks, the quotient dE / dw would be read as a derivative.
        apart = operator == "@" or (operator == "/" and right.startswith(("d", "∂", "δ")))
        text += (f" {operator} " if apart else operator) + right
    return text


def _mark(updates: int) -> str:
    return f"@{updates}" if updates else ""
