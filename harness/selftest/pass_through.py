"""A mistaken computation as a function of its parameters, with the gradient that it claims."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from harness.explain.computation.derivation import Derivation, adjoint
from harness.explain.computation.mistake import Mistake
from harness.explain.computation.running import at


@dataclass(frozen=True)
class Differentiated:
    """What a gradient checker is handed: forward pass and backward pass, with a mistake in them."""

    derivation: Derivation
    mistake: Mistake

    @property
    def parameters(self) -> tuple[str, ...]:
        """What the loss is differentiated by."""
        training = self.derivation.scenario.training
        return training.parameters if training else ()

    @property
    def start(self) -> list[float]:
        """The parameters as the scenario gives them."""
        return [float(self.derivation.scenario.values[name]) for name in self.parameters]

    def loss(self, values: Sequence[float]) -> float:
        """The loss at some parameters."""
        return float(self._state(values)[self.derivation.loss])

    def gradient(self, values: Sequence[float]) -> list[float]:
        """The gradient that the computation claims at some parameters."""
        state, loss = self._state(values), self.derivation.loss
        return [float(np.asarray(state.get(adjoint(loss, name), 0.0))) for name in self.parameters]

    def _state(self, values: Sequence[float]) -> dict[str, float]:
        return at(self.derivation, self.mistake, dict(zip(self.parameters, values, strict=True)))
