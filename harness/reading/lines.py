"""A claim into a line: segments parsed, names bound, shapes tried, recorded errata read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from harness.fixture import Erratum, Line, Part
from harness.notation import NotationError, parse_expression, parse_line
from harness.notation.arrays import cut, shown
from harness.notation.syntax import Expression
from harness.reading.given import Given
from harness.reading.layout import ClaimPart
from harness.reading.notes import Notes, Path
from harness.scenario.binding import Binder


@dataclass
class LineBuilder:
    """Reads one claim; ``path`` is its place in the file, ``text_path`` that of its text."""

    part: ClaimPart
    section: str
    path: Path
    text_path: Path
    binder: Binder
    given: Given
    notes: Notes

    def line(self) -> Line | None:
        """The line; None where it cannot be read, and the problem is noted."""
        where = self.where()
        if len(where) < len(self.part.where):
            return None
        names = self.binder.names | where.keys()
        try:
            segments = parse_line(self.part.line, names)
            parts = tuple(
                Part(
                    segment.text,
                    segment.expression,
                    self.binder.bind(segment.expression, where),
                    segment.kind,
                    segment.column,
                )
                for segment in segments
            )
            sound = self.fits(parts)
        except NotationError as error:
            if not self.given.excuses(error):
                self.notes.add(self.text_path, error.message, error.column)
            return None
        except RecursionError:
            self.notes.add(
                self.text_path, "with its definitions written out, this nests too deeply"
            )
            return None
        if len(parts) == 1:
            self.notes.add(
                self.text_path, "a line has at least one '=': what it is about = what is printed"
            )
            return None
        if not sound:
            return None
        errata = self.errata(where, names)
        within = self.within()
        line = self.notes.line(self.text_path)
        return Line(self.section, self.part.line, line, parts, errata, within)

    def within(self) -> Fraction | None:
        """The tolerance that the document states."""
        if self.part.within is None:
            return None
        within = self.given.decimal(self.part.within, (*self.path, "within"))
        if within is not None and within < 0:
            self.notes.add((*self.path, "within"), "a tolerance is not negative")
        return within

    def fits(self, parts: tuple[Part, ...]) -> bool:
        """Whether numbers and calculations are single numbers, and about a single number."""
        shapes = [self.binder.shape(part.bound) for part in parts]
        if all(part.kind == "formula" for part in parts):
            return True
        subject = next((part for part in parts if "number" not in part.kind), parts[0])
        wanted = self.binder.shape(subject.bound)
        for part, shape in zip(parts, shapes, strict=True):
            if part is subject or part.kind == "formula":
                continue
            if shape != wanted or (shape and part.kind != "numbers"):
                text = cut(part.text, 60)
                told = f"{cut(subject.text, 60)} is {shown(wanted)}, {text} is {shown(shape)}"
                if wanted and not shape:
                    told += "; print an array, or a line for each element, as in h[0] = 0.5"
                elif shape == wanted:
                    told = (
                        f"a calculation is of single numbers, {text} is {shown(shape)}; leave it "
                        "away and print its result alone, as an array"
                    )
                self.notes.add(self.text_path, told, part.column)
                return False
        return True

    def where(self) -> dict[str, Expression]:
        found: dict[str, Expression] = {}
        names = self.binder.names | self.part.where.keys()
        for name, text in self.part.where.items():
            if name in self.binder.computation.shapes:
                told = f"{name!r} is a quantity already; a definition needs its own name"
                self.notes.add_at_key((*self.path, "where", name), told)
                continue
            try:
                found[name] = parse_expression(text, names)
            except NotationError as error:
                self.notes.add((*self.path, "where", name), error.message, error.column)
        return found

    def errata(self, where: Mapping[str, Expression], names: frozenset[str]) -> tuple[Erratum, ...]:
        found: list[Erratum] = []
        for place, erratum in enumerate(self.part.errata):
            path: Path = (*self.path, "errata", place)
            try:
                written = parse_expression(erratum.should_be, names)
                correction = self.binder.bind(written, where)
            except NotationError as error:
                if not self.given.excuses(error):
                    self.notes.add((*path, "should_be"), error.message, error.column)
                continue
            line = self.notes.line((*path, "printed"))
            found.append(
                Erratum(erratum.printed, erratum.should_be, line, correction, erratum.cause)
            )
        return tuple(found)
