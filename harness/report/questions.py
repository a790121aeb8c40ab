"""What an implementation is handed, and asked, for the scenarios of a fixture."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from harness.fixture import Fixture

_WIDTH: Final = 100
_MOST_VALUES: Final = 60


def questions_text(fixture: Fixture) -> str:
    """Scenario by scenario: the names in ``task.values`` with their numbers, and ``task.asked``."""
    return "\n".join(_scenarios(fixture))


def _scenarios(fixture: Fixture) -> Iterator[str]:
    for chapter in fixture.chapters:
        scenario = chapter.scenario
        yield f"{fixture.document.id}/{scenario.id}"
        given = [
            f"{name} = {float(value):.12g}"
            + ("" if name in scenario.given else ", which the document does not give")
            for name, value in list(scenario.values.items())[:_MOST_VALUES]
        ]
        more = len(scenario.values) - len(given)
        yield from _wrapped("  given", [*given, *([f"and {more} more"] if more > 0 else [])], "; ")
        asked = chapter.asked()
        yield from _wrapped(f"  asked ({len(asked)})", [str(one) for one in asked], ", ")


def _wrapped(title: str, items: Iterable[str], mark: str) -> Iterator[str]:
    line = f"{title}:"
    for place, item in enumerate(items):
        text = (mark.strip() + " " if place else " ") + item
        if len(line) + len(text) > _WIDTH:
            yield line + mark.strip() * bool(place)
            line, text = "     ", " " + item
        line += text
    yield line
