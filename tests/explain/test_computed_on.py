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


def test_the_report_names_the_cause_once(tmp_path: Path) -> None:
    v1 = f"{wrong_weight():.8f}"
    claims = [f"v1@1 = {v1}", f"out_o@1 = {after(v1=float(v1))['out_o@1']}"]
    output = CliRunner().invoke(main, ["explain", str(written(tmp_path, claims))]).output
    assert "carried on into line 18" in output
