"""Second mistakes: what is made besides one that other lines establish."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from harness.explain.catalogue.both import besides
from harness.explain.computation.derivation import Derivation
from harness.explain.computation.mistake import Mistake
from harness.explain.documents.fewest import Established, Told
from harness.explain.documents.search import Key, Search
from harness.explain.documents.targets import Target
from harness.explain.explanation import Explanation

#: What fits a number by itself, whatever the others are.
_UNSURE: Final = ("another quantity", "rounded", "solved")


def wanting(found: Sequence[Explanation]) -> bool:
    """Whether a second mistake is looked for: what is no mistake of the catalogue's, though it is
    evidence, may be less likely than two that are."""
    return not found or not found[0].evidence or found[0].sort in _UNSURE


def second(one: Established, told: Sequence[Told], search: Search) -> Second:
    """The search for what is made besides an established mistake.

    What that mistake explains has to come out as printed.
    """
    alone = [t for t, found in told if found and found[0].key == one.mistake.key]
    wanted = [t for t, found in told if wanting(found)]
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
    def pairs(self) -> dict[Key, tuple[Mistake, Mistake]]:
        """The first mistake with each of all others, and that other one alone, by their keys."""
        others = dict(enumerate(self.plain.mistakes))
        made = besides(self.derivation, self.first, others)
        return {
            pair.key: (pair, others[place])
            for place, pair in made
            if others[place].key != self.first.key
        }

    @cached_property
    def mistakes(self) -> list[Mistake]:
        """Both mistakes, told as the other one."""
        return [
            replace(
                pair, kind=other.kind, scope=other.scope, computation=other.computation,
                sentence=f"{other.sentence}; besides, {self.first.sentence}", size=other.size,
            )
            for pair, other in self.pairs.values()
        ]  # fmt: skip

    def explanations(self, target: Target) -> Iterator[Explanation]:
        """Those that it takes both mistakes for."""
        for one in super().explanations(target):
            _, other = self.pairs[one.key]
            if not self.plain.certified(target, other):
                yield replace(one, sort="besides", cause=other.sentence)
