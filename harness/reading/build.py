"""The parts of a fixture into scenarios and lines; every problem with its line and column."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from harness.fixture import Chapter, Document, Fixture, Line
from harness.notation import (
    NotationError,
    closest,
    parse_expression,
)
from harness.notation.arrays import shown
from harness.notation.syntax import Expression
from harness.reading.equations import EquationsBuilder
from harness.reading.given import Given
from harness.reading.keys import behind_comma
from harness.reading.layout import ClaimPart, DrawnPart, FixturePart, NetworkPart, ScenarioPart
from harness.reading.lines import LineBuilder
from harness.reading.notes import Notes, Path
from harness.reading.repeats import REPEAT_ELSEWHERE, Written, written_out
from harness.reading.shorthand import names_in, network_of, unstated
from harness.reading.training import TrainingBuilder
from harness.reading.tree import Node, Problem
from harness.reading.unused import not_used, refuse_unused
from harness.reading.validation import Layout
from harness.scenario import network as shorthand
from harness.scenario.binding import Binder
from harness.scenario.computation import Computation, Equation, Shape, trace
from harness.scenario.scenario import Scenario, Schedule
from harness.scenario.task import Network


def build(
    found: Layout, parts: FixturePart, tree: Node, file: str
) -> tuple[Fixture, list[Problem]]:
    """The fixture, and everything that is wrong in its scenarios and lines, where it is not told
    in the layout already."""
    notes = Notes(tree, file)
    chapters: list[Chapter] = []
    for place, (scenario, own) in enumerate(_alike(parts.scenarios, notes)):
        like = {place, *notes.likeness(place)}
        if not like.isdisjoint(found.unread):
            continue
        builder = _ScenarioBuilder(scenario, own, ("scenarios", place), notes)
        builder.given.incomplete = not like.isdisjoint(found.incomplete)
        if chapter := builder.chapter():
            chapters.append(chapter)
    for name, count in Counter(scenario.id for scenario in parts.scenarios).items():
        if count > 1:
            notes.add(("scenarios",), f"{count} scenarios have the id {name!r}; each needs its own")
    document = Document(**parts.document.model_dump())
    return Fixture(document, file, tuple(chapters)), notes.problems


def _alike(
    scenarios: Sequence[ScenarioPart], notes: Notes
) -> list[tuple[ScenarioPart, ScenarioPart]]:
    """The scenarios, each with what it takes over from the one that it is like, and without."""
    found: dict[str | None, ScenarioPart] = {}
    places: dict[str | None, int] = {}
    taken: list[tuple[ScenarioPart, ScenarioPart]] = []
    for place, own in enumerate(scenarios):
        part, name = own, own.like
        if name in found:
            part = _taking_over(own, found[name])
            notes.alike[place] = places[name]
        elif name is not None:
            hint = closest(name, filter(None, found)) or "; it names a scenario above this one"
            notes.add(("scenarios", place, "like"), f"there is no scenario {name[:40]!r} yet{hint}")
        found[part.id], places[part.id] = part, place
        taken.append((part, own))
    return taken


def _taking_over(part: ScenarioPart, other: ScenarioPart) -> ScenarioPart:
    own = part.model_fields_set
    update: dict[str, object] = {
        key: getattr(other, key)
        for key in ("network", "equations", "training", "free")
        if key not in own
        and not (key in {"network", "equations"} and own & {"network", "equations"})
    }
    training = part.training
    elsewhere = {*part.free, *(training.samples if training else ())}
    update["values"] = {
        name: value for name, value in other.values.items() if name not in elsewhere
    } | part.values
    update["define"] = other.define | part.define
    return part.model_copy(update=update)


class _ScenarioBuilder:
    def __init__(self, part: ScenarioPart, own: ScenarioPart, path: Path, notes: Notes) -> None:
        self.part = part
        self.own = own  # without what it takes over from another
        self.path = path
        self.notes = notes
        self.given = Given(notes)
        self.places: dict[str, Written] = {}  # where each equation stands
        self.trainer = part.training and TrainingBuilder(
            part.training, (*path, "training"), self.given, part.free
        )

    @property
    def shapes(self) -> dict[str, Shape]:
        return self.given.shapes

    def chapter(self) -> Chapter | None:
        self.read_values()
        if self.trainer:
            self.trainer.give()
        network = self.network()
        equations = self.equations(network)
        if equations is None:
            return None
        for name in self.part.free:
            self.shapes.setdefault(name, ())
        computation = self.computation(equations, network)
        if computation is None:
            return None
        definitions = self.definitions(computation)
        trained = self.trainer.training(network, computation) if self.trainer else None
        training, constants = trained or (None, {})
        computation = replace(computation, constants={**constants, **computation.constants})
        free = tuple(name for name in self.part.free)
        scenario = Scenario(
            self.part.id,
            tuple(equations),
            computation,
            self.given.values,
            free,
            network,
            training,
            definitions,
            self.trainer.schedule if self.trainer else Schedule({}, ()),
        )
        # Lines may speak of updates also where the training holds a problem.
        lines = self.lines(Binder(computation, definitions, self.part.training is not None))
        if not self.notes.problems:
            unused = not_used(scenario, lines)
            refuse_unused(self.own, self.part, unused & self.shapes.keys(), self.path, self.notes)
        return Chapter(scenario, self.part.title, tuple(lines))

    def read_values(self) -> None:
        for name, given in self.part.values.items():
            path = (*self.path, "values", name)
            cut_off = behind_comma(self.notes.parent(path), name) if given == "" else None
            if cut_off is not None:
                self.notes.add_at_key(path, cut_off)
                continue
            if not self.given.is_name(name, path, at_key=True):
                self.given.incomplete = True
                continue
            if name in self.part.free:
                self.notes.add_at_key(
                    path, f"{name!r} has a value and is listed as free; choose one"
                )
            if isinstance(given, DrawnPart):
                self.given.draw(name, given, path)
            else:
                self.given.add(name, given, path)
            self.shapes.setdefault(name, ())

    # network and equations

    def network(self) -> Network | None:
        part = self.part.network
        if part is None:
            return None
        path = (*self.path, "network")
        sound = len(self.notes.problems)
        samples = self.samples(part)
        fits = len(self.notes.problems) == sound
        network = network_of(part, samples)
        anew = self.part.training.samples if self.part.training else ()
        found = [*shorthand.problems(network), *unstated(part, samples, anew)]
        for where, message in found:
            self.notes.add((*path, *where), message)
        # every name is looked at, so that all problems are told
        names_ok = [self.given.is_name(text, (*path, *where)) for text, where in names_in(part)]
        if found or not all(names_ok) or not fits:
            self.part = self.part.model_copy(update={"network": None, "equations": None})
            return None
        return network

    def samples(self, part: NetworkPart) -> int:
        """How many samples the inputs and targets hold, 0 where they are single numbers."""
        names = [*part.inputs, *part.targets]
        shapes = {name: self.shapes[name] for name in names if name in self.shapes}
        counts = {shape[0] if len(shape) == 1 else 0 for shape in shapes.values()}
        if len(counts) > 1 or any(len(shape) > 1 for shape in shapes.values()):
            told = ", ".join(f"{name} is {shown(shape)}" for name, shape in shapes.items())
            self.notes.add(
                (*self.path, "network"),
                f"inputs and targets hold one number each, or as many samples each; here {told}",
            )
        return max(counts, default=0)

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
        lines = written_out(self.part.equations, (*self.path, "equations"), self.notes)
        if lines is None:
            return None
        builder = EquationsBuilder(self.part, self.given, self.notes)
        equations = builder.equations(lines)
        self.places = builder.places
        return equations

    def computation(self, equations: list[Equation], network: Network | None) -> Computation | None:
        if network is not None:
            computed = {equation.name for equation in equations}
            for name in sorted(computed & self.shapes.keys()):
                message = f"{name!r} is computed by the network; each name has one origin"
                self.notes.add_at_key((*self.path, "values", name), message)
            if computed & self.shapes.keys():
                return None
            for name in shorthand.parameter_names(network):
                if self.shapes.get(name, ()) != ():
                    message = f"{name!r} is one number in the network, and {shown(self.shapes[name])} here"
                    self.notes.add_at_key((*self.path, "values", name), message)
                    return None
            missing = [name for name in shorthand.given_names(network) if name not in self.shapes]
            for name in [] if self.given.incomplete else missing:
                others = self.part.values.keys() - shorthand.given_names(network)
                hint = closest(name, others)
                self.notes.add_at_key(
                    (*self.path, "values") if self.part.values else (*self.path, "network"),
                    f"{name!r} has no value{hint or '; add it to values or list it under free'}",
                )
            self.given.shapes |= dict.fromkeys(missing, ())
            self.given.values |= dict.fromkeys(missing, Fraction(1))
        if self.given.unshaped:
            return None
        computation, errors = trace(equations, self.shapes)
        told: set[Path] = set()
        for name, error in errors.items():
            place = self.places.get(name) or Written(name, (*self.path, "network"))
            if place.path not in told:
                self.notes.add(place.path, error.message, place.column(error.column))
            told.add(place.path)
        return None if errors else computation

    # definitions and training

    def definitions(self, computation: Computation) -> dict[str, Expression]:
        names = set(computation.shapes) | set(self.part.define)
        found: dict[str, Expression] = {}
        for name, text in self.part.define.items():
            path = (*self.path, "define", name)
            if name == "repeat" and ".." in text:
                self.notes.add_at_key(path, REPEAT_ELSEWHERE)
                self.given.incomplete = True
                continue
            if not self.given.is_name(name, path, at_key=True):
                self.given.incomplete = True
                continue
            if name in computation.shapes:
                self.notes.add_at_key(
                    path, f"{name!r} is a quantity already; a definition needs its own name"
                )
                continue
            try:
                found[name] = parse_expression(text, names)
            except NotationError as error:
                self.notes.add(path, error.message, error.column)
                self.given.unread.add(name)
        return found

    # lines

    def lines(self, binder: Binder) -> list[Line]:
        found: list[Line] = []
        for section, claims in self.part.claims.items():
            for place, claim in enumerate(claims):
                path: Path = (*self.path, "claims", section, place)
                part = claim if isinstance(claim, ClaimPart) else ClaimPart(line=claim)
                where = path if isinstance(claim, str) else (*path, "line")
                line = LineBuilder(
                    part, section, path, where, binder, self.given, self.notes
                ).line()
                if line is not None:
                    found.append(line)
        return found
