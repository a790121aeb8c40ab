"""A fixture file into a Fixture; whatever is wrong in it is named with its line and column."""

from __future__ import annotations

from pathlib import Path

from harness.fixture import Fixture
from harness.reading.build import build
from harness.reading.layout import json_schema
from harness.reading.tree import FixtureError, Problem, read_tree
from harness.reading.validation import validate

__all__ = ["FixtureError", "Problem", "json_schema", "read_fixture"]


def read_fixture(path: Path) -> Fixture:
    """The fixture in a file. Raises FixtureError, which holds all problems of the file."""
    tree = read_tree(path)
    found = validate(tree, str(path))
    if found.parts is None:
        raise FixtureError(found.problems)
    fixture, more = build(found.parts, tree, str(path), found.unread)
    if found.problems or more:
        raise FixtureError([*found.problems, *more])
    return fixture
