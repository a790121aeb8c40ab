"""Biases as they are got wrong: where they are added, whose they are, and how they are trained."""

from __future__ import annotations

from collections.abc import Callable
from math import exp
from pathlib import Path

import pytest

from harness.scenario.task import Quantity, Task
from tests.explain.other_equations import answers, changed, chapter, said

VALUES = (
    "    values: {x1: 0.8, x2: -0.3, t1: 0.2, t2: 0.9, w1: 0.7, w2: -0.4, w3: 0.2, w4: 0.9,\n"
    "             w5: -0.6, w6: 0.1, w7: 0.3, w8: -0.5, b1: 0.35, b2: 0.6}\n"
)
TRAINING = (
    "    training: {learning_rate: eta = 0.7, update: [w1, w2, w3, w4, w5, w6, w7, w8], loss: E}\n"
)
HEAD = "document: {id: planted, title: Planted}\nscenarios:\n  - id: net\n"
KEPT = f"""{HEAD}    network:
      inputs: [x1, x2]
      layers:
        - {{units: [h1, h2], weights: [[w1, w2], [w3, w4]], biases: [b1, b1], activation: sigmoid}}
        - {{units: [o1, o2], weights: [[w5, w6], [w7, w8]], biases: [b2, b2], activation: sigmoid}}
      targets: [t1, t2]
      loss: {{kind: half squared error, total: E}}
{VALUES}{TRAINING}    claims: {{}}
"""
#: The same as equations, in which something is changed.
EQUATIONS = f"""{HEAD}    equations:
      - net_h1 = w1*x1 + w2*x2 + b1
      - net_h2 = w3*x1 + w4*x2 + b1
      - out_h1 = sigmoid(net_h1)
      - out_h2 = sigmoid(net_h2)
      - net_o1 = w5*out_h1 + w6*out_h2 + b2
      - net_o2 = w7*out_h1 + w8*out_h2 + b2
      - out_o1 = sigmoid(net_o1)
      - out_o2 = sigmoid(net_o2)
      - E_o1 = 1/2*(t1 - out_o1)^2
      - E_o2 = 1/2*(t2 - out_o2)^2
      - E = E_o1 + E_o2
      - named = b1*b2
{VALUES}{TRAINING}    claims: {{}}
"""
HIDDEN, OUTPUT = "in the hidden layer (out_h1, out_h2)", "in the output layer (out_o1, out_o2)"
Changes = list[tuple[str, str]]
#: What is made of the gradients of a layer's net inputs, for the bias of each of its units.
Step = Callable[[list[float]], list[float]]
Told = Step

#: A bias of its own for each unit, with the value of the one that they share.
COPIES: Changes = [
    ("w2*x2 + b1", "w2*x2 + c1"), ("w4*x2 + b1", "w4*x2 + c2"),
    ("w6*out_h2 + b2", "w6*out_h2 + c3"), ("w8*out_h2 + b2", "w8*out_h2 + c4"),
    ("b1: 0.35", "b1: 0.35, c1: 0.35, c2: 0.35, c3: 0.6, c4: 0.6"), ("w8], loss", "w8, c1, c2, c3, c4], loss"),
]  # fmt: skip
#: Documents that train the biases: those that units share, or one a unit.
SHARED: Changes = [("w8], loss", "w8, b1, b2], loss")]
OWN: Changes = [
    ("[b1, b1]", "[b1, b3]"), ("[b2, b2]", "[b2, b4]"), ("w8], loss", "w8, b1, b3, b2, b4], loss"),
    ("b1: 0.35, b2: 0.6", "b1: 0.35, b2: 0.6, b3: 0.25, b4: 0.5"),
]  # fmt: skip


def text(right: str, changes: Changes) -> str:
    for old, new in changes:
        right = changed(right, old, new)
    return right


