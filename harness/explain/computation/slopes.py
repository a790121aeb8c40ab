"""Derivatives misremembered: what is taken for the slope of a function y of x."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

#: By how it is written. Serves floats and balls alike.
MISREMEMBERED: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "x": lambda x, y: x,
    "1 - y": lambda x, y: 1 - y,
    "1 + y^2": lambda x, y: 1 + y * y,
    "y*(1 + y)": lambda x, y: y * (1 + y),
    "y*(1 - x)": lambda x, y: y * (1 - x),
    "x*(1 - y)": lambda x, y: x * (1 - y),
    "y^2": lambda x, y: y * y,
    "y^2*(1 - y)": lambda x, y: y * y * (1 - y),
    "-y": lambda x, y: -y,
    "2*y": lambda x, y: 2 * y,
}
#: What is taken for the slope of which function; of a quotient, by what it is divided by.
TAKEN_FOR: Final[Mapping[str, tuple[str, ...]]] = {
    "sigmoid": ("1 - y", "y*(1 + y)", "y*(1 - x)", "x*(1 - y)", "y^2", "y^2*(1 - y)"),
    "tanh": ("1 - y", "1 + y^2", "y^2"),
    "exp": ("x",),
    "log": ("x",),
    "sqrt": ("2*y",),
    "divide": ("-y",),
}
