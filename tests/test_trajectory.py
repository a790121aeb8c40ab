"""Witnesses judged update by update, where what rounding adds up to over the updates has no bound."""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from harness import trajectory
from harness.agreement import Agreement, certify
from harness.check import Report, check
from harness.hearing import apart
from harness.oracle import Oracle
from harness.report.json import as_object
from harness.report.text import print_report
from harness.scenario.task import Quantity, Task, Unsupported
from harness.witnesses import Witness, load
from implementations import scalar_tape
from tests.fakes.scenarios import TINY, made

Values = dict[str, float]
Answers = Mapping[str, float]
Run = Callable[[Task], Answers]

_XOR = """\
document: {{id: xor, title: Exclusive or}}
scenarios:
  - id: xor
    network:
      inputs: [x1, x2]
      layers:
        - {{units: [h1, h2], weights: [[w1, w2], [w3, w4]], biases: [b1, b2], activation: {unit}}}
        - {{units: [y], weights: [[w5, w6]], biases: [b3], activation: {unit}}}
      targets: [t]
      loss: {{kind: squared error, {summed}total: E}}
    values:
      {{{batch}
       w1: 3.5, w2: -2.9, w3: -3.1, w4: 4.2, w5: 5.3, w6: 4.7, b1: {bias}, b2: -0.4, b3: -0.7}}
    training:
      learning_rate: {rate}
      update: [w1, w2, w3, w4, w5, w6, b1, b2, b3]
      {more}
    claims: {{Training: [{lines}]}}
"""
_SAMPLES = "x1: [0, 0, 1, 1], x2: [0, 1, 0, 1], t: [0, 1, 1, 0]"
_ASKED = ("E@200", "w5@200", "dE/dw1@200", "E@120")


def xor(
    *asked: str,
    unit: str = "sigmoid",
    bias: str = "0.2",
    rate: str = "eta = 5",
    more: str = "",
    batch: str = f"{_SAMPLES},",
) -> str:
    """All four samples in every update, in a network that is unstable for some hundred of them."""
    lines = ", ".join(f"{one} = {one}" for one in asked or _ASKED)
    summed = "samples: sum, sample: F, " if batch else ""
    return _XOR.format(
        unit=unit, bias=bias, rate=rate, more=more, batch=batch, summed=summed, lines=lines
    )


#: One sample an update, over and over.
IN_TURN = xor(batch="", more=f"samples: {{{_SAMPLES}}}", rate="eta = 8")


