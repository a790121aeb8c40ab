"""A batch learned from sample by sample: a weight of one sigmoid unit, computed by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from math import exp
from typing import Final

import pytest

from harness.bounds import certify
from harness.explain.documents.fixture import explain_fixture
from harness.explain.witnesses.diagnosis import diagnose
from harness.explain.witnesses.lineup import questions
from harness.explain.witnesses.suspects import Diagnosis
from harness.fixture import Chapter
from harness.oracle import Oracle
from harness.reading import read_text

UNIT: Final = """document: {{id: unit, title: A unit}}
scenarios:
  - id: unit
    network:
      inputs: [x]
      layers: [{{units: [o], weights: [[w]], biases: [b], activation: sigmoid}}]
      targets: [t]
      loss: {{kind: half squared error, total: E, sample: e, samples: {samples}}}
    values: {{x: [0.35, 0.8, -0.4], t: [0.2, 0.7, 0.1], w: 0.6, b: 0.1}}
    training: {{learning_rate: eta = 0.7, update: [w, b]{optimizer}}}
    claims: {{}}
"""
SAMPLES: Final = ((0.35, 0.2), (0.8, 0.7), (-0.4, 0.1))
Parameters = tuple[float, float]
#: Makes new parameters of old ones and of their gradients.
Update = Callable[[Parameters, Parameters], Parameters]


@cache
def chapter(samples: str, optimizer: str = "") -> Chapter:
    return read_text(UNIT.format(samples=samples, optimizer=optimizer)).chapters[0]


def out(p: Parameters, x: float) -> float:
    return 1 / (1 + exp(-(p[0] * x + p[1])))


def gradient(p: Parameters, x: float, t: float) -> Parameters:
    o = out(p, x)
    delta = (o - t) * o * (1 - o)
    return delta * x, delta


def descent(p: Parameters, g: Parameters) -> Parameters:
    return p[0] - 0.7 * g[0], p[1] - 0.7 * g[1]


def epoch(p: Parameters, update: Update, share: float = 1.0) -> Parameters:
    for x, t in SAMPLES:
        slope, bias = gradient(p, x, t)
        p = update(p, (slope * share, bias * share))
    return p


def diagnosed(chapter: Chapter, epochs: Sequence[Parameters], share: float = 1.0) -> Diagnosis:
    """What is said of an implementation with these parameters after each update."""
    told = {}
    for k, p in enumerate(epochs):
        outs = [out(p, x) for x, _ in SAMPLES]
        losses = [(o - t) ** 2 / 2 for o, (_, t) in zip(outs, SAMPLES, strict=True)]
        told |= {f"w@{k}": p[0], f"b@{k}": p[1], f"E@{k}": sum(losses) * share}
    asked = questions(chapter)
    names = {(f"{one}@0" if one.updates == 0 else str(one)): one for one in asked}
    answers = {names[name]: value for name, value in told.items() if name in names}
    return diagnose(chapter, answers, certify(Oracle(chapter.scenario), asked))


def epochs(update: Update, share: float = 1.0) -> list[Parameters]:
    found = [(0.6, 0.1)]
    while len(found) < 3:
        found.append(epoch(found[-1], update, share))
    return found


EACH: Final = "the parameters are updated after each sample, not once after all of them"


@pytest.mark.parametrize(("samples", "share"), [("sum", 1.0), ("mean", 1 / 3)])
def test_an_update_after_each_sample(samples: str, share: float) -> None:
    found = diagnosed(chapter(samples), epochs(descent), share)
    assert found.sentence.startswith(f"{EACH}: all ")


def test_each_by_its_share_of_the_mean() -> None:
    found = diagnosed(chapter("mean"), epochs(descent, 1 / 3), 1 / 3)
    assert found.sentence.startswith(f"{EACH}, by its share of the mean: all ")


def test_momentum_goes_on_from_sample_to_sample() -> None:
    velocity = [0.0, 0.0]

    def momentum(p: Parameters, g: Parameters) -> Parameters:
        for k in (0, 1):
            velocity[k] = 0.9 * velocity[k] + 0.7 * g[k]
        return p[0] - velocity[0], p[1] - velocity[1]

    one = chapter("sum", ", optimizer: {kind: momentum, momentum: mu = 0.9}")
    assert diagnosed(one, epochs(momentum)).sentence.startswith(f"{EACH}: all ")


def test_updates_after_all_samples_are_right() -> None:
    found = [(0.6, 0.1)]
    while len(found) < 3:
        slopes = [gradient(found[-1], x, t) for x, t in SAMPLES]
        found.append(descent(found[-1], (sum(s for s, _ in slopes), sum(b for _, b in slopes))))
    assert diagnosed(chapter("sum"), found).wrong == 0


def test_a_document_that_does_so_and_another_number_that_comes_of_nothing() -> None:
    [_, (w, b), _] = epochs(descent)
    claims = f"{{All: [w@1 = {w:.8f}, b@1 = {b:.8f}, E@1 = 0.27182818]}}"
    fixture = read_text(UNIT.replace("{{}}", "{claims}").format(samples="sum", optimizer="", claims=claims))  # fmt: skip
    *made, (_, last) = [(finding, one) for _, finding, one in explain_fixture(fixture)]
    assert [one.best.sentence for _, one in made] == [EACH, EACH]
    # It holds each line once a sample, so that nothing else is made in it besides.
    assert not any("; besides, " in one.sentence for one in last.explanations)
