"""Plain floats, to the end of their range: where Python would raise, the answer is inf or nan.

So does the hardware, and so do NumPy and the frameworks: 1/0 is inf, 0/0 is not-a-number.
"""

from __future__ import annotations

import math


def exp(x: float) -> float:
    """e^x."""
    try:
        return math.exp(x)
    except OverflowError:
        return math.inf


def log(x: float) -> float:
    """The natural logarithm of x."""
    if x > 0:
        return math.log(x)
    return -math.inf if x == 0 else math.nan


def sqrt(x: float) -> float:
    """The root of x."""
    return math.nan if x < 0 else math.sqrt(x)


def divide(a: float, b: float) -> float:
    """a / b."""
    if b != 0:
        return a / b
    return math.nan if a == 0 or math.isnan(a) else math.copysign(math.inf, a) * math.copysign(1, b)
