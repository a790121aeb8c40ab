"""Implementations that do one thing by another convention, and what is said of each.

They are written out by hand, as one would write them, each with one mistake; all their gradients
and results follow from it unless the sentence says otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from harness.bounds import certify
from harness.explain.witnesses.diagnosis import diagnose
from harness.explain.witnesses.lineup import questions
from harness.oracle import Oracle
from harness.reading import read_fixture

Answers = Mapping[str, float]


@pytest.fixture
def said(tmp_path: Path) -> Callable[[str, Answers], str]:
    """What is said of answers to the one scenario of a document."""

    def told(document: str, answers: Answers) -> str:
        path = tmp_path / "document.yaml"
        path.write_text(document, encoding="utf-8")
        [chapter] = read_fixture(path).chapters
        asked = questions(chapter)
        by_name = {str(one): one for one in asked}
        known = {by_name[name]: value for name, value in answers.items() if name in by_name}
        return diagnose(chapter, known, certify(Oracle(chapter.scenario), asked)).sentence

    return told


Said = Callable[[str, Answers], str]

# Updates: each function makes the change of a parameter from its gradients so far.

PARABOLA = """document: {{id: parabola, title: A parabola}}
scenarios:
  - id: parabola
    equations: [f = (theta - 1)^2]
    values: {{theta: 2.5}}
    training: {{learning_rate: eta = 0.1, update: [theta], loss: f{optimizer}}}
    claims: {{}}
