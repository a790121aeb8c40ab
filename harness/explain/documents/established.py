"""Numbers that a mistake which other lines establish changes too, and not to what is printed.

Where several lines come of one mistake, the rest of what it changes was made with it as well: what
is printed there may be a slip of the pen over the number that it gives, or another number of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from harness.explain.documents import others, slips
from harness.explain.documents.fewest import Established
from harness.explain.documents.search import Search
from harness.explain.documents.targets import Target
from harness.explain.explanation import Explanation
from harness.notation import NotationError
from harness.notation.syntax import Number
from harness.verdicts import decimals
from harness.verdicts.decimals import Value

#: A number is told what a mistake makes of it where it is so many times nearer to that.
_NEARER: Final = 10
#: What is moved by less is not changed.
_SAME: Final = 1e-12


@dataclass(frozen=True)
class Beside:
    """What established mistakes say of a number that they do not give."""

    explanations: tuple[Explanation, ...] = ()
    tried: int = 0
    #: What it would be with each.
    values: tuple[float, ...] = ()
    #: That it would be another number, where the printed one is nearer to that than to the right.
    aside: str = ""


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
