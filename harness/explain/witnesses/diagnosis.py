"""An implementation that disagrees: the mistake, or the two, with which it would agree."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from harness.bounds import Certified, Divergence, measured
from harness.explain.catalogue.sizes import MOST_TRIED, left_out
from harness.explain.computation.derivation import loss_of
from harness.explain.computation.mistake import Mistake
from harness.explain.witnesses.answers import CLOSE, FINE
from harness.explain.witnesses.evidence import Evidence
from harness.explain.witnesses.lineup import lineup
from harness.explain.witnesses.matching import Matching
from harness.explain.witnesses.pairs import pairs
from harness.explain.witnesses.start import start
from harness.explain.witnesses.suspects import Diagnosis, Suspect
from harness.explain.witnesses.throughout import throughout
from harness.explain.witnesses.unknown import solved
from harness.fixture import Chapter
from harness.scenario.task import Quantity

Progress = Callable[[str], None]


def diagnose(
    chapter: Chapter,
    told: Mapping[Quantity, float],
    certified: Sequence[Certified],
    progress: Progress = lambda _: None,
) -> Diagnosis:
    """What is wrong with an implementation that told this of a chapter's scenario.

    Answers that cannot be judged are left aside: at a kink, each implementation has its choice.
    """
    judged = [one for one in certified if one.bound is not None and one.quantity in told]
    answers = {one.quantity: told[one.quantity] for one in judged}
    wrong = sum(isinstance(measured(one, answers[one.quantity]), Divergence) for one in judged)
    large = len(chapter.scenario.computation.steps) > MOST_TRIED
    if not wrong or large or not loss_of(chapter.scenario):
        return Diagnosis((), 0, len(answers), wrong)
    matching = Matching(lineup(chapter), answers)
    if not matching.wrong.any():
        return single(replace(matching, within=FINE))
    found = single(matching)
    if found.suspects:
        return found
    return double(matching, found, progress)


def single(matching: Matching) -> Diagnosis:
    """The mistakes that reproduce all wrong answers, up to what rounding to float64 can do; none
    where the right computation reproduces all."""
    mistakes, values = matching.lineup.mistakes, len(matching.asked)
    if not values:
        return Diagnosis((), 0, 0, 0)
    wrong, telling = matching.wrong, matching.telling
    undefined = int((wrong & ~telling).sum())
    found: list[Suspect] = []
    if telling.any():
        found += [
            Suspect(
                mistakes[k], float(matching.off[telling, k].max()), int(matching.contradicted[k])
            )
            for k in map(int, np.flatnonzero(matching.close[wrong].all(axis=0)))
        ]
        if matching.within == CLOSE:
            answered = {one: matching.told[one] for one in matching.asked}
            amiss = {q: a for (q, a), bad in zip(answered.items(), wrong, strict=True) if bad}
            found += [Suspect(*one) for one in throughout(answered, amiss, matching.lineup.right)]
            found = found or [Suspect(*one) for one in _solved(matching)]
        found.sort(key=lambda one: (one.right, one.mistake.size))
    return Diagnosis(
        tuple(found), len(mistakes) - 1, values, int(wrong.sum()), undefined,
        left_out=left_out(matching.lineup.scenario),
    )  # fmt: skip


def _solved(matching: Matching) -> list[tuple[Mistake, float, int]]:
    """The numbers of its own with which an implementation answers as it does."""
    finite = np.isfinite(matching.given[:, 0])
    if (matching.wrong & ~finite).any():
        return []
    told = {
        one: matching.told[one] for one, fine in zip(matching.asked, finite, strict=True) if fine
    }
    wrong = [one for one, bad in zip(matching.asked, matching.telling, strict=True) if bad]
    return solved(matching.lineup.derivation, matching.lineup.mistakes, told, wrong)


def double(matching: Matching, found: Diagnosis, progress: Progress) -> Diagnosis:
    """What is found where no single mistake reproduces all wrong answers: two at once that do, or
    else what the first of these comes of."""
    if not matching.telling.any():  # what is no number tells no mistake from another
        return found
    evidence = Evidence(matching)
    tried = pairs(matching, evidence, progress)
    return replace(
        found,
        suspects=tried.suspects,
        pairs=tried.pairs,
        unproven=tried.unproven,
        large=tried.large,
        start=None if tried.suspects else start(matching, alone=len(evidence.roots) == 1),
    )
