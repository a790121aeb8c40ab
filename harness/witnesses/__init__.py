"""Implementations as witnesses: found, loaded, run, and seen what they did."""

from harness.witnesses.loading import (
    NoSuchImplementation,
    Witness,
    installed,
    load,
    load_plug_in,
    missing,
    unknown,
)
from harness.witnesses.questioning import Testimony, question

__all__ = [
    "NoSuchImplementation",
    "Testimony",
    "Witness",
    "installed",
    "load",
    "load_plug_in",
    "missing",
    "question",
    "unknown",
]
