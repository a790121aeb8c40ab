"""The shipped fixtures against the tables of their documents' printed numbers: none was left out.

The tables are no part of the repository; without them the tests are skipped.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from harness.reading import read_fixture

ROOT: Final = Path(__file__).parents[1]
EXAMPLES: Final = ROOT.parent / "shared" / "examples"
#: The fixture of each table.
FIXTURES: Final = {
    "adam-by-hand": "adam-by-hand",
    "batch-normalisation": "batch-normalisation",
    "convolution-filter-step": "convolution-filter-step",
    "cs231n-circuits": "cs231n-circuits",
    "geeksforgeeks-2-2-1": "geeksforgeeks-2025",
    "han-kamber-3-2-1": "han-kamber-2011",
    "one-sigmoid-neuron-two-samples": "one-sigmoid-neuron-two-samples",
    "relu-sigmoid-cross-entropy": "relu-sigmoid-cross-entropy",
}
_ROW: Final = re.compile(r"\| ([^|]+) \| `([^`]+)` \| \d+ \| (?:`([^`]+)`)? *\|")
_NUMBER: Final = re.compile(r"(?<![\w@.])\d*\.?\d+(?![\w.])")


@dataclass(frozen=True)
class Row:
    """A printed number, what it is about, and the calculation printed before it, if any."""

    quantity: str
    printed: str
    calculation: str


def rows(table: str) -> list[Row]:
    file = EXAMPLES / f"{table}.md"
    if not file.is_file():
        pytest.skip(f"{file} is not there; the tables are no part of the repository")
    text = file.read_text(encoding="utf-8")
    found = [Row(*row) for row in _ROW.findall(text)]
    assert len(found) == len(re.findall(r"^\| .*`", text, re.MULTILINE)) > 10
    return found


def lines(fixture: str) -> list[str]:
    read = read_fixture(ROOT / "fixtures" / f"{fixture}.yaml")
    return [line.text for chapter in read.chapters for line in chapter.lines]


def bare(text: str) -> str:
    """A calculation without blanks, brackets and signs of multiplication."""
    return re.sub(r"[\s()*]", "", text.replace("sigma", "σ"))


@pytest.mark.parametrize("table", FIXTURES)
def test_every_printed_number_stands_in_a_line(table: str) -> None:
    printed = Counter(row.printed.lstrip("-") for row in rows(table))
    written = Counter(_NUMBER.findall("\n".join(lines(FIXTURES[table]))))
    assert not printed - written, "no line accounts for these numbers, so many times"


@pytest.mark.parametrize("table", FIXTURES)
def test_every_printed_calculation_stands_before_its_number(table: str) -> None:
    written = [bare(line) for line in lines(FIXTURES[table])]
    missing = [
        row
        for row in rows(table)
        if row.calculation
        and not any(
            bare(row.calculation) in line and line.endswith(f"={row.printed}") for line in written
        )
    ]
    assert not missing


def test_every_table_has_a_fixture() -> None:
    if not EXAMPLES.is_dir():
        pytest.skip(f"{EXAMPLES} is not there; the tables are no part of the repository")
    assert {file.stem for file in EXAMPLES.glob("*.md")} == FIXTURES.keys()
