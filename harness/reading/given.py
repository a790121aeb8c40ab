"""What a scenario is given: names, the numbers that they stand for, and their shapes."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import prod
from typing import Final

import numpy as np

from harness.notation import NotationError, parse_expression
from harness.notation.rationals import rational
from harness.notation.syntax import Name
from harness.reading.layout import DrawnPart
from harness.reading.notes import Notes, Path
from harness.scenario.computation import Shape
from harness.scenario.task import elements

#: An array that is drawn has at most this many elements.
MOST_DRAWN: Final = 4_000_000
#: A number as it is written, or rows of them: lists that are nested to any depth.
Rows = str | Sequence["Rows"]


@dataclass
class Given:
    """Collects what is given; ``values`` are of single numbers, ``shapes`` of whole quantities.

    What cannot be read is noted once. So that nothing else is told which only follows from it,
    ``unshaped`` holds the names whose shape it leaves open, ``unread`` those whose meaning, and
    ``incomplete`` is true where it may have named something.
    """

    notes: Notes
    values: dict[str, Fraction] = field(default_factory=dict)
    shapes: dict[str, Shape] = field(default_factory=dict)
    unshaped: set[str] = field(default_factory=set)
    unread: set[str] = field(default_factory=set)
    incomplete: bool = False

    def excuses(self, error: NotationError) -> bool:
        """Whether a name may only be unknown because something could not be read."""
        return bool(error.unknown) and (self.incomplete or error.unknown in self.unread)

    def add(self, name: str, given: Rows, path: Path) -> None:
        """A quantity with its number, or its rows of numbers."""
        found = self.numbers(given, path)
        if found is None:
            self.unshaped.add(name)
            return
        shape, numbers = found
        self.shapes[name] = shape
        self.values |= dict(zip(elements(name, shape), numbers, strict=True))

    def draw(self, name: str, part: DrawnPart, path: Path) -> None:
        """An array of random decimals, the same ones at every run."""
        self.shapes[name] = shape = tuple(part.shape)
        least, most = (
            self.decimal(text, (*path, key))
            for key, text in (("least", part.least), ("most", part.most))
        )
        if least is None or most is None:
            return
        if prod(part.shape) > MOST_DRAWN or least > most:
            told = (
                f"an array has at most {MOST_DRAWN:,} elements"
                if prod(part.shape) > MOST_DRAWN
                else "'least' is at most 'most'"
            )
            self.notes.add_at_key(path, told)
            return
        source, ten = random.Random(part.seed), 10**part.decimals
        ends = int(least * ten), int(most * ten)
        for element in elements(name, shape):
            self.values[element] = Fraction(source.randint(*ends), ten)

    def numbers(self, given: Rows, path: Path) -> tuple[Shape, list[Fraction]] | None:
        """A shape and the numbers in it, row by row; None where they have no shape.

        A number that cannot be read is noted, and 1 stands in its place.
        """
        if isinstance(given, str):
            return (), [self.number(given, path)]
        found = self.shape(given, path)
        if found is None:
            return None
        texts = [(place, _at(given, place)) for place in np.ndindex(*found)]
        return found, [self.number(text, (*path, *place)) for place, text in texts]

    def number(self, text: str, path: Path) -> Fraction:
        """As ``decimal``; 1 where it cannot be read."""
        value = self.decimal(text, path)
        return Fraction(1) if value is None else value

    def shape(self, rows: Sequence[Rows], path: Path) -> Shape | None:
        """The shape of nested lists; a problem is noted where their lengths differ."""
        inner = {() if isinstance(row, str) else self.shape(row, path) for row in rows}
        if len(inner) != 1 or None in inner:
            if None not in inner:
                self.notes.add(
                    path, "the rows of a matrix have the same length, and at least one element"
                )
            return None
        return (len(rows), *(inner.pop() or ()))

    def decimal(self, text: str, path: Path) -> Fraction | None:
        """The exact value of a decimal or a quotient of decimals."""
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

    def named(self, text: str, otherwise: str, path: Path, free: Sequence[str] = ()) -> str | None:
        """The name of a number that is written as ``eta = 0.5``, as the name of a value, or bare:
        then it is called ``otherwise``."""
        name, equals, value = (piece.strip() for piece in text.partition("="))
        if not equals:
            if name in self.shapes or name in free:
                return name
            name, value = otherwise, name
        if not self.is_name(name, path):
            self.incomplete = True
            return None
        if name in self.shapes:
            self.notes.add(
                path, f"{name!r} has a value under 'values' already; write just {name!r} here"
            )
            return None
        self.shapes[name] = ()
        number = self.decimal(value, path)
        self.values[name] = Fraction(1) if number is None else number
        self.incomplete |= number is None and not equals  # it may have been meant as a name
        return name


def _at(rows: Rows, place: Sequence[int]) -> str:
    for k in place:
        rows = rows[k]
    assert isinstance(rows, str), "the shape has been looked at"
    return rows
