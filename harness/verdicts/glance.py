"""Operands at a glance: at one precision, which tells nearly all of them.

Laying a long product over a longer one tries very many numbers in very many places; only those
that a glance does not tell are judged in full.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np
from flint import arb, ctx

from harness.notation import NotationError
from harness.notation.syntax import Expression, Number, Product
from harness.oracle import FIRST_BITS, Ball, Run
from harness.oracle.balls import exact
from harness.verdicts.decimals import unit, within_all_range
from harness.verdicts.values import Values

#: A number is the correct rounding of what it stands for; it is further apart from it than any
#: last digit is; it stands for a whole array; it stands for what depends on free parameters; or
#: a glance does not tell.
Seen = Literal["right", "apart", "array", "free", "unclear"]


@dataclass(frozen=True)
class Glance:
    """Looks at operands; encloses every part of a formula once.

    Parts are known by their identity, since to hash a long product takes longer than to multiply.
    """

    values: Values
    _enclosed: dict[tuple[int, int], tuple[Expression, Ball]] = field(default_factory=dict)
    _latest: dict[int, tuple[Product, Ball]] = field(default_factory=dict)
    _dependent: dict[int, tuple[Expression, bool]] = field(default_factory=dict)

    def at(self, printed: Number, part: Expression, stated: bool) -> Seen:
        """What a glance tells of a number printed for ``part``, which may be ``stated``."""
        try:
            balls = [self._enclosure(part, place) for place in range(len(self._runs))]
            if isinstance(balls[0], np.ndarray):
                return "array"
            if not all(balls[0].overlaps(ball) for ball in balls[1:]):
                return "free"
            if len(balls) > 1 and self._depends(part):
                return "unclear"
        except NotationError:
            return "unclear"
        return _seen(printed, balls[0], stated or "/" in printed.text)

    @cached_property
    def _runs(self) -> list[Run]:
        """The run at the document's numbers; with free parameters two, which differ in these."""
        oracle = self.values.oracle
        if not oracle.scenario.free:
            return [oracle.at(FIRST_BITS)]
        return [oracle.partly_drawn(FIRST_BITS, trial) for trial in range(2)]

    def _enclosure(self, part: Expression, place: int) -> Ball:
        key = id(part), place
        if key not in self._enclosed:
            self._enclosed[key] = part, self._evaluated(part, place)  # kept, so that the id is too
        return self._enclosed[key][1]

    def _evaluated(self, part: Expression, place: int) -> Ball:
        if not isinstance(part, Product) or "@" in part.operators:
            return self._runs[place].evaluate(part)
        done, product = self._begun(part, place)
        with ctx.workprec(FIRST_BITS):
            for factor, operator in list(zip(part.factors, part.operators, strict=True))[done:]:
                ball = self._enclosure(factor, place)
                if isinstance(ball, np.ndarray):
                    return self._runs[place].evaluate(part)
                product = product / ball if operator == "/" else product * ball
        self._latest[place] = part, product
        return product

    def _begun(self, part: Product, place: int) -> tuple[int, Ball]:
        """The product enclosed last where ``part`` begins with it: it mostly has one factor less."""
        if place in self._latest:
            latest, product = self._latest[place]
            done = len(latest.factors)
            if (part.factors[:done], part.operators[:done]) == (latest.factors, latest.operators):
                return done, product
        return 0, arb(1)

    def _depends(self, part: Expression) -> bool:
        """Whether a part, or any factor of it, depends on free parameters."""
        if id(part) not in self._dependent:
            depends = (
                any(map(self._depends, part.factors))
                if isinstance(part, Product)
                else bool(self.values.free_in(part))
            )
            self._dependent[id(part)] = part, depends
        return self._dependent[id(part)][1]


def _seen(printed: Number, ball: Ball, to_the_digit: bool) -> Seen:
    if not within_all_range(ball):
        return "unclear"
    with ctx.workprec(FIRST_BITS):
        distance, last = abs(ball - exact(printed.value)), exact(unit(printed))
        if to_the_digit:  # it is equal or wrong, however close
            return "apart" if distance > 0 else "unclear"
        if distance <= last / 2:
            return "right"
        return "apart" if distance > last * 3 / 2 else "unclear"
