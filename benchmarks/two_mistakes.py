"""Are two mistakes found, and told only where they were made?

In each scenario that backproof ships, pairs drawn from the catalogue are planted; then one or two
lines are computed in a strange way, which is in no catalogue. What no single mistake reproduces is
told as two, or as nothing.

python -m benchmarks.two_mistakes [HOW MANY IN EACH SCENARIO [SEED]]
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from harness.explain.catalogue.both import both
from harness.explain.computation.mistake import SOUND, Mistake
from harness.explain.witnesses.answers import answers
from harness.explain.witnesses.diagnosis import double, single
from harness.explain.witnesses.lineup import Lineup, questions
from harness.explain.witnesses.matching import Matching
from harness.explain.witnesses.suspects import MOST_STEPS
from harness.reading import read_fixture
from harness.shipped import shipped_fixtures

#: A line is multiplied by one of these, or by another number of the scenario.
STRANGE = [Fraction(one) for one in ("3", "1/3", "11/10", "3/2", "-3/2", "9/10", "5", "3/4")]
OUTCOMES = ("told as two", "no evidence", "one wrong number", "not found")
Planted = Callable[[Lineup, random.Random], Mistake | None]


def main(count: int, seed: int) -> None:
    planted = {
        "two of the catalogue": pair,
        "one strange line": strange,
        "two strange lines": two_strange,
    }
    told: dict[str, Counter[str]] = {what: Counter() for what in planted}
    for path in shipped_fixtures():
        for chapter in read_fixture(path).chapters:
            steps = len(chapter.scenario.computation.steps)
            lineup = Lineup(chapter.scenario, questions(chapter))
            if not 0 < steps <= MOST_STEPS or not lineup.derivation.entries:
                continue
            source = random.Random(seed)
            for what, plant in planted.items():
                told[what] += Counter(outcome(lineup, plant(lineup, source)) for _ in range(count))
    print(f"| planted | no single mistake | {' | '.join(OUTCOMES)} |")
    print("|---|---|---|---|---|---|")
    for what, times in told.items():
        some = [times[one] for one in OUTCOMES]
        print(f"| {what} | {sum(some):,} | {' | '.join(map(str, some))} |")


def outcome(lineup: Lineup, planted: Mistake | None) -> str:
    """What is said of an implementation that does so."""
    if planted is None:
        return "not planted"
    column = answers(lineup.derivation, [planted], lineup.followed)[:, 0]
    matching = Matching(lineup, dict(zip(lineup.followed, map(float, column), strict=True)))
    found = single(matching)
    if found.suspects or not matching.telling.any():
        return "one" if found.suspects else "right"
    found = double(matching, found, lambda _: None)
    if found.suspects:
        return "told as two"
    if not found.pairs:
        return "one wrong number"
    return "no evidence" if found.unproven else "not found"


def pair(lineup: Lineup, source: random.Random) -> Mistake | None:
    """Two mistakes of the catalogue."""
    if len(lineup.mistakes) < 3:
        return None
    one, other = source.sample(lineup.mistakes[1:], 2)
    return both(lineup.derivation, one, other)


def strange(lineup: Lineup, source: random.Random) -> Mistake | None:
    """A line multiplied by what has no place there."""
    derivation = lineup.derivation
    entry = source.choice([one for one in derivation.entries if one.operands] or [None])
    if entry is None:
        return None
    place = derivation.position
    before = [one for one in place if place[one] < place[entry.result]]
    factor = source.choice([*STRANGE, *derivation.scenario.given, *before])
    if isinstance(factor, Fraction):
        edited = replace(entry, scale=entry.scale * factor)
    else:
        operands = entry.operands if entry.operation == "multiply" else entry.operands[:1]
        edited = replace(entry, operation="multiply", operands=(*operands, factor))
    return replace(SOUND, edits={entry.result: edited})


def two_strange(lineup: Lineup, source: random.Random) -> Mistake | None:
    """Two such lines."""
    one, other = strange(lineup, source), strange(lineup, source)
    return both(lineup.derivation, one, other) if one and other else None


if __name__ == "__main__":
    main(*(int(one) for one in (sys.argv[1:] + ["50", "1"][len(sys.argv) - 1 :])))
