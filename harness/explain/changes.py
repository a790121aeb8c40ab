"""Every formula that one change of a symbol makes of a formula."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any, Final, Literal

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
    walk,
)
from harness.scenario.scenario import Scenario

#: A change: what the formula becomes, the kind of mistake, words for it, its size.
Change = tuple[Expression, str, str, float]

_MOST_NAMES: Final = 60


def names_of(scenario: Scenario) -> list[Name]:
    """The quantities that a formula may speak of, whole arrays among them."""
    names = [*scenario.computation.shapes, *scenario.definitions]
    return [Name(name) for name in dict.fromkeys(names) if "#" not in name][:_MOST_NAMES]


def changes(formula: Expression, names: Sequence[Name]) -> Iterator[Change]:
    """Every formula that one change makes of this one."""
    yield from throughout(formula, names)
    yield from _at(formula, names)
    text = written(formula)
    yield Negative(formula), "sign", f"a minus is missing before {text}", 0.9
    for name in names:
        shown = written(name)
        yield (
            Product((formula, name), ("*", "*")),
            "factor missing",
            f"the factor {shown} is missing",
            1.3,
        )
        yield Sum((formula, name), (1, 1)), "term missing", f"the term {shown} is missing", 1.5
    for number in (Number("2", Fraction(2)), Number("1/2", Fraction(1, 2))):
        yield (
            Product((number, formula), ("*", "*")),
            "factor missing",
            f"the factor {number.text} is missing",
            1.1,
        )


def throughout(formula: Expression, names: Sequence[Name]) -> Iterator[Change]:
    """One symbol replaced wherever it stands, and one index in all names."""
    known = {name.name for name in names}
    used = {node.name for node in _spoken(formula)}
    for name in sorted(used):
        for other in names:
            if other.name != name:
                changed = renamed(formula, {name: other.name})
                yield changed, "symbol", f"{name} stands where {other.name} belongs", 1.0
    for old in sorted({c for name in used for c in name}):
        for new in sorted({c for name in known for c in name}):
            table = {
                name: name.replace(old, new, 1)
                for name in used
                if old in name and new not in name and name.replace(old, new, 1) in known
            }
            if len(table) > 1 and new != old:
                words = f"{old} stands where {new} belongs, in {', '.join(sorted(table))}"
                yield renamed(formula, table), "index", words, 1.2


def _spoken(formula: Expression) -> Iterator[Name]:
    for node in walk(formula):
        if isinstance(node, Name):
            yield node
        elif isinstance(node, Derivative):
            yield from (node.of, node.by)


def renamed(node: Expression, table: dict[str, str]) -> Expression:
    """A formula with names replaced."""
    match node:
        case Name():
            return replace(node, name=table.get(node.name, node.name))
        case Derivative():
            of = replace(node.of, name=table.get(node.of.name, node.of.name))
            return replace(
                node, of=of, by=replace(node.by, name=table.get(node.by.name, node.by.name))
            )
    return rebuilt(node, [renamed(child, table) for child in children(node)])


def rebuilt(node: Expression, parts: list[Any]) -> Expression:
    """A formula with other parts in place of its own."""
    match node:
        case Sum():
            return replace(node, terms=tuple(parts))
        case Product():
            return replace(node, factors=tuple(parts))
        case Negative():
            return replace(node, body=parts[0])
        case Power():
            return replace(node, base=parts[0], exponent=parts[1])
        case Call():
            return replace(node, arguments=tuple(parts))
        case _:
            return node


def _at(node: Expression, names: Sequence[Name]) -> Iterator[Change]:
    """One change at one place."""
    match node:
        case Name():
            for place in range(3):
                one = replace(node, index=(*node.index, place))
                yield (
                    one,
                    "index",
                    f"all of {written(node)} stands where {written(one)} belongs",
                    1.3,
                )
            for other in names:
                if other.name != node.name:
                    yield (
                        replace(node, name=other.name),
                        "symbol",
                        f"{written(node)} stands where {written(replace(node, name=other.name))} belongs, once",
                        1.1,
                    )
        case Derivative():
            for other in names:
                for part in ("of", "by"):
                    changed: Expression = (
                        replace(node, of=other) if part == "of" else replace(node, by=other)
                    )
                    yield (
                        changed,
                        "symbol",
                        f"{written(node)} stands where {written(changed)} belongs",
                        1.1,
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
    if not isinstance(node, (Name, Derivative, Number)):
        for name in names:
            yield (
                Product((node, name), ("*", "*")),
                "factor missing",
                f"the factor {written(name)} is missing after {written(node)}",
                1.3,
            )
    inner = list(children(node))
    if isinstance(node, (Sum, Product, Negative, Power, Call)):
        for k, child in enumerate(inner):
            for changed, kind, words, size in _at(child, names):
                yield rebuilt(node, [*inner[:k], changed, *inner[k + 1 :]]), kind, words, size


def _number(text: str) -> Number:
    a, _, b = text.partition("/")
    return Number(text, Fraction(int(a), int(b or 1)))
