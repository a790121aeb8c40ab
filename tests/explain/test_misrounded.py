"""Numbers rounded the wrong way: by itself that is no evidence, as a habit of the document it is."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from pathlib import Path

from harness.explain import Explained
from harness.explain.documents.causes import causes
from harness.explain.documents.fixture import explain_fixture
from harness.reading import read_fixture
from tests.explain.test_carried import chain
from tests.explain.test_explain import ASKED, explained, outcome, shipped, written

UP = "numbers are rounded up instead of to the nearest"


def sentences(one: Explained) -> list[str]:
    return [explanation.sentence for explanation in one.explanations]


def rounded_up() -> list[str]:
    """All numbers of the small network, each to three decimals and away from zero."""
    numbers = {name: Decimal(outcome(0)[name]) for name in ASKED}
    return [
        f"{name} = {exact.quantize(Decimal('0.001'), ROUND_CEILING if exact > 0 else ROUND_FLOOR)}"
        for name, exact in numbers.items()
    ]


def test_a_number_that_is_rounded_up_is_told_and_is_no_evidence(tmp_path: Path) -> None:
    [one] = chain(tmp_path, "q = 1.57")
    assert "1.5625 is rounded up instead of to the nearest" in sentences(one)
    assert not one.best.evidence


def test_of_a_number_below_zero_it_is_away_from_zero() -> None:
    one = shipped("mazur-2015")[102, "-0.019049119"]
    assert "-0.01904911826 is rounded away from zero instead of to the nearest" in sentences(one)


def test_what_the_printed_calculation_gives_may_be_rounded_up() -> None:
    one = shipped("one-sigmoid-neuron-two-samples")[34, "0.0755"]
    told = "0.075424, which the printed calculation gives, is rounded up instead of to the nearest"
    assert told in sentences(one)


def test_one_digit_that_is_cut_off(tmp_path: Path) -> None:
    [one] = chain(tmp_path, "q = 1", "p = 1.25")
    assert "1.56 is cut off instead of rounded" in sentences(one)


def test_a_number_that_is_rounded_twice(tmp_path: Path) -> None:
    [(_, one)] = explained(written(tmp_path, ["out_h2 = 0.5857"]))
    assert "0.585647 is rounded twice, first to 0.58565" in sentences(one)
    assert not any(explanation.evidence for explanation in one.explanations)


def test_a_habit_of_the_document_is_evidence_and_one_cause(tmp_path: Path) -> None:
    found = explain_fixture(read_fixture(written(tmp_path, rounded_up())))
    assert len(found) > 3
    for _, _, one in found:
        assert one.best.sentence == UP
        assert one.best.evidence
    [cause] = causes(found)
    assert len(cause.lines) == len(found)


def test_one_right_number_that_is_rounded_down_speaks_against_it(tmp_path: Path) -> None:
    for _, one in explained(written(tmp_path, [*rounded_up(), "out_h2 = 0.5856"])):
        assert UP not in sentences(one)
        assert not any("rounded up" in e.sentence and e.evidence for e in one.explanations)
