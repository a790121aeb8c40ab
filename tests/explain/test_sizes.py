"""Scenarios of which not every mistake is tried: it is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.explain.other_equations import Answers, answers, chapter, said
from tests.explain.test_explain import explained

LONG = """document: {{id: long, title: Long}}
scenarios:
  - id: long
    equations: [s = sum((w*x)^2), L = s^2/2]
    values: {{w: [{w}], x: [{x}]}}
    training: {{learning_rate: eta = 0.1, update: [w], loss: L}}
    claims:
      All:
        - L = 271.828
"""
LEFT_OUT = "; on more than 60 operations not every mistake is tried"
MANY = "; on more than 400 operations many mistakes are not tried"
ALL = "; on more than 500 operations no mistake of the catalogue is tried"


def text(count: int) -> str:
    given = [f"{0.1 + 0.01 * k:.2f}" for k in range(count)]
    return LONG.format(w=", ".join(given), x=", ".join(reversed(given)))


@pytest.mark.parametrize(
    ("count", "end"),
    [
        (10, "reproduces it"),
        (40, f"reproduces it{LEFT_OUT}"),
        (220, f"reproduces it{MANY}"),
        (280, f"reproduces it{ALL}"),
    ],
)
def test_a_number_that_nothing_explains(count: int, end: str, tmp_path: Path) -> None:
    path = tmp_path / "long.yaml"
    path.write_text(text(count), encoding="utf-8")
    [(_, one)] = explained(path)
    assert one.best.sentence.endswith(end)


@pytest.mark.parametrize(("count", "told"), [(10, False), (40, True)])
def test_an_implementation_that_nothing_explains(count: int, told: bool, tmp_path: Path) -> None:
    asked = chapter(tmp_path, text(count))
    given: Answers = {
        one: value + (0.0718 * 2.818**one.updates if one.of == "L" and one.by is None else 0)
        for one, value in answers(asked, asked).items()
    }
    sentence = said(asked, given).sentence
    assert sentence.startswith("no single mistake of ")
    assert sentence.endswith(LEFT_OUT) == told
