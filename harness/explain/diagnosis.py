"""An implementation that disagrees: the mistake of the catalogue with which it would agree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from harness.explain.catalogue import catalogue
from harness.explain.derivation import adjoint, derive
from harness.explain.mistake import Mistake
from harness.explain.running import Runs, with_all
from harness.explain.search import SHORT
from harness.explain.setting import settings
from harness.scenario.scenario import Scenario
from harness.scenario.task import Quantity

#: What float64 may be off by, relative to the largest of a number and its smallest parts.
_CLOSE: Final = 1e-9


@dataclass(frozen=True)
class Diagnosis:
    """``mistakes`` reproduce every answer, the smallest first; ``tried`` were tried."""

    mistakes: tuple[Mistake, ...]
    tried: int

    @property
    def sentence(self) -> str:
        """What is said of the implementation."""
        if not self.mistakes:
            return f"no single mistake of {self.tried:,} tried reproduces its answers"
        return self.mistakes[0].sentence


def diagnose(scenario: Scenario, answers: Mapping[Quantity, float]) -> Diagnosis:
    """The mistakes with which all answers agree, up to what rounding to float64 can do.

    Answers after many updates are left aside where there are earlier ones.
    """
    asked = {q: a for q, a in answers.items() if q.updates <= SHORT}
    by = [quantity.by for quantity in asked if quantity.by is not None]
    of = [quantity.of for quantity in asked if quantity.by is not None]
    derivation = derive(scenario, of, by)
    mistakes = [*catalogue(derivation), *settings(scenario)]
    if not asked or not mistakes:
        return Diagnosis((), 0)
    runs = with_all(derivation, mistakes, {quantity.updates for quantity in asked})
    fitting = np.ones(len(mistakes), dtype=bool)
    for quantity, answer in asked.items():
        value = _value(runs, quantity)
        if value is None:
            continue
        with np.errstate(all="ignore"):
            fitting &= np.abs(value - answer) <= _CLOSE * np.maximum(abs(answer), 1e-6)
    found = [mistakes[int(k)] for k in np.flatnonzero(fitting)]
    return Diagnosis(tuple(sorted(found, key=lambda one: one.size)), len(mistakes))


def _value(runs: Runs, quantity: Quantity) -> Any:
    state = runs.moments[quantity.updates]
    line = quantity.of if quantity.by is None else adjoint(quantity.of, quantity.by)
    return state.get(line)
