"""The catalogue of mistakes: single edits of a derivation's lines, and their scopes.

An elementary edit changes one line. Edits of one family (every sigmoid's slope left out, every
sign of an update turned) are then made in one unit, in one layer and everywhere at once: the same
slip made throughout is one mistake, not many.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from harness.explain.derivation import Derivation, Entry, layers_of, unit
from harness.explain.mistake import Mistake
from harness.explain.relations import Relations
from harness.explain.words import Words
from harness.scenario.task import FUNCTIONS

_HALF, _TWO = Fraction(1, 2), Fraction(2)
#: Functions that stand in for one another.
_ACTIVATIONS = ("sigmoid", "tanh", "relu")


@dataclass(frozen=True)
class Edit:
    """One line changed. ``family`` is what may be done in several places alike; ``sentence`` says
    it of this line, ``group`` of several, with {where} for the place."""

    entry: Entry
    kind: str
    family: str
    sentence: str
    size: float
    group: str | None = None


def catalogue(derivation: Derivation) -> list[Mistake]:
    """Every mistake, each once, the smallest first."""
    found = _Catalogue(derivation)
    merged: dict[tuple[object, ...], Mistake] = {}
    for mistake in found.mistakes():
        known = merged.get(mistake.key)
        if known is None or mistake.size < known.size:
            merged[mistake.key] = mistake
    return sorted(merged.values(), key=lambda mistake: mistake.size)


class _Catalogue:
    def __init__(self, derivation: Derivation) -> None:
        self.derivation = derivation
        self.words = Words(derivation)
        self.related = Relations(derivation)
        self.layers = layers_of(derivation.scenario)
        self.updated = {name: new for name, new in derivation.after.items()}

    def mistakes(self) -> Iterator[Mistake]:
        families: dict[tuple[str, str], list[Edit]] = {}
        for entry in (*self.derivation.entries, *self.derivation.asides):
            for edit in self.edits(entry):
                if not self.ordered(edit.entry):
                    continue
                yield self.single(edit)
                if edit.group:
                    families.setdefault((edit.kind, edit.family), []).append(edit)
        for edits in families.values():
            yield from self.scopes(edits)
        yield from self.parameters()

    def ordered(self, entry: Entry) -> bool:
        """Whether all operands of an edited line are computed before it."""
        position = self.derivation.position
        here = position[entry.result]
        return all(position.get(operand, -1) < here for operand in entry.operands)

    # Scopes

    def single(self, edit: Edit) -> Mistake:
        return Mistake(
            edit.kind, self.words.name(edit.entry.result), edit.sentence,
            self.words.line(edit.entry), edit.size, {edit.entry.result: edit.entry},
        )  # fmt: skip

    def scopes(self, edits: list[Edit]) -> Iterator[Mistake]:
        def together(some: list[Edit], where: str, more: float) -> Mistake:
            first = some[0]
            assert first.group is not None
            return Mistake(
                first.kind, where, first.group.format(where=where),
                self.words.line(first.entry), first.size + more,
                {edit.entry.result: edit.entry for edit in some},
            )  # fmt: skip

        if len(edits) < 2:
            return
        layers = {self.layer_of(edit.entry) for edit in edits}
        yield together(
            edits, layers.pop() or "everywhere" if len(layers) == 1 else "everywhere", 0.1
        )
        for grouping in (self.unit_of, self.layer_of):
            groups: dict[str, list[Edit]] = {}
            for edit in edits:
                groups.setdefault(grouping(edit.entry), []).append(edit)
            for where, some in groups.items():
                if where and 1 < len(some) < len(edits):
                    yield together(some, where, 0.2)

    def unit_of(self, entry: Entry) -> str:
        return f"in {self.subject(entry)}"

    def subject(self, entry: Entry) -> str:
        """The quantity that an entry is about: that by which is differentiated, or its own."""
        if entry.role in {"share", "adjoint"}:
            return unit(entry.of.partition("/d")[2])
        return entry.of

    def layer_of(self, entry: Entry) -> str:
        number = self.layers.get(self.subject(entry))
        if number is None:
            return ""
        network = self.derivation.scenario.network
        assert network is not None
        outs = network.layers[number].out
        what = "output layer" if number == len(network.layers) - 1 else "hidden layer"
        return f"in the {what} ({', '.join(outs[:3])}{', …' if len(outs) > 3 else ''})"

    # Elementary edits

    def edits(self, entry: Entry) -> Iterator[Edit]:
        name = self.words.name(entry.result)
        if entry.operands or entry.role != "adjoint":
            yield from self.scaled(entry, name)
        if entry.role == "slope":
            yield from self.slope(entry, name)
            return
        if entry.operation == "multiply":
            yield from self.factors(entry, name)
        if entry.operation in {"add", "subtract"} and len(entry.operands) > 1:
            yield from self.terms(entry, name)
        if entry.role in {"forward", "share", "update"}:
            yield from self.operands(entry, name)
        if entry.role == "forward" and entry.operation in FUNCTIONS:
            yield from self.functions(entry, name)

    def scaled(self, entry: Entry, name: str) -> Iterator[Edit]:
        role = entry.role
        what = {
            "slope": "partial derivatives", "share": "shares of gradients",
            "adjoint": "gradients", "update": "steps of the update",
        }.get(role)  # fmt: skip
        for scale, kind, text, group in (
            (
                Fraction(-1),
                "sign",
                "the sign of {} is turned",
                "the sign of all {} is turned {{where}}",
            ),
            (_TWO, "doubled", "{} is counted twice", "all {} are counted twice {{where}}"),
            (_HALF, "halved", "{} is halved", "all {} are halved {{where}}"),
        ):
            edited = replace(entry, scale=entry.scale * scale)
            family = f"{role} {entry.operation.partition(':')[0]} {self.rule_line(entry)}"
            size = 1.0 if role in {"share", "slope", "update"} else 1.2
            yield Edit(
                edited, kind, family, text.format(name), size + 0.3 * (kind != "sign"),
                group.format(what) if what else None,
            )  # fmt: skip

    def rule_line(self, entry: Entry) -> str:
        """Which line of the optimizer's rule an update's line is."""
        return entry.result.partition(" of ")[0] if entry.role == "update" else ""

    def slope(self, entry: Entry, name: str) -> Iterator[Edit]:
        function = entry.operation.split(":")[1]
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
        for other in self.related.siblings(y):
            source = self.derivation.line.get(other)
            if source is not None and source.operation == function:
                yield Edit(
                    replace(entry, operands=(*source.operands, other)), "neighbour", "slope",
                    f"{name} is taken of the neighbour {self.words.name(other)}", 1.3,
                )  # fmt: skip

    def factors(self, entry: Entry, name: str) -> Iterator[Edit]:
        for place, operand in enumerate(entry.operands):
            rest = entry.operands[:place] + entry.operands[place + 1 :]
            shown = self.words.name(operand)
            family = f"{entry.role} {place} {self.family(operand)} {self.rule_line(entry)}"
            yield Edit(
                replace(entry, operation="add" if len(rest) == 1 else "multiply", operands=rest),
                "factor dropped", family, f"the factor {shown} is left out of {name}", 1.0,
                f"the factor {self.kind_of(operand)} is left out {{where}}",
            )  # fmt: skip
            yield Edit(
                replace(entry, operands=(*entry.operands, operand)),
                "factor doubled", family, f"the factor {shown} stands twice in {name}", 1.3,
                f"the factor {self.kind_of(operand)} stands twice {{where}}",
            )  # fmt: skip

    def family(self, operand: str) -> str:
        if operand.startswith("slope "):
            return "slope " + self.words.slope(operand)[1]
        if operand in self.derivation.scenario.given:
            return self.related.sort(operand)
        return "adjoint" if "/d" in operand else self.related.sort(operand)

    def kind_of(self, operand: str) -> str:
        family = self.family(operand)
        if family.startswith("slope "):
            return f"{family[6:]}'"
        return {
            "weight": "of the weight", "input": "of the input", "out": "of the layer before",
            "adjoint": "of the gradient", "rate": "of the learning rate",
        }.get(family, family)  # fmt: skip

    def terms(self, entry: Entry, name: str) -> Iterator[Edit]:
        count = len(entry.operands)
        signs = [1, -1] if entry.operation == "subtract" else [1] * count
        for place, operand in enumerate(entry.operands):
            rest = entry.operands[:place] + entry.operands[place + 1 :]
            left = signs[:place] + signs[place + 1 :]
            shown = self.words.name(operand)
            family = f"{entry.role} {place} {self.family(operand)} {self.rule_line(entry)}"
            frozen = entry.role == "update" and len(rest) == 1 and rest[0] == entry.of
            yield Edit(
                replace(entry, operation=_signs(left), operands=rest),
                "not updated" if frozen else "term dropped", family,
                f"{entry.of} is not updated" if frozen else f"the term {shown} is left out of {name}",
                1.0,
                "nothing is updated {where}" if frozen else f"the term {self.kind_of(operand)} is left out {{where}}",
            )  # fmt: skip
            turned = [-s if k == place else s for k, s in enumerate(signs)]
            ascent = frozen and entry.operation == "subtract"
            yield Edit(
                replace(entry, operation=_signs(turned)),
                "ascent" if ascent else "sign", family,
                f"{entry.of} goes up its gradient instead of down"
                if ascent
                else f"the sign of the term {shown} in {name} is turned",
                1.0,
                "the update goes up the gradient instead of down {where}"
                if ascent
                else f"the sign of the term {self.kind_of(operand)} is turned {{where}}",
            )  # fmt: skip
        if entry.role in {"adjoint", "forward"} and entry.operation == "add":
            yield Edit(
                replace(entry, scale=entry.scale / count), "mean for sum", f"{entry.role} {count}",
                f"{name} is the mean of its terms instead of their sum", 1.2,
                "sums are made means {where}",
            )  # fmt: skip

    def operands(self, entry: Entry, name: str) -> Iterator[Edit]:
        for place, operand in enumerate(entry.operands):

            def put(other: str, place: int = place) -> Entry:
                operands = list(entry.operands)
                operands[place] = other
                return replace(entry, operands=tuple(operands))

            shown = self.words.name(operand)
            new = self.updated.get(operand)
            if new is not None and entry.role == "share":
                yield Edit(
                    put(new), "early update", "early",
                    f"the updated {shown} is used too early, in {name}", 1.0,
                    "weights are updated too early, before they are used for the gradients {where}",
                )  # fmt: skip
            for other, kind, size in self.related.instead_of(operand):
                yield Edit(
                    put(other), kind, f"{entry.role} {kind} {self.family(operand)}",
                    f"{self.words.name(other)} stands where {shown} belongs, in {name}", size,
                    f"{kind}: {self.kind_of(operand)} replaced {{where}}" if kind != "neighbour" else None,
                )  # fmt: skip

    def functions(self, entry: Entry, name: str) -> Iterator[Edit]:
        function = entry.operation
        if function == "negate":
            return
        yield Edit(
            replace(entry, operation="add"), "function left out", function,
            f"{function} is left out of {name}", 1.0, f"{function} is left out {{where}}",
        )  # fmt: skip
        others = _ACTIVATIONS if function in _ACTIVATIONS else ()
        for other in others:
            if other != function:
                yield Edit(
                    replace(entry, operation=other), "function replaced", f"{function} {other}",
                    f"{other} stands for {function} in {name}", 1.4,
                    f"{other} stands for {function} {{where}}",
                )  # fmt: skip

    def parameters(self) -> Iterator[Mistake]:
        """Parameters updated that the training leaves alone."""
        frozen = self.derivation.frozen
        if frozen:
            names = ", ".join(frozen)
            yield Mistake(
                "updated besides", "everywhere", f"{names} are updated too", f"{names} updated",
                1.1, after=dict(frozen),
            )  # fmt: skip
            if len(frozen) > 1:
                for name, result in frozen.items():
                    yield Mistake(
                        "updated besides", name, f"{name} is updated too", f"{name} updated", 1.2,
                        after={name: result},
                    )  # fmt: skip


def _signs(signs: Iterable[int]) -> str:
    signs = list(signs)
    if all(sign > 0 for sign in signs):
        return "add"
    return "signed:" + "".join("+" if sign > 0 else "-" for sign in signs)
