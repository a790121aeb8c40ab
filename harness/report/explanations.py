"""Explanations for people: every erratum of a document with its ranked list."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from harness.check import Report
from harness.explain import Explained, Explanation
from harness.explain.documents.fixture import Found, explain_report, judge_fixture
from harness.explaining import Explanations
from harness.fixture import Fixture
from harness.report.causes import causes_lines
from harness.report.diagnoses import suspects
from harness.report.lines import printed_for, ranges
from harness.verdicts import Finding, Judged

#: Of what is evidence so many are shown; where nothing is, so many of the rest.
_MOST_EVIDENT: Final = 5
_MOST_DOUBTFUL: Final = 3
#: Above this a chance is not told by a number.
_CERTAIN: Final = 0.95
_TIMES: Final = {1: "", 2: ", twice,"}

#: Which of its explanations are shown of an erratum.
Choice = Callable[[Explained], Sequence[Explanation]]


class NoSuchLine(Exception):
    """There is no claim in the line that is asked for."""


def everything(one: Explained) -> Sequence[Explanation]:
    """All explanations of an erratum."""
    return one.explanations


def likeliest(one: Explained) -> Sequence[Explanation]:
    """Those that are evidence; where none is, the first, and a few that may be more than chance,
    but none that right numbers speak against as well."""
    evident = [explanation for explanation in one.explanations if explanation.evidence]
    telling = [
        explanation
        for place, explanation in enumerate(one.explanations)
        if explanation.chance <= _CERTAIN
        or (not explanation.contradicts and (not place or len(explanation.lines) > 1))
    ]
    return evident[:_MOST_EVIDENT] or telling[:_MOST_DOUBTFUL]


def first(one: Explained) -> Sequence[Explanation]:
    """The likeliest one."""
    return likeliest(one)[:1]


def fixture_text(
    fixture: Fixture, line: int | None, progress: Callable[[str], None], choice: Choice = likeliest
) -> str:
    """The errata of a fixture, their causes first; or of one line of the file.

    Raises NoSuchLine for a line that holds no claim.
    """
    judged = judge_fixture(fixture, progress)
    if line is None:
        found = explain_report(fixture, judged, progress)
        return explanations_text(fixture, found, choice, causes_lines(found))
    claims = [one for lines in judged for one in lines]
    findings = [finding for one in claims if one.line.line == line for finding in one.findings]
    if line not in {one.line.line for one in claims}:
        raise NoSuchLine(f"line {line} of {fixture.file} holds no claim; {_wrong_lines(claims)}")
    if not any(finding.is_erratum for finding in findings):
        unsure = {finding.verdict for finding in findings} & {"undecided", "unchecked"}
        what = f"{' and '.join(sorted(unsure))}, not wrong" if unsure else "right"
        return explanations_text(fixture, [], choice, nothing=f"line {line} is {what}")
    found = explain_report(fixture, judged, progress)
    return explanations_text(fixture, [told for told in found if told[2].line.line == line], choice)


def _wrong_lines(claims: Sequence[Judged]) -> str:
    wrong = {one.line.line for one in claims if any(f.is_erratum for f in one.findings)}
    if not wrong:
        return "no line is wrong"
    named = ", ".join(map(str, sorted(wrong)))
    return f"the wrong line is {named}" if len(wrong) == 1 else f"the wrong lines are {named}"


def explanations_text(
    fixture: Fixture,
    found: Sequence[Found],
    choice: Choice,
    summary: Sequence[str] = (),
    nothing: str = "no line is wrong",
) -> str:
    """The errata of a fixture, each with what explains it, the likeliest first."""
    lines = [f"{fixture.document.id}  {fixture.document.title}", *summary]
    told: dict[tuple[str, str], int] = {}
    for (finding, one), times in _once_each(found):
        lines.append("")
        lines.append(f"line {one.line.line}: {_told(finding, times)}")
        before = told.setdefault((one.best.sentence, one.best.computation), one.line.line)
        if before != one.line.line and one.best.key and one.best.evidence and choice != everything:
            lines += [f"  1. {one.best.sentence}", f"     as in line {before}"]
        else:
            lines += _list(one, choice)
        if finding.cause is not None:
            lines.append(f"  {_cause(finding.cause, one)}")
    if not found:
        lines.append(f"nothing to explain: {nothing}")
    return "\n".join(lines) + "\n"


def explained_text(report: Report, explained: Explanations) -> str:
    """What is added to a report: the causes, and of every erratum and disagreement the likeliest
    explanation."""
    parts = [
        "\n" + explanations_text(document.fixture, told, first, causes_lines(told))
        for document in report.documents
        if (told := explained.of(document))
    ]
    for (file, scenario, witness), diagnosis in explained.witnesses.items():
        lines = [f"{witness} on {scenario} of {file}", *suspects(diagnosis, most=1)]
        parts.append("\n" + "\n".join(lines) + "\n")
    return "".join(parts)


def _once_each(found: Sequence[Found]) -> Iterator[tuple[tuple[Finding, Explained], int]]:
    """The errata, and how often each stands in its line."""
    told: dict[tuple[object, ...], list[tuple[Finding, Explained]]] = {}
    for scenario, finding, one in found:
        what = finding.kind, finding.quantity, finding.printed, finding.verdict
        told.setdefault((scenario, one.spot.row, *what), []).append((finding, one))
    for alike in told.values():
        yield alike[0], len(alike)


def _told(finding: Finding, times: int) -> str:
    often = _TIMES.get(times, f", {times} times,")
    should_be = f", should be {finding.should_be}" if finding.should_be else ""
    return f"{printed_for(finding)}{often} is {finding.verdict}{should_be}"


def _list(one: Explained, choice: Choice) -> Iterator[str]:
    shown = choice(one)
    if not shown and one.explanations:
        fit = "1 mistake fits" if len(one.explanations) == 1 else f"{len(one.explanations)} fit"
        yield f"  no explanation: {fit}, by chance, and right numbers speak against it (--all)"
        return
    if not shown:
        yield f"  {one.best.sentence}"
        return
    for place, explanation in enumerate(shown, start=1):
        yield f"  {place}. {explanation.sentence}"
        if explanation.computation != explanation.reproduces:
            yield f"     {explanation.computation}"
        alike = [k for k, other in enumerate(shown, start=1) if _together(explanation, other)]
        evidence = _evidence(explanation, place, alike)
        if evidence != "carried on":  # which the sentence says
            yield f"     {evidence}"
    left = [explanation for explanation in one.explanations if explanation not in shown]
    if left and choice is likeliest and not one.best.origins:
        yield f"  {_left(left)}"
    if one.aside and not one.best.evidence:
        yield f"  {one.aside}"


def _left(left: Sequence[Explanation]) -> str:
    several = len(left) > 1
    doubtful = not any(explanation.evidence for explanation in left)
    what = f", but {'are' if several else 'is'} no evidence" if doubtful else ""
    return f"{len(left)} more fit{'s' * (not several)}{what} (--all)"


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
        parts.append(f"accounts for lines {ranges(one.lines)}")
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
    if one.chance > _CERTAIN:
        told = ", a chance match is as good as certain"
    else:
        told = f", chance of a coincidence {one.chance:.1g}"
    if len(alike) < 2:
        return told
    return f"{told}; it does not choose between {_listed(alike)}"


def _listed(places: Sequence[int]) -> str:
    return f"{', '.join(map(str, places[:-1]))} and {places[-1]}"
