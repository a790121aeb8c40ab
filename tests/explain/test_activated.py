"""An activation in a layer that has none: one linear unit over one of tanh, computed by hand."""

from __future__ import annotations

from math import tanh
from pathlib import Path

import pytest

from tests.explain.other_equations import answers, changed, chapter, said
from tests.explain.test_causes import of

LINEAR = """document: {id: linear, title: A linear output}
scenarios:
  - id: linear
    network:
      inputs: [x]
      layers:
        - {units: [h], weights: [[u]], biases: [c], activation: tanh}
        - {units: [o], weights: [[v]], biases: [d], activation: identity}
      targets: [t]
      loss: {kind: half squared error, total: E}
    values: {x: 0.8, t: 0.3, u: 0.7, c: -0.1, v: 0.9, d: 0.4}
    training: {learning_rate: eta = 0.5, update: [u, c, v, d]}
    claims:
      All:
"""
APPLIED = "tanh is applied in the output layer (out_o), which has no activation"


def example(*, follows: bool) -> dict[str, float]:
    """What is printed where the output is tanh of its net input, and the gradients follow it."""
    h = tanh(0.7 * 0.8 - 0.1)
    net_o = 0.9 * h + 0.4
    o = tanh(net_o)
    delta = (o - 0.3) * (1 - o**2 if follows else 1)
    hidden = delta * 0.9 * (1 - h**2)
    return {
        "out_o": o, "E": (o - 0.3) ** 2 / 2, "dE/dv": delta * h, "dE/dd": delta,
        "dE/du": hidden * 0.8, "dE/dc": hidden, "v@1": 0.9 - 0.5 * delta * h,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("follows", "told"),
    [(True, APPLIED), (False, f"{APPLIED}, while the backward pass is written for what is right")],
)
def test_a_document_that_applies_one(follows: bool, told: str, tmp_path: Path) -> None:
    path = tmp_path / "linear.yaml"
    claims = [f"        - {name} = {v:.8f}\n" for name, v in example(follows=follows).items()]
    path.write_text(LINEAR + "".join(claims), encoding="utf-8")
    [cause] = of(path)
    assert cause.explanation is not None
    assert cause.explanation.sentence == told


def test_an_implementation_that_applies_one(tmp_path: Path) -> None:
    text = LINEAR.replace("    claims:\n      All:\n", "    claims: {}\n")
    other = chapter(tmp_path, changed(text, "activation: identity", "activation: tanh"))
    asked = chapter(tmp_path, text)
    assert said(asked, answers(other, asked)).sentence.startswith(f"{APPLIED}: all ")
