"""The chain rule: links that are missing or wrong, and paths that are left out."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise
from itertools import product as combined
from typing import Final

from harness.explain.formulas.places import Change, Place, plus, product
from harness.explain.formulas.renaming import indices, renamed
from harness.explain.formulas.symbols import Symbols
from harness.notation.syntax import Derivative, Expression, Name, Product, Sum, spoken_of

#: A term that speaks of more has too many that are like it.
_MOST_NAMES: Final = 6


def links(subject: Expression, place: Place, symbols: Symbols) -> Iterator[Change]:
    """A link that a chain of derivatives needs, between two factors or at an end."""
    factors = _chain(place.part)
    if not factors:
        return
    whole = place.within is None and isinstance(subject, Derivative)
    ends: list[tuple[Name, Name] | None] = [
        (subject.of, factors[0].of) if whole and isinstance(subject, Derivative) else None,
        *((one.by, other.of) for one, other in pairwise(factors)),
        (factors[-1].by, subject.by) if whole and isinstance(subject, Derivative) else None,
    ]
    for k, gap in enumerate(ends):
        if gap is not None and gap[0] != gap[1]:
            link = Derivative(*gap, factors[0].updates)
            chain = (*factors[:k], link, *factors[k:])
            changed = product(chain)
            size = 0.95 if (gap[0].name, gap[1].name) in symbols.links else 1.3
            yield Change(changed, "factor missing", "the factor {} is missing", (link,), size)
            yield from _mended(factors, ends, k)


def _mended(
    factors: list[Derivative], ends: list[tuple[Name, Name] | None], k: int
) -> Iterator[Change]:
    """A chain in which one factor is changed so that it fits both its neighbours."""
    for j in (k - 1, k):
        if not 0 <= j < len(factors):
            continue
        before, after = ends[j], ends[j + 1]
        of = before[0] if before else factors[j].of
        by = after[1] if after else factors[j].by
        link = Derivative(of, by, factors[j].updates)
        if link != factors[j] and of != by:
            chain = (*factors[:j], link, *factors[j + 1 :])
            told = "{} stands where {} belongs"
            yield Change(product(chain), "symbol", told, (factors[j], link), 0.97)


def _chain(node: Expression) -> list[Derivative]:
    """The factors of a product of derivatives alone, at one moment."""
    if isinstance(node, Derivative):
        return [node]
    if not isinstance(node, Product) or set(node.operators) != {"*"}:
        return []
    factors = [factor for factor in node.factors if isinstance(factor, Derivative)]
    same = len({factor.updates for factor in factors}) == 1
    return factors if same and len(factors) == len(node.factors) else []


def paths(place: Place, symbols: Symbols) -> Iterator[Change]:
    """One more term like one that is there, of another unit: a path that is left out."""
    node = place.part
    within = isinstance(place.within, Product) and isinstance(node, Product)
    if isinstance(node, Sum):
        for term in node.terms:
            yield from _like(place, term, symbols)
    elif within or place.alone:
        yield from _like(place, node, symbols)


def _like(place: Place, term: Expression, symbols: Symbols) -> Iterator[Change]:
    whole = place.within is None or isinstance(place.part, Sum)
    for table in _tables(term, symbols):
        other = renamed(term, table)
        told = "the term {} is missing" + ("" if whole else " after {}")
        size = 1.2 + len(table) / 20
        changed = place.put(plus(place.part, other))
        yield Change(changed, "term missing", told, (other, term), size)


def _tables(term: Expression, symbols: Symbols) -> Iterator[dict[str, str]]:
    """Names of a term replaced by others of their kinds: one or two, or an index and one more."""
    names = sorted({node.name for node in spoken_of(term)})
    if len(names) > _MOST_NAMES:
        return
    single = {name: [{name: other} for other in symbols.siblings(name)] for name in names}
    for some in single.values():
        yield from some
    for one, other in combinations(names, 2):
        for first, second in combined(single[one], single[other]):
            yield first | second
    for table in indices(names, symbols).values():
        if len(table) > 1:
            yield table
            for name in names:
                yield from (table | other for other in single[name])
