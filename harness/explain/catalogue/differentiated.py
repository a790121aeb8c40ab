"""Mistakes of the forward pass that the backward pass differentiates: as a framework's user makes
them, to whom every gradient is that of what was written, right or wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from harness.explain.catalogue.sizes import FEW_STEPS, MORE
from harness.explain.computation.arithmetics import signed
from harness.explain.computation.derivation import Derivation, Entry
from harness.explain.computation.mistake import Instead, Mistake
from harness.explain.computation.rederived import rederived
from harness.scenario.scenario import Scenario
from harness.scenario.task import Step

#: The result of the operation before, among the operands of the next.
BEFORE: Final = ""


def differentiated(derivation: Derivation, mistakes: Iterable[Mistake]) -> Iterator[Mistake]:
    """Of the ``mistakes`` those that edit the forward pass alone, with its gradients; of a long one,
    those made in several places at once."""
    for mistake in mistakes:
        if not mistake.edits or mistake.given or mistake.after:
            continue
        if len(mistake.edits) == 1 and len(derivation.scenario.computation.steps) > FEW_STEPS:
            continue
        if any(one.role != "forward" or one.rounded for one in mistake.edits.values()):
            continue
        sentence = f"{mistake.sentence}, in the gradients too"
        lines = rederived(derivation, _written(derivation.scenario, mistake))
        yield replace(
            mistake, sentence=sentence, size=mistake.size + MORE, edits={},
            instead=Instead(f"{sentence}: {mistake.computation}", lines),
        )  # fmt: skip


def _written(scenario: Scenario, mistake: Mistake) -> Scenario:
    """The scenario whose forward pass is the mistaken one."""
    known = scenario.computation
    steps: list[Step] = []
    scales = {str(one.scale): one.scale for one in mistake.edits.values() if one.scale != 1}
    for step in known.steps:
        entry = mistake.edits.get(step.result)
        steps += [step] if entry is None else _steps(entry)
    constants = {**known.constants, **scales}
    return replace(scenario, computation=replace(known, steps=tuple(steps), constants=constants))


def _steps(entry: Entry) -> Iterator[Step]:
    """An edited line as operations that are differentiated one by one; all but the last are named
    as parts of the quantity that the line belongs to."""
    parts = list(_parts(entry))
    if entry.scale != 1:
        parts.append(("multiply", (BEFORE, str(entry.scale))))
    before = BEFORE
    for place, (operation, operands) in enumerate(parts):
        last = place == len(parts) - 1
        result = entry.result if last else f"{entry.result}#edited {place}"
        yield Step(result, operation, tuple(before if o == BEFORE else o for o in operands))
        before = result


def _parts(entry: Entry) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Operations with their operands; BEFORE stands for the result of the one before."""
    operands = entry.operands
    match entry.operation.partition(":")[0]:
        case "multiply" if len(operands) > 2:
            yield "multiply", operands[:2]
            for operand in operands[2:]:
                yield "multiply", (BEFORE, operand)
        case "signed":
            signs = signed(entry.operation)
            yield "add" if signs[0] > 0 else "negate", operands[:1]
            for sign, operand in zip(signs[1:], operands[1:], strict=True):
                yield "add" if sign > 0 else "subtract", (BEFORE, operand)
        case operation:
            yield operation, operands
