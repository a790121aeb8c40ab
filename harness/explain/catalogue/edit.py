"""An elementary edit of a derivation."""

from __future__ import annotations

from dataclasses import dataclass

from harness.explain.computation.derivation import Entry


@dataclass(frozen=True)
class Edit:
    """One line changed. ``family`` is what may be done in several places alike; ``sentence`` says
    it of this line, ``group`` of several, with {where} for the place."""

    entry: Entry
    kind: str
    family: str
    sentence: str
    size: float
    group: str | None = None
