"""The report for people: what is not simply right, how the witnesses agree, and the counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from harness.agreement import Agreement
from harness.check import ChapterReport, DocumentReport, Report, Summary
from harness.verdicts import Finding, Judged

_STYLES = {
    "wrong": "red", "false": "red", "inherited": "red", "last-digit": "yellow",
    "carried": "cyan", "truncated": "cyan", "undecided": "magenta", "unchecked": "magenta",
}  # fmt: skip
_SIMPLY_RIGHT = frozenset(["correct", "holds"])


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
    rows = list(_rows(document))
    if rows:
        console.print(_lines_table(rows))
    else:
        console.print("  Every line is right.")
    console.print()
    console.print(_witness_table(document))
    for note in _divergences(document):
        console.print(note)
    console.print()


def _rows(document: DocumentReport) -> Iterator[tuple[Judged, Finding | None, str]]:
    """Every finding that is not simply right, and every recorded erratum that is none."""
    for judged in document.lines:
        for finding in _merged(judged.findings):
            if finding.verdict not in _SIMPLY_RIGHT:
                yield judged, finding, finding.reason or ""
        for refuted in judged.refuted:
            yield judged, None, refuted.reason


def _merged(findings: Iterable[Finding]) -> list[Finding]:
    """An operand that stands twice in a line is shown once."""
    return list(dict.fromkeys(findings))


def _lines_table(rows: list[tuple[Judged, Finding | None, str]]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for heading in ("line", "quantity", "printed", "exact", "should be", "verdict", ""):
        table.add_column(heading, justify="right" if heading == "line" else "left", overflow="fold")
    for judged, finding, reason in rows:
        if finding is None:
            table.add_row(
                str(judged.line.line), "", "", "", "", Text("not an erratum", "red"), escape(reason)
            )
            continue
        verdict = finding.verdict + ("" if finding.kind != "operand" else " operand")
        notes = [] if finding.recorded or not finding.is_erratum else ["not recorded"]
        table.add_row(
            str(judged.line.line),
            escape(finding.quantity),
            escape(finding.printed),
            _short(finding.exact),
            escape(finding.should_be or ""),
            Text(verdict, _STYLES.get(finding.verdict, "")),
            escape("; ".join([*notes, *([reason] if reason else [])])),
        )
    return table


def _short(exact: str | None, digits: int = 14) -> str:
    """An exact value, cut to what a table has room for."""
    if exact is None:
        return ""
    mantissa, mark, exponent = exact.partition("e")
    return (mantissa if len(mantissa) <= digits else mantissa[:digits] + "…") + mark + exponent


def _witness_table(document: DocumentReport) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for heading in (
        "scenario",
        "implementation",
        "",
        "quantities",
        "worst: of its bound",
        "in ulps",
        "",
    ):
        table.add_column(heading, overflow="fold")
    for chapter in document.chapters:
        for place, agreement in enumerate(chapter.agreements):
            name = chapter.chapter.scenario.id if place == 0 else ""
            table.add_row(name, *_witness_row(agreement))
    return table


def _witness_row(agreement: Agreement) -> list[str | Text]:
    colour = {"agrees": "green", "unsupported": "dim"}.get(agreement.status, "bold red")
    status = Text(agreement.status, colour)
    if agreement.status in {"unsupported", "failed"}:
        return [escape(agreement.witness), status, "", "", "", escape(agreement.reason or "")]
    notes = []
    if agreement.unanswered:
        notes.append(f"{len(agreement.unanswered)} not answered")
    if agreement.undecided:
        notes.append(
            f"{len(agreement.undecided)} beyond what float64 can hold (saturation or a kink)"
        )
    return [
        escape(agreement.witness),
        status,
        f"{agreement.quantities} of {agreement.asked}",
        f"{agreement.worst_of_bound or 0:.3g}",
        f"{agreement.worst_ulps or 0:.3g}",
        ", ".join(notes),
    ]


def _divergences(document: DocumentReport) -> Iterator[Text]:
    for chapter in document.chapters:
        for agreement in chapter.agreements:
            first = agreement.first_divergence
            if first is not None:
                more = (
                    f", and {agreement.divergences - 1} after it"
                    if agreement.divergences > 1
                    else ""
                )
                where = f"{chapter.chapter.scenario.id}: {agreement.witness}"
                yield Text(
                    f"{where} first differs at {first.quantity}: "
                    f"got {first.got!r}, certified {first.expected}{more}",
                    "red",
                )
        yield from _pairs_apart(chapter)


def _pairs_apart(chapter: ChapterReport) -> Iterator[Text]:
    diverging = {a.witness for a in chapter.agreements if a.status == "disagrees"}
    for pair in chapter.pairs:
        if pair.disagreements and not {pair.first, pair.second} & diverging:
            names = ", ".join(map(str, pair.disagreements[:3]))
            yield Text(
                f"{chapter.chapter.scenario.id}: {pair.first} and {pair.second} differ at {names}, "
                "where float64 has no certain digits",
                "magenta",
            )


def _print_missing(report: Report, console: Console) -> None:
    for witness in report.witnesses:
        if witness.reason:
            console.print(Text(f"{witness.name} did not run: {witness.reason}", "yellow"))


def _print_summary(report: Report, console: Console) -> None:
    summary = report.summary
    for kind, counter in (
        ("numbers", summary.numbers),
        ("formulas", summary.formulas),
        ("operands", summary.operands),
    ):
        console.print(f"{sum(counter.values())} {kind}: {_counted(counter)}")
    console.print(
        f"errata: {summary.recorded} recorded, {summary.unrecorded} not recorded"
        + (f", {summary.refuted} recorded wrongly" if summary.refuted else "")
    )
    console.print(_outcome(report, summary))


def _counted(counter: Counter[str]) -> str:
    return ", ".join(f"{count} {verdict}" for verdict, count in counter.most_common()) or "none"


def _outcome(report: Report, summary: Summary) -> Text:
    if report.exit_status == 0:
        return Text(
            "All implementations agree, and every line is right or a recorded erratum.",
            "bold green",
        )
    causes = [
        (summary.failures, "implementation failed", "implementations failed"),
        (summary.disagreements, "disagreement", "disagreements"),
        (summary.unrecorded, "erratum not recorded", "errata not recorded"),
        (summary.refuted, "recorded erratum that is none", "recorded errata that are none"),
    ]
    told = [f"{count} {one if count == 1 else many}" for count, one, many in causes if count]
    return Text("Not right: " + ", ".join(told) + ".", "bold red")
