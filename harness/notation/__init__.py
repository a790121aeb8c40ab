"""Mathematics as it is written down: text into a syntax tree, and the tree into a value."""

from harness.notation.algebra import Algebra, Value
from harness.notation.evaluation import evaluate
from harness.notation.parser import parse_equation, parse_expression, parse_line
from harness.notation.suggestions import closest
from harness.notation.tokens import NotationError

__all__ = [
    "Algebra",
    "NotationError",
    "Value",
    "closest",
    "evaluate",
    "parse_equation",
    "parse_expression",
    "parse_line",
]
