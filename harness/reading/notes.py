"""Problems, collected with their places while a fixture is read."""

from __future__ import annotations

from dataclasses import dataclass, field

from harness.reading.tree import Mapping, Node, Problem, Scalar, find, find_key

Path = tuple[str | int, ...]


@dataclass
class Notes:
    """Collects problems, each at its place in the file."""

    tree: Node
    file: str
    problems: list[Problem] = field(default_factory=list)

    def add(self, path: Path, message: str, column: int = 0) -> None:
        """A problem at ``path``, ``column`` characters into the text there."""
        node = find(self.tree, path)
        within = column if isinstance(node, Scalar) else 0
        problem = Problem(self.file, node.line, node.column + within, message)
        if problem not in self.problems:
            self.problems.append(problem)

    def add_at_key(self, path: Path, message: str) -> None:
        """A problem with the key at the end of ``path``."""
        node = find_key(self.tree, path)
        self.problems.append(Problem(self.file, node.line, node.column, message))

    def stands(self, path: Path) -> bool:
        """Whether the key at the end of ``path`` stands in the file."""
        parent = find(self.tree, path[:-1])
        return isinstance(parent, Mapping) and any(
            key.text == path[-1] for key, _ in parent.entries
        )

    def line(self, path: Path) -> int:
        """The line in the file at which ``path`` begins."""
        return find(self.tree, path).line
