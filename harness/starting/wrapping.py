"""Lists that may take several lines of a fixture."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Final

WIDTH: Final = 96


def listed(names: Sequence[str], indent: int = 16) -> str:
    """Names in brackets, ``indent`` columns from the margin."""
    return f"[{wrapped(names, indent)}]"


def wrapped(items: Sequence[str], indent: int) -> str:
    """Items with commas between them, over several lines where they are many."""
    joined = ", ".join(item.replace(" ", "\0") for item in items)
    lines = textwrap.wrap(joined, WIDTH - indent, break_long_words=False, break_on_hyphens=False)
    return f"\n{' ' * (indent + 1)}".join(lines).replace("\0", " ")
