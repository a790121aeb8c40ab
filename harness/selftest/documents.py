"""Documents with a mistake in them: what a mistaken computation would have printed."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from harness.explain import Explained, explain
from harness.fixture import Chapter, Line, Part
from harness.notation import parse_line
from harness.oracle import Oracle
from harness.scenario.scenario import Scenario
from harness.verdicts import judge


def printed(value: float, digits: int) -> str:
    """A number as a document prints it, to so many significant digits."""
    return f"{Decimal(f'{value:.{digits - 1}e}'):f}"


def line_of(scenario: Scenario, text: str, number: int) -> Line:
    """A line of a document, at this place in its file."""
    binder = scenario.binder
    parts = tuple(
        Part(one.text, one.expression, binder.bind(one.expression, {}), one.kind, one.column)
        for one in parse_line(text, binder.names)
    )
    return Line("planted", text, number, parts, ())


def document(scenario: Scenario, numbers: Mapping[str, str]) -> Chapter:
    """A document that prints these numbers for these quantities, and nothing else."""
    lines = [
        line_of(scenario, f"{name} = {number}", place)
        for place, (name, number) in enumerate(numbers.items(), start=1)
    ]
    return Chapter(scenario, None, tuple(lines))


def explained(chapter: Chapter) -> list[Explained]:
    """What is said of the wrong lines of a document."""
    return explain(chapter, judge(chapter, Oracle(chapter.scenario)))