"""
DESCENT = PARABOLA.format(optimizer="")
ADAM = PARABOLA.format(
    optimizer=", optimizer: {kind: adam, beta1: 0.8, beta2: 0.9, epsilon: 0.001}"
)
RMSPROP = PARABOLA.format(optimizer=", optimizer: {kind: rmsprop, rho: 0.8, epsilon: 0.001}")
Update = Callable[[float, list[float]], float]


def trained(update: Update) -> Answers:
    theta, gradients = 2.5, []
    found = {}
    for k in range(3):
        mark = f"@{k}" if k else ""
        gradients.append(2 * (theta - 1))
        found |= {f"theta{mark}": theta, f"f{mark}": (theta - 1) ** 2}
        found |= {f"df/dtheta{mark}": gradients[-1]}
        theta = update(theta, gradients)
    return found


def averaged(values: list[float], beta: float) -> float:
    average = 0.0
    for value in values:
        average = beta * average + (1 - beta) * value
    return average


def squares(values: list[float]) -> list[float]:
    return [value**2 for value in values]


def adam(beta1: float, beta2: float, epsilon: float, late: int = 0) -> Update:
    def update(theta: float, gradients: list[float]) -> float:
        t = len(gradients) + late
        m = averaged(gradients, beta1) / (1 - beta1**t)
        v = averaged(squares(gradients), beta2) / (1 - beta2**t)
        return theta - 0.1 * m / (sqrt(v) + epsilon)

    return update


def rmsprop(rho: float, epsilon: float) -> Update:
    def update(theta: float, gradients: list[float]) -> float:
        return theta - 0.1 * gradients[-1] / (sqrt(averaged(squares(gradients), rho)) + epsilon)

    return update


def adagrad(theta: float, gradients: list[float]) -> float:
    return theta - 0.1 * gradients[-1] / (sqrt(sum(squares(gradients))) + 1e-10)


def momentum(theta: float, gradients: list[float]) -> float:
    velocity = 0.0
    for gradient in gradients:
        velocity = 0.9 * velocity + gradient
    return theta - 0.1 * velocity


def nesterov(theta: float, gradients: list[float]) -> float:
    return theta - 0.1 * gradients[-1] - 0.9 * (theta - momentum(theta, gradients))


def plain(theta: float, gradients: list[float]) -> float:
    return theta - 0.1 * gradients[-1]


def decayed(update: Update, by: float) -> Update:
    return lambda theta, gradients: update(theta - 0.1 * by * theta, gradients)


def crossed(theta: float, gradients: list[float]) -> float:
    t = len(gradients)
    m = averaged(gradients, 0.8) / (1 - 0.9**t)
    v = averaged(squares(gradients), 0.9) / (1 - 0.8**t)
    return theta - 0.1 * m / (sqrt(v) + 0.001)


def stored(theta: float, gradients: list[float]) -> float:
    m = v = 0.0
    for t, gradient in enumerate(gradients, start=1):
        m = (0.8 * m + 0.2 * gradient) / (1 - 0.8**t)
        v = (0.9 * v + 0.1 * gradient**2) / (1 - 0.9**t)
    return theta - 0.1 * m / (sqrt(v) + 0.001)


def early_epsilon(theta: float, gradients: list[float]) -> float:
    t = len(gradients)
    rate = 0.1 * sqrt(1 - 0.9**t) / (1 - 0.8**t)
    return theta - rate * averaged(gradients, 0.8) / (
        sqrt(averaged(squares(gradients), 0.9)) + 0.001
    )


@pytest.mark.parametrize(
    ("document", "update", "sentence"),
    [
        (
            DESCENT, adam(0.9, 0.999, 1e-8),
            "Adam (beta1 0.9, beta2 0.999, epsilon 1e-8) is used in place of gradient descent",
        ),
        (
            DESCENT, adam(0.9, 0.999, 1e-7),
            "Adam (beta1 0.9, beta2 0.999, epsilon 1e-7) is used in place of gradient descent",
        ),
        (
            DESCENT, decayed(adam(0.9, 0.999, 1e-8), 0.01),
            "AdamW (beta1 0.9, beta2 0.999, epsilon 1e-8, weight decay 0.01) is used in place of gradient descent",
        ),
        (
            DESCENT, rmsprop(0.99, 1e-8),
            "RMSprop (rho 0.99, epsilon 1e-8) is used in place of gradient descent",
        ),
        (
            DESCENT, rmsprop(0.9, 1e-8),
            "RMSprop (rho 0.9, epsilon 1e-8) is used in place of gradient descent",
        ),
        (
            DESCENT, adagrad,
            "Adagrad (epsilon 1e-10) is used in place of gradient descent",
        ),
        (
            DESCENT, momentum,
            "gradient descent with momentum (momentum 0.9) is used in place of gradient descent",
        ),
        (
            DESCENT, nesterov,
            "gradient descent with Nesterov's momentum (momentum 0.9) is used in place of gradient descent",
        ),
        (DESCENT, decayed(plain, 0.01), "a weight decay of 0.01 joins the gradient in the update"),
        (ADAM, plain, "plain gradient descent is used in place of Adam"),
        (RMSPROP, adam(0.9, 0.999, 1e-8),
            "Adam (beta1 0.9, beta2 0.999, epsilon 1e-8) is used in place of RMSprop",
        ),
        (
            ADAM, decayed(adam(0.8, 0.9, 0.001), 0.0005),
            "a weight decay of 0.0005 shrinks the parameter by itself in the update, as in AdamW",
        ),
        (
            ADAM, adam(0.8, 0.9, 0.001, late=1),
            "the bias correction counts the first update as the second, in the update",
        ),
        (
            ADAM, crossed,
            "the bias of each moment is corrected with the beta of the other, in the update",
        ),
        (
            ADAM, stored,
            "the moments are kept with their bias corrected, which enters the next averages, in the update",
        ),
        (
            ADAM, early_epsilon,
            "epsilon is added before the bias of the second moment is corrected, as in Keras, in the update",
        ),
    ],
)  # fmt: skip
def test_an_update_by_other_formulas(
    said: Said, document: str, update: Update, sentence: str
) -> None:
    assert said(document, trained(update)).startswith(f"{sentence}: ")


# Arrays: each function computes every quantity of the document, one of them wrong. Gradients are
# those of what is computed, by a complex step, which has no rounding of its own.

Arrays = dict[str, Any]
BATCH = """document: {id: batch, title: A batch normalised}
scenarios:
  - id: batch
    equations:
      - mu = mean(x, axis=0)
      - v = mean((x - mu)^2, axis=0)
      - y = gamma*(x - mu)/sqrt(v + 0.01)
      - L = mean(y*t)
    values:
      x: [[1, 2.5], [3, -4], [5, 7]]
      gamma: [1.5, 0.5]
      t: [[1, 2], [-1, 0.5], [0.3, 1]]
    training: {learning_rate: eta = 0.1, update: [gamma], loss: L}
    define: {dx: dL/dx}
    claims: {Gradients: ["dx[0,0] = 1"]}
