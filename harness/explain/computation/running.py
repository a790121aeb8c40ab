"""Derivations run: with many mistakes at once in floats, with one of them in balls."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
from flint import ctx

from harness.explain.computation.arithmetics import Arithmetic, Balls, Floats, with_constant
from harness.explain.computation.derivation import Derivation, Entry, taken_by
from harness.explain.computation.mistake import Mistake

#: All numbers at one moment, by their lines.
State = dict[str, Any]


@dataclass(frozen=True)
class Runs:
    """The states at the moments that were asked for."""

    moments: Mapping[int, State]
    arithmetic: Arithmetic


def condensed(entries: Sequence[Entry], keep: Collection[str]) -> tuple[Entry, ...]:
    """The lines to keep and those that they take, without what merely hands on another one's
    value."""
    alias: dict[str, str] = {}
    found: list[Entry] = []
    for entry in entries:
        operands = tuple(alias.get(name, name) for name in entry.operands)
        handed_on = entry.operation == "add" and len(operands) == 1 and entry.scale == 1
        handed_on = handed_on and not entry.rounded
        if handed_on and entry.result not in keep:
            alias[entry.result] = operands[0]
        else:
            found.append(replace(entry, operands=operands))
    return tuple(taken_by(found, keep))


def with_all(
    derivation: Derivation,
    mistakes: Sequence[Mistake],
    moments: Iterable[int],
    needed: Collection[str] | None = None,
) -> Runs:
    """Every mistake at once: a number is a float where they all agree, else one float a mistake.

    Where ``needed`` is given, no lines are run but those that it takes.
    """
    overrides: dict[str, dict[Entry, list[int]]] = {}
    given: dict[str, dict[int, Fraction]] = {}
    after: dict[str, dict[str, list[int]]] = {}
    for k, mistake in enumerate(mistakes):
        if mistake.instead is not None:
            continue
        for result, entry in mistake.edits.items():
            overrides.setdefault(result, {}).setdefault(entry, []).append(k)
        for name, value in mistake.given.items():
            given.setdefault(name, {})[k] = value
        for name, result in mistake.after.items():
            after.setdefault(name, {}).setdefault(result, []).append(k)
    places = {
        result: [(entry, np.array(who)) for entry, who in entries.items()]
        for result, entries in overrides.items()
    }
    late = {
        name: [(result, np.array(who)) for result, who in results.items()]
        for name, results in after.items()
    }
    own = derivation
    if needed is not None:
        keep = {*derivation.after.values(), *needed, *overrides}
        keep |= {result for mistake in mistakes for result in mistake.after.values()}
        keep |= {o for mistake in mistakes for e in mistake.edits.values() for o in e.operands}
        keep |= {name for entry in derivation.asides for name in entry.operands}
        entries = condensed(derivation.entries, keep)
        derivation = replace(derivation, entries=entries)
    with np.errstate(all="ignore"):
        runner = _Many(derivation, Floats(), len(mistakes), places, given, late)
        found = runner.run(sorted(set(moments)))
        alone = {
            k: _alone(edited(own, mistake, needed), mistake, sorted(found))
            for k, mistake in enumerate(mistakes)
            if mistake.instead is not None
        }
        runner.join(found, alone)
        return Runs(found, runner.arithmetic)


def _alone(derivation: Derivation, mistake: Mistake, moments: Sequence[int]) -> dict[int, State]:
    """A computation with lines of its own; nothing of it where it divides by zero."""
    try:
        return Runner(derivation, Floats(), mistake.given).run(moments)
    except ZeroDivisionError:
        return {}


def with_one(
    derivation: Derivation,
    mistake: Mistake,
    moments: Iterable[int],
    bits: int,
    needed: Collection[str] | None = None,
) -> Runs:
    """One mistake in balls; where ``needed`` is given, no lines but those that it takes."""
    with ctx.workprec(bits):
        runner = Runner(edited(derivation, mistake, needed), Balls(), mistake.given)
        return Runs(runner.run(sorted(set(moments))), runner.arithmetic)


def at(derivation: Derivation, mistake: Mistake, values: Mapping[str, float]) -> State:
    """One mistake in floats, before any update, with other values in place of given ones."""
    runner = Runner(edited(derivation, mistake), Floats(), mistake.given)
    state = runner.start() | dict(values)
    with np.errstate(all="ignore"):
        runner.walk(runner.derivation.entries, state)
    return state


def edited(
    derivation: Derivation, mistake: Mistake, needed: Collection[str] | None = None
) -> Derivation:
    """A derivation with a mistake made."""
    edits = mistake.edits
    derivation = derivation if mistake.instead is None else mistake.instead.derivation
    entries = tuple(edits.get(entry.result, entry) for entry in derivation.entries)
    asides = tuple(edits.get(entry.result, entry) for entry in derivation.asides)
    after = {**derivation.after, **mistake.after}
    if needed is not None:
        keep = {*after.values(), *needed}
        used = {name for entry in asides for name in entry.operands}
        entries = condensed(entries, keep | used)
    return replace(derivation, entries=entries, asides=asides, after=after)


class Runner:
    """One computation, line by line."""

    def __init__(
        self, derivation: Derivation, arithmetic: Arithmetic, given: Mapping[str, Fraction]
    ) -> None:
        self.derivation = derivation
        self.arithmetic = arithmetic
        self.constants = derivation.scenario.computation.constants
        self.given = given
        self.scales: dict[Fraction, Any] = {}

    def start(self) -> State:
        """What is given."""
        kept = {name: start for name, (start, _) in self.derivation.kept.items()}
        values = {**self.constants, **kept, **self.derivation.scenario.values, **self.given}
        return {name: self.arithmetic.given(value) for name, value in values.items()}

    def run(self, moments: Sequence[int]) -> dict[int, State]:
        found: dict[int, State] = {}
        state = self.start()
        for moment in range(moments[-1] + 1):
            if moment:
                state.update(self.anew(moment))
            self.walk(self.derivation.entries, state)
            if moment in moments:
                self.walk(self.derivation.asides, state)
                found[moment] = dict(state)
            if moment < moments[-1]:
                state.update(self.updated(state))
        return found

    def anew(self, moment: int) -> State:
        """What is given anew after so many updates."""
        scenario = self.derivation.scenario
        if scenario.training is None:
            return {}
        found = scenario.schedule.at(moment, scenario.training.learning_rate)
        return {name: self.arithmetic.given(value) for name, value in found.items()}

    def updated(self, state: State) -> State:
        """What an update has made of its parameters."""
        return {name: state[result] for name, result in self.derivation.after.items()}

    def walk(self, entries: Sequence[Entry], state: State) -> None:
        for entry in entries:
            state[entry.result] = self.computed(entry, state)

    def computed(self, entry: Entry, state: State) -> Any:
        """What a line comes to."""
        operands: list[Any] = [state[name] for name in entry.operands]
        if with_constant(entry.operation):
            operands[1] = self.constants[entry.operands[1]]
        value = self.arithmetic.result(entry.operation, operands)
        if entry.scale != 1:
            value = self.scale(entry.scale) * value
        return self.arithmetic.rounded(value, entry.rounded) if entry.rounded else value

    def scale(self, value: Fraction) -> Any:
        if value not in self.scales:
            self.scales[value] = self.arithmetic.given(value)
        return self.scales[value]


class _Many(Runner):
    def __init__(
        self,
        derivation: Derivation,
        arithmetic: Arithmetic,
        count: int,
        overrides: Mapping[str, Sequence[tuple[Entry, Any]]],
        given: Mapping[str, Mapping[int, Fraction]],
        late: Mapping[str, Sequence[tuple[str, Any]]],
    ) -> None:
        super().__init__(derivation, arithmetic, {})
        self.count = count
        self.overrides = overrides
        self.various = given
        self.late = late

    def start(self) -> State:
        state = super().start()
        for name, values in self.various.items():
            state[name] = self.spread(state.get(name, np.nan))
            for k, value in values.items():
                state[name][k] = float(value)
        return state

    def spread(self, value: Any) -> Any:
        return np.array(np.broadcast_to(value, (self.count,)), dtype=float)

    def updated(self, state: State) -> State:
        new = super().updated(state)
        for name, results in self.late.items():
            new[name] = self.spread(new.get(name, state[name]))
            for result, who in results:
                new[name][who] = self.part(state[result], who)
        return new

    def join(self, found: Mapping[int, State], alone: Mapping[int, Mapping[int, State]]) -> None:
        """The candidates that ran by themselves, by their places, among those of all."""
        for moment, state in found.items():
            for name, value in state.items():
                others = {
                    k: states[moment].get(name, self.part(value, k)) if states else np.nan
                    for k, states in alone.items()
                }
                if any(self.part(value, k) != other for k, other in others.items()):
                    state[name] = self.spread(value)
                    state[name][list(others)] = list(others.values())

    def part(self, value: Any, who: Any) -> Any:
        return value[who] if isinstance(value, np.ndarray) and value.ndim else value

    def walk(self, entries: Sequence[Entry], state: State) -> None:
        overrides = self.overrides
        for entry in entries:
            value = self.computed(entry, state)
            if entry.result in overrides:
                value = self.spread(value)
                for other, who in overrides[entry.result]:
                    part = {name: self.part(state[name], who) for name in other.operands}
                    value[who] = self.computed(other, part)
            state[entry.result] = value
