"""The equations of a scenario: parsed, their names known, in the order of computation."""

from __future__ import annotations

from dataclasses import dataclass, field

from harness.notation import NotationError, closest, parse_equation
from harness.notation.syntax import Expression, Name, walk
from harness.reading.given import Given
from harness.reading.layout import ScenarioPart
from harness.reading.notes import Notes, Path
from harness.reading.repeats import Written
from harness.scenario.computation import Equation, in_order


@dataclass
class EquationsBuilder:
    """Reads the equations of ``part``; ``places`` is where each quantity's equation stands."""

    part: ScenarioPart
    given: Given
    notes: Notes
    places: dict[str, Written] = field(default_factory=dict)

    def equations(self, lines: list[Written]) -> list[Equation] | None:
        """The equations in order; None where one cannot be read, and the problem is noted."""
        names = frozenset(line.text.partition("=")[0].strip() for line in lines)
        names |= {*self.given.shapes, *self.part.free}
        found: dict[str, Equation] = {}
        unsound: set[Path] = set()  # of a repeated equation, one problem is enough
        for line in lines:
            if line.path in unsound:
                continue
            equation = self.equation(line, names)
            if equation is None or self.stands_elsewhere(equation.name, found, line.path):
                unsound.add(line.path)
                continue
            found[equation.name] = equation
            self.places[equation.name] = line
        return None if unsound else self.ordered(list(found.values()))

    def equation(self, line: Written, names: frozenset[str]) -> Equation | None:
        try:
            subject, expression = parse_equation(line.text, names)
            if subject.index:
                told = "an equation computes a whole quantity; leave the index away"
                raise NotationError(told, 0)
            _refuse_unknown(expression, names)
        except NotationError as error:
            if not self.given.excuses(error):
                self.notes.add(line.path, error.message, line.column(error.column))
            return None
        return Equation(subject.name, expression)

    def stands_elsewhere(self, name: str, found: dict[str, Equation], path: Path) -> bool:
        """Whether a name has an origin besides its equation; then the problem is noted."""
        if name not in found and name not in self.given.shapes:
            return False
        other = (
            "computed already"
            if name in found
            else "given under 'values'"
            if name in self.part.values
            else "given under 'training'"
        )
        self.notes.add(path, f"{name!r} is {other}; each name has one origin")
        return True

    def ordered(self, equations: list[Equation]) -> list[Equation] | None:
        """As they are computed; None where some are in a circle."""
        ordered, circles = in_order(equations)
        told: set[Path] = set()
        for circle in circles:
            path = self.places[circle[0]].path
            if path not in told:
                self.notes.add(path, f"equations in a circle: {' needs '.join(circle)}")
            told.add(path)
        return None if circles else ordered


def _refuse_unknown(expression: Expression, names: frozenset[str]) -> None:
    for part in walk(expression):
        if isinstance(part, Name) and part.name not in names:
            hint = closest(part.name, names) or "; add it to values or list it under free"
            raise NotationError(f"{part.name!r} has no value{hint}", part.column, part.name)
