"""A tree against the layout: every problem with its place, and as much as possible kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError

from harness.notation import closest
from harness.reading import layout
from harness.reading.forms import form, meant
from harness.reading.keys import allowed, behind_comma, cut_from, unknown_key
from harness.reading.repeats import REPEAT_ELSEWHERE
from harness.reading.tree import Mapping, Node, Problem, find, find_key, plain

_WANTED: Final = {
    "list_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "string_type": "text",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
}


@dataclass
class Layout:
    """A fixture's parts and all problems of its layout.

    Claims and keys at fault are left out of the parts, so that the rest can be read on; None
    where too little is left. What else is wrong with the ``unread`` scenarios mostly follows from
    a misspelt key, and is not told. In an ``incomplete`` one, names may be missing.
    """

    parts: layout.FixturePart | None
    problems: list[Problem]
    unread: frozenset[int] = frozenset()
    incomplete: frozenset[int] = frozenset()


def validate(tree: Node, file: str) -> Layout:
    """A tree against the layout."""
    data = plain(tree)
    problems: list[Problem] = []
    unread: set[int] = set()
    incomplete: set[int] = set()
    left_out: list[tuple[str | int, ...]] = []
    for _ in range(20):  # each round leaves out what the one before found
        try:
            parts = layout.FixturePart.model_validate(data)
            return Layout(parts, problems, frozenset(unread), frozenset(incomplete))
        except ValidationError as error:
            details = [
                detail
                for detail in error.errors(include_url=False)
                if not any(_within(detail["loc"], gone) for gone in left_out)
            ]
            if not details:
                break
            left_out += [detail["loc"] for detail in details]
            unread |= {scenario for detail in details for scenario in _spoilt(detail)}
            incomplete |= {place for detail in details for place in _nameless(detail)}
            new = [
                _problem(tree, file, detail)
                for detail in _innermost(tree, details)
                if not _follows(tree, detail, details)
            ]
            problems += [problem for problem in new if problem not in problems]
            pruned = [_prune(data, detail["loc"], detail["type"]) for detail in details]
            if not any(pruned):
                break
    return Layout(None, problems)


def _spoilt(detail: Any) -> Iterator[int]:
    """The scenario with an unknown key, in which what belongs under another key is then missing;
    on a title, and on what stands beside a line, nothing depends."""
    match detail["type"], *detail["loc"]:
        case ["extra_forbidden", "scenarios", int(place), *within, key]:
            title = closest(key, allowed(detail["loc"])) == closest(key, ["title"]) != ""
            if "claims" not in within and not title:
                yield place


def _nameless(detail: Any) -> Iterator[int]:
    """The scenario in which something is left out that would have given names."""
    match detail["loc"]:
        case ["scenarios", int(place), "define" | "training", *_]:
            yield place


def _follows(tree: Node, detail: Any, details: list[Any]) -> bool:
    """Whether a key is missing where another one is unknown, and may be that one misspelt; or is
    unknown as a piece of what should be a list, which is told of that."""
    beside = (other for other in details if other["loc"][:-1] == detail["loc"][:-1])
    if detail["type"] == "missing":
        return any(other["type"] == "extra_forbidden" for other in beside)
    path = _path(tree, detail["loc"])
    whole = cut_from(find(tree, path[:-1]), str(path[-1])) if path else None
    return whole is not None and any(
        other["type"] == "list_type" and find(tree, _path(tree, other["loc"])) is whole
        for other in beside
    )


def _innermost(tree: Node, details: list[Any]) -> list[Any]:
    """Without what is told of a whole where what is wrong in it is told too: of a list that could
    have been text, say."""
    paths = [_existing(tree, detail["loc"]) for detail in details]
    return [
        detail
        for detail, path in zip(details, paths, strict=True)
        if detail["type"] not in {"string_type", "list_type"}
        or not any(len(other) > len(path) and other[: len(path)] == path for other in paths)
    ]


def _existing(tree: Node, location: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """The path of a pydantic location, without what the file does not have."""
    path = _path(tree, location)
    while path and find(tree, path) is find(tree, path[:-1]):
        path = path[:-1]
    return path


def _within(location: tuple[str | int, ...], gone: tuple[str | int, ...]) -> bool:
    """Whether a problem is about what was left out, or about its absence."""
    return location[: len(gone)] == gone or gone[: len(location)] == location


def _problem(tree: Node, file: str, detail: Any) -> Problem:
    path = _path(tree, detail["loc"])
    kind, key = detail["type"], str(path[-1]) if path else ""
    cut_off = behind_comma(find(tree, path[:-1]), str(path[-1])) if path else None
    if cut_off is not None:
        node = find_key(tree, path)
        return Problem(file, node.line, node.column, cut_off)
    if kind == "extra_forbidden":
        node = find_key(tree, path)
        return Problem(file, node.line, node.column, unknown_key(tree, path, detail["loc"]))
    if path[2:3] == ("define",) and find_key(tree, (*path[:3], "repeat")) is not find(
        tree, path[:3]
    ):
        node = find_key(tree, (*path[:3], "repeat"))
        return Problem(file, node.line, node.column, REPEAT_ELSEWHERE)
    node = find(tree, path)
    if kind == "missing":
        return Problem(file, node.line, node.column, f"the key {key!r} is missing here")
    if kind in _WANTED:
        hint = form(key, _WANTED[kind], node, find(tree, path[:-1]))
        message = f"expected {_WANTED[kind]}, got {_shown(node)}{hint}"
    elif kind == "literal_error":
        expected = detail["ctx"]["expected"]
        hint = meant(str(plain(node)), expected)
        message = f"expected {expected}, got {_shown(node)}{hint}"
    elif kind == "string_pattern_mismatch":
        message = f"an id is made of letters, digits, '.', '_' and '-', got {_shown(node)}"
    elif kind in {"too_short", "string_too_short"}:
        message = "this is empty; at least one entry is needed"
    else:
        message = str(detail["msg"])
    return Problem(file, node.line, node.column, message)


def _path(tree: Node, location: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """The parts of a pydantic location that stand in the file; the tags of unions do not."""
    path: list[str | int] = []
    last = len(location) - 1
    for place, part in enumerate(location):
        node = find(tree, tuple(path))
        exists = (
            isinstance(node, Mapping) and any(key.text == part for key, _ in node.entries)
        ) or (isinstance(part, int))
        if exists or (place == last and part not in {"text", "mapping"}):
            path.append(part)
    return tuple(path)


def _shown(node: Node) -> str:
    value = plain(node)
    if isinstance(value, str):
        return repr(value if len(value) <= 40 else value[:39] + "…") if value else "nothing"
    return "a list" if isinstance(value, list) else "a mapping"


def _prune(data: Any, location: tuple[str | int, ...], kind: str) -> bool:
    """Leave out the innermost thing at ``location`` that can be left out; False if none can."""
    trail: list[tuple[Any, Any]] = []
    value: Any = data
    for part in location:
        within = (
            value
            if isinstance(value, dict)
            else range(len(value) if isinstance(value, list) else 0)
        )
        if part in within:  # the tags of unions are not
            trail.append((value, part))
            value = value[part]
    keys = [part for _, part in trail]
    needed = keys[2:3] in (["values"], ["network"], ["like"]) or "samples" in keys
    if needed and kind != "extra_forbidden":
        return False  # what is told of the rest would be no fault of its own
    for parent, part in reversed(trail):
        if "where" in keys[4:] and isinstance(parent, dict):
            continue  # the line speaks of it: both are left out
        if isinstance(parent, dict) and part not in {"document", "scenarios", "id", "title"}:
            if part in {"network", "equations", "values", "free", "define", "training"}:
                return False  # the lines would then be called wrong for no fault of theirs
            del parent[part]
            return True
        if isinstance(parent, list) and isinstance(parent[part], (str, dict)):
            if "claims" not in location:
                return False  # an equation, a value or a scenario: no claim could take its place
            parent[part] = "0 = 0"
            return True
    return False
