"""Another loss, logarithm, optimizer's convention or order of samples: planted, printed and named."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
import pytest
from click.testing import CliRunner

from harness.cli import main
from harness.explain.computation.mistake import Mistake
from harness.reading import read_fixture
from harness.selftest.documents import document, explained, printed
from harness.selftest.planting import Bed

KINDS: Final = ("loss", "logarithm", "optimizer", "sample order")
DIGITS: Final = 8
LAYER: Final = """document: {{id: planted, title: Planted}}
scenarios:
  - id: net
    network:
      inputs: [x]
      layers: [{{units: [o1, o2], weights: [[w1], [w2]], biases: [b1, b2], activation: sigmoid}}]
      targets: [t1, t2]
      loss: {{kind: {loss}, outputs: {outputs}, total: E{samples}}}
    values: {{{given}w1: 0.61, w2: -0.47, b1: 0.24, b2: 0.13}}
    training: {{learning_rate: eta = 0.7, update: [w1, w2, b1, b2]{more}}}
    claims: {{}}
"""
SQUARE: Final = """document: {{id: planted, title: Planted}}
scenarios:
  - id: square
    equations: [f = (theta - 1)^2 + sin(theta)]
    values: {{theta: 2.5}}
    training: {{learning_rate: eta = 0.1, update: [theta], loss: f, optimizer: {{{optimizer}}}}}
    claims: {{}}
"""
ENTROPY: Final = """document: {{id: planted, title: Planted}}
scenarios:
  - id: entropy
    equations: [z = w*x + b, a = sigmoid(z), L = -(y*{log}(a) + (1 - y)*{log}(1 - a))]
    values: {{x: 0.8, y: 1, w: 0.5, b: -0.3}}
    training: {{learning_rate: eta = 0.4, update: [w, b], loss: L}}
    claims: {{}}
