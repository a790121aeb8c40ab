"""Logarithms that are guarded against zero: log(p + 1e-8)."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Final

from harness.explain.derivation import Derivation
from harness.explain.each_way import each_way
from harness.explain.mistake import Mistake
from harness.explain.rederived import reworked
from harness.notation.printing import written
from harness.notation.syntax import Call, Expression, Number, Sum, children, with_children

#: What is usually added; less than this cannot be told from rounding.
_USUAL: Final = ("1e-8", "1e-7", "1e-6", "1e-5")


def guarded(derivation: Derivation) -> Iterator[Mistake]:
    """Something small added inside every logarithm of the loss."""
    scenario = derivation.scenario
    for text in _USUAL:
        small = Number(text, Fraction(text))
        changed = {
            one.name: found
            for one in scenario.equations
            if (found := _with(one.expression, small)) != one.expression
        }
        other = reworked(scenario, changed) if changed else None
        if other is None:
            continue
        first = next(one for one in scenario.equations if one.name in changed)
        computation = (
            f"{first.name} = {written(changed[first.name])}, not {written(first.expression)}"
        )
        said = f"computed with log(… + {text})"
        yield from each_way(derivation, other, said, f"the loss {said}", computation, 1.0)


def _with(node: Expression, small: Number) -> Expression:
    node = with_children(node, [_with(child, small) for child in children(node)])
    if not isinstance(node, Call) or node.function != "log":
        return node
    return Call("log", (Sum((*node.arguments, small), (1, 1)),))
