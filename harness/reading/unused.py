"""Values and free names that nothing uses: mostly a slip of the pen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set

from harness.fixture import Line
from harness.notation import closest
from harness.notation.syntax import Expression, Name, walk
from harness.reading.layout import ScenarioPart
from harness.reading.notes import Notes, Path
from harness.scenario.scenario import Scenario
from harness.scenario.task import array_of


def not_used(scenario: Scenario, lines: Sequence[Line]) -> set[str]:
    """What neither the computation nor the lines, the definitions or the training speak of."""
    steps, training = scenario.computation.steps, scenario.training
    used = {array_of(operand) for step in steps for operand in step.operands}
    for line in lines:
        for part in line.parts:
            used |= set(_names(part.bound))
    for expression in scenario.definitions.values():
        used |= set(_names(expression))
    if training:
        used |= {training.learning_rate, *training.optimizer.settings.values()}
    return scenario.computation.shapes.keys() - used


def refuse_unused(
    own: ScenarioPart, part: ScenarioPart, unused: Set[str], path: Path, notes: Notes
) -> None:
    """Note what of its ``own`` a scenario does not use; ``part`` is the whole, with what it takes
    over from another."""
    for name in own.values:
        if name in unused:
            # in a scenario that is like another it is mostly another's name, misspelt
            hint = closest(name, part.values.keys() - own.values.keys())
            notes.add_at_key((*path, "values", name), f"nothing uses {name!r}{hint}")
    for place, name in enumerate(own.free):
        if name in unused:
            notes.add((*path, "free", place), f"nothing uses {name!r}")


def _names(expression: Expression) -> Iterator[str]:
    return (node.name for node in walk(expression) if isinstance(node, Name))
