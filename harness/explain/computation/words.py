"""Lines of a derivation as a reader of the document would write them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from harness.explain.computation.arithmetics import signed
from harness.explain.computation.derivation import Derivation, Entry, unit
from harness.scenario.task import Step

_LONGEST = 40


def rounding(how: str) -> str:
    """``nearest:3``, ``hand:3`` or ``cut:3`` in words."""
    way, _, places = how.partition(":")
    if way == "single":
        return "rounded to single precision"
    decimals = f"{places} decimal{'s' if places != '1' else ''}"
    return f"cut off after {decimals}" if way == "cut" else f"rounded to {decimals}"


@dataclass(frozen=True)
class Words:
    """The words for the lines of one derivation."""

    derivation: Derivation

    @cached_property
    def steps(self) -> dict[str, Step]:
        """The steps of the forward pass by their results."""
        return {step.result: step for step in self.derivation.scenario.computation.steps}

    @cached_property
    def new(self) -> dict[str, str]:
        """The parameter that a line is the updated value of."""
        found = {result: name for name, result in self.derivation.frozen.items()}
        return found | {result: name for name, result in self.derivation.after.items()}

    def name(self, line: str, depth: int = 0) -> str:
        """A quantity: its name, or what it is computed by where it has none."""
        if line in self.new:
            return f"{self.new[line]}@1"
        if line.startswith("slope "):
            result, _, operand = self.slope(line)
            return f"d{self._bracketed(self.name(result))}/d{self._bracketed(operand)}"
        line = self._handed_on(line)
        entry = self.derivation.line.get(line)
        if entry is not None and entry.role == "update":
            return self.written(entry, depth + 1)
        if line.startswith("d") and "/d" in line and entry is not None:
            of, _, by = line[1:].partition("/d")
            by, _, through = by.partition(" through ")
            base = f"d{of}/d{self._inner(by)}"
            return f"the share of {base} through {unit(through)}" if through else base
        if "#" in line and line in self.steps and depth < 4:
            text = self.written(
                Entry(line, self.steps[line].operation, self.steps[line].operands, "forward", ""),
                depth + 1,
            )
            return text if len(text) <= _LONGEST else f"a part of {unit(line)}"
        return line

    def _handed_on(self, line: str) -> str:
        """The gradient of a sum that a term without a name merely takes over."""
        entry = self.derivation.line.get(line)
        while (
            entry is not None
            and entry.role == "adjoint"
            and "#" in line
            and len(entry.operands) == 1
        ):
            share = self.derivation.line[entry.operands[0]]
            if share.operation != "add" or share.scale != 1:
                break
            line = share.operands[0]
            entry = self.derivation.line.get(line)
        return line

    @staticmethod
    def _bracketed(text: str) -> str:
        return f"({text})" if any(mark in text for mark in " *^") else text

    def slope(self, line: str) -> tuple[str, str, str]:
        """A slope's result, the operation, and its operand."""
        result, _, place = line.removeprefix("slope ").rpartition("/")
        step = self.steps[result]
        return result, step.operation, self.name(step.operands[int(place)])

    def _inner(self, name: str) -> str:
        text = self.name(name)
        return text if text == name or text.startswith("a part") else f"({text})"

    def written(self, entry: Entry, depth: int = 0) -> str:
        """The right side of a line."""
        operands = [self.name(one, depth) for one in self._told(entry)]
        name, _, rest = entry.operation.partition(":")
        wrapped = [f"({o})" if " + " in o or " - " in o else o for o in operands]
        match name:
            case "add":
                share = self._only_share(entry)
                text = self.written(share, depth + 1) if share else " + ".join(operands) or "1"
            case "signed":
                text = (
                    "".join(
                        f" {'+' if sign > 0 else '-'} {one}"
                        for sign, one in zip(signed(entry.operation), wrapped, strict=True)
                    )
                    .removeprefix(" + ")
                    .lstrip()
                )
            case "subtract":
                text = f"{operands[0]} - {wrapped[1]}"
            case "multiply":
                text = "*".join(wrapped)
            case "divide":
                text = f"{wrapped[0]}/{wrapped[1]}"
            case "power":
                text = f"{wrapped[0]}^{operands[1]}"
            case "negate":
                text = f"-{wrapped[0]}"
            case "slope":
                text = f"{rest.partition(':')[0]}'({operands[0]})"
                if rest.startswith("tanh"):
                    text = f"1 - {wrapped[-1]}^2"
                if rest.startswith("sigmoid"):
                    text = f"{wrapped[-1]}*(1 - {operands[-1]})"
            case "misremembered":
                text = rest.replace("x", "\0").replace("y", wrapped[-1]).replace("\0", wrapped[-2])
            case "nested":
                text = f"{rest}'({operands[0]})"
            case _:
                text = f"{name}({', '.join(operands)})"
        if entry.scale != 1:
            several = " + " in text or " - " in text
            inner = f"({text})" if several else text
            text = f"-{inner}" if entry.scale == -1 else f"{entry.scale}*{inner}"
        return f"{text}, {rounding(entry.rounded)}" if entry.rounded else text

    def _told(self, entry: Entry) -> tuple[str, ...]:
        """The operands of a line; of a product without what is differentiated by itself, a 1."""
        told = [one for one in entry.operands if not self._is_seed(one)]
        return tuple(told) if entry.operation == "multiply" and told else entry.operands

    def _is_seed(self, line: str) -> bool:
        entry = self.derivation.line.get(line)
        return entry is not None and entry.role == "adjoint" and not entry.operands

    def _only_share(self, entry: Entry) -> Entry | None:
        """Of a gradient the one share that it consists of."""
        if entry.role != "adjoint" or len(entry.operands) != 1:
            return None
        share = self.derivation.line.get(entry.operands[0])
        return share if share is not None and share.role == "share" else None

    def line(self, entry: Entry) -> str:
        """A line, edited or not."""
        left = self.name(entry.result)
        if entry.result in self.new or entry.role != "update":
            return f"{left} = {self.written(entry)}"
        return f"the step of {entry.of} = {self.written(entry)}"

    def beside(self, entry: Entry) -> str:
        """A mistaken line beside the right one."""
        right = self.derivation.line[entry.result]
        line, sound = self.line(entry), self.written(right)
        if self.written(entry) != sound:
            return f"{line}, not {sound}"
        # What tells them apart is an operand that is not written.
        here, there = (", ".join(map(self.name, one.operands)) for one in (entry, right))
        return f"{line}, with {here} in place of {there}"
