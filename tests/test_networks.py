"""Every implementation against the oracle on networks: losses, batches, optimizers, softmax.

Each scenario is small and is run by every witness that supports it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle, product
from pathlib import Path

import pytest

from harness.agreement import certify, compare
from harness.oracle import Oracle
from harness.reading import read_fixture
from harness.scenario.task import Quantity
from harness.witnesses import Witness, installed, load, question

SCENARIO = """
document: {{id: made, title: A small network}}
scenarios:
  - id: small
    network:
      inputs: [i1, i2]
      layers:
        - {{units: [h1, h2], weights: [[w1, w2], [w3, w1]], biases: [b, w2], activation: {hidden}}}
        - {{units: [o1, o2], weights: [[v1, v2], [v3, v1]], biases: [c, d], activation: {last}}}
      targets: [t1, t2]
      loss: {{{loss}}}
    values: {{w1: 0.4, w2: -0.6, w3: 0.9, b: 0.2, v1: 0.8, v2: -0.35, v3: 0.6, c: 0.1, d: -0.2{given}}}
    training: {{learning_rate: {rate}, update: [w1, w2, w3, b, v1, v2, v3, c, d{also}]{more}}}
    claims:
      All: [E_total@1 = 0, E_total@3 = 0, w1@2 = 0, d@3 = 0{asked}]
"""
ONE = ", i1: 0.5, i2: -1.1, t1: 0.2, t2: 0.7"
BATCH = ", i1: [0.5, -0.7, 1.3], i2: [-1.1, 0.4, 0.9], t1: [0.2, 0.7, 1], t2: [0.8, 0.3, 0]"
ADAM = "beta1: 0.9, beta2: 0.99, epsilon: 1e-8"


#: Every optimizer with its options, and a state of it. They take turns with the losses.
OPTIMIZERS = {
    "gradient descent": ("kind: gradient descent, weight_decay: 0.01", None),
    "momentum": ("kind: momentum, momentum: 0.9", "velocity_w1"),
    "pytorch momentum": (
        "kind: pytorch momentum, momentum: 0.9, dampening: 0.1, weight_decay: 0.01",
        "velocity_w1",
    ),
    "nesterov": ("kind: nesterov, momentum: 0.9", "velocity_w1"),
    "adagrad": ("kind: adagrad, epsilon: 1e-8, epsilon_inside: true", "s_w1"),
    "rmsprop": ("kind: rmsprop, rho: 0.9, epsilon: 1e-8", "s_w1"),
    "adam": (f"kind: adam, {ADAM}, weight_decay: 0.01", "v_hat_w1"),
    "adam without correction": (
        f"kind: adam, {ADAM}, bias_correction: false, epsilon_inside: true",
        "v_w1",
    ),
    "adamw": (f"kind: adamw, {ADAM}, weight_decay: 0.05", "m_hat_w1"),
}
LOSSES = {
    "half squared error": "",
    "squared error": "",
    "absolute error": "",
    "huber": ", setting: 0.3",
    "cross-entropy": "",
    "binary cross-entropy": "",
    "softmax cross-entropy": "",
}
#: The two ways of a batch stand in turn with the two ways of its outputs.
SAMPLES = {
    "one sample": (ONE, "outputs: mean"),
    "batch, sum": (BATCH, "outputs: mean, samples: sum"),
    "batch, mean": (BATCH, "outputs: sum, samples: mean"),
}


def scenario(loss: str, last: str = "sigmoid", given: str = ONE, **parts: str) -> str:
    """The text of a fixture."""
    rest = {"hidden": "tanh", "rate": "0.2", "also": "", "more": "", "asked": "", **parts}
    return SCENARIO.format(loss=loss, last=last, given=given, **rest)


def _losses() -> Iterator[tuple[str, str]]:
    """Every loss for one sample and for batches, trained by the next optimizer."""
    optimizers = cycle(OPTIMIZERS.items())
    rates = cycle(["0.05", "[0.2, 0.1]"])
    for (kind, setting), (how, (given, sums)) in product(LOSSES.items(), SAMPLES.items()):
        name, (optimizer, state) = next(optimizers)
        yield (
            f"{kind}, {how}, {name}",
            scenario(
                f"kind: {kind}, {sums}{setting}",
                "identity" if kind == "softmax cross-entropy" else "sigmoid",
                given,
                rate=next(rates),
                more=f", optimizer: {{{optimizer}}}",
                asked=f", {state}@1 = 0, {state}@3 = 0" if state else "",
            ),
        )


def _others() -> Iterator[tuple[str, str]]:
    """Layers with softmax, and what else an update may change."""
    cross_entropy = "kind: cross-entropy, outputs: sum, samples: mean"
    squared = "kind: half squared error, outputs: sum"
    yield (
        "softmax at the end",
        scenario(cross_entropy, "softmax", BATCH, hidden="leaky_relu, setting: 0.01"),
    )
    yield "softmax in between", scenario(squared, "elu, setting: 0.5", hidden="softmax")
    samples = "{i1: [0.5, -0.7], i2: [-1.1, 0.4], t1: [0.2, 0.7], t2: [0.8, 0.3]}"
    optimizer = "{kind: momentum, momentum: 0.9}"
    yield (
        "samples and learning rates per update",
        scenario(
            squared,
            given="",
            rate="[0.2, 0.1]",
            more=f", samples: {samples}, optimizer: {optimizer}",
        ),
    )
    yield (
        "an input, a target and the learning rate are trained",
        scenario(squared, rate="eta = 0.1", also=", i1, t2, eta"),
    )


SCENARIOS = dict([*_losses(), *_others()])


@pytest.mark.parametrize("witness", [pytest.param(load(name), id=name) for name in installed()])
@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in SCENARIOS.items()])
def test_every_answer_is_within_its_bound(text: str, witness: Witness, tmp_path: Path) -> None:
    if witness.run is None:
        pytest.skip(witness.reason or "")
    path = tmp_path / "fixture.yaml"
    path.write_text(text, encoding="utf-8")
    chapter = read_fixture(path).chapters[0]
    computed = [
        step.result for step in chapter.scenario.computation.steps if "#" not in step.result
    ]
    # Backward from the loss to everything, from everything to a weight, and what was asked.
    every = {Quantity("E_total", by) for by in [*chapter.scenario.given, *computed]}
    every |= {Quantity(of, "w1") for of in computed}
    asked = sorted({*chapter.asked(), *every}, key=chapter.scenario.order)
    testimony = question(witness, chapter.scenario.task(asked))
    if testimony.status == "unsupported":
        pytest.skip(testimony.reason or "")
    agreement = compare(testimony, certify(Oracle(chapter.scenario), asked))
    assert agreement.status == "agrees", agreement.first_divergence or agreement.reason
    assert not agreement.unanswered
    assert not agreement.undecided
