"""Another base of the logarithm, wherever it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from functools import partial
from itertools import product
from typing import Final

from harness.explain.catalogue.changed import beside, everywhere
from harness.explain.computation.derivation import Derivation
from harness.explain.computation.mistake import Instead, Mistake
from harness.explain.computation.rederived import rederived, reworked, told
from harness.notation.syntax import Call, Expression, Number, Sum, walk

#: The logarithms and what they are called.
_NAMES: Final = {
    "log": "the natural logarithm", "log10": "the logarithm to base 10",
    "log2": "the logarithm to base 2",
}  # fmt: skip
_ONE: Final = Number("1", Fraction(1))


def logarithms(derivation: Derivation) -> Iterator[Mistake]:
    """Each logarithm taken for another one: throughout, or in the value and not in its gradient."""
    scenario = derivation.scenario
    used = {
        _plain(node.function)
        for equation in scenario.equations
        for node in walk(equation.expression)
        if isinstance(node, Call)
    }
    for old, new in product(_NAMES, _NAMES):
        if old in used and new != old:
            changed = everywhere(scenario, partial(_with, old, new))
            other = reworked(scenario, changed)
            if other is None:
                continue
            sentence = f"{_NAMES[new]} is taken instead of {_NAMES[old]}"
            computation = beside(scenario.equations, changed)
            whole = rederived(derivation, other)
            only = told(derivation, whole)
            for words, lines, size in (
                (sentence, whole, 0.9), (f"{sentence}, while the gradient is right", only, 0.95),
            ):  # fmt: skip
                yield Mistake(
                    "logarithm", "everywhere", words, computation, size,
                    instead=Instead(words, lines),
                )  # fmt: skip


def _plain(function: str) -> str:
    return "log" if function == "log1p" else function


def _with(old: str, new: str, _: Expression, node: Expression) -> Expression:
    """One logarithm in place of another."""
    if not isinstance(node, Call) or _plain(node.function) != old:
        return node
    if node.function == "log1p":
        return Call(new, (Sum((_ONE, *node.arguments), (1, 1)),))
    return replace(node, function=new)
