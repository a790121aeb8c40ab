"""Bugs as people write them, by somebody who did not know the catalogue: how many are named?

python -m benchmarks.bugs [PART OF A NAME]
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Final

from benchmarks.bugs.bug import Bug
from harness.bounds import Certified, certify
from harness.explain.witnesses.diagnosis import diagnose
from harness.explain.witnesses.lineup import questions
from harness.fixture import Chapter
from harness.oracle import Oracle
from harness.reading import read_fixture
from harness.scenario.task import Quantity
from harness.shipped import named

MODULES: Final = (
    "numpy_matrices", "layers_in_classes", "torch_modules", "numpy_batch", "jax_functions",
    "plain_loops", "adam", "cross_entropy",
)  # fmt: skip


def main(part: str) -> None:
    there: Counter[int] = Counter()
    found: Counter[int] = Counter()
    for name, bug in bugs():
        if part not in name:
            continue
        told = said(bug)
        there[bug.bugs] += 1
        found[bug.bugs] += told is not None
        print(f"{name}\n  is:   {bug.told}\n  said: {told or 'nothing'}", flush=True)
    for count in sorted(there):
        what = "single bugs" if count == 1 else "two bugs at once"
        print(f"{what}: {found[count]} of {there[count]} have a name")


def bugs() -> Iterator[tuple[str, Bug]]:
    """Every bug with its name."""
    for module in MODULES:
        for slug, bug in import_module(f"benchmarks.bugs.{module}").BUGS.items():
            yield f"{module}:{slug}", bug


def said(bug: Bug) -> str | None:
    """What is said of a bug; None where no mistake, and no two, reproduce all that is wrong."""
    chapter, certified = asked(bug.scenario)
    task = chapter.scenario.task(questions(chapter))
    texts = {str(quantity): quantity for quantity in task.asked}
    answers: dict[Quantity, float] = {
        texts[name]: float(value) for name, value in bug.run(task).items() if name in texts
    }
    found = diagnose(chapter, answers, certified)
    return found.sentence if found.suspects else None


@cache
def asked(scenario: str) -> tuple[Chapter, list[Certified]]:
    """A scenario, and the certified values of what is asked of it."""
    document, _, name = scenario.partition("/")
    fixture = read_fixture(named(Path(document)))
    [chapter] = [one for one in fixture.chapters if one.scenario.id == name]
    return chapter, list(certify(Oracle(chapter.scenario), questions(chapter)))


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "")
