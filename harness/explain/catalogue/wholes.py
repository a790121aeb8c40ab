"""Mistakes that are one decision and make another computation: its lines stand in place of all."""

from __future__ import annotations

from collections.abc import Iterator

from harness.explain.catalogue.activated import activated
from harness.explain.catalogue.axes import axes
from harness.explain.catalogue.bias_gradients import bias_gradients
from harness.explain.catalogue.biases import biases
from harness.explain.catalogue.conventions import conventions
from harness.explain.catalogue.each_sample import each_sample
from harness.explain.catalogue.epsilons import epsilons
from harness.explain.catalogue.indices import indices
from harness.explain.catalogue.logarithms import logarithms
from harness.explain.catalogue.losses import losses
from harness.explain.catalogue.optimizers import optimizers
from harness.explain.catalogue.order import order
from harness.explain.catalogue.taken_of import taken_of
from harness.explain.catalogue.twice import twice
from harness.explain.computation.derivation import Derivation
from harness.explain.computation.mistake import Mistake


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
    yield from each_sample(derivation)
    yield from indices(derivation)
    yield from twice(derivation)
    yield from activated(derivation)
    yield from biases(derivation)
    yield from bias_gradients(derivation)
