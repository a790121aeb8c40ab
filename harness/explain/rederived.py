"""A derivation once more, of a scenario in which something is otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from harness.explain.derivation import Derivation, Entry, derive, unit
from harness.notation.syntax import Expression
from harness.scenario.computation import Equation, trace
from harness.scenario.scenario import Scenario

#: What a line is called that is computed for being told alone.
_TOLD: Final = " told"


def rederived(derivation: Derivation, scenario: Scenario) -> Derivation:
    """The derivation of a changed scenario, for the same questions."""
    return derive(scenario, derivation.asked, derivation.by)


def reworked(scenario: Scenario, changed: Mapping[str, Expression]) -> Scenario | None:
    """A scenario with some of its equations changed; None where they cannot be computed."""
    equations = tuple(
        Equation(one.name, changed.get(one.name, one.expression)) for one in scenario.equations
    )
    known = scenario.computation
    given = {name: s for name, s in known.shapes.items() if name not in known.computed}
    computation, errors = trace(equations, given)
    if errors:
        return None
    constants = {**known.constants, **computation.constants}
    return replace(
        scenario, equations=equations, computation=replace(computation, constants=constants)
    )


def told(own: Derivation, other: Derivation) -> Derivation:
    """The gradients and updates of ``own``, but the quantities of the forward pass, as far as they
    differ, as ``other`` computes them."""
    constants = {**own.scenario.computation.constants, **other.scenario.computation.constants}
    computation = replace(own.scenario.computation, constants=constants)
    return replace(
        own,
        scenario=replace(own.scenario, computation=computation),
        entries=(*own.entries, *_besides(own, other.entries)),
    )


def only_told(derivation: Derivation) -> tuple[Entry, ...]:
    """The lines, all at the end, by which quantities are told otherwise than they are used."""
    entries = derivation.entries
    computed = (place for place, entry in enumerate(entries) if entry.result.endswith(_TOLD))
    return entries[next(computed, len(entries)) :]


def _besides(own: Derivation, entries: Sequence[Entry]) -> Iterator[Entry]:
    """The forward lines that differ, computed under other names and told under their own."""
    names: dict[str, str] = {}
    for entry in entries:
        operands = tuple(names.get(one, one) for one in entry.operands)
        if entry.role == "forward" and (
            entry != own.line.get(entry.result) or operands != entry.operands
        ):
            names[entry.result] = f"{entry.result}{_TOLD}"
            yield replace(entry, result=names[entry.result], operands=operands)
    for name, other in names.items():
        if "#" not in name:
            yield Entry(name, "add", (other,), "forward", unit(name))
