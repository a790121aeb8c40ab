"""Printed numbers and formulas against the oracle."""

from harness.verdicts.findings import ERRATA, Finding, Judged, Refuted
from harness.verdicts.judge import judge

__all__ = ["ERRATA", "Finding", "Judged", "Refuted", "judge"]
