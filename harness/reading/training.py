"""The training of a scenario: learning rate, optimizer and its state, samples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import chain
from typing import Any

from harness.notation import closest
from harness.notation.arrays import shown
from harness.reading.given import Given, Rows
from harness.reading.layout import OptimizerPart, TrainingPart
from harness.reading.notes import Path
from harness.scenario import optimizers
from harness.scenario.computation import Computation
from harness.scenario.scenario import Schedule
from harness.scenario.task import Network, Optimizer, Training, array_of, elements


@dataclass
class TrainingBuilder:
    """Reads ``part``, which stands at ``path``: first what it gives, for the equations may speak
    of that, then the rest."""

    part: TrainingPart
    path: Path
    given: Given
    free: Sequence[str]
    rate: str | None = None
    rate_is_own: bool = False  # the document has no name for it, by which it could be trained
    rates: tuple[Fraction, ...] = ()
    settings: dict[str, str] = field(default_factory=dict)
    samples: dict[str, tuple[Fraction, ...]] = field(default_factory=dict)
    state: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def give(self) -> None:
        """Learning rate, samples, settings and state become values of the scenario."""
        self.read_samples()
        self.read_rate()
        if self.part.optimizer is not None:
            self.read_settings(self.part.optimizer)
        self.start_state()

    @property
    def schedule(self) -> Schedule:
        """What changes from one update to the next."""
        return Schedule(self.samples, self.rates)

    @property
    def parameters(self) -> list[str]:
        """The single numbers that are updated."""
        shapes = self.given.shapes
        return [
            element for name in self.part.update for element in elements(name, shapes.get(name, ()))
        ]

    def read_samples(self) -> None:
        counts: dict[str, int] = {}
        for name, samples in self.part.samples.items():
            path: Path = (*self.path, "samples", name)
            if not self.given.is_name(name, path, at_key=True):
                self.given.incomplete = True
                continue
            if name in self.given.shapes or name in self.free:
                self.refuse_both(name, samples, path)
                continue
            found = self.given.numbers(samples, path)
            if found is None:
                self.given.shapes[name] = ()
                self.given.unshaped.add(name)
                continue
            (count, *shape), numbers = found
            counts[name] = count
            self.given.shapes[name] = tuple(shape)
            each = len(numbers) // count
            for k, element in enumerate(elements(name, tuple(shape))):
                self.samples[element] = tuple(numbers[k::each])
                self.given.values[element] = numbers[k]
        if len(set(counts.values())) > 1:
            told = ", ".join(f"{count} of {name}" for name, count in counts.items())
            self.given.notes.add(
                (*self.path, "samples"), f"as many samples of each are wanted, got {told}"
            )

    def refuse_both(self, name: str, samples: Sequence[Rows], path: Path) -> None:
        told = f"{name!r} has a value already; give it here or under 'values', not both"
        self.given.notes.add_at_key(path, told)
        shape = self.given.shape(samples, path)
        if shape is None or shape[1:] != self.given.shapes.get(name, ()):
            self.given.unshaped.add(name)

    def read_rate(self) -> None:
        path, given = (*self.path, "learning_rate"), self.part.learning_rate
        if not isinstance(given, list):
            stated = {*self.given.shapes, given.partition("=")[0].strip()}
            self.rate = self.given.named(given, "learning_rate", path, self.free)
            self.rate_is_own = self.rate not in stated
            if self.part.rate_name is not None:
                told = (
                    "'rate_name' goes with a list of rates; a single one is named as in eta = 0.5"
                )
                self.given.notes.add_at_key((*self.path, "rate_name"), told)
            return
        if not given:
            self.given.notes.add(path, "this is empty; at least one rate is needed")
        self.rates = tuple(self.given.number(text, (*path, k)) for k, text in enumerate(given))
        name = self.part.rate_name or "learning_rate"
        where = (*self.path, "rate_name") if self.part.rate_name else path
        if name in self.given.shapes or name in self.free:
            told = f"{name!r} is a quantity already; the rate needs a name of its own ('rate_name')"
            self.given.notes.add(where, told)
        elif self.given.is_name(name, where):
            self.rate = name
            self.rate_is_own = True
            self.given.shapes[name] = ()
            self.given.values[name] = self.rates[0] if self.rates else Fraction(1)
        else:
            self.given.incomplete = True

    def read_settings(self, part: OptimizerPart) -> None:
        takes = optimizers.KINDS[part.kind].settings
        for flag, word in (("epsilon_inside", "epsilon"), ("bias_correction", "beta1")):
            if flag in part.model_fields_set and word not in takes:
                told = f"{part.kind} has no {word}, so that {flag!r} says nothing here"
                self.given.notes.add_at_key((*self.path, "optimizer", flag), told)
        for setting, default in optimizers.DEFAULTS.items():
            text = getattr(part, setting)
            path: Path = (*self.path, "optimizer")
            if setting not in takes:
                if text is not None:
                    told = f"{part.kind} takes no {setting!r}; it takes {', '.join(takes)}"
                    self.given.notes.add_at_key((*path, setting), told)
                    self.given.incomplete = True
            elif text is not None:
                name = self.given.named(text, setting, (*path, setting), self.free)
                if name is not None:
                    self.settings[setting] = name
            elif default is None:
                self.given.notes.add(path, f"{part.kind} needs {setting!r}, as the document has it")
                self.given.incomplete = True
            elif setting == "weight_decay":
                continue
            elif setting in self.given.shapes or setting in self.free:
                told = f"{setting!r} is a quantity already; say under 'optimizer' which one {part.kind} has"
                self.given.notes.add(path, told)
            else:
                self.given.shapes[setting] = ()
                self.given.values[setting] = default
                self.settings[setting] = setting

    def start_state(self) -> None:
        """Give each state of each parameter its name and its first value."""
        names = self.part.optimizer.state if self.part.optimizer else {}
        words = optimizers.state_of(self.formulas())
        for word in names:
            if word not in words:
                hint = closest(word, words) or f"; it has {', '.join(words) or 'none'}"
                told = f"{self.kind} has no state {word!r}{hint}"
                self.given.incomplete = True
                self.given.notes.add_at_key((*self.path, "optimizer", "state", word), told)
        for word in words:
            called: list[str] = []
            first = optimizers.STARTS.get(word, Fraction(0))
            states: set[str] = set()
            if word in names and not self.given.is_name(
                names[word], (*self.path, "optimizer", "state", word)
            ):
                self.given.incomplete = True
                continue
            for parameter in self.part.update:
                prefix, whole = names.get(word, word), array_of(parameter)
                name = f"{prefix}_{whole}"
                if name not in states and (name in self.given.shapes or name in self.free):
                    told = f"{name!r} is a quantity already; name the state {word!r} under 'state'"
                    self.given.notes.add(self.path, told)
                    continue
                # Where a part of an array is trained, there is state for all of it; the rest stays.
                states.add(name)
                shape = self.given.shapes.get(whole, ())
                self.given.shapes[name] = shape
                self.given.values |= dict.fromkeys(elements(name, shape), first)
                own = elements(parameter, self.given.shapes.get(parameter, ()))
                called += [f"{prefix}_{element}" for element in own]
            self.state[word] = tuple(called)

    @property
    def kind(self) -> str:
        """Which optimizer it is."""
        return self.part.optimizer.kind if self.part.optimizer else "gradient descent"

    def formulas(self) -> list[str]:
        """The formulas of the optimizer."""
        part = self.part.optimizer
        inside, corrected = (part.epsilon_inside, part.bias_correction) if part else (False, True)
        return optimizers.formulas(self.kind, inside, corrected, "weight_decay" in self.settings)

    def training(
        self, network: Network | None, computation: Computation
    ) -> tuple[Training, Mapping[str, Fraction]] | None:
        """The training, and the constants in its rule; None where something is wrong."""
        loss = self.loss(network, computation)
        self.refuse_unknown_parameters()
        if loss is None or self.rate is None or self.given.notes.problems:
            return None
        part = self.part.optimizer
        options: dict[str, Any] = (
            {"epsilon_inside": part.epsilon_inside, "bias_correction": part.bias_correction}
            if part
            else {}
        )
        optimizer = Optimizer(self.kind, self.settings, self.state, **options)
        rule, constants = optimizers.rule_of(optimizer, self.rate, "weight_decay" in self.settings)
        parameters = tuple(self.parameters)
        return Training(loss, self.rate, parameters, optimizer, rule), constants

    def refuse_unknown_parameters(self) -> None:
        own = {*self.settings.values(), *([self.rate] if self.rate and self.rate_is_own else [])}
        own |= {array_of(name) for name in (*self.samples, *chain(*self.state.values()))}
        shapes = {name: shape for name, shape in self.given.shapes.items() if name not in own}
        known = [name for whole in shapes for name in (whole, *elements(whole, shapes[whole]))]
        for place, name in enumerate(self.part.update):
            if name not in known:
                message = f"{name!r} is no parameter that could be updated{closest(name, known)}"
                self.given.notes.add((*self.path, "update", place), message)
                self.given.incomplete |= bool(self.state)  # that of a parameter has its name
        for name, count in Counter(self.parameters).items():
            if count > 1:
                told = f"{name!r} stands here more than once"
                self.given.notes.add((*self.path, "update"), told)

    def loss(self, network: Network | None, computation: Computation) -> str | None:
        name = self.part.loss
        if name is None:
            if network is None:
                told = "training needs 'loss:', the quantity that is descended"
                self.given.notes.add(self.path, told)
                return None
            return network.total
        if computation.shapes.get(name):
            told = f"{name!r} is {shown(computation.shapes[name])}; what is descended is one number"
            self.given.notes.add((*self.path, "loss"), told)
            return None
        if name not in computation.computed:
            hint = closest(name, computation.computed)
            self.given.notes.add((*self.path, "loss"), f"{name!r} is no computed number{hint}")
            return None
        return name
