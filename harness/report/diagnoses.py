"""Diagnoses for people: where an implementation disagrees, and the mistakes that make it do so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from harness.explain.witnesses.suspects import Diagnosis
from harness.explain.witnesses.witness import Diagnosed
from harness.witnesses import Witness

#: So many suspects of a scenario are shown.
_MOST: Final = 10


def diagnoses_text(witness: Witness, found: Sequence[Diagnosed]) -> str:
    """What was found out about one witness, scenario by scenario."""
    lines = [witness.name]
    if witness.status != "ran":
        lines.append(f"  {witness.status}: {witness.reason}")
    agreeing = [one for one in found if one.agreement.status == "agrees"]
    for one in found:
        lines += _scenario(one)
    if agreeing:
        count = len(agreeing)
        lines.append(f"nothing to explain in {count} scenario{'s' * (count > 1)}: it agrees there")
    return "\n".join(lines) + "\n"


def _scenario(one: Diagnosed) -> Iterator[str]:
    name = f"{one.fixture.document.id}/{one.chapter.scenario.id}"
    if one.diagnosis is not None:
        first = one.agreement.first_divergence
        where = f", first at {first.quantity}" if first else ""
        yield f"{name}: disagrees{where}"
        yield from suspects(one.diagnosis)
    elif one.agreement.status in {"failed", "unsupported"}:
        yield f"{name}: {one.agreement.status}: {one.agreement.reason}"


def suspects(diagnosis: Diagnosis, most: int = _MOST) -> Iterator[str]:
    """The mistakes that reproduce the wrong answers, the likeliest first."""
    if not diagnosis.suspects:
        yield f"  {diagnosis.sentence}"
        if diagnosis.start and diagnosis.start.mistake:
            yield f"     {diagnosis.start.mistake.computation}"
    for place, one in enumerate(diagnosis.suspects[:most], start=1):
        yield f"  {place}. {diagnosis.told(one)}"
        yield from (f"     {computation}" for computation in one.computations)
    left = len(diagnosis.suspects) - most
    if left > 0:
        yield f"  and {left} more that compute the same"
