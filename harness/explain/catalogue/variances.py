"""The variance by another number of elements, and the mean and variance of a layer in evaluation mode."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from functools import partial
from math import prod

from harness.explain.catalogue.changed import Change, everywhere, shape
from harness.notation.syntax import (
    Array,
    Call,
    Expression,
    Name,
    Number,
    Power,
    Product,
    Sum,
    walk,
)
from harness.scenario.scenario import Scenario


def variances(scenario: Scenario) -> Iterator[Change]:
    """What is done to variances wherever they stand."""
    for divided, sentence in (
        (_by_less, "the variance is divided by N - 1 instead of N"),
        (_by_all, "the variance is divided by N instead of N - 1"),
    ):
        found = everywhere(scenario, partial(divided, scenario))
        if found:
            yield Change("axis", sentence, found)
    yield from _evaluation(scenario)


def _by_less(scenario: Scenario, own: Expression, node: Expression) -> Expression:
    count = _count(scenario, node) if isinstance(node, Call) and node.function != "sum" else 0
    if count < 2:
        return node
    factor = Fraction(count, count - 1)
    return Product((Number(f"({factor})", factor), node), ("*", "*"))


def _by_all(scenario: Scenario, own: Expression, node: Expression) -> Expression:
    if not isinstance(node, Product) or node.operators[1] != "/":
        return node
    first, divisor, *others = node.factors
    count = _count(scenario, first)
    if count < 3 or not isinstance(divisor, Number) or divisor.value != count - 1:
        return node
    return replace(node, factors=(first, Number(str(count), Fraction(count)), *others))


def _count(scenario: Scenario, node: Expression) -> int:
    """How many elements a variance is of, or a sum or mean of squares about a mean; else 0."""
    if not isinstance(node, Call) or len(node.arguments) != 1:
        return 0
    inner = node.arguments[0]
    squares = node.function in {"sum", "mean"} and _is_square_about_mean(scenario, inner)
    if node.function != "var" and not squares:
        return 0
    lengths = shape(scenario, inner) or ()
    return lengths[node.option("axis", 0)] if node.options and lengths else prod(lengths)


def _is_square_about_mean(scenario: Scenario, node: Expression) -> bool:
    match node:
        case Power(base=Sum(terms=terms, signs=(1, -1)), exponent=Number(value=two)) if two == 2:
            return _is_mean(scenario, terms[1])
        case Call(function="square", arguments=(Sum(terms=terms, signs=(1, -1)),)):
            return _is_mean(scenario, terms[1])
    return False


def _is_mean(scenario: Scenario, node: Expression) -> bool:
    if isinstance(node, Name):
        whole = {one.name: one.expression for one in scenario.equations}
        return node.name in whole and _is_mean(scenario, whole[node.name])
    return isinstance(node, Call) and node.function == "mean"


def _evaluation(scenario: Scenario) -> Iterator[Change]:
    """Where a batch is normalised, the mean and variance that a layer begins with: 0 and 1."""
    shapes = scenario.computation.shapes
    whole = {one.name: one.expression for one in scenario.equations}
    variance = {name: one for name, one in whole.items() if _count(scenario, one)}
    about = {part for one in variance.values() for part in walk(one)}
    mean = {
        name for name, one in whole.items()
        if isinstance(one, Call) and one.function == "mean" and name not in variance
        if Name(name) in about or one.arguments[0] in about
    }  # fmt: skip
    if mean and variance:
        yield Change(
            "axis", "mean 0 and variance 1 are taken instead of the batch's, as in evaluation mode",
            {
                name: _filled(shapes[name], int(name in variance))
                for name in (*sorted(mean), *sorted(variance))
            },
        )  # fmt: skip


def _filled(lengths: tuple[int, ...], value: int) -> Expression:
    if not lengths:
        return Number(str(value), Fraction(value))
    return Array((_filled(lengths[1:], value),) * lengths[0])
