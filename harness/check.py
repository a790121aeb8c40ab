"""The main job: fixtures and witnesses in, everything that was found out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from harness.agreement import Agreement, Pair, certify, compare, pairs
from harness.fixture import Chapter, Fixture
from harness.oracle import Oracle
from harness.verdicts import Finding, Judged, judge
from harness.witnesses import Testimony, Witness, question

#: Called with what is being done now, for a progress display.
Progress = Callable[[str], None]


@dataclass(frozen=True)
class ChapterReport:
    """One scenario: what became of every witness, and every line judged."""

    chapter: Chapter
    agreements: tuple[Agreement, ...]
    pairs: tuple[Pair, ...]
    lines: tuple[Judged, ...]


@dataclass(frozen=True)
class DocumentReport:
    """One fixture."""

    fixture: Fixture
    chapters: tuple[ChapterReport, ...]

    @property
    def lines(self) -> list[Judged]:
        """All lines in the document's order."""
        return [line for chapter in self.chapters for line in chapter.lines]


@dataclass(frozen=True)
class Report:
    """Everything that one check found."""

    witnesses: tuple[Witness, ...]
    documents: tuple[DocumentReport, ...]
    summary: Summary = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "summary", Summary.of(self.documents))

    @property
    def failed(self) -> dict[str, str]:
        """The witnesses that broke, at whatever point, with the first reason of each."""
        reasons = [(w.name, w.reason) for w in self.witnesses if w.status == "failed"]
        reasons += [
            (agreement.witness, agreement.reason)
            for document in self.documents
            for chapter in document.chapters
            for agreement in chapter.agreements
            if agreement.status == "failed"
        ]
        return {name: reason or "" for name, reason in reversed(reasons)}

    @property
    def exit_status(self) -> int:
        """0 all is well, 1 a disagreement or an erratum not as recorded, 3 a crash."""
        if self.failed:
            return 3
        summary = self.summary
        return 1 if summary.disagreements or summary.unrecorded or summary.refuted else 0


@dataclass(frozen=True)
class Summary:
    """Counts over all documents.

    ``disagreements`` counts witnesses, once for every scenario. Two witnesses that differ by more
    than their bounds are not counted besides: one of them is outside its own.
    """

    numbers: Counter[str]
    formulas: Counter[str]
    operands: Counter[str]
    recorded: int
    unrecorded: int
    refuted: int
    disagreements: int

    @staticmethod
    def of(documents: Iterable[DocumentReport]) -> Summary:
        """The counts of some documents."""
        documents = list(documents)
        lines = [line for document in documents for line in document.lines]
        findings = [finding for line in lines for finding in line.findings]
        agreements = [
            agreement
            for document in documents
            for chapter in document.chapters
            for agreement in chapter.agreements
        ]
        errata = [finding for finding in findings if finding.is_erratum]
        return Summary(
            _counted(findings, "number"),
            _counted(findings, "formula"),
            _counted(findings, "operand"),
            recorded=sum(finding.recorded for finding in errata),
            unrecorded=sum(not finding.recorded for finding in errata),
            refuted=sum(len(line.refuted) for line in lines),
            disagreements=sum(agreement.status == "disagrees" for agreement in agreements),
        )


def _counted(findings: Iterable[Finding], kind: str) -> Counter[str]:
    return Counter(finding.verdict for finding in findings if finding.kind == kind)


def check(
    fixtures: Sequence[Fixture], witnesses: Sequence[Witness], progress: Progress = lambda _: None
) -> Report:
    """Run every witness on every scenario, and judge every line."""
    documents = [
        DocumentReport(
            fixture,
            tuple(_chapter(fixture, chapter, witnesses, progress) for chapter in fixture.chapters),
        )
        for fixture in fixtures
    ]
    return Report(tuple(witnesses), tuple(documents))


def _chapter(
    fixture: Fixture, chapter: Chapter, witnesses: Sequence[Witness], progress: Progress
) -> ChapterReport:
    name = f"{fixture.document.id}/{chapter.scenario.id}"
    oracle = Oracle(chapter.scenario)
    asked = chapter.asked()
    testimonies: list[Testimony] = []
    if asked:
        for witness in witnesses:
            if witness.run is not None:
                progress(f"{name}: {witness.name}")
                testimonies.append(question(witness, chapter.scenario, asked))
    progress(f"{name}: certified values")
    certified = certify(oracle, asked)
    agreements = tuple(compare(testimony, certified) for testimony in testimonies)
    progress(f"{name}: lines")
    return ChapterReport(
        chapter, agreements, tuple(pairs(testimonies, certified)), tuple(judge(chapter, oracle))
    )
