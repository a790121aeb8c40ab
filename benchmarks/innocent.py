"""Random scenarios, right in all they print and answer: is a mistake found where there is none?

Of each, every certified number is printed to 9 digits, and the answers of an implementation that
agrees are diagnosed as if they disagreed.

python -m benchmarks.innocent [HOW MANY SCENARIOS [SEED]]
"""

from __future__ import annotations

import sys
from collections import Counter
from decimal import Context, Decimal

from benchmarks.campaign import drawn
from harness.agreement import compare
from harness.bounds import Certified, certify
from harness.explain.witnesses.diagnosis import diagnose
from harness.explain.witnesses.lineup import questions
from harness.fixture import Chapter
from harness.oracle import Oracle
from harness.reading import read_text
from harness.selftest.documents import document, explained
from harness.witnesses import Witness, load, question

NINE = Context(prec=9)


def main(count: int, seed: int) -> None:
    told: Counter[str] = Counter()
    witnesses = [load("scalar_tape"), load("numpy_duals")]
    for number, text in enumerate(dict.fromkeys(drawn(count, seed))):
        (chapter,) = read_text(text, f"random-{number}.yaml").chapters
        asked = questions(chapter)
        certified = certify(Oracle(chapter.scenario), asked)
        told["scenarios"] += 1
        numbers = printed(certified)
        told["right numbers"] += len(numbers)
        told["right numbers explained"] += len(explained(document(chapter.scenario, numbers)))
        for witness in witnesses:
            found = suspected(witness, chapter, certified)
            told["right implementations diagnosed"] += found is not None
            if found:
                told["right implementations given a mistake"] += 1
                print(f"  scenario {number}, {witness.name}: {found}")
    for what, times in told.items():
        print(f"{times:>9,}  {what}")


def printed(certified: list[Certified]) -> dict[str, str]:
    """The certified numbers, correctly rounded to 9 digits."""
    found = {}
    for one in certified:
        exact = Decimal(one.ball.mid().str(60, radius=False)) if one.doubt is None else None
        # Larger ones, without an exponent, would be printed to more than nine digits.
        if exact is not None and 1e-30 < abs(exact) < 1e9:
            found[str(one.quantity)] = f"{NINE.create_decimal(exact):f}"
    return found


def suspected(witness: Witness, chapter: Chapter, certified: list[Certified]) -> str | None:
    """The mistake that an implementation is given; None where it does not agree by itself."""
    task = chapter.scenario.task([one.quantity for one in certified])
    said = question(witness, task)
    if compare(said, certified).status != "agrees":
        return None
    found = diagnose(chapter, said.answers, certified)
    return found.sentence if found.suspects or found.wrong else ""


if __name__ == "__main__":
    main(*(int(one) for one in (sys.argv[1:] + ["1000", "0"][len(sys.argv) - 1 :])))
