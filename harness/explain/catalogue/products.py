"""Products of arrays: a matrix transposed, a vector that lies along the other axis."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from harness.explain.catalogue.changed import Change, Rewrite, column, everywhere, shape
from harness.notation.printing import written
from harness.notation.syntax import Call, Expression, Product, Sum, children, walk, with_children
from harness.scenario.scenario import Scenario

#: Longer vectors are not written out as columns.
_LONGEST: Final = 8


def products(scenario: Scenario) -> Iterator[Change]:
    """All changes of this sort."""
    yield from _transposed(scenario)
    yield from _laid(scenario)


def _transposed(scenario: Scenario) -> Iterator[Change]:
    """A matrix of a product transposed, or not transposed where it should be; and all at once."""
    found = list(_matrices(scenario))
    groups = [found] if len({name for name, _ in found}) > 1 else []
    for group in [*groups, *([one] for one in found)]:
        chosen = {id(part) for _, part in group}

        def rewrite(own: Expression, node: Expression, chosen: set[int] = chosen) -> Expression:
            return _other_way(node) if id(own) in chosen else node

        name, part = group[0]
        matrix = "every matrix" if len(group) > 1 else written(_plain(part))
        where = "products" if len(group) > 1 else name
        ways = ["is transposed", "is not transposed"]
        forward, back = ways if part == _plain(part) else ways[::-1]
        yield Change(
            "transpose", f"{matrix} {forward} in {where}", everywhere(scenario, rewrite),
            0.95 if len(group) > 1 else 0.9, f"{matrix} {back} on the way back through {where}",
        )  # fmt: skip


def _matrices(scenario: Scenario) -> Iterator[tuple[str, Expression]]:
    """Every matrix in a product, with its transposition if it has one, and the equation's name."""
    for equation in scenario.equations:
        for one in walk(equation.expression):
            if _is_matrix_product(one):
                for part in children(one):
                    if len(shape(scenario, part) or ()) == 2:
                        yield equation.name, part


def _is_matrix_product(node: Expression) -> bool:
    if isinstance(node, Call):
        return node.function == "dot"
    return isinstance(node, Product) and set(node.operators[1:]) == {"@"}


def _plain(node: Expression) -> Expression:
    is_transposed = isinstance(node, Call) and node.function == "transpose"
    return children(node)[0] if is_transposed else node


def _other_way(node: Expression) -> Expression:
    return Call("transpose", (node,)) if node == _plain(node) else _plain(node)


def _laid(scenario: Scenario) -> Iterator[Change]:
    """A vector among the terms or factors of an array that lies along the other axis."""
    for equation in scenario.equations:
        for one in walk(equation.expression):
            if not isinstance(one, Sum | Product) or "@" in getattr(one, "operators", ()):
                continue
            parts = one.terms if isinstance(one, Sum) else one.factors
            shapes = [shape(scenario, part) or () for part in parts]
            for k, part in enumerate(parts):
                [*others] = [lengths for j, lengths in enumerate(shapes) if j != k and lengths]
                if len(shapes[k]) != 1 or not 1 < shapes[k][0] <= _LONGEST:
                    continue
                if not others or any(set(lengths) != set(shapes[k]) for lengths in others):
                    continue
                new = with_children(one, [*parts[:k], column(part, shapes[k][0]), *parts[k + 1 :]])
                every = all(len(lengths) == 1 for lengths in others)
                yield Change(
                    "broadcast",
                    f"{written(part)} is a column in {equation.name}, "
                    + ("which pairs each of its elements with all others" if every else "not a row"),
                    everywhere(scenario, _in_place_of(one, new)), 1.0,
                )  # fmt: skip


def _in_place_of(one: Expression, new: Expression) -> Rewrite:
    """A rewriting of one part of an equation, and no other that looks like it."""
    return lambda own, node: new if own is one else node
