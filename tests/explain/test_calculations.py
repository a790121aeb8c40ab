"""The printed calculation done wrongly: what one change of it gives."""

from __future__ import annotations

from pathlib import Path

from harness.explain.documents.arithmetic import edits, shortened
from harness.notation import parse_expression
from harness.notation.printing import written as text
from tests.explain.test_carried import chain
from tests.explain.test_explain import shipped


def calculations(printed: str) -> list[str]:
    return [text(changed) for changed, *_ in shortened(parse_expression(printed))]


def test_a_number_is_rounded_to_fewer_decimals_wherever_it_stands() -> None:
    assert calculations("0.9591*(1 - 0.9591)") == ["0.959*(1 - 0.959)", "0.96*(1 - 0.96)"]
    assert calculations("3*1.9182 + 2.5") == [
        "3*1.918 + 2.5", "3*1.92 + 2.5", "3*1.9 + 2.5"
    ]  # fmt: skip


def test_one_digit_that_is_left_is_no_number_to_compute_with() -> None:
    assert not calculations("0.012*3")
    assert not calculations("40*3/7 + 1e-3")


def test_the_calculation_with_a_rounded_number_may_be_what_is_printed() -> None:
    one = shipped("one-sigmoid-neuron-two-samples")[34, "0.0755"]
    assert one.best.sentence == "in the calculation as printed, 1.9182 is rounded to 1.92"
    assert one.best.computation == "1.92*0.03932 = 0.0755"


def test_a_sign_that_is_lost_is_told_once(tmp_path: Path) -> None:
    [one] = chain(tmp_path, "b - w*x = 0.25 - 0.5*2 = 1.25")
    signs = [e.sentence for e in one.explanations if e.sort == "calculation"]
    assert signs == ["in the calculation as printed, 0.5*2 is added"]


def test_any_operand_of_a_function_may_be_written_otherwise() -> None:
    tried = {
        (text(changed), words)
        for changed, _, words, _ in edits(parse_expression("max(3*2, 5 - 0.5*4)"), {})
    }
    assert ("max(3*2, 5 + 0.5*4)", "0.5*4 is added") in tried
    assert ("max(3/2, 5 - 0.5*4)", "2 is divided by") in tried
