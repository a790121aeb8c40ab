"""Equations of the document written otherwise, and what can follow: the gradients of what is written,
as in a framework; the right ones, where the loss alone is told wrong; or a backward pass by hand that
is still the document's, on wrong numbers. Or the backward pass alone is that of the other equations.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from harness.explain.catalogue.sizes import MORE
from harness.explain.computation.derivation import Derivation, Entry, unit
from harness.explain.computation.mistake import Instead, Mistake
from harness.explain.computation.rederived import rederived, reworked, told
from harness.notation.printing import written
from harness.notation.syntax import (
    Array,
    Expression,
    Name,
    children,
    element_of,
    with_children,
)
from harness.scenario.computation import Equation, Shape, trace
from harness.scenario.network import loss_equations
from harness.scenario.scenario import Scenario

#: Makes of a part of an equation another one: of the part as the document has it, and as it is with
#: its own parts rewritten.
Rewrite = Callable[[Expression, Expression], Expression]


@dataclass(frozen=True)
class Change:
    """``equations`` in place of those of the same name; ``backward`` says what it is where the
    backward pass alone is made so, and is empty where nobody would."""

    kind: str
    sentence: str
    equations: Mapping[str, Expression]
    size: float = 0.9
    backward: str = ""


def changed(derivation: Derivation, change: Change) -> Iterator[Mistake]:
    """The mistakes that a change makes; none where the equations cannot be computed any more."""
    scenario = derivation.scenario
    other = reworked(scenario, change.equations)
    if other is None or derivation.loss not in other.computation.position:
        return
    whole = rederived(derivation, other)
    name = "; ".join(f"{name} = {written(one)}" for name, one in change.equations.items())
    made = Mistake(
        change.kind, ", ".join(change.equations), change.sentence,
        beside(scenario.equations, change.equations), change.size, instead=Instead(name, whole),
    )  # fmt: skip
    yield made
    if change.equations.keys() <= _of_the_loss(derivation):
        sentence = f"{change.sentence}, while the gradient is right"
        value = Instead(f"the value alone: {name}", told(derivation, whole))
        yield replace(made, sentence=sentence, size=change.size + MORE, instead=value)
    by_hand = [
        (f"{change.sentence}, while the backward pass is written for what is right", ("forward",)),
        (change.backward, ("share", "slope")),
    ]
    for sentence, roles in by_hand:
        edits = _edits(derivation, whole, roles) if sentence else {}
        if edits:
            size = change.size + 2 * MORE
            yield replace(made, sentence=sentence, size=size, edits=edits, instead=None)


def _of_the_loss(derivation: Derivation) -> set[str]:
    """The equations that come after everything else: a wrong value of theirs spoils no gradient."""
    network = derivation.scenario.network
    after = {one.name for one in loss_equations(network)} if network else set()
    return {unit(derivation.loss), *after}


def _edits(derivation: Derivation, other: Derivation, roles: Collection[str]) -> dict[str, Entry]:
    """The lines of these roles that are others; none where there are other results than before."""
    if {step.result for step in derivation.scenario.computation.steps} != {
        step.result for step in other.scenario.computation.steps
    }:
        return {}
    position, scenario = derivation.position, derivation.scenario
    given = scenario.values.keys() | scenario.computation.constants.keys()
    found = {
        result: other.line[result]
        for result, entry in derivation.line.items()
        if entry.role in roles and other.line.get(result, entry) != entry
    }
    for result, entry in found.items():
        late = (position.get(one, len(position)) >= position[result] for one in entry.operands)
        if any(
            is_late and one not in given for is_late, one in zip(late, entry.operands, strict=True)
        ):
            return {}
    return found


def beside(
    right: Iterable[Equation],
    other: Mapping[str, Expression],
    shown: Callable[[Expression], str] = written,
) -> str:
    """The first equation that is another one, beside the right one."""
    for one in right:
        new = other.get(one.name, one.expression)
        if new != one.expression:
            return f"{one.name} = {shown(new)}, not {shown(one.expression)}"
    return ""


def everywhere(scenario: Scenario, rewrite: Rewrite) -> dict[str, Expression]:
    """The equations that are others when ``rewrite`` is applied to every part of them."""
    found = {one.name: remade(one.expression, rewrite) for one in scenario.equations}
    return {
        one.name: found[one.name] for one in scenario.equations if found[one.name] != one.expression
    }


def remade(node: Expression, rewrite: Rewrite) -> Expression:
    """``node`` with every part of it rewritten, the inner ones first."""
    parts = children(node)
    new = [remade(part, rewrite) for part in parts]
    same = all(one is other for one, other in zip(new, parts, strict=True))
    return rewrite(node, node if same else with_children(node, new))


def shape(scenario: Scenario, node: Expression) -> Shape | None:
    """The shape of what a part of an equation comes to; None where it has none."""
    if isinstance(node, Name) and not node.index:
        return scenario.computation.shapes.get(node.name)
    found, _ = trace([Equation("a part", node)], scenario.computation.shapes)
    return found.shapes.get("a part")


def column(node: Expression, length: int) -> Expression:
    """A vector as a matrix of one column."""
    return Array(tuple(Array((element_of(node, (k,)),)) for k in range(length)))
