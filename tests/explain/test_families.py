"""Edits of one family are made together: in one unit, in one layer, everywhere."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from harness.explain.catalogue import catalogue
from harness.explain.catalogue.edits import Edits
from harness.explain.computation.derivation import derive
from harness.reading import read_fixture
from harness.scenario.scenario import Scenario
from harness.shipped import named

SCENARIOS = [
    "adam-by-hand", "batch-normalisation", "convolution-filter-step", "cs231n-circuits",
    "geeksforgeeks-2025", "mazur-2015",
]  # fmt: skip


def scenario(name: str) -> Scenario:
    return read_fixture(named(Path(name))).chapters[0].scenario


@pytest.mark.parametrize("name", SCENARIOS)
def test_no_line_is_edited_twice_in_one_family(name: str) -> None:
    derivation = derive(scenario(name))
    edits = Edits(derivation)
    found = Counter(
        (edit.kind, edit.family, entry.result)
        for entry in (*derivation.entries, *derivation.asides)
        for edit in edits.of(entry)
        if edit.group
    )
    assert [one for one, times in found.items() if times > 1] == []


@pytest.mark.parametrize(("words", "factor"), [("10 times", "10"), ("a tenth of", "1/10")])
def test_a_rate_of_a_layer_is_what_its_sentence_says(words: str, factor: str) -> None:
    said = f"the learning rate is {words} what it should be everywhere"
    [one] = [one for one in catalogue(derive(scenario("mazur-2015"))) if one.sentence == said]
    assert {str(entry.scale) for entry in one.edits.values()} == {factor}
    assert one.computation.startswith(f"the step of w8 = {factor}*eta*")
