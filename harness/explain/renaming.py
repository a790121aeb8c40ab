"""A formula with the same symbol, index or moment replaced wherever it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from harness.explain.symbols import Change, Symbols
from harness.notation.printing import written
from harness.notation.syntax import (
    Derivative,
    Expression,
    Name,
    children,
    spoken_of,
    with_children,
)


def throughout(formula: Expression, symbols: Symbols) -> Iterator[Change]:
    """One symbol replaced wherever it stands, and one index in all names."""
    known = {name.name for name in symbols.names}
    used = {node.name for node in spoken_of(formula)}
    for name in sorted(used):
        for other in symbols.names:
            if other.name != name:
                changed = renamed(formula, {name: other.name})
                size = 1.0 + symbols.far(name, other.name)
                yield changed, "symbol", f"{name} stands where {other.name} belongs", size
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
    yield from _moments(formula)


def _moments(formula: Expression) -> Iterator[Change]:
    """All that stands after an update taken from before it, and the other way round."""
    later = sorted({written(node) for node in spoken_of(formula) if node.updates})
    if len(later) > 1:
        words = f"{', '.join(later)} stand where the values before the update belong"
        yield at_another(formula, -1), "early update", words, 1.0
    elif not later:
        words = "the values before the update stand where those after it belong"
        yield at_another(formula, 1), "stale value", words, 1.2


def at_another(node: Expression, more: int) -> Expression:
    """A formula with all its names some updates later, or earlier."""
    if isinstance(node, (Name, Derivative)):
        return replace(node, updates=max(0, node.updates + more))
    return with_children(node, [at_another(child, more) for child in children(node)])


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
    return with_children(node, [renamed(child, table) for child in children(node)])
