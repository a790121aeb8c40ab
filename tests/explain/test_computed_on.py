"""Numbers that are right for wrong ones printed before, through lines that are not printed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner

from harness.cli import main
from harness.explain import Explained
from tests.explain.small_network import GIVEN, Author, forward
from tests.explain.test_explain import explained, written

#: A wrong gradient that is of no mistake, and by how much.
OFF = 2.1718e-3


def told(folder: Path, numbers: Mapping[str, str]) -> list[Explained]:
    return [
        one for _, one in explained(written(folder, [f"{q} = {n}" for q, n in numbers.items()]))
    ]


def after(digits: int = 8, **changed: float) -> dict[str, str]:
    """What a step later is computed from right weights but for the changed ones."""
    right = {name.removesuffix("@1"): v for name, v in Author().example().items() if "@1" in name}
    found = forward({**GIVEN, **{name: right[name] for name in right if name in GIVEN}, **changed})
    return {f"{name}@1": f"{value:.{digits}f}" for name, value in found.items()}


def wrong_weight() -> float:
    return Author().example()["v1@1"] + OFF


def test_the_new_error_is_right_for_a_weight_printed_wrongly(tmp_path: Path) -> None:
    numbers = {
        "v1@1": f"{wrong_weight():.8f}",
        "E@1": after(v1=float(f"{wrong_weight():.8f}"))["E@1"],
    }
    last = told(tmp_path, numbers)[-1]
    assert last.best.sentence == (
        f"right for what is printed before it, but that is wrong: {numbers['v1@1']} for v1@1 in line 17"
    )
    assert last.best.mistake == "carried on"
    assert last.best.evidence


def test_also_where_it_was_computed_on_with_before_it_was_rounded(tmp_path: Path) -> None:
    numbers = {"v1@1": f"{wrong_weight():.5f}", "E@1": after(v1=wrong_weight())["E@1"]}
    assert numbers["E@1"] != after(v1=float(numbers["v1@1"]))["E@1"]
    assert told(tmp_path, numbers)[-1].best.mistake == "carried on"


def test_also_where_right_numbers_were_rounded_on_the_way(tmp_path: Path) -> None:
    right, v1 = Author().example(), f"{wrong_weight():.4f}"
    given = {name: f"{right[f'{name}@1']:.4f}" for name in ("u1", "u4", "v2", "d")}
    rounded = {name: float(text) for name, text in given.items()}
    numbers = {f"{name}@1": text for name, text in given.items()}
    numbers |= {"v1@1": v1, "out_o@1": after(6, **rounded, v1=float(v1))["out_o@1"]}
    assert numbers["out_o@1"] != after(6, v1=float(v1))["out_o@1"]
    [weight, last] = told(tmp_path, numbers)
    assert last.best.lines == (weight.line.line,)
    assert last.best.evidence


def test_of_several_wrong_numbers_those_that_it_takes_are_told(tmp_path: Path) -> None:
    v1, u1 = f"{wrong_weight():.8f}", f"{Author().example()['u1@1'] - 3 * OFF:.8f}"
    both = after(v1=float(v1), u1=float(u1))
    numbers = {"out_h2": "0.7182818", "v1@1": v1, "u1@1": u1, "out_h1@1": both["out_h1@1"]}
    numbers["E@1"] = both["E@1"]
    *_, hidden, last = told(tmp_path, numbers)
    assert f" {u1} for u1@1 in line 19" in hidden.best.sentence
    # The hidden unit stands for the weight that it is computed from.
    assert last.best.sentence.endswith(
        f"2 of these numbers are wrong: {v1} for v1@1 in line 18, {both['out_h1@1']} for out_h1@1 in line 20"
    )


def test_one_that_was_not_computed_on_with_is_left_out(tmp_path: Path) -> None:
    v1, slip = f"{wrong_weight():.8f}", f"{Author().example()['d@1'] + 0.3:.8f}"
    numbers = {"v1@1": v1, "d@1": slip, "E@1": after(v1=float(v1))["E@1"]}
    assert told(tmp_path, numbers)[-1].best.sentence.endswith(f"wrong: {v1} for v1@1 in line 17")


@pytest.mark.parametrize("last", ["0.00718281", "0.0032"])
def test_what_does_not_come_of_it_is_not_told_so(last: str, tmp_path: Path) -> None:
    found = told(tmp_path, {"v1@1": f"{wrong_weight():.8f}", "E@1": last})
    assert not any("printed before it" in one.sentence for one in found[-1].explanations)


def test_nothing_is_computed_from_what_is_printed_later(tmp_path: Path) -> None:
    v1 = f"{wrong_weight():.8f}"
    first, _ = told(tmp_path, {"E@1": after(v1=float(v1))["E@1"], "v1@1": v1})
    assert not any("printed before it" in one.sentence for one in first.explanations)


#: A wrong gradient of v1; the weight after it is printed right.
RIGHT_WEIGHT = f"{Author().example()['v1@1']:.8f}"


@pytest.mark.parametrize(
    "claims",
    [
        {"dE/dv1": "0.02423848", "v1@1": RIGHT_WEIGHT},
        {" v1@1": f"{wrong_weight():.8f}", "v1@1": RIGHT_WEIGHT},
    ],
    ids=["its gradient wrong", "printed wrongly before"],
)
def test_what_is_printed_right_in_between_is_computed_on_with(
    claims: dict[str, str], tmp_path: Path
) -> None:
    wrong = after(4, v1=Author().example()["v1@1"] - 0.7 * 0.011)["out_o@1"]
    last = told(tmp_path, {**claims, "out_o@1": wrong})[-1]
    assert not any("printed before it" in one.sentence for one in last.explanations)


def test_of_a_quantity_printed_twice_the_last_is_computed_on_with(tmp_path: Path) -> None:
    claims = {" v1@1": RIGHT_WEIGHT, "v1@1": "0.68", "out_o@1": after(6, v1=0.68)["out_o@1"]}
    last = told(tmp_path, claims)[-1]
    assert last.best.sentence.endswith("that is wrong: 0.68 for v1@1 in line 18")


def test_a_printed_slope_is_computed_on_with(tmp_path: Path) -> None:
    right = Author().example()
    delta = right["dE/du1"] / right["dout_h1/dnet_h1"]
    claims = {"dout_h1/dnet_h1": "0.31234567", "dE/du1": f"{delta * 0.31234567:.8f}"}
    last = told(tmp_path, claims)[-1]
    assert last.best.sentence.endswith("0.31234567 for dout_h1/dnet_h1 in line 17")


def test_a_derivative_that_is_a_sum_over_ways_is_no_slope_of_one(tmp_path: Path) -> None:
    path = tmp_path / "quotient.yaml"
    path.write_text(
        "document: {id: quotient, title: A quotient}\nscenarios:\n  - id: quotient\n"
        "    equations: [y = tanh(x)/x, L = y^2]\n    values: {x: 0.7}\n    claims:\n      All:\n"
        "        - dy/dx = -0.31234567\n        - dL/dx = 1.026433\n",
        encoding="utf-8",
    )
    *_, (_, last) = explained(path)
    assert not any("printed before it" in one.sentence for one in last.explanations)


def test_what_is_computed_on_comes_before_a_mistake_that_does_the_same(tmp_path: Path) -> None:
    # The decimal point of a gradient is moved, and the new weight computed with it: as if the
    # learning rate of that weight were a tenth.
    right = Author().example()
    moved = f"{right['dE/dv1'] / 10:.8f}"
    new = 0.61 - 0.7 * float(moved)
    later = after(8, v1=new)
    [*_, last] = told(
        tmp_path, {"dE/dv1": moved, "v1@1": f"{new:.8f}", "out_o@1": later["out_o@1"]}
    )
    assert last.best.mistake == "carried on"


STEP = """\
document: {{id: square, title: A square}}
scenarios:
  - id: square
    equations: [f = theta^2]
    values: {{theta: 5}}
    training: {{learning_rate: alpha = 0.1, update: [theta], loss: f, optimizer: {optimizer}}}
    claims:
      First step: [{claims}]
