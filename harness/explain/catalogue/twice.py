"""A function applied twice: inside a layer, or once more wherever its result is used."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from typing import Final

from harness.explain.catalogue.sizes import MORE, MOST_STEPS
from harness.explain.computation.derivation import Derivation, layer_named, layers_of, unit
from harness.explain.computation.mistake import Instead, Mistake
from harness.explain.computation.rederived import formulas_kept, rederived, restepped, reworked
from harness.explain.computation.words import Words
from harness.notation.syntax import Name
from harness.scenario.network import softmax
from harness.scenario.scenario import Scenario
from harness.scenario.task import Step, array_of

#: What layers are activated by; not relu, which applied twice is applied once.
_ACTIVATIONS: Final = (
    "sigmoid", "tanh", "leaky_relu", "elu", "softplus", "silu", "gelu", "gelu_tanh",
)  # fmt: skip
#: Of more units than this only layers, and all of them, are tried; longer lists are left alone.
_MOST_UNITS: Final = 8
#: Steps in place of one that is applied twice, and what later steps use in place of its result.
Instance = tuple[list[Step], str]


def twice(derivation: Derivation) -> Iterator[Mistake]:
    """Each activation applied twice: in one unit, in one layer, everywhere."""
    scenario = derivation.scenario
    steps = scenario.computation.steps
    if len(steps) > MOST_STEPS:
        return
    for where, results, size in _scopes(scenario):
        first = next(step for step in steps if step.result in results)
        names = dict.fromkeys(step.operation for step in steps if step.result in results)
        inside = _inserted(steps, results, _inside)
        said = f"{' and '.join(names)} is applied twice {where}"
        operand = Words(derivation).name(first.operands[0])
        computation = f"{first.result} = {_called(first, _called(first, operand))}"
        yield _mistake(said, computation, size, formulas_kept(derivation, inside))
        lines = rederived(derivation, restepped(scenario, inside))
        yield _mistake(f"{said}, in the gradients too", computation, size + MORE, lines)
        if not _of_the_loss_alone(derivation, results):
            behind = _inserted(steps, results, _behind)
            lines = rederived(derivation, restepped(scenario, behind))
            said = f"{' and '.join(names)} is applied once more where its results are used, {where}"
            computation = f"{_called(first, first.result)} is used, not {first.result}"
            yield _mistake(said, computation, size + MORE, lines)
    yield from _softmax(derivation)


def _mistake(sentence: str, computation: str, size: float, lines: Derivation) -> Mistake:
    return Mistake(
        "applied twice", "everywhere", sentence, computation, size, instead=Instead(sentence, lines)
    )


def _scopes(scenario: Scenario) -> Iterator[tuple[str, list[str], float]]:
    """Where a function may be applied twice: the words for it, the results, the size."""
    layers = layers_of(scenario)
    units: dict[str, list[str]] = {}
    by_layer: dict[int, list[str]] = {}
    for step in scenario.computation.steps:
        if step.operation in _ACTIVATIONS:
            units.setdefault(f"in {array_of(unit(step.result))}", []).append(step.result)
            if step.result in layers:
                by_layer.setdefault(layers[step.result], []).append(step.result)
    found = [(layer_named(scenario, layer), names, 1.0) for layer, names in by_layer.items()]
    found += [(where, names, 1.1) for where, names in units.items() if len(units) <= _MOST_UNITS]
    found = [("everywhere", [name for names in units.values() for name in names], 0.9), *found]
    smallest = {tuple(names): (words, names, size) for words, names, size in reversed(found)}
    yield from (one for one in smallest.values() if one[1])


def _inserted(
    steps: Sequence[Step], results: Collection[str], put: Callable[[Step], Instance]
) -> tuple[Step, ...]:
    """Other steps in place of those with some results."""
    found: list[Step] = []
    used: dict[str, str] = {}
    for step in steps:
        own = replace(step, operands=tuple(used.get(one, one) for one in step.operands))
        if step.result in results:
            several, used[step.result] = put(own)
            found += several
        else:
            found.append(own)
    return tuple(found)


def _inside(step: Step) -> Instance:
    once = f"{step.result}#once"
    again = replace(step, operands=(once, *step.operands[1:]))
    return [replace(step, result=once), again], step.result


def _behind(step: Step) -> Instance:
    again = f"{step.result}#again"
    return [step, Step(again, step.operation, (step.result, *step.operands[1:]))], again


def _called(step: Step, operand: str) -> str:
    return f"{step.operation}({', '.join((operand, *step.operands[1:]))})"


def _of_the_loss_alone(derivation: Derivation, results: Collection[str]) -> bool:
    """Whether only a network's loss uses the results: it has mistakes of its own."""
    network = derivation.scenario.network
    if network is None or network.total != derivation.loss:
        return False
    return all(array_of(result) in network.layers[-1].out for result in results)


def _softmax(derivation: Derivation) -> Iterator[Mistake]:
    """Softmax applied twice in a layer of a network."""
    network = derivation.scenario.network
    for number, layer in enumerate(network.layers if network else ()):
        if layer.activation == "softmax":
            shares = [softmax(k, [Name(net) for net in layer.net]) for k in range(len(layer.net))]
            again = {out: softmax(k, list(shares)) for k, out in enumerate(layer.out)}
            other = reworked(derivation.scenario, again)
            if other is not None:
                said = f"softmax is applied twice {layer_named(derivation.scenario, number)}, in the gradients too"
                computation = f"{layer.out[0]} = softmax(softmax({layer.net[0]}, …))"
                yield _mistake(said, computation, 1.0, rederived(derivation, other))
