"""Problems, collected with their places while a fixture is read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from harness.reading.tree import Mapping, Node, Problem, Scalar, find, find_key

Path = tuple[str | int, ...]


@dataclass
class Notes:
    """Collects problems, each at its place in the file."""

    tree: Node
    file: str
    problems: list[Problem] = field(default_factory=list)
    #: The scenarios that are like another, by their places, and that one's place.
    alike: dict[int, int] = field(default_factory=dict)

    def add(self, path: Path, message: str, column: int = 0) -> None:
        """A problem at ``path``, ``column`` characters into the text there."""
        node = find(self.tree, self.origin(path))
        within = column if isinstance(node, Scalar) else 0
        self.note(node.line, node.column + within, message)

    def add_at_key(self, path: Path, message: str) -> None:
        """A problem with the key at the end of ``path``."""
        node = find_key(self.tree, self.origin(path))
        self.note(node.line, node.column, message)

    def parent(self, path: Path) -> Node:
        """What holds the key at the end of ``path``."""
        return find(self.tree, self.origin(path)[:-1])

    def note(self, line: int, column: int, message: str) -> None:
        """A problem, once."""
        problem = Problem(self.file, line, column, message)
        if problem not in self.problems:
            self.problems.append(problem)

    def origin(self, path: Path) -> Path:
        """Where in the file a part of a scenario stands: in that scenario, or in one it is like."""
        found = path
        while not self.exists(found) and len(found) > 1 and found[1] in self.alike:
            found = (found[0], self.alike[int(found[1])], *found[2:])
        return found if self.exists(found) else path

    def likeness(self, place: int) -> Iterator[int]:
        """The scenarios that one is like: the one it names, that one's, and so on."""
        while place in self.alike:
            place = self.alike[place]
            yield place

    def exists(self, path: Path) -> bool:
        """Whether the file has something at the first keys of ``path``, names included."""
        node = self.tree
        for part in path[:4]:
            if isinstance(part, str):
                if not isinstance(node, Mapping):
                    return True
                if part not in [key.text for key, _ in node.entries]:
                    return False
            node = find(node, (part,))
        return True

    def line(self, path: Path) -> int:
        """The line in the file at which ``path`` begins."""
        return find(self.tree, path).line
