"""Slips in YAML itself, in the words of those who write fixtures: what would be right, and where.

The library says where it gave up. Where a bracket or a quote is never closed, that is lines too
late, and the place that counts is the one where it was opened.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.reader import ReaderError

_QUOTES: Final = "put the whole line in quotes"
#: What the library found where a list or a mapping should end.
_FOUND: Final = {
    "<block sequence start>": "the entries of one list begin in the same column, and this '- ' does not",
    "<block mapping start>": "keys that belong together begin in the same column, and this one does not",
    "?": "a key among the entries of a list; begin an entry with '- ', or move the key to the column "
    "of those that it belongs to",
    "-": "an entry of a list among keys; move its '- ' to the column of the list that it belongs to",
    "]": f"no '[' is open that this ']' could close; leave it away, or {_QUOTES}",
    "}": f"no '{{' is open that this '}}' could close; leave it away, or {_QUOTES}",
}
_COMMENT: Final = re.compile(r"\s#")
_CLOSING: Final = {"sequence": ("[", "]"), "mapping": ("{", "}")}


def slip(error: MarkedYAMLError, text: str) -> tuple[int, int, str]:
    """The line and the column of a slip in ``text``, from 1, and what to say of it."""
    problem = " ".join(str(error.problem or error.context or "not YAML").split())
    context = str(error.context or "")
    if error.context_mark and error.problem_mark:
        if "flow" in context and problem.startswith("expected ',' or"):
            return _in_brackets(error, problem, text)
        if "quoted scalar" in context:
            return _at(error.context_mark, "the quote that opens here is never closed")
        if "simple key" in context:
            told = (
                "neither an entry nor a key; an entry begins with '- ', and behind a key stands ':'"
            )
            return _at(error.context_mark, told)
    if error.problem_mark and "node content" in problem:
        told = f"nothing stands between two signs here; write what is missing, or {_QUOTES}"
        before = text.splitlines()[: error.problem_mark.line]
        return _at(error.problem_mark, told + _commented(before[-2:]))
    return _at(error.problem_mark or error.context_mark, _sentence(problem))


def unreadable(error: ReaderError, text: str) -> tuple[int, int, str]:
    """The line and the column of a character that YAML does not allow, and what to say of it."""
    before = text[: error.position]
    line = before.count("\n")
    told = f"the character U+{ord(text[error.position]):04X} cannot stand in YAML; leave it away"
    return line + 1, error.position - (before.rfind("\n") + 1) + 1, told


def _sentence(problem: str) -> str:
    if "'\\t'" in problem or "\\t" in problem:
        return "a tab where YAML wants blanks; indent with blanks"
    if "cannot start any token" in problem or "found unknown escape" in problem:
        return f"{problem}; {_QUOTES}"
    if "mapping values are not allowed" in problem:
        return (
            "no ':' can stand here; put text that holds ': ' in quotes, and end every key with ':'"
        )
    found = re.fullmatch(r"expected <block end>, but found '(.*)'", problem)
    if found:
        behind = f"text behind a bracket or a quote that is closed already; {_QUOTES}"
        return _FOUND.get(found[1], behind)
    return f"not YAML: {problem}"


def _in_brackets(error: MarkedYAMLError, problem: str, text: str) -> tuple[int, int, str]:
    """A bracket that is not closed, or two entries in it without a comma between them."""
    opened, reached = error.context_mark, error.problem_mark
    opening, closing = _CLOSING["sequence" if "sequence" in str(error.context) else "mapping"]
    lines = text.splitlines()
    later = reached.line > opened.line
    ended = reached.line >= len(lines) or not lines[reached.line].strip()
    if ended or "<stream end>" in problem:
        told = f"this {opening!r} is never closed; a {closing!r} is missing"
        return _at(opened, told + _commented(lines[opened.line :]))
    if later and _indented(lines[reached.line]) <= _indented(lines[opened.line]):
        told = f"this {opening!r} is not closed; a {closing!r} is missing before line {reached.line + 1}"
        return _at(opened, told + _commented(lines[opened.line : reached.line]))
    got = problem.rpartition("but got ")[2].strip("'")
    if got in {"]", "}"}:
        told = f"this {opening!r} is not closed; a {closing!r} is missing before the {got!r}"
        return _at(opened, f"{told} in line {reached.line + 1}, column {reached.column + 1}")
    told = f"a ',' between two entries is missing before this, or a {closing!r}"
    told = f"{told} for the {opening!r} in line {opened.line + 1}"
    return _at(reached, told + _commented(lines[opened.line : reached.line]))


def _commented(lines: Sequence[str]) -> str:
    """That a comment may have cut off what closes a bracket."""
    if not any(map(_COMMENT.search, lines)):
        return ""
    return "; a comment, from '#' to the end of its line, may have cut it off"


def _indented(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _at(mark: object, told: str) -> tuple[int, int, str]:
    line, column = getattr(mark, "line", -1), getattr(mark, "column", -1)
    return line + 1, column + 1, told