@pytest.fixture(autouse=True)
def _lines_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what they ask about is of interest here; to judge them takes its time."""
    monkeypatch.setattr("harness.check.judge", lambda chapter, oracle: [])


def reported(folder: Path, text: str, *runs: Run) -> Report:
    witnesses = [Witness(name, None, run) for name, run in zip("abc", runs, strict=False)]
    return check([made(folder, text)], witnesses)


def judged(folder: Path, text: str, run: Run) -> Agreement:
    return reported(folder, text, run).documents[0].chapters[0].agreements[0]


def answered(task: Task) -> Values:
    return {str(quantity): value for quantity, value in scalar_tape.run(task).items()}


def computed(task: Task, values: Values, *asked: Quantity) -> Values:
    """What a computation comes to where nothing is trained."""
    return answered(Task(dict(values), task.steps, task.network, None, asked))


def gradient(task: Task, values: Values) -> Values:
    assert task.training is not None
    asked = [Quantity(task.training.loss, name) for name in task.training.parameters]
    found = computed(task, values, *asked)
    return {quantity.by or "": found[str(quantity)] for quantity in asked}


def plainly(task: Task, values: Values, updates: int) -> None:
    """The update that follows so many others."""
    assert task.training is not None
    found = gradient(task, values)
    for name in task.training.parameters:
        values[name] -= values[task.training.learning_rate] * found[name]


def trained(
    update: Callable[[Task, Values, int], None], given_at: Callable[[int], int] = lambda made: made
) -> Run:
    """Gradient descent by a loop of its own; ``given_at`` is the moment whose samples are taken."""

    def run(task: Task) -> Values:
        assert task.training is not None
        values, answers = dict(task.values), {}
        moments: dict[int, list[Quantity]] = {}
        for quantity in task.asked:
            moments.setdefault(quantity.updates, []).append(quantity)
        for made_ in range(max(moments) + 1):
            if made_:
                update(task, values, made_ - 1)
                values |= task.training.given_at(given_at(made_))
            asked = [replace(quantity, updates=0) for quantity in moments.get(made_, ())]
            if asked:
                found = computed(task, values, *asked)
                answers |= {str(replace(q, updates=made_)): found[str(q)] for q in asked}
        return answers

    return run


# who is right


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(xor(), id="a batch"),
        pytest.param(IN_TURN, id="one sample an update"),
        pytest.param(xor(rate="[20, 10, 5]"), id="a learning rate that changes"),
        pytest.param(xor(more="optimizer: {kind: momentum, momentum: 0.9}"), id="momentum"),
        pytest.param(
            xor(
                more="optimizer: {kind: pytorch momentum, momentum: 0.9, dampening: 0.1}",
                rate="eta = 3",
            ),
            id="pytorch momentum",
        ),
        pytest.param(
            xor(
                more="optimizer: {kind: adam, beta1: 0.9, beta2: 0.999, epsilon: 1e-8}",
                unit="tanh",
                rate="eta = 0.05",
            ),
            id="adam",
        ),
        pytest.param(
            xor(more="optimizer: {kind: rmsprop, rho: 0.9, epsilon: 1e-8}", rate="eta = 0.3"),
            id="rmsprop",
        ),
        pytest.param(xor(unit="tanh", rate="eta = 0.1"), id="tanh"),
    ],
)
def test_all_that_updates_leave_without_a_bound_is_judged(text: str, tmp_path: Path) -> None:
    report = check([made(tmp_path, text)], [load("scalar_tape"), load("numpy_duals")])
    assert report.exit_status == 0
    for found in report.documents[0].chapters[0].agreements:
        assert found.status == "agrees", found
        assert not found.undecided
        assert found.quantities == found.asked
        assert len(found.by_update) == 4
        assert found.worst_of_bound is not None
        assert 0 < found.worst_of_bound <= 1


@pytest.mark.parametrize("text", [xor(), IN_TURN], ids=["a batch", "one sample an update"])
def test_a_loop_of_its_own_agrees(text: str, tmp_path: Path) -> None:
    found = judged(tmp_path, text, trained(plainly))
    assert (found.status, len(found.by_update), found.undecided) == ("agrees", 4, ())


def test_no_moment_is_left_out_between_a_bound_and_none(tmp_path: Path) -> None:
    asked = [f"{of}@{updates}" for updates in range(1, 90) for of in ("E", "dE/dw1")]
    found = judged(tmp_path, xor(*asked), answered)
    assert (found.status, found.undecided) == ("agrees", ())
    assert 0 < len(found.by_update) < len(asked)


def test_one_that_computes_with_more_digits_than_it_tells_is_right(tmp_path: Path) -> None:
    fixture = made(tmp_path, xor())
    exact = Oracle(fixture.chapters[0].scenario).at(2048)

    def precise(task: Task) -> Values:
        return {str(quantity): float(exact.quantity(quantity).mid()) for quantity in task.asked}

    found = check([fixture], [Witness("a", None, precise)]).documents[0].chapters[0].agreements[0]
    assert (found.status, len(found.by_update), found.undecided) == ("agrees", 4, ())


# who is wrong


def flipped_once(task: Task, values: Values, updates: int) -> None:
    before, slope = values["w5"], gradient(task, values)["w5"]
    plainly(task, values, updates)
    if updates == 56:
        values["w5"] = before + values["eta"] * slope


def early(task: Task, values: Values, updates: int) -> None:
    """The gradients of the hidden layer, by output weights that are updated already."""
    for names in ({"w5", "w6", "b3"}, {"w1", "w2", "w3", "w4", "b1", "b2"}):
        found = gradient(task, values)
        for name in names:
            values[name] -= values["eta"] * found[name]


def too_far(task: Task, values: Values, updates: int) -> None:
    found = gradient(task, values)
    for name, slope in found.items():
        values[name] -= values["eta"] * (1 + 1e-9) * slope


def breaking_down(task: Task, values: Values, updates: int) -> None:
    plainly(task, values, updates)
    if updates == 149:
        values["b2"] = math.nan


def but(name: str, how: Callable[[float], float]) -> Run:
    """Right along the whole way, but for one answer."""

    def run(task: Task) -> Values:
        found = answered(task)
        return found | {name: how(found[name])} if name in found else found

    return run


def swapping(made_: int) -> int:
    """Of four samples, the third before the second."""
    return made_ + {1: 1, 2: -1}.get(made_ % 4, 0)


WRONG = {
    "a sign flipped in one update": (xor(), trained(flipped_once), "w5@57"),
    "weights used before they are due": (xor(), trained(early), "w1@1"),
    "a learning rate off by 1e-9": (xor(), trained(too_far), "w1@1"),
    "not-a-number in the end": (xor(), but("E@200", lambda value: math.nan), "E@200"),
    "not-a-number on the way": (xor(), trained(breaking_down), "b2@150"),
    "a wrong loss in the end": (xor(), but("E@200", lambda value: value * (1 + 1e-9)), "E@200"),
    "a wrong loss on the way": (xor(), but("E@120", lambda value: value + 1e-9), "E@120"),
    "a gradient of the wrong sign": (xor(), but("dE/dw1@200", lambda value: -value), "dE/dw1@200"),
    "a parameter told wrong": (xor(), but("w5@200", lambda value: value + 1e-9), "w5@200"),
    "two samples swapped": (IN_TURN, trained(plainly, swapping), "w1@2"),
}


@pytest.mark.parametrize(("text", "run", "first"), WRONG.values(), ids=WRONG.keys())
def test_the_first_wrong_quantity_is_named(text: str, run: Run, first: str, tmp_path: Path) -> None:
    report = reported(tmp_path, text, run, answered)
    found, other = report.documents[0].chapters[0].agreements
    assert found.status == "disagrees"
    assert found.first_divergence is not None
    assert str(found.first_divergence.quantity) == first
    assert found.first_divergence.of_bound > 1
    assert other.status == "agrees"
    assert (report.summary.disagreements, report.exit_status) == (1, 1)


def test_what_comes_before_a_wrong_update_is_right_and_what_rests_on_it_is_not(
    tmp_path: Path,
) -> None:
    text = xor("E@50", "w5@50", "E@200")
    found = judged(tmp_path, text, trained(flipped_once))
    names = list(map(str, found.by_update))
    assert "E@200" in names
    assert found.quantities == found.asked - 1
    assert found.divergences == 2  # w5@57 and E@200
    assert not found.undecided


def test_the_last_answer_alone_is_wrong_where_the_trajectory_is_right(tmp_path: Path) -> None:
    found = judged(tmp_path, xor(), but("E@200", lambda value: value + 1e-9))
    assert (found.divergences, found.quantities) == (1, found.asked - 1)


# who cannot be judged


NO_BOUND = "what rounding can add up to over the updates is not bounded"


def only_what_was_asked(task: Task) -> Values:
    return {name: value for name, value in answered(task).items() if name in _ASKED}


def in_a_hurry(task: Task) -> Values:
    if len(task.asked) > 100:
        raise Unsupported("that is too much")
    return answered(task)


def breaking_off(task: Task) -> Values:
    return {
        str(q): v
        for q, v in scalar_tape.run(task).items()
        if q.by or q.of == "E" or q.updates < 130
    }


@pytest.mark.parametrize(
    ("run", "undecided"),
    [
        pytest.param(only_what_was_asked, {"E@120", "E@200", "w5@200", "dE/dw1@200"}, id="silent"),
        pytest.param(in_a_hurry, {"E@120", "E@200", "w5@200", "dE/dw1@200"}, id="asked too much"),
        pytest.param(breaking_off, {"E@200", "dE/dw1@200"}, id="silent from some moment on"),
    ],
)
def test_without_a_trajectory_there_is_no_verdict(
    run: Run, undecided: set[str], tmp_path: Path
) -> None:
    found = judged(tmp_path, xor(), run)
    assert found.status == "agrees"
    assert {str(one.quantity) for one in found.undecided} == undecided


def test_an_answer_from_another_trajectory_is_not_judged_by_this_one(tmp_path: Path) -> None:
    def fickle(task: Task) -> Values:
        found = answered(task)
        if len(task.asked) < 100:
            found["E@200"] *= 1.25
            found["E@120"] = math.nan
        return found

    found = judged(tmp_path, xor(), fickle)
    assert [str(one.quantity) for one in found.undecided] == ["E@200"]
    assert "asked again" in found.undecided[0].reason
    assert found.first_divergence is not None
    assert str(found.first_divergence.quantity) == "E@120"


@pytest.mark.parametrize(("limit", "value"), [("MOST_STEPS", 150), ("MOST_NUMBERS", 9 * 150)])
def test_a_trajectory_has_a_limit(
    limit: str, value: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trajectory, limit, value)
    found = judged(tmp_path, xor(), answered)
    assert found.status == "agrees"
    assert [str(quantity) for quantity in found.by_update] == ["E@120"]
    assert {one.reason for one in found.undecided} == {NO_BOUND}


def test_a_kink_on_the_way_leaves_a_choice(tmp_path: Path) -> None:
    # The sample (0, 0) sits on the kink of the first hidden unit.
    text = xor("E@3", unit="relu", bias="0", rate="eta = 0.0001").replace("b3: -0.7", "b3: 0.7")
    found = judged(tmp_path, text, answered)
    assert found.status == "agrees"
    assert "E@3" in [str(one.quantity) for one in found.undecided]
    assert any("kink" in one.reason for one in found.undecided)


def test_what_leaves_the_range_of_float64_is_not_judged(tmp_path: Path) -> None:
    found = judged(tmp_path, xor("E@200", unit="identity", rate="eta = 5"), answered)
    assert (found.status, found.by_update) == ("agrees", ())
    assert [str(one.quantity) for one in found.undecided] == ["E@200"]


# who is asked, and how often


def test_nobody_is_asked_twice_where_there_is_a_bound(tmp_path: Path) -> None:
    asked: list[int] = []

    def counting(task: Task) -> Values:
        asked.append(len(task.asked))
        return answered(task)

    reported(tmp_path, TINY, counting)
    assert len(asked) == 1
    asked.clear()
    reported(tmp_path, xor(), counting)
    first, second = asked
    assert second == first + 200 * 9 - 1  # w5@200 was among the first


SOURCE = """\
import os
from implementations import scalar_tape

