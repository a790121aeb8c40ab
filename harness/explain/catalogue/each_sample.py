"""A batch whose samples are learned from one by one: an update after each of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from harness.explain.computation.derivation import Derivation, Entry, adjoint, taken_by
from harness.explain.computation.mistake import Instead, Mistake
from harness.scenario.task import Network, of_sample

#: Longer lists of lines are not written out once more for each sample.
_MOST_LINES: Final = 3000


def each_sample(derivation: Derivation) -> Iterator[Mistake]:
    """The updates of a batch made one by one, each by the gradient of its own sample; and with
    what that is of the mean."""
    network, training = derivation.scenario.network, derivation.scenario.training
    if network is None or training is None or network.samples < 2:
        return
    batch = _Batch(derivation, network, training.parameters)
    if network.samples * len(derivation.entries) > _MOST_LINES or not batch.parted:
        return
    said = "the parameters are updated after each sample, not once after all of them"
    first = training.parameters[0]
    own = f"{first}@1 takes up each sample's gradient where the one before has led"
    if network.loss.samples != "mean":
        yield _mistake(said, own, 0.95, batch.one_by_one(1))
        return
    yield _mistake(said, own, 0.95, batch.one_by_one(network.samples))
    said += ", by its share of the mean"
    yield _mistake(said, own, 1.1, batch.one_by_one(1))


def _mistake(sentence: str, computation: str, size: float, lines: Derivation) -> Mistake:
    return Mistake(
        "sample order", "everywhere", sentence, computation, size, instead=Instead(sentence, lines, closed=True),
    )  # fmt: skip


@dataclass(frozen=True)
class _Batch:
    derivation: Derivation
    network: Network
    parameters: tuple[str, ...]

    @cached_property
    def gradients(self) -> frozenset[str]:
        """The lines of the parameters' gradients."""
        return frozenset(adjoint(self.derivation.loss, name) for name in self.parameters)

    @cached_property
    def samples(self) -> dict[str, frozenset[int]]:
        """The samples that each line depends on."""
        names = (*self.network.inputs, *self.network.targets)
        found = {
            of_sample(name, k): frozenset([k])
            for name in names
            for k in range(self.network.samples)
        }
        for entry in self.derivation.entries:
            of = [found.get(operand, frozenset()) for operand in entry.operands]
            found[entry.result] = frozenset().union(*of)
        return found

    @property
    def parted(self) -> bool:
        """Whether every gradient is a sum of shares that come of one sample each."""
        lines = [self.derivation.line.get(name) for name in self.gradients]
        return all(
            line is not None and all(len(self.samples[share]) == 1 for share in line.operands)
            for line in lines
        )

    def one_by_one(self, times: int) -> Derivation:
        """The derivation, and behind it a pass for each sample, from where the one before has led;
        a sample's gradient is ``times`` its shares."""
        entries, now = list(self.derivation.entries), {name: name for name in self.derivation.after}
        for k in range(self.network.samples):
            own = self.of(k, now, times)
            now = {name: f"{line} ~{k}" for name, line in self.derivation.after.items()}
            entries += taken_by(own, now.values())
        return replace(self.derivation, entries=tuple(entries), after=now)

    def of(self, k: int, now: dict[str, str], times: int) -> list[Entry]:
        """All lines once more, with one sample's gradients of what the parameters are now."""
        found: list[Entry] = []
        called = dict(now)
        for entry in self.derivation.entries:
            if entry.result in self.gradients:
                own = tuple(one for one in entry.operands if self.samples[one] == {k})
                entry = replace(entry, operands=own, scale=entry.scale * times)
            operands = tuple(called.get(one, one) for one in entry.operands)
            called[entry.result] = f"{entry.result} ~{k}"
            found.append(replace(entry, result=called[entry.result], operands=operands))
        return found
