"""What ``explain`` says where there is little to say, and the words of its lines."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest
from click.testing import CliRunner

from harness.cli import main
from harness.explain.catalogue import catalogue
from harness.explain.computation.derivation import derive
from harness.reading import read_fixture
from harness.report.selftest import Arguments, selftest_page
from harness.selftest.comparison import Comparison
from harness.selftest.run import Selftest
from tests.explain.test_explain import diagnosed, explained, written
from tests.fakes import wrong

SHIPPED: Final = Path(__file__).parents[2] / "docs" / "selftest.md"


def of_tanh(folder: Path, claims: list[str]) -> Path:
    path = written(folder, claims)
    text = path.read_text(encoding="utf-8").replace("sigmoid}", "tanh}", 1)
    path.write_text(text, encoding="utf-8")
    return path


def test_no_line_is_told_as_not_itself(tmp_path: Path) -> None:
    scenario = read_fixture(of_tanh(tmp_path, ["E = 0.1"])).chapters[0].scenario
    told = [mistake.computation for mistake in catalogue(derive(scenario))]
    assert "dout_h1/dnet_h1 = 1 - net_h1^2, not 1 - out_h1^2" in told
    for line in (line for line in told if " = " in line and ", not " in line):
        mistaken, _, right = line.partition(" = ")[2].partition(", not ")
        assert mistaken != right


def test_a_zero_at_the_end_is_no_slip_of_the_pen(tmp_path: Path) -> None:
    path = written(tmp_path, ["x1 = 0.350 = 0.4", "E@1 = 0.00510", "x2 = 0.90"])
    for _, one in explained(path):
        for explanation in one.explanations:
            left, _, right = explanation.computation.partition(" -> ")
            assert not right or float(left) != float(right)


@pytest.mark.parametrize(
    ("place", "told"), [(0, "line {} is right"), (1, "line {}: E = 0.5 is wrong")]
)
def test_a_line_that_is_asked_for(place: int, told: str, tmp_path: Path) -> None:
    path = written(tmp_path, ["x1 = 0.35", "E = 0.5"])
    lines = path.read_text(encoding="utf-8").splitlines()
    number = lines.index("        - x1 = 0.35") + 1 + place
    done = CliRunner().invoke(main, ["explain", str(path), str(number)])
    assert told.format(number) in done.output


def test_a_line_without_a_claim_is_refused_with_those_that_are_wrong(tmp_path: Path) -> None:
    path = written(tmp_path, ["x1 = 0.35", "E = 0.5"])
    wrong_one = path.read_text(encoding="utf-8").splitlines().index("        - E = 0.5") + 1
    done = CliRunner().invoke(main, ["explain", str(path), "999"])
    assert done.exit_code == 2
    assert f"the wrong line is {wrong_one}" in " ".join(done.output.split())


def test_answers_that_are_no_numbers_are_mentioned(tmp_path: Path) -> None:
    chapter = read_fixture(written(tmp_path, ["E = 0.1"])).chapters[0]
    found = diagnosed(chapter, wrong.nan_everywhere(chapter.scenario.task(chapter.asked())))
    assert "answer is nan or inf" in found.sentence or "answers are nan or inf" in found.sentence


def test_a_selftests_page_tells_its_arguments() -> None:
    found = Selftest((), Comparison())
    sampled = selftest_page(found, Arguments(("mazur-2015",), 5, Path("page.md")))
    assert "`backproof selftest mazur-2015 --sample 5 --output page.md`" in sampled
    assert "5 at most, drawn at random" in sampled
    assert "ships" not in sampled
    whole = selftest_page(found, Arguments(output=Path("docs/selftest.md")))
    assert whole.splitlines()[:10] == SHIPPED.read_text("utf-8").splitlines()[:10]
