"""False formulas as people print them, and the change that is told first of each.

Each file of the corpus is a scenario, and lines that are false in it: what is ``told`` first, and what
is ``meant``, the line as its author would mend it, in one way or another. Where something else is told,
``missed`` says why. The lines were written down, with what is meant, before anything was tried on them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import pytest
from ruamel.yaml import YAML

from harness.explain import Explained
from harness.explain.documents.fixture import explain_fixture, judge_fixture
from harness.explain.formulas.sameness import spelled
from harness.fixture import Fixture
from harness.notation.parser import parse_line
from harness.reading import read_fixture

CORPUS: Final = Path(__file__).parent / "false_formulas"


@dataclass(frozen=True)
class FalseLine:
    """A false line of a scenario."""

    file: Path
    line: str
    told: str
    meant: tuple[str, ...]
    missed: str | None


@cache
def contents(file: Path) -> Mapping[str, Any]:
    found: Mapping[str, Any] = YAML(typ="safe").load(file.read_text(encoding="utf-8"))
    return found


def corpus() -> Iterator[FalseLine]:
    for file in sorted(CORPUS.glob("*.yaml")):
        for line, one in contents(file)["lines"].items():
            meant = (one["meant"],) if isinstance(one["meant"], str) else tuple(one["meant"])
            yield FalseLine(file, line, one["told"], meant, one.get("missed"))


def with_lines(file: Path, lines: tuple[str, ...]) -> Fixture:
    """The scenario of a file, with these lines printed about it."""
    scenario = {"id": file.stem, **contents(file)["scenario"], "claims": {"All": list(lines)}}
    document = {"document": {"id": file.stem, "title": file.stem}, "scenarios": [scenario]}
    writer = YAML(typ="safe")
    writer.width = 10_000
    with TemporaryDirectory() as folder:
        path = Path(folder) / file.name
        with path.open("w", encoding="utf-8") as stream:
            writer.dump(document, stream)
        return read_fixture(path)


@cache
def explained(file: Path) -> Mapping[str, Explained]:
    fixture = with_lines(file, tuple(one.line for one in corpus() if one.file == file))
    return {one.line.text: one for _, finding, one in explain_fixture(fixture)}


def each(marked: bool) -> list[Any]:
    return [
        pytest.param(
            one,
            id=f"{one.file.stem}: {one.line}: {one.told}",
            marks=[pytest.mark.xfail(reason=one.missed)] if marked and one.missed else [],
        )
        for one in corpus()
    ]


@pytest.mark.parametrize("false", each(marked=False))
def test_this_is_told_first(false: FalseLine) -> None:
    told = explained(false.file)[false.line].explanations
    assert (told[0].sentence if told else "nothing") == false.told
    for one in told:
        left, _, right = one.computation.partition(" = ")
        assert left != right
        assert one.rivals == len(told) - 1
    assert [one.size for one in told] == sorted(one.size for one in told)


@pytest.mark.parametrize("false", each(marked=True))
def test_it_makes_of_the_line_what_is_meant(false: FalseLine) -> None:
    told = explained(false.file)[false.line].explanations
    assert told
    assert canonical(told[0].computation, false.file) in {
        canonical(meant, false.file) for meant in false.meant
    }


@pytest.mark.parametrize("file", sorted(CORPUS.glob("*.yaml")), ids=lambda file: file.stem)
def test_what_is_meant_holds(file: Path) -> None:
    meant = dict.fromkeys(line for one in corpus() if one.file == file for line in one.meant)
    (judged,) = judge_fixture(with_lines(file, tuple(meant)))
    assert {finding.verdict for line in judged for finding in line.findings} == {"holds"}


def canonical(line: str, file: Path) -> tuple[str, str]:
    """What a line is about, its definitions written out, and the formula in one spelling."""
    binder = with_nothing(file).chapters[0].scenario.binder
    subject, formula = parse_line(line, binder.names)
    return spelled(binder.bind(subject.expression)), spelled(formula.expression)


@cache
def with_nothing(file: Path) -> Fixture:
    return with_lines(file, ("1 = 1",))
