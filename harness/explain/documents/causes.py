"""The errata of a document by their causes: where it has to be changed, and what follows by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from harness.explain.documents.fixture import Found
from harness.explain.documents.targets import Spot
from harness.explain.explanation import Explanation

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
    """The causes of a document's errata, which come in its order; those that are not known last.

    Errata with one explanation have one cause, and so has a number that is printed for a quantity
    again and again. What carries on several mistakes is told with each of them.
    """
    roots: dict[_Where, list[Found]] = {}
    made: dict[object, list[Found]] = {}
    follow: dict[object, list[Found]] = {}
    for erratum in found:
        before = _origins(erratum)
        carried = [root for where in before for root in roots[where]]
        keys = dict.fromkeys(map(_key, carried or [erratum]))
        for key in keys:
            (follow if carried else made).setdefault(key, []).append(erratum)
        scenario, _, one = erratum
        roots[scenario, one.spot] = [made[key][0] for key in keys]
    told = [
        Cause(_told(errata), tuple(errata), tuple(follow.get(key, ())))
        for key, errata in made.items()
    ]
    return tuple(sorted(told, key=lambda cause: cause.explanation is None))


def _origins(erratum: Found) -> list[_Where]:
    """The errata before it that an erratum carries on."""
    scenario, _, _ = erratum
    explanation = _cause(erratum)
    origins = () if explanation is None else explanation.origins
    return [(scenario, Spot(row, place)) for row, place in origins]


def _cause(erratum: Found) -> Explanation | None:
    """What explains an erratum: what is recorded, if it is found, else the first explanation."""
    _, finding, one = erratum
    recorded = one.recorded(finding.cause) if finding.cause else None
    if recorded is not None:
        return recorded
    return one.best if one.explanations and one.best.evidence else None


def _told(errata: Sequence[Found]) -> Explanation | None:
    """What explains all of some errata: the mistake alone, where it takes another one for some."""
    explanations = [_cause(erratum) for erratum in errata]
    alone = (one for one in explanations if one is not None and not one.cause)
    return next(alone, explanations[0])


def _key(erratum: Found) -> object:
    scenario, finding, _ = erratum
    explanation = _cause(erratum)
    if explanation is not None:
        return explanation.cause or explanation.sentence
    return scenario, finding.quantity, finding.printed
