"""A fixture file into a Fixture; whatever is wrong in it is named with its line and column."""

from __future__ import annotations

from pathlib import Path

from harness.fixture import Fixture
from harness.reading.build import build
from harness.reading.layout import json_schema
from harness.reading.tree import FixtureError, Node, Problem, read_tree, tree_of
from harness.reading.validation import validate

__all__ = ["FixtureError", "Problem", "json_schema", "read_fixture", "read_text"]


def read_fixture(path: Path) -> Fixture:
    """The fixture in a file. Raises FixtureError, which holds all problems of the file."""
    return _read(read_tree(path), str(path))


def read_text(text: str, file: str = "fixture") -> Fixture:
    """The fixture in a text, which problems are told of as ``file``. Raises FixtureError."""
    return _read(tree_of(text, file), file)


def _read(tree: Node, file: str) -> Fixture:
    found = validate(tree, file)
    if found.parts is None:
        raise FixtureError(found.problems)
    fixture, more = build(found, found.parts, tree, file)
    if found.problems or more:
        raise FixtureError([*found.problems, *more])
    return fixture