"""
ONE: Final = "x: 0.35, t1: 0.2, t2: 0.9, "
BATCH: Final = "x: [0.35, 0.8, -0.4], t1: [0.2, 0.7, 0.1], t2: [0.9, 0.3, 0.6], "


def layer(loss: str, outputs: str = "sum", **more: str) -> str:
    return LAYER.format(
        loss=loss, outputs=outputs, **{"samples": "", "given": ONE, "more": "", **more}
    )


FIXTURES: Final = {
    "half the squared error": layer("half squared error"),
    "mean of squares": layer("squared error", "mean"),
    "absolute error": layer("absolute error"),
    "entropy of a network": layer("binary cross-entropy"),
    "batch": layer("half squared error", samples=", samples: mean, sample: e", given=BATCH),
    "one after the other": layer(
        "half squared error", given="", more=f", samples: {{{BATCH.removesuffix(', ')}}}"
    ),
    "natural logarithm": ENTROPY.format(log="log"),
    "logarithm to base 10": ENTROPY.format(log="log10"),
    "logarithm to base 2": ENTROPY.format(log="log2"),
    "momentum": SQUARE.format(optimizer="kind: momentum, momentum: mu = 0.8"),
    "pytorch momentum": SQUARE.format(
        optimizer="kind: pytorch momentum, momentum: mu = 0.8, dampening: d = 0.3"
    ),
    "nesterov": SQUARE.format(optimizer="kind: nesterov, momentum: mu = 0.8"),
    "adam": SQUARE.format(
        optimizer="kind: adam, beta1: 0.9, beta2: 0.99, epsilon: eps = 0.001, weight_decay: 0.02"
    ),
    "adamw": SQUARE.format(
        optimizer="kind: adamw, beta1: 0.9, beta2: 0.99, epsilon: eps = 0.001, epsilon_inside: true, "
        "weight_decay: 0.02"
    ),
    "adam without correction": SQUARE.format(
        optimizer="kind: adam, beta1: 0.9, beta2: 0.99, epsilon: eps = 0.001, bias_correction: false"
    ),
    "rmsprop": SQUARE.format(optimizer="kind: rmsprop, rho: 0.9, epsilon: eps = 0.001"),
    "adagrad": SQUARE.format(optimizer="kind: adagrad, epsilon: eps = 0.001"),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(tmp_path_factory.mktemp("planted"))


@cache
def bed(name: str, folder: str) -> Bed:
    path = Path(folder) / f"{name}.yaml"
    path.write_text(FIXTURES[name], encoding="utf-8")
    return Bed(name, read_fixture(path).chapters[0])


def whole(bed: Bed) -> list[Mistake]:
    return [one for one in bed.lineup.mistakes if one.kind in KINDS]


def shown(bed: Bed, place: int) -> dict[str, str]:
    """What a document with this mistake prints."""
    column = bed.lineup.answers[:, place]
    return {
        str(quantity): printed(float(value), DIGITS)
        for quantity, value in zip(bed.lineup.followed, column, strict=True)
    }


@pytest.mark.parametrize("name", FIXTURES)
def test_printed_it_is_named_first(name: str, folder: str) -> None:
    planted = bed(name, folder)
    right, tried, mistakes = shown(planted, 0), 0, whole(planted)
    for mistake in mistakes[:: 1 + len(mistakes) // 8]:
        place = planted.column(mistake)
        numbers = shown(planted, place)
        if numbers == right:
            continue
        tried += 1
        told = explained(document(planted.chapter.scenario, numbers))
        best = told[0].best
        assert best.key in planted.columns, (mistake.sentence, best.sentence)
        same = planted.lineup.answers[:, planted.columns[best.key]]
        # As many digits as are printed: more, the sentence cannot have been chosen by.
        assert np.allclose(same, planted.lineup.answers[:, place], rtol=1e-7), (
            mistake.sentence,
            best.sentence,
        )
    assert tried


@pytest.mark.parametrize("name", FIXTURES)
def test_answered_it_is_caught_and_named(name: str, folder: str) -> None:
    planted = bed(name, folder)
    for trial in planted.trials(whole(planted)):
        assert trial.outcome in {"caught", "equivalent"}, trial.mistake.sentence
        if trial.outcome == "caught":
            assert trial.name in {"this", "same"}, trial.mistake.sentence


@pytest.mark.parametrize("name", FIXTURES)
def test_nothing_right_is_explained(name: str, folder: str) -> None:
    planted = bed(name, folder)
    assert not explained(document(planted.chapter.scenario, shown(planted, 0)))


@pytest.mark.parametrize(
    ("name", "sentence", "computation"),
    [
        (
            "half the squared error", "the loss is the squared error without the 1/2",
            "E_o1 = (t1 - out_o1)^2, not (1/2)*(t1 - out_o1)^2",
        ),
        (
            "batch", "the loss is added up over the samples instead of averaged",
            "E = sum(e), not mean(e)",
        ),
        (
            "natural logarithm", "the logarithm to base 10 is taken instead of the natural logarithm",
            "L = -(y*log10(a) + (1 - y)*log10(1 - a)), not -(y*log(a) + (1 - y)*log(1 - a))",
        ),
        (
            "adam", "the bias correction is left out, in the update",
            "m_hat_theta@1 = m_theta@1, not m_theta@1/(1 - beta1_t_theta@1)",
        ),
        (
            "momentum", "the momentum is left out, in the update",
            "theta@1 = theta - eta*df/dtheta, not theta - velocity_theta@1",
        ),
        (
            "one after the other", "the samples are taken in the reverse order",
            "x = -0.4, 0.8, 0.35 one after the other, not 0.35, 0.8, -0.4",
        ),
    ],
)  # fmt: skip
def test_what_is_said_of_it(name: str, sentence: str, computation: str, folder: str) -> None:
    [found] = [one for one in whole(bed(name, folder)) if one.sentence == sentence]
    assert found.computation == computation


def test_the_command_says_it(tmp_path: Path) -> None:
    path = tmp_path / "entropy.yaml"
    claims = "\n      All:\n        - L = 0.2798579\n        - dL/dw = -0.1650391"
    path.write_text(FIXTURES["natural logarithm"].replace("claims: {}", f"claims:{claims}"))
    done = CliRunner().invoke(main, ["explain", str(path)])
    assert done.exit_code == 0
    first = "  1. the logarithm to base 10 is taken instead of the natural logarithm\n"
    assert done.output.count(first) == 2, done.output
