"""What an expression is evaluated over: balls, fractions, shapes, or the steps of a Wengert list."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Protocol

from harness.notation.syntax import Derivative, DerivativeOf, Name

#: A value of the algebra, or a numpy array of them (dtype object).
Value = Any


class Algebra(Protocol):
    """What the evaluator asks of the numbers it works on."""

    def number(self, value: Fraction) -> Value:
        """A rational number."""

    def constant(self, name: str) -> Value:
        """``e`` or ``pi``."""

    def operation(self, operation: str, *operands: Value) -> Value:
        """One of the operations of a Wengert list; ``power`` gets its exponent as a Fraction."""

    def slope(self, function: str, operand: Value) -> Value:
        """The derivative of a function of one number, at ``operand``."""

    def name(self, node: Name) -> Value:
        """The value of a quantity."""

    def derivative(self, node: Derivative | DerivativeOf) -> Value:
        """The value of a derivative."""
