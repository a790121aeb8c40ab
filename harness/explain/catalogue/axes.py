"""Mistakes in equations of arrays: these here are reductions along another axis, or by another
function."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, zip_longest
from typing import Final

from harness.explain.catalogue.changed import Change, changed, column, everywhere, shape
from harness.explain.catalogue.kernels import turned_errors, turned_kernels
from harness.explain.catalogue.products import products
from harness.explain.catalogue.sizes import MOST_STEPS
from harness.explain.catalogue.variances import variances
from harness.explain.computation.derivation import Derivation
from harness.explain.computation.mistake import Mistake
from harness.notation.functions import REDUCTIONS
from harness.notation.syntax import Array, Call, Expression, Name, walk
from harness.scenario.scenario import Scenario

#: So many changes are tried, those of all places at once first.
_MOST: Final = 30
#: Of more elements than this, one number in place of each is not written out.
_FEW: Final = 8
_INSTEAD: Final = {
    "sum": "mean", "mean": "sum", "max": "min", "min": "max", "max_pool": "mean_pool",
    "mean_pool": "max_pool",
}  # fmt: skip


@dataclass(frozen=True)
class Reduction:
    """A call in an equation, and the shape of what it reduces."""

    equation: str
    call: Call
    shape: tuple[int, ...]

    @property
    def axis(self) -> int | None:
        """The axis that it goes along; None where it takes all elements."""
        return self.call.option("axis", 0) if self.call.options else None


def axes(derivation: Derivation) -> Iterator[Mistake]:
    """The mistakes in equations of arrays."""
    scenario = derivation.scenario
    if scenario.network is not None or len(scenario.computation.steps) > MOST_STEPS:
        return
    if not any(scenario.computation.shapes.values()):
        return
    for change in islice(_changes(scenario), _MOST):
        yield from changed(derivation, change)
    yield from turned_errors(derivation)


def _changes(scenario: Scenario) -> Iterator[Change]:
    reductions = list(_reductions(scenario))
    sorts = (
        _along(scenario, reductions), _by_another_function(scenario), variances(scenario),
        turned_kernels(scenario), products(scenario),
    )  # fmt: skip
    # In turn, so that where they are too many some of each are tried.
    for some in zip_longest(*sorts):
        yield from (change for change in some if change is not None)


def _reductions(scenario: Scenario) -> Iterator[Reduction]:
    for equation in scenario.equations:
        for node in walk(equation.expression):
            if isinstance(node, Call) and len(node.arguments) == 1:
                found = shape(scenario, node.arguments[0])
                if node.function in (*REDUCTIONS, "softmax") and found:
                    yield Reduction(equation.name, node, found)


# Another axis


def _along(scenario: Scenario, reductions: Sequence[Reduction]) -> Iterator[Change]:
    """Each reduction along another axis, or over all elements; and all along one axis at once."""
    for axis in dict.fromkeys(one.axis for one in reductions):
        some = [one for one in reductions if one.axis == axis and len(one.shape) > 1]
        groups = [some] if len(some) > 1 else []
        for group in [*groups, *([one] for one in some)]:
            others = [k for k in range(len(group[0].shape)) if k != axis]
            for other in [*others, None] if axis is not None else others:
                for kept in (True, False) if other == 1 else (False,):
                    yield Change(
                        "axis",
                        f"{_what(group)} {_told(other)} instead of {_told(axis)} in {_where(group)}",
                        _recast(scenario, group, other, kept), 0.9 if kept else 0.95,
                    )  # fmt: skip


def _what(group: Sequence[Reduction]) -> str:
    functions = list(dict.fromkeys(one.call.function for one in group))
    return f"{' and '.join(functions)} {'goes' if len(functions) == 1 else 'go'}"


def _where(group: Sequence[Reduction]) -> str:
    return ", ".join(dict.fromkeys(one.equation for one in group))


def _told(axis: int | None) -> str:
    return "over all elements" if axis is None else f"along axis {axis}"


def _recast(
    scenario: Scenario, group: Sequence[Reduction], axis: int | None, kept: bool
) -> dict[str, Expression]:
    """The equations with these reductions along another axis; where the dimension is ``kept``, the
    results lie along what was reduced, as columns."""
    calls = {id(one.call): one for one in group}
    whole = {one.name: one.expression for one in scenario.equations}
    lying = {one.equation: one for one in group if whole[one.equation] is one.call}

    def placed(one: Reduction, node: Expression) -> Expression:
        lies = kept and len(one.shape) == 2 and one.call.function != "softmax"
        return column(node, one.shape[0]) if lies else node

    def rewrite(own: Expression, node: Expression) -> Expression:
        if isinstance(node, Name) and not node.index and node.name in lying:
            return placed(lying[node.name], node)
        one = calls.get(id(own))
        if one is None or not isinstance(node, Call):
            return node
        new = replace(node, options=(("axis", axis),) if axis is not None else ())
        if one.equation not in lying:
            return placed(one, new)
        if axis is None and one.axis is not None and len(one.shape) == 2:
            count = one.shape[1 - one.axis]
            return Array((new,) * count) if count <= _FEW else new
        return new

    return everywhere(scenario, rewrite)


# Another function


def _by_another_function(scenario: Scenario) -> Iterator[Change]:
    """Sum for mean, the largest for the smallest, and the other way round."""
    calls = [
        (equation.name, node)
        for equation in scenario.equations
        for node in walk(equation.expression)
        if isinstance(node, Call) and node.function in _INSTEAD
        if len(node.arguments) == 1 or node.function.endswith("_pool")
    ]
    for old in dict.fromkeys(node.function for _, node in calls):
        some = [(name, node) for name, node in calls if node.function == old]
        for group in [*([some] if len(some) > 1 else []), *([one] for one in some)]:
            chosen = {id(node) for _, node in group}
            where = ", ".join(dict.fromkeys(name for name, _ in group))

            def rewrite(own: Expression, node: Expression, chosen: set[int] = chosen) -> Expression:
                if isinstance(node, Call) and id(own) in chosen:
                    return replace(node, function=_INSTEAD[node.function])
                return node

            sentence = f"{_INSTEAD[old]} stands for {old} in {where}"
            yield Change("axis", sentence, everywhere(scenario, rewrite))
