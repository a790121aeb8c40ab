"""Implementations that do one thing by another convention, and what is said of each.

They are written out by hand, as one would write them, each with one mistake; all their gradients
and results follow from it unless the sentence says otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import sqrt
from pathlib import Path

import pytest

from harness.bounds import certify
from harness.explain.diagnosis import diagnose, questions
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
    assert said(document, trained(update)).startswith(f"{sentence}: all ")
