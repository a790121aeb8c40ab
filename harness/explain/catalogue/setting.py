"""The setting: an input or a parameter other than the one stated."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from harness.explain.computation.mistake import Mistake
from harness.scenario.scenario import Scenario

#: Values that are tried in place of any that is given.
_USUAL = [Fraction(text) for text in ("0", "1", "0.1", "0.01", "0.5", "-1")]
_FACTORS = [Fraction(text) for text in ("-1", "10", "1/10", "2", "1/2")]
_MOST_NAMES = 40


def decimal(value: Fraction) -> str:
    """A short fraction as a decimal."""
    return f"{float(value):.12g}"


def settable(scenario: Scenario) -> dict[str, Fraction]:
    """The given numbers that a document may state otherwise, an optimizer's state aside."""
    state = scenario.training.optimizer.state.values() if scenario.training else ()
    held = {name for names in state for name in names}
    given = [(name, value) for name, value in scenario.given.items() if name not in held]
    return dict(given[:_MOST_NAMES])


def settings(scenario: Scenario) -> Iterator[Mistake]:
    """Each given number replaced by another one: that of another quantity, or a usual one."""
    given = settable(scenario)
    for name, value in given.items():
        others = {v: n for n, v in reversed(given.items()) if n != name}
        for other in dict.fromkeys([*(value * f for f in _FACTORS), *others, *_USUAL]):
            if other == value:
                continue
            source = f", the value of {others[other]}," if other in others else ""
            yield Mistake(
                "setting", name, f"{name} = {decimal(other)}{source} is computed with instead of {decimal(value)}",
                f"{name} = {decimal(other)}", 1.5 if source or other in _USUAL else 1.4, given={name: other},
            )  # fmt: skip
