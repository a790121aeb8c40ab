"""How likely an explanation of a number is a mere coincidence, and which comes first.

Whatever fits is weighed against everything else that fits, and against a mistake that nobody has
thought of: docs/explanations.md says how, and what was measured.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from harness.explain.documents.targets import Target
from harness.explain.explanation import EVIDENCE, Explanation
from harness.verdicts.decimals import significant_digits, unit

#: How often a mistake is of a sort, against one that none of the sorts holds, which has 1.
PRIOR: Final = {
    "catalogue": 1.0,
    "carried on": 1000.0,
    # Through lines that are not printed: whoever computes on does so with all that is printed.
    "computed on": 10.0,
    "computed on in part": 1.0,
    "calculation": 3.0,
    "slip": 0.1,
    # Over what another line's mistake gives, where second mistakes are rare: benchmarks/besides.py.
    "slip besides": 1.0,
    "besides": 1.0,
    "another quantity": 0.3,
    "solved": 0.3,
    "rounded": 0.5,
    # Whatever makes a number one unit off, it fits most of these; of the shipped documents none is.
    "misrounded": 0.005,
}
#: What a number is worth that would come out otherwise than printed; and twice as many, and so on.
_AGAINST: Final = 1.0
#: What it costs that a second mistake is made besides, in decades.
_BESIDES: Final = 2.0
#: What the same digits in another line are worth, in decades.
_COPIED: Final = 0.5
#: What follows from what is printed.
_CARRIED: Final = ("carried on", "computed on")
_RAREST: Final = 1e-300
#: Sizes count in decades, and a mistake of the usual size has 1; this much and the sorts' own
#: priors are set so that the chances come true: benchmarks/calibration.py measures it.
_UNKNOWN: Final = 12
#: Of the decades between two weights, so many are known: the rest is how roughly they are weighed.
_KNOWN: Final = 0.5


def surprise(target: Target, around: Sequence[float] = ()) -> float:
    """How rarely an unknown mistake makes just this number.

    Wrong numbers lie around the right one at distances of all orders of magnitude alike, down to
    one unit in the last printed place; or ``around`` what mistakes make of it that are known.
    """
    printed, value = target.printed, target.finding.value
    assert printed is not None
    if not printed.value:  # which has no digit
        return 0.5
    digits = max(1, significant_digits(printed))
    if value is None or not value.finite():
        return 10.0**-digits
    near = (float(target.finding.exact or 0), *around)
    off = min(abs(float(printed.value) - one) for one in near)
    units = max(1.0, off / float(unit(printed)))
    return min(0.5, 1 / (2 * units * math.log(10) * digits))


def weight(one: Explanation) -> float:
    """How much speaks for an explanation, beside the others of the same number.

    Wrong numbers that it changes to others than are printed speak against it; or another mistake is
    made besides, and they come of that one, or of both.
    """
    against, missed = one.contradicts, one.missed
    reproduced = max(1, len(one.lines))
    alone = one.gain * reproduced / (reproduced + missed) - _against(against + missed)
    besides = one.gain - _against(against) - _BESIDES - math.log2(1 + missed) / 4
    decades = max(-300.0, min(300.0, max(alone, besides) - one.size))
    return PRIOR[one.sort] / max(1, one.peers or one.candidates) * math.pow(10.0, decades)


def _against(count: int) -> float:
    return _AGAINST * (1 + math.log2(count)) if count else 0.0


def weighed(
    found: Iterable[Explanation], target: Target, around: Sequence[float] = ()
) -> list[Explanation]:
    """The explanations of a number with their chances.

    Those that come to one and the same number stand together, as they are no coincidence to each
    other. One that right numbers contradict is behind all that they do not, and refuted by one of
    the same number. What follows from what is printed before comes first.
    """
    unknown = surprise(target, around) / _UNKNOWN
    found = sorted(found, key=lambda one: (not _follows(one, unknown), _rank(one)))
    groups = _grouped(found)
    weights = [weight(group[0]) for group in groups]
    told = [
        replace(one, group=number, refuted=refuted, chance=1.0 if refuted else chance)
        for number, group in enumerate(groups)
        # What follows from what is printed does so, whatever else comes to it.
        for others in [
            unknown + (0 if group[0].sort in _CARRIED else sum(weights) - weights[number])
        ]
        for chance in [_chance(others, weights[number])]
        for one in group
        for refuted in [one.contradicts > 0 and not group[0].contradicts]
    ]
    return _merged(sorted(told, key=lambda one: one.refuted))


def _rank(one: Explanation) -> tuple[bool, float, str]:
    return one.contradicts > 0, -weight(one), one.sentence


def _chance(others: float, weight: float) -> float:
    """The chance of a coincidence, where the others weigh so much."""
    return 1 / (1 + math.pow(weight / max(others, _RAREST), _KNOWN))


def _follows(one: Explanation, unknown: float) -> bool:
    """Whether a number follows from what is printed, as far as can be told."""
    if one.sort == "computed on":
        return _chance(unknown, weight(one)) <= EVIDENCE
    return one.sort == "carried on"


def _grouped(found: Iterable[Explanation]) -> list[list[Explanation]]:
    """Those that come to one number together, each group's first the first of it."""
    groups: list[list[Explanation]] = []
    for one in found:
        for group in groups:
            if _alike(one, group[0]):
                group.append(one)
                break
        else:
            groups.append([one])
    return groups


def _alike(one: Explanation, other: Explanation) -> bool:
    """Whether two come to the same number: of two slips of the pen, one is as good as the other."""
    if one.sort == other.sort and one.sort.startswith("slip"):
        return True
    if one.value is None or other.value is None:
        return False
    return abs(one.value - other.value) <= 1e-11 * max(abs(one.value), abs(other.value))


def _merged(found: Iterable[Explanation]) -> list[Explanation]:
    """Those that say the same are one."""
    best: dict[str, Explanation] = {}
    for one in found:
        best.setdefault(one.sentence, one)
    return list(best.values())


def gained(target: Target, others: Sequence[Target]) -> float:
    """What it is worth that a mistake accounts for other wrong numbers as well, in decades.

    The same digits once more, in another line, may be but the first ones copied.
    """
    distinct = {one.finding.printed: surprise(one) for one in others if one.printed}
    again = {one.line.line for one in others} - {target.line.line}
    copied = max(0, len(again) - len(distinct.keys() - {target.finding.printed}))
    distinct.pop(target.finding.printed, None)
    return _COPIED * copied - sum(math.log10(max(rarely, _RAREST)) for rarely in distinct.values())
