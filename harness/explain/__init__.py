"""Which mistake makes a wrong number: the smallest change that reproduces it to the last digit.

An explanation never changes a verdict, and none is offered for what is right.
"""

from harness.explain.chapter import Explained, explain
from harness.explain.explanation import Explanation

__all__ = ["Explained", "Explanation", "explain"]
