"""What a quantity is computed from, so that a mistake elsewhere cannot change it."""

from __future__ import annotations

from harness.explain.computation.derivation import Derivation
from harness.explain.computation.mistake import Mistake
from harness.explain.witnesses.answers import line_of
from harness.scenario.task import Quantity


def rests_on(derivation: Derivation, quantity: Quantity) -> set[str]:
    """All lines and given numbers that a quantity comes of."""
    sources: dict[str, set[str]] = {}
    for entry in (*derivation.entries, *derivation.asides):
        sources.setdefault(entry.result, set()).update(entry.operands)
    for name, result in derivation.after.items() if quantity.updates else ():
        sources.setdefault(name, set()).add(result)
    found, left = set[str](), [line_of(quantity)]
    while left:
        name = left.pop()
        if name not in found:
            found.add(name)
            left += sources.get(name, ())
    return found


def touches(mistake: Mistake, lines: set[str]) -> bool:
    """Whether a mistake changes any of some lines or given numbers; another computation does."""
    changed = {*mistake.edits, *mistake.given, *mistake.after}
    return mistake.instead is not None or not changed.isdisjoint(lines)
