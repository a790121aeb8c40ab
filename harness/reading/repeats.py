"""Repeated blocks of equations written out: ``h{t} = tanh(W @ x{t} + U @ h{t-1})`` for t = 1..3.

What stands in braces is a whole number: the block's letter, or one more or less than it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from harness.notation import NotationError, closest
from harness.reading.layout import RepeatPart
from harness.reading.notes import Notes, Path

#: Equations that repeated blocks may come to.
MOST_EQUATIONS: Final = 10_000

_RANGE: Final = re.compile(r"\s*([A-Za-z]\w*)\s*=\s*(\d{1,4})\s*\.\.\s*(\d{1,4})\s*")
_BRACES: Final = re.compile(r"\{\s*([A-Za-z]\w*)\s*(?:([+-])\s*(\d{1,4})\s*)?\}")
#: An equation as it is after repetition, and where it stands in the file.
Written = tuple[str, Path]


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
                yield _filled(equation, numbers), where
            except NotationError as error:
                notes.add(where, error.message, error.column)
            continue
        range_of = _RANGE.fullmatch(equation.repeat)
        if range_of is None or int(range_of[2]) > int(range_of[3]):
            told = f"{equation.repeat[:40]!r} is no range; write it as t = 1..3, the lesser first"
            notes.add((*where, "repeat"), told)
            continue
        for number in range(int(range_of[2]), int(range_of[3]) + 1):
            inner = {**numbers, range_of[1]: number}
            yield from _repeated(equation.equations, (*where, "equations"), inner, notes)


def _filled(text: str, numbers: Mapping[str, int]) -> str:
    """The text with every brace replaced by its number. Raises NotationError."""

    def number(brace: re.Match[str]) -> str:
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
        return str(value)

    return _BRACES.sub(number, text)