"""
BATCH_GIVEN = {
    "x": [[1, 2.5], [3, -4], [5, 7]], "gamma": [1.5, 0.5], "t": [[1, 2], [-1, 0.5], [0.3, 1]],
}  # fmt: skip


def batch(
    mean: Callable[[Any], Any] = lambda x: x.mean(axis=0),
    variance: Callable[[Any], Any] = lambda x: x.mean(axis=0),
    loss: Callable[[Any], Any] = lambda x: x.mean(),
    epsilon: float = 0.01,
) -> Callable[[Arrays], Arrays]:
    def forward(given: Arrays) -> Arrays:
        x, gamma, t = given["x"], given["gamma"], given["t"]
        mu = mean(x)
        v = variance((x - mu) ** 2)
        y = gamma * (x - mu) / np.sqrt(v + epsilon)
        return {"mu": mu, "v": v, "y": y, "L": loss(y * t)}

    return forward


DENSE = """document: {id: dense, title: A dense layer}
scenarios:
  - id: dense
    equations: [z = W @ x + b, E = 1/2*sum((t - z)^2)]
    values: {W: [[0.4, -0.3], [0.8, 0.1]], x: [[1, 0.5], [-2, 0.3]], b: [0.3, -0.6], t: [[1, 0], [0.2, 0.5]]}
    training: {learning_rate: eta = 0.1, update: [W, b], loss: E}
    claims: {}
"""
DENSE_GIVEN = {
    "W": [[0.4, -0.3], [0.8, 0.1]], "x": [[1, 0.5], [-2, 0.3]], "b": [0.3, -0.6],
    "t": [[1, 0], [0.2, 0.5]],
}  # fmt: skip


def dense(product: Callable[[Any, Any], Any], lies: Callable[[Any], Any]) -> Any:
    def forward(given: Arrays) -> Arrays:
        z = product(given["W"], given["x"]) + lies(given["b"])
        return {"z": z, "E": ((given["t"] - z) ** 2).sum() / 2}

    return forward


VECTOR = """document: {id: vector, title: A vector}
scenarios:
  - id: vector
    equations: [z = w*x, E = 1/2*sum((t - z)^2)]
    values: {w: [0.4, -0.3, 0.8], x: [1, 0.5, -2], t: [0.3, -0.6, 0.9]}
    training: {learning_rate: eta = 0.1, update: [w], loss: E}
    claims: {}
"""
VECTOR_GIVEN = {"w": [0.4, -0.3, 0.8], "x": [1, 0.5, -2], "t": [0.3, -0.6, 0.9]}


ENTROPY = """document: {id: entropy, title: A loss with a logarithm}
scenarios:
  - id: entropy
    equations: [a = 1/(1 + exp(-w*x)), L = -log(a), r = 2/a, E = L + sqrt(r)]
    values: {w: -3, x: 2}
    training: {learning_rate: eta = 0.1, update: [w], loss: E}
    claims: {}
