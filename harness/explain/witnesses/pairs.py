"""Two mistakes at once, where no single one reproduces what an implementation has wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, islice
from typing import Any, Final, NamedTuple

import numpy as np

from harness.explain.catalogue.both import besides, both
from harness.explain.computation.mistake import Mistake
from harness.explain.computation.running import edited
from harness.explain.witnesses.answers import answers, close, line_of, off
from harness.explain.witnesses.evidence import Evidence
from harness.explain.witnesses.matching import Matching
from harness.explain.witnesses.reach import rests_on, touches
from harness.explain.witnesses.suspects import Suspect

Progress = Callable[[str], None]

#: On top of so many single mistakes the whole catalogue is tried, at most.
_FIRSTS: Final = 16
#: Of so many mistakes every two are tried where both change the first wrong answer.
_TOGETHER: Final = 1_000
_MOST_TOGETHER: Final = 50_000
#: So many numbers are computed for either, at most.
_NUMBERS: Final = 60_000_000
#: Of pairs that reproduce all, so many are weighed.
_WEIGHED: Final = 10


class Pair(NamedTuple):
    """The places of two mistakes among all, and both made at once."""

    one: int
    other: int
    made: Mistake


@dataclass(frozen=True)
class Tried:
    """``suspects`` are pairs that reproduce every wrong answer, the likeliest first; there are
    ``unproven`` ones where these are no evidence. None is tried where the scenario is ``large``."""

    suspects: tuple[Suspect, ...] = ()
    pairs: int = 0
    unproven: int = 0
    large: bool = False


def pairs(matching: Matching, evidence: Evidence, progress: Progress) -> Tried:
    """The pairs that reproduce all that is wrong, where more than one thing is."""
    if len(evidence.roots) < 2:
        return Tried()
    lines = len(matching.lineup.derivation.line)
    left = _NUMBERS // lines
    count, found = 0, list[tuple[Suspect, Pair]]()
    firsts = matching.beginnings[:_FIRSTS]
    for place, first in enumerate(firsts, start=1):
        progress(f"pairs of mistakes, {place} of {len(firsts)}")
        some = list(_on_top(matching, first))
        if count + len(some) > left:
            if not count:
                return Tried(large=True)
            break
        count += len(some)
        found += _reproducing(matching, some)
    if not any(suspect.right == 0 for suspect, _ in found):
        progress("pairs of mistakes in one place")
        some = list(islice(_together(matching), min(_MOST_TOGETHER, left - count)))
        count += len(some)
        found += _reproducing(matching, _at_first(matching, some))
    return _weighed(found, evidence, count)


def _on_top(matching: Matching, first: int) -> Iterator[Pair]:
    """A mistake with each other one besides that can change the first answer that it leaves wrong."""
    lineup = matching.lineup
    one = lineup.mistakes[first]
    wrong = int(np.flatnonzero(matching.wrong & ~matching.close[:, first])[0])
    lines = rests_on(edited(lineup.derivation, one), matching.asked[wrong])
    others = {k: other for k, other in enumerate(lineup.mistakes) if touches(other, lines)}
    for place, made in besides(lineup.derivation, one, others):
        yield Pair(first, place, made)


def _together(matching: Matching) -> Iterator[Pair]:
    """Every two that change all that is wrong and, one without the other, nothing that is right,
    at least one of them the first wrong answer and neither an earlier one; the smallest first."""
    lineup, first = matching.lineup, matching.first
    changed = ~close(matching.answers, matching.answers[:, :1])
    some = np.flatnonzero(changed.any(axis=0) & ~changed[:first].any(axis=0))
    places = matching.distinct(map(int, some))[:_TOGETHER]
    bits = {place: _bits(changed[:, place]) for place in places}
    wrong, earliest = _bits(matching.wrong), _bits(np.arange(len(changed)) == first)
    found = []
    for one, other in combinations(places, 2):
        union = bits[one] | bits[other]
        if union & wrong == wrong and union & earliest and not (bits[one] ^ bits[other]) & ~wrong:
            found.append((lineup.mistakes[one].size + lineup.mistakes[other].size, one, other))
    for _, one, other in sorted(found):
        made = both(lineup.derivation, lineup.mistakes[one], lineup.mistakes[other])
        if made is not None:
            yield Pair(one, other, made)


def _bits(flags: Any) -> int:
    """A row of flags as one number, of which sets are made fast."""
    return int.from_bytes(np.packbits(flags).tobytes())


def _at_first(matching: Matching, some: Sequence[Pair]) -> list[Pair]:
    """The pairs that reproduce the first wrong answer."""
    row = matching.first
    first = matching.asked[row]
    made = [pair.made for pair in some]
    found = answers(matching.lineup.derivation, made, [first], {line_of(first)})
    same = close(found, matching.given[[row]])[0]
    return [pair for pair, one in zip(some, same, strict=True) if one]


def _reproducing(matching: Matching, some: Sequence[Pair]) -> Iterator[tuple[Suspect, Pair]]:
    """The pairs that reproduce all that is wrong. Of what is right, they may contradict gradients
    alone: these may have been computed once more, and right, for the report."""
    made = [pair.made for pair in some]
    found = answers(matching.lineup.derivation, made, matching.asked)
    same = close(found, matching.given)
    derivative = np.array([one.by is not None for one in matching.asked])
    every = (same | (derivative & ~matching.wrong)[:, None]).all(axis=0)
    mistakes = matching.lineup.mistakes
    for place in map(int, np.flatnonzero(every)):
        pair, telling = some[place], matching.telling
        worst = float(off(found[telling, place], matching.given[telling, 0]).max())
        parts = mistakes[pair.one], mistakes[pair.other]
        yield Suspect(pair.made, worst, int((~same[:, place]).sum()), parts), pair


def _weighed(found: Sequence[tuple[Suspect, Pair]], evidence: Evidence, count: int) -> Tried:
    """The pairs that are told, the likeliest first."""
    ranked = sorted(found, key=lambda one: (one[0].right, one[0].mistake.size))
    once: dict[tuple[object, ...], tuple[Suspect, Pair]] = {}
    for suspect, pair in ranked:
        once.setdefault(pair.made.key, (suspect, pair))
    told = [
        replace(suspect, chance=evidence.chance(pair.one, pair.other, count))
        for suspect, pair in list(once.values())[:_WEIGHED]
        if evidence.tells(*pair, count)
    ]
    return Tried(tuple(told), count, 0 if told else len(once))
