"""Intermediate results written down with a few decimals, and computed on with those: every one, or
all of the forward pass, of the backward pass, or of a layer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from harness.explain.derivation import Derivation, Entry, layer_named, layers_of
from harness.explain.mistake import Mistake
from harness.explain.words import Words, rounding

#: The decimals that are tried.
_PLACES: Final = range(1, 7)
_WAYS: Final = ("nearest", "cut")


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
    ]
    layers = layers_of(derivation.scenario)
    for number in sorted({layers[one.result] for one in forward if one.result in layers}):
        where = layer_named(derivation.scenario, number)
        some = [one for one in forward if layers.get(one.result) == number]
        groups.append((where, f"every result {where}", some))
    for scope, what, entries in groups:
        for places in _PLACES if len(entries) > 1 else ():
            for way in _WAYS:
                yield _mistake(derivation, scope, what, entries, f"{way}:{places}")


def _mistake(
    derivation: Derivation, scope: str, what: str, entries: Iterable[Entry], how: str
) -> Mistake:
    edits = {one.result: replace(one, rounded=how) for one in entries}
    first = next(iter(edits.values()))
    return Mistake(
        "rounded", scope, f"{what} is {rounding(how)} before it is used",
        Words(derivation).line(first), 1.2, edits,
    )  # fmt: skip
