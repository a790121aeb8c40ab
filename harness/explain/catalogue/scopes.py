"""The catalogue of mistakes: single edits of a derivation's lines, and their scopes.

An elementary edit changes one line. Edits of one family (every sigmoid's slope left out, every
sign of an update turned) are then made in one unit, in one layer and everywhere at once: the same
slip made throughout is one mistake, not many.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cached_property

from harness.explain.catalogue.differentiated import differentiated
from harness.explain.catalogue.edit import Edit
from harness.explain.catalogue.edits import Edits
from harness.explain.catalogue.exchanged import exchanged
from harness.explain.catalogue.rounded import rounded
from harness.explain.catalogue.together import together
from harness.explain.catalogue.wholes import wholes
from harness.explain.computation.derivation import Derivation, Entry, layer_named, layers_of, unit
from harness.explain.computation.mistake import Mistake
from harness.explain.computation.words import Words
from harness.scenario.task import array_of


def catalogue(derivation: Derivation) -> list[Mistake]:
    """Every mistake, each once, the smallest first."""
    found = _Catalogue(derivation)
    merged: dict[tuple[object, ...], Mistake] = {}
    for mistake in found.mistakes():
        known = merged.get(mistake.key)
        if known is None or mistake.size < known.size:
            merged[mistake.key] = mistake
    return sorted(_told_apart(merged.values()), key=lambda mistake: mistake.size)


def _told_apart(mistakes: Iterable[Mistake]) -> Iterator[Mistake]:
    """Mistakes whose sentences would be the same also say how the line is computed."""
    mistakes = list(mistakes)
    times = Counter(mistake.sentence for mistake in mistakes)
    for mistake in mistakes:
        if times[mistake.sentence] > 1:
            mistake = replace(mistake, sentence=f"{mistake.sentence} ({mistake.computation})")
        yield mistake


class _Catalogue:
    def __init__(self, derivation: Derivation) -> None:
        self.derivation = derivation
        self.words = Words(derivation)
        self.edits = Edits(derivation)
        self.layers = layers_of(derivation.scenario)

    def mistakes(self) -> Iterator[Mistake]:
        edited = [*self.edited(), *together(self.derivation)]
        yield from edited
        yield from differentiated(self.derivation, edited)
        yield from self.parameters()
        yield from exchanged(self.derivation)
        yield from rounded(self.derivation)
        yield from wholes(self.derivation)

    def edited(self) -> Iterator[Mistake]:
        """The edits of single lines, and in their scopes."""
        families: dict[tuple[str, str], list[Edit]] = {}
        for entry in (*self.derivation.entries, *self.derivation.asides):
            for edit in self.edits.of(entry):
                if not self.ordered(edit.entry):
                    continue
                yield self.single(edit)
                if edit.group:
                    families.setdefault((edit.kind, edit.family), []).append(edit)
        for edits in families.values():
            yield from self.scopes(edits)

    def ordered(self, entry: Entry) -> bool:
        """Whether all operands of an edited line are computed before it."""
        position = self.derivation.position
        here = position[entry.result]
        return all(position.get(operand, -1) < here for operand in entry.operands)

    # Scopes

    def single(self, edit: Edit) -> Mistake:
        entry = edit.entry
        inside = f", in {entry.of}" if "#" in entry.result and entry.role == "forward" else ""
        return Mistake(
            edit.kind, self.words.name(entry.result), edit.sentence + inside,
            self.words.beside(entry), edit.size, {entry.result: entry},
        )  # fmt: skip

    def scopes(self, edits: list[Edit]) -> Iterator[Mistake]:
        def together(some: list[Edit], where: str, more: float) -> Mistake:
            first = some[0]
            assert first.group is not None
            return Mistake(
                first.kind, where, first.group.format(where=where),
                self.words.beside(first.entry), first.size + more,
                {edit.entry.result: edit.entry for edit in some},
            )  # fmt: skip

        if len(edits) < 2:
            return
        layers = {self.layer_of(edit.entry) for edit in edits}
        yield together(
            edits, layers.pop() or "everywhere" if len(layers) == 1 else "everywhere", 0.1
        )
        for grouping, more in (
            (self.unit_of, 0.2), (self.layer_of, 0.2), (self.sort_of, 0.2), (self.whole_of, 0.2),
            (self.column_of, 0.35),
        ):  # fmt: skip
            groups: dict[str, list[Edit]] = {}
            for edit in edits:
                groups.setdefault(grouping(edit.entry), []).append(edit)
            for where, some in groups.items():
                if where and 1 < len(some) < len(edits):
                    yield together(some, where, more)

    def unit_of(self, entry: Entry) -> str:
        return f"in {self.subject(entry)}"

    def subject(self, entry: Entry) -> str:
        """The quantity that an entry is about: that by which is differentiated, or its own."""
        if entry.role in {"share", "adjoint"}:
            return unit(entry.of.partition("/d")[2])
        return entry.of

    def layer_of(self, entry: Entry) -> str:
        number = self.layers.get(self.subject(entry))
        return "" if number is None else layer_named(self.derivation.scenario, number)

    def sort_of(self, entry: Entry) -> str:
        """Whether it is about weights, or about biases."""
        sort = self.edits.related.sort(self.subject(entry))
        return {"weight": "for the weights", "bias": "for the biases"}.get(sort, "")

    def whole_of(self, entry: Entry) -> str:
        """The array that it is about an element of."""
        subject = self.subject(entry)
        return f"in {array_of(subject)}" if array_of(subject) != subject else ""

    def column_of(self, entry: Entry) -> str:
        """The input that a weight belongs to."""
        name = self.columns.get(self.subject(entry), "")
        return f"for the weights of {name} in the layer after it" if name else ""

    @cached_property
    def columns(self) -> dict[str, str]:
        """What each weight of a network is multiplied by."""
        network = self.derivation.scenario.network
        found: dict[str, str] = {}
        inputs = network.inputs if network else ()
        for layer in network.layers if network else ():
            for row in layer.weights:
                found |= dict(zip(row, inputs, strict=True))
            inputs = layer.out
        return found

    def parameters(self) -> Iterator[Mistake]:
        """Parameters updated that the training leaves alone."""
        frozen = self.derivation.frozen
        if frozen:
            names = ", ".join(frozen)
            yield Mistake(
                "updated besides", "everywhere",
                f"{names} {'are' if len(frozen) > 1 else 'is'} updated too", f"{names} updated",
                1.1, after=self.derivation.updating(frozen),
            )  # fmt: skip
            if len(frozen) > 1:
                for name in frozen:
                    yield Mistake(
                        "updated besides", name, f"{name} is updated too", f"{name} updated", 1.2,
                        after=self.derivation.updating([name]),
                    )  # fmt: skip
