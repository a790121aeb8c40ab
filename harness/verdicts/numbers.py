"""Published numbers: at full precision, and from the operands printed just before."""

from __future__ import annotations

from fractions import Fraction

from harness.fixture import Part
from harness.notation.syntax import Number
from harness.verdicts import decimals
from harness.verdicts.findings import ERRATA, Finding
from harness.verdicts.operands import Laid
from harness.verdicts.values import Values


def judge_number(
    subject: Part,
    printed: Number,
    last: Laid | None,
    values: Values,
    within: Fraction | None = None,
) -> Finding:
    """A number printed for ``subject``; ``last`` is the calculation that it may come from,
    ``within`` the tolerance that the document states."""
    if reason := values.unknown(subject.bound):
        return Finding("number", subject.text, printed.text, None, "unchecked", reason=reason)
    value = values.value(subject.bound)
    if within is not None and decimals.is_within(value, printed.value, within):
        return Finding(
            "number", subject.text, printed.text, decimals.shown(value), "correct",
            full_precision="correct", reason="within the tolerance that is stated", value=value,
        )  # fmt: skip
    full = decimals.verdict(value, printed)
    route, carried = (None, None) if value.stated else _printed_operands(printed, last)
    verdict, reason = _weighed(full, carried)
    if value.stated and verdict != "correct":
        reason = "the document computes with another value"
    elif verdict in ERRATA and route in {"correct", "truncated"} and carried is None:
        reason = "right for the printed operands, but no formula says what they stand for"
    elif verdict == "undecided":
        reason = decimals.why_undecided(value)
    return Finding(
        "number", subject.text, printed.text, decimals.shown(value), verdict,
        decimals.rounded(value, printed) if verdict in ERRATA else None,
        full_precision=full, printed_operands=route, reason=reason, value=value,
    )  # fmt: skip


def _printed_operands(printed: Number, last: Laid | None) -> tuple[str | None, str | None]:
    """The verdict from the calculation just before, and what it means for the number."""
    if last is None or not last.value.finite():
        return None, None
    route = decimals.verdict(last.value, printed)
    if route not in {"correct", "truncated"} or not last.attributed:
        return route, None
    return route, "carried" if last.sound else "inherited"


def _weighed(full: str, carried: str | None) -> tuple[str, str | None]:
    """The verdict on a number from its two routes; the better one counts."""
    if full == "correct":
        return full, None
    if carried == "carried":
        return "carried", "right for the printed operands, which are rounded"
    if full == "truncated":
        return full, "cut off, not rounded"
    if carried == "inherited":
        return "inherited", "right for what the line computes, and that holds an erratum"
    return full, None
