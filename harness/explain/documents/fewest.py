"""Few mistakes that account for the wrong numbers of a document.

Most wrong numbers can be explained in several ways. Where a mistake explains many of them, it is
the likelier one for each; and what it explains speaks for none that comes to another number there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
Told = tuple[Target, list[Explanation]]


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
    """Few mistakes that explain several lines each, and are evidence: first the one that explains
    most, then the one that explains most of the rest, and so on."""
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
        key = max(new, key=lambda key: (_lines(new[key]), len(new[key])))
        if _lines(new[key]) < _LEAST:
            break
        chosen.append(_established(known[key][0], found.pop(key)))
        left -= chosen[-1].numbers
    return chosen


def _lines(targets: Sequence[Target]) -> int:
    return len({target.line.line for target in targets})


def _established(mistake: Mistake, targets: Sequence[Target]) -> Established:
    lines = tuple(sorted({target.line.line for target in targets}))
    firm = len({target.finding.quantity for target in targets}) >= _LEAST
    return Established(mistake, lines, frozenset(map(id, targets)), firm)


def settled(told: Sequence[Told], known: Sequence[Established], search: Search) -> list[Told]:
    """The explanations of numbers where mistakes are established: of those that come to the same
    number, these first."""
    places = {one.mistake.key: place for place, one in enumerate(known)}
    behind = frozenset(number for one in known for number in one.numbers)
    fitting = {id(target): _first_keys(found) for target, found in told if id(target) in behind}
    return [(target, _settled(target, found, places, fitting, search)) for target, found in told]


def _settled(
    target: Target,
    found: Sequence[Explanation],
    places: Mapping[Key, int],
    fitting: Mapping[int, frozenset[Key]],
    search: Search,
) -> list[Explanation]:
    ahead = [one for one in found if one.key in places and one.group == found[0].group]
    ahead = sorted((one for one in ahead if not one.refuted), key=lambda one: places[one.key])
    if ahead or not any(one.key for one in found):
        return [*ahead, *(one for one in found if one not in ahead)]

    def gain(key: Key) -> float:
        others = {number for number, keys in fitting.items() if key not in keys}
        return search.gain(target, key, others)

    alone = [replace(one, gain=gain(one.key)) if one.key else one for one in found]
    return weighed(alone, target)


def _first_keys(found: Sequence[Explanation]) -> frozenset[Key]:
    """The mistakes that come to the likeliest number."""
    return frozenset(one.key for one in found if one.group == found[0].group)
