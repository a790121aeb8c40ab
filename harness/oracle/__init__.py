"""Certified values: balls that are proved to contain the exact value of every quantity."""

from harness.oracle.balls import Ball
from harness.oracle.run import FIRST_BITS, MOST_BITS, Oracle, Run
from harness.oracle.steps import Steps

__all__ = ["FIRST_BITS", "MOST_BITS", "Ball", "Oracle", "Run", "Steps"]
