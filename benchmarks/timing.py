"""Two things timed in turn, A B A B …, so that a machine that slows down slows both."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Ratio:
    """Seconds of the subject and of its peer, medians, and the median of their ratios."""

    subject: float
    peer: float
    ratio: float
    lowest: float
    highest: float

    def __str__(self) -> str:
        return (
            f"{self.ratio:5.2f}  ({self.lowest:.2f} to {self.highest:.2f})  "
            f"{self.subject:7.3f} s against {self.peer:7.3f} s"
        )


def paired(subject: Callable[[], object], peer: Callable[[], object], runs: int = 5) -> Ratio:
    """Time both ``runs`` times in turn, after one run of each that does not count."""
    subject()
    peer()
    pairs = [(_seconds(subject), _seconds(peer)) for _ in range(runs)]
    ratios = [a / b for a, b in pairs]
    return Ratio(
        statistics.median(a for a, _ in pairs),
        statistics.median(b for _, b in pairs),
        statistics.median(ratios),
        min(ratios),
        max(ratios),
    )


def _seconds(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start
