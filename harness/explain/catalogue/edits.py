"""Elementary edits: what may go wrong in one line of a derivation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from fractions import Fraction

from harness.explain.catalogue.edit import Edit
from harness.explain.catalogue.slopes import ACTIVATIONS, Slopes
from harness.explain.computation.derivation import Derivation, Entry, unit
from harness.explain.computation.relations import Relations
from harness.explain.computation.words import Words
from harness.scenario.task import FUNCTIONS, array_of

_HALF, _TWO = Fraction(1, 2), Fraction(2)
#: What a share of a gradient comes through, by the operation that it takes.
_THROUGH = {
    "multiply": "products in the gradients",
    "add": "gradients that sums hand on",
    "divide": "quotients in the gradients",
}
#: Operands of one kind that are replaced throughout.
_REPLACED = {
    "net for out": "net inputs stand where outputs belong",
    "out for net": "outputs stand where net inputs belong",
}


class Edits:
    """The edits of the lines of one derivation."""

    def __init__(self, derivation: Derivation) -> None:
        self.derivation = derivation
        self.words = Words(derivation)
        self.related = Relations(derivation)
        self.slopes = Slopes(self.words, self.related)

    def of(self, entry: Entry) -> Iterator[Edit]:
        """Everything that may go wrong in one line."""
        name = self.words.name(entry.result)
        if entry.operands or entry.role != "adjoint":
            yield from self.scaled(entry, name)
        if entry.role == "slope":
            yield from self.slopes.of(entry, name)
            return
        if entry.role == "share":
            yield Edit(
                replace(entry, scale=Fraction(0)), "gradient stopped", "stopped",
                f"{name} is left out", 1.1, "no gradient is handed on {where}",
            )  # fmt: skip
        if entry.operation == "multiply":
            yield from self.factors(entry, name)
            if entry.role == "update" and "rate" in map(self.related.sort, entry.operands):
                yield from self.rated(entry, name)
        if entry.operation in {"add", "subtract"} and len(entry.operands) > 1:
            yield from self.terms(entry, name)
        if entry.role in {"forward", "share", "update"}:
            yield from self.operands(entry, name)
        if entry.role == "forward" and entry.operation in FUNCTIONS:
            yield from self.functions(entry, name)

    def scaled(self, entry: Entry, name: str) -> Iterator[Edit]:
        role = entry.role
        operation = entry.operation.partition(":")[0]
        what = {
            "slope": "derivatives of functions", "share": _THROUGH.get(operation, "shares of gradients"),
            "adjoint": "gradients of parameters" if self.is_of_parameter(entry) else "gradients",
            "update": f"lines like {name} of the update",
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
            family = f"{role} {operation} {self.rule_line(entry)} {self.is_of_parameter(entry)}"
            size = 1.0 if role in {"share", "slope", "update"} else 1.2
            yield Edit(
                edited, kind, family, text.format(name), size + 0.3 * (kind != "sign"),
                group.format(what) if what else None,
            )  # fmt: skip

    def is_of_parameter(self, entry: Entry) -> bool:
        """Whether a line is a gradient by what is trained."""
        by = entry.of.partition("/d")[2] if entry.role == "adjoint" else ""
        return by in self.derivation.after or by in self.derivation.frozen

    def rated(self, entry: Entry, name: str) -> Iterator[Edit]:
        """The learning rate of one parameter, unit or layer is another one."""
        for scale, words in ((Fraction(10), "10 times"), (Fraction(1, 10), "a tenth of")):
            yield Edit(
                replace(entry, scale=entry.scale * scale), "another rate",
                f"update {self.rule_line(entry)} {words}",
                f"the learning rate of {entry.of} is {words} what it should be", 1.5,
                f"the learning rate is {words} what it should be {{where}}",
            )  # fmt: skip

    def rule_line(self, entry: Entry) -> str:
        """Which line of the optimizer's rule an update's line is."""
        return entry.result.partition(" of ")[0] if entry.role == "update" else ""

    def factors(self, entry: Entry, name: str) -> Iterator[Edit]:
        for place, operand in enumerate(entry.operands):
            rest = entry.operands[:place] + entry.operands[place + 1 :]
            shown = self.words.name(operand)
            family = self.alike(entry, place)
            yield Edit(
                replace(entry, operation="add" if len(rest) == 1 else "multiply", operands=rest),
                "factor dropped", family, f"the factor {shown} is left out of {name}", 1.0,
                f"the factor {self.kind_of(operand)} is left out {{where}}{_in(entry)}",
            )  # fmt: skip
            yield Edit(
                replace(entry, operands=(*entry.operands, operand)),
                "factor doubled", family, f"the factor {shown} stands twice in {name}", 1.3,
                f"the factor {self.kind_of(operand)} stands twice {{where}}{_in(entry)}",
            )  # fmt: skip

    def alike(self, entry: Entry, place: int) -> str:
        """The family of a factor or term: by its sort, where that tells it from the others of its
        line, else by its place in lines of this kind."""
        sorts = [self.through(one) or self.family(one) for one in entry.operands]
        sort, of = sorts[place], self.is_of_parameter(entry)
        where = place if sort in {"other", "adjoint"} or sorts.count(sort) > 1 else ""
        return f"{entry.role} {where} {sort} {self.rule_line(entry)} {of}"

    def through(self, operand: str) -> str:
        """The quantity that a share of a gradient comes through, where it is no unit's."""
        share = self.derivation.line.get(operand)
        if share is None or share.role != "share" or self.derivation.scenario.network:
            return ""
        return array_of(unit(share.through))

    def family(self, operand: str) -> str:
        if operand.startswith("slope "):
            return "slope " + self.words.slope(operand)[1]
        if operand in self.derivation.scenario.given:
            return self.related.sort(operand)
        return "adjoint" if "/d" in operand else self.related.sort(operand)

    def kind_of(self, operand: str) -> str:
        if self.through(operand):
            return f"that comes through {self.through(operand)}"
        family = self.family(operand)
        if family.startswith("slope "):
            return f"{family[6:]}'"
        return {
            "weight": "of the weight", "input": "of the input", "out": "of the layer before",
            "adjoint": "of the gradient", "rate": "of the learning rate",
        }.get(family, f"like {self.words.name(operand)}")  # fmt: skip

    def terms(self, entry: Entry, name: str) -> Iterator[Edit]:
        count = len(entry.operands)
        signs = [1, -1] if entry.operation == "subtract" else [1] * count
        for place, operand in enumerate(entry.operands):
            yield self.doubled(entry, signs, place, name)
            rest = entry.operands[:place] + entry.operands[place + 1 :]
            left = signs[:place] + signs[place + 1 :]
            shown = self.words.name(operand)
            family = self.alike(entry, place)
            frozen = entry.role == "update" and len(rest) == 1 and rest[0] == entry.of
            yield Edit(
                replace(entry, operation=_signs(left), operands=rest),
                "not updated" if frozen else "term dropped", family,
                f"{entry.of} is not updated" if frozen else f"the term {shown} is left out of {name}",
                1.0,
                "nothing is updated {where}" if frozen else f"the term {self.kind_of(operand)} is left out {{where}}{_in(entry)}",
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
                else f"the sign of the term {self.kind_of(operand)} is turned {{where}}{_in(entry)}",
            )  # fmt: skip
        if entry.operation == "add" and (entry.role == "adjoint" or count > 2):
            yield from self.kept(entry, name)
        if entry.role in {"adjoint", "forward"} and entry.operation == "add":
            yield Edit(
                replace(entry, scale=entry.scale / count),
                "mean for sum", f"{entry.role} {count} {self.is_of_parameter(entry)}",
                f"{name} is the mean of its terms instead of their sum", 1.2,
                "sums are made means {where}",
            )  # fmt: skip

    def kept(self, entry: Entry, name: str) -> Iterator[Edit]:
        """What each term is assigned to, instead of added to: one of them is all that is left."""
        backward = entry.role == "adjoint"
        what = "gradients keep the {} path alone" if backward else "sums keep the {} term alone"
        for place in (0, -1):
            # The shares of a gradient come by the last use first.
            which = "last" if (place == 0) == backward else "first"
            yield Edit(
                replace(entry, operands=(entry.operands[place],)), "assigned",
                f"{entry.role} {which} {self.is_of_parameter(entry)}",
                f"{name} keeps {self.words.name(entry.operands[place])} alone instead of the sum of all",
                0.95, f"{what.format(which)} instead of the sum of all {{where}}",
            )  # fmt: skip

    def doubled(self, entry: Entry, signs: list[int], place: int, name: str) -> Edit:
        """A term that is added, or subtracted, twice."""
        operand = entry.operands[place]
        return Edit(
            replace(
                entry, operation=_signs([*signs, signs[place]]), operands=(*entry.operands, operand)
            ),
            "term doubled", self.alike(entry, place),
            f"the term {self.words.name(operand)} stands twice in {name}", 1.3,
            f"the term {self.kind_of(operand)} stands twice {{where}}{_in(entry)}",
        )  # fmt: skip

    def operands(self, entry: Entry, name: str) -> Iterator[Edit]:
        for place, operand in enumerate(entry.operands):

            def put(other: str, place: int = place) -> Entry:
                operands = list(entry.operands)
                operands[place] = other
                return replace(entry, operands=tuple(operands))

            shown = self.words.name(operand)
            new = self.derivation.after.get(operand)
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
                    f"{_REPLACED[kind]} {{where}}" if kind in _REPLACED else None,
                )  # fmt: skip

    def functions(self, entry: Entry, name: str) -> Iterator[Edit]:
        function = entry.operation
        if function == "negate":
            return
        yield Edit(
            replace(entry, operation="add"), "function left out", function,
            f"{function} is left out of {name}", 1.0, f"{function} is left out {{where}}",
        )  # fmt: skip
        others = ACTIVATIONS if function in ACTIVATIONS else ()
        for other in others:
            if other != function:
                yield Edit(
                    replace(entry, operation=other), "function replaced", f"{function} {other}",
                    f"{other} stands for {function} in {name}", 1.4,
                    f"{other} stands for {function} {{where}}",
                )  # fmt: skip


def _in(entry: Entry) -> str:
    """Which part of the computation several lines of one kind lie in."""
    return {
        "forward": ", in the forward pass", "share": ", in the gradients",
        "adjoint": ", where gradients are summed", "update": ", in the update",
    }.get(entry.role, "")  # fmt: skip


def _signs(signs: Iterable[int]) -> str:
    signs = list(signs)
    if all(sign > 0 for sign in signs):
        return "add"
    return "signed:" + "".join("+" if sign > 0 else "-" for sign in signs)
