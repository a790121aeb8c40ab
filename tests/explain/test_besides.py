"""Documents with two mistakes, one of which some of their lines establish."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner

from harness.cli import main
from harness.explain import Explained
from tests.explain.small_network import Author
from tests.explain.test_explain import explained, written

LATER = ("dE/du1", "u3@1", "out_o@1", "E@1")
NO_HALF = "the loss is the squared error without the 1/2"
EARLY = (
    "weights are updated too early, before they are used for the gradients "
    "in the hidden layer (out_h1, out_h2)"
)
NO_SLOPE = "the derivative of sigmoid is left out in the hidden layer (out_h1, out_h2)"


def told(folder: Path, author: Author, names: Sequence[str], digits: int = 8) -> list[Explained]:
    claims = [f"{name} = {author.example()[name]:.{digits}f}" for name in names]
    return [one for _, one in explained(written(folder, claims))]


@pytest.mark.parametrize(
    ("author", "names", "first", "second"),
    [
        (
            Author(half=False, early=True),
            ("E", "dE/dv1", "dE/dv2", *LATER),
            NO_HALF,
            EARLY,
        ),
        (Author(half=False, slopes=False), ("E", "dE/dv1", "dE/dv2", *LATER), NO_HALF, NO_SLOPE),
        (
            Author(slopes=False, frozen=("c1", "c2", "d")),
            ("dE/du1", "dE/dc2", "u3@1", "out_o@1", "E@1"),
            NO_SLOPE,
            "the biases are not updated",
        ),
    ],
    ids=["no 1/2, and early", "no 1/2, and no slope", "no slope, and biases frozen"],
)
def test_both_mistakes_are_named(
    author: Author, names: Sequence[str], first: str, second: str, tmp_path: Path
) -> None:
    found = told(tmp_path, author, names)
    assert found[0].best.sentence == first
    sentences = {one.best.sentence for one in found if one.best.evidence}
    assert f"{second}; besides, {first}" in sentences


def test_one_pair_accounts_for_all_lines_that_it_is_behind(tmp_path: Path) -> None:
    found = told(tmp_path, Author(half=False, early=True), ("E", "dE/dv1", *LATER))
    pairs = [one.best for one in found if "; besides, " in one.best.sentence]
    assert len(pairs) == len(LATER)
    assert len({one.sentence for one in pairs}) == 1
    assert pairs[0].lines == tuple(one.line.line for one in found[2:])
    assert pairs[0].computation.endswith("not dE/dnet_o*v2")


def test_one_number_of_few_digits_is_no_evidence(tmp_path: Path) -> None:
    author = Author(half=False, early=True)
    claims = [f"{name} = {author.example()[name]:.8f}" for name in ("E", "dE/dv1")]
    path = written(tmp_path, [*claims, f"dE/du1 = {author.example()['dE/du1']:.4f}"])
    last = explained(path)[-1][1]
    pairs = [one for one in last.explanations if "; besides, " in one.sentence]
    assert pairs
    assert not any(one.evidence for one in pairs)


def test_a_number_that_no_two_mistakes_make_is_told_so(tmp_path: Path) -> None:
    author = Author(half=False)
    claims = [f"{name} = {author.example()[name]:.8f}" for name in ("E", "dE/dv1")]
    last = explained(written(tmp_path, [*claims, "E@1 = 0.71828182"]))[-1][1]
    assert last.best.mistake == "none"
    alone = explained(written(tmp_path, ["E@1 = 0.71828182"]))[-1][1]
    assert last.tried > alone.tried + 1000


def test_the_report_tells_both_causes(tmp_path: Path) -> None:
    author = Author(half=False, early=True)
    claims = [f"{name} = {author.example()[name]:.8f}" for name in ("E", "dE/dv1", *LATER)]
    output = CliRunner().invoke(main, ["explain", str(written(tmp_path, claims))]).output
    assert "6 errata: 2 causes" in output
    assert f"1. lines 17, 18: {NO_HALF}\n" in output
