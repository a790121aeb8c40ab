"""The network of a starting point, its names in the style of Mazur's, and lines about it."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from harness.scenario.network import WITH_SETTING
from harness.starting.model import LOSSES, Model
from harness.starting.wrapping import WIDTH, listed, wrapped

_SEED: Final = 2


def network(model: Model, values: Mapping[str, str]) -> str:
    """The scenario up to its values."""
    names = "-".join(map(str, model.sizes))
    text = f"""\
  - id: net-{names}
    # A layer has a row of weights for each of its units, in it a weight for each input. The same
    # name in two places is one shared parameter, as [b1, b1]; a bias of its own for each unit is
    # [b1, b2], and biases may be left away. Unit h1 computes net_h1, and out_h1 of it.
    network:
      inputs: {listed(_inputs(model))}
      layers:
"""
    for layer in _layers(model):
        rows = _rows([listed(row, 13) for row in layer.weights])
        text += f"        - units: {listed(layer.units)}\n"
        text += f"          weights: {rows}\n"
        text += f"          biases: {listed(layer.biases)}\n"
        text += f"          activation: {layer.activation}\n"
        if layer.activation in WITH_SETTING:
            text += f"          setting: {_setting(layer.activation)}  # below zero\n"
    text += f"      targets: {listed(_targets(model))}\n      loss: {_loss(model)}\n"
    given = wrapped([f"{name}: {value}" for name, value in values.items()], 6)
    return f"{text}\n    # The numbers that the document gives.\n    values:\n      {{{given}}}\n"


def _rows(rows: Sequence[str]) -> str:
    """Rows of weights on one line where they fit there."""
    line = f"[{', '.join(rows)}]"
    if len(line) < WIDTH - 19 and "\n" not in line:
        return line
    return f"\n            [{(',' + chr(10) + ' ' * 13).join(rows)}]"


def _loss(model: Model) -> str:
    outputs = ", outputs: sum" if model.sizes[-1] > 1 and model.loss != LOSSES[0] else ""
    setting = ", setting: 1" if model.loss == "huber" else ""
    if not outputs and not setting:
        return model.loss
    return f"{{kind: {model.loss}{outputs}{setting}}}" + "  # or mean" * bool(outputs)


@dataclass(frozen=True)
class _Layer:
    units: tuple[str, ...]
    weights: tuple[tuple[str, ...], ...]
    biases: tuple[str, ...]
    activation: str


def _inputs(model: Model) -> list[str]:
    return [f"i{k + 1}" for k in range(model.sizes[0])]


def _targets(model: Model) -> list[str]:
    return [f"target_o{k + 1}" for k in range(model.sizes[-1])]


def _layers(model: Model) -> list[_Layer]:
    layers: list[_Layer] = []
    hidden = weights = 0
    for depth, (width, units) in enumerate(pairwise(model.sizes), 1):
        last = depth == len(model.sizes) - 1
        names = [f"o{k + 1}" if last else f"h{hidden + k + 1}" for k in range(units)]
        rows = [[f"w{weights + k * width + j + 1}" for j in range(width)] for k in range(units)]
        activation = model.last if last else model.activation
        shares = activation == "softmax" or (last and model.loss == "softmax cross-entropy")
        # Softmax does not change where all of its net inputs do alike: a shared bias has no gradient.
        biases = [f"b_{name}" if shares else f"b{depth}" for name in names]
        layers.append(_Layer(tuple(names), tuple(map(tuple, rows)), tuple(biases), activation))
        hidden, weights = hidden + units, weights + units * width
    return layers


def parameters(model: Model) -> list[str]:
    """What an update changes: weights, then biases."""
    layers = _layers(model)
    weights = [w for layer in layers for row in layer.weights for w in row]
    return weights + list(dict.fromkeys(b for layer in layers for b in layer.biases))


def values(model: Model) -> dict[str, str]:
    """Inputs, targets and parameters: positive, so that no relu is at its flat side, and small."""
    source = random.Random(_SEED)
    values = {name: f"{source.randint(5, 95) / 100:.2f}" for name in _inputs(model)}
    if model.loss.endswith("cross-entropy"):
        hot = ["1" if k == 0 else "0" for k in range(model.sizes[-1])]
    else:
        hot = ["0.01" if k % 2 == 0 else "0.99" for k in range(model.sizes[-1])]
    values |= dict(zip(_targets(model), hot, strict=True))
    for layer in _layers(model):
        most = max(20, 180 // len(layer.weights[0]))
        weights = [w for row in layer.weights for w in row]
        for name in dict.fromkeys([*weights, *layer.biases]):
            values[name] = f"{source.randint(10, min(most, 90)) / 100:.2f}"
    return values


def lines(model: Model) -> Iterator[str]:
    """The lines, with the numbers that stand in braces still to be filled in."""
    layers = _layers(model)
    first, last = layers[0], layers[-1]
    unit, out, w, v = first.units[0], last.units[0], first.weights[0][0], last.weights[0][0]
    yield "  Forward pass:"
    yield "    # A quantity, its formula, the formula with numbers, what comes of it."
    terms = list(zip(first.weights[0], _inputs(model), strict=True))
    formula = " + ".join([*(f"{a}*{b}" for a, b in terms), first.biases[0]])
    numbers = " + ".join([*(f"{{{a}}}*{{{b}}}" for a, b in terms), f"{{{first.biases[0]}}}"])
    yield f"    - net_{unit} = {formula} = {numbers} = {{net_{unit}}}"
    yield "    # Or less of it: the quantity and the number, or the quantity and the formula."
    yield f"    - out_{unit} = {_activated(first)} = {{out_{unit}}}"
    if out != unit:
        yield f"    - out_{out} = {{out_{out}}}"
    yield from _loss_lines(model)
    yield "  Backward pass:"
    yield f"    # dE_total/d{v} is the total derivative of E_total by {v}: its gradient."
    way = [f"dE_total/dnet_{out}", f"dnet_{out}/d{v}"]
    if last.activation != "softmax":  # there out depends on the nets of all units
        way[:1] = [f"dE_total/dout_{out}", f"dout_{out}/dnet_{out}"]
    yield f"    - dE_total/d{v} = {'*'.join(way)} = {'*'.join(f'{{{d}}}' for d in way)} = {{dE_total/d{v}}}"
    if w != v:
        yield f"    - dE_total/d{w} = {{dE_total/d{w}}}"
    yield "  Update:"
    yield f"    # {w}@1 is {w} after the first update; any number of updates may be asked for."
    for name in dict.fromkeys((v, w)):
        step = f"{name} - eta*dE_total/d{name} = {{{name}}} - {model.rate}*{{dE_total/d{name}}} = "
        plain = model.optimizer == "gradient descent"
        yield f"    - {name}@1 = {step if plain else ''}{{{name}@1}}"
    yield "    - E_total@1 = {E_total@1}"


def _activated(layer: _Layer) -> str:
    nets = [f"net_{unit}" for unit in layer.units]
    match layer.activation:
        case "identity":
            return nets[0]
        case "softmax":
            return f"softmax([{', '.join(nets)}])[0]"
        case activation if activation in WITH_SETTING:
            return f"{activation}({nets[0]}, {_setting(activation)})"
        case activation:
            return f"{activation}({nets[0]})"


def _setting(activation: str) -> str:
    return "1" if activation == "elu" else "0.01"


def _loss_lines(model: Model) -> Iterator[str]:
    terms = [f"E_o{k + 1}" for k in range(model.sizes[-1])]
    if len(terms) > 1:
        sums = " + ".join(terms), " + ".join(f"{{{term}}}" for term in terms)
        yield f"    - E_total = {sums[0]} = {sums[1]} = {{E_total}}"
    elif model.loss == "half squared error":
        formula = "1/2*(target_o1 - out_o1)^2 = 1/2*({target_o1} - {out_o1})^2"
        yield f"    - E_total = {formula} = {{E_total}}"
    else:
        yield "    - E_total = {E_total}"
