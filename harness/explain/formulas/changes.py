"""Every formula that one change makes of a formula, the smallest change first."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from harness.explain.formulas import missing, moves, substitutes
from harness.explain.formulas.brackets import bracketed
from harness.explain.formulas.chains import links, paths
from harness.explain.formulas.places import Change, Place, places, runs
from harness.explain.formulas.renaming import in_some_places, throughout
from harness.explain.formulas.surplus import surplus
from harness.explain.formulas.symbols import Symbols
from harness.notation.syntax import Call, Expression, Product, children, walk, with_children


def changes(subject: Expression, formula: Expression, symbols: Symbols) -> Iterator[Change]:
    """Every formula that one change makes of this one, which is said to be that of ``subject``."""
    yield from throughout(formula, symbols)
    yield from in_some_places(formula, symbols)
    yield from moves.exchanged(formula)
    yield from bracketed(formula, frozenset(name.name for name in symbols.names))
    yield from missing.own_parts_missing(subject, formula, symbols)
    yield from missing.around_all(formula, symbols)
    yield from _everywhere(formula, symbols)
    for place in places(formula):
        yield from _at(subject, place, symbols)
        for run in runs(place):
            yield from run.made(missing.around(run.part, symbols))
            if isinstance(run.part, Product):
                yield from paths(run, symbols)


def _at(subject: Expression, place: Place, symbols: Symbols) -> Iterator[Change]:
    """Changes at one place."""
    node = place.part
    yield from place.made(
        chain(
            substitutes.symbols_replaced(place, symbols),
            substitutes.signs_replaced(node),
            surplus(node),
            moves.moved(node),
            moves.lowered(node),
            missing.factors_missing(subject, place, symbols),
            missing.terms_missing(place, symbols),
            missing.signs_missing(place),
            missing.turned_over(node),
            missing.rest_of_one(node) if place.alone or isinstance(node, Product) else (),
            links(subject, place, symbols),
            _alike(node, symbols),
        )
    )
    yield from paths(place, symbols)


def _alike(node: Expression, symbols: Symbols) -> Iterator[Change]:
    """Changes that may be made at several places alike."""
    yield from substitutes.functions_replaced(node)
    yield from missing.around(node, symbols)
    yield from missing.at_symbols(node, symbols)


def _everywhere(formula: Expression, symbols: Symbols) -> Iterator[Change]:
    """One change made wherever the same part stands, or the same function."""
    parts = list(walk(formula))
    for part in dict.fromkeys(parts):
        if parts.count(part) > 1:
            for change in chain(_alike(part, symbols), surplus(part)):
                changed = _replaced(formula, part, change.formula)
                told, size = change.told + ", wherever it stands", change.size + 0.05
                yield Change(changed, change.kind, told, change.parts, size)
    functions = [node.function for node in parts if isinstance(node, Call)]
    for function in dict.fromkeys(functions):
        if functions.count(function) > 1:
            for other in substitutes.others(function):
                changed = _with_function(formula, function, other)
                told = substitutes.STANDS + ", wherever it stands"
                yield Change(changed, "function replaced", told, (function, other), 1.05)


def _replaced(node: Expression, part: Expression, new: Expression) -> Expression:
    if node == part:
        return new
    return with_children(node, [_replaced(child, part, new) for child in children(node)])


def _with_function(node: Expression, function: str, other: str) -> Expression:
    inner = with_children(node, [_with_function(one, function, other) for one in children(node)])
    if isinstance(inner, Call) and inner.function == function:
        return Call(other, inner.arguments, inner.primes, inner.column, inner.options)
    return inner
