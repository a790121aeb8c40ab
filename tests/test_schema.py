"""The JSON Schema of fixture files, which editors use, is current and accepts what it should."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import pydantic
import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from harness.reading import json_schema
from harness.shipped import shipped_fixtures

FILE = Path(__file__).parents[1] / "fixtures" / "fixture.schema.json"

GOOD = """
document: {id: one, title: One}
scenarios:
  - id: line
    equations: [p = w*x]
    values: {w: 0.5, x: 2}
    claims:
      Forward:
        - p = 1
        - {line: p = 2, errata: [{printed: 2, should_be: 1}]}
"""


def current() -> str:
    """What the file has to hold."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


def loaded(text: str) -> Any:
    """YAML as an editor hands it to the validator: JSON has no dates."""
    return _as_json(YAML(typ="safe", pure=True).load(text))


def _as_json(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _as_json(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [_as_json(entry) for entry in value]
    return str(value) if isinstance(value, datetime.date) else value


def complaints(text: str) -> list[str]:
    """What the schema finds wrong in a fixture."""
    return [
        error.message for error in Draft202012Validator(json_schema()).iter_errors(loaded(text))
    ]


def test_it_is_current() -> None:
    pinned = (FILE.parents[1] / "constraints.txt").read_text(encoding="utf-8")
    if f"pydantic=={pydantic.VERSION}\n" not in pinned:
        pytest.skip(f"pydantic {pydantic.VERSION} words the same schema in another way")
    assert FILE.read_text(encoding="utf-8") == current(), "run python -m tests.test_schema"


def test_it_is_a_schema() -> None:
    Draft202012Validator.check_schema(json_schema())


@pytest.mark.parametrize("path", shipped_fixtures(), ids=lambda path: path.stem)
def test_a_shipped_fixture_is_valid(path: Path) -> None:
    assert not complaints(path.read_text(encoding="utf-8"))


def test_a_small_fixture_is_valid() -> None:
    assert not complaints(GOOD)


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        pytest.param("document: {id: one, title: One}", "", id="no document"),
        pytest.param(", title: One", "", id="no title"),
        pytest.param("id: one", "id: one two", id="an id with a blank"),
        pytest.param("values:", "value:", id="a misspelt key"),
        pytest.param("[p = w*x]", "p = w*x", id="one equation in place of a list"),
        pytest.param("w: 0.5", "w: [[{a: 0.5}]]", id="an array of something else"),
        pytest.param("- p = 1", "- 1", id="a line that is a number"),
        pytest.param("{line: p = 2,", "{", id="errata without their line"),
        pytest.param(", should_be: 1", "", id="an erratum without a correction"),
    ],
)
def test_a_slip_is_found(good: str, bad: str) -> None:
    assert good in GOOD
    assert complaints(GOOD.replace(good, bad))


if __name__ == "__main__":
    FILE.write_text(current(), encoding="utf-8")
