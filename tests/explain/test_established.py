"""What a mistake that other lines establish makes of a number that it does not give as printed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from click.testing import CliRunner

from harness.cli import main
from harness.explain import Explained
from tests.explain.test_explain import explained, outcome, plan, shipped, written

EARLY = "weights are updated too early, before they are used for the gradients in the hidden layer"


def early() -> dict[str, str]:
    """What the small network comes to where weights are updated too early."""
    [place] = [k for k, one in enumerate(plan()[0]) if one.sentence.startswith(EARLY)]
    return outcome(place)


def told(folder: Path, numbers: Mapping[str, str]) -> list[Explained]:
    return [
        one for _, one in explained(written(folder, [f"{q} = {n}" for q, n in numbers.items()]))
    ]


def slipped(text: str) -> str:
    """The two digits that stand last exchanged, or the last one another."""
    last = text[-1] if text[-1] != text[-2] else str((int(text[-1]) + 5) % 10)
    return text[:-2] + last + text[-2]


ESTABLISHING = ("u1@1", "u3@1", "E@2")


def test_a_slip_of_the_pen_over_what_an_established_mistake_gives(tmp_path: Path) -> None:
    numbers = {name: early()[name] for name in ESTABLISHING}
    printed = slipped(early()["c1@1"])
    last = told(tmp_path, {**numbers, "c1@1": printed})[-1]
    assert last.best.mistake == "slip of the pen"
    assert last.best.evidence
    assert f": where {EARLY}" in last.best.sentence
    assert last.best.sentence.endswith(f", it would be {early()['c1@1']}")
    assert last.best.scope.startswith("this number, besides lines ")


def test_one_line_alone_establishes_nothing(tmp_path: Path) -> None:
    numbers = {"E@2": early()["E@2"], "c1@1": slipped(early()["c1@1"])}
    last = told(tmp_path, numbers)[-1]
    assert not any("where weights" in one.sentence for one in last.explanations)


def test_what_an_established_mistake_does_not_change_is_left_alone(tmp_path: Path) -> None:
    numbers = {name: early()[name] for name in ESTABLISHING}
    last = told(tmp_path, {"v2@1": "0.7182818", **numbers})[0]
    assert early()["v2@1"] == outcome(0)["v2@1"]
    assert not any("where weights" in one.sentence for one in last.explanations)
    assert not last.aside


def test_another_quantity_of_the_mistaken_computation(tmp_path: Path) -> None:
    numbers = {name: early()[name] for name in ESTABLISHING}
    last = told(tmp_path, {**numbers, "E@1": early()["E@2"]})[-1]
    told_so = f"this is E@2, of another update, not E@1, where {EARLY}"
    assert last.best.sentence.startswith(told_so)
    assert last.best.evidence


def near_to_early() -> str:
    """A number that nothing gives, thirty times nearer to what the early update gives."""
    gives, right = float(early()["c1@1"]), float(outcome(0)["c1@1"])
    return f"{gives + (gives - right) / 31:.9f}"


def test_a_number_that_is_nearer_to_what_the_mistake_gives_is_told_so(tmp_path: Path) -> None:
    numbers = {name: early()[name] for name in ESTABLISHING}
    last = told(tmp_path, {**numbers, "c1@1": near_to_early()})[-1]
    assert not any(one.evidence for one in last.explanations)
    assert last.aside.startswith(f"where {EARLY}")
    assert last.aside.endswith(f", it would be {early()['c1@1']}")
    assert replace(last, explanations=()).best.sentence.endswith(f"reproduces it; {last.aside}")


def test_the_report_tells_it_beside_what_is_no_evidence(tmp_path: Path) -> None:
    claims = [f"{name} = {early()[name]}" for name in ESTABLISHING]
    path = written(tmp_path, [*claims, f"c1@1 = {near_to_early()}"])
    assert (
        f" it would be {early()['c1@1']}\n"
        in CliRunner().invoke(main, ["explain", str(path)]).output
    )


def test_mazurs_last_loss_is_a_slip_over_the_early_update() -> None:
    [one] = [one for (_, text), one in shipped("mazur-2015").items() if text == "0.0000351085"]
    [slip] = one.explanations
    assert slip.sentence == (
        f"a digit 1 is inserted: where {EARLY} (out_h1, out_h2), it would be 0.000035085"
    )
    assert slip.chance < 0.4  # a guess: one digit of nine, in a number of nine
    assert slip.chance > 0.01
