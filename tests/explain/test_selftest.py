"""The harness on trial: planted mistakes are caught and named, and the page says what is so."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
import pytest
from click.testing import CliRunner

from harness.cli import main
from harness.explain.computation.mistake import SOUND, Mistake
from harness.reading import read_fixture
from harness.report.selftest import row_of, selftest_page
from harness.selftest import frameworks
from harness.selftest.comparison import OURS, Compared, drawn, part_of
from harness.selftest.pass_through import Differentiated
from harness.selftest.planting import NO_EFFECT, SAME_VALUE, Bed, Trial
from harness.selftest.rules import RULES
from harness.selftest.run import Row, Selftest, selftest
from harness.shipped import named

PAGE: Final = Path(__file__).parents[2] / "docs" / "selftest.md"
#: Small scenarios, of which the page is tried.
CURRENT: Final = ("product", "sum-and-product", "sigmoid-neuron")


@cache
def bed(document: str = "han-kamber-2011", place: int = 0) -> Bed:
    return Bed(document, read_fixture(named(Path(document))).chapters[place])


@cache
def some() -> tuple[Trial, ...]:
    """Every seventh mistake planted."""
    return tuple(bed().trials(bed().lineup.mistakes[1::7]))


def planted(kind: str) -> Mistake:
    return next(one for one in bed().lineup.mistakes if one.kind == kind)


def test_every_planted_mistake_that_changes_a_value_is_caught() -> None:
    assert len(some()) > 100
    assert {trial.outcome for trial in some()} == {"caught", "equivalent"}


def test_and_named_from_its_answers_alone() -> None:
    assert {trial.name for trial in some() if trial.outcome == "caught"} <= {"this", "same"}


def test_an_equivalent_mistake_says_why() -> None:
    found = {trial.reason for trial in some() if trial.outcome == "equivalent"}
    assert found <= {SAME_VALUE, NO_EFFECT}
    assert found


def test_the_right_computation_is_equivalent_to_itself() -> None:
    assert bed().trial(SOUND).outcome == "equivalent"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_rules_accept_what_is_right_and_reject_what_is_far_off(rule: object) -> None:
    right = bed().told(SOUND)
    accepts = getattr(rule, "accepts")  # noqa: B009
    assert accepts(right, right)
    assert not accepts(2 * right, right)
    assert not accepts(np.full_like(right, np.nan), right)


@pytest.mark.parametrize("start", [frameworks.torch_gradcheck, frameworks.jax_check_grads])
def test_gradient_checkers_see_a_wrong_gradient_and_no_wrong_update(start: object) -> None:
    framework = start()  # type: ignore[operator]
    if framework.accepts is None:
        pytest.skip(framework.reason)
    derivation = bed().lineup.derivation
    assert framework.accepts(Differentiated(derivation, SOUND))
    assert framework.accepts(Differentiated(derivation, planted("ascent")))
    assert not framework.accepts(Differentiated(derivation, planted("slope left out")))


def test_a_framework_that_is_missing_is_said_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(frameworks.importlib, "import_module", gone)
    assert "pip install" in frameworks.torch_gradcheck().reason
    compared = Compared()
    assert compared.found.versions == []
    page = selftest_page(Selftest((Row("none", ()),), compared.found))
    assert "not run: jax is not installed; pip install 'backproof[jax]'" in page


def test_the_part_of_a_mistake() -> None:
    derivation = bed().lineup.derivation
    assert part_of(planted("setting"), derivation) == "setting"
    assert part_of(planted("ascent"), derivation) == "update"
    assert part_of(planted("early update"), derivation) == "update"
    assert part_of(planted("slope left out"), derivation) == "backward pass"
    assert part_of(planted("function left out"), derivation) == "forward pass"


def test_the_same_mistakes_are_drawn_at_every_run() -> None:
    assert drawn(some(), "a", 5) == drawn(some(), "a", 5)
    assert drawn(some(), "a", 5) != drawn(some(), "b", 5)
    assert all(trial.outcome != "equivalent" for trial in drawn(some(), "a"))


def test_a_mistake_that_is_missed_fails_the_selftest() -> None:
    missed = Trial(planted("ascent"), "missed", "none")
    found = Selftest((Row("here", (missed,)),), Compared().found)
    assert found.exit_status == 1
    page = selftest_page(found)
    assert "### Missed" in page
    assert "| `here` | 1 | 1 | 0.0 % | 0.0 % |" in page


def test_the_page_is_current() -> None:
    text = PAGE.read_text(encoding="utf-8")
    fixture = read_fixture(named(Path("cs231n-circuits")))
    rows = {row.scenario.partition("/")[2]: row for row in selftest([fixture]).rows}
    for name in CURRENT:
        assert row_of(rows[name]) in text, "run backproof selftest --output docs/selftest.md"
    assert f"**{OURS}**" in text


def test_the_command(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    arguments = ["selftest", "cs231n-circuits", "--sample", "20", "--output", str(page)]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 0, done.output
    assert "| `cs231n-circuits/product` | 20 |" in page.read_text(encoding="utf-8")
    for wrong in (["nobody"], ["cs231n-circuits", "--output", str(tmp_path / "no" / "where.md")]):
        assert CliRunner().invoke(main, ["selftest", *wrong, "--sample", "1"]).exit_code == 2
