"""Repeated blocks of equations written out: ``h{t} = tanh(W @ x{t} + U @ h{t-1})`` for t = 1..3.

What stands in braces is a whole number: the block's letter, or one more or less than it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from harness.notation import NotationError, closest
from harness.reading.layout import RepeatPart
from harness.reading.notes import Notes, Path

#: Equations that repeated blocks may come to.
MOST_EQUATIONS: Final = 10_000

#: Said of a block that stands under 'define'.
REPEAT_ELSEWHERE: Final = "'repeat' belongs under 'equations', which compute what it repeats"

_RANGE: Final = re.compile(r"\s*([^\W\d_]\w*)\s*=\s*(\d{1,4})\s*\.\.\s*(\d{1,4})\s*")
_BRACES: Final = re.compile(r"\{\s*([^\W\d_]\w*)\s*(?:([+-])\s*(\d{1,4})\s*)?\}")


class Written(NamedTuple):
    """An equation as it is after repetition, and where it stands in the file: ``braces`` are the
    places of the numbers in ``text``, their ends, and those in the file where the brace ends."""

    text: str
    path: Path
    braces: tuple[tuple[int, int, int], ...] = ()

    def column(self, column: int) -> int:
        """The column in the file of a column of the text."""
        for start, end, in_file in reversed(self.braces):
            if column >= end:
                return column + in_file - end
            if column >= start:  # in the number: the brace ends where it ends
                return in_file - 1
        return column


def written_out(
    equations: Sequence[str | RepeatPart], path: Path, notes: Notes
) -> list[Written] | None:
    """All equations with their places, blocks repeated; None where one cannot be."""
    found: list[Written] = []
    sound = len(notes.problems)
    for equation in _repeated(equations, path, {}, notes):
        if len(found) >= MOST_EQUATIONS:
            notes.add(path, f"repeated, these are more than {MOST_EQUATIONS:,} equations")
            break
        found.append(equation)
    return found if len(notes.problems) == sound else None


def _repeated(
    equations: Sequence[str | RepeatPart], path: Path, numbers: Mapping[str, int], notes: Notes
) -> Iterator[Written]:
    for place, equation in enumerate(equations):
        where = (*path, place)
        if isinstance(equation, str):
            try:
                yield _filled(equation, where, numbers)
            except NotationError as error:
                notes.add(where, error.message, error.column)
            continue
        range_of = _RANGE.fullmatch(equation.repeat)
        if range_of is None or int(range_of[2]) > int(range_of[3]):
            told = f"{equation.repeat[:40]!r} is no range; write it as t = 1..3, the lesser first"
            notes.add((*where, "repeat"), told)
            continue
        for number in range(int(range_of[2]), int(range_of[3]) + 1):
            inner, sound = {**numbers, range_of[1]: number}, len(notes.problems)
            yield from _repeated(equation.equations, (*where, "equations"), inner, notes)
            if len(notes.problems) > sound:  # once is enough
                break


def _filled(text: str, where: Path, numbers: Mapping[str, int]) -> Written:
    """The text with every brace replaced by its number. Raises NotationError."""
    braces: list[tuple[int, int, int]] = []
    shorter = 0

    def number(brace: re.Match[str]) -> str:
        nonlocal shorter
        letter, sign, more = brace.groups()
        if letter not in numbers:
            known = closest(letter, numbers) or "; it stands in a block with 'repeat: t = 1..3'"
            raise NotationError(f"nothing is repeated over {letter!r}{known}", brace.start())
        value = numbers[letter] + int(f"{sign}{more}" if sign else 0)
        if value < 0:
            raise NotationError(
                f"{brace[0]} is {value} where {letter} is {numbers[letter]}; "
                "numbers in names count from 0",
                brace.start(),
            )
        start, digits = brace.start() - shorter, str(value)
        shorter = brace.end() - start - len(digits)
        braces.append((start, start + len(digits), brace.end()))
        return digits

    return Written(_BRACES.sub(number, text), where, tuple(braces))
