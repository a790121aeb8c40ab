"""A number one unit off, because an intermediate that is not printed was rounded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from harness.explain.explanation import Explanation
from harness.explain.mistake import Mistake
from harness.explain.rounded import speakable
from harness.explain.running import with_all
from harness.explain.search import Search
from harness.explain.targets import Target
from harness.explain.words import Words, rounding

_LONGEST: Final = 15


def roundings(search: Search, places: int) -> Iterator[Mistake]:
    """Every intermediate with a name rounded to so many decimals, or cut off after them."""
    derivation = search.derivation
    words = Words(derivation)
    for entry in (*derivation.entries, *derivation.asides):
        if entry.role not in {"forward", "adjoint", "slope"}:
            continue
        if not (speakable(entry.result) or entry.role == "slope"):
            continue
        for way, size in (("nearest", 0.6), ("cut", 0.9)):
            how = f"{way}:{places}"
            edited = replace(entry, rounded=how)
            name = words.name(entry.result)
            yield Mistake(
                "rounded", name, f"{name} is {rounding(how)} before it is used",
                words.line(edited), size, {entry.result: edited},
            )  # fmt: skip


def explained(target: Target, search: Search) -> tuple[list[Explanation], int]:
    """The roundings that put a number one unit off, and how many were tried."""
    printed = target.printed
    wanted = target.wanted
    if target.finding.verdict != "last-digit" or printed is None or wanted is None:
        return [], 0
    if wanted.moments != {0} or search.beyond:
        return [], 0
    mantissa, _, exponent = printed.text.lower().partition("e")
    places = len(mantissa.partition(".")[2]) - int(exponent or 0)
    tried = [
        mistake
        for some in (places, places - 1, places + 1)
        if 0 < some <= _LONGEST
        for mistake in roundings(search, some)
    ]
    if not tried:
        return [], 0
    runs = with_all(search.derivation, tried, [0])
    found = [
        Explanation(
            mistake.sentence, mistake.kind, mistake.scope, mistake.computation, printed.text,
            len(tried), size=mistake.size, sort="rounded",
        )
        for k in search.hits(target, runs)
        for mistake in [tried[k]]
        if search.certified(target, mistake)
    ]  # fmt: skip
    return found, len(tried)