def behind(layer: str, bias: str) -> Changes:
    return [
        ("w2*x2 + b1" if layer == "h" else "w6*out_h2 + b2", "w2*x2" if layer == "h" else "w6*out_h2"),
        ("w4*x2 + b1" if layer == "h" else "w8*out_h2 + b2", "w4*x2" if layer == "h" else "w8*out_h2"),
        (f"sigmoid(net_{layer}1)", f"sigmoid(net_{layer}1) + {bias}"),
        (f"sigmoid(net_{layer}2)", f"sigmoid(net_{layer}2) + {bias}"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            [*behind("h", "b1"), *behind("o", "b2")],
            "the bias is added after the activation everywhere, in the gradients too",
        ),
        (
            behind("h", "b1"),
            f"the bias is added after the activation {HIDDEN}, in the gradients too",
        ),
        (
            [("+ b1", "+ 2*b1"), ("+ b2", "+ 2*b2")],
            "the bias is added once for each input, everywhere",
        ),
        (
            [("+ b2", "+ b1")],
            f"b1 of another layer stands for the bias {OUTPUT}",
        ),
        (COPIES, "the biases are trained, one for each unit, though they are kept"),
    ],
)
def test_biases_that_are_kept(changes: Changes, sentence: str, tmp_path: Path) -> None:
    asked = chapter(tmp_path, KEPT)
    told = answers(chapter(tmp_path, text(EQUATIONS, changes)), asked)
    assert said(asked, told).sentence.startswith(f"{sentence}: ")


def test_biases_that_are_trained_as_they_are_added(tmp_path: Path) -> None:
    asked = chapter(tmp_path, text(KEPT, SHARED))
    twice = [*SHARED, ("+ b1", "+ 2*b1"), ("+ b2", "+ 2*b2")]
    told = answers(chapter(tmp_path, text(EQUATIONS, twice)), asked)
    assert said(asked, told).sentence.startswith(
        "the bias is added once for each input, everywhere, in the gradients too: all "
    )


def sigmoid(x: float) -> float:
    return 1 / (1 + exp(-x))


def by_hand(task: Task, names: list[str], step: Step, told: Told) -> dict[Quantity, float]:
    """Two updates, with a number of its own for the bias of each unit: ``names`` says which bias it
    is, ``step`` makes its gradient of those of the layer's net inputs, ``told`` what is told."""
    v = task.values
    w = [v[f"w{k}"] for k in range(1, 9)]
    b = [v[name] for name in names]
    found: dict[Quantity, float] = {}
    for k in range(2):
        h = [sigmoid(w[2 * j] * v["x1"] + w[2 * j + 1] * v["x2"] + b[j]) for j in range(2)]
        o = [sigmoid(w[4 + 2 * j] * h[0] + w[5 + 2 * j] * h[1] + b[2 + j]) for j in range(2)]
        found[Quantity("E", None, k)] = sum((v[f"t{j + 1}"] - o[j]) ** 2 / 2 for j in range(2))
        do = [(o[j] - v[f"t{j + 1}"]) * o[j] * (1 - o[j]) for j in range(2)]
        dh = [(do[0] * w[4 + j] + do[1] * w[6 + j]) * h[j] * (1 - h[j]) for j in range(2)]
        dw = [d * x for d in dh for x in (v["x1"], v["x2"])] + [d * x for d in do for x in h]
        w = [one - v["eta"] * d for one, d in zip(w, dw, strict=True)]
        b = [one - v["eta"] * d for one, d in zip(b, [*step(dh), *step(do)], strict=True)]
        if not k:
            gradients = [*told(dh), *told(do)]
            for name, gradient, new in zip(names, gradients, b, strict=True):
                found.setdefault(Quantity("E", name), gradient)
                found.setdefault(Quantity(name, None, 1), new)
            found |= {Quantity(f"w{j + 1}", None, 1): one for j, one in enumerate(w)}
    return found


def each(deltas: list[float]) -> list[float]:
    return deltas


def first(deltas: list[float]) -> list[float]:
    return [deltas[0]] * 2


