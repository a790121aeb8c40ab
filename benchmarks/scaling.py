"""How the cost of a check grows: with the number of scenarios, and with the number of lines.

    python -m benchmarks.scaling [RUNS]

Each size is timed in turn with the smallest one, as in ``benchmarks.timing``. A ratio that is the
factor itself means that the cost grows linearly.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from benchmarks.timing import paired
from harness.check import check
from harness.reading import read_text
from harness.starting import Model, starting_point
from harness.witnesses import load

FACTORS = (1, 2, 4, 8)
SCENARIOS = 10
LINES = 40


def with_scenarios(count: int) -> str:
    """A starting point of which the scenario stands there so many times."""
    head, _, scenario = starting_point("scaling.yaml", Model((3, 4, 2))).partition("scenarios:\n")
    each = [scenario.replace("id: net-3-4-2", f"id: net-{k}") for k in range(count)]
    return f"{head}scenarios:\n{''.join(each)}"


def with_lines(count: int) -> str:
    """A starting point with so many lines: a quantity, its formula, numbers, the result."""
    text = starting_point("scaling.yaml", Model((3, 4, 2)))
    head, _, rest = text.partition("      Forward pass:\n")
    line = next(line for line in rest.splitlines(keepends=True) if "- net_h1 = " in line)
    return f"{head}      Forward pass:\n{line * count}"


def main(runs: int) -> None:
    witnesses = [load("scalar_tape")]
    sizes: list[tuple[str, int, Callable[[int], str]]] = [
        ("scenarios", SCENARIOS, with_scenarios),
        ("lines", LINES, with_lines),
    ]
    for what, least, made in sizes:
        texts = {factor: made(least * factor) for factor in FACTORS}

        def run(factor: int, texts: dict[int, str] = texts) -> int:
            report = check([read_text(texts[factor])], witnesses)
            assert report.exit_status == 0
            return report.exit_status

        def read(factor: int, texts: dict[int, str] = texts) -> object:
            return read_text(texts[factor])

        for name, job in (("checking", run), ("of that, reading", read)):
            print(f"{name}: {what}, times, ratio (lowest to highest), seconds against those of 1x")
            for factor in FACTORS:
                ratio = paired(lambda f=factor, job=job: job(f), lambda job=job: job(1), runs)
                print(f"{least * factor:6} {factor:3}x  {ratio}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
