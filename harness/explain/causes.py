"""The errata of a document by their causes: where it has to be changed, and what follows by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from harness.explain.explanation import Explanation
from harness.explain.fixture import Found
from harness.explain.targets import Spot

#: At this chance of a coincidence an explanation is as likely true as not.
_EVEN: Final = 0.5
#: The scenario's id, and where a finding stands among those of the scenario.
_Where = tuple[str, Spot]


@dataclass(frozen=True)
class Cause:
    """One mistake of the author's: the errata that are made by it, and those that only carry it on.

    ``explanation`` is None where nothing that explains the errata is evidence.
    """

    explanation: Explanation | None
    errata: tuple[Found, ...]
    carried_on: tuple[Found, ...]

    @property
    def guess(self) -> Explanation | None:
        """What explains the first erratum, where that is no evidence but rather true than not."""
        _, _, first = self.errata[0]
        likely = bool(first.explanations) and first.best.chance <= _EVEN
        return first.best if likely and self.explanation is None else None

    @property
    def lines(self) -> tuple[int, ...]:
        """Where the mistake is made."""
        return tuple(dict.fromkeys(one.line.line for _, _, one in self.errata))

    @property
    def followed_by(self) -> tuple[int, ...]:
        """The other lines that carry it on."""
        lines = dict.fromkeys(one.line.line for _, _, one in self.carried_on)
        return tuple(line for line in lines if line not in self.lines)


def causes(found: Sequence[Found]) -> tuple[Cause, ...]:
    """The causes of a document's errata, in its order, those that are not known last.

    Errata with one explanation have one cause, and so has a number that is printed for a quantity
    again and again. What carries on several mistakes is told with each of them.
    """
    known = {(scenario, one.spot): (scenario, finding, one) for scenario, finding, one in found}
    made: dict[object, list[Found]] = {}
    follow: dict[object, list[Found]] = {}
    for where, erratum in known.items():
        if _follows(erratum):
            for key in dict.fromkeys(_key(known[root]) for root in _roots(where, known)):
                follow.setdefault(key, []).append(erratum)
        else:
            made.setdefault(_key(erratum), []).append(erratum)
    told = [
        Cause(_cause(errata[0]), tuple(errata), tuple(follow.get(key, ())))
        for key, errata in made.items()
    ]
    return tuple(sorted(told, key=lambda cause: cause.explanation is None))


def _cause(erratum: Found) -> Explanation | None:
    """What explains an erratum: what is recorded, if it is found, else the first explanation."""
    _, finding, one = erratum
    recorded = one.recorded(finding.cause) if finding.cause else None
    if recorded is not None:
        return recorded
    return one.best if one.explanations and one.best.evidence else None


def _follows(erratum: Found) -> bool:
    explanation = _cause(erratum)
    return explanation is not None and bool(explanation.origins)


def _roots(where: _Where, known: Mapping[_Where, Found]) -> Iterator[_Where]:
    """The errata that an erratum carries on, and that carry on none themselves."""
    explanation = _cause(known[where])
    scenario, _ = where
    origins = () if explanation is None else explanation.origins
    if not origins:
        yield where
    for row, place in origins:
        yield from _roots((scenario, Spot(row, place)), known)


def _key(erratum: Found) -> object:
    scenario, finding, _ = erratum
    explanation = _cause(erratum)
    if explanation is not None:
        return explanation.sentence
    return scenario, finding.quantity, finding.printed
