"""The causes of a document's errata, told once each: for people, and for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from harness.explain.documents.causes import Cause, causes
from harness.explain.documents.fixture import Found
from harness.report.lines import printed_for, ranges
from harness.scenario.network import counted

#: A single erratum is its own summary.
_LEAST: Final = 2


def causes_lines(found: Sequence[Found]) -> list[str]:
    """Where a document has to be changed, cause by cause; nothing for a single erratum."""
    if len(found) < _LEAST:
        return []
    return list(_summary(len(found), causes(found)))


def causes_objects(found: Sequence[Found]) -> list[dict[str, Any]]:
    """The causes as plain dictionaries and lists."""
    return [
        {
            "sentence": None if cause.explanation is None else cause.explanation.sentence,
            "mistake": None if cause.explanation is None else cause.explanation.mistake,
            "errata": [_object(erratum) for erratum in cause.errata],
            "carried_on": [_object(erratum) for erratum in cause.carried_on],
        }
        for cause in causes(found)
    ]


def _object(erratum: Found) -> dict[str, Any]:
    scenario, finding, one = erratum
    return {
        "scenario": scenario,
        "line": one.line.line,
        "quantity": finding.quantity,
        "printed": finding.printed,
    }


def _summary(count: int, found: Sequence[Cause]) -> Iterator[str]:
    known = [cause for cause in found if cause.explanation is not None]
    unknown = [cause for cause in found if cause.explanation is None]
    parts = [counted(len(known), "cause")] if known else []
    if unknown:
        parts.append(f"{counted(len(unknown), 'place')} without an evident cause")
    follows = "; what is carried on follows by itself" if any(c.carried_on for c in found) else ""
    yield f"{count} errata: {' and '.join(parts)}{follows}"
    for place, cause in enumerate(known, start=1):
        assert cause.explanation is not None
        yield f"  {place}. {_at(cause.lines)}: {cause.explanation.sentence}"
        if cause.followed_by:
            yield f"     carried on into {_at(cause.followed_by)}"
    if known and unknown:
        yield "  without an evident cause:"
    for cause in unknown:
        yield f"     {_at(cause.lines)}: {_mended(cause)}"
        if cause.guess is not None:
            yield f"       perhaps: {cause.guess.sentence}"
        if cause.followed_by:
            yield f"       carried on into {_at(cause.followed_by)}"


def _mended(cause: Cause) -> str:
    _, finding, _ = cause.errata[0]
    should_be = f", should be {finding.should_be}" if finding.should_be else ""
    return f"{printed_for(finding)}{should_be}"


def _at(lines: Sequence[int]) -> str:
    return f"line{'s' * (len(lines) > 1)} {ranges(lines)}"
