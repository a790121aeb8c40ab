"""Slips in YAML itself: each told in plain words, at the line where it would be put right."""

from __future__ import annotations

import pytest

from harness.reading import FixtureError, read_text

RIGHT = """document: {id: d, title: t}
scenarios:
  - id: s
    values: {x: 1, y: 2}
    define:
      d: x*y
    claims:
      Sums:
        - x + y = 3
        - d = 2
      Others:
        - x = 1
"""
COLUMN = "begin in the same column"


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ("        - d = 2", "       - d = 2", f"10:8: the entries of one list {COLUMN}"),
        ("        - d = 2", "         - d = 2", "10:10: this goes on the text of line 9"),
        ("        - d = 2", "        d = 2", "10:9: neither an entry nor a key; an entry begins"),
        ("      Others:", "      Others", "11:7: neither an entry nor a key; an entry begins"),
        ("    claims:", "   claims:", f"7:4: keys that belong together {COLUMN}"),
        ("    claims:", "     claims:", f"7:6: keys that belong together {COLUMN}"),
        ("- x + y = 3\n", "- x + y = 3\n        w: 1\n", "10:9: a key among the entries of a list"),
        ("d: x*y\n", "d: x*y\n      - 1\n", "7:7: an entry of a list among keys"),
        ("{x: 1, y: 2}", "{x: 1, y: 2", "4:13: this '{' is not closed; a '}' is missing before"),
        ("{x: 1, y: 2}", "{x: [1, y: 2}", "4:17: this '[' is not closed; a ']' is missing before"),
        ("{x: 1, y: 2}", "{x: 1 y: 2}", "4:20: a ',' between two entries is missing before this"),
        ("{x: 1, y: 2}", "{x: 1,\n     y: 2 z: 3}", "5:12: a ',' between two entries is missing"),
        ("{x: 1, y: 2}", "{x: 1, y: 2}}", "4:25: no '{' is open that this '}' could close"),
        ("      d: x*y", "      d: [x, y]]", "6:16: no '[' is open that this ']' could close"),
        ("- x = 1", "- [x = 1", "12:11: this '[' is never closed; a ']' is missing"),
        ("- x = 1", "- 'x = 1", "12:11: the quote that opens here is never closed"),
        ("- x = 1", "- [x, y] = [1, 2]", "12:18: text behind a bracket or a quote that is closed"),
        ("- x = 1", "- @x = 1", "12:11: found character '@' that cannot start any token; put"),
        (
            "- x = 1",
            "- x: y: 1",
            "12:15: no ':' can stand here; put text that holds ': ' in quotes",
        ),
        ("    define:", "\tdefine:", "5:1: a tab where YAML wants blanks"),
        (
            "{x: 1, y: 2}",
            "{x: 1, # one, y: 2}",
            "6:8: a ',' between two entries is missing before this, or a '}' for the '{' in line 4; a comment",
        ),
        (
            "{x: 1, y: 2}",
            "{x: 1 # one, y: 2}",
            "4:13: this '{' is not closed; a '}' is missing before line 5; a comment, from '#'",
        ),
    ],
)
def test_a_slip_in_yaml(right: str, wrong: str, told: str) -> None:
    with pytest.raises(FixtureError) as refused:
        read_text(RIGHT.replace(right, wrong, 1), "f")
    (found,) = map(str, refused.value.problems)
    assert found.startswith(f"f:{told}"), found
    assert "<" not in found


def test_a_line_may_go_on_in_the_next_one() -> None:
    read_text(RIGHT.replace("x + y = 3", "x\n          + y = 3"))
    read_text(RIGHT.replace("x + y = 3", '"3\n          - x = y"'))
