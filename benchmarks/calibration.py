"""Do the stated chances come true? One wrong number at a time, printed to a few digits.

Half of the numbers come of one mistake of the catalogue, planted in Mazur's scenario; half of two at
once, which no single mistake explains. An explanation of a number is a coincidence when what it
computes is another number, beyond the printed digits.

python -m benchmarks.calibration [HOW MANY NUMBERS [SEED]]
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from harness.explain.computation.mistake import Mistake
from harness.explain.witnesses.answers import answers
from harness.explain.witnesses.lineup import Lineup
from harness.reading import read_fixture
from harness.selftest.documents import document, explained, printed
from harness.selftest.planting import Bed
from harness.shipped import named

DIGITS = (2, 3, 4, 5)
BORDERS = (0.0, 0.001, 0.01, 0.03, 0.07, 0.15, 0.3, 0.5, 0.7, 0.9, 1.0)
#: A chance, and whether the explanation was a coincidence.
Outcome = tuple[float, bool]


def main(count: int, seed: int) -> None:
    chapter = read_fixture(named(Path("mazur-2015"))).chapters[0]
    found = list(outcomes(Bed("mazur-2015", chapter), count, random.Random(seed)))
    print(f"{count} numbers, {len(found)} of them explained, seed {seed}")
    print_table(found)


def print_table(found: list[Outcome]) -> None:
    """What was said beside what came true, by how likely a coincidence was said to be."""
    print("| said to be | explanations | mean of what was said | coincidences |")
    print("|---|---|---|---|")
    for low, high in pairwise(BORDERS):
        some = [one for one in found if low <= one[0] < high or one[0] == high == 1]
        if some:
            said, true = np.mean(some, axis=0)
            print(f"| {low:.1%} to {high:.1%} | {len(some)} | {said:.1%} | {true:.1%} |")


def outcomes(bed: Bed, count: int, source: random.Random) -> Iterator[Outcome]:
    """The first explanation of so many wrong numbers, of those that have one."""
    lineup, right = bed.lineup, bed.lineup.answers[:, 0]
    for trial in range(count):
        digits = DIGITS[trial % len(DIGITS)]
        places: list[int] = []
        while not places:
            one, other = (source.choice(lineup.mistakes[1:]) for _ in range(2))
            # What makes another computation is planted by itself.
            alone = source.random() < 0.5 or one.instead is not None or other.instead is not None
            wrong = made(lineup, one if alone else both(one, other))
            places = [k for k in range(len(wrong)) if shows(wrong[k], right[k], digits)]
        place = source.choice(places)
        quantity, value = str(lineup.followed[place]), float(wrong[place])
        told = explained(document(bed.chapter.scenario, {quantity: printed(value, digits)}))
        for best in [one.best for one in told if one.best.mistake != "none"]:
            close = best.value is not None and np.isclose(best.value, value, rtol=1e-9, atol=0)
            yield best.chance, not close


def both(one: Mistake, other: Mistake) -> Mistake:
    """Two mistakes made at once."""
    return Mistake(
        "", "", "", "", 0, {**one.edits, **other.edits}, {**one.given, **other.given},
        {**one.after, **other.after},
    )  # fmt: skip


def made(lineup: Lineup, mistake: Mistake) -> Any:
    """What comes of a mistake."""
    return answers(lineup.derivation, [mistake], lineup.followed)[:, 0]


def shows(value: float, right: float, digits: int) -> bool:
    """Whether a mistake is seen in print, by more than the last digit."""
    return bool(
        np.isfinite(value)
        and value
        and abs(value - right) > 1.5 * abs(right) * 10.0 ** (1 - digits)
    )


if __name__ == "__main__":
    main(*(int(one) for one in (sys.argv[1:] + ["400", "1"][len(sys.argv) - 1 :])))
