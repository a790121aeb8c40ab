"""Second mistakes: what is made besides one that other lines establish."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from harness.explain.catalogue.both import besides
from harness.explain.computation.derivation import Derivation
from harness.explain.computation.mistake import Mistake
from harness.explain.documents.established import Established
from harness.explain.documents.search import Search
from harness.explain.documents.targets import Target
from harness.explain.explanation import Explanation

#: A wrong number, what explains it, and how much was tried.
Told = tuple[Target, Sequence[Explanation], int]


def second(one: Established, told: Sequence[Told], search: Search) -> Second:
    """The search for what is made besides an established mistake.

    What that mistake explains has to come out as printed; what nothing explains is wanted.
    """
    alone = [t for t, found, _ in told if found and found[0].key == one.mistake.key]
    wanted = [t for t, found, _ in told if not (found and found[0].evidence)]
    right = [*search.right, *alone]
    return Second(search.scenario, wanted, right, search.progress, first=one.mistake, plain=search)


@dataclass(kw_only=True)
class Second(Search):
    """The whole catalogue tried over one mistake: ``plain`` is the search without it."""

    first: Mistake
    plain: Search

    @cached_property
    def derivation(self) -> Derivation:
        return self.plain.derivation

    @cached_property
    def mistakes(self) -> list[Mistake]:
        """The first mistake with each of all others, told as the other one."""
        others = self.plain.mistakes
        return [
            replace(
                made, kind=other.kind, scope=other.scope, computation=other.computation,
                sentence=f"{other.sentence}; besides, {self.first.sentence}", size=other.size,
            )
            for place, made in besides(self.derivation, self.first, dict(enumerate(others)))
            for other in [others[place]]
            if other.key != self.first.key
        ]  # fmt: skip

    def explanations(self, target: Target) -> Iterator[Explanation]:
        for one in super().explanations(target):
            yield replace(one, sort="besides")
