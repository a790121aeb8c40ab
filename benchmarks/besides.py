"""Do the chances of slips over an established mistake come true, and those of second mistakes?

A mistake is planted in Mazur's scenario, and two of its numbers are printed to 9 digits. A third one is
printed to 3 to 6 digits, with a slip of the pen, or with a second mistake made besides, half and half.
What is said of it is a coincidence where it is a slip over the first mistake, and that was not made; or a
second mistake, and another one was made, or none.

python -m benchmarks.besides [HOW MANY NUMBERS [SEED]]
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.calibration import Outcome, both, made, print_table, shows, slip
from harness.explain.computation.mistake import Mistake
from harness.reading import read_fixture
from harness.selftest.documents import document, explained, printed
from harness.selftest.planting import Bed
from harness.shipped import named

DIGITS = (3, 4, 5, 6)
#: What is said of a number, and whether it was printed with a slip of the pen.
Said = tuple[str, bool]


def main(count: int, seed: int) -> None:
    chapter = read_fixture(named(Path("mazur-2015"))).chapters[0]
    said: Counter[Said] = Counter()
    found = list(outcomes(Bed("mazur-2015", chapter), count, random.Random(seed), said))
    for (what, slipped), times in sorted(said.items()):
        print(f"{times:>5} {what}, printed with a {'slip' if slipped else 'second mistake'}")
    print_table(found)


def outcomes(bed: Bed, count: int, source: random.Random, said: Counter[Said]) -> Iterator[Outcome]:
    """The chance of each number that is said to be a slip over the mistake of the others, or one
    made besides."""
    lineup, right = bed.lineup, bed.lineup.answers[:, 0]
    for trial in range(count):
        digits, text = DIGITS[trial % len(DIGITS)], None
        while text is None:
            one, other = (plain(source, lineup.mistakes) for _ in range(2))
            wrong = made(lineup, one)
            places = [k for k in range(len(wrong)) if shows(wrong[k], right[k], 7)]
            if len(places) < 3:
                continue
            *first, last = source.sample(places, 3)
            slipped, value = source.random() < 0.5, np.nan
            if slipped:
                text = slip(printed(wrong[last], digits), source)
            else:
                value = float(made(lineup, both(one, other))[last])
                seen = shows(value, right[last], digits) and shows(value, wrong[last], digits)
                text = printed(value, digits) if seen else None
        numbers = {str(lineup.followed[k]): printed(wrong[k], 9) for k in first}
        numbers[str(lineup.followed[last])] = text
        told = explained(document(bed.chapter.scenario, numbers))
        best = next((one.best for one in told if one.line.line == len(numbers)), None)
        if best is None:
            continue
        said[best.sort, slipped] += 1
        if best.sort == "slip besides":
            yield best.chance, not slipped
        if best.sort == "besides":
            same = best.value is not None and np.isclose(best.value, value, rtol=1e-9, atol=0.0)
            yield best.chance, not same


def plain(source: random.Random, mistakes: list[Mistake]) -> Mistake:
    """A mistake that edits lines, and can be made beside another one."""
    return source.choice([one for one in mistakes[1:] if one.instead is None])


if __name__ == "__main__":
    main(*(int(one) for one in (sys.argv[1:] + ["300", "1"][len(sys.argv) - 1 :])))
