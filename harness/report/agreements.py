"""The table of a document's implementations: how well each agrees, and where it does not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rich.table import Table
from rich.text import Text

from harness.agreement import Agreement, Undecided
from harness.check import ChapterReport, DocumentReport
from harness.scenario.task import Quantity

_COLOURS = {"agrees": "green", "unsupported": "dim"}
#: The worst that happened in any scenario is what an implementation is shown with.
_WORST_FIRST = ("failed", "disagrees", "agrees", "unsupported")
_NAMED = 4


def agreements_table(document: DocumentReport) -> Table:
    """One row an implementation, all scenarios of the document taken together."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("implementation", overflow="fold")
    table.add_column("", no_wrap=True)
    for heading in ("quantities\nthat agree", "worst\nof bound", "worst\nin ulps"):
        table.add_column(heading, justify="right")
    for name, agreements in _by_witness(document).items():
        table.add_row(Text(name), *_cells(agreements))
    return table


def _by_witness(document: DocumentReport) -> dict[str, list[Agreement]]:
    found: dict[str, list[Agreement]] = {}
    for chapter in document.chapters:
        for agreement in chapter.agreements:
            found.setdefault(agreement.witness, []).append(agreement)
    return found


def _cells(agreements: Sequence[Agreement]) -> list[Text]:
    status = min((agreement.status for agreement in agreements), key=_WORST_FIRST.index)
    ran = [agreement for agreement in agreements if agreement.status in {"agrees", "disagrees"}]
    cells = [Text(status, _COLOURS.get(status, "bold red"))]
    if ran:
        good, asked = sum(a.quantities for a in ran), sum(a.asked for a in ran)
        cells += [
            Text(f"{good} of {asked}"),
            Text(_worst(agreement.worst_of_bound for agreement in ran)),
            Text(_worst(agreement.worst_ulps for agreement in ran)),
        ]
    return cells


def _worst(distances: Iterable[float | None]) -> str:
    known = [distance for distance in distances if distance is not None]
    return f"{max(known):.3g}" if known else ""


def notes(document: DocumentReport) -> Iterator[Text]:
    """What the table has no room for: divergences, failures, what was left out, and why."""
    for chapter in document.chapters:
        yield from _divergences(chapter)
    yield from _reasons(document, "failed", "failed", "red")
    yield from _reasons(document, "unsupported", "cannot run", "dim")
    for chapter in document.chapters:
        yield from _unanswered(chapter)
        yield from _by_update(chapter)
        yield from _undecided(chapter)


def _divergences(chapter: ChapterReport) -> Iterator[Text]:
    for agreement in chapter.agreements:
        first, after = agreement.first_divergence, agreement.divergences - 1
        if first is None:
            continue
        yield Text(
            f"{agreement.witness} in {chapter.chapter.scenario.id}: first differs at "
            f"{first.quantity}, got {first.got!r}, certified {first.expected}"
            + (f"; and {after} more after it" if after else ""),
            "red",
        )


def _reasons(document: DocumentReport, status: str, told: str, style: str) -> Iterator[Text]:
    """Implementations that fail in the same way are told of together, and so are scenarios."""
    scenarios: dict[tuple[str, str], list[str]] = {}
    for chapter in document.chapters:
        for agreement in chapter.agreements:
            if agreement.status == status:
                key = agreement.witness, agreement.reason or ""
                scenarios.setdefault(key, []).append(chapter.chapter.scenario.id)
    witnesses: dict[tuple[str, str], list[str]] = {}
    for (witness, reason), names in scenarios.items():
        witnesses.setdefault((_listed(names), reason), []).append(witness)
    for (where, reason), names in witnesses.items():
        many = told if told != "failed" else f"{told} in"
        yield Text(f"{', '.join(names)} {many} {where}: {reason}", style)


def _unanswered(chapter: ChapterReport) -> Iterator[Text]:
    for agreement in chapter.agreements:
        parts = []
        if agreement.unanswered:
            parts.append(
                f"did not answer {len(agreement.unanswered)} of {agreement.asked} quantities "
                f"({_listed(agreement.unanswered)})"
            )
        if agreement.reason and agreement.status in {"agrees", "disagrees"}:
            parts.append(agreement.reason)
        if parts:
            where = f"{agreement.witness} in {chapter.chapter.scenario.id}: "
            yield Text(where + "; ".join(parts), "yellow")


def _by_update(chapter: ChapterReport) -> Iterator[Text]:
    """What is judged along the trajectory of each implementation, for want of another bound."""
    quantities = {quantity for found in chapter.agreements for quantity in found.by_update}
    if quantities:
        told = (
            "quantity after updates is" if len(quantities) == 1 else "quantities after updates are"
        )
        where = f"{chapter.chapter.scenario.id}: "
        yield Text(f"{where}{len(quantities)} {told} judged update by update", "dim")


def _undecided(chapter: ChapterReport) -> Iterator[Text]:
    """Where an answer proves nothing; the answers themselves where they differ."""
    apart = {quantity for pair in chapter.pairs for quantity in pair.apart}
    reasons: dict[str, dict[Quantity, None]] = {}
    answers: dict[Quantity, dict[str, list[str]]] = {}
    for agreement in chapter.agreements:
        for undecided in agreement.undecided:
            reasons.setdefault(undecided.reason, {})[undecided.quantity] = None
            _heard(answers.setdefault(undecided.quantity, {}), undecided, agreement.witness)
    for reason, quantities in reasons.items():
        where = f"{chapter.chapter.scenario.id}: {_listed(quantities)} cannot be judged: "
        yield Text(where + reason, "magenta")
        for quantity in quantities:
            if quantity in apart:
                told = "; ".join(f"{got} {_listed(by)}" for got, by in answers[quantity].items())
                yield Text(f"  answers for {quantity} differ: {told}", "magenta")


def _heard(answers: dict[str, list[str]], undecided: Undecided, witness: str) -> None:
    answers.setdefault(f"{undecided.got!r}", []).append(witness)


def _listed(names: Iterable[object]) -> str:
    """The first few names, and how many more there are."""
    texts = [str(name) for name in names]
    more = len(texts) - _NAMED
    return ", ".join(texts[:_NAMED]) + (f" and {more} more" if more > 0 else "")
