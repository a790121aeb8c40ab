"""Another optimizer than the document's, as it is when nothing is set, and a weight decay left on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from harness.explain.catalogue.conventions import compared, formulas_of, updated_by
from harness.explain.computation.derivation import Derivation
from harness.explain.computation.mistake import Mistake
from harness.scenario.optimizers import formulas


@dataclass(frozen=True)
class Usual:
    """An optimizer with settings that people and libraries use."""

    name: str
    kind: str
    settings: Mapping[str, str]
    size: float = 1.0

    @property
    def lines(self) -> list[str]:
        """Its formulas, with numbers for its settings."""
        found = formulas(self.kind, False, True, "weight_decay" in self.settings)
        for word, number in self.settings.items():
            found = [re.sub(rf"\b{word}\b", number, line) for line in found]
        return found

    @property
    def told(self) -> str:
        """The optimizer with its settings, in words."""
        settings = [f"{word.replace('_', ' ')} {value}" for word, value in self.settings.items()]
        return f"{self.name} ({', '.join(settings)})" if settings else self.name


_BETAS: Final = {"beta1": "0.9", "beta2": "0.999"}
_USUAL: Final = (
    Usual("Adam", "adam", {**_BETAS, "epsilon": "1e-8"}),
    Usual("Adam", "adam", {**_BETAS, "epsilon": "1e-7"}, 1.1),
    Usual("AdamW", "adamw", {**_BETAS, "epsilon": "1e-8", "weight_decay": "0.01"}, 1.1),
    Usual("RMSprop", "rmsprop", {"rho": "0.99", "epsilon": "1e-8"}),
    Usual("RMSprop", "rmsprop", {"rho": "0.9", "epsilon": "1e-8"}),
    Usual("RMSprop", "rmsprop", {"rho": "0.9", "epsilon": "1e-7"}, 1.1),
    Usual("Adagrad", "adagrad", {"epsilon": "1e-10"}),
    Usual("Adagrad", "adagrad", {"epsilon": "1e-8"}),
    Usual("Adagrad", "adagrad", {"epsilon": "1e-7"}, 1.1),
    Usual("gradient descent with momentum", "momentum", {"momentum": "0.9"}),
    Usual("gradient descent with Nesterov's momentum", "nesterov", {"momentum": "0.9"}),
    Usual("plain gradient descent", "gradient descent", {}),
)
_MOMENTUM: Final = ("momentum", "pytorch momentum", "nesterov")
#: Of these, one in place of another is a convention, or a setting.
_ALIKE: Final = ({*_MOMENTUM}, {"adam", "adamw"}, {"rmsprop", "adagrad"})
_NAMES: Final = {"rmsprop": "RMSprop", "adagrad": "Adagrad", "adam": "Adam", "adamw": "AdamW"}
#: Weight decays that are left on, the usual ones.
_DECAYS: Final = ("0.1", "0.01", "0.001", "0.0001", "0.0005")


def optimizers(derivation: Derivation) -> Iterator[Mistake]:
    """The update made by another optimizer, or with a weight decay that is not the document's."""
    training = derivation.scenario.training
    if training is None or not training.parameters:
        return
    kind = training.optimizer.kind
    own = _NAMES.get(kind, kind)
    for other in _USUAL:
        if not _is_one_of_its(kind, other.kind):
            lines = other.lines
            yield updated_by(
                lines, derivation, f"{other.told} is used in place of {own}",
                compared(lines[-1], lines, training), other.size,
            )  # fmt: skip
    if "weight_decay" not in training.optimizer.settings:
        for line, how in _decayed(kind):
            lines = [line, *formulas_of(training.optimizer)]
            yield updated_by(lines, derivation, how, compared(line, lines, training), 1.0)


def _is_one_of_its(kind: str, other: str) -> bool:
    """Whether it is no other optimizer, or one that the conventions have."""
    if kind == other or (kind in _MOMENTUM and other == "gradient descent"):
        return True
    return any({kind, other} <= alike for alike in _ALIKE)


def _decayed(kind: str) -> Iterator[tuple[str, str]]:
    """A formula that decays the weights, and what it does in words."""
    for decay in _DECAYS:
        yield f"g = g + {decay}*p", f"a weight decay of {decay} joins the gradient in the update"
        if kind in {"adam", "adamw"}:
            yield (
                f"p = p - eta*{decay}*p",
                f"a weight decay of {decay} shrinks the parameter by itself in the update, as in AdamW",
            )
