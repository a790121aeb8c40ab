"""A loss that is otherwise: throughout, in the value alone, or in the gradient alone."""

from __future__ import annotations

from collections.abc import Iterator

from harness.explain.catalogue.sizes import MORE
from harness.explain.computation.derivation import Derivation
from harness.explain.computation.mistake import Instead, Mistake
from harness.explain.computation.rederived import rederived, told
from harness.scenario.scenario import Scenario


def each_way(
    derivation: Derivation,
    scenario: Scenario,
    loss: str,
    of_loss: str,
    computation: str,
    size: float,
) -> Iterator[Mistake]:
    """The mistakes whose loss is that of ``scenario``; "the loss is …" says ``loss`` of it, and "the
    gradient is that of …" says ``of_loss``."""
    other = rederived(derivation, scenario)
    for sentence, lines, more in (
        (f"the loss is {loss}", other, 0.0),
        (f"the loss is {loss}, while its gradient is right", told(derivation, other), MORE),
        (
            f"the gradient is that of {of_loss}, while the loss is right",
            told(other, derivation), MORE,
        ),
    ):  # fmt: skip
        yield Mistake(
            "loss", "everywhere", sentence, computation, size + more,
            instead=Instead(sentence, lines),
        )  # fmt: skip