"""
ENTROPY_GIVEN = {"w": -3, "x": 2}


def entropy(log: float = 0, divisor: float = 0, root: float = 0) -> Callable[[Arrays], Arrays]:
    def forward(given: Arrays) -> Arrays:
        a = 1 / (1 + np.exp(-given["w"] * given["x"]) + divisor)
        loss, r = -np.log(a + log), 2 / (a + divisor)
        return {"a": a, "L": loss, "r": r, "E": loss + np.sqrt(r + root)}

    return forward


def of_pairs(given: Arrays) -> Arrays:
    z = given["w"] * given["x"]
    return {"z": z, "E": ((given["t"][:, None] - z) ** 2).sum() / 2}


FILTER = """document: {id: filter, title: A filter}
scenarios:
  - id: filter
    equations:
      - z = correlate(x, k)
      - E = 1/2*sum(z^2)
    values: {x: [1, -2, 0.5, 3], k: [0.4, -0.7]}
    training: {learning_rate: eta = 0.1, update: [k], loss: E}
    claims: {}
"""
FILTER_GIVEN = {"x": [1, -2, 0.5, 3], "k": [0.4, -0.7]}


def convolved(given: Arrays) -> Arrays:
    z = np.convolve(given["x"], given["k"], "valid")
    return {"z": z, "E": (z**2).sum() / 2}


def by_element(name: str, value: Any) -> Answers:
    return {
        name + (f"[{','.join(map(str, place))}]" if place else ""): float(np.real(number))
        for place, number in np.ndenumerate(np.asarray(value))
    }


def differentiated(forward: Callable[[Arrays], Arrays], given: Arrays, loss: str) -> Answers:
    """All quantities and the gradients of the loss by everything that is given."""
    exact = {name: np.array(value, dtype=complex) for name, value in given.items()}
    found: dict[str, float] = {}
    for name, value in forward(exact).items():
        found |= by_element(name, value)
    for name, value in exact.items():
        slope = np.zeros(value.shape)
        for place in np.ndindex(*value.shape):
            moved = value.copy()
            moved[place] += 1e-30j
            slope[place] = np.imag(forward({**exact, name: moved})[loss]) / 1e-30
        found |= by_element(f"d{loss}/d{name}", slope)
    return found


ROWS = {"mean": lambda x: x.mean(axis=1)[:, None], "variance": lambda x: x.mean(axis=1)[:, None]}


@pytest.mark.parametrize(
    ("document", "forward", "given", "loss", "sentence"),
    [
        (
            BATCH, batch(**ROWS), BATCH_GIVEN, "L",
            "mean goes along axis 1 instead of along axis 0 in mu, v",
        ),
        (
            BATCH, batch(mean=ROWS["mean"]), BATCH_GIVEN, "L",
            "mean goes along axis 1 instead of along axis 0 in mu",
        ),
        (
            BATCH, batch(variance=lambda x: x.mean()), BATCH_GIVEN, "L",
            "mean goes over all elements instead of along axis 0 in v",
        ),
        (
            BATCH, batch(mean=lambda x: x.sum(axis=0)), BATCH_GIVEN, "L",
            "sum stands for mean in mu",
        ),
        (BATCH, batch(loss=lambda x: x.sum()), BATCH_GIVEN, "L", "sum stands for mean in L"),
        (
            BATCH, batch(variance=lambda x: x.sum(axis=0) / 2), BATCH_GIVEN, "L",
            "the variance is divided by N - 1 instead of N",
        ),
        (
            BATCH, batch(lambda x: 0 * x[0], lambda x: 0 * x[0] + 1), BATCH_GIVEN, "L",
            "mean 0 and variance 1 are taken instead of the batch's, as in evaluation mode",
        ),
        (
            DENSE, dense(lambda w, x: w.T @ x, lambda b: b), DENSE_GIVEN, "E",
            "W is transposed in z",
        ),
        (
            DENSE, dense(lambda w, x: w @ x.T, lambda b: b), DENSE_GIVEN, "E",
            "x is transposed in z",
        ),
        (
            DENSE, dense(lambda w, x: w @ x, lambda b: b[:, None]), DENSE_GIVEN, "E",
            "b is a column in z, not a row",
        ),
        (
            VECTOR, of_pairs, VECTOR_GIVEN, "E",
            "t is a column in E, which pairs each of its elements with all others",
        ),
        (FILTER, convolved, FILTER_GIVEN, "E", "k is turned by 180 degrees in z"),
        (ENTROPY, entropy(log=1e-7), ENTROPY_GIVEN, "E", "1e-7 is added in the logarithm"),
        (ENTROPY, entropy(root=1e-5), ENTROPY_GIVEN, "E", "1e-5 is added under the root"),
        (ENTROPY, entropy(divisor=1e-8), ENTROPY_GIVEN, "E", "1e-8 is added to the divisor"),
        (
            BATCH, batch(epsilon=0), BATCH_GIVEN, "L",
            "0.01 is left out of what it is added to",
        ),
        (BATCH, batch(epsilon=1e-5), BATCH_GIVEN, "L", "1e-5 is added instead of 0.01"),
    ],
)  # fmt: skip
def test_arrays_that_are_taken_otherwise(
    said: Said, document: str, forward: Any, given: Arrays, loss: str, sentence: str
) -> None:
    assert said(document, differentiated(forward, given, loss)).startswith(f"{sentence}: ")


def test_a_loss_that_pairs_all_elements_while_the_gradient_is_right(said: Said) -> None:
    def right(given: Arrays) -> Arrays:
        z = given["w"] * given["x"]
        return {"z": z, "E": ((given["t"] - z) ** 2).sum() / 2}

    answers = differentiated(right, VECTOR_GIVEN, "E") | {
        "E": differentiated(of_pairs, VECTOR_GIVEN, "E")["E"]
    }
    told = "which pairs each of its elements with all others, while the gradient is right: "
    assert told in said(VECTOR, answers)


def by_hand(error: Callable[[Any], Any], turned: Callable[[Any], Any]) -> Answers:
    """The filter with a backward pass by hand."""
    x, k = (np.array(FILTER_GIVEN[name]) for name in "xk")
    z = np.correlate(x, turned(k), "valid")
    gradient = np.correlate(x, error(z), "valid")
    return {
        **by_element("z", z), "E": float((z**2).sum() / 2), **by_element("dE/dk", gradient),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        (
            by_hand(lambda z: z, lambda k: k[::-1]),
            "k is turned by 180 degrees in z, while the backward pass is written for what is right",
        ),
        (
            by_hand(lambda z: z[::-1], lambda k: k),
            "dE/dz is turned by 180 degrees in the gradient of k",
        ),
    ],
)
def test_a_filter_whose_backward_pass_is_written_by_hand(
    said: Said, answers: Answers, sentence: str
) -> None:
    assert said(FILTER, answers).startswith(f"{sentence}: ")


DEEP = """document: {id: deep, title: Two layers}
scenarios:
  - id: deep
    equations:
      - h = tanh(W @ x)
      - o = V @ h
      - E = 1/2*sum(o^2)
    values: {W: [[0.4, -0.3], [0.8, 0.1]], V: [[0.5, 0.9], [-0.2, 0.7]], x: [1, -2]}
    training: {learning_rate: eta = 0.1, update: [W, V], loss: E}
    claims: {}
"""


def test_a_matrix_that_is_not_transposed_on_the_way_back(said: Said) -> None:
    w, v = np.array([[0.4, -0.3], [0.8, 0.1]]), np.array([[0.5, 0.9], [-0.2, 0.7]])
    x = np.array([1.0, -2.0])
    h = np.tanh(w @ x)
    o = v @ h
    back = (v @ o) * (1 - h**2)  # v.T @ o would be right
    answers = {
        **by_element("h", h), **by_element("o", o), "E": float((o**2).sum() / 2),
        **by_element("dE/dV", np.outer(o, h)), **by_element("dE/dW", np.outer(back, x)),
    }  # fmt: skip
    assert said(DEEP, answers).startswith("V is not transposed on the way back through o: ")
