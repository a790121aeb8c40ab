"""Two mistakes made at once, in one computation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TypeVar

from harness.explain.catalogue.wholes import wholes
from harness.explain.computation.derivation import Derivation, Entry
from harness.explain.computation.mistake import Instead, Mistake
from harness.explain.computation.rederived import only_told

K = TypeVar("K")
V = TypeVar("V")


def besides(
    derivation: Derivation, one: Mistake, others: Mapping[int, Mistake]
) -> Iterator[tuple[int, Mistake]]:
    """One mistake made together with each of some others, by the places of these; what cannot be
    made together with it is left out."""
    again = wholes(one.instead.derivation) if one.instead and not one.instead.closed else ()
    on_top = {other.instead: other for other in again if other.instead}
    for place, other in others.items():
        on_one = on_top.get(other.instead) if other.instead else None
        made = _whole(one, on_one) if on_one else both(derivation, one, other)
        if made is not None:
            yield place, made


def both(derivation: Derivation, one: Mistake, other: Mistake) -> Mistake | None:
    """What is done by one who makes two mistakes; None where both change the same thing, or each
    is another computation as a whole."""
    given, after = _united(one.given, other.given), _united(one.after, other.after)
    edits = _edits(derivation, one, other)
    instead = one.instead or other.instead
    if instead is not None and edits is not None:
        edits = _moved(derivation, instead.derivation, edits)
    if instead is not None and after is not None:
        # Another optimizer keeps something else of what is updated besides.
        after = instead.derivation.updating(after)
    if given is None or after is None or edits is None or (one.instead and other.instead):
        return None
    if instead is not None and instead.closed:
        return None
    return replace(_told(one, other), edits=edits, given=given, after=after, instead=instead)


def _told(one: Mistake, other: Mistake) -> Mistake:
    """Two mistakes in words."""
    return Mistake(
        f"{one.kind}; {other.kind}", f"{one.scope}; {other.scope}",
        f"two mistakes: {one.sentence}; and {other.sentence}",
        f"{one.computation}; {other.computation}", one.size + other.size,
    )  # fmt: skip


def _whole(one: Mistake, other: Mistake) -> Mistake | None:
    """Another computation as a whole, of which the second already rests on the first."""
    assert one.instead is not None
    assert other.instead is not None
    told = only_told(one.instead.derivation)
    lines = other.instead.derivation
    lines = replace(lines, entries=(*lines.entries, *told))
    if not all(_known(lines, entry) for entry in told):
        return None
    instead = Instead(f"{one.instead.name}; {other.instead.name}", lines)
    return replace(_told(one, other), instead=instead)


def _united(one: Mapping[K, V], other: Mapping[K, V]) -> dict[K, V] | None:
    if any(other[key] != value for key, value in one.items() if key in other):
        return None
    return {**one, **other}


def _edits(derivation: Derivation, one: Mistake, other: Mistake) -> dict[str, Entry] | None:
    edits = {**one.edits, **other.edits}
    for result in one.edits.keys() & other.edits.keys():
        merged = _merged(derivation.line[result], one.edits[result], other.edits[result])
        if merged is None:
            return None
        edits[result] = merged
    return edits


def _moved(
    own: Derivation, other: Derivation, edits: Mapping[str, Entry]
) -> dict[str, Entry] | None:
    """Edits of the lines of one computation made in those of another one."""
    times = Counter(entry.result for entry in other.entries)
    moved = {}
    for result, entry in edits.items():
        line = other.line.get(result)
        # What is told otherwise than it is computed has two lines.
        merged = (
            None if line is None or times[result] > 1 else _merged(own.line[result], line, entry)
        )
        if merged is None or not _known(other, merged):
            return None
        moved[result] = merged
    return moved


def _known(derivation: Derivation, entry: Entry) -> bool:
    """Whether all operands are there when a line is computed."""
    position, scenario = derivation.position, derivation.scenario
    given = {**scenario.values, **scenario.computation.constants}
    return all(
        position[one] <= position[entry.result] if one in position else one in given
        for one in entry.operands
    )


def _merged(sound: Entry, one: Entry, other: Entry) -> Entry | None:
    """A line with what two edits do to it; None where both change the same part of it."""
    if len(one.operands) == len(other.operands) == len(sound.operands):
        operation = _either(sound.operation, one.operation, other.operation)
        rounded = _either(sound.rounded, one.rounded, other.rounded)
        operands = [
            _either(*names)
            for names in zip(sound.operands, one.operands, other.operands, strict=True)
        ]
        if operation is None or rounded is None or None in operands:
            return None
        names = tuple(filter(None, operands))
        merged = replace(sound, operation=operation, operands=names, rounded=rounded)
    elif _alike(one, sound):
        merged = other
    elif _alike(other, sound):
        merged = one
    else:
        return None
    return replace(merged, scale=one.scale * other.scale / sound.scale)


def _either(sound: str, one: str, other: str) -> str | None:
    """What is changed in one way at most."""
    if one == sound:
        return other
    return one if other in {sound, one} else None


def _alike(one: Entry, other: Entry) -> bool:
    """Whether two lines differ in their scales at most."""
    return replace(one, scale=other.scale) == other
