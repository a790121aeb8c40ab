"""Losses as they are got wrong: of all pairs, of something else than the outputs, of their root.

The same network is written once as a network, which is asked about, and once as equations, of
which one is wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.explain.other_equations import Answers, answers, chapter, said

HEAD = "document: {id: planted, title: Planted}\nscenarios:\n  - id: net\n"
TAIL = "    training: {learning_rate: eta = 0.7, update: [w1, w2], loss: E}\n    claims: {}\n"
LAYER = """    network:
      inputs: [x]
      layers: [{units: UNITS, weights: WEIGHTS, activation: ACTIVATION}]
      targets: TARGETS
      loss: {KIND, outputs: sum, total: E}
"""
ONE = "    values: {x: 0.6, t1: 0.2, t2: 0.9, w1: 0.61, w2: -0.47}\n"
SHARES = "    values: {x: 0.6, t1: 0.25, t2: 0.75, w1: 0.61, w2: -0.47}\n"
BATCH = "    values: {x: [0.6, -0.4, 1.1], t1: [0.2, 0.9, 0.4], w1: 0.61}\n"
NETS = "net_o1 = w1*x, net_o2 = w2*x"


def network(kind: str, activation: str = "sigmoid", values: str = ONE, **more: str) -> str:
    layer = LAYER.replace("KIND", f"kind: {kind}").replace("ACTIVATION", activation)
    parts = {"UNITS": "[o1, o2]", "WEIGHTS": "[[w1], [w2]]", "TARGETS": "[t1, t2]"} | more
    for word, part in parts.items():
        layer = layer.replace(word, part)
    return HEAD + layer + values + TAIL


def equations(*texts: str, values: str = ONE) -> str:
    lines = "\n".join(f"      - {one}" for text in texts for one in text.split(", "))
    return f"{HEAD}    equations:\n{lines}\n{values}{TAIL}"


SQUARE = network("half squared error")
SIGMOIDS = f"{NETS}, out_o1 = sigmoid(net_o1), out_o2 = sigmoid(net_o2)"
EACH = "E_o1 = 1/2*(t1 - out_o1)^2, E_o2 = 1/2*(t2 - out_o2)^2"
PAIRS = "(t1 - out_o1)^2 + (t2 - out_o1)^2 + (t1 - out_o2)^2 + (t2 - out_o2)^2"
OVER_PAIRS = "over all pairs of one output and the target of any, as when shapes broadcast"
SOFTMAX = "out_o1 = 1/(1 + exp(net_o2 - net_o1)), out_o2 = 1/(1 + exp(net_o1 - net_o2))"
ENTROPY = network("cross-entropy", "softmax", SHARES)
AGAIN = "E_o1 = t1*log(1 + exp(out_o2 - out_o1)), E_o2 = t2*log(1 + exp(out_o1 - out_o2))"
LOGITS = network("softmax cross-entropy", "identity", SHARES)
SAME = "out_o1 = net_o1, out_o2 = net_o2"
TWICE = "p = 1/(1 + exp(out_o2 - out_o1)), q = 1 - p"
BINARY = network("binary cross-entropy")


def binary(small: str) -> str:
    return ", ".join(
        f"E_o{k} = -(t{k}*log(out_o{k} + {small}) + (1 - t{k})*log(1 - out_o{k} + {small}))"
        for k in (1, 2)
    )


CASES = [
    (SQUARE, equations(SIGMOIDS, EACH, f"E = 1/2*({PAIRS})"), f"added up {OVER_PAIRS}"),
    (SQUARE, equations(SIGMOIDS, EACH, f"E = 1/2*({PAIRS})/4"), f"averaged {OVER_PAIRS}"),
    (
        SQUARE,
        equations(SIGMOIDS, "E_o1 = 1/2*(t1 - net_o1)^2, E_o2 = 1/2*(t2 - net_o2)^2, E = E_o1 + E_o2"),
        "taken of the net inputs instead of the outputs",
    ),
    (
        SQUARE,
        equations(
            SIGMOIDS, "E_o1 = 1/2*(t1 - sigmoid(out_o1))^2, E_o2 = 1/2*(t2 - sigmoid(out_o2))^2",
            "E = E_o1 + E_o2",
        ),
        "taken of the outputs with sigmoid applied to them once more",
    ),
    (
        ENTROPY,
        equations(NETS, SOFTMAX, AGAIN, "E = E_o1 + E_o2", values=SHARES),
        "taken of the outputs with softmax applied to them once more",
    ),
    (
        LOGITS,
        equations(
            NETS, SAME, TWICE, "E_o1 = t1*log(1 + exp(q - p)), E_o2 = t2*log(1 + exp(p - q))",
            "E = E_o1 + E_o2", values=SHARES,
        ),
        "taken of the outputs with softmax applied twice",
    ),
    (
        LOGITS,
        equations(NETS, SAME, TWICE, "E_o1 = -t1*p, E_o2 = -t2*q, E = E_o1 + E_o2", values=SHARES),
        "made of the probabilities, without their logarithm",
    ),
    (
        SQUARE,
        equations(SIGMOIDS, EACH, "E = sqrt(((t1 - out_o1)^2 + (t2 - out_o2)^2)/2)"),
        "the root of the mean of the squares",
    ),
    (
        SQUARE,
        equations(SIGMOIDS, EACH, "E = sqrt((t1 - out_o1)^2 + (t2 - out_o2)^2)"),
        "the root of the sum of the squares",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("right", "wrong", "sentence"), CASES)
def test_throughout(right: str, wrong: str, sentence: str, tmp_path: Path) -> None:
    asked = chapter(tmp_path, right)
    told = answers(chapter(tmp_path, wrong), asked)
    assert said(asked, told).sentence.startswith(f"the loss is {sentence}: ")


@pytest.mark.parametrize(("right", "wrong", "sentence"), CASES)
def test_while_the_gradient_is_right(right: str, wrong: str, sentence: str, tmp_path: Path) -> None:
    asked = chapter(tmp_path, right)
    told = mixed(lambda gradient: right if gradient else wrong, asked_of=right, folder=tmp_path)
    expected = f"the loss is {sentence}, while its gradient is right: "
    assert said(asked, told).sentence.startswith(expected)


@pytest.mark.parametrize(("right", "wrong", "sentence"), CASES)
def test_in_the_gradient_alone(right: str, wrong: str, sentence: str, tmp_path: Path) -> None:
    asked = chapter(tmp_path, right)
    told = mixed(lambda gradient: wrong if gradient else right, asked_of=right, folder=tmp_path)
    whole = sentence if sentence.startswith("the root") else f"the loss {sentence}"
    expected = f"the gradient is that of {whole}, while the loss is right: "
    assert said(asked, told).sentence.startswith(expected)


def mixed(of: Callable[[bool], str], asked_of: str, folder: Path) -> Answers:
    """The gradients, and with them what is updated, of one computation, the values of another; both
    before any update."""
    asked = chapter(folder, asked_of)
    found = {}
    for gradient in (True, False):
        told = answers(chapter(folder, of(gradient)), asked)
        found |= {
            q: told[q]
            for q in told
            if (q.by is not None or q.of[0] == "w") is gradient
            if not q.updates or (q.of[0] == "w" and q.updates == 1)
        }
    return found


def test_a_column_of_outputs_less_a_row_of_targets(tmp_path: Path) -> None:
    batch = {"UNITS": "[o1]", "WEIGHTS": "[[w1]]", "TARGETS": "[t1]"}
    kind = "half squared error, samples: mean, sample: e"
    right = network(kind, values=BATCH, **batch).replace("update: [w1, w2]", "update: [w1]")
    pairs = " + ".join(f"(t1[{i}] - out_o1[{j}])^2" for i in range(3) for j in range(3))
    wrong = equations(
        "net_o1 = w1*x", "out_o1 = sigmoid(net_o1)", "e = 1/2*(t1 - out_o1)^2",
        f"E = 1/2*({pairs})/9", values=BATCH,
    ).replace("update: [w1, w2]", "update: [w1]")  # fmt: skip
    asked = chapter(tmp_path, right)
    assert said(asked, answers(chapter(tmp_path, wrong), asked)).sentence.startswith(
        "the loss is averaged over all pairs of one sample's output and the target of any, "
        "as when shapes broadcast: all "
    )
