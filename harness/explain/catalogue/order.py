"""Samples in another order, or paired with the targets of others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Final

from harness.explain.catalogue.setting import decimal
from harness.explain.computation.derivation import Derivation
from harness.explain.computation.mistake import Instead, Mistake
from harness.explain.computation.rederived import rederived
from harness.scenario.scenario import Scenario, Schedule
from harness.scenario.task import Network, of_sample

#: Of more samples than this it is not tried which one is repeated.
_MOST: Final = 6
#: Of more than this, the computation is not written out.
_SHOWN: Final = 4
#: What is done with the samples, and the places that they are taken from.
Taken = tuple[str, list[int]]


def order(derivation: Derivation) -> Iterator[Mistake]:
    """The samples of a training, one an update, taken otherwise; those of a batch mixed up."""
    scenario = derivation.scenario
    cycled, network = scenario.schedule.cycled, scenario.network
    if cycled and len(next(iter(cycled.values()))) > 1:
        count = len(next(iter(cycled.values())))
        targets = [name for name in network.targets if name in cycled] if network else []
        for names, some in ((list(cycled), _orders(count)), (targets, _pairings(count))):
            for sentence, places in _distinct(some) if names else ():
                lines = rederived(derivation, _given(scenario, names, places))
                yield Mistake(
                    "sample order", "everywhere", sentence,
                    _computation(names[0], cycled[names[0]], places), 0.9,
                    instead=Instead(sentence, lines),
                )  # fmt: skip
    if network is not None and network.samples > 1:
        yield from _batch(scenario, network)


def _batch(scenario: Scenario, network: Network) -> Iterator[Mistake]:
    some = [(network.targets, one) for one in _pairings(network.samples)]
    some += [((*network.inputs, *network.targets), one) for one in _repeated(network.samples)]
    for names, (sentence, places) in some:
        given = {
            of_sample(name, k): scenario.given[of_sample(name, place)]
            for name in names
            for k, place in enumerate(places)
            if of_sample(name, place) in scenario.given
            if scenario.given[of_sample(name, place)] != scenario.given.get(of_sample(name, k))
        }
        if given:
            first = next(iter(given))
            yield Mistake(
                "sample order", "everywhere", sentence, f"{first} = {decimal(given[first])}", 0.95,
                given=given,
            )  # fmt: skip


def _orders(count: int) -> Iterator[Taken]:
    everyone = list(range(count))
    yield "the samples are taken in the reverse order", everyone[::-1]
    yield "the samples are shifted by one: the second one comes first", everyone[1:] + everyone[:1]
    yield "the samples are shifted by one: the last one comes first", everyone[-1:] + everyone[:-1]
    yield "each sample is taken for two updates", [k for k in everyone for _ in range(2)]
    if count <= _MOST:
        for k in everyone:
            yield f"sample {k + 1} is taken for every update", [k]
        yield from _repeated(count)


def _repeated(count: int) -> Iterator[Taken]:
    for k in range(count) if count <= _MOST else ():
        for other in dict.fromkeys([(k + 1) % count, (k - 1) % count]):
            places = [k if j == other else j for j in range(count)]
            yield f"sample {k + 1} is taken in place of sample {other + 1} as well", places


def _pairings(count: int) -> Iterator[Taken]:
    everyone = list(range(count))
    yield "each sample is given the target of the next", everyone[1:] + everyone[:1]
    yield "each sample is given the target of the one before", everyone[-1:] + everyone[:-1]
    yield "the targets stand in the reverse order", everyone[::-1]


def _distinct(some: Iterator[Taken]) -> list[Taken]:
    """Each order once; where all are one sample, it does not matter how often it is told."""
    found: dict[tuple[int, ...], Taken] = {}
    for one in some:
        places = one[1] if len(set(one[1])) > 1 else one[1][:1]
        found.setdefault(tuple(places), one)
    return list(found.values())


def _given(scenario: Scenario, names: Sequence[str], places: Sequence[int]) -> Scenario:
    """A scenario whose training is given the samples of these places, in this order."""
    cycled = scenario.schedule.cycled
    several = max(1, len(places) // len(next(iter(cycled.values()))))
    changed: Mapping[str, tuple[Fraction, ...]] = {
        name: tuple(values[k] for k in places) if name in names else values * several
        for name, values in cycled.items()
    }
    first = {name: values[0] for name, values in changed.items()}
    return replace(
        scenario,
        schedule=Schedule(changed, scenario.schedule.rates),
        given={**scenario.given, **first},
    )


def _computation(name: str, values: Sequence[Fraction], places: Sequence[int]) -> str:
    told = [
        ", ".join(decimal(one) for one in some[:_SHOWN]) + ", …" * (len(some) > _SHOWN)
        for some in ([values[k] for k in places], values)
    ]
    return f"{name} = {told[0]} one after the other, not {told[1]}"
