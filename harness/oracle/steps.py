"""A training judged update by update: what each makes of where somebody stood before it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from flint import ctx

from harness.oracle.balls import Ball
from harness.oracle.run import FIRST_BITS, Oracle


@dataclass
class Steps:
    """Goes through a training from its start, ``moment`` being the number of updates made.

    ``here`` has the certified values of what follows from where it stands.
    """

    oracle: Oracle
    moment: int = 0
    here: Oracle = field(init=False)
    _balls: list[Ball] = field(init=False)

    def __post_init__(self) -> None:
        self.here = self.oracle
        with ctx.workprec(FIRST_BITS):
            self._balls = self.oracle.rounded.beginning()

    def next(self) -> Mapping[str, Ball]:
        """All that one update computed in floats may come to, for each name that it changes."""
        run, training = self.oracle.rounded, self.oracle.scenario.training
        assert training is not None, "without training there is no update"
        places = run.program.places
        with ctx.workprec(FIRST_BITS):
            run.program.forward(self._balls, run.arithmetic)
            run.update(self._balls, self.moment + 1)
            return {name: self._balls[places[name]] for name in training.moving}

    def stand(self, floats: Mapping[str, float]) -> None:
        """Go on after that update from these floats, whatever it came to."""
        self.moment += 1
        self.here = self.oracle.from_floats(self.moment, floats)
        run = self.oracle.rounded
        with ctx.workprec(FIRST_BITS):
            for name, value in self.here.told.items():
                self._balls[run.program.places[name]] = run.arithmetic.told(value)
