"""Every formula that one change of a symbol makes of a formula."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Literal

from harness.explain.renaming import throughout
from harness.explain.substitutes import functions
from harness.explain.symbols import Change, Symbols
from harness.notation.printing import written
from harness.notation.syntax import (
    Array,
    Call,
    Derivative,
    Expression,
    Name,
    Negative,
    Number,
    Power,
    Product,
    Sum,
    children,
    with_children,
)


def changes(formula: Expression, symbols: Symbols) -> Iterator[Change]:
    """Every formula that one change makes of this one."""
    yield from throughout(formula, symbols)
    yield from _factors(formula, symbols, "")
    yield from _at(formula, symbols)
    text = written(formula)
    yield Negative(formula), "sign", f"a minus is missing before {text}", 0.9
    for name in symbols.names:
        yield _plus(formula, name), "term missing", f"the term {written(name)} is missing", 1.5
    for number in (Number("2", Fraction(2)), Number("1/2", Fraction(1, 2))):
        yield (
            Product((number, formula), ("*", "*")),
            "factor missing",
            f"the factor {number.text} is missing",
            1.1,
        )


def divided(formula: Expression, symbols: Symbols) -> Iterator[Change]:
    """A formula divided by one of the derivatives."""
    for slope in symbols.slopes:
        words = f"it is not divided by {written(slope)}"
        yield Product((formula, slope), ("*", "/")), "factor missing", words, 1.4


def _factors(node: Expression, symbols: Symbols, where: str) -> Iterator[Change]:
    """One more factor: a quantity, or a derivative."""
    factors: tuple[Expression, ...] = (*symbols.names, *symbols.slopes)
    for factor in factors:
        words = f"the factor {written(factor)} is missing{where}"
        yield _times(node, factor), "factor missing", words, 1.3


def _times(node: Expression, factor: Expression) -> Expression:
    if isinstance(node, Product):
        return Product((*node.factors, factor), (*node.operators, "*"))
    return Product((node, factor), ("*", "*"))


def _plus(node: Expression, term: Expression) -> Expression:
    if isinstance(node, Sum):
        return Sum((*node.terms, term), (*node.signs, 1))
    return Sum((node, term), (1, 1))


def _at(node: Expression, symbols: Symbols) -> Iterator[Change]:
    """One change at one place."""
    match node:
        case Name():
            yield from _another_moment(node)
            for place in range(3):
                one = replace(node, index=(*node.index, place))
                yield (
                    one,
                    "index",
                    f"all of {written(node)} stands where {written(one)} belongs",
                    1.3,
                )
            for other in symbols.names:
                if other.name != node.name:
                    yield (
                        replace(node, name=other.name),
                        "symbol",
                        f"{written(node)} stands where {written(replace(node, name=other.name))} belongs, once",
                        1.1 + symbols.far(node.name, other.name),
                    )
        case Derivative():
            for other in symbols.names:
                for part in ("of", "by"):
                    changed: Expression = (
                        replace(node, of=other) if part == "of" else replace(node, by=other)
                    )
                    yield (
                        changed,
                        "symbol",
                        f"{written(node)} stands where {written(changed)} belongs",
                        1.1 + symbols.far(getattr(node, part).name, other.name),
                    )
        case Number():
            for text in ("0", "1", "2", "3", "1/2"):
                number = _number(text)
                if number.value != node.value:
                    yield number, "number", f"{node.text} stands where {text} belongs", 1.1
        case Negative():
            yield node.body, "sign", f"the minus before {written(node.body)} is one too many", 0.9
        case Sum():
            for k in range(len(node.terms)):
                signs = tuple(-s if j == k else s for j, s in enumerate(node.signs))
                if k:
                    yield (
                        replace(node, signs=signs),
                        "sign",
                        f"the sign before {written(node.terms[k])} is turned",
                        0.9,
                    )
                kept = [j for j in range(len(node.terms)) if j != k]
                if len(kept) and node.signs[kept[0]] > 0:
                    yield (
                        Sum(tuple(node.terms[j] for j in kept), tuple(node.signs[j] for j in kept)),
                        "term",
                        f"the term {written(node.terms[k])} is one too many",
                        1.0,
                    )
        case Product():
            for k in range(len(node.factors)):
                kept = [j for j in range(len(node.factors)) if j != k]
                if k or node.operators[1:2] == ("*",):
                    yield (
                        Product(
                            tuple(node.factors[j] for j in kept),
                            ("*", *(node.operators[j] for j in kept[1:])),
                        ),
                        "factor",
                        f"the factor {written(node.factors[k])} is one too many",
                        1.0,
                    )
                if k and node.operators[k] != "@":
                    turned: Literal["*", "/"] = "/" if node.operators[k] == "*" else "*"
                    operators = (*node.operators[:k], turned, *node.operators[k + 1 :])
                    yield (
                        replace(node, operators=operators),
                        "operator",
                        f"{node.operators[k]} stands where {turned} belongs, before {written(node.factors[k])}",
                        1.1,
                    )
        case Power():
            yield node.base, "power", f"the power {written(node.exponent)} is one too many", 1.0
        case Array():
            for element in node.elements:
                yield (
                    element,
                    "symbol",
                    f"all of {written(node)} stands where {written(element)} belongs",
                    1.0,
                )
        case Call() if not node.options and len(node.arguments) == 1:
            yield node.arguments[0], "function", f"{node.function} is one too many", 1.0
            yield (
                replace(node, primes=node.primes + 1),
                "prime",
                f"the prime of {node.function} is missing",
                1.0,
            )
    yield from functions(node)
    if not isinstance(node, (Name, Derivative, Number)):
        yield from _factors(node, symbols, f" after {written(node)}")
    inner = list(children(node))
    if isinstance(node, Sum):
        for k, term in enumerate(inner):
            if isinstance(term, (Name, Derivative)):
                for more, kind, words, size in _factors(term, symbols, f" after {written(term)}"):
                    yield (
                        with_children(node, [*inner[:k], more, *inner[k + 1 :]]),
                        kind,
                        words,
                        size,
                    )
    if isinstance(node, (Sum, Product, Negative, Power, Call)):
        for k, child in enumerate(inner):
            for changed, kind, words, size in _at(child, symbols):
                yield with_children(node, [*inner[:k], changed, *inner[k + 1 :]]), kind, words, size


def _another_moment(node: Name) -> Iterator[Change]:
    for updates in (node.updates - 1, node.updates + 1):
        if updates >= 0:
            one = replace(node, updates=updates)
            kind = "early update" if updates < node.updates else "stale value"
            yield one, kind, f"{written(node)} stands where {written(one)} belongs", 1.0


def _number(text: str) -> Number:
    a, _, b = text.partition("/")
    return Number(text, Fraction(int(a), int(b or 1)))
