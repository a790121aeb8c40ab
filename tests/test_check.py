"""The main job as a function: what is run, what is counted, and with which exit status it ends."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.check import check
from harness.witnesses import Witness, load
from implementations import loops
from tests.fakes.scenarios import RECORDED, REFUTED, TINY, UNRECORDED, equations, made, tiny


def raising(task: object) -> None:
    raise ValueError


LOOPS = load("loops")
ABSENT = Witness("absent", None, None, "unavailable", "torch is not installed; pip install torch")
BROKEN = Witness("broken", None, None, "failed", "cannot be loaded: SyntaxError")
RAISING = Witness("raising", None, raising)
WRONG = Witness("wrong", None, lambda task: dict.fromkeys(loops.run(task), 0.5))


@pytest.mark.parametrize(
    ("text", "status"),
    [
        pytest.param(TINY, 0, id="every line is right"),
        pytest.param(tiny("out_h1 = 0.592"), 0, id="a number is rounded"),
        pytest.param(tiny("out_h1 = 0.59164019243"), 0, id="a number is cut off"),
        pytest.param(RECORDED, 0, id="an erratum is recorded"),
        pytest.param(UNRECORDED, 1, id="an erratum is not recorded"),
        pytest.param(REFUTED, 1, id="a recorded erratum is none"),
        pytest.param(tiny("net_h1 = w1*i1 + w3*i2 + b1"), 1, id="a formula is false"),
        pytest.param(
            equations("y = 1/x", values="{x: 0}", claims="[y = 0.5]"),
            0,
            id="a number cannot be checked",
        ),
        pytest.param(equations("y = x*x", values="{x: 2}"), 0, id="there is no line"),
    ],
)
def test_lines_decide_the_exit_status(text: str, status: int, tmp_path: Path) -> None:
    assert check([made(tmp_path, text)], [LOOPS]).exit_status == status


@pytest.mark.parametrize(
    ("text", "witnesses", "status"),
    [
        pytest.param(TINY, [LOOPS], 0, id="all agree"),
        pytest.param(TINY, [], 0, id="nobody is asked"),
        pytest.param(TINY, [LOOPS, ABSENT], 0, id="one is not installed"),
        pytest.param(TINY, [LOOPS, WRONG], 1, id="one disagrees"),
        pytest.param(TINY, [LOOPS, RAISING], 3, id="one raises"),
        pytest.param(TINY, [LOOPS, BROKEN], 3, id="one cannot be loaded"),
        pytest.param(TINY, [WRONG, RAISING], 3, id="one disagrees and one raises"),
        pytest.param(UNRECORDED, [RAISING], 3, id="one raises, and an erratum is not recorded"),
    ],
)
def test_implementations_decide_the_exit_status(
    text: str, witnesses: list[Witness], status: int, tmp_path: Path
) -> None:
    assert check([made(tmp_path, text)], witnesses).exit_status == status


def test_the_others_stand_when_one_fails(tmp_path: Path) -> None:
    report = check([made(tmp_path, TINY)], [RAISING, LOOPS, WRONG])
    found = report.documents[0].chapters[0].agreements
    assert [agreement.status for agreement in found] == ["failed", "agrees", "disagrees"]


def test_who_failed_is_told_with_the_first_reason(tmp_path: Path) -> None:
    fixture = made(tmp_path, TINY)
    assert check([fixture, fixture], [RAISING, BROKEN, LOOPS]).failed == {
        "broken": "cannot be loaded: SyntaxError",
        "raising": "raised ValueError (test_check.py:16)",
    }


def test_a_disagreement_is_counted_once_for_every_scenario(tmp_path: Path) -> None:
    fixture = made(tmp_path, TINY)
    assert check([fixture, fixture], [WRONG, LOOPS]).summary.disagreements == 2


def test_every_finding_is_counted_under_its_verdict(tmp_path: Path) -> None:
    text = tiny(
        "net_h1 = w1*i1 + w2*i2 + b1 = 0.15*0.005 + 0.2*0.1 + 0.35 = 0.37075",
        "net_h1 = w1*i1 + w3*i2 + b1",
        "out_h1 = 0.5916401 = 0.6",
        "{line: net_h1 = 0.37175, errata: [{printed: 0.37175, should_be: 0.37075}]}",
    )
    summary = check([made(tmp_path, text)], []).summary
    assert summary.numbers == {"correct": 2, "truncated": 1, "wrong": 1}
    assert summary.formulas == {"holds": 1, "false": 1}
    assert summary.operands == {"correct": 5}
    assert (summary.recorded, summary.unrecorded, summary.refuted) == (1, 1, 0)


def test_what_is_being_done_is_told_on_the_way(tmp_path: Path) -> None:
    told: list[str] = []
    check([made(tmp_path, TINY)], [LOOPS], told.append)
    assert told == ["tiny/2-2-2: certified values", "tiny/2-2-2: lines", "waiting for loops"]
