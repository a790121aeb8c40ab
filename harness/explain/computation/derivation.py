"""One update written out as a flat list of lines over single numbers, in the document's names.

Forward pass, backward pass and update are lines of one kind, so that a mistake in any of them is
an edit of lines. An adjoint is called ``dE_total/dout_h1``; the share of it that comes through one
use of ``out_h1`` is a line of its own, and so is every partial derivative that is not an operand.
A parameter's update follows as soon as its gradient is complete, as when it is done by hand: an
earlier layer can then (by mistake) see the updated value.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Literal

from harness.scenario.scenario import Scenario
from harness.scenario.task import WITH_CONSTANT, Step, of_sample

Role = Literal["forward", "slope", "share", "adjoint", "update"]


@dataclass(frozen=True, slots=True)
class Entry:
    """``result = scale * operation(*operands)``, ``rounded`` where that says how: ``nearest:3``, by hand
    ``hand:3``, or cut off ``cut:3``, after so many decimals. ``of`` is the quantity that it belongs to, and
    ``through`` the step that a share of an adjoint comes through.

    Besides the operations of a task: ``multiply`` and ``add`` take any number of operands,
    ``signed:+-`` adds and subtracts, ``slope:NAME:k`` is the partial derivative by operand k of
    the step whose operands and result it is given, ``nested:NAME`` the slope at its own operand.
    """

    result: str
    operation: str
    operands: tuple[str, ...]
    role: Role
    of: str
    through: str = ""
    scale: Fraction = Fraction(1)
    rounded: str = ""


@dataclass(frozen=True)
class Derivation:
    """``entries`` lead from the start to the updated parameters, ``asides`` to the derivatives of
    quantities other than the loss; ``after`` says which line holds what follows an update."""

    scenario: Scenario
    loss: str
    entries: tuple[Entry, ...]
    asides: tuple[Entry, ...]
    after: Mapping[str, str]
    #: Parameters that the training leaves alone, and the line that would update each.
    frozen: Mapping[str, str]
    #: What an optimizer would keep of each of those: where it begins, and the line of what follows.
    kept: Mapping[str, tuple[Fraction, str]] = field(default_factory=dict)
    #: What was asked for besides, as ``derive`` has it.
    asked: tuple[str, ...] = ()
    by: frozenset[str] = frozenset()

    @cached_property
    def line(self) -> dict[str, Entry]:
        """Every line by its result."""
        return {entry.result: entry for entry in (*self.entries, *self.asides)}

    @cached_property
    def position(self) -> dict[str, int]:
        """The place of every line."""
        return {entry.result: k for k, entry in enumerate((*self.entries, *self.asides))}

    def updating(self, names: Iterable[str]) -> dict[str, str]:
        """What follows an update of some of the ``frozen`` parameters, and of what the optimizer
        would keep of them."""
        names = set(names)
        return {name: line for name, line in self.frozen.items() if name in names} | {
            state: line for state, (_, line) in self.kept.items()
            if state.partition(" of ")[2] in names
        }  # fmt: skip


def taken_by(entries: Sequence[Entry], results: Iterable[str]) -> list[Entry]:
    """The lines of some results, and all that these are computed from, in their order."""
    wanted, found = set(results), list[Entry]()
    for entry in reversed(entries):
        if entry.result in wanted:
            found.append(entry)
            wanted.update(entry.operands)
    return found[::-1]


def unit(name: str) -> str:
    """The quantity of the document that a step belongs to: ``net_h1`` for ``net_h1#2``."""
    return name.partition("#")[0]


def adjoint(of: str, by: str) -> str:
    """The line of a derivative."""
    return f"d{of}/d{by}"


def derive(scenario: Scenario, asked: Iterable[str] = (), by: Iterable[str] = ()) -> Derivation:
    """The derivation of a scenario; ``asked`` are quantities whose derivatives are wanted besides
    those of the loss, ``by`` inputs by which they are wanted besides the parameters."""
    return _Writer(scenario, frozenset(by)).written(list(asked))


def loss_of(scenario: Scenario) -> str:
    """What is differentiated: the training's loss, a network's total, or the last result."""
    if scenario.training:
        return scenario.training.loss
    if scenario.network:
        return scenario.network.total
    steps = scenario.computation.steps
    return steps[-1].result if steps else ""


