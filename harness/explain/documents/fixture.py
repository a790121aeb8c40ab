"""All wrong lines of a fixture explained."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from harness.explain.documents.chapter import Explained, explain
from harness.fixture import Fixture
from harness.oracle import Oracle
from harness.verdicts import Finding, Judged, judge

Progress = Callable[[str], None]
#: The scenario's id, the finding, and what explains it.
Found = tuple[str, Finding, Explained]


def explain_fixture(fixture: Fixture, progress: Progress = lambda _: None) -> list[Found]:
    """A fixture judged, and every erratum in it explained."""
    return explain_report(fixture, judge_fixture(fixture, progress), progress)


def judge_fixture(fixture: Fixture, progress: Progress = lambda _: None) -> list[list[Judged]]:
    """Every line of a fixture judged, chapter by chapter."""
    judged = []
    for chapter in fixture.chapters:
        progress(f"{fixture.document.id}/{chapter.scenario.id}: lines")
        judged.append(judge(chapter, Oracle(chapter.scenario)))
    return judged


def explain_report(
    fixture: Fixture, judged: Sequence[Sequence[Judged]], progress: Progress = lambda _: None
) -> list[Found]:
    """Every erratum of a fixture that has been judged, chapter by chapter."""
    found: list[Found] = []
    for chapter, lines in zip(fixture.chapters, judged, strict=True):
        name = f"{fixture.document.id}/{chapter.scenario.id}"
        told = explain(chapter, lines, _under(name, progress))
        for one in told:
            finding = lines[one.spot.row].findings[one.spot.place]
            found.append((chapter.scenario.id, finding, one))
    return found


def _under(name: str, progress: Progress) -> Progress:
    """Progress that names the scenario it is made in."""
    return lambda doing: progress(f"{name}: {doing}")
