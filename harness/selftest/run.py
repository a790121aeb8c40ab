"""The whole selftest: every mistake planted in every scenario, and the rules compared."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from harness.explain.catalogue.sizes import MOST_TRIED
from harness.fixture import Fixture
from harness.selftest.comparison import Compared, Comparison
from harness.selftest.planting import Bed, Trial

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Row:
    """One scenario: how many mistakes of the catalogue were planted, and what became of them."""

    scenario: str
    trials: tuple[Trial, ...]

    @property
    def changing(self) -> list[Trial]:
        """Those that change a value."""
        return [trial for trial in self.trials if trial.outcome != "equivalent"]

    @property
    def caught(self) -> int:
        """How many of those disagree with the certified values."""
        return sum(trial.outcome == "caught" for trial in self.changing)

    @property
    def names(self) -> Counter[str]:
        """What the diagnosis called them."""
        return Counter(trial.name for trial in self.changing)


@dataclass(frozen=True)
class Selftest:
    """Everything that was planted."""

    rows: tuple[Row, ...]
    comparison: Comparison

    @property
    def trials(self) -> list[tuple[str, Trial]]:
        """All trials, each with its scenario."""
        return [(row.scenario, trial) for row in self.rows for trial in row.trials]

    @property
    def exit_status(self) -> int:
        """1 where a mistake that changes a value was missed."""
        return int(any(row.caught < len(row.changing) for row in self.rows))


def beds(fixtures: Sequence[Fixture]) -> Iterator[Bed]:
    """The scenarios that mistakes can be planted in."""
    for fixture in fixtures:
        for chapter in fixture.chapters:
            if 0 < len(chapter.scenario.computation.steps) <= MOST_TRIED:
                yield Bed(fixture.document.id, chapter)


def selftest(
    fixtures: Sequence[Fixture],
    most: int | None = None,
    progress: Progress = lambda _: None,
    compared: Compared | None = None,
) -> Selftest:
    """Every mistake, or of each scenario at most so many, drawn at random."""
    compared = compared or Compared()
    rows: list[Row] = []
    for bed in beds(fixtures):
        mistakes = bed.lineup.mistakes[1:]
        if most is not None and most < len(mistakes):
            mistakes = random.Random(bed.name).sample(mistakes, most)
        trials: list[Trial] = []
        for count, mistake in enumerate(mistakes):
            if count % 50 == 0:
                progress(f"{bed.name}: {count:,} of {len(mistakes):,} mistakes")
            trials.append(bed.trial(mistake))
        progress(f"{bed.name}: other comparison rules")
        compared.scenario(bed, trials)
        rows.append(Row(bed.name, tuple(trials)))
    return Selftest(tuple(rows), compared.found)