def run(task):
    if len(task.asked) > 100:
        {second}
    return scalar_tape.run(task)
"""


@pytest.mark.parametrize(
    ("second", "status"), [("pass", "answered"), ("os._exit(5)", "failed")], ids=["lives", "ends"]
)
def test_a_process_of_its_own_is_asked_again(second: str, status: str, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(SOURCE.format(second=second), encoding="utf-8")
    chapter = made(tmp_path, xor()).chapters[0]
    asked = chapter.asked()
    hearing = apart(f"{tmp_path / 'mine.py'}:run", [chapter.scenario.task(asked)])
    hearing.tell([chapter.scenario.task([*asked, *chapter.scenario.trajectory(200)])])
    heard = hearing()
    if status == "failed":
        assert heard.witness.reason == "ended its process (exit status 5)"
    else:
        (testimony,) = heard.testimonies
        assert {Quantity("b3", None, k) for k in range(1, 201)} <= testimony.trajectory.keys()


# what is told


def test_it_is_told_in_one_line(tmp_path: Path) -> None:
    report = reported(tmp_path, xor(), answered, trained(plainly))
    output = io.StringIO()
    print_report(report, Console(file=output, width=160))
    told = [line for line in output.getvalue().splitlines() if "update by update" in line]
    assert told == ["xor: 4 quantities after updates are judged update by update"]
    witnesses = as_object(report)["documents"][0]["scenarios"][0]["witnesses"]
    assert [witness["by_update"] for witness in witnesses.values()] == [4, 4]


# the oracle


def test_the_oracle_goes_on_from_floats_as_from_its_own_values(tmp_path: Path) -> None:
    scenario = made(tmp_path, xor(more=f"samples: {{{_SAMPLES}}}", batch="")).chapters[0].scenario
    oracle = Oracle(scenario)
    assert scenario.training is not None
    for moment in (1, 2, 3, 6):
        floats = {
            name: float(oracle.at(128).quantity(Quantity(name, None, moment)).mid())
            for name in scenario.training.moving
        }
        here = oracle.from_floats(moment, floats)
        for quantity in (Quantity("E", None, moment), Quantity("E", "w1", moment + 1)):
            expected, found = oracle.at(128).quantity(quantity), here.at(128).quantity(quantity)
            assert abs(expected - found) < 1e-12
            assert here.rounded.quantity(quantity).overlaps(expected)


def test_a_bound_that_holds_no_digit_after_updates_counts_as_none(tmp_path: Path) -> None:
    chapter = made(tmp_path, xor("E", "E@1", "E@200")).chapters[0]
    oracle = Oracle(chapter.scenario)
    lost = {str(value.quantity) for value in certify(oracle, chapter.asked()) if value.lost}
    assert lost == {"E@200"}
