"""YAML text into a tree that remembers where everything stands; every scalar stays text.

Only the part of YAML that fixtures need is read: mappings, lists and scalars. Tags, anchors and
aliases are refused, so nothing is ever constructed, run or repeated.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

from harness.reading.slips import slip, unreadable

#: A fixture is written by hand; larger files are not read.
MOST_BYTES: Final = 5_000_000
DEEPEST: Final = 40


@dataclass(frozen=True, order=True)
class Problem:
    """What is wrong in a fixture, and where; line and column count from 1, 0 where there is none."""

    file: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return f"{place}: {self.message}"


class FixtureError(Exception):
    """A fixture that cannot be used, with everything that is wrong in it."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(map(str, self.problems)))


@dataclass(frozen=True)
class Scalar:
    """A piece of text; ``column`` is where the text begins, after an opening quote."""

    text: str
    line: int
    column: int
    quoted: bool = False


@dataclass(frozen=True)
class Sequence:
    """A list."""

    items: tuple[Node, ...]
    line: int
    column: int


@dataclass(frozen=True)
class Mapping:
    """A mapping; keys keep their own places. ``flow``: it is written between { and }."""

    entries: tuple[tuple[Scalar, Node], ...]
    line: int
    column: int
    flow: bool = False


Node = Scalar | Sequence | Mapping


def read_tree(path: Path) -> Node:
    """The tree of a file. Raises FixtureError: unreadable, not UTF-8, not YAML, not plain YAML."""
    return tree_of(_text(path), str(path))


def tree_of(text: str, file: str) -> Node:
    """The tree of a text that problems are told of as ``file``. Raises FixtureError."""
    loader = YAML(typ="safe", pure=True)
    try:
        return _Builder(file, text, loader.parse(text)).document()
    except MarkedYAMLError as error:
        raise FixtureError([Problem(file, *slip(error, text))]) from None
    except ReaderError as error:
        raise FixtureError([Problem(file, *unreadable(error, text))]) from None
    except RecursionError:
        raise FixtureError([Problem(file, 0, 0, "brackets are nested too deeply")]) from None
    except (YAMLError, ValueError) as error:
        told = " ".join(str(error).split())
        raise FixtureError([Problem(file, 0, 0, f"not YAML: {told}")]) from None


def plain(node: Node) -> Any:
    """The tree as dictionaries, lists and strings."""
    match node:
        case Scalar():
            return node.text
        case Sequence():
            return [plain(item) for item in node.items]
        case Mapping():
            return {key.text: plain(value) for key, value in node.entries}


def find(node: Node, path: tuple[str | int, ...]) -> Node:
    """The node at ``path``, or the last one on the way to it that exists."""
    for part in path:
        if isinstance(node, Mapping):
            node = next((value for key, value in node.entries if key.text == str(part)), node)
        elif isinstance(node, Sequence) and isinstance(part, int) and part < len(node.items):
            node = node.items[part]
    return node


def find_key(node: Node, path: tuple[str | int, ...]) -> Node:
    """The key at the end of ``path``, where its parent has it; else as ``find``."""
    parent = find(node, path[:-1])
    if isinstance(parent, Mapping):
        return next((key for key, _ in parent.entries if key.text == str(path[-1])), parent)
    return find(node, path)


def _text(path: Path) -> str:
    try:
        if path.is_dir():
            raise FixtureError([Problem(str(path), 0, 0, "is a folder, not a fixture file")])
        if path.stat().st_size > MOST_BYTES:
            message = f"larger than {MOST_BYTES:,} bytes; a fixture is written by hand"
            raise FixtureError([Problem(str(path), 0, 0, message)])
        data = path.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise FixtureError([Problem(str(path), 0, 0, f"cannot be read: {reason}")]) from None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line = before.count(b"\n") + 1
        column = len(before.rpartition(b"\n")[2].decode("utf-8", "replace")) + 1
        message = f"byte 0x{data[error.start]:02x} is not UTF-8; save the file as UTF-8"
        raise FixtureError([Problem(str(path), line, column, message)]) from None