def last(deltas: list[float]) -> list[float]:
    return [deltas[-1]] * 2


def total(deltas: list[float]) -> list[float]:
    return [sum(deltas)] * 2


def mean(deltas: list[float]) -> list[float]:
    return [sum(deltas) / 2] * 2


@pytest.mark.parametrize(
    ("step", "told", "sentence"),
    [
        (last, last, "the gradient of a shared bias is that of its last unit alone"),
        (first, first, "the gradient of a shared bias is that of its first unit alone"),
        (mean, mean, "the gradient of a shared bias is the mean over its units instead of the sum"),
        (each, total, "of a shared bias each unit trains a copy of its own"),
        (
            each,
            first,
            "of a shared bias each unit trains a copy of its own, and the first one's is told",
        ),
    ],
)
def test_biases_that_are_shared(step: Step, told: Told, sentence: str, tmp_path: Path) -> None:
    asked = chapter(tmp_path, text(KEPT, SHARED))
    found = by_hand(asked.scenario.task([]), ["b1", "b1", "b2", "b2"], step, told)
    assert said(asked, found).sentence.startswith(f"{sentence}: ")


@pytest.mark.parametrize(("step", "how"), [(total, "sum"), (mean, "mean")])
def test_biases_that_are_not(step: Step, how: str, tmp_path: Path) -> None:
    asked = chapter(tmp_path, text(KEPT, OWN))
    found = by_hand(asked.scenario.task([]), ["b1", "b3", "b2", "b4"], step, step)
    expected = f"each bias is given the {how} of the gradients of its layer's biases, everywhere"
    assert said(asked, found).sentence.startswith(f"{expected}: ")


def test_the_last_copy_of_a_shared_bias(tmp_path: Path) -> None:
    asked = chapter(tmp_path, text(KEPT, SHARED))
    found = by_hand(asked.scenario.task([]), ["b1", "b1", "b2", "b2"], each, last)
    found = {q: a for q, a in found.items() if q.of not in {"b1", "b2"}}
    expected = "of a shared bias each unit trains a copy of its own, and the last one's is told"
    assert said(asked, found).sentence.startswith(f"{expected}: ")


@pytest.mark.parametrize("step", [each, total, mean])
def test_right_ones_are_not_accused(step: Step, tmp_path: Path) -> None:
    changes = OWN if step is each else SHARED
    asked = chapter(tmp_path, text(KEPT, changes))
    names = ["b1", "b3", "b2", "b4"] if step is each else ["b1", "b1", "b2", "b2"]
    found = by_hand(asked.scenario.task([]), names, step, step)
    assert bool(said(asked, found).suspects) is (step is mean)


def test_without_biases_in_layers_of_different_widths(tmp_path: Path) -> None:
    narrow = text(KEPT, [("[x1, x2]", "[x1]"), ("[[w1, w2], [w3, w4]]", "[[w1], [w3]]")])
    narrow = text(narrow, [("w2, w3, w4, w5", "w3, w5"), (" x2: -0.3,", ""), (" w2: -0.4,", ""), (" w4: 0.9,", "")])  # fmt: skip
    lines = [("w2, w3, w4, w5", "w3, w5"), (" x2: -0.3,", ""), (" w2: -0.4,", ""), (" w4: 0.9,", ""), (" + w2*x2", ""), (" + w4*x2", "")]  # fmt: skip
    asked = chapter(tmp_path, narrow)
    for sign, sentence in (
        ("+ 0*", "the biases are left out everywhere"),
        ("- ", "the biases are subtracted everywhere, as thresholds are"),
    ):
        swapped = [("x1 + b1", f"x1 {sign}b1"), ("out_h2 + b2", f"out_h2 {sign}b2")]
        told = answers(chapter(tmp_path, text(EQUATIONS, [*lines, *swapped])), asked)
        assert said(asked, told).sentence.startswith(f"{sentence}: ")
