"""Explanations that right numbers of the same file refute, and the chance of a number."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

from click.testing import CliRunner

from harness.cli import main
from harness.explain import Explanation
from harness.explain.documents.weighing import weight
from harness.reading import read_fixture
from harness.selftest.planting import Bed
from tests.explain.test_explain import explained, written

#: No bias of the small network is updated; the weights are, as they should be.
FROZEN = (
    "c1@1 = 0.1200000", "c2@1 = -0.3100000", "d@1 = 0.2400000",
    "u1@1 = 0.1492687", "v1@1 = 0.6006344", "v2@1 = -0.4786479",
)  # fmt: skip
ALL = "the biases are not updated"


@cache
def frozen(folder: Path) -> list[tuple[str, tuple[Explanation, ...]]]:
    found = explained(written(folder, list(FROZEN)))
    return [(printed, one.explanations) for printed, one in found]


def test_the_biases_alone_are_not_updated(tmp_path: Path) -> None:
    found = frozen(tmp_path)
    assert [printed for printed, _ in found] == ["0.1200000", "-0.3100000", "0.2400000"]
    for _, explanations in found:
        assert explanations[0].sentence == ALL
        assert explanations[0].evidence
        assert 0 < explanations[0].chance < 1e-5
        assert len(explanations[0].lines) == 3


def test_what_right_numbers_refute_is_behind_and_no_evidence(tmp_path: Path) -> None:
    for _, explanations in frozen(tmp_path):
        behind = [one.refuted for one in explanations]
        assert behind == sorted(behind)
        refuted = [one for one in explanations if one.contradicts == 3 and one.refuted]
        assert refuted
        for one in refuted:
            assert not one.evidence
            assert "refuted: 3 right numbers" in one.as_object()["sentence"]


def test_what_fails_to_reproduce_a_wrong_number_is_behind(tmp_path: Path) -> None:
    found = explained(written(tmp_path, [*FROZEN[:2], "d@1 = 0.7182818", *FROZEN[3:]]))
    first = found[0][1].explanations
    assert first[0].sentence == f"{ALL} in the hidden layer (out_h1, out_h2)"
    [everywhere] = [one for one in first if one.sentence == ALL]
    assert everywhere.missed == 1


def test_the_chance_is_that_of_the_number(tmp_path: Path) -> None:
    path = str(written(tmp_path, list(FROZEN)))
    first = CliRunner().invoke(main, ["explain", path, "--all"]).output.split("\n\n")[1]
    assert first.count("chance of a coincidence") <= 2
    assert "it does not choose between 1, 2, 3 and " in first
    assert first.count("the same number as 1") >= 3
    assert "refuted: 3 right numbers would come out otherwise" in first


def test_biases_that_are_not_updated_are_diagnosed(tmp_path: Path) -> None:
    chapter = read_fixture(written(tmp_path, ["E = 0.1"])).chapters[0]
    bed = Bed("planted", chapter)
    [mistake] = [one for one in bed.lineup.mistakes if one.sentence == ALL]
    assert bed.trial(mistake).name == "this"


def test_what_reproduces_few_of_the_wrong_lines_in_its_reach_gains_little() -> None:
    all_of_them = Explanation(
        "", "early update", "", "", "0.1", candidates=2000, gain=8.0, lines=(1, 2, 3, 4)
    )
    few, one_besides = replace(all_of_them, missed=12), replace(all_of_them, missed=1)
    assert weight(few) < weight(one_besides) < weight(all_of_them)
    # Yet they may come of a second mistake, that is made besides.
    assert weight(all_of_them) * 1e-4 < weight(few) < weight(all_of_them) * 1e-2
