"""Elementary edits of the lines that hold derivatives of functions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from harness.explain.catalogue.edit import Edit
from harness.explain.computation.derivation import Entry
from harness.explain.computation.relations import Relations
from harness.explain.computation.slopes import TAKEN_FOR
from harness.explain.computation.words import Words
from harness.scenario.task import FUNCTIONS

#: Functions that stand in for one another.
ACTIVATIONS: Final = ("sigmoid", "tanh", "relu")


@dataclass(frozen=True)
class Slopes:
    """The edits of derivatives, in the words for one derivation."""

    words: Words
    related: Relations

    def of(self, entry: Entry, name: str) -> Iterator[Edit]:
        """Everything that may go wrong in the line of a derivative, besides a factor."""
        function = entry.operation.split(":")[1]
        yield from self.misremembered(entry, function, name)
        if function not in FUNCTIONS:
            return
        x, y = entry.operands[0], entry.operands[-1]
        yield Edit(
            replace(entry, operation="add", operands=()), "slope left out", function,
            f"{name}, the derivative of {function}, is left out", 1.0,
            f"the derivative of {function} is left out {{where}}",
        )  # fmt: skip
        yield Edit(
            replace(entry, operands=(*entry.operands[:-1], x)), "slope at the wrong place", function,
            f"{name} is computed from {self.words.name(x)} instead of {self.words.name(y)}", 1.0,
            f"the derivative of {function} is computed from its operand instead of its result {{where}}",
        )  # fmt: skip
        yield Edit(
            replace(entry, operation=f"nested:{function}", operands=(y,)), "slope at the wrong place",
            f"{function} nested",
            f"{name} is taken at {self.words.name(y)} instead of {self.words.name(x)}", 1.1,
            f"the derivative of {function} is taken at its result instead of its operand {{where}}",
        )  # fmt: skip
        yield Edit(
            replace(entry, operation="add", operands=(y,)), "function for its derivative", function,
            f"{self.words.name(y)} itself stands where its derivative belongs", 1.2,
            f"{function} itself stands where its derivative belongs {{where}}",
        )  # fmt: skip
        yield from self.other_slopes(entry, function, name)
        for other in self.related.siblings(y):
            source = self.words.derivation.line.get(other)
            if source is not None and source.operation == function:
                yield Edit(
                    replace(entry, operands=(*source.operands, other)), "neighbour", "slope",
                    f"{name} is taken of the neighbour {self.words.name(other)}", 1.3,
                )  # fmt: skip

    def other_slopes(self, entry: Entry, function: str, name: str) -> Iterator[Edit]:
        """The derivative of another function."""
        for other in ACTIVATIONS if function in ACTIVATIONS else ():
            if other != function:
                yield Edit(
                    replace(entry, operation=f"slope:{other}:0"), "slope of another function",
                    f"{function} {other}",
                    f"{name} is the derivative of {other} instead of {function}", 1.1,
                    f"the derivative of {other} stands where that of {function} belongs {{where}}",
                )  # fmt: skip

    def misremembered(self, entry: Entry, function: str, name: str) -> Iterator[Edit]:
        """A formula for the derivative that is not the right one."""
        for text in TAKEN_FOR.get(function, ()):
            edited = replace(entry, operation=f"misremembered:{text}")
            y = f"{function}(x)" if function in FUNCTIONS else "a/x"
            taken = f"{text} is taken for the derivative of y = {y}"
            yield Edit(
                edited, "slope misremembered", f"{function} {text}",
                f"{taken}, at {name}", 1.2, f"{taken} {{where}}",
            )  # fmt: skip
