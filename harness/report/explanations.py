"""Explanations for people: every erratum of a document with its ranked list."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from harness.check import Report
from harness.explain import Explained, Explanation
from harness.explain.fixture import explain_report, judge_fixture
from harness.explaining import Explanations
from harness.fixture import Fixture
from harness.report.diagnoses import suspects
from harness.verdicts import Finding, Judged


class NoSuchLine(Exception):
    """There is no claim in the line that is asked for."""


def fixture_text(fixture: Fixture, line: int | None, progress: Callable[[str], None]) -> str:
    """The errata of a fixture, or of one line of the file, explained.

    Raises NoSuchLine for a line that holds no claim.
    """
    judged = judge_fixture(fixture, progress)
    if line is None:
        found = explain_report(fixture, judged, progress)
        return explanations_text(fixture, [(finding, one) for _, finding, one in found])
    claims = [one for lines in judged for one in lines]
    findings = [finding for one in claims if one.line.line == line for finding in one.findings]
    if line not in {one.line.line for one in claims}:
        raise NoSuchLine(f"line {line} of {fixture.file} holds no claim; {_wrong_lines(claims)}")
    if not any(finding.is_erratum for finding in findings):
        unsure = {finding.verdict for finding in findings} & {"undecided", "unchecked"}
        what = f"{' and '.join(sorted(unsure))}, not wrong" if unsure else "right"
        return explanations_text(fixture, [], nothing=f"line {line} is {what}")
    found = explain_report(fixture, judged, progress)
    here = [(finding, one) for _, finding, one in found if one.line.line == line]
    return explanations_text(fixture, here)


def _wrong_lines(claims: Sequence[Judged]) -> str:
    wrong = {one.line.line for one in claims if any(f.is_erratum for f in one.findings)}
    if not wrong:
        return "no line is wrong"
    named = ", ".join(map(str, sorted(wrong)))
    return f"the wrong line is {named}" if len(wrong) == 1 else f"the wrong lines are {named}"


def explanations_text(
    fixture: Fixture,
    explained: Sequence[tuple[Finding, Explained]],
    whole: bool = True,
    nothing: str = "no line is wrong",
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
        lines.append(f"nothing to explain: {nothing}")
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
    shown = one.explanations[: None if whole else 1]
    for place, explanation in enumerate(shown, start=1):
        yield f"  {place}. {explanation.sentence}"
        yield f"     {explanation.computation}"
        alike = [k for k, other in enumerate(shown, start=1) if _together(explanation, other)]
        yield f"     {_evidence(explanation, place, alike)}"
    if one.aside and not one.best.evidence:
        yield f"  {one.aside}"


def _together(one: Explanation, other: Explanation) -> bool:
    """Whether the chance of one is that of the other: it is the chance of a number."""
    return one.group == other.group and not other.refuted


def _cause(cause: str, one: Explained) -> str:
    if one.bears_out(cause):
        return "the recorded cause is found"
    return f"the recorded cause is not found any more: {cause}"


def _evidence(one: Explanation, place: int, alike: Sequence[int]) -> str:
    parts = [one.mistake]
    if len(one.lines) > 1:
        parts.append(f"accounts for lines {', '.join(map(str, one.lines))}")
    if one.contradicts:
        right = f"{one.contradicts} right number{'s' * (one.contradicts > 1)}"
        parts.append(f"{'refuted: ' * one.refuted}{right} would come out otherwise")
    if one.missed:
        wrong = f"{one.missed} other wrong number{'s' * (one.missed > 1)}"
        parts.append(f"{wrong} would not come out as printed")
    if one.candidates > 1:
        parts.append(f"{one.candidates:,} candidates tried")
    if one.candidates > 1 and not one.refuted:
        parts[-1] += _chance(one, place, alike)
    if not one.evidence and not one.refuted:
        parts.append("no evidence")
    return "; ".join(parts)


def _chance(one: Explanation, place: int, alike: Sequence[int]) -> str:
    """How likely the number is a coincidence, said once of all that come to it."""
    if one.rivals is not None:
        many = f"{one.rivals} other change{'s' * (one.rivals > 1)} make{'s' * (one.rivals == 1)}"
        return f"; {many} it true too" if one.rivals else ""
    if place != alike[0]:
        return f"; the same number as {alike[0]}"
    if one.chance > 0.99:
        told = ", a chance match is as good as certain"
    else:
        told = f", chance of a coincidence {one.chance:.1g}"
    if len(alike) < 2:
        return told
    return f"{told}; it does not choose between {_listed(alike)}"


def _listed(places: Sequence[int]) -> str:
    return f"{', '.join(map(str, places[:-1]))} and {places[-1]}"
