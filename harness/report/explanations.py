"""Explanations for people: every erratum of a document with its ranked list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.check import Report
from harness.explain import Explained, Explanation
from harness.explaining import Explanations
from harness.fixture import Fixture
from harness.report.diagnoses import suspects
from harness.verdicts import Finding


def explanations_text(
    fixture: Fixture, explained: Sequence[tuple[Finding, Explained]], whole: bool = True
) -> str:
    """The errata of a fixture, each with what explains it, the likeliest first."""
    lines = [f"{fixture.document.id}  {fixture.document.title}"]
    for finding, one in explained:
        lines.append("")
        should_be = f", should be {finding.should_be}" if finding.should_be else ""
        lines.append(
            f"line {one.line.line}: {finding.quantity} = {finding.printed} is {finding.verdict}{should_be}"
        )
        lines += _list(one, whole)
        if finding.cause is not None:
            lines.append(f"  {_cause(finding.cause, one)}")
    if not explained:
        lines.append("nothing to explain: no line is wrong")
    return "\n".join(lines) + "\n"


def explained_text(report: Report, explained: Explanations) -> str:
    """What is added to a report: of every erratum and disagreement the likeliest explanation."""
    parts = [
        "\n" + explanations_text(document.fixture, told, whole=False)
        for document in report.documents
        if (told := explained.of(document))
    ]
    for (file, scenario, witness), diagnosis in explained.witnesses.items():
        lines = [f"{witness} on {scenario} of {file}", *suspects(diagnosis, most=1)]
        parts.append("\n" + "\n".join(lines) + "\n")
    return "".join(parts)


def _list(one: Explained, whole: bool) -> Iterator[str]:
    if not one.explanations:
        yield f"  {one.best.sentence}"
        return
    for place, explanation in enumerate(one.explanations[: None if whole else 1], start=1):
        yield f"  {place}. {explanation.sentence}"
        yield f"     {explanation.computation}"
        yield f"     {_evidence(explanation)}"


def _cause(cause: str, one: Explained) -> str:
    if one.bears_out(cause):
        return "the recorded cause is found"
    return f"the recorded cause is not found any more: {cause}"


def _evidence(one: Explanation) -> str:
    parts = [one.mistake]
    if len(one.lines) > 1:
        parts.append(f"accounts for lines {', '.join(map(str, one.lines))}")
    if one.contradicts:
        parts.append(f"{one.contradicts} right numbers would come out otherwise")
    if one.candidates > 1:
        chance = (
            "a chance match is as good as certain"
            if one.chance > 0.99
            else f"chance of a coincidence {one.chance:.1g}"
        )
        parts.append(f"{one.candidates:,} candidates tried, {chance}")
    if not one.evidence:
        parts.append("no evidence")
    return "; ".join(parts)
