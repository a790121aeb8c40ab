"""A small number added under a root, in a logarithm or to a divisor, where the document has none; or
left out, or another one, where it has one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Final

from harness.explain.catalogue.changed import Change, Rewrite, changed, everywhere
from harness.explain.catalogue.sizes import MOST_STEPS
from harness.explain.computation.derivation import Derivation
from harness.explain.computation.mistake import SOUND, Mistake
from harness.explain.computation.running import at
from harness.notation.syntax import (
    Call,
    Expression,
    Name,
    Number,
    Product,
    Sum,
    walk,
)
from harness.scenario.scenario import Scenario

_USUAL: Final = ("1e-3", "1e-5", "1e-6", "1e-7", "1e-8", "1e-10", "1e-12")
#: Where one is added, and the place of what it is added to among the operands of what is done.
_PLACES: Final = {
    "under the root": ("sqrt", 0), "in the logarithm": ("log", 0), "to the divisor": ("divide", 1),
}  # fmt: skip
#: A number up to this that is added to something is there to keep it from 0.
_SMALL: Final = Fraction(1, 100)
#: What changes a number by less than this, relative to it, is not told from rounding.
_TELLING: Final = 1e-8


def epsilons(derivation: Derivation) -> Iterator[Mistake]:
    """Every usual number at every place of one kind, as far as it makes a difference."""
    scenario = derivation.scenario
    if len(scenario.computation.steps) > MOST_STEPS:
        return
    for change in (*_added(derivation), *_other(scenario)):
        yield from changed(derivation, change)


def _added(derivation: Derivation) -> Iterator[Change]:
    scenario = derivation.scenario
    for where in _PLACES:
        if not everywhere(scenario, _adding(where, "1")):
            continue
        smallest = _smallest(derivation, *_PLACES[where])
        for number in _USUAL:
            if float(number) > _TELLING * smallest:
                yield Change(
                    "epsilon",
                    f"{number} is added {where}",
                    everywhere(scenario, _adding(where, number)),
                )


def _smallest(derivation: Derivation, operation: str, place: int) -> float:
    """The least magnitude that something is done to."""
    state = at(derivation, SOUND, {})
    steps = derivation.scenario.computation.steps
    found = [abs(float(state[s.operands[place]])) for s in steps if s.operation == operation]
    return min(found, default=0.0)


def _adding(where: str, number: str) -> Rewrite:
    """A rewriting that adds a number at every place of a kind that speaks of something computed."""
    small = Number(number, Fraction(number))

    def rewrite(_: Expression, node: Expression) -> Expression:
        match node:
            case Call(function="sqrt", arguments=(body,)) if where == "under the root":
                return replace(node, arguments=(_sum(body, small),))
            case Call(function="log" | "log10" | "log2", arguments=(body,)) if (
                where == "in the logarithm"
            ):
                return replace(node, arguments=(_sum(body, small),))
            case Product() if where == "to the divisor":
                factors = tuple(
                    _sum(factor, small) if operator == "/" and _varies(factor) else factor
                    for factor, operator in zip(node.factors, node.operators, strict=True)
                )
                return node if factors == node.factors else replace(node, factors=factors)
        return node

    return rewrite


def _varies(node: Expression) -> bool:
    return any(isinstance(part, Name) for part in walk(node))


def _sum(node: Expression, small: Number) -> Expression:
    if isinstance(node, Sum):
        return node if _has_one(node) else Sum((*node.terms, small), (*node.signs, 1))
    return Sum((node, small), (1, 1))


def _is_small(node: Expression, sign: int) -> bool:
    return isinstance(node, Number) and sign > 0 and 0 < node.value <= _SMALL


def _has_one(node: Sum) -> bool:
    return _varies(node) and any(map(_is_small, node.terms, node.signs))


def _other(scenario: Scenario) -> Iterator[Change]:
    """The small numbers that the equations have, left out or replaced by the usual ones."""
    own = {
        term: None
        for one in scenario.equations
        for node in walk(one.expression)
        if isinstance(node, Sum) and _has_one(node)
        for term, sign in zip(node.terms, node.signs, strict=True)
        if isinstance(term, Number) and _is_small(term, sign)
    }
    for small in own:
        for number in ("0", *_USUAL):
            if Fraction(number) != small.value:
                sentence = f"{number} is added instead of {small.text}"
                if number == "0":
                    sentence = f"{small.text} is left out of what it is added to"
                new = Number(number, Fraction(number))
                yield Change("epsilon", sentence, everywhere(scenario, _replacing(small, new)))


def _replacing(small: Number, new: Number) -> Rewrite:
    def rewrite(_: Expression, node: Expression) -> Expression:
        if not isinstance(node, Sum) or not _has_one(node):
            return node
        return replace(node, terms=tuple(new if one == small else one for one in node.terms))

    return rewrite
