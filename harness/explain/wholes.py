"""Mistakes that are one decision and make another computation: its lines stand in place of all."""

from __future__ import annotations

from collections.abc import Iterator

from harness.explain.axes import axes
from harness.explain.bias_gradients import bias_gradients
from harness.explain.biases import biases
from harness.explain.conventions import conventions
from harness.explain.derivation import Derivation
from harness.explain.epsilons import epsilons
from harness.explain.indices import indices
from harness.explain.logarithms import logarithms
from harness.explain.losses import losses
from harness.explain.mistake import Mistake
from harness.explain.optimizers import optimizers
from harness.explain.order import order
from harness.explain.taken_of import taken_of
from harness.explain.twice import twice


def wholes(derivation: Derivation) -> Iterator[Mistake]:
    """All mistakes of this sort."""
    yield from losses(derivation)
    yield from taken_of(derivation)
    yield from logarithms(derivation)
    yield from conventions(derivation)
    yield from optimizers(derivation)
    yield from axes(derivation)
    yield from epsilons(derivation)
    yield from order(derivation)
    yield from indices(derivation)
    yield from twice(derivation)
    yield from biases(derivation)
    yield from bias_gradients(derivation)
