"""A number one unit off, because an intermediate that is not printed was rounded."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Final

from harness.explain.derivation import Entry
from harness.explain.explanation import Explanation
from harness.explain.mistake import SOUND, Mistake
from harness.explain.others import speakable
from harness.explain.running import with_all
from harness.explain.search import Search
from harness.explain.targets import Target
from harness.explain.words import Words

_LONGEST: Final = 15


def roundings(search: Search, places: int) -> Iterator[Mistake]:
    """Every intermediate with a name rounded to so many decimals, at the start of the training."""
    words = Words(search.derivation)
    state = search.run(SOUND, (0,), 128).moments[0]
    computed = [
        e for e in search.derivation.line.values() if e.role in {"forward", "adjoint", "slope"}
    ]
    for entry in computed:
        value = state[entry.result]
        if not (speakable(entry.result) or entry.role == "slope") or not hasattr(value, "mid"):
            continue
        exact = Fraction(Decimal(value.mid().str(40, radius=False)))
        rounded = Fraction(round(exact * 10**places), 10**places)
        if rounded == exact:
            continue
        name, held = words.name(entry.result), f"rounded {entry.result}"
        yield Mistake(
            "rounded", name, f"{name} is rounded to {places} decimals before it is used",
            f"{name} = {float(rounded):.{places}f}", 0.6,
            {entry.result: Entry(entry.result, "add", (held,), entry.role, entry.of)}, {held: rounded},
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
