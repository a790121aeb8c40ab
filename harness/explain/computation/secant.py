"""The secant method, for many numbers at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np

_ROUNDS: Final = 12
#: A number is found where the last round has moved it, and missed its goal, by less than this
#: part of it: whoever asks looks more closely then.
_SETTLED: Final = 1e-6


def secant(off: Callable[[Any], Any], start: Any, goal: float) -> Any:
    """The numbers at which ``off`` is 0, beginning at each of ``start``; nan where none is found.

    ``off`` is what numbers come to, all at once, less the ``goal``, which tells how small is nothing.
    """
    before = start
    now = before * 1.01 + 1e-3
    with np.errstate(all="ignore"):
        off_before = off(before)
        for _ in range(_ROUNDS):
            here = off(now)
            step = here * (now - before) / (here - off_before)
            before, off_before, now = now, here, now - np.where(np.isfinite(step), step, 0.0)
        settled = np.abs(now - before) <= _SETTLED * np.maximum(np.abs(now), 1e-9)
        close = np.abs(off_before) <= _SETTLED * max(abs(goal), 1e-12)
    return np.where(settled & close, now, np.nan)
