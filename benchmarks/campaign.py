"""Random scenarios through the implementations: does any of them disagree with the oracle?

    python -m benchmarks.campaign N [--seed S] [-i NAME …] [--into FOLDER]

The scenarios are those of ``harness.strategies``, the same ones for the same seed. Of each
disagreement the fixture is written to the folder, so that ``backproof check`` can be run on it.
JAX compiles each scenario anew; name the others with ``-i`` to leave it out.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings

from harness.agreement import Agreement, certify, compare, pairs
from harness.oracle import Oracle
from harness.reading import read_text
from harness.strategies import scenarios
from harness.witnesses import Witness, installed, load, question

#: Scenarios that are drawn at a time.
BATCH = 250


@dataclass
class Tally:
    """What became of one implementation over all scenarios."""

    scenarios: Counter[str] = field(default_factory=Counter)
    agreed: int = 0
    undecided: int = 0
    unanswered: int = 0
    worst: float = 0.0
    worst_of: str = ""
    seconds: float = 0.0

    def add(self, found: Agreement, of: str) -> None:
        self.scenarios[found.status] += 1
        self.agreed += found.quantities
        self.undecided += len(found.undecided)
        self.unanswered += len(found.unanswered)
        if found.status == "agrees" and (found.worst_of_bound or 0.0) > self.worst:
            self.worst, self.worst_of = found.worst_of_bound or 0.0, of


def drawn(count: int, start: int) -> Iterator[str]:
    """So many fixtures, in batches of which each has a seed of its own."""
    for first in range(0, count, BATCH):
        yield from _batch(min(BATCH, count - first), start + first)


def _batch(count: int, number: int) -> list[str]:
    found: list[str] = []

    @seed(number)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(scenarios())
    def collect(fixture: str) -> None:
        found.append(fixture)

    collect()
    return found


@dataclass
class Campaign:
    witnesses: Sequence[Witness]
    into: Path
    tallies: dict[str, Tally]
    steps: int = 0
    certifying: float = 0.0
    apart: int = 0
    odd: list[str] = field(default_factory=list)

    def run(self, number: int, text: str) -> None:
        """One scenario through all implementations, in this process."""
        name = f"random-{number}"
        (chapter,) = read_text(text, f"{name}.yaml").chapters
        asked = chapter.asked()
        self.steps += len(chapter.scenario.computation.steps)
        start = time.perf_counter()
        certified = certify(Oracle(chapter.scenario), asked)
        self.certifying += time.perf_counter() - start
        testimonies, told = [], []
        for witness in self.witnesses:
            tally, start = self.tallies[witness.name], time.perf_counter()
            testimonies.append(question(witness, chapter.scenario.task(asked)))
            tally.seconds += time.perf_counter() - start
            found = compare(testimonies[-1], certified)
            tally.add(found, name)
            if found.status in {"disagrees", "failed"} or found.unanswered:
                what = found.first_divergence or found.reason or found.unanswered
                told.append(f"{witness.name} {found.status}: {what}")
        sure = {value.quantity for value in certified if value.doubt is None}
        for pair in pairs(testimonies, certified):
            if sure & set(pair.apart):
                told.append(f"{pair.first} and {pair.second} are apart: {pair.apart}")
                self.apart += 1
        if told:
            self.into.mkdir(parents=True, exist_ok=True)
            (self.into / f"{name}.yaml").write_text(text, encoding="utf-8")
            self.odd += [f"{self.into / name}.yaml: {one}" for one in told]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("count", type=int)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("-i", dest="names", action="append", metavar="NAME")
    parser.add_argument("--into", type=Path, default=Path("campaign"))
    options = parser.parse_args()
    loaded = [load(name) for name in options.names or installed()]
    witnesses = [witness for witness in loaded if witness.run is not None]
    for witness in loaded:
        if witness.run is None:
            print(f"not run: {witness.name}: {witness.reason}")
    campaign = Campaign(witnesses, options.into, {w.name: Tally() for w in witnesses})
    start = time.perf_counter()
    seen: set[str] = set()
    with suppress(KeyboardInterrupt):  # Ctrl-C ends it with what there is
        for text in drawn(options.count, options.seed):
            if text not in seen:
                campaign.run(len(seen), text)
                seen.add(text)
    print(
        f"{len(seen)} different scenarios of {options.count} drawn (seed {options.seed}), "
        f"{campaign.steps} steps, {time.perf_counter() - start:.0f} s in all, "
        f"{campaign.certifying:.0f} s of them certifying"
    )
    print(
        f"{'':<16}{'agrees':>8}{'disagrees':>11}{'failed':>8}{'unsupported':>13}{'quantities':>12}"
        f"{'undecided':>11}{'unanswered':>12}{'worst of bound':>16}{'seconds':>9}"
    )
    for name, tally in campaign.tallies.items():
        count = tally.scenarios
        print(
            f"{name:<16}{count['agrees']:>8}{count['disagrees']:>11}{count['failed']:>8}"
            f"{count['unsupported']:>13}{tally.agreed:>12}{tally.undecided:>11}"
            f"{tally.unanswered:>12}{tally.worst:>16.3f}{tally.seconds:>9.1f}  {tally.worst_of}"
        )
    print(f"{campaign.apart} pairs apart where the oracle is sure")
    if campaign.odd:
        print("\n".join(campaign.odd))


if __name__ == "__main__":
    main()
