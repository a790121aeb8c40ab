"""Implementations that are wrong on purpose: a right one that computes other equations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from harness.bounds import certify
from harness.explain.witnesses.diagnosis import diagnose
from harness.explain.witnesses.lineup import questions
from harness.explain.witnesses.suspects import Diagnosis
from harness.fixture import Chapter
from harness.oracle import Oracle
from harness.reading import read_fixture
from harness.scenario.task import Quantity
from implementations import scalar_tape

Answers = Mapping[Quantity, float]


def chapter(folder: Path, text: str) -> Chapter:
    """The only chapter of a fixture."""
    path = folder / "planted.yaml"
    path.write_text(text, encoding="utf-8")
    [one] = read_fixture(path).chapters
    return one


def changed(right: str, old: str, new: str) -> str:
    """A fixture in which something is otherwise."""
    assert old in right
    return right.replace(old, new)


def answers(other: Chapter, asked: Chapter) -> Answers:
    """What is answered to the questions about ``asked`` where ``other`` is computed."""
    given = replace(other.scenario.task(questions(asked)), network=None, program=None)
    return scalar_tape.run(given)


def said(asked: Chapter, told: Answers) -> Diagnosis:
    """What is said of an implementation that answers this."""
    certified = certify(Oracle(asked.scenario), questions(asked))
    return diagnose(asked, {q: a for q, a in told.items() if isinstance(q, Quantity)}, certified)
