"""Another loss than the network's: another kind, or mean and sum exchanged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Final, Literal

from harness.explain.catalogue.changed import beside
from harness.explain.catalogue.each_way import each_way
from harness.explain.computation.derivation import Derivation
from harness.explain.computation.mistake import Mistake
from harness.explain.computation.rederived import reworked
from harness.scenario.network import loss_equations
from harness.scenario.task import Loss, Network

#: The losses of numbers, and what they are called.
_NAMES: Final = {
    "half squared error": "half the squared error", "squared error": "the squared error",
    "absolute error": "the absolute error", "huber": "the Huber loss",
    "cross-entropy": "the cross-entropy of the targets alone",
    "binary cross-entropy": "the binary cross-entropy",
}  # fmt: skip
#: What is taken for what. A logarithm needs outputs between 0 and 1.
_SQUARES: Final = ("half squared error", "squared error", "absolute error")
LOGARITHMS: Final = ("cross-entropy", "binary cross-entropy")
_FITTING: Final = ("sigmoid", "softmax")
How = Literal["sum", "mean"]


def losses(derivation: Derivation) -> Iterator[Mistake]:
    """Another loss: throughout, in the value alone, or in the gradient alone."""
    network = derivation.scenario.network
    if network is None or network.total != derivation.loss:
        return
    for loss in _others(network):
        other = {one.name: one.expression for one in loss_equations(replace(network, loss=loss))}
        scenario = reworked(derivation.scenario, other)
        if scenario is None:
            continue
        yield from each_way(
            derivation, scenario, _said(network.loss, loss), _said(network.loss, loss, "the loss "),
            beside(loss_equations(network), other), _size(network.loss, loss),
        )  # fmt: skip


def _others(network: Network) -> Iterator[Loss]:
    """Up to two things otherwise, but a loss of another family by itself."""
    own = network.loss
    outputs = (own.outputs, *_exchanged(own.outputs, len(network.targets)))
    samples = (own.samples, *_exchanged(own.samples, network.samples))
    for kind, by_output, by_sample in product(_kinds(network), outputs, samples):
        loss = replace(own, kind=kind, outputs=by_output, samples=by_sample)
        if 0 < _changes(own, loss) <= (1 if _far(own, loss) else 2):
            yield loss


def _kinds(network: Network) -> Iterator[str]:
    own = network.loss.kind
    yield own
    if own in (*_SQUARES, "huber"):
        yield from (kind for kind in _SQUARES if kind != own)
        if own != "huber" and network.layers[-1].activation in _FITTING:
            yield "binary cross-entropy"
    if own in LOGARITHMS:
        yield from (kind for kind in (*LOGARITHMS, *_SQUARES[:2]) if kind != own)


def _exchanged(how: How, count: int) -> list[How]:
    if count < 2:
        return []
    return ["mean"] if how == "sum" else ["sum"]


def _said(own: Loss, other: Loss, whole: str = "") -> str:
    """How another loss differs, in words."""
    parts = []
    if (own.kind, other.kind) == ("half squared error", "squared error"):
        parts.append("the squared error without the 1/2")
    elif other.kind != own.kind:
        parts.append(f"{_NAMES[other.kind]} instead of {_NAMES[own.kind]}")
    for what, before, after in (
        ("outputs", own.outputs, other.outputs), ("samples", own.samples, other.samples),
    ):  # fmt: skip
        if after != before:
            how = {"sum": "added up", "mean": "averaged"}
            parts.append(f"{how[after]} over the {what} instead of {how[before]}")
    return (whole if other.kind == own.kind else "") + ", and ".join(parts)


def _changes(own: Loss, other: Loss) -> int:
    return (
        (own.kind != other.kind) + (own.outputs != other.outputs) + (own.samples != other.samples)
    )


def _far(own: Loss, other: Loss) -> bool:
    return (own.kind in LOGARITHMS) != (other.kind in LOGARITHMS)


def _size(own: Loss, other: Loss) -> float:
    return 0.6 + 0.3 * _changes(own, other) + 0.3 * _far(own, other)
