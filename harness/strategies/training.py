"""Random trainings: optimizers with their settings, learning rates, samples for each update."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from hypothesis import strategies as st

from harness.scenario.optimizers import DEFAULTS, KINDS
from harness.strategies.numbers import Shape, numbers, rows, some

_SETTINGS = {
    "momentum": ("0.9", "0.5", "0"),
    "dampening": ("0.1", "0.5"),
    "rho": ("0.9", "0.75"),
    "beta1": ("0.9", "0.5", "0.01"),
    "beta2": ("0.999", "0.75"),
    "epsilon": ("1e-8", "0.001"),
    "weight_decay": ("0.01", "0.25"),
}
_RATES = st.sampled_from(["0.5", "0.1", "0.25", "0.01", "1/3"])


@dataclass(frozen=True)
class Drawn:
    """A training as YAML, how many updates are asked for, and which names it gives anew at each."""

    text: str
    updates: int
    samples: list[str]


@st.composite
def trainings(
    draw: st.DrawFn,
    parameters: list[str],
    others: Mapping[str, Shape],
    loss: str | None = None,
    each: Callable[[str], st.SearchStrategy[str]] = lambda name: numbers(),
) -> Drawn:
    """A training that updates some of the parameters; ``each`` draws the samples of the others."""
    updates = draw(st.integers(0, 3))
    keys = {"learning_rate": draw(_rates()), "update": f"[{', '.join(draw(some(parameters, 1)))}]"}
    if keys["learning_rate"].startswith("["):
        keys |= draw(st.sampled_from([{}, {"rate_name": "eta"}]))
    if loss is not None:
        keys["loss"] = loss
    kind = draw(st.sampled_from([None, *KINDS]))
    if kind is not None:
        keys["optimizer"] = draw(_optimizers(kind))
    anew: bool = draw(st.booleans())
    samples = draw(some(list(others), 1)) if anew else []
    if samples:
        count = draw(st.integers(1, 3))
        told = [f"{name}: {draw(rows((count, *others[name]), each(name)))}" for name in samples]
        keys["samples"] = f"{{{', '.join(told)}}}"
    return Drawn(_mapping(keys), updates, samples)


def _rates() -> st.SearchStrategy[str]:
    several = st.lists(_RATES, min_size=1, max_size=3).map(lambda some: f"[{', '.join(some)}]")
    return _RATES | _RATES.map(lambda rate: f"eta = {rate}") | several


@st.composite
def _optimizers(draw: st.DrawFn, kind: str) -> str:
    keys = {"kind": kind}
    for setting in KINDS[kind].settings:
        if DEFAULTS[setting] is None or draw(st.booleans()):
            keys[setting] = draw(st.sampled_from(_SETTINGS[setting]))
    if "epsilon" in KINDS[kind].settings and draw(st.booleans()):
        keys["epsilon_inside"] = "true"
    if kind.startswith("adam") and draw(st.booleans()):
        keys["bias_correction"] = "false"
    return _mapping(keys)


def _mapping(keys: Mapping[str, str]) -> str:
    return f"{{{', '.join(f'{key}: {value}' for key, value in keys.items())}}}"
