"""A formula with the same symbol, index or moment replaced wherever it stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import combinations
from typing import Final

from harness.explain.formulas.places import Change
from harness.explain.formulas.substitutes import STANDS
from harness.explain.formulas.symbols import FAR, Symbols, stem
from harness.notation.printing import written
from harness.notation.syntax import (
    Derivative,
    Expression,
    Name,
    children,
    spoken_of,
    walk,
    with_children,
)

#: Of so many quantities at most, some are taken at another moment, or at some of their places.
_MOST: Final = 5
_DIGITS: Final = "0123456789"
_INDICES: Final = (_DIGITS, "₀₁₂₃₄₅₆₇₈₉", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def throughout(formula: Expression, symbols: Symbols) -> Iterator[Change]:
    """One symbol replaced wherever it stands, and one index in all names."""
    used = {node.name for node in spoken_of(formula)}
    for name in sorted(used):
        for other in symbols.names:
            if other.name != name:
                changed = renamed(formula, {name: other.name})
                size = 1.0 + symbols.far(name, other.name)
                yield Change(changed, "symbol", STANDS, (name, other.name), size)
    for (old, new), table in indices(used, symbols).items():
        if len(table) > 1:
            told = STANDS + ", in {}"
            if not old or not new:
                told = f"{{}}{{}} is {'missing' if new else 'one too many'} in {{}}"
            parts = (old, new, ", ".join(sorted(table)))
            yield Change(renamed(formula, table), "index", told, parts, 1.2)
            for name in table if len(table) > 2 else ():
                fewer = {one: other for one, other in table.items() if one != name}
                parts = (old, new, ", ".join(sorted(fewer)))
                yield Change(renamed(formula, fewer), "index", told, parts, 1.25)
    yield from _shifted(formula, used, symbols)
    yield from _exchanged(formula, used, symbols)
    yield from _moments(formula, symbols)


def indices(used: Iterable[str], symbols: Symbols) -> dict[tuple[str, str], dict[str, str]]:
    """What may stand in names in place of something else, such as 1 for 2, o1 for o2, or net for
    out; and the names that are others so."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    for name in sorted(used):
        for other in sorted({one.name for one in symbols.names} - {name}):
            for difference in _differences(name, other):
                found.setdefault(difference, {}).setdefault(name, other)
    return found


def _differences(name: str, other: str) -> set[tuple[str, str]]:
    """What stands in one name in place of what in the other: whole words, or indices, which may
    be single letters."""
    shorter = min(len(name), len(other))
    start = next((k for k in range(shorter) if name[k] != other[k]), shorter)
    end = 0
    while end < shorter - start and name[-1 - end] == other[-1 - end]:
        end += 1
    plain = name[start : len(name) - end], other[start : len(other) - end]
    while start and _one_word(name, start) and _one_word(other, start):
        start -= 1
    while end and _one_word(name, len(name) - end) and _one_word(other, len(other) - end):
        end -= 1
    words = name[start : len(name) - end], other[start : len(other) - end]
    return {words, plain} if len(plain[0]) == len(plain[1]) == 1 else {words}


def _one_word(name: str, place: int) -> bool:
    """Whether a word goes on at a place of a name."""
    return name[place - 1 : place + 1].isalpha() and 0 < place < len(name)


def _shifted(formula: Expression, used: set[str], symbols: Symbols) -> Iterator[Change]:
    """All names of one kind with an index that is one higher, or one lower."""
    known = {name.name for name in symbols.names}
    for kind in sorted({stem(name) for name in used}):
        names = sorted(name for name in used if stem(name) == kind)
        for step, told in ((-1, "high"), (1, "low")):
            table = {name: _next(name, step) for name in names}
            if len(names) > 1 and set(table.values()) <= known:
                words = f"the index of {{}} is one too {told}"
                parts = (", ".join(names),)
                yield Change(renamed(formula, table), "index", words, parts, 1.1)


