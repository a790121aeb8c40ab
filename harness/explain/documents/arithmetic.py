"""The printed calculation done wrongly: one operand, sign or operator other than printed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import partial
from itertools import chain

from harness.explain.explanation import Explanation
from harness.notation import NotationError
from harness.notation.printing import written
from harness.notation.syntax import (
    Call,
    Expression,
    Negative,
    Number,
    Power,
    Product,
    Sum,
    children,
    walk,
    with_children,
)
from harness.verdicts import decimals
from harness.verdicts.decimals import significant_digits
from harness.verdicts.forms import rebuilt
from harness.verdicts.values import Values


def edits(
    node: Expression, others: Mapping[str, Number]
) -> Iterator[tuple[Expression, str, str, float]]:
    """Everything one change makes of a calculation: the calculation, kind, words, size.

    ``others`` are numbers that may have been taken for an operand, with words for each.
    """
    match node:
        case Number():
            yield Negative(node, node.column), "sign", f"the sign of {node.text} is turned", 1.0
            for words, other in others.items():
                if abs(other.value) != abs(node.value):
                    yield (
                        replace(other, column=node.column), "operand",
                        f"{other.text}, {words}, is taken for {node.text}", 1.3,
                    )  # fmt: skip
        case Negative():
            yield node.body, "sign", f"the minus before {written(node.body)} is lost", 0.9
        case Sum():
            for k in range(len(node.terms)):
                term = written(node.terms[k])
                signs = tuple(-s if j == k else s for j, s in enumerate(node.signs))
                if k:
                    yield (
                        replace(node, signs=signs),
                        "sign",
                        f"{term} is {'added' if signs[k] > 0 else 'subtracted'}",
                        0.9,
                    )
                if len(node.terms) > 1 and node.signs[:1] == (1,):
                    kept = [j for j in range(len(node.terms)) if j != k]
                    if node.signs[kept[0]] > 0:
                        rest = Sum(
                            tuple(node.terms[j] for j in kept), tuple(node.signs[j] for j in kept)
                        )
                        yield rest, "term dropped", f"the term {term} is left out", 1.0
        case Product():
            for k in range(len(node.factors)):
                factor = written(node.factors[k])
                operators = list(node.operators)
                if k and operators[k] != "@":
                    operators[k] = "/" if operators[k] == "*" else "*"
                    words = (
                        f"{factor} is {'multiplied by' if operators[k] == '*' else 'divided by'}"
                    )
                    yield replace(node, operators=tuple(operators)), "operator", words, 1.2
                if k or node.operators[1:2] == ("*",):
                    kept = [j for j in range(len(node.factors)) if j != k]
                    left = ("*", *(node.operators[j] for j in kept[1:]))
                    yield (
                        Product(tuple(node.factors[j] for j in kept), left),
                        "factor dropped", f"the factor {factor} is left out", 1.0,
                    )  # fmt: skip
                if k or node.operators[:1] == ("*",):
                    yield (
                        Product((*node.factors, node.factors[k]), (*node.operators, "*")),
                        "factor doubled", f"the factor {factor} is taken twice", 1.2,
                    )  # fmt: skip
        case Power():
            yield node.base, "power", f"the power {written(node.exponent)} is left out", 1.0
        case Call():
            yield node.arguments[0], "function left out", f"{node.function} is left out", 1.1
        case _:
            pass
    yield from _inside(node, others)


def shortened(calculation: Expression) -> Iterator[tuple[Expression, str, str, float]]:
    """A calculation with fewer decimals of one number, wherever that stands in it."""
    numbers = {node.text: node for node in walk(calculation) if isinstance(node, Number)}
    for number in numbers.values():
        for dropped, shorter in enumerate(_shorter(number)):
            changed = rebuilt(calculation, partial(_replaced, number, shorter))
            words = f"{number.text} is rounded to {shorter.text}"
            yield changed, "rounded", words, 1.2 + 0.3 * dropped


def _replaced(number: Number, shorter: Number, part: Expression) -> Expression:
    return shorter if part == number else part


def _shorter(number: Number) -> Iterator[Number]:
    """A decimal rounded to fewer decimals, so that two digits or more are left."""
    fraction = number.text.partition(".")[2]
    if not fraction.isdigit():
        return
    fewest = max(1, len(fraction) - significant_digits(number) + 2)
    for places in range(len(fraction) - 1, fewest - 1, -1):
        text = str(Decimal(number.text).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))
        shorter = Number(text, Fraction(text), number.column)
        if shorter.value != number.value:
            yield shorter


def _inside(
    node: Expression, others: Mapping[str, Number]
) -> Iterator[tuple[Expression, str, str, float]]:
    """The edits of the parts."""
    if not isinstance(node, (Negative, Sum, Product, Power, Call)):
        return
    parts = children(node)
    for k, part in enumerate(parts):
        is_exponent = k == 1 and isinstance(node, Power)
        for inner, kind, words, size in edits(part, {} if is_exponent else others):
            changed = with_children(node, [*parts[:k], inner, *parts[k + 1 :]])
            yield changed, kind, words, size


def explained(
    calculation: Expression, printed: Number, others: Mapping[str, Number], values: Values
) -> tuple[list[Explanation], int]:
    """The changes of a printed calculation that give what is printed after it, and how many were
    tried; none where the calculation gives it as it stands."""
    found: list[Explanation] = []
    results: set[str] = set()
    for edited, kind, words, size in chain(edits(calculation, others), shortened(calculation)):
        try:
            value = values.value(edited)
            if not value.finite():
                continue
            text = decimals.rounded(value, printed)
        except (NotationError, ZeroDivisionError, ValueError):
            continue
        results.add(text)
        if decimals.verdict(value, printed) == "correct":
            found.append(
                Explanation(
                    f"in the calculation as printed, {words}", kind, "this calculation",
                    f"{written(edited)} = {printed.text}", printed.text, size=size,
                    sort="calculation", value=float(value.enclose(64).mid()),
                )
            )  # fmt: skip
    tried = len(results)
    return [replace(one, candidates=tried) for one in _smallest(found)], tried


def _smallest(found: list[Explanation]) -> list[Explanation]:
    """Of those of one kind that come to one number the smallest: a sign that is lost is turned."""
    least: dict[tuple[str, float | None], float] = {}
    for one in found:
        kind = one.mistake, one.value
        least[kind] = min(one.size, least.get(kind, one.size))
    return [one for one in found if one.size <= least[one.mistake, one.value]]
