"""Random networks: every activation and loss, shared names, batches, samples for each update."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import get_args

from hypothesis import strategies as st

from harness.reading.layout import LayerPart, LossKind
from harness.scenario.network import WITH_SETTING
from harness.strategies.numbers import Shape, numbers, rows, shares, some
from harness.strategies.training import trainings

_ACTIVATIONS = get_args(LayerPart.model_fields["activation"].annotation)
_LOSSES = get_args(LossKind)
#: Losses that take logarithms of the outputs, and the activations that keep those between 0 and 1.
_LOGARITHMIC = ("cross-entropy", "binary cross-entropy")
_SHARES = ("sigmoid", "softmax")


@dataclass(frozen=True)
class _Layer:
    text: str
    parameters: list[str]
    computed: list[str]


@st.composite
def networks(draw: st.DrawFn) -> str:
    """The text of a fixture with a fully connected network."""
    sizes = draw(st.lists(st.integers(1, 3), min_size=2, max_size=4))
    loss = draw(st.sampled_from(_LOSSES))
    layers: list[_Layer] = []
    parameters: list[str] = []
    for depth, (width, units) in enumerate(pairwise(sizes), 1):
        activation = draw(st.sampled_from(_allowed(loss, units, depth == len(sizes) - 1)))
        layers.append(draw(_layers(depth, width, units, activation, parameters)))
        parameters = list(dict.fromkeys([*parameters, *layers[-1].parameters]))
    inputs, targets = _named("x", sizes[0]), _named("t", sizes[-1])
    count = draw(st.sampled_from([0, 0, 1, 2, 3]))
    total, told = draw(_losses(loss, sizes[-1], count))
    given: dict[str, Shape] = dict.fromkeys([*inputs, *targets], (count,) if count else ())
    each = shares if loss.endswith("cross-entropy") else numbers

    def number(name: str) -> st.SearchStrategy[str]:
        return each() if name in targets else numbers()

    training = draw(st.none() | trainings(parameters, given, each=number))
    values = {
        name: draw(rows(shape, number(name)))
        for name, shape in {**given, **dict.fromkeys(parameters, ())}.items()
        if training is None or name not in training.samples
    }
    computed = [name for layer in layers for name in layer.computed]
    lines = [f"d{total}/d{name}" for name in draw(some([*computed, *inputs, *parameters]))]
    lines += [f"{total}@{training.updates}"] if training else [f"d{total}/d{parameters[0]}"]
    if training and training.updates:
        lines += [f"{name}@{training.updates}" for name in draw(some(parameters))]
    return "\n".join(
        [
            "document: {id: random, title: A random network}",
            "scenarios:",
            "  - id: network",
            "    network:",
            f"      inputs: [{', '.join(inputs)}]",
            "      layers:",
            *(f"        - {layer.text}" for layer in layers),
            f"      targets: [{', '.join(targets)}]",
            f"      loss: {told}",
            f"    values: {{{', '.join(f'{name}: {value}' for name, value in values.items())}}}",
            *([f"    training: {training.text}"] if training else []),
            f"    claims: {{Lines: [{', '.join(f'{line} = {line}' for line in lines)}]}}",
            "",
        ]
    )


def _named(letter: str, count: int) -> list[str]:
    return [f"{letter}{k + 1}" for k in range(count)]


def _allowed(loss: str, units: int, last: bool) -> list[str]:
    """The activations of a layer for which the loss has a value."""
    if not last or loss not in _LOGARITHMIC:
        return list(_ACTIVATIONS)
    return ["sigmoid"] if loss.startswith("binary") and units == 1 else list(_SHARES)


@st.composite
def _layers(
    draw: st.DrawFn, depth: int, width: int, units: int, activation: str, before: list[str]
) -> _Layer:
    """A layer; some of its weights may be parameters of those before it, or one another."""
    names = [f"w{depth}_{k + 1}" for k in range(width * units)]
    if draw(st.booleans()):
        names = [draw(st.sampled_from([name, *before, names[0]])) for name in names]
    cells = [names[k * width : (k + 1) * width] for k in range(units)]
    keys = {"weights": f"[{', '.join(f'[{chr(44).join(row)}]' for row in cells)}]"}
    biases = draw(
        st.sampled_from([[], [f"b{depth}"] * units, [f"b{depth}_{k + 1}" for k in range(units)]])
    )
    if biases:
        keys["biases"] = f"[{', '.join(biases)}]"
    if draw(st.booleans()):
        called = [f"u{depth}_{k + 1}" for k in range(units)]
        nets, outs = [f"net_{unit}" for unit in called], [f"out_{unit}" for unit in called]
        keys["units"] = f"[{', '.join(called)}]"
    else:
        nets, outs = ([f"{word}{depth}_{k + 1}" for k in range(units)] for word in ("z", "a"))
        keys |= {"net": f"[{', '.join(nets)}]", "out": f"[{', '.join(outs)}]"}
    keys["activation"] = activation
    if activation in WITH_SETTING:
        keys["setting"] = draw(st.sampled_from(["0.01", "0.2", "1"]))
    text = ", ".join(f"{key}: {value}" for key, value in keys.items())
    return _Layer(f"{{{text}}}", [*names, *biases], [*nets, *outs])


@st.composite
def _losses(draw: st.DrawFn, kind: str, outputs: int, samples: int) -> tuple[str, str]:
    """The name of the total loss, and the loss as it stands in the fixture."""
    keys = {"kind": kind}
    total = draw(st.sampled_from(["E_total", "L"]))
    if total != "E_total":
        keys["total"] = total
    for key, count in (("outputs", outputs), ("samples", samples)):
        if count > 1:
            keys[key] = draw(st.sampled_from(["sum", "mean"]))
    if kind == "huber":
        keys["setting"] = draw(st.sampled_from(["1", "0.3"]))
    if samples and draw(st.booleans()):
        keys["sample"] = "each"
    if outputs > 1 and draw(st.booleans()):
        keys["terms"] = f"[{', '.join(_named('term', outputs))}]"
    if len(keys) == 1:
        return total, kind
    return total, f"{{{', '.join(f'{key}: {value}' for key, value in keys.items())}}}"
