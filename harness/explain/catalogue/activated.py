"""An activation where the document has none: in a layer whose outputs are its net inputs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from harness.explain.catalogue.changed import Change, changed
from harness.explain.catalogue.sizes import MOST_STEPS
from harness.explain.computation.derivation import Derivation, layer_named
from harness.explain.computation.mistake import Mistake
from harness.notation.syntax import Call, Name

_USUAL: Final = ("sigmoid", "tanh", "relu")


def activated(derivation: Derivation) -> Iterator[Mistake]:
    """Each usual activation, in each layer without one."""
    scenario = derivation.scenario
    if scenario.network is None or len(scenario.computation.steps) > MOST_STEPS:
        return
    for number, layer in enumerate(scenario.network.layers):
        for function in _USUAL if layer.activation == "identity" else ():
            said = f"{function} is applied {layer_named(scenario, number)}, which has no activation"
            pairs = zip(layer.out, layer.net, strict=True)
            equations = {out: Call(function, (Name(net),)) for out, net in pairs}
            yield from changed(derivation, Change("function added", said, equations, 1.0))