class _Writer:
    def __init__(self, scenario: Scenario, by: frozenset[str]) -> None:
        self.scenario = scenario
        self.by = by
        self.steps = scenario.computation.steps
        self.constants = scenario.computation.constants
        training = scenario.training
        self.trained = training.parameters if training else ()
        self.untrained = tuple(name for name in _parameters(scenario) if name not in self.trained)
        self.wanted = {step.result for step in self.steps} | {*self.trained, *self.untrained, *by}
        self.uses: dict[str, list[tuple[Step, int]]] = {}
        for step in reversed(self.steps):
            for place, operand in enumerate(step.operands):
                if place and step.operation in WITH_CONSTANT:
                    continue
                if operand in self.wanted and operand not in self.constants:
                    self.uses.setdefault(operand, []).append((step, place))
        self.after: dict[str, str] = {}
        self.frozen: dict[str, str] = {}
        self.kept: dict[str, tuple[Fraction, str]] = {}

    def written(self, asked: list[str]) -> Derivation:
        loss = loss_of(self.scenario)
        forward = [
            Entry(s.result, s.operation, s.operands, "forward", unit(s.result)) for s in self.steps
        ]
        entries = forward + list(self.slopes())
        if loss in self.scenario.computation.position:
            entries += list(self.backward(loss, updating=True))
        asides = [
            entry
            for of in dict.fromkeys(asked)
            if of != loss and of in self.scenario.computation.position
            for entry in self.backward(of, updating=False)
        ]
        return Derivation(
            self.scenario, loss, tuple(entries), tuple(asides), self.after, self.frozen, self.kept,
            tuple(asked), self.by,
        )  # fmt: skip

    def slopes(self) -> Iterator[Entry]:
        for step in self.steps:
            for place, operand in enumerate(step.operands):
                if (
                    operand in self.uses
                    and (step, place) in self.uses[operand]
                    and _sloped(step, place)
                ):
                    yield Entry(
                        _slope(step, place), f"slope:{step.operation}:{place}",
                        (*step.operands, step.result), "slope", unit(step.result), operand,
                    )  # fmt: skip

    def backward(self, of: str, updating: bool) -> Iterator[Entry]:
        reached = {of}
        seed = adjoint(of, of)
        yield Entry(seed, "add", (), "adjoint", of, "", Fraction(1))
        remaining = {name: len(uses) for name, uses in self.uses.items()}
        inputs = [name for name in self.uses if name not in self.scenario.computation.position]
        for step in reversed(self.steps):
            if step.result != of:
                yield from self.gathered(of, step.result, reached)
            for name in dict.fromkeys(step.operands):
                if name in inputs and (step, step.operands.index(name)) in self.uses[name]:
                    remaining[name] -= sum(other is step for other, _ in self.uses[name])
                    if remaining[name] == 0:
                        inputs.remove(name)
                        yield from self.gathered(of, name, reached)
                        if updating:
                            yield from self.update(of, name, reached)

    def gathered(self, of: str, by: str, reached: set[str]) -> Iterator[Entry]:
        """The shares of an adjoint, and their sum."""
        shares = []
        for step, place in self.uses.get(by, []):
            if step.result not in reached:
                continue
            share = f"{adjoint(of, by)} through {step.result}" + (f" ({place})" if place else "")
            operation, operands, sign = _share(step, place)
            outer = adjoint(of, step.result)
            yield Entry(
                share, operation, (outer, *operands), "share", adjoint(of, by), step.result, sign
            )
            shares.append(share)
        if shares:
            reached.add(by)
            yield Entry(adjoint(of, by), "add", tuple(shares), "adjoint", adjoint(of, by))

    def update(self, of: str, name: str, reached: set[str]) -> Iterator[Entry]:
        training = self.scenario.training
        if training is None or name not in reached:
            return
        known = {"parameter#": name, "gradient#": adjoint(of, name)}
        if name in self.trained:
            place = self.trained.index(name)
            known |= {f"{word}#": names[place] for word, names in training.optimizer.state.items()}
        elif name in self.untrained:
            known |= {f"{word}#": f"{word} of {name}" for word in training.optimizer.state}
        else:
            return
        results = {step.result: f"{step.result} of {name}" for step in training.rule.steps}
        for step in training.rule.steps:
            operands = tuple(known.get(o, results.get(o, o)) for o in step.operands)
            yield Entry(results[step.result], step.operation, operands, "update", name)
        new = {
            known[word]: results.get(end, known.get(end, end))
            for word, end in training.rule.new.items()
        }
        if name in self.trained:
            self.after.update(new)
        else:
            self.frozen[name] = new.pop(name)
            starts = {f"{word} of {name}": self.start_of(word) for word in training.optimizer.state}
            self.kept |= {state: (starts[state], line) for state, line in new.items()}

    def start_of(self, word: str) -> Fraction:
        """What an optimizer's state begins at, as it does for the first parameter."""
        assert self.scenario.training is not None
        return self.scenario.values[self.scenario.training.optimizer.state[word][0]]


def _parameters(scenario: Scenario) -> list[str]:
    """The weights and biases of a network, each once."""
    found: dict[str, None] = {}
    for layer in scenario.network.layers if scenario.network else ():
        found |= dict.fromkeys(name for row in layer.weights for name in row)
        found |= dict.fromkeys(layer.biases or ())
    return [name for name in found if name in scenario.values]


def layers_of(scenario: Scenario) -> dict[str, int]:
    """The layer, counted from 0, of every parameter, net and out of a network; the loss is one
    more."""
    network = scenario.network
    if network is None:
        return {}
    found: dict[str, int] = {}
    for number, layer in enumerate(network.layers):
        names = [*layer.net, *layer.out]
        if network.samples:
            names += [of_sample(name, k) for name in names for k in range(network.samples)]
        names += [name for row in layer.weights for name in row] + list(layer.biases or ())
        for name in names:
            found.setdefault(name, number)
    return found


def layer_named(scenario: Scenario, number: int) -> str:
    """Where a layer of a network is, in words."""
    assert scenario.network is not None
    layers = scenario.network.layers
    outs = layers[number].out
    what = "output layer" if number == len(layers) - 1 else "hidden layer"
    return f"in the {what} ({', '.join(outs[:3])}{', …' if len(outs) > 3 else ''})"


def _sloped(step: Step, place: int) -> bool:
    if step.operation in {"add", "subtract", "multiply"}:
        return False
    return step.operation != "divide" or place == 1


def _slope(step: Step, place: int) -> str:
    return f"slope {step.result}/{place}"


def _share(step: Step, place: int) -> tuple[str, tuple[str, ...], Fraction]:
    """What an adjoint is multiplied by, on its way to an operand: operation, operands, sign."""
    match step.operation:
        case "add":
            return "add", (), Fraction(1)
        case "subtract":
            return "add", (), Fraction(-1 if place else 1)
        case "multiply":
            return "multiply", (step.operands[1 - place],), Fraction(1)
        case "divide" if not place:
            return "divide", (step.operands[1],), Fraction(1)
        case _:
            return "multiply", (_slope(step, place),), Fraction(1)
