"""The network part of a fixture into the types that implementations are handed."""

from __future__ import annotations

from harness.reading.layout import LossPart, NetworkPart
from harness.reading.notes import Path
from harness.scenario.task import Layer, Network


def network_of(part: NetworkPart) -> Network:
    """The network, with the names that the shorthand leaves to their defaults."""
    layers = tuple(
        Layer(
            weights=tuple(tuple(row) for row in layer.weights),
            biases=None if layer.biases is None else tuple(layer.biases),
            net=tuple(layer.net or [f"net_{unit}" for unit in layer.units or []]),
            activation=layer.activation,
            out=tuple(layer.out or [f"out_{unit}" for unit in layer.units or []]),
        )
        for layer in part.layers
    )
    if isinstance(part.loss, LossPart):
        total, terms = part.loss.total, part.loss.terms
    else:
        total, terms = "E_total", None
    if terms is None:
        units = part.layers[-1].units or [str(k + 1) for k in range(len(layers[-1].out))]
        prefix = "E" if total == "E_total" else total
        terms = [total] if len(layers[-1].out) == 1 else [f"{prefix}_{unit}" for unit in units]
    return Network(tuple(part.inputs), layers, tuple(part.targets), tuple(terms), total)


def names_in(part: NetworkPart) -> list[tuple[str, Path]]:
    """Every name in the shorthand, and where it stands."""
    found: list[tuple[str, Path]] = []
    for key in ("inputs", "targets"):
        found += [(name, (key, place)) for place, name in enumerate(getattr(part, key))]
    for number, layer in enumerate(part.layers):
        for key in ("units", "net", "out", "biases"):
            names = getattr(layer, key) or []
            found += [(name, ("layers", number, key, place)) for place, name in enumerate(names)]
        for row, names in enumerate(layer.weights):
            found += [
                (name, ("layers", number, "weights", row, place))
                for place, name in enumerate(names)
            ]
    if isinstance(part.loss, LossPart):
        found.append((part.loss.total, ("loss", "total")))
        found += [(name, ("loss", "terms", k)) for k, name in enumerate(part.loss.terms or [])]
    return found