def _next(name: str, step: int) -> str:
    """A name with its last index one higher or lower; empty where it has none."""
    for digits in _INDICES:
        found = re.search(f"[{digits}]+(?=[^{digits}]*$)", name)
        if found:
            index = int("".join(_DIGITS[digits.index(mark)] for mark in found.group())) + step
            if index >= 0:
                shown = "".join(digits[int(mark)] for mark in str(index))
                return name[: found.start()] + shown + name[found.end() :]
    return ""


def _exchanged(formula: Expression, used: set[str], symbols: Symbols) -> Iterator[Change]:
    """Two symbols that stand in one another's place throughout."""
    for one, other in combinations(sorted(used), 2):
        changed = renamed(formula, {one: other, other: one})
        size = 1.0 + symbols.far(one, other) / 3
        yield Change(changed, "exchange", "{} and {} are exchanged", (one, other), size)


def _moments(formula: Expression, symbols: Symbols) -> Iterator[Change]:
    """All that stands after an update taken from before it, and the other way round."""
    leaves = {
        node
        for node in walk(formula)
        if isinstance(node, Derivative)
        or (isinstance(node, Name) and node.name not in symbols.still)
    }
    later = {node for node in leaves if node.updates}
    if len(later) > 1:
        told = "{} stand where the values before the update belong"
        yield Change(_at(formula, later, -1), "early update", told, (_listed(later),), 1.0)
    elif not later:
        told = "the values before the update stand where those after it belong"
        yield Change(_at(formula, leaves, 1), "stale value", told, (), 1.2)
    if len(leaves) > _MOST:
        return
    for step, kind in ((-1, "early update"), (1, "stale value")):
        movable = [node for node in leaves if node.updates + step >= 0]
        for count in range(2, len(movable) + 1):
            for some in combinations(sorted(movable, key=repr), count):
                meant = [replace(node, updates=node.updates + step) for node in some]
                told = "{} stand where {} belong"
                parts = (_listed(some), _listed(meant))
                yield Change(_at(formula, set(some), step), kind, told, parts, 1.1 + count / 100)


def _listed(nodes: Iterable[Name | Derivative]) -> str:
    return ", ".join(sorted(map(written, nodes)))


def _at(node: Expression, some: set[Name | Derivative], more: int) -> Expression:
    """A formula with some of what it speaks of taken some updates later, or earlier."""
    if isinstance(node, (Name, Derivative)):
        return replace(node, updates=node.updates + more) if node in some else node
    return with_children(node, [_at(child, some, more) for child in children(node)])


def renamed(node: Expression, table: Mapping[str, str]) -> Expression:
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


def in_some_places(formula: Expression, symbols: Symbols) -> Iterator[Change]:
    """A symbol that stands several times replaced more than once, but not wherever it stands."""
    counts = [node for node in walk(formula) if isinstance(node, Name)]
    for name in sorted({node.name for node in counts}):
        among = sum(node.name == name for node in counts)
        if not 2 < among <= _MOST:
            continue
        for other in symbols.names:
            far = symbols.far(name, other.name)
            if other.name == name or far >= FAR:
                continue
            for count in range(2, among):
                for places in combinations(range(among), count):
                    changed = _renamed_at(formula, name, other.name, places)
                    told = STANDS + ", {} of {} times"
                    parts = (name, other.name, str(count), str(among))
                    yield Change(changed, "symbol", told, parts, 1.15 + far)


def _renamed_at(node: Expression, name: str, other: str, places: tuple[int, ...]) -> Expression:
    """A formula with some of the occurrences of a name replaced, counted from the left."""
    passed = 0

    def changed(node: Expression) -> Expression:
        nonlocal passed
        if isinstance(node, Name) and node.name == name:
            passed += 1
            return replace(node, name=other) if passed - 1 in places else node
        return with_children(node, [changed(child) for child in children(node)])

    return changed(node)
