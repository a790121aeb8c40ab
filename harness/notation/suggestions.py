"""What may have been meant: the known name that is closest to an unknown one."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from itertools import islice
from typing import Final

#: Suggestions are looked for among this many names at most, for names of at most this length.
MOST_CANDIDATES: Final = 1_000
LONGEST_CANDIDATE: Final = 100


def closest(name: str, known: Iterable[str]) -> str:
    """``; did you mean 'x'?`` where a known name is close, else nothing.

    Names that differ in capital letters only count as close where no other is.
    """
    # Comparing is slow, and among so many names a suggestion would be chance.
    candidates = list(islice(known, MOST_CANDIDATES + 1))
    if len(candidates) > MOST_CANDIDATES or len(name) > LONGEST_CANDIDATE:
        return ""
    candidates = sorted(one for one in candidates if one != name)
    close = difflib.get_close_matches(name, candidates, n=1, cutoff=0.6)
    if not close and any(one != one.casefold() for one in (name, *candidates)):
        small = {one.casefold(): one for one in reversed(candidates)}
        found = difflib.get_close_matches(name.casefold(), small, n=1, cutoff=0.6)
        close = [small[one] for one in found]
    return f"; did you mean {close[0]!r}?" if close else ""