"""


@pytest.mark.parametrize(
    ("optimizer", "state", "theta"),
    [
        ("{kind: momentum, momentum: 0.9}", "velocity_theta@1", "3.7654322"),
        ("{kind: adam, beta1: 0.9, beta2: 0.999, epsilon: eps = 1e-8}", "m_theta@1", "4.87654322"),
    ],
    ids=["momentum", "adam"],
)
def test_an_optimizers_state_is_computed_on_with(
    optimizer: str, state: str, theta: str, tmp_path: Path
) -> None:
    path = tmp_path / "step.yaml"
    claims = f"{state} = 1.2345678, theta@1 = {theta}"
    path.write_text(STEP.format(optimizer=optimizer, claims=claims), encoding="utf-8")
    [_, (_, last)] = explained(path)
    assert last.best.sentence.endswith(f"1.2345678 for {state} in line 8")
    assert last.best.evidence


def test_a_number_that_nothing_can_be_computed_from_hinders_no_other(tmp_path: Path) -> None:
    path = tmp_path / "log.yaml"
    path.write_text(
        "document: {id: log, title: A logarithm}\nscenarios:\n  - id: log\n"
        "    equations: [a = x*y, q = x + 1, b = log(a), c = b + q, e = c*2, d = e + y]\n"
        "    values: {x: 0.5, y: 3}\n    claims:\n      All:\n"
        "        - a = -1.53182\n        - c = 2.7182818\n        - d = 8.4365636\n",
        encoding="utf-8",
    )
    *_, (_, last) = explained(path)
    assert last.best.sentence.endswith("2.7182818 for c in line 9")


def test_the_report_names_the_cause_once(tmp_path: Path) -> None:
    v1 = f"{wrong_weight():.8f}"
    claims = [f"v1@1 = {v1}", f"out_o@1 = {after(v1=float(v1))['out_o@1']}"]
    output = CliRunner().invoke(main, ["explain", str(written(tmp_path, claims))]).output
    assert "carried on into line 18" in output
