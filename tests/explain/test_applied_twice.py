"""An activation that is applied twice, or once more where its result is used."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.scenario.task import Quantity
from tests.explain.other_equations import answers, changed, chapter, said

EQUATIONS = """document: {id: planted, title: Planted}
scenarios:
  - id: chain
    equations: [z = w1*x + b1, a = tanh(z), y = sigmoid(w2*a), E = (t - y)^2]
    values: {x: 0.8, t: 0.3, w1: 0.7, b1: -0.2, w2: 1.3}
    training: {learning_rate: eta = 0.4, update: [w1, b1, w2], loss: E}
    claims: {}
"""
NETWORK = """document: {id: planted, title: Planted}
scenarios:
  - id: net
    network:
      inputs: [x]
      layers:
        - {units: [h1, h2], weights: [[w1], [w2]], activation: tanh}
        - {units: [o1, o2], weights: [[w3, w4], [w5, w6]], activation: softmax}
      targets: [t1, t2]
      loss: {kind: cross-entropy, outputs: sum, total: E}
    values: {x: 0.8, t1: 0.25, t2: 0.75, w1: 0.7, w2: -0.4, w3: 0.2, w4: 0.9, w5: -0.6, w6: 0.1}
    training: {learning_rate: eta = 0.4, update: [w1, w2, w3, w4, w5, w6]}
    claims: {}
"""
OTHERS = """document: {id: planted, title: Planted}
scenarios:
  - id: net
    equations:
      - net_h1 = w1*x
      - net_h2 = w2*x
      - out_h1 = tanh(net_h1)
      - out_h2 = tanh(net_h2)
      - net_o1 = w3*out_h1 + w4*out_h2
      - net_o2 = w5*out_h1 + w6*out_h2
      - out_o1 = 1/(1 + exp(net_o2 - net_o1))
      - out_o2 = 1/(1 + exp(net_o1 - net_o2))
      - E_o1 = -t1*log(out_o1)
      - E_o2 = -t2*log(out_o2)
      - E = E_o1 + E_o2
    values: {x: 0.8, t1: 0.25, t2: 0.75, w1: 0.7, w2: -0.4, w3: 0.2, w4: 0.9, w5: -0.6, w6: 0.1}
    training: {learning_rate: eta = 0.4, update: [w1, w2, w3, w4, w5, w6], loss: E}
    claims: {}
"""
P, Q = "1/(1 + exp(net_o2 - net_o1))", "1/(1 + exp(net_o1 - net_o2))"
SHARES = [("out_o1 = ", P, Q), ("out_o2 = ", Q, P)]


@pytest.mark.parametrize(
    ("right", "wrong", "sentence"),
    [
        ("a = tanh(z)", "a = tanh(tanh(z))", "tanh is applied twice in a, in the gradients too"),
        (
            "y = sigmoid(w2*a)",
            "y = sigmoid(w2*tanh(a))",
            "tanh is applied once more where its results are used, in a",
        ),
        (
            "E = (t - y)^2",
            "E = (t - sigmoid(y))^2",
            "sigmoid is applied once more where its results are used, in y",
        ),
    ],
)
def test_in_equations(right: str, wrong: str, sentence: str, tmp_path: Path) -> None:
    asked = chapter(tmp_path, EQUATIONS)
    other = chapter(tmp_path, changed(EQUATIONS, right, wrong))
    assert said(asked, answers(other, asked)).sentence.startswith(f"{sentence}: all ")


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (
            [("tanh(net_h1)", "tanh(tanh(net_h1))"), ("tanh(net_h2)", "tanh(tanh(net_h2))")],
            "tanh is applied twice everywhere, in the gradients too",
        ),
        (
            [("tanh(net_h2)", "tanh(tanh(net_h2))")],
            "tanh is applied twice in out_h2, in the gradients too",
        ),
        (
            [
                ("w3*out_h1 + w4*out_h2", "w3*tanh(out_h1) + w4*tanh(out_h2)"),
                ("w5*out_h1 + w6*out_h2", "w5*tanh(out_h1) + w6*tanh(out_h2)"),
            ],
            "tanh is applied once more where its results are used, everywhere",
        ),
        (
            [(f"{out}{p}", f"{out}1/(1 + exp({q} - {p}))") for out, p, q in SHARES],
            "softmax is applied twice in the output layer (out_o1, out_o2), in the gradients too",
        ),
    ],
)
def test_in_a_network(lines: list[tuple[str, str]], sentence: str, tmp_path: Path) -> None:
    text = OTHERS
    for old, new in lines:
        text = changed(text, old, new)
    asked = chapter(tmp_path, NETWORK)
    told = answers(chapter(tmp_path, text), asked)
    assert said(asked, told).sentence.startswith(f"{sentence}: all ")


def test_under_the_formulas_of_the_backward_pass(tmp_path: Path) -> None:
    from math import exp, tanh

    asked = chapter(tmp_path, EQUATIONS)
    v = asked.scenario.task([]).values
    a = tanh(tanh(v["w1"] * v["x"] + v["b1"]))
    y = 1 / (1 + exp(-v["w2"] * a))
    delta = -2 * (v["t"] - y) * y * (1 - y)
    told = {
        Quantity("a"): a,
        Quantity("E"): (v["t"] - y) ** 2,
        Quantity("E", "w2"): delta * a,
        Quantity("E", "w1"): delta * v["w2"] * (1 - a**2) * v["x"],
    }
    assert said(asked, told).sentence.startswith("tanh is applied twice in a: all 4 ")
