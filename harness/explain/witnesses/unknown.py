"""An implementation that computes with a number of its own: the one with which all its answers
come out, for a quantity that the scenario gives, or for a factor that does not belong there.

The number is solved for from one wrong answer; the others bear it out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Final

import numpy as np

from harness.explain.catalogue.setting import decimal, settable
from harness.explain.computation.derivation import Derivation, adjoint
from harness.explain.computation.mistake import Mistake
from harness.explain.computation.running import with_all
from harness.explain.computation.words import Words
from harness.scenario.task import Quantity

#: What float64 may be off by, relative to a number; and the magnitude below which it counts as 0.
_CLOSE: Final = 1e-9
_SMALL: Final = 1e-6
_ROUNDS: Final = 10
#: A factor is told as a fraction with a denominator up to this, where it is one.
_DENOMINATOR: Final = 64
#: One wrong answer bears nothing out; it counts where the number is one that people write.
_FEW_DIGITS: Final = 3


@dataclass(frozen=True)
class Unknown:
    """A mistake with a number yet to be found; ``right`` is the number without the mistake."""

    right: float
    at: Callable[[float], Mistake]


def solved(
    derivation: Derivation,
    catalogue: Sequence[Mistake],
    told: Mapping[Quantity, float],
    wrong: Sequence[Quantity],
) -> list[tuple[Mistake, float, int]]:
    """The mistakes of this sort that reproduce all ``wrong`` answers of those ``told``, the earliest
    first; each with the largest relative difference left, and how many right answers it would make
    wrong."""
    some = [*_given(derivation), *_factors(catalogue, Words(derivation))]
    if not some or not wrong:
        return []
    with np.errstate(all="ignore"):
        numbers = _numbers(derivation, some, told[wrong[0]], wrong[0])
        mistakes = [
            one.at(_nearby(number))
            for one, number in zip(some, numbers, strict=True)
            if np.isfinite(number) and abs(number) > _SMALL and not _alike(number, one.right)
            if len(wrong) > 1 or _is_short(number)
        ]
        if not mistakes:
            return []
        off = _differences(derivation, mistakes, told)
    amiss = [quantity in set(wrong) for quantity in told]
    far = off[amiss].max(axis=0)
    broken = (off[np.logical_not(amiss)] > _CLOSE).sum(axis=0)
    return [
        (mistake, float(far[k]), int(broken[k]))
        for k, mistake in enumerate(mistakes)
        if far[k] <= _CLOSE and (len(wrong) > 1 or not broken[k])
    ]


def _given(derivation: Derivation) -> Iterator[Unknown]:
    """A number that the scenario gives is another one."""
    for name, value in settable(derivation.scenario).items():

        def at(number: float, name: str = name, value: Fraction = value) -> Mistake:
            told = f"{name} = {decimal(Fraction(number))}"
            return Mistake(
                "setting", name, f"{told} is computed with instead of {decimal(value)}", told, 1.6,
                given={name: Fraction(number)},
            )  # fmt: skip

        yield Unknown(float(value), at)


def _factors(catalogue: Sequence[Mistake], words: Words) -> Iterator[Unknown]:
    """What the catalogue has doubled is multiplied by another factor."""
    for one in catalogue:
        if one.kind != "doubled" or not one.edits:
            continue

        def at(number: float, one: Mistake = one) -> Mistake:
            factor = Fraction(number)
            edits = {
                result: replace(entry, scale=entry.scale / 2 * factor)
                for result, entry in one.edits.items()
            }
            first = next(iter(edits.values()))
            right = words.written(words.derivation.line[first.result])
            sentence = one.sentence.removesuffix(f" ({one.computation})")
            return replace(
                one, kind="factor",
                sentence=sentence.replace("counted twice", f"multiplied by {_shown(factor)}"),
                computation=f"{words.line(first)}, not {right}", size=one.size + 0.6, edits=edits,
            )  # fmt: skip

        yield Unknown(1.0, at)


def _shown(factor: Fraction) -> str:
    simple = factor.limit_denominator(_DENOMINATOR)
    return str(simple) if simple.denominator > 1 and _alike(simple, factor) else decimal(factor)


def _alike(one: Fraction | float, other: Fraction | float) -> bool:
    return abs(float(one) - float(other)) <= _CLOSE * abs(float(other))


def _nearby(number: float) -> float:
    """The number that people write, where it is as good as this one."""
    for simple in (float(f"{number:.6g}"), float(Fraction(number).limit_denominator(_DENOMINATOR))):
        if _alike(simple, number):
            return simple
    return number


def _is_short(number: float) -> bool:
    return _alike(float(f"{number:.{_FEW_DIGITS}g}"), number)


def _numbers(
    derivation: Derivation, some: Sequence[Unknown], goal: float, quantity: Quantity
) -> Any:
    """For each unknown the number that gives one answer, by the secant method, all at once."""
    before = np.array([one.right for one in some])
    now = before * 1.01 + 1e-3
    off_before = _answers(derivation, some, before, quantity) - goal
    for _ in range(_ROUNDS):
        off = _answers(derivation, some, now, quantity) - goal
        step = off * (now - before) / (off - off_before)
        step = np.where(np.isfinite(step), step, 0.0)
        before, off_before, now = now, off, now - step
    settled = np.abs(now - before) <= 1e-6 * np.maximum(np.abs(now), _CLOSE)
    return np.where(settled & (np.abs(off_before) <= 1e-6 * max(abs(goal), 1e-12)), now, np.nan)


def _answers(
    derivation: Derivation, some: Sequence[Unknown], numbers: Any, quantity: Quantity
) -> Any:
    mistakes = [one.at(float(number)) for one, number in zip(some, numbers, strict=True)]
    state = with_all(derivation, mistakes, [quantity.updates]).moments[quantity.updates]
    return np.broadcast_to(state[_line(quantity)], (len(some),))


def _differences(
    derivation: Derivation, mistakes: Sequence[Mistake], told: Mapping[Quantity, float]
) -> Any:
    """How far each mistake's answer is from what was told, relative to that: a row an answer."""
    runs = with_all(derivation, mistakes, {quantity.updates for quantity in told})
    rows = []
    for quantity, answer in told.items():
        value = runs.moments[quantity.updates].get(_line(quantity), np.nan)
        off = np.abs(np.broadcast_to(value, (len(mistakes),)) - answer)
        rows.append(off / max(abs(answer), _SMALL))
    return np.nan_to_num(np.array(rows), nan=np.inf)


def _line(quantity: Quantity) -> str:
    return quantity.of if quantity.by is None else adjoint(quantity.of, quantity.by)
