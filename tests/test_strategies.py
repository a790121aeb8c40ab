"""Random scenarios over the whole language: they read, and all implementations agree on them."""

from __future__ import annotations

import builtins
import importlib
import sys
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from harness.check import ChapterReport, check
from harness.reading import read_text
from harness.strategies import equations, networks, scenarios
from harness.witnesses import installed, load

IMPLEMENTATIONS = [witness for witness in map(load, installed()) if witness.run is not None]
#: JAX compiles each scenario anew, so only some of the examples are for it too.
QUICK = [witness for witness in IMPLEMENTATIONS if witness.name != "jax_grad"]
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]


def assert_agreed(chapter: ChapterReport) -> None:
    """All that could run the scenario agree with the oracle, and with one another."""
    ran = [found for found in chapter.agreements if found.status != "unsupported"]
    assert ran
    undecided = set()
    for found in ran:
        assert found.status == "agrees", (found.witness, found.reason, found.first_divergence)
        assert not found.unanswered, (found.witness, found.unanswered)
        undecided |= {one.quantity for one in found.undecided}
    for pair in chapter.pairs:
        assert set(pair.apart) <= undecided, (pair.first, pair.second, pair.apart)


@settings(max_examples=60, suppress_health_check=SLOW, phases=[Phase.generate])
@given(scenarios())
def test_all_implementations_agree_on_random_scenarios(fixture: str) -> None:
    report = check([read_text(fixture)], QUICK)
    assert report.exit_status == 0
    assert_agreed(report.documents[0].chapters[0])


@settings(max_examples=5, suppress_health_check=SLOW, phases=[Phase.generate])
@given(scenarios())
def test_so_does_one_that_compiles_each(fixture: str) -> None:
    report = check([read_text(fixture)], IMPLEMENTATIONS)
    assert_agreed(report.documents[0].chapters[0])


@pytest.mark.parametrize("strategy", [networks, equations])
def test_what_is_drawn_reads_without_problems(strategy: Any) -> None:
    @settings(max_examples=150, suppress_health_check=SLOW, phases=[Phase.generate])
    @given(strategy())
    def reads(fixture: str) -> None:
        (chapter,) = read_text(fixture).chapters
        assert chapter.asked()
        seen.append(fixture)

    seen: list[str] = []
    reads()
    text = "\n".join(seen)
    for wanted in ("training:", "samples: {", "optimizer:", "learning_rate: ["):
        assert wanted in text


def test_without_hypothesis_it_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any, **more: Any) -> Any:
        if name.partition(".")[0] == "hypothesis":
            raise ImportError(name)
        return real(name, *rest, **more)

    for name in [name for name in sys.modules if name.startswith("harness.strategies")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ImportError, match=r"pip install 'backproof\[test\]'"):
        importlib.import_module("harness.strategies")
