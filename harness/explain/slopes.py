"""Derivatives misremembered: what is taken for the slope of a function, in terms of its result."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

#: By how it is written, with y for the function's result. Serves floats and balls alike.
MISREMEMBERED: Final[Mapping[str, Callable[[Any], Any]]] = {
    "1 - y": lambda y: 1 - y,
    "1 + y^2": lambda y: 1 + y * y,
    "y*(1 + y)": lambda y: y * (1 + y),
    "y^2": lambda y: y * y,
    "y^2*(1 - y)": lambda y: y * y * (1 - y),
}
#: What is taken for the slope of which function.
TAKEN_FOR: Final[Mapping[str, tuple[str, ...]]] = {
    "sigmoid": ("1 - y", "y*(1 + y)", "y^2", "y^2*(1 - y)"),
    "tanh": ("1 - y", "1 + y^2", "y^2"),
}
