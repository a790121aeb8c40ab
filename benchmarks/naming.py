"""Mistakes planted in Mazur's scenario, all numbers printed to 9 digits: is the right one named first?

python -m benchmarks.naming [HOW MANY MISTAKES]
"""

from __future__ import annotations

import random
import sys
from pathlib import Path
from typing import Any

import numpy as np

from harness.explain import Explained
from harness.explain.explanation import Explanation
from harness.reading import read_fixture
from harness.selftest.documents import document, explained, printed
from harness.selftest.planting import Bed
from harness.shipped import named

DIGITS = 9


def main(count: int) -> None:
    bed = Bed("mazur-2015", read_fixture(named(Path("mazur-2015"))).chapters[0])
    mistakes = bed.lineup.mistakes
    places = list(range(1, len(mistakes)))
    random.Random(9).shuffle(places)
    tried = first = every = 0
    for place in places:
        numbers = shown(bed, place)
        if tried == count:
            break
        if numbers == shown(bed, 0) or any("N" in text.upper() for text in numbers.values()):
            continue  # nothing of it shows in print, or it has no value
        told = explained(document(bed.chapter.scenario, numbers))
        wrong = {one.line.line for one in told}
        right = [
            same(bed, one.best, place) or (len(wrong) == 1 and alone(bed, one, place))
            for one in told
            if one.best.mistake not in {"none", "carried on"}
        ]
        tried += 1
        first += bool(right) and right[0]
        every += bool(right) and all(right)
        if not (right and right[0]):
            best = told[0].best.sentence if told else "nothing is wrong"
            print(f"  planted: {mistakes[place].sentence}\n    named: {best}")
    print(
        f"{tried} mistakes, {DIGITS} digits: the first wrong line names {first / tried:.1%} of them"
    )
    print(f"every wrong line that is explained names {every / tried:.1%}")


def shown(bed: Bed, place: int) -> dict[str, str]:
    """What a document with this mistake prints."""
    column: Any = bed.lineup.answers[:, place]
    return {
        str(quantity): printed(float(value), DIGITS)
        for quantity, value in zip(bed.lineup.followed, column, strict=True)
    }


def same(bed: Bed, best: Explanation, place: int) -> bool:
    """Whether an explanation is the mistake that was planted, or computes the same."""
    found = bed.columns.get(best.key)
    if found is None:
        return False
    answers = bed.lineup.answers
    return bool(np.allclose(answers[:, found], answers[:, place], rtol=1e-9, atol=0))


def alone(bed: Bed, one: Explained, place: int) -> bool:
    """Whether an explanation of the only wrong number comes to it in full precision."""
    value, planted = one.best.value, bed.lineup.answers[one.line.line - 1, place]
    return value is not None and bool(np.isclose(value, planted, rtol=1e-9, atol=0))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
