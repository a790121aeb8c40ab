"""Backproof's harness: what reads fixtures, certifies values, runs implementations and judges."""

from typing import Final

__version__: Final = "0.1.0"
