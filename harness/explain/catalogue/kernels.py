"""Kernels and errors turned by 180 degrees where they are not, and not turned where they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import chain
from typing import Final

from harness.explain.catalogue.changed import Change, everywhere
from harness.explain.computation.derivation import Derivation, adjoint
from harness.explain.computation.mistake import Mistake
from harness.notation.printing import written
from harness.notation.syntax import Call, Expression, Name, walk
from harness.scenario.scenario import Scenario
from harness.scenario.task import elements

_TURNED: Final = {"correlate": "convolve", "convolve": "correlate"}


def turned_kernels(scenario: Scenario) -> Iterator[Change]:
    """A convolution for a correlation, and the other way round."""
    for equation in scenario.equations:
        for one in walk(equation.expression):
            if isinstance(one, Call) and one.function in _TURNED:

                def rewrite(own: Expression, node: Expression, one: Call = one) -> Expression:
                    if own is one and isinstance(node, Call):
                        return replace(node, function=_TURNED[node.function])
                    return node

                x, kernel = map(written, one.arguments)
                how = "is not turned" if one.function == "convolve" else "is turned"
                yield Change(
                    "kernel", f"{kernel} {how} by 180 degrees in {equation.name}",
                    everywhere(scenario, rewrite),
                    backward=f"{kernel} is turned by 180 degrees the wrong way in the gradient of {x}",
                )  # fmt: skip


def turned_errors(derivation: Derivation) -> Iterator[Mistake]:
    """The gradient of a kernel with the gradient of the result turned by 180 degrees."""
    computation = derivation.scenario.computation
    for equation in derivation.scenario.equations:
        one = equation.expression
        if not isinstance(one, Call) or one.function not in _TURNED:
            continue
        kernel = one.arguments[1]
        products = [
            derivation.line[name].operands
            for name in elements(equation.name, computation.shapes[equation.name])
        ]
        other = dict(zip(chain(*products), chain(*products[::-1]), strict=True))
        if len({len(some) for some in products}) == 1 and isinstance(kernel, Name):
            yield from _turned_error(derivation, equation.name, kernel.name, other)


def _turned_error(
    derivation: Derivation, result: str, kernel: str, other: Mapping[str, str]
) -> Iterator[Mistake]:
    """``other`` has for each product the one that has its place in the result turned round."""
    by = set(elements(kernel, derivation.scenario.computation.shapes[kernel]))
    edits = {}
    for entry in derivation.line.values():
        of, _, name = entry.of.removeprefix("d").partition("/d")
        turned = other.get(entry.through, entry.through)
        if entry.role == "share" and name in by and turned != entry.through:
            error = adjoint(of, turned)
            if error in derivation.line:
                edits[entry.result] = replace(entry, operands=(error, *entry.operands[1:]))
    if edits:
        errors = adjoint(derivation.loss, result)
        yield Mistake(
            "kernel", kernel,
            f"{errors} is turned by 180 degrees in the gradient of {kernel}",
            f"{adjoint(derivation.loss, kernel)} with {errors} turned by 180 degrees", 1.0, edits,
        )  # fmt: skip