class _Builder:
    """Events into a tree, keeping a stack of its own so that depth costs no recursion."""

    def __init__(self, file: str, text: str, events: Iterator[Event]) -> None:
        self.file = file
        self.lines = text.splitlines()
        self.events = events
        self.problems: list[Problem] = []
        self.depth = 0

    def document(self) -> Node:
        root: Node | None = None
        documents = 0
        for event in self.events:
            documents += isinstance(event, DocumentStartEvent)
            if documents > 1:
                self.problem(event, "a second YAML document; a fixture file holds one")
                break
            if isinstance(event, (ScalarEvent, MappingStartEvent, SequenceStartEvent, AliasEvent)):
                root = self.node(event)
        if root is None:
            message = "the file is empty; a fixture has 'document:' and 'scenarios:'"
            self.problems.append(Problem(self.file, 1, 1, message))
        if self.problems:
            raise FixtureError(self.problems)
        assert root is not None
        return root

    def node(self, event: Any) -> Node:  # ruamel types anchors and tags on some events only
        line, column = event.start_mark.line + 1, event.start_mark.column + 1
        if isinstance(event, AliasEvent):
            self.problem(
                event, f"the alias *{event.anchor}; fixtures have none, write the value out"
            )
            return Scalar("", line, column)
        if event.anchor is not None:
            self.problem(
                event, f"the anchor &{event.anchor}; fixtures have none, write the value out"
            )
        if event.tag is not None:
            self.problem(
                event, f"the tag {event.tag}; fixtures hold plain text, lists and mappings"
            )
        if isinstance(event, ScalarEvent):
            self.refuse_swallowed(event)
            quoted = event.style in {"'", '"'}
            return Scalar(event.value, line, column + quoted, quoted)
        self.depth += 1
        if self.depth > DEEPEST:
            problem = Problem(self.file, line, column, f"nested more than {DEEPEST} deep")
            raise FixtureError([*self.problems, problem])
        node = (
            self.sequence(line, column)
            if isinstance(event, SequenceStartEvent)
            else self.mapping(line, column, bool(event.flow_style))
        )
        self.depth -= 1
        return node

    def sequence(self, line: int, column: int) -> Sequence:
        items = []
        while not isinstance(event := next(self.events), SequenceEndEvent):
            items.append(self.node(event))
        return Sequence(tuple(items), line, column)

    def mapping(self, line: int, column: int, flow: bool) -> Mapping:
        entries: dict[str, tuple[Scalar, Node]] = {}
        while not isinstance(event := next(self.events), MappingEndEvent):
            key = self.node(event)
            value = self.node(next(self.events))
            if not isinstance(key, Scalar):
                self.problem(event, "a key that is not text")
            elif key.text in entries:
                first = entries[key.text][0].line
                self.problem(
                    event, f"the key {key.text!r} stands here a second time (first in line {first})"
                )
            else:
                entries[key.text] = (key, value)
        return Mapping(tuple(entries.values()), line, column, flow)

    def refuse_swallowed(self, event: ScalarEvent) -> None:
        """An entry of a list that is indented further than the one above it joins its text."""
        first, last = event.start_mark.line, event.end_mark.line
        if event.style is not None:
            return
        for number, line in enumerate(self.lines[first + 1 : last + 1], first + 2):
            if line.lstrip(" ").startswith("- "):
                column = len(line) - len(line.lstrip(" ")) + 1
                told = (
                    f"this goes on the text of line {first + 1}; the entries of one list begin in "
                    "the same column, and a text that goes on with '-' is put in quotes"
                )
                self.problems.append(Problem(self.file, number, column, told))

    def problem(self, event: Event, message: str) -> None:
        mark = event.start_mark
        self.problems.append(Problem(self.file, mark.line + 1, mark.column + 1, message))
