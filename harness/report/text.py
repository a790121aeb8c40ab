"""The report for people: what is not simply right, how the witnesses agree, and the counts."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from harness.check import DocumentReport, Report, Summary
from harness.report.agreements import agreements_table, notes
from harness.report.lines import lines_table
from harness.scenario.network import counted

#: How a verdict is said of a number of things other than one.
_OF_MANY = {"holds": "hold"}


def print_report(report: Report, console: Console) -> None:
    """Print the whole report."""
    for document in report.documents:
        _print_document(document, console)
    _print_missing(report, console)
    _print_summary(report, console)


def _print_document(document: DocumentReport, console: Console) -> None:
    about = document.fixture.document
    by = ", ".join(part for part in (about.author, about.date) if part)
    console.print(Text.assemble((about.id, "bold"), f"  {about.title}", f" ({by})" if by else ""))
    console.print()
    table = lines_table(document, console.width)
    console.print("Every line is right." if table is None else table)
    console.print()
    if any(chapter.agreements for chapter in document.chapters):
        console.print(agreements_table(document))
        for note in notes(document):
            console.print(note)
        console.print()


def _print_missing(report: Report, console: Console) -> None:
    for witness in report.witnesses:
        if witness.reason:
            style = "red" if witness.status == "failed" else "yellow"
            console.print(Text(f"{witness.name} did not run: {witness.reason}", style))


def _print_summary(report: Report, console: Console) -> None:
    summary = report.summary
    for kind, counter in (
        ("number", summary.numbers),
        ("formula", summary.formulas),
        ("operand", summary.operands),
    ):
        verdicts = ", ".join(_verdict(count, verdict) for verdict, count in counter.most_common())
        console.print(f"{counted(counter.total(), kind)}: {verdicts or 'none'}")
    console.print(_errata(summary))
    console.print(_outcome(report))


def _verdict(count: int, verdict: str) -> str:
    return f"{count} {verdict if count == 1 else _OF_MANY.get(verdict, verdict)}"


def _errata(summary: Summary) -> str:
    counts = [
        f"{summary.recorded} recorded",
        f"{summary.unrecorded} not recorded",
        f"{summary.refuted} recorded that {'is' if summary.refuted == 1 else 'are'} none",
    ]
    total = counted(summary.recorded + summary.unrecorded, "erratum", "errata")
    return f"{total}: " + ", ".join(counts if summary.refuted else counts[:2])


def _outcome(report: Report) -> Text:
    if report.exit_status:
        return Text(f"Not right: {', '.join(_causes(report))}.", "bold red")
    counts = report.summary.numbers + report.summary.formulas + report.summary.operands
    judged = "" if not counts["undecided"] + counts["unchecked"] else " that can be judged"
    return Text(
        f"{_agreed(report)}, and every line{judged} is right or a recorded erratum.", "bold green"
    )


def _causes(report: Report) -> list[str]:
    summary = report.summary
    causes = [
        (len(report.failed), "implementation failed", "implementations failed"),
        (summary.disagreements, "disagreement", "disagreements"),
        (summary.unrecorded, "erratum not recorded", "errata not recorded"),
        (summary.refuted, "recorded erratum that is none", "recorded errata that are none"),
    ]
    return [counted(count, one, more) for count, one, more in causes if count]


def _agreed(report: Report) -> str:
    ran = {
        agreement.witness
        for document in report.documents
        for chapter in document.chapters
        for agreement in chapter.agreements
        if agreement.status == "agrees"
    }
    match len(ran):
        case 0:
            return "No implementation answered"
        case 1:
            told = "The one implementation that ran agrees with the certified values"
        case count:
            told = f"All {count} implementations that ran agree"
    beyond = {
        (chapter.chapter.scenario.id, undecided.quantity)
        for document in report.documents
        for chapter in document.chapters
        for agreement in chapter.agreements
        for undecided in agreement.undecided
    }
    if not beyond:
        return told
    return f"{told} as far as can be told ({counted(len(beyond), 'quantity', 'quantities')} cannot)"
