"""Numbers that a mistake which other lines establish changes too, and not to what is printed.

Where several lines come of one mistake, the rest of what it changes was made with it as well: what
is printed there may be a slip of the pen over the number that it gives, or another number of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from harness.explain.computation.mistake import Mistake
from harness.explain.documents import others, slips
from harness.explain.documents.search import Search
from harness.explain.documents.targets import Target
from harness.explain.explanation import Explanation
from harness.notation import NotationError
from harness.notation.syntax import Number
from harness.verdicts import decimals
from harness.verdicts.decimals import Value

#: So many lines establish a mistake, firmly where as many different numbers are in them.
_LEAST: Final = 2
#: A number is told what a mistake makes of it where it is so many times nearer to that.
_NEARER: Final = 10
#: What is moved by less is not changed.
_SAME: Final = 1e-12

_Key = tuple[object, ...]
#: A wrong number, and what explains it.
Told = tuple[Target, Sequence[Explanation]]


@dataclass(frozen=True)
class Established:
    """A mistake, and the lines that establish it."""

    mistake: Mistake
    lines: tuple[int, ...]
    #: Whether they print different numbers: one and the same may be copied.
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


@dataclass(frozen=True)
class Beside:
    """What established mistakes say of a number that they do not give."""

    explanations: tuple[Explanation, ...] = ()
    tried: int = 0
    #: What it would be with each.
    values: tuple[float, ...] = ()
    #: That it would be another number, where the printed one is nearer to that than to the right.
    aside: str = ""


def established(told: Sequence[Told], search: Search) -> list[Established]:
    """The fewest mistakes that explain several numbers each, and are evidence; those first that
    explain most."""
    found: dict[_Key, list[Target]] = {}
    for target, explanations in told:
        for one in explanations:
            if one.key and one.evidence and one.group == explanations[0].group:
                found.setdefault(one.key, []).append(target)
    known = {m.key: (m, a) for some in search.found.values() for m, a in some} if found else {}

    def rank(key: _Key) -> tuple[int, int, float]:
        mistake, against = known[key]
        return against.contradicts, against.missed + against.moved, mistake.size

    chosen: list[Established] = []
    left = {id(target) for targets in found.values() for target in targets}
    while found:
        new = {key: [t for t in found[key] if id(t) in left] for key in sorted(found, key=rank)}
        key = max(new, key=lambda key: len(new[key]))
        if len({target.line.line for target in new[key]}) < _LEAST:
            break
        targets = found.pop(key)
        left -= {id(target) for target in targets}
        lines = tuple(sorted({t.line.line for t in targets}))
        firm = len({target.finding.printed for target in targets}) >= _LEAST
        chosen.append(Established(known[key][0], lines, firm))
    return chosen


def first(found: Sequence[Explanation], known: Sequence[Established]) -> Sequence[Explanation]:
    """The explanations of a number, of those that come to the same number the established first."""
    places = {one.mistake.key: place for place, one in enumerate(known)}
    ahead = [one for one in found if one.key in places and one.group == found[0].group]
    ahead = sorted((one for one in ahead if not one.refuted), key=lambda one: places[one.key])
    return [*ahead, *(one for one in found if one not in ahead)]


def beside(target: Target, some: Sequence[Established], search: Search) -> Beside:
    """Everything that may be printed in place of what established mistakes give."""
    found: list[Explanation] = []
    tried, values, asides = 0, [], []
    for one, value, printed in _moved(target, some, search):
        over = slips.explained(printed, [(value, f"{one.words}, it would be")])
        other = others.explained(target, search, one.mistake, f", {one.words}")
        found += [replace(slip, sort="slip besides", scope=one.scope) for slip in over[0]]
        found += other[0]
        tried += over[1] + other[1]
        values.append(float(value.enclose(64).mid()))
        if _nearer(target, values[-1]):
            asides.append(f"{one.words}, it would be {decimals.rounded(value, printed)}")
    return Beside(tuple(found), tried, tuple(values), "; ".join(asides))


def _moved(
    target: Target, some: Sequence[Established], search: Search
) -> Iterator[tuple[Established, Value, Number]]:
    """The mistakes that change a number, with what each makes of it."""
    exact, printed = target.finding.exact, target.printed
    if printed is None or target.wanted is None or exact is None or "/" in printed.text:
        return
    for one in some:
        value = search.outcome(target, one.mistake)
        try:
            moved = value.finite() and abs(float(value.enclose(64).mid()) - float(exact))
        except (NotationError, KeyError, ZeroDivisionError, ValueError):
            continue
        if moved and moved > _SAME * abs(float(exact)):
            yield one, value, printed


def _nearer(target: Target, value: float) -> bool:
    assert target.printed is not None
    printed, right = float(target.printed.value), float(target.finding.exact or 0)
    return abs(printed - value) * _NEARER <= abs(printed - right)
