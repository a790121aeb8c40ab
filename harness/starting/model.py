"""What a starting point is asked to compute, and what of it makes sense."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, get_args

from harness.reading.layout import LayerPart, LossKind
from harness.scenario.optimizers import KINDS

ACTIVATIONS: Final = get_args(LayerPart.model_fields["activation"].annotation)
LOSSES: Final = get_args(LossKind)
OPTIMIZERS: Final = tuple(KINDS)

#: What is written here is meant to be filled in by hand.
MOST_LAYERS: Final = 6
MOST_UNITS: Final = 20
MOST_WEIGHTS: Final = 400

#: Losses that take logarithms of the outputs, and the activations that keep those between 0 and 1.
_LOGARITHMIC: Final = ("cross-entropy", "binary cross-entropy")
_SHARES: Final = ("sigmoid", "softmax")


class NoStartingPoint(Exception):
    """Something that is asked for and makes no sense; the message says why."""


@dataclass(frozen=True)
class Model:
    """What is to be computed: a network with so many inputs and units in each layer, or equations."""

    sizes: tuple[int, ...] = (2, 2, 1)
    activation: str = "sigmoid"
    output_activation: str | None = None
    loss: str = "half squared error"
    optimizer: str = "gradient descent"
    equations: bool = False

    @property
    def last(self) -> str:
        """The activation of the last layer: what the loss needs, where none is asked for."""
        if self.output_activation is not None:
            return self.output_activation
        if self.loss == "softmax cross-entropy":
            return "identity"
        if self.loss in _LOGARITHMIC and self.activation not in _SHARES:
            return "sigmoid"
        if self.activation == "softmax" and self.sizes[-1] == 1:
            return "sigmoid"
        return self.activation

    @property
    def rate(self) -> str:
        """A learning rate at which an update makes the loss less."""
        return "0.5" if self.optimizer == "gradient descent" and not self.equations else "0.1"


def sizes_of(text: str) -> tuple[int, ...]:
    """The sizes of layers from ``3-4-2``: inputs, hidden units, outputs. Raises NoStartingPoint."""
    if not re.fullmatch(r"[0-9]{1,9}(-[0-9]{1,9})+", text):
        raise NoStartingPoint(
            f"{text[:40]!r} are no sizes of layers; write the number of inputs, of the units of "
            "each layer, and of the outputs, as in 3-4-2"
        )
    return tuple(map(int, text.split("-")))


def refuse(model: Model) -> None:
    """Raise NoStartingPoint where a network of this kind makes no sense."""
    sizes, units = model.sizes, model.sizes[-1]
    weights = sum(a * b for a, b in pairwise(sizes))
    told = None
    if min(sizes) < 1:
        told = "each layer has at least one unit"
    elif len(sizes) > MOST_LAYERS:
        told = f"{len(sizes)} sizes are too many to be filled in by hand; at most {MOST_LAYERS} are"
    elif max(sizes) > MOST_UNITS:
        told = f"{max(sizes)} units are too many to be filled in by hand; at most {MOST_UNITS} are"
    elif weights > MOST_WEIGHTS:
        told = f"{weights} weights are too many to be filled in by hand; at most {MOST_WEIGHTS} are"
    elif model.loss in _LOGARITHMIC and model.last not in _SHARES:
        told = (
            f"{model.loss} takes logarithms of outputs between 0 and 1, which {model.last} does not "
            f"keep to; take {' or '.join(_SHARES)} as the output activation"
        )
    elif model.last == "softmax" and units == 1:
        told = "softmax of a single output is always 1; take sigmoid as the output activation"
    elif model.activation == "softmax" and 1 in sizes[1:-1]:
        told = "softmax of a single unit is always 1; each layer needs at least 2, as in 2-2-2"
    elif model.loss == "softmax cross-entropy" and model.last == "softmax":
        told = "softmax cross-entropy takes softmax itself; leave --output-activation away"
    elif model.loss == "softmax cross-entropy" and units == 1:
        told = "softmax cross-entropy of a single output is always 0; it takes at least 2 outputs"
    if told is not None:
        raise NoStartingPoint(told)
