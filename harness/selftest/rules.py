"""The comparison rules that people use: each says whether mistaken answers pass for right ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np


@dataclass(frozen=True)
class Rule:
    """A comparison of arrays of floats: what was answered, and what is right."""

    name: str
    accepts: Callable[[Any, Any], bool]


def _relative(answers: Any, right: Any) -> bool:
    """As in the notes of CS231n, which divide by the larger of the two."""
    scale = np.maximum(np.abs(answers), np.abs(right))
    there = ~(scale == 0)  # what is not a number stays in
    return bool(np.all(np.abs(answers - right)[there] / scale[there] <= 1e-4))


def _largest(answers: Any, right: Any) -> bool:
    return bool(np.max(np.abs(answers - right)) <= 1e-4 * np.max(np.abs(right)))


RULES: Final = (
    Rule("`numpy.allclose`, as it stands", lambda a, b: bool(np.allclose(a, b))),
    Rule("`numpy.allclose`, rtol 1e-3", lambda a, b: bool(np.allclose(a, b, rtol=1e-3))),
    Rule("relative difference of each value, 1e-4", _relative),
    Rule("largest difference, 1e-4 of the largest value", _largest),
)
