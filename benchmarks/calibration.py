"""Do the stated chances come true? One wrong number at a time, printed to a few digits.

The numbers go wrong in Mazur's scenario as often in each way as the priors assume: by one mistake of
the catalogue, an intermediate rounded, another quantity printed, another setting, a slip of the pen; and
by two mistakes at once, which no single one explains. An explanation is a coincidence when what it
computes is another number, beyond the printed digits, or when it is another slip, setting or rounding.

python -m benchmarks.calibration [HOW MANY NUMBERS [SEED]]
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np

from harness.explain import Explanation
from harness.explain.catalogue.rounded import roundings
from harness.explain.catalogue.setting import decimal, settable
from harness.explain.computation.mistake import Mistake
from harness.explain.documents.slips import slips
from harness.explain.documents.weighing import PRIOR
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


@dataclass(frozen=True)
class Planted:
    """A wrong number as it is printed, and what it comes of; ``value`` is what it comes to in full
    precision, where that tells it."""

    sort: str
    quantity: str
    text: str
    value: float = np.nan
    sentence: str = ""

    def told(self, best: Explanation) -> bool:
        """Whether an explanation says what it comes of, or what comes to the same number."""
        if best.sort == self.sort == "slip":
            return True
        if best.sentence == self.sentence:
            return True
        return best.value is not None and bool(
            np.isclose(best.value, self.value, rtol=1e-9, atol=0)
        )


def main(count: int, seed: int) -> None:
    chapter = read_fixture(named(Path("mazur-2015"))).chapters[0]
    made_of: Counter[str] = Counter()
    found = list(outcomes(Bed("mazur-2015", chapter), count, random.Random(seed), made_of))
    print(f"{count} numbers, {len(found)} of them explained, seed {seed}")
    print(", ".join(f"{times} {sort}" for sort, times in made_of.most_common()))
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


def outcomes(
    bed: Bed, count: int, source: random.Random, made_of: Counter[str]
) -> Iterator[Outcome]:
    """The first explanation of so many wrong numbers, of those that have one."""
    sorts = {"two at once": 1.0, **{sort: PRIOR[sort] for sort in WAYS if sort in PRIOR}}
    for trial in range(count):
        [sort] = source.choices(list(sorts), list(sorts.values()))
        wrong = None
        while wrong is None:
            wrong = WAYS[sort](bed.lineup, source, DIGITS[trial % len(DIGITS)])
        made_of[sort] += 1
        told = explained(document(bed.chapter.scenario, {wrong.quantity: wrong.text}))
        for best in [one.best for one in told if one.best.mistake != "none"]:
            yield best.chance, not wrong.told(best)


def one_mistake(lineup: Lineup, source: random.Random, digits: int) -> Planted | None:
    return computed("catalogue", lineup, source.choice(lineup.mistakes[1:]), source, digits)


def two_at_once(lineup: Lineup, source: random.Random, digits: int) -> Planted | None:
    one, other = (source.choice(lineup.mistakes[1:]) for _ in range(2))
    if one.instead is not None or other.instead is not None:
        return None
    return computed("two at once", lineup, both(one, other), source, digits)


def intermediate_rounded(lineup: Lineup, source: random.Random, digits: int) -> Planted | None:
    mistakes = [mistake for _, mistake in roundings(lineup.derivation, digits)]
    return computed("rounded", lineup, source.choice(mistakes), source, digits)


def another_setting(lineup: Lineup, source: random.Random, digits: int) -> Planted | None:
    """A given number that is another one, of two digits."""
    name, stated = source.choice(list(settable(lineup.scenario).items()))
    value = Fraction(source.randint(1, 99), 100)
    sentence = f"{name} = {decimal(value)} is computed with instead of {decimal(stated)}"
    return computed("solved", lineup, Mistake("", "", sentence, "", 0, given={name: value}), source, digits)  # fmt: skip


def another_quantity(lineup: Lineup, source: random.Random, digits: int) -> Planted | None:
    right = lineup.answers[:, 0]
    place, other = source.sample(range(len(right)), 2)
    if not shows(right[other], right[place], digits):
        return None
    text = printed(right[other], digits)
    return Planted("another quantity", str(lineup.followed[place]), text, float(right[other]))


def slip_of_the_pen(lineup: Lineup, source: random.Random, digits: int) -> Planted | None:
    place, right = source.choice(list(enumerate(lineup.answers[:, 0])))
    text = slip(printed(right, digits), source)
    if text is None or not shows(float(text), right, digits):
        return None
    return Planted("slip", str(lineup.followed[place]), text)


#: How a number goes wrong.
WAYS: Final[dict[str, Callable[[Lineup, random.Random, int], Planted | None]]] = {
    "catalogue": one_mistake,
    "two at once": two_at_once,
    "rounded": intermediate_rounded,
    "another quantity": another_quantity,
    "solved": another_setting,
    "slip": slip_of_the_pen,
}


def computed(
    sort: str, lineup: Lineup, mistake: Mistake, source: random.Random, digits: int
) -> Planted | None:
    """A number that a mistake changes by more than the last digit; None where it changes none."""
    wrong, right = made(lineup, mistake), lineup.answers[:, 0]
    places = [k for k in range(len(wrong)) if shows(wrong[k], right[k], digits)]
    if not places:
        return None
    place = source.choice(places)
    quantity, value = str(lineup.followed[place]), float(wrong[place])
    return Planted(sort, quantity, printed(value, digits), value, mistake.sentence)


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


def slip(text: str, source: random.Random) -> str | None:
    """A decimal with a slip of the pen, each kind as likely as another; None where it is the same."""
    by_kind: dict[str, list[str]] = {}
    for changed, words, _ in slips(text):
        by_kind.setdefault("".join(c for c in words if not c.isdigit()), []).append(changed)
    changed = source.choice(by_kind[source.choice(sorted(by_kind))])
    return None if changed.strip("-.") == "" or float(changed) == float(text) else changed


if __name__ == "__main__":
    main(*(int(one) for one in (sys.argv[1:] + ["400", "1"][len(sys.argv) - 1 :])))
