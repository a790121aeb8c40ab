"""What a check found to be wrong, explained: errata, and implementations that disagree."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from harness.check import DocumentReport, Report
from harness.explain import Explained
from harness.explain.documents.fixture import Found, explain_report
from harness.explain.documents.targets import Spot
from harness.explain.witnesses.suspects import Diagnosis
from harness.explain.witnesses.witness import diagnosed
from harness.verdicts import Finding

Progress = Callable[[str], None]
#: A fixture's file, the scenario, and where the finding stands among the scenario's.
Place = tuple[str, str, Spot]
#: A fixture's file, the scenario, and the witness.
Voice = tuple[str, str, str]


@dataclass(frozen=True)
class Explanations:
    """By their places, in the order of the report."""

    errata: Mapping[Place, tuple[Finding, Explained]]
    witnesses: Mapping[Voice, Diagnosis]

    def of(self, document: DocumentReport) -> list[Found]:
        """The explained errata of one document."""
        wanted = document.fixture.file
        return [
            (scenario, finding, one)
            for (file, scenario, _), (finding, one) in self.errata.items()
            if file == wanted
        ]


def explain_check(report: Report, progress: Progress = lambda _: None) -> Explanations:
    """Every erratum and every disagreement that a check found, explained."""
    errata = {
        (document.fixture.file, scenario, one.spot): (finding, one)
        for document in report.documents
        for scenario, finding, one in explain_report(
            document.fixture, [chapter.lines for chapter in document.chapters], progress
        )
    }
    return Explanations(errata, _witnesses(report, progress))


def _witnesses(report: Report, progress: Progress) -> dict[Voice, Diagnosis]:
    found: dict[Voice, Diagnosis] = {}
    for witness in report.witnesses:
        chapters = [
            (document.fixture, chapter.chapter)
            for document in report.documents
            for chapter in document.chapters
            for agreement in chapter.agreements
            if agreement.witness == witness.name and agreement.status == "disagrees"
        ]
        for one in diagnosed(witness.name, chapters, progress)[1] if chapters else ():
            if one.diagnosis is not None:
                found[one.fixture.file, one.chapter.scenario.id, witness.name] = one.diagnosis
    return found
