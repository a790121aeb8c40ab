"""Mistakes as users of a framework make them: something else is computed, and differentiated right.

The fakes hand another task to an implementation that is right.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from harness.bounds import Certified, certify
from harness.explain.witnesses.diagnosis import diagnose
from harness.explain.witnesses.lineup import questions
from harness.explain.witnesses.suspects import Diagnosis
from harness.fixture import Chapter
from harness.oracle import Oracle
from harness.reading import read_fixture
from harness.scenario.task import Quantity, Step, Task
from harness.shipped import named
from implementations import loops, scalar_tape

Other = Callable[[Task], Task]


@cache
def chapter() -> Chapter:
    return read_fixture(named(Path("mazur-2015"))).chapters[0]


@cache
def certified() -> list[Certified]:
    one = chapter()
    return list(certify(Oracle(one.scenario), questions(one)))


def diagnosed(answers: Mapping[Quantity, float]) -> Diagnosis:
    return diagnose(chapter(), answers, certified())


def answered(other: Other) -> Diagnosis:
    one = chapter()
    task = replace(one.scenario.task(questions(one)), network=None, program=None)
    return diagnosed(scalar_tape.run(other(task)))


def step(result: str, **changed: object) -> Other:
    """A task in which one step is another one."""

    def other(task: Task) -> Task:
        steps = [
            replace(one, **changed) if one.result == result else one  # type: ignore[arg-type]
            for one in task.steps
        ]
        return replace(task, steps=tuple(steps))

    return other


def operation(old: str, new: str, *results: str) -> Other:
    """A task in which an operation is another one, in some steps."""

    def other(task: Task) -> Task:
        steps = [
            replace(one, operation=new) if one.operation == old and one.result in results else one
            for one in task.steps
        ]
        return replace(task, steps=tuple(steps))

    return other


def given(**names: str) -> Other:
    """A task in which some quantities have the values of others."""

    def other(task: Task) -> Task:
        values = {name: task.values[source] for name, source in names.items()}
        return replace(task, values={**task.values, **values})

    return other


def bias_twice(task: Task) -> Task:
    [net] = [one for one in task.steps if one.result == "net_o1"]
    place = task.steps.index(net)
    steps = [
        *task.steps[:place],
        replace(net, result="net_o1 before"),
        Step("net_o1", "add", ("net_o1 before", "b2")),
        *task.steps[place + 1 :],
    ]
    return replace(task, steps=tuple(steps))


def rate(value: float) -> Other:
    return lambda task: replace(task, values={**task.values, "eta": value})


@pytest.mark.parametrize(
    ("other", "sentence"),
    [
        (
            operation("sigmoid", "tanh", "out_h1", "out_h2", "out_o1", "out_o2"),
            "tanh stands for sigmoid everywhere, in the gradients too",
        ),
        (
            operation("sigmoid", "tanh", "out_h1", "out_h2"),
            "tanh stands for sigmoid in the hidden layer (out_h1, out_h2), in the gradients too",
        ),
        (
            operation("sigmoid", "tanh", "out_o2"),
            "tanh stands for sigmoid in out_o2, in the gradients too",
        ),
        (bias_twice, "the term b2 stands twice in net_o1"),
        (given(i1="i2", i2="i1"), "i1 and i2 are exchanged"),
        (
            given(target_o1="target_o2", target_o2="target_o1"),
            "target_o1 and target_o2 are exchanged",
        ),
        (given(w5="w6", w6="w5"), "w5 and w6 are exchanged"),
        (
            given(w5="w7", w6="w8", w7="w5", w8="w6"),
            "the weights of out_o1 and those of out_o2 are exchanged",
        ),
    ],
)
def test_another_computation_and_its_gradients(other: Other, sentence: str) -> None:
    assert answered(other).sentence.startswith(f"{sentence}: ")


def by_hand(task: Task, slope: Callable[[float], float] | None, places: int) -> Mapping[str, float]:
    """Mazur's network by hand, with a derivative of its own, or results rounded as they come."""
    from math import exp

    def written(number: float) -> float:
        return round(number, places)

    v = task.values
    slope = slope or (lambda y: y * (1 - y))
    found: dict[str, float] = {}
    for unit, weights in (("h1", ("w1", "w2")), ("h2", ("w3", "w4"))):
        net = v[weights[0]] * v["i1"] + v[weights[1]] * v["i2"] + v["b1"]
        found[f"net_{unit}"] = written(net)
        found[f"out_{unit}"] = written(1 / (1 + exp(-found[f"net_{unit}"])))
    for unit, weights in (("o1", ("w5", "w6")), ("o2", ("w7", "w8"))):
        net = v[weights[0]] * found["out_h1"] + v[weights[1]] * found["out_h2"] + v["b2"]
        found[f"net_{unit}"] = written(net)
        out = found[f"out_{unit}"] = written(1 / (1 + exp(-found[f"net_{unit}"])))
        found[f"dE_total/dnet_{unit}"] = (out - v[f"target_{unit}"]) * slope(out)
        for weight, hidden in zip(weights, ("out_h1", "out_h2"), strict=True):
            found[f"dE_total/d{weight}"] = found[f"dE_total/dnet_{unit}"] * found[hidden]
    return found


def told(task: Task, numbers: Mapping[str, float]) -> dict[Quantity, float]:
    """The answers among some numbers."""
    return {q: numbers[str(q)] for q in task.asked if str(q) in numbers}


@pytest.mark.parametrize(
    ("slope", "sentence"),
    [
        (lambda y: 1 - y * y, "the derivative of tanh stands where that of sigmoid belongs"),
        (lambda y: 1 - y, "1 - y is taken for the derivative of y = sigmoid(x)"),
        (lambda y: y * (1 + y), "y*(1 + y) is taken for the derivative of y = sigmoid(x)"),
    ],
)
def test_the_derivative_of_another_function(slope: Callable[[float], float], sentence: str) -> None:
    one = chapter()
    task = one.scenario.task(questions(one))
    assert diagnosed(told(task, by_hand(task, slope, 300))).sentence.startswith(sentence)


@pytest.mark.parametrize("places", [3, 4, 5])
def test_results_that_are_rounded_on_the_way(places: int) -> None:
    one = chapter()
    task = one.scenario.task(questions(one))
    expected = f"every result of the forward pass is rounded to {places} decimals"
    assert diagnosed(told(task, by_hand(task, None, places))).sentence.startswith(expected)


@pytest.mark.parametrize("value", [0.7, 0.123, 0.5 / 7])
def test_a_learning_rate_of_its_own(value: float) -> None:
    told = answered(rate(value)).sentence
    assert told.startswith(f"eta = {value:.12g} is computed with instead of 0.5: ")


def test_a_factor_that_does_not_belong_there() -> None:
    one = chapter()
    answers = dict(loops.run(one.scenario.task(questions(one))))
    for quantity in answers:
        if quantity.by is not None and quantity.by.startswith("w") and not quantity.updates:
            answers[quantity] /= 7
    assert "multiplied by 1/7" in diagnosed(answers).sentence
