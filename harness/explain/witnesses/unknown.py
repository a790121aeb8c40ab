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
from harness.explain.computation.derivation import Derivation
from harness.explain.computation.mistake import Mistake
from harness.explain.computation.secant import secant
from harness.explain.computation.words import Words
from harness.explain.witnesses.answers import CLOSE, answers, close, off
from harness.scenario.task import Quantity

#: What is multiplied by less than this is left out, which the catalogue has.
_NOTHING: Final = 1e-6
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
    numbers = _numbers(derivation, some, told[wrong[0]], wrong[0])
    mistakes = [
        one.at(_nearby(number))
        for one, number in zip(some, numbers, strict=True)
        if np.isfinite(number) and abs(number) > _NOTHING and not _alike(number, one.right)
        if len(wrong) > 1 or _is_short(number)
    ]
    if not mistakes:
        return []
    given = np.array(list(told.values()))[:, None]
    found = answers(derivation, mistakes, list(told))
    far, same = off(found, given), close(found, given)
    amiss = np.array([one in wrong for one in told])
    broken = (~same[~amiss]).sum(axis=0)
    return [
        (mistake, float(far[amiss, k].max()), int(broken[k]))
        for k, mistake in enumerate(mistakes)
        if same[amiss, k].all() and (len(wrong) > 1 or not broken[k])
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
            factor = _simple(number)
            edits = {
                result: replace(entry, scale=entry.scale / 2 * factor)
                for result, entry in one.edits.items()
            }
            sentence = one.sentence.removesuffix(f" ({one.computation})")
            return replace(
                one, kind="factor",
                sentence=sentence.replace("counted twice", f"multiplied by {_shown(factor)}"),
                computation=words.beside(next(iter(edits.values()))), size=one.size + 0.6, edits=edits,
            )  # fmt: skip

        yield Unknown(1.0, at)


def _simple(number: float) -> Fraction:
    """The fraction of small numbers that is as good as a number, else the number."""
    simple = Fraction(number).limit_denominator(_DENOMINATOR)
    return simple if _alike(simple, number) else Fraction(number)


def _shown(factor: Fraction) -> str:
    return str(factor) if 1 < factor.denominator <= _DENOMINATOR else decimal(factor)


def _alike(one: Fraction | float, other: Fraction | float) -> bool:
    return abs(float(one) - float(other)) <= CLOSE * abs(float(other))


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
    """For each unknown the number that gives one answer, all at once."""

    def off_goal(numbers: Any) -> Any:
        made = [one.at(float(number)) for one, number in zip(some, numbers, strict=True)]
        return answers(derivation, made, [quantity])[0] - goal

    return secant(off_goal, np.array([one.right for one in some]), goal)
