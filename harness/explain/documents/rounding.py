"""A number that is off because an intermediate that is not printed was rounded."""

from __future__ import annotations

from typing import Final

from harness.explain.catalogue.rounded import decimals
from harness.explain.documents.search import MOST_UPDATES, Search
from harness.explain.documents.targets import Target
from harness.explain.explanation import Explanation

#: What is wrong by itself, and not because something before it is.
_MADE: Final = ("last-digit", "wrong")


def explained(target: Target, search: Search) -> tuple[list[Explanation], int]:
    """The roundings with which a number comes out as it is printed, and how many were tried."""
    printed, wanted = target.printed, target.wanted
    if target.finding.verdict not in _MADE or printed is None or wanted is None:
        return [], 0
    if target.last > MOST_UPDATES or search.beyond:
        return [], 0
    last = decimals(printed)
    first = last - 1 if target.finding.verdict == "last-digit" else 1
    all_tried, runs = search.roundings
    tried = {
        k: mistake for k, (places, mistake) in enumerate(all_tried) if first <= places <= last + 1
    }
    found = [
        Explanation(
            mistake.sentence, mistake.kind, mistake.scope, mistake.computation, printed.text,
            len(tried), size=mistake.size, sort="rounded",
        )
        for k in (search.hits(target, runs) if tried else ())
        if k in tried
        for mistake in [tried[k]]
        if search.certified(target, mistake)
    ]  # fmt: skip
    return found, len(tried)
