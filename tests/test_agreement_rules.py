"""What counts as agreement: every answer against its own bound, and nothing else."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.agreement import Agreement
from harness.check import ChapterReport, check
from harness.scenario.task import Quantity, Task
from harness.witnesses import Witness, installed, load
from implementations import scalar_tape
from tests.fakes.scenarios import TINY, equations, made

Run = Callable[[Task], Mapping[Any, float]]

IMPLEMENTATIONS = [witness for witness in map(load, installed()) if witness.run is not None]


def reported(folder: Path, text: str, *runs: Run) -> ChapterReport:
    """What backproof makes of some functions, called a, b, …"""
    witnesses = [Witness(name, None, run) for name, run in zip("abc", runs, strict=False)]
    report = check([made(folder, text)], witnesses)
    assert report.exit_status in {0, 1}
    return report.documents[0].chapters[0]


def judged(folder: Path, text: str, run: Run) -> Agreement:
    return reported(folder, text, run).agreements[0]


def right(task: Task) -> dict[str, float]:
    return {str(quantity): value for quantity, value in scalar_tape.run(task).items()}


def moved(name: str, how: Callable[[float], float]) -> Run:
    """Right answers, except that one is moved."""
    return lambda task: {**right(task), name: how(right(task)[name])}


def but(**others: float) -> Run:
    """Right answers, except for some values."""
    return lambda task: {**right(task), **others}


def answers(**values: float) -> Run:
    return lambda task: values


# bounds


LARGE_AND_SMALL = equations(
    "large = x*3e12", "small = x*3e-12", values="{x: 0.7}", claims="[dlarge/dx = 3e12]"
)


@pytest.mark.parametrize(("name", "off"), [("large", 1e-2), ("small", 1e-26)])
def test_every_quantity_has_a_bound_of_its_own(name: str, off: float, tmp_path: Path) -> None:
    found = judged(tmp_path, LARGE_AND_SMALL, moved(name, lambda value: value + off))
    assert found.divergences == 1
    assert found.first_divergence is not None
    assert found.first_divergence.quantity == Quantity(name)


def test_a_last_place_is_forgiven_where_rounding_can_cost_one(tmp_path: Path) -> None:
    found = judged(tmp_path, LARGE_AND_SMALL, moved("small", lambda it: math.nextafter(it, 0)))
    assert found.status == "agrees"
    assert found.worst_ulps is not None
    assert 0 < found.worst_ulps < 2


def test_what_is_computed_without_rounding_has_to_be_exact(tmp_path: Path) -> None:
    text = equations("y = x + 1", values="{x: 0.5}", claims="[dy/dx = 1]")
    assert judged(tmp_path, text, right).status == "agrees"
    off = judged(tmp_path, text, moved("dy/dx", lambda value: math.nextafter(value, 2)))
    assert off.status == "disagrees"
    assert off.worst_of_bound == math.inf


def test_a_value_that_is_exactly_zero_has_no_last_place(tmp_path: Path) -> None:
    text = equations("y = x - 0.5", values="{x: 0.5}", claims="[dy/dx = 1]")
    found = judged(tmp_path, text, but(y=5e-324))
    assert found.status == "agrees"
    assert found.worst_ulps == 0  # that of dy/dx
    assert judged(tmp_path, text, but(y=1e-300)).worst_ulps == 0


@pytest.mark.parametrize("negative", [True, False], ids=["minus zero", "zero"])
def test_both_zeros_are_zero(negative: bool, tmp_path: Path) -> None:
    text = equations("y = relu(x)", values="{x: -1}", claims="[dy/dx = 0]")
    zero = -0.0 if negative else 0.0
    assert judged(tmp_path, text, answers(y=zero, **{"dy/dx": zero})).quantities == 2


# not-a-number, and what is missing


@pytest.mark.parametrize("odd", [math.nan, math.inf, -math.inf], ids=str)
def test_what_is_not_finite_is_within_no_bound(odd: float, tmp_path: Path) -> None:
    found = judged(tmp_path, LARGE_AND_SMALL, but(small=odd))
    assert found.status == "disagrees"
    assert found.quantities == 2
    assert found.worst_of_bound == math.inf


def test_what_is_missing_is_missing_and_nothing_was_compared(tmp_path: Path) -> None:
    found = judged(tmp_path, LARGE_AND_SMALL, lambda task: {"small": right(task)["small"]})
    assert found.status == "agrees"
    assert (found.quantities, found.asked) == (1, 3)
    assert [str(quantity) for quantity in found.unanswered] == ["large", "dlarge/dx"]


# order


def test_the_first_divergence_is_first_in_the_order_of_computation(tmp_path: Path) -> None:
    def wrong(task: Task) -> dict[str, float]:
        wrong = {"w1@1": 9.0, "dE_total/dw1": 9.0, "dE_total/dw5": 9.0, "E_o2": 9.0, "out_o1": 9.0}
        found = {**right(task), **wrong}
        return dict(reversed(found.items()))

    found = judged(tmp_path, TINY, wrong)
    assert found.first_divergence is not None
    assert str(found.first_divergence.quantity) == "out_o1"
    assert found.divergences == 5


def test_the_backward_pass_goes_from_the_loss_to_the_inputs(tmp_path: Path) -> None:
    text = equations(
        "a = x*x", "b = a*a", "c = b*b",
        values="{x: 0.5}",
        claims="[dc/da = 2*b*2*a, dc/dx = 2*b*2*a*2*x, dc/db = 2*b]",
    )  # fmt: skip
    chapter = made(tmp_path, text).chapters[0]
    assert [str(quantity) for quantity in chapter.asked()] == ["a", "b", "c", "dc/db", "dc/da", "dc/dx"]  # fmt: skip


# what cannot be judged


CANNOT_BE_JUDGED = [
    pytest.param(
        equations("y = log(x)", values="{x: 0}", claims="[dy/dx = 1/x]"),
        {"y", "dy/dx"}, "no finite value is certified",
        id="the logarithm of zero",
    ),
    pytest.param(
        equations("y = 1/x", values="{x: 0}", claims="[dy/dx = -1/x^2]"),
        {"y", "dy/dx"}, "no finite value is certified",
        id="a division by zero",
    ),
    pytest.param(
        equations("y = log(1 - sigmoid(x))", values="{x: 800}", claims="[dy/dx = dy/dx]"),
        {"y", "dy/dx"}, "divide by zero",
        id="a division by what rounds to zero",
    ),
    pytest.param(
        equations("y = relu(x)", values="{x: 0}", claims="[dy/dx = dy/dx]"),
        {"dy/dx"}, "kink",
        id="the kink of relu",
    ),
    pytest.param(
        equations("y = abs(x)", values="{x: 0}", claims="[dy/dx = dy/dx]"),
        {"dy/dx"}, "kink",
        id="the kink of a magnitude",
    ),
    pytest.param(
        equations("y = max(x, z)", values="{x: 1, z: 1}", claims="[dy/dx = dy/dx]"),
        {"dy/dx"}, "kink",
        id="a tie in a maximum",
    ),
    pytest.param(
        equations("y = sigmoid(x)", values="{x: -800}", claims="[dy/dx = dy/dx]"),
        {"y", "dy/dx"}, "as large as its value",
        id="a sigmoid saturated at 0",
    ),
    pytest.param(
        equations("y = sigmoid(x)", values="{x: 800}", claims="[dy/dx = dy/dx]"),
        {"dy/dx"}, "as large as its value",
        id="a sigmoid saturated at 1",
    ),
    pytest.param(
        equations("y = tanh(x)", values="{x: 800}", claims="[dy/dx = dy/dx]"),
        {"dy/dx"}, "as large as its value",
        id="a saturated tanh",
    ),
    pytest.param(
        equations("y = w*w*x", values="{w: 1e150, x: 1e50}", claims="[dy/dw = 2*w*x]"),
        {"y"}, "beyond the range",
        id="an overflow",
    ),
    pytest.param(
        equations("y = w*w*x", values="{w: 1e-160, x: 3}", claims="[dy/dw = 2*w*x]"),
        {"y"}, "as large as its value",
        id="an underflow",
    ),
    pytest.param(
        equations("y = w", values="{w: 1e400}", claims="[dy/dw = 1]"),
        {"y"}, "beyond the range",
        id="an input beyond the range",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "undecided", "reason"), CANNOT_BE_JUDGED)
def test_what_float64_cannot_hold_is_reported_and_no_disagreement(
    text: str, undecided: set[str], reason: str, tmp_path: Path
) -> None:
    report = check([made(tmp_path, text)], IMPLEMENTATIONS)
    ran = [a for a in report.documents[0].chapters[0].agreements if a.status != "unsupported"]
    assert ran
    for found in ran:
        assert found.status == "agrees", found
        reasons = {str(one.quantity): one.reason for one in found.undecided}
        assert undecided <= reasons.keys()
        assert all(reason in reasons[quantity] for quantity in undecided), reasons
        assert found.quantities == found.asked - len(reasons)
    assert report.summary.disagreements == 0
    assert report.exit_status == 0


def test_an_answer_outside_a_bound_is_wrong_though_the_bound_holds_no_digit(tmp_path: Path) -> None:
    text = equations("y = sigmoid(x)", values="{x: 800}", claims="[dy/dx = dy/dx]")
    assert judged(tmp_path, text, answers(**{"dy/dx": 1e-20})).status == "agrees"
    assert judged(tmp_path, text, answers(**{"dy/dx": 1e-10})).status == "disagrees"
    assert judged(tmp_path, text, answers(**{"dy/dx": math.nan})).status == "disagrees"


# pairs


def test_every_two_are_compared_on_what_both_answered(tmp_path: Path) -> None:
    one = reported(tmp_path, LARGE_AND_SMALL, right, but(small=3.0), answers(small=2.1e-12))
    counts = {(pair.first, pair.second): pair.quantities for pair in one.pairs}
    assert counts == {("a", "b"): 3, ("a", "c"): 1, ("b", "c"): 1}
    apart = {(pair.first, pair.second): list(map(str, pair.apart)) for pair in one.pairs}
    assert apart == {("a", "b"): ["small"], ("a", "c"): [], ("b", "c"): ["small"]}


def test_a_pair_that_differs_is_one_disagreement_not_one_a_pair(tmp_path: Path) -> None:
    witnesses = [Witness(name, None, right) for name in "abcd"]
    wrong = Witness("e", None, but(small=3.0))
    report = check([made(tmp_path, LARGE_AND_SMALL)], [*witnesses, wrong])
    assert report.summary.disagreements == 1


@pytest.mark.parametrize(
    ("first", "second", "apart"),
    [
        pytest.param(0.0, 0.0, False, id="the same choice"),
        pytest.param(0.0, 1.0, True, id="different choices"),
        pytest.param(0.0, math.nan, True, id="a choice and not-a-number"),
        pytest.param(math.nan, math.nan, False, id="both not-a-number"),
        pytest.param(math.inf, -math.inf, True, id="opposite infinities"),
    ],
)
def test_choices_at_a_kink_are_told_apart_and_prove_nobody_wrong(
    first: float, second: float, apart: bool, tmp_path: Path
) -> None:
    text = equations("y = relu(x)", values="{x: 0}", claims="[dy/dx = dy/dx]")
    chapter = reported(tmp_path, text, *(answers(**{"dy/dx": one}) for one in (first, second)))
    assert [bool(pair.apart) for pair in chapter.pairs] == [apart]
    assert [agreement.status for agreement in chapter.agreements] == ["agrees", "agrees"]


# the real implementations


def numbers(least: float, most: float) -> st.SearchStrategy[str]:
    return st.floats(least, most, allow_nan=False).map(lambda value: f"{value:.6g}")


@st.composite
def networks(draw: st.DrawFn) -> str:
    """The text of a fixture with a random network, trained for a few updates."""
    sizes = draw(st.lists(st.integers(1, 3), min_size=2, max_size=4))
    layers, parameters = [], []
    for depth, (inputs, units) in enumerate(pairwise(sizes)):
        rows = [[f"w{depth}{j}{i}" for i in range(inputs)] for j in range(units)]
        names = ", ".join(f"u{depth}{j}" for j in range(units))
        weights = ", ".join(f"[{', '.join(row)}]" for row in rows)
        parameters += [name for row in rows for name in row]
        biases = draw(st.sampled_from(["", f"b{depth}", f"b{depth}{{j}}"]))
        told = [biases.format(j=j) for j in range(units)] if biases else []
        parameters += dict.fromkeys(told)
        activation = draw(st.sampled_from(["sigmoid", "tanh", "relu", "identity"]))
        layers.append(
            f"{{units: [{names}], weights: [{weights}], activation: {activation}"
            + (f", biases: [{', '.join(told)}]}}" if told else "}")
        )
    inputs = [f"x{i}" for i in range(sizes[0])]
    targets = [f"t{i}" for i in range(sizes[-1])]
    size = draw(st.sampled_from([0.5, 3.0, 20.0]))
    values = {name: draw(numbers(-size, size)) for name in [*inputs, *targets, *parameters]}
    updates = draw(st.integers(0, 3))
    lines = [f"{name}@{updates} = {name}@{updates}" for name in parameters if updates]
    return "\n".join(_fixture(inputs, layers, targets, values, parameters, lines))


def _fixture(
    inputs: list[str],
    layers: list[str],
    targets: list[str],
    values: dict[str, str],
    parameters: list[str],
    lines: list[str],
) -> Iterator[str]:
    yield "document: {id: random, title: A random network}"
    yield "scenarios:\n  - id: random\n    network:"
    yield f"      inputs: [{', '.join(inputs)}]\n      layers:"
    yield from (f"        - {layer}" for layer in layers)
    yield f"      targets: [{', '.join(targets)}]\n      loss: {{kind: half squared error, total: E}}"
    yield f"    values: {{{', '.join(f'{name}: {value}' for name, value in values.items())}}}"
    yield f"    training: {{learning_rate: 0.25, update: [{', '.join(parameters)}]}}"
    yield f"    claims: {{Lines: [{', '.join(lines)}]}}"


@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(text=networks())
def test_all_implementations_agree_on_random_networks(text: str, tmp_path: Path) -> None:
    report = check([made(tmp_path, text)], IMPLEMENTATIONS)
    for agreement in report.documents[0].chapters[0].agreements:
        assert agreement.status == "agrees", (agreement.witness, agreement.first_divergence)
        assert not agreement.unanswered
    assert report.exit_status == 0
