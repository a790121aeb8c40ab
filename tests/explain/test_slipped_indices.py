"""Indices that slip in a layer of matrices: transposes, broadcasts, loops one short, another layer's
array. The fakes are Mazur's network in matrices with one line replaced."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from harness.bounds import certify
from harness.explain.witnesses.diagnosis import diagnose
from harness.explain.witnesses.lineup import questions
from harness.oracle import Oracle
from harness.reading import read_fixture
from harness.scenario.task import Quantity, Task
from harness.shipped import named

Array = Any
HIDDEN = "in the hidden layer (out_h1, out_h2)"
OUTPUT = "in the output layer (out_o1, out_o2)"


@dataclass(frozen=True)
class Lines:
    """The lines of the network that may be replaced."""

    weights: Callable[[Array], Array] = lambda w: w
    net: Callable[[Array, Array], Array] = lambda w, x: w @ x
    out: Callable[[Array], Array] = lambda out: out
    error: Callable[[Array, Array], Array] = lambda w, delta: w.T @ delta
    slope: Callable[[Array, Array], Array] = lambda hidden, out: hidden * (1 - hidden)
    gradient: Callable[[Array, Array], Array] = lambda delta, x: np.outer(delta, x)
    gradients: Callable[[Array, Array], tuple[Array, Array]] = lambda first, second: (first, second)
    frozen: frozenset[str] = field(default_factory=frozenset)


def matrices(task: Task, lines: Lines) -> Mapping[str, float]:
    def sigmoid(net: Array) -> Array:
        return 1 / (1 + np.exp(-net))

    v = task.values
    w1 = lines.weights(np.array([[v["w1"], v["w2"]], [v["w3"], v["w4"]]]))
    w2 = lines.weights(np.array([[v["w5"], v["w6"]], [v["w7"], v["w8"]]]))
    x, target = np.array([v["i1"], v["i2"]]), np.array([v["target_o1"], v["target_o2"]])
    net_h = lines.net(w1, x) + v["b1"]
    hidden = lines.out(sigmoid(net_h))
    net_o = lines.net(w2, hidden) + v["b2"]
    out = lines.out(sigmoid(net_o))
    delta_o = (out - target) * out * (1 - out)
    error = lines.error(w2, delta_o)
    delta_h = error * lines.slope(hidden, out)
    first, second = lines.gradients(lines.gradient(delta_h, x), lines.gradient(delta_o, hidden))
    found = {"E_total": 0.5 * float(np.sum((target - out) ** 2))}
    for unit, k in (("1", 0), ("2", 1)):
        found |= {f"net_h{unit}": net_h[k], f"out_h{unit}": hidden[k], f"net_o{unit}": net_o[k]}
        found |= {f"out_o{unit}": out[k], f"dE_total/dout_h{unit}": error[k]}
        found |= {f"dE_total/dnet_h{unit}": delta_h[k], f"dE_total/dnet_o{unit}": delta_o[k]}
    for names, weights, gradient in (
        (("w1", "w2", "w3", "w4"), w1, first),
        (("w5", "w6", "w7", "w8"), w2, second),
    ):
        for name, w, g in zip(names, weights.ravel(), gradient.ravel(), strict=True):
            found[f"dE_total/d{name}"] = g
            found[f"{name}@1"] = w - (0 if name in lines.frozen else v["eta"] * g)
    return found


@cache
def mazur() -> tuple[Any, Any, Any]:
    chapter = read_fixture(named(Path("mazur-2015"))).chapters[0]
    asked = questions(chapter)
    return chapter, chapter.scenario.task(asked), certify(Oracle(chapter.scenario), asked)


def told(lines: Lines) -> str:
    chapter, task, certified = mazur()
    texts = {str(quantity): quantity for quantity in task.asked}
    answers: dict[Quantity, float] = {
        texts[key]: float(value) for key, value in matrices(task, lines).items() if key in texts
    }
    return diagnose(chapter, answers, certified).sentence


def test_the_lines_as_they_are_make_no_mistake() -> None:
    assert told(Lines()).startswith("no ")


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (
            Lines(gradient=lambda delta, x: np.outer(x, delta)),
            "the gradients of the weights are transposed: unit and input are exchanged in all layers",
        ),
        (
            Lines(gradient=lambda delta, x: np.outer(delta * x, [1, 1])),
            "the gradient of a weight takes the input with the index of its unit in all layers",
        ),
        (
            Lines(gradient=lambda delta, x: np.outer([1, 1], delta * x)),
            "the gradient of a weight takes the delta with the index of its input in all layers",
        ),
        (
            Lines(error=lambda w, delta: np.sum(w * delta, axis=0)),
            f"the error handed back takes the delta with the index of the input {OUTPUT}",
        ),
        (
            Lines(error=lambda w, delta: w @ delta),
            "the weights of out_o1, out_o2 are transposed in the backward pass",
        ),
        (
            Lines(error=lambda w, delta: w[-1] * delta[-1]),
            f"gradients keep the last path alone instead of the sum of all {HIDDEN}",
        ),
        (
            Lines(error=lambda w, delta: np.cumsum(w.T @ delta)),
            f"an error goes on from that of the unit before {HIDDEN}",
        ),
        (
            Lines(net=lambda w, x: np.cumsum(w @ x)),
            "a net input goes on from that of the unit before, its bias aside, in all layers",
        ),
        (
            Lines(slope=lambda hidden, out: out * (1 - out)),
            f"the derivative of the activation is taken at the outputs of the layer after {HIDDEN}",
        ),
        (
            Lines(gradients=lambda first, second: (second, first)),
            f"the gradients of the weights {HIDDEN} and {OUTPUT} are exchanged",
        ),
        (
            Lines(weights=np.transpose),
            "the weights of all layers are filled in column by column, transposed",
        ),
        (
            Lines(frozen=frozenset({"w6", "w8"})),
            "nothing is updated for the weights of out_h2 in the layer after it",
        ),
        (
            Lines(out=lambda out: np.round(out, 3)),
            "every activation is rounded to 3 decimals before it is used",
        ),
        (
            Lines(out=lambda out: np.trunc(out * 100) / 100),
            "every activation is cut off after 2 decimals before it is used",
        ),
    ],
)
def test_a_line_replaced(lines: Lines, sentence: str) -> None:
    assert told(lines).startswith(f"{sentence}: ")


def test_an_answer_to_another_question() -> None:
    chapter, task, certified = mazur()
    texts = {str(quantity): quantity for quantity in task.asked}
    answers = {texts[k]: float(v) for k, v in matrices(task, Lines()).items() if k in texts}
    answers[texts["dE_total/dout_h1"]] = answers[texts["dE_total/dnet_h1"]]
    found = diagnose(chapter, answers, certified).sentence
    assert found.startswith("what is told as dE_total/dout_h1 is dE_total/dnet_h1: the one wrong")
