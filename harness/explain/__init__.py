"""Which mistake makes a wrong number: the smallest change that reproduces it to the last digit.

An explanation never changes a verdict, and none is offered for what is right.

``computation`` writes forward pass, backward pass and update out as lines, ``catalogue`` holds the
mistakes that can be made in them, and ``formulas`` those of a formula. ``documents`` explains what
is printed wrong, ``witnesses`` implementations that disagree.
"""

from harness.explain.documents.chapter import Explained, explain
from harness.explain.explanation import Explanation

__all__ = ["Explained", "Explanation", "explain"]
