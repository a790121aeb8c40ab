"""What is right for something wrong that is printed before it, and from where it is carried on."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from harness.explain import Explained
from tests.explain.test_explain import explained, shipped

NEURON: Final = """document: {{id: chain, title: Chain}}
scenarios:
  - id: line
    equations: [p = w*x + b, q = p^2, r = 3*q + 1]
    values: {{x: 2, w: 0.5, b: 0.25}}
    claims:
      Chain:
{claims}
"""


def chain(folder: Path, *claims: str) -> list[Explained]:
    path = folder / "chain.yaml"
    lines = "\n".join(f"        - {claim}" for claim in claims)
    path.write_text(NEURON.format(claims=lines), encoding="utf-8")
    return [one for _, one in explained(path)]


def spots(one: Explained) -> list[tuple[int, int]]:
    return [tuple(spot) for spot in one.best.origins]


def test_an_operand_is_carried_on_from_the_line_that_prints_it(tmp_path: Path) -> None:
    number, operand, result = chain(tmp_path, "p = 1.35", "q = p^2 = 1.35^2 = 1.82")
    assert not number.best.origins
    assert operand.best.sentence.startswith("1.35 is carried on from line 8, where it is printed")
    assert result.best.sentence == (
        "right for the printed operands, but one of them is wrong: 1.35 for p"
    )
    assert spots(operand) == [number.spot]
    assert spots(result) == [operand.spot]


def test_a_number_without_a_calculation_follows_from_what_is_printed_before_it(
    tmp_path: Path,
) -> None:
    number, result = chain(tmp_path, "q = 1.65", "r = 5.95")
    assert result.best.sentence == (
        "right for what is printed before it, but that is wrong: 1.65 for q in line 8"
    )
    assert spots(result) == [number.spot]


def test_a_number_that_a_false_formula_gives(tmp_path: Path) -> None:
    formula, result = chain(tmp_path, "p = w*x - b = 0.75")
    assert result.best.sentence == "right for the formula before it, which is false"
    assert result.best.computation == "w*x - b = 0.75"
    assert spots(result) == [formula.spot]


def test_the_entries_of_an_array_that_a_false_formula_gives() -> None:
    found = list(shipped("convolution-filter-step").values())
    entries = [one for one in found if one.line.text.startswith("filter@1") and one.spot.place]
    assert len(entries) == 2  # of the text 2 there are two, of which one is in the table
    assert {one.best.sentence for one in entries} == {
        "right for the formula before it, which is false"
    }


def test_an_operand_that_is_right_for_a_wrong_one_of_its_line() -> None:
    one = shipped("datamapu-2024")[179, "0.64"]
    assert one.best.sentence == (
        "right for what is printed before it, but that is wrong: 0.56 for z⁽³⁾"
    )


def test_the_same_wrong_operand_in_a_later_line_is_told_once() -> None:
    one = shipped("geeksforgeeks-2025")[74, "0.59"]
    assert one.best.sentence == (
        "0.59 is carried on from line 67, where it stands for y4 and is wrong"
    )
    first = shipped("geeksforgeeks-2025")[67, "0.59"]
    assert not first.best.origins
