"""Biases trained otherwise: a shared one as many, many as one, or of one unit's gradient alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from harness.explain.catalogue.sizes import MOST_STEPS
from harness.explain.computation.derivation import Derivation, Entry, adjoint, layer_named, unit
from harness.explain.computation.mistake import Instead, Mistake
from harness.explain.computation.rederived import rederived, sorted_anew
from harness.explain.computation.words import Words
from harness.scenario.scenario import Scenario
from harness.scenario.task import Network, Step, Training, array_of

#: By shared bias: the net inputs that it is added to.
Shared = Mapping[str, tuple[str, ...]]


def bias_gradients(derivation: Derivation) -> Iterator[Mistake]:
    """All mistakes of this sort."""
    network, training = derivation.scenario.network, derivation.scenario.training
    if network is None or len(derivation.scenario.computation.steps) > MOST_STEPS:
        return
    shared = _shared(network)
    yield from _of_some_units(derivation, shared)
    yield from _summed_over_layers(derivation, network)
    if training is not None:
        trained = {name: nets for name, nets in shared.items() if name in training.parameters}
        kept = {name: nets for name, nets in shared.items() if name not in training.parameters}
        for part, sentence in (
            (trained, "of a shared bias each unit trains a copy of its own"),
            (kept, "the biases are trained, one for each unit, though they are kept"),
        ):
            if part:
                yield from _one_a_unit(derivation, training, part, sentence, part is trained)


def _shared(network: Network) -> Shared:
    found: dict[str, tuple[str, ...]] = {}
    for layer in network.layers:
        for net, bias in zip(layer.net, layer.biases or (), strict=bool(layer.biases)):
            found[bias] = (*found.get(bias, ()), net)
    return {bias: nets for bias, nets in found.items() if len(nets) > 1}


# A shared bias with the gradient of some of its units


def _of_some_units(derivation: Derivation, shared: Shared) -> Iterator[Mistake]:
    lines = {
        derivation.line[line]: nets
        for name, nets in shared.items()
        if (line := adjoint(derivation.loss, name)) in derivation.line
    }
    for some in [
        lines,
        *([{line: nets} for line, nets in lines.items()] if len(lines) > 1 else []),
    ]:
        if not some:
            continue
        names = ", ".join(line.of.partition("/d")[2] for line in some)
        every = some is lines
        what = "a shared bias" if every else f"the shared bias {names}"
        for words, changed, size in (
            ("that of its last unit alone", _of_one(derivation, some, -1), 1.0),
            ("that of its first unit alone", _of_one(derivation, some, 0), 1.0),
            ("the mean over its units instead of the sum", _means(some), 1.0),
        ):
            first = next(iter(changed.values()))
            if not all(line.operands for line in changed.values()):
                continue  # that unit does not reach the loss
            yield Mistake(
                "bias", "everywhere" if every else names, f"the gradient of {what} is {words}",
                Words(derivation).beside(first), size + (0.0 if every else 0.1), changed,
            )  # fmt: skip


def _of_one(
    derivation: Derivation, some: Mapping[Entry, Sequence[str]], place: int
) -> dict[str, Entry]:
    return {
        line.result: replace(
            line,
            operands=tuple(
                share
                for share in line.operands
                if array_of(derivation.line[share].through) == nets[place]
            ),
        )
        for line, nets in some.items()
    }


def _means(some: Mapping[Entry, Sequence[str]]) -> dict[str, Entry]:
    return {line.result: replace(line, scale=line.scale / len(nets)) for line, nets in some.items()}


# Biases one a unit with the gradient of all


def _summed_over_layers(derivation: Derivation, network: Network) -> Iterator[Mistake]:
    """Each bias of a layer is given what all of them should have together, or the mean of it."""
    groups = []
    for number, layer in enumerate(network.layers):
        names = dict.fromkeys(layer.biases or ())
        lines = [adjoint(derivation.loss, name) for name in names]
        if len(lines) > 1 and all(line in derivation.line for line in lines):
            groups.append(
                (
                    layer_named(derivation.scenario, number),
                    [derivation.line[line] for line in lines],
                )
            )
    scopes = [(where, [lines], 0.1) for where, lines in groups]
    if len(groups) > 1:
        scopes.insert(0, ("everywhere", [lines for _, lines in groups], 0.0))
    for where, some, more in scopes:
        for how in ("sum", "mean"):
            changed = {entry.result: entry for lines in some for entry in _as_one(lines, how)}
            entries = sorted_anew(changed.get(one.result, one) for one in derivation.entries)
            sentence = (
                f"each bias is given the {how} of the gradients of its layer's biases, {where}"
            )
            yield Mistake(
                "bias", where, sentence,
                Words(derivation).beside(next(iter(changed.values()))), 1.0 + more,
                instead=Instead(sentence, replace(derivation, entries=entries)),
            )  # fmt: skip


def _as_one(lines: Sequence[Entry], how: str) -> Iterator[Entry]:
    shares = tuple(dict.fromkeys(share for line in lines for share in line.operands))
    scale = Fraction(1, len(lines)) if how == "mean" else Fraction(1)
    for line in lines:
        yield replace(line, operands=shares, scale=scale)


# A shared bias as many


def _one_a_unit(
    derivation: Derivation, training: Training, shared: Shared, sentence: str, asked: bool
) -> Iterator[Mistake]:
    """A copy of each shared bias for each unit, all of them trained; what is told of a bias is its
    gradient as one, or what one of the copies has."""
    copies = {name: tuple(f"{name} of {net}" for net in nets) for name, nets in shared.items()}
    scenario = _with_copies(derivation.scenario, training, shared, copies)
    other = rederived(derivation, scenario)
    [(name, some), *_] = copies.items()
    computation = f"{', '.join(f'{one}@1' for one in some[:2])}, … in place of {name}@1"
    tellings: list[tuple[str, slice]] = [("", slice(None))]
    if asked:
        tellings += [
            (", and the first one's is told", slice(1)),
            (", and the last one's is told", slice(-1, None)),
        ]
    for words, part in tellings:
        told = {name: some[part] for name, some in copies.items()}
        yield Mistake(
            "bias", "everywhere", sentence + words, computation, 1.0,
            instead=Instead(sentence + words, _copies_told(other, told)),
        )  # fmt: skip


def _with_copies(
    scenario: Scenario, training: Training, shared: Shared, copies: Mapping[str, Sequence[str]]
) -> Scenario:
    of_net = {
        (name, net): copy
        for name, nets in shared.items()
        for net, copy in zip(nets, copies[name], strict=True)
    }

    def own(step: Step) -> Step:
        net = array_of(unit(step.result))
        return replace(step, operands=tuple(of_net.get((o, net), o) for o in step.operands))

    given = dict(scenario.values)
    new = [(name, copy) for name, some in copies.items() for copy in some]
    state: dict[str, tuple[str, ...]] = {}
    for word, names in training.optimizer.state.items():
        held = dict(zip(training.parameters, names, strict=True))
        state[word] = (*names, *(f"{word} of {copy}" for _, copy in new))
        given |= {f"{word} of {copy}": given[held.get(name, names[0])] for name, copy in new}
    given |= {copy: given[name] for name, copy in new}
    return replace(
        scenario,
        computation=replace(scenario.computation, steps=tuple(map(own, scenario.computation.steps))),
        given=given, free=(),
        training=replace(
            training, parameters=(*training.parameters, *(copy for _, copy in new)),
            optimizer=replace(training.optimizer, state=state),
        ),
    )  # fmt: skip


def _copies_told(other: Derivation, told: Mapping[str, Sequence[str]]) -> Derivation:
    """Where a bias stands for copies of it: its gradients are the sums of theirs, and after an update
    it has the value of the first of them."""
    lines = {
        adjoint(of, name): tuple(line for copy in some if (line := adjoint(of, copy)) in other.line)
        for of in (other.loss, *other.asked)
        for name, some in told.items()
    }
    sums = {
        name: replace(other.line[name], operands=some, scale=Fraction(1))
        for name, some in lines.items()
        if some and name in other.line
    }
    computed = {one.result for one in other.entries}
    own = {name: one for name, one in sums.items() if computed.issuperset(one.operands)}
    entries = sorted_anew(
        own.get(one.result, one)
        for one in other.entries
        if one.result in own or one.result not in sums
    )
    later = (one for name, one in sums.items() if name not in own)
    asides = (*(one for one in other.asides if one.result not in sums), *later)
    after = {name: other.after[some[0]] for name, some in told.items() if some[0] in other.after}
    return replace(other, entries=entries, asides=asides, after={**other.after, **after})
