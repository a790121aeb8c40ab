"""The main job: fixtures and witnesses in, everything that was found out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from harness.agreement import Agreement, Pair, compare, pairs
from harness.bounds import Certified, certify
from harness.fixture import Chapter, Fixture
from harness.hearing import Heard, Hearing, apart, here
from harness.oracle import Oracle
from harness.scenario.task import Quantity, Task
from harness.trajectory import reach
from harness.verdicts import Finding, Judged, judge
from harness.witnesses import NoSuchImplementation, Testimony, Witness

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
    fixtures: Sequence[Fixture],
    witnesses: Sequence[Witness | str],
    progress: Progress = lambda _: None,
) -> Report:
    """Run every witness on every scenario, and judge every line.

    A witness that is loaded runs in this process; one that is named (as ``-i`` names it) runs in
    a process of its own, while this one certifies values and judges lines. Where updates leave
    certified values without a bound, a witness is asked for its trajectory. Raises
    NoSuchImplementation for a name that names nothing.
    """
    chapters = [(fixture, chapter) for fixture in fixtures for chapter in fixture.chapters]
    asked = [chapter.asked() for _, chapter in chapters]
    tasks = [
        chapter.scenario.task(quantities)
        for (_, chapter), quantities in zip(chapters, asked, strict=True)
    ]
    hearings = [_begin(witness, tasks) for witness in witnesses]
    cases = [
        _Case.begun(fixture, chapter, quantities, progress)
        for (fixture, chapter), quantities in zip(chapters, asked, strict=True)
    ]
    again = [_with_trajectory(case) for case in cases]
    for hearing in hearings:
        hearing.tell(again)
    lines = [case.lines(progress) for case in cases]
    heard = _all_heard(witnesses, hearings, progress)
    reports = iter(
        [
            case.compared(judged, [one.testimonies[place] for one in heard if one.testimonies])
            for place, (case, judged) in enumerate(zip(cases, lines, strict=True))
        ]
    )
    documents = [
        DocumentReport(fixture, tuple(next(reports) for _ in fixture.chapters))
        for fixture in fixtures
    ]
    return Report(tuple(one.witness for one in heard), tuple(documents))


def _all_heard(
    witnesses: Sequence[Witness | str], hearings: Sequence[Hearing], progress: Progress
) -> list[Heard]:
    """What every witness said; raises one NoSuchImplementation for all names that name nothing."""
    heard: list[Heard] = []
    unknown: list[str] = []
    for witness, hearing in zip(witnesses, hearings, strict=True):
        progress(f"waiting for {witness if isinstance(witness, str) else witness.name}")
        try:
            heard.append(hearing())
        except NoSuchImplementation as error:
            unknown.append(str(error))
    if unknown:
        raise NoSuchImplementation("\n".join(unknown))
    return heard


def _begin(witness: Witness | str, tasks: Sequence[Task]) -> Hearing:
    return apart(witness, tasks) if isinstance(witness, str) else here(witness, tasks)


@dataclass(frozen=True)
class _Case:
    """A chapter with its certified values."""

    name: str
    chapter: Chapter
    oracle: Oracle
    certified: Sequence[Certified]

    @staticmethod
    def begun(
        fixture: Fixture, chapter: Chapter, asked: Sequence[Quantity], progress: Progress
    ) -> _Case:
        name = f"{fixture.document.id}/{chapter.scenario.id}"
        oracle = Oracle(chapter.scenario)
        progress(f"{name}: certified values")
        return _Case(name, chapter, oracle, certify(oracle, asked))

    def lines(self, progress: Progress) -> list[Judged]:
        progress(f"{self.name}: lines")
        return judge(self.chapter, self.oracle)

    def compared(self, lines: Sequence[Judged], testimonies: Sequence[Testimony]) -> ChapterReport:
        heard = testimonies if self.certified else ()  # mere arithmetic asks nobody anything
        return ChapterReport(
            self.chapter,
            tuple(compare(testimony, self.certified, self.oracle) for testimony in heard),
            tuple(pairs(heard, self.certified)),
            tuple(lines),
        )


def _with_trajectory(case: _Case) -> Task | None:
    """What is asked once more along with the trajectory, where updates leave values without a bound;
    None where none do."""
    scenario = case.chapter.scenario
    updates = reach(scenario, case.certified)
    if not updates:
        return None
    asked = {value.quantity for value in case.certified if value.quantity.updates <= updates}
    return scenario.task(sorted({*asked, *scenario.trajectory(updates)}, key=scenario.order))
