"""The fewest mistakes that account for the wrong numbers of a document.

Most wrong numbers can be explained in several ways. Where a mistake explains many of them, it is
the likelier one for each; and what it explains speaks for no other one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from harness.explain.computation.mistake import Mistake
from harness.explain.documents.search import Key, Search
from harness.explain.documents.targets import Target
from harness.explain.documents.weighing import weighed
from harness.explain.explanation import Explanation

#: So many lines establish a mistake, firmly where as many quantities are in them.
_LEAST: Final = 2

#: A wrong number, and what explains it.
Told = tuple[Target, Sequence[Explanation]]


@dataclass(frozen=True)
class Established:
    """A mistake, and the lines that establish it."""

    mistake: Mistake
    lines: tuple[int, ...]
    #: The numbers that it is behind, by their identities.
    numbers: frozenset[int]
    #: Whether they print different quantities: a number may be copied.
    firm: bool

    @property
    def words(self) -> str:
        """The circumstance that the mistake is made."""
        return f"where {self.mistake.sentence}"

    @property
    def scope(self) -> str:
        """That the mistake is made in other lines, and these."""
        *most, last = map(str, self.lines)
        return f"this number, besides lines {', '.join(most)} and {last}"


def established(told: Sequence[Told], search: Search) -> list[Established]:
    """The fewest mistakes that explain several numbers each, and are evidence; those first that
    explain most."""
    found: dict[Key, list[Target]] = {}
    for target, explanations in told:
        for one in explanations:
            if one.key and one.evidence and one.group == explanations[0].group:
                found.setdefault(one.key, []).append(target)
    known = {m.key: (m, a) for some in search.found.values() for m, a in some} if found else {}

    def rank(key: Key) -> tuple[int, int, float]:
        mistake, against = known[key]
        return against.contradicts, against.missed + against.moved, mistake.size

    chosen: list[Established] = []
    left = {id(target) for targets in found.values() for target in targets}
    while found:
        new = {key: [t for t in found[key] if id(t) in left] for key in sorted(found, key=rank)}
        key = max(new, key=lambda key: len(new[key]))
        if len({target.line.line for target in new[key]}) < _LEAST:
            break
        chosen.append(_established(known[key][0], found.pop(key)))
        left -= chosen[-1].numbers
    return chosen


def _established(mistake: Mistake, targets: Sequence[Target]) -> Established:
    lines = tuple(sorted({target.line.line for target in targets}))
    firm = len({target.finding.quantity for target in targets}) >= _LEAST
    return Established(mistake, lines, frozenset(map(id, targets)), firm)


def settled(
    target: Target, found: Sequence[Explanation], known: Sequence[Established], search: Search
) -> Sequence[Explanation]:
    """The explanations of a number where mistakes are established: of those that come to the same
    number, these first. What they are behind speaks for no other mistake."""
    places = {one.mistake.key: place for place, one in enumerate(known)}
    ahead = [one for one in found if one.key in places and one.group == found[0].group]
    ahead = sorted((one for one in ahead if not one.refuted), key=lambda one: places[one.key])
    if ahead or not known:
        return [*ahead, *(one for one in found if one not in ahead)]
    settled = frozenset(number for one in known for number in one.numbers)
    alone = [
        replace(one, gain=search.gain(target, one.key, settled)) if one.key else one
        for one in found
    ]
    return weighed(alone, target) if target.printed is not None else found
