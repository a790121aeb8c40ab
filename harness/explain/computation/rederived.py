"""A derivation once more, of a scenario in which something is otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Final

from harness.explain.computation.derivation import Derivation, Entry, derive, unit
from harness.notation.syntax import Expression
from harness.scenario.computation import Equation, trace
from harness.scenario.scenario import Scenario
from harness.scenario.task import Step

#: What a line is called that is computed for being told alone.
_TOLD: Final = " told"


def rederived(derivation: Derivation, scenario: Scenario) -> Derivation:
    """The derivation of a changed scenario, for the same questions; a derivative by something that
    does not matter any more is 0."""
    other = derive(scenario, derivation.asked, derivation.by)
    lost = [
        replace(entry, operation="add", operands=(), scale=Fraction(0))
        for entry in derivation.line.values()
        if entry.role == "adjoint" and entry.result not in other.line
    ]
    return replace(other, entries=(*lost, *other.entries))


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


def restepped(scenario: Scenario, steps: Sequence[Step]) -> Scenario:
    """A scenario whose forward pass is made of other steps."""
    return replace(scenario, computation=replace(scenario.computation, steps=tuple(steps)))


def formulas_kept(own: Derivation, steps: Sequence[Step]) -> Derivation:
    """A forward pass of other steps, all results of the own ones among theirs, under the formulas of
    the own gradients."""
    forward = [Entry(s.result, s.operation, s.operands, "forward", unit(s.result)) for s in steps]
    later = [entry for entry in own.entries if entry.role != "forward"]
    return replace(own, entries=(*forward, *later))


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


def sorted_anew(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """The lines in the same order, but each one after those that it needs.

    A line that speaks of itself means its value of the update before. Raises ValueError where lines
    need each other in a circle.
    """
    by_result = {entry.result: entry for entry in entries}
    waiting = {
        name: iter([o for o in entry.operands if o in by_result and o != name])
        for name, entry in by_result.items()
    }
    placed: dict[str, Entry] = {}
    for start in by_result:
        path = {} if start in placed else {start: None}  # each for the sake of the one before
        while path:
            name = next(reversed(path))
            need = next(waiting[name], None)
            if need is None:
                placed[name] = by_result[name]
                del path[name]
            elif need in path:
                raise ValueError(f"{name} and {need} need each other")
            elif need not in placed:
                path[need] = None
    return tuple(placed.values())


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
