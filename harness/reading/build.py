"""The parts of a fixture into scenarios and lines; every problem with its line and column."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

import numpy as np

from harness.fixture import Chapter, Document, Fixture, Line
from harness.notation import (
    NotationError,
    closest,
    parse_equation,
    parse_expression,
)
from harness.notation.arrays import shown
from harness.notation.evaluation import rational
from harness.notation.syntax import Expression, Name, walk
from harness.reading.layout import (
    ClaimPart,
    FixturePart,
    ScenarioPart,
    TrainingPart,
)
from harness.reading.lines import LineBuilder
from harness.reading.notes import Notes, Path
from harness.reading.shorthand import names_in, network_of
from harness.reading.tree import Node, Problem
from harness.scenario import network as shorthand
from harness.scenario.binding import Binder
from harness.scenario.computation import Computation, Equation, Shape, compute, elements, in_order
from harness.scenario.scenario import Scenario
from harness.scenario.task import Network, Training


def build(parts: FixturePart, tree: Node, file: str) -> tuple[Fixture, list[Problem]]:
    """The fixture, and everything that is wrong in its scenarios and lines."""
    notes = Notes(tree, file)
    chapters = [
        chapter
        for place, scenario in enumerate(parts.scenarios)
        if (chapter := _ScenarioBuilder(scenario, ("scenarios", place), notes).chapter())
    ]
    for name, count in Counter(scenario.id for scenario in parts.scenarios).items():
        if count > 1:
            notes.add(("scenarios",), f"{count} scenarios have the id {name!r}; each needs its own")
    document = Document(**parts.document.model_dump())
    return Fixture(document, file, tuple(chapters)), notes.problems


class _ScenarioBuilder:
    def __init__(self, part: ScenarioPart, path: Path, notes: Notes) -> None:
        self.part = part
        self.path = path
        self.notes = notes
        self.values: dict[str, Fraction] = {}
        self.shapes: dict[str, Shape] = {}

    def chapter(self) -> Chapter | None:
        self.read_values()
        network = self.network()
        equations = self.equations(network)
        learning_rate = self.learning_rate()
        if equations is None:
            return None
        for name in self.part.free:
            self.shapes.setdefault(name, ())
        computation = self.computation(equations, network)
        if computation is None:
            return None
        definitions = self.definitions(computation)
        training = self.training(learning_rate, network, computation)
        free = tuple(name for name in self.part.free)
        scenario = Scenario(
            self.part.id,
            tuple(equations),
            computation,
            self.values,
            free,
            network,
            training,
            definitions,
        )
        lines = self.lines(scenario.binder)
        self.refuse_unused(computation, scenario, lines)
        return Chapter(scenario, self.part.title, tuple(lines))

    # values

    def read_values(self) -> None:
        for name, given in self.part.values.items():
            path = (*self.path, "values", name)
            if not self.is_name(name, path, at_key=True):
                continue
            if name in self.part.free:
                self.notes.add_at_key(
                    path, f"{name!r} has a value and is listed as free; choose one"
                )
            rows = given if isinstance(given, list) else None
            if rows is None:
                self.add_value(name, given, path)
                self.shapes[name] = ()
            else:
                self.add_array(name, rows, path)

    def add_array(self, name: str, rows: list[str] | list[list[str]], path: Path) -> None:
        widths = {len(row) if isinstance(row, list) else -1 for row in rows}
        if len(widths) != 1 or widths == {0}:
            self.notes.add(
                path, "the rows of a matrix have the same length, and at least one element"
            )
            return
        width = widths.pop()
        shape = (len(rows),) if width < 0 else (len(rows), width)
        self.shapes[name] = shape
        for element, place in zip(elements(name, shape), np.ndindex(*shape), strict=True):
            text = rows[place[0]] if len(place) == 1 else rows[place[0]][place[1]]
            self.add_value(element, str(text), (*path, *place))

    def add_value(self, element: str, given: object, path: Path) -> None:
        value = self.decimal(str(given), path)
        if value is not None:
            self.values[element] = value

    def decimal(self, text: str, path: Path) -> Fraction | None:
        try:
            value = rational(parse_expression(text))
        except NotationError as error:
            self.notes.add(
                path, f"{text[:40]!r} is no number ({error.message}); write a decimal such as 0.15"
            )
            return None
        if value is None:
            self.notes.add(
                path, f"{text[:40]!r} is no number; write a decimal such as 0.15, or 1/3"
            )
        return value

    def is_name(self, text: str, path: Path, at_key: bool = False) -> bool:
        """Whether ``text`` can name a quantity; a problem is noted where it cannot."""
        add = self.notes.add_at_key if at_key else self.notes.add
        try:
            node = parse_expression(text, {text})
        except NotationError as error:
            add(path, f"{text[:40]!r} cannot name a quantity: {error.message}")
            return False
        if not isinstance(node, Name) or node.index or node.updates:
            add(
                path,
                f"{text[:40]!r} cannot name a quantity; a name is made of letters, digits and _",
            )
            return False
        return True

    # network and equations

    def network(self) -> Network | None:
        part = self.part.network
        if part is None:
            return None
        network, path = network_of(part), (*self.path, "network")
        found = list(shorthand.problems(network))
        for where, message in found:
            self.notes.add((*path, *where), message)
        names_ok = all([self.is_name(text, (*path, *where)) for text, where in names_in(part)])  # noqa: C419 - every name is looked at
        if found or not names_ok:
            self.part = self.part.model_copy(update={"network": None, "equations": None})
            return None
        return network

    def equations(self, network: Network | None) -> list[Equation] | None:
        if network is not None:
            if self.part.equations is not None:
                self.notes.add_at_key(
                    (*self.path, "equations"), "a scenario has 'network' or 'equations', not both"
                )
            return shorthand.equations(network)
        if self.part.equations is None:
            if not self.notes.problems and (self.part.claims or self.part.values):
                return []  # mere arithmetic
            return None
        return self.written_equations(self.part.equations)

    def written_equations(self, lines: list[str]) -> list[Equation] | None:
        names = {line.partition("=")[0].strip() for line in lines} | self.shapes.keys()
        names |= set(self.part.free)
        equations: dict[str, tuple[int, Equation]] = {}
        sound = True
        for place, text in enumerate(lines):
            path = (*self.path, "equations", place)
            try:
                subject, expression = parse_equation(text, names)
                self.refuse_unknown(subject, expression, names)
            except NotationError as error:
                self.notes.add(path, error.message, error.column)
                sound = False
                continue
            if subject.name in equations or subject.name in self.shapes:
                other = (
                    "given under 'values'" if subject.name in self.shapes else "computed already"
                )
                self.notes.add(path, f"{subject.name!r} is {other}; each name has one origin")
                sound = False
                continue
            equations[subject.name] = (place, Equation(subject.name, expression))
        if not sound:
            return None
        ordered, circles = in_order([equation for _, equation in equations.values()])
        for circle in circles:
            place = equations[circle[0]][0]
            told = f"equations in a circle: {' needs '.join(circle)}"
            self.notes.add((*self.path, "equations", place), told)
        return None if circles else ordered

    def refuse_unknown(self, subject: Name, expression: Expression, names: set[str]) -> None:
        if subject.index:
            raise NotationError("an equation computes a whole quantity; leave the index away", 0)
        for part in walk(expression):
            if isinstance(part, Name) and part.name not in names:
                hint = closest(part.name, names)
                raise NotationError(
                    f"{part.name!r} has no value{hint or '; add it to values or list it under free'}",
                    part.column,
                )

    def computation(self, equations: list[Equation], network: Network | None) -> Computation | None:
        if network is not None:
            computed = {equation.name for equation in equations}
            for name in sorted(computed & self.shapes.keys()):
                message = f"{name!r} is computed by the network; each name has one origin"
                self.notes.add_at_key((*self.path, "values", name), message)
            if computed & self.shapes.keys():
                return None
            for name in shorthand.given_names(network):
                if self.shapes.get(name, ()) != ():
                    message = f"{name!r} is one number in the network, and {shown(self.shapes[name])} here"
                    self.notes.add_at_key((*self.path, "values", name), message)
                    return None
            missing = [name for name in shorthand.given_names(network) if name not in self.shapes]
            for name in missing:
                hint = closest(name, self.part.values)
                self.notes.add_at_key(
                    (*self.path, "values") if self.part.values else (*self.path, "network"),
                    f"{name!r} has no value{hint or '; add it to values or list it under free'}",
                )
            self.shapes |= dict.fromkeys(missing, ())
            self.values |= dict.fromkeys(missing, Fraction(1))
        try:
            return compute(equations, self.shapes)
        except NotationError as error:
            place = self.place_of(error)
            self.notes.add((*self.path, *place), error.message, error.column)
            return None

    def place_of(self, error: NotationError) -> Path:
        names = [line.partition("=")[0].strip() for line in self.part.equations or []]
        name = error.__notes__[0] if getattr(error, "__notes__", None) else ""
        return ("equations", names.index(name)) if name in names else ("network",)

    # definitions and training

    def definitions(self, computation: Computation) -> dict[str, Expression]:
        names = set(computation.shapes) | set(self.part.define)
        found: dict[str, Expression] = {}
        for name, text in self.part.define.items():
            path = (*self.path, "define", name)
            if not self.is_name(name, path, at_key=True):
                continue
            if name in computation.shapes:
                self.notes.add_at_key(
                    path, f"{name!r} is a quantity already; a definition needs its own name"
                )
                continue
            expression = self.expression(text, names, path)
            if expression is not None:
                found[name] = expression
        return found

    def expression(self, text: str, names: set[str], path: Path) -> Expression | None:
        try:
            return parse_expression(text, names)
        except NotationError as error:
            self.notes.add(path, error.message, error.column)
            return None

    def learning_rate(self) -> str | None:
        part = self.part.training
        if part is None:
            return None
        path = (*self.path, "training", "learning_rate")
        name, equals, value = (piece.strip() for piece in part.learning_rate.partition("="))
        if not equals:
            if name in self.shapes or name in self.part.free:
                return name
            name, value = "learning_rate", name
        if not self.is_name(name, path):
            return None
        if name in self.shapes:
            self.notes.add(
                path, f"{name!r} has a value under 'values' already; write just {name!r} here"
            )
            return None
        self.shapes[name] = ()
        number = self.decimal(value, path)
        self.values[name] = Fraction(1) if number is None else number
        return name

    def training(
        self, learning_rate: str | None, network: Network | None, computation: Computation
    ) -> Training | None:
        part = self.part.training
        if part is None or learning_rate is None:
            return None
        path = (*self.path, "training")
        loss = self.loss(part, network, computation, path)
        known = [
            element
            for name in self.shapes
            for element in (name, *elements(name, self.shapes[name]))
        ]
        parameters: list[str] = []
        for place, name in enumerate(part.update):
            if name not in known:
                message = f"{name!r} is no parameter that could be updated{closest(name, known)}"
                self.notes.add((*path, "update", place), message)
            parameters += elements(name, self.shapes.get(name, ()))
        repeated = [name for name, count in Counter(parameters).items() if count > 1]
        for name in repeated:
            self.notes.add((*path, "update"), f"{name!r} stands here more than once")
        return Training(loss, learning_rate, tuple(parameters)) if loss else None

    def loss(
        self, part: TrainingPart, network: Network | None, computation: Computation, path: Path
    ) -> str | None:
        if part.loss is None:
            if network is None:
                self.notes.add(path, "training needs 'loss:', the quantity that is descended")
                return None
            return network.total
        if part.loss not in computation.computed or computation.shapes[part.loss]:
            hint = closest(part.loss, computation.computed)
            self.notes.add((*path, "loss"), f"{part.loss!r} is no computed number{hint}")
            return None
        return part.loss

    # lines

    def lines(self, binder: Binder) -> list[Line]:
        found: list[Line] = []
        for section, claims in self.part.claims.items():
            for place, claim in enumerate(claims):
                path: Path = (*self.path, "claims", section, place)
                part = claim if isinstance(claim, ClaimPart) else ClaimPart(line=claim)
                where = path if isinstance(claim, str) else (*path, "line")
                line = LineBuilder(part, section, path, where, binder, self.notes).line()
                if line is not None:
                    found.append(line)
        return found

    def refuse_unused(
        self, computation: Computation, scenario: Scenario, lines: list[Line]
    ) -> None:
        """A value that nothing uses is mostly a slip of the pen."""
        used = {
            operand.partition("[")[0] for step in computation.steps for operand in step.operands
        }
        for line in lines:
            used |= {
                node.name
                for part in line.parts
                for node in walk(part.bound)
                if isinstance(node, Name)
            }
        for expression in scenario.definitions.values():
            used |= {node.name for node in walk(expression) if isinstance(node, Name)}
        if scenario.training:
            used.add(scenario.training.learning_rate)
        if self.notes.problems:
            return
        for name in self.part.values:
            if name not in used and name in self.shapes:
                self.notes.add_at_key((*self.path, "values", name), f"nothing uses {name!r}")
        for place, name in enumerate(self.part.free):
            if name not in used:
                self.notes.add((*self.path, "free", place), f"nothing uses {name!r}")
