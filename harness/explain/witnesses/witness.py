"""Implementations heard once more, on the questions that tell mistakes apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from harness.agreement import Agreement, compare
from harness.bounds import certify
from harness.explain.witnesses.diagnosis import diagnose
from harness.explain.witnesses.lineup import questions
from harness.explain.witnesses.suspects import Diagnosis
from harness.fixture import Chapter, Fixture
from harness.hearing import Heard, apart
from harness.oracle import Oracle

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Diagnosed:
    """A scenario on which a witness was heard; the diagnosis is there where it disagrees."""

    fixture: Fixture
    chapter: Chapter
    agreement: Agreement
    diagnosis: Diagnosis | None


def diagnosed(
    name: str, chapters: Sequence[tuple[Fixture, Chapter]], progress: Progress = lambda _: None
) -> tuple[Heard, list[Diagnosed]]:
    """A witness, named as ``-i`` names it, heard on some scenarios in a process of its own.

    Raises NoSuchImplementation for a name that names nothing.
    """
    asked = [questions(chapter) for _, chapter in chapters]
    tasks = [
        chapter.scenario.task(some) for (_, chapter), some in zip(chapters, asked, strict=True)
    ]
    hearing = apart(name, tasks)
    progress(f"waiting for {name}")
    heard = hearing()
    found: list[Diagnosed] = []
    for (fixture, chapter), some, said in zip(chapters, asked, heard.testimonies, strict=False):
        where = f"{fixture.document.id}/{chapter.scenario.id}"
        progress(f"{where}: mistakes of {name}")
        oracle = Oracle(chapter.scenario)
        certified = certify(oracle, some)
        agreement = compare(said, certified, oracle)
        wrong = agreement.status == "disagrees"
        told = None
        if wrong:
            told = diagnose(chapter, said.answers, certified, _of(progress, f"{where}, {name}"))
        found.append(Diagnosed(fixture, chapter, agreement, told))
    return heard, found


def _of(progress: Progress, what: str) -> Progress:
    return lambda done: progress(f"{what}: {done}")
