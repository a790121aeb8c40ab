"""The table of a document's lines that are not simply right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.table import Table
from rich.text import Text

from harness.check import DocumentReport
from harness.verdicts import Finding, Judged

#: From this width on, every finding has one row with a column for each thing that is told of it.
_WIDE = 120
_STYLES = {
    "wrong": "red", "false": "red", "inherited": "red", "last-digit": "yellow",
    "carried": "cyan", "truncated": "cyan", "undecided": "magenta", "unchecked": "magenta",
}  # fmt: skip
_SIMPLY_RIGHT = frozenset(["correct", "holds"])


@dataclass(frozen=True)
class Row:
    """One thing to tell of a line; ``mark`` says whether an erratum is recorded."""

    section: str
    line: int
    printed: str
    exact: str
    should_be: str
    verdict: Text
    mark: Text
    reason: str


def lines_table(document: DocumentReport, width: int) -> Table | None:
    """The table, narrow enough for ``width``; None where every line is right."""
    rows = list(_rows(document))
    if not rows:
        return None
    wide = width >= _WIDE
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("line", justify="right", no_wrap=True)
    table.add_column("printed", overflow="fold")
    if wide:
        table.add_column("exact", no_wrap=True)
    table.add_column("should be", overflow="fold")
    table.add_column("verdict", no_wrap=True)
    if wide:
        table.add_column("", overflow="fold")
    section = ""
    for row in rows:
        if row.section != section:
            section = row.section
            table.add_row("", Text(section, "italic"))
        table.add_row(*(_wide_cells(row) if wide else _narrow_cells(row)))
    return table


def _wide_cells(row: Row) -> list[Text]:
    verdict = Text(", ").join(part for part in (row.verdict, row.mark) if part)
    plain = [Text(text) for text in (str(row.line), row.printed, row.exact, row.should_be)]
    return [*plain, verdict, Text(row.reason)]


def _narrow_cells(row: Row) -> list[Text]:
    return [
        Text(str(row.line)),
        _stacked(Text(row.printed), Text(row.reason, "dim")),
        _stacked(Text(row.should_be), Text(f"exact {row.exact}" if row.exact else "", "dim")),
        _stacked(row.verdict, row.mark),
    ]


def _stacked(*parts: Text) -> Text:
    return Text("\n").join(part for part in parts if part)


def _rows(document: DocumentReport) -> Iterator[Row]:
    """Every finding that is not simply right, and every recorded erratum that is none."""
    many = len(document.chapters) > 1
    for chapter in document.chapters:
        scenario = f"{chapter.chapter.scenario.id}: " if many else ""
        for judged in chapter.lines:
            section = scenario + judged.line.section
            for finding in dict.fromkeys(judged.findings):  # an operand that stands twice is one
                if finding.verdict not in _SIMPLY_RIGHT:
                    yield _row(judged, finding, section)
            yield from _refuted(judged, section)


def _row(judged: Judged, finding: Finding, section: str) -> Row:
    mark = Text()
    if finding.is_erratum:
        mark = Text("recorded", "green") if finding.recorded else Text("not recorded", "bold red")
    return Row(
        section,
        judged.line.line,
        printed_for(finding),
        _short(finding.exact),
        finding.should_be or "",
        Text(finding.verdict, _STYLES.get(finding.verdict, "")),
        mark,
        finding.reason or "",
    )


def _refuted(judged: Judged, section: str) -> Iterator[Row]:
    verdict = Text("no erratum", "bold red")
    for refuted in judged.refuted:
        told = f"{refuted.erratum.printed} in {judged.line.text}"
        yield Row(section, refuted.erratum.line, told, "", "", verdict, Text(), refuted.reason)


def printed_for(finding: Finding) -> str:
    """What is printed, and for what."""
    if finding.kind == "operand":
        return f"{finding.printed} for {finding.quantity}"
    return f"{finding.quantity} = {finding.printed}"


def ranges(numbers: Sequence[int]) -> str:
    """``17-19, 22`` for ascending numbers of lines: two neighbours are told one by one."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    told = (f"{run[0]}-{run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in runs)
    return ", ".join(told)


def _short(exact: str | None, digits: int = 14) -> str:
    """An exact value, cut to what a table has room for."""
    mantissa, mark, exponent = (exact or "").partition("e")
    if "." in mantissa and not mark:
        mantissa = mantissa.rstrip("0").rstrip(".")
    return (mantissa if len(mantissa) <= digits else mantissa[:digits] + "…") + mark + exponent
