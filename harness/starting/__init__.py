"""The starting point of a fixture: an example with comments, of which every line is right."""

from harness.starting.model import (
    ACTIVATIONS,
    LOSSES,
    OPTIMIZERS,
    Model,
    NoStartingPoint,
    sizes_of,
)
from harness.starting.point import starting_point

__all__ = [
    "ACTIVATIONS",
    "LOSSES",
    "OPTIMIZERS",
    "Model",
    "NoStartingPoint",
    "sizes_of",
    "starting_point",
]
