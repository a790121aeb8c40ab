"""Documents with several mistakes: the fewest that account for all of their wrong numbers."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from harness.explain import Explained
from harness.explain.documents.causes import Cause
from tests.explain.small_network import Author
from tests.explain.test_besides import EARLY, NO_HALF, NO_SLOPE
from tests.explain.test_causes import of
from tests.explain.test_explain import explained, written

BIASES = ("c1", "c2", "d")
FROZEN = "the biases are not updated"


def document(folder: Path, author: Author, digits: int) -> Path:
    return written(folder, [f"{name} = {v:.{digits}f}" for name, v in author.example().items()])


def sentences(causes: list[Cause]) -> list[str]:
    return [one.explanation.sentence.partition("; besides")[0] for one in causes if one.explanation]


def told(folder: Path, claims: Mapping[str, str]) -> list[Explained]:
    return [one for _, one in explained(written(folder, [f"{q} = {n}" for q, n in claims.items()]))]


@pytest.mark.parametrize("digits", [6, 8])
@pytest.mark.parametrize(
    ("author", "made"),
    [
        (Author(slopes=False), [NO_SLOPE]),
        (Author(slopes=False, frozen=BIASES), [NO_SLOPE, FROZEN]),
        (Author(half=False, frozen=BIASES), [NO_HALF, FROZEN]),
        (Author(half=False, slopes=False), [NO_HALF, NO_SLOPE]),
        (Author(slopes=False, early=True), [NO_SLOPE, EARLY]),
        (Author(early=True, frozen=BIASES), [EARLY, FROZEN]),
    ],
    ids=str,
)
def test_the_mistakes_that_are_made_are_the_causes(
    author: Author, made: list[str], digits: int, tmp_path: Path
) -> None:
    causes = of(document(tmp_path, author, digits))
    assert sentences(causes) == made
    assert all(one.explanation for one in causes)


@pytest.mark.parametrize("digits", [6, 8])
def test_of_three_mistakes_each_is_a_cause(digits: int, tmp_path: Path) -> None:
    # What takes all three, after the first update, is left without a cause.
    causes = of(document(tmp_path, Author(half=False, slopes=False, frozen=BIASES), digits))
    assert sentences(causes) == [NO_HALF, NO_SLOPE, FROZEN]
    open_lines = [line for one in causes if not one.explanation for line in one.lines]
    first_update = document(tmp_path, Author(), digits).read_text().split("\n")
    assert all("@" in first_update[line - 1] for line in open_lines)


def test_a_cause_is_told_as_the_mistake_alone(tmp_path: Path) -> None:
    slopes, frozen = of(document(tmp_path, Author(slopes=False, frozen=BIASES), 8))
    assert slopes.explanation is not None
    assert frozen.explanation is not None
    assert frozen.explanation.sentence == FROZEN
    assert any("; besides, " in one.best.sentence for _, _, one in frozen.errata)


def test_several_numbers_of_one_line_establish_nothing_and_hinder_nothing(tmp_path: Path) -> None:
    hidden, output = Author(slopes=False).example(), Author(half=False).example()
    frozen = Author(half=False, frozen=("d",)).example()
    listed = ", ".join(f"dE/d{u} = {hidden[f'dE/d{u}']:.8f}" for u in ("u1", "u2", "u3", "u4"))
    claims = [f"{name} = {output[name]:.8f}" for name in ("E", "dE/dv1", "dE/dv2")]
    path = written(tmp_path, [*claims, f"out_o@1 = {frozen['out_o@1']:.8f}"])
    text = path.read_text(encoding="utf-8").replace("      All:", f"      First: [{listed}]\n      All:")  # fmt: skip
    path.write_text(text, encoding="utf-8")
    made = sentences(of(path))
    assert made == [NO_SLOPE, NO_HALF, "d is not updated"]


def test_what_a_right_number_contradicts_is_no_cause(tmp_path: Path) -> None:
    author, names = Author(half=False, early=True, frozen=("d",)), (
        "out_o", "dout_h1/dnet_h1", "dE/dc2", "u1@1", "u3@1", "u4@1", "v1@1", "net_h2@1", "u4@2",
        "c1@2", "v2@2",
    )  # fmt: skip
    path = written(tmp_path, [f"{name} = {author.example()[name]:.4f}" for name in names])
    for cause in of(path):
        assert cause.explanation is None or "the sign of" not in cause.explanation.sentence


def test_the_derivative_of_a_thing_by_itself_stands_for_nothing(tmp_path: Path) -> None:
    [one] = told(tmp_path, {"dE/dout_o": "1.00000000"})
    assert not any("dout_o/dout_o" in e.sentence for e in one.explanations)


def test_a_false_formula_beside_an_established_mistake_is_told(tmp_path: Path) -> None:
    example = Author(half=False).example()
    numbers = {name: f"{example[name]:.8f}" for name in ("E", "dE/dv1")}
    *_, last = told(tmp_path, {**numbers, "dE/dv2": "sin(x1)*exp(t)*u3^3"})
    assert last.best.mistake == "none"


def test_so_is_a_fraction(tmp_path: Path) -> None:
    example = Author(half=False).example()
    numbers = {name: f"{example[name]:.8f}" for name in ("E", "dE/dv1")}
    *_, last = told(tmp_path, {**numbers, "out_o": "5/7"})
    assert last.best.mistake == "none"
