"""Intermediate results written down with a few decimals, and computed on with those: one of them,
all of a layer, of the forward pass, of the backward pass, or every one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import product
from typing import Final

import numpy as np

from harness.explain.computation.derivation import Derivation, Entry, layer_named, layers_of
from harness.explain.computation.mistake import Mistake
from harness.explain.computation.words import Words, rounding
from harness.notation.syntax import Number
from harness.scenario.task import FUNCTIONS, array_of

#: The decimals that are tried.
_PLACES: Final = range(1, 7)
#: Numbers from here on have no single precision.
_LARGEST: Final = 10**38
#: The ways of a program; and those of a person, with how much has to go wrong for each.
_WAYS: Final = ("nearest", "cut")
_SIZES: Final = {"hand": 0.6, "cut": 0.9}


def speakable(line: str) -> bool:
    """Whether a line has a name of its own."""
    return not any(mark in line for mark in ("#", " through ", "slope ", " of "))


def rounded(derivation: Derivation) -> Iterator[Mistake]:
    """Many lines rounded alike."""
    written = [
        entry
        for entry in (*derivation.entries, *derivation.asides)
        if entry.role in {"forward", "adjoint"} and entry.operands and speakable(entry.result)
    ]
    updated = [derivation.line[one] for one in derivation.after.values() if one in derivation.line]
    forward = [entry for entry in written if entry.role == "forward"]
    backward = [entry for entry in written if entry.role == "adjoint"]
    groups = [
        ("everywhere", "every result", [*written, *updated]),
        ("everywhere", "every result of the forward and the backward pass", written),
        ("in the forward pass", "every result of the forward pass", forward),
        ("in the backward pass", "every gradient", backward),
        ("in the update", "every updated parameter", updated),
        *_sorts(derivation, forward, backward),
    ]
    layers = layers_of(derivation.scenario)
    for number in sorted({layers[one.result] for one in forward if one.result in layers}):
        where = layer_named(derivation.scenario, number)
        some = [one for one in forward if layers.get(one.result) == number]
        groups.append((where, f"every result {where}", some))
    if derivation.entries:
        yield single_precision(derivation, [*derivation.entries, *derivation.asides])
    for scope, what, entries in groups:
        for places in _PLACES if len(entries) > 1 else ():
            for way in _WAYS:
                yield _mistake(derivation, scope, what, entries, f"{way}:{places}")


def _sorts(
    derivation: Derivation, forward: Sequence[Entry], backward: Sequence[Entry]
) -> Iterator[tuple[str, str, list[Entry]]]:
    """Lines of one sort: what functions give, what goes into them, and the derivatives by that."""
    network = derivation.scenario.network
    nets = {name for layer in network.layers for name in layer.net} if network else set()
    activated = [one for one in forward if one.operation in FUNCTIONS]
    yield "in the forward pass", "every activation", activated
    yield (
        "in the forward pass",
        "every net input",
        [one for one in forward if array_of(one.result) in nets],
    )
    by = {one.result: one.of.partition("/d")[2] for one in backward}
    yield (
        "in the backward pass",
        "every delta",
        [one for one in backward if array_of(by[one.result]) in nets],
    )
    yield (
        "in the backward pass",
        "every gradient of a parameter",
        [one for one in backward if by[one.result] in derivation.after],
    )


def decimals(printed: Number) -> int:
    """How many decimals a number has, when written without an exponent."""
    mantissa, _, exponent = printed.text.lower().partition("e")
    return len(mantissa.partition(".")[2]) - int(exponent or 0)


def roundings(derivation: Derivation, most: int) -> Iterator[tuple[int, Mistake]]:
    """Every result with a name, alone, rounded or cut off; and after how many decimals."""
    words = Words(derivation)
    for entry in (*derivation.entries, *derivation.asides):
        if entry.role not in {"forward", "adjoint", "slope"} or not entry.operands:
            continue
        if not (speakable(entry.result) or entry.role == "slope"):
            continue
        name, line = words.name(entry.result), words.line(entry)
        for places, (way, size) in product(range(1, most + 1), _SIZES.items()):
            how = f"{way}:{places}"
            told = rounding(how)
            yield places, Mistake(
                "rounded", name, f"{name} is {told} before it is used", f"{line}, {told}", size,
                {entry.result: replace(entry, rounded=how)},
            )  # fmt: skip


def single_precision(derivation: Derivation, entries: Sequence[Entry]) -> Mistake:
    """Every line in numbers of 24 bits, what is given included."""
    mistake = _mistake(derivation, "everywhere", "every result", entries, "single:24")
    given = {
        name: Fraction(float(np.float32(float(value))))
        for name, value in derivation.scenario.values.items()
        if abs(value) < _LARGEST
    }
    return replace(
        mistake, kind="single precision", sentence="it is computed in single precision",
        size=1.0, given=given,
    )  # fmt: skip


def _mistake(
    derivation: Derivation, scope: str, what: str, entries: Iterable[Entry], how: str
) -> Mistake:
    edits = {one.result: replace(one, rounded=how) for one in entries}
    first = next(iter(edits.values()))
    return Mistake(
        "rounded", scope, f"{what} is {rounding(how)} before it is used",
        Words(derivation).line(first), 1.2, edits,
    )  # fmt: skip
