"""The catalogue tried on the wrong numbers of a scenario: floats filter, balls certify."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, NamedTuple

import numpy as np
from flint import ctx

from harness.explain.catalogue import catalogue
from harness.explain.catalogue.rounded import decimals, roundings
from harness.explain.catalogue.setting import settings
from harness.explain.catalogue.sizes import MOST_TRIED
from harness.explain.computation.derivation import Derivation, derive
from harness.explain.computation.mistake import SOUND, Mistake
from harness.explain.computation.running import Runs, with_all, with_one
from harness.explain.documents.targets import Target
from harness.explain.documents.values import Reading, ball
from harness.explain.documents.weighing import gained
from harness.explain.explanation import Explanation
from harness.notation import NotationError
from harness.notation.syntax import Number
from harness.scenario.scenario import Scenario
from harness.verdicts.decimals import Value, unit, verdict

Key = tuple[object, ...]
#: Moments up to this are run with every mistake; later ones with those that earlier lines left.
SHORT: Final = 40
#: The kinds that are tried on longer runs where no earlier line has left any.
_LIKELY: Final = (
    "early update", "updated besides", "not updated", "ascent", "slope left out", "mean for sum",
    "slope at the wrong place", "factor dropped", "doubled", "halved",
)  # fmt: skip
#: What only one result's rounding, or one setting solved for, is tried on: it does not last.
MOST_UPDATES: Final = 3
_MOST_DECIMALS: Final = 15
#: A rounding that leaves no digit of a number is none: it is looked at with so many bits.
_BITS: Final = 64
#: Longer runs are made with so many at most.
_MOST_LONG: Final = 24
_FEW: Final = 4
#: Wrong numbers that speak against no mistake: what follows from others, and what is a unit off.
_TELL_NOTHING: Final = ("inherited", "last-digit")
#: Of one number, so many explanations are certified at most.
_MOST_CERTIFIED: Final = 30


class Against(NamedTuple):
    """How many right numbers a mistake contradicts, and how many wrong ones it changes to others
    than are printed; and of those that follow from what is printed, how many."""

    contradicts: int = 0
    missed: int = 0
    moved: int = 0

    def rank(self, size: float) -> tuple[bool, float]:
        """What is certified first."""
        return self.contradicts > 0, size * (1 + (self.contradicts + self.missed) / 10)


@dataclass
class Search:
    """All mistakes of the catalogue over the targets of one scenario."""

    scenario: Scenario
    wrong: Sequence[Target]
    right: Sequence[Target]
    progress: Callable[[str], None]
    _balls: dict[tuple[Any, ...], Runs] = field(default_factory=dict)

    @cached_property
    def followed(self) -> list[Target]:
        """The wrong numbers that a run can come to."""
        return [t for t in self.wrong if t.wanted is not None and t.printed is not None]

    @cached_property
    def derivation(self) -> Derivation:
        """The scenario's derivation, with all that the targets ask for."""
        needs = [t.wanted for t in (*self.wrong, *self.right) if t.wanted is not None]
        of = {name: None for need in needs for name in sorted(need.of)}
        by = {name for need in needs for name in need.by}
        return derive(self.scenario, of, by)

    @cached_property
    def mistakes(self) -> list[Mistake]:
        """The catalogue for this scenario, settings other than the stated among it."""
        return [*catalogue(self.derivation), *settings(self.scenario)]

    @cached_property
    def roundings(self) -> tuple[list[tuple[int, Mistake]], Runs]:
        """Single results rounded, each with the decimals that it keeps, and all of them run."""
        some = [t for t in self.followed if t.last <= MOST_UPDATES]
        most = max((decimals(t.printed) for t in some if t.printed), default=0) + 1
        sound = self.run(SOUND, (0,), _BITS).moments[0]
        tried = [
            (places, mistake)
            for places, mistake in roundings(self.derivation, min(most, _MOST_DECIMALS))
            if all(abs(ball(sound[name], _BITS)) > 10.0**-places for name in mistake.edits)
        ]
        mistakes = [mistake for _, mistake in tried]
        return tried, with_all(self.derivation, mistakes, _moments_of(some))

    @cached_property
    def found(self) -> dict[int, list[tuple[Mistake, Against]]]:
        """By the place of a wrong number: the mistakes that reproduce it, with what speaks against
        each."""
        if not self.followed or self.beyond:
            return {}
        short = self._short
        long = [t for t in self.followed if t.last > SHORT]
        found: dict[int, list[tuple[Mistake, Against]]] = {}
        seen: dict[tuple[Any, ...], tuple[Mistake, Against]] = {}
        if short:
            self.progress(f"{len(self.mistakes):,} mistakes")
            runs = with_all(self.derivation, self.mistakes, self._moments)
            against = self._against(runs, len(self.mistakes))
            for target in short:
                hits, values = self.hits(target, runs), self.values(target, runs)
                hits.sort(key=lambda k: against[k].rank(self.mistakes[k].size))
                for k in self._merged(hits, runs, short)[:_MOST_CERTIFIED]:
                    mistake = self.mistakes[k]
                    if self.certified(target, mistake):
                        self._values[id(target), mistake.key] = float(values[k])
                        found.setdefault(id(target), []).append((mistake, against[k]))
                        seen[mistake.key] = mistake, against[k]
        if long:
            self._after_many(long, list(seen.values()), found)
        return found

    def _after_many(
        self,
        long: Sequence[Target],
        seen: list[tuple[Mistake, Against]],
        found: dict[int, list[tuple[Mistake, Against]]],
    ) -> None:
        """Numbers after many updates: the mistakes seen before them, else the likeliest."""
        tried = sorted(seen, key=lambda one: one[0].size)[:_MOST_LONG]
        if not tried:
            likely = [
                m for m in self.mistakes if m.kind in _LIKELY and (len(m.edits) > 1 or m.after)
            ]
            likely.sort(key=lambda m: (_LIKELY.index(m.kind), m.size))
            tried = [(mistake, Against()) for mistake in likely[:_MOST_LONG]]
        self.tried_long = len(tried)
        moments, needed = self.reach(long[0])
        self.progress(f"{len(tried)} mistakes over {moments[-1]:,} updates")
        if len(tried) > _FEW:
            runs = with_all(self.derivation, [one for one, _ in tried], moments, needed)
            hits = {id(t): set(self.hits(t, runs)) for t in long}
            # What fits none of them needs no certificate.
            tried = [one for k, one in enumerate(tried) if any(k in some for some in hits.values())]
        for mistake, against in tried[:_FEW]:
            for target in long:
                if self.certified(target, mistake):
                    found.setdefault(id(target), []).append((mistake, against))

    tried_long: int = 0
    #: What a mistake makes of a number, in full precision.
    _values: dict[tuple[Any, ...], float] = field(default_factory=dict)

    def reach(self, target: Target) -> tuple[tuple[int, ...], frozenset[str] | None]:
        """The moments that a number's runs hold, and the lines, where these are not all: one run
        serves all numbers after many updates."""
        assert target.wanted is not None
        if target.last <= SHORT:
            return tuple(sorted(target.wanted.moments)), None
        wanted = [t.wanted for t in self.followed if t.wanted and t.last > SHORT]
        moments = {moment for one in wanted for moment in one.moments}
        return tuple(sorted(moments)), frozenset(name for one in wanted for name in one.lines)

    @property
    def _moments(self) -> set[int]:
        """The moments at which every mistake is run."""
        return _moments_of([*self._short, *self._right_short])

    def values(self, target: Target, runs: Runs) -> Any:
        """What a target comes to, for every candidate; None where it cannot be followed."""
        assert target.expression is not None
        try:
            with np.errstate(all="ignore"):
                value = Reading(runs, self.scenario).value(target.expression)
        except (NotationError, KeyError, ZeroDivisionError):
            return None
        return value

    def hits(self, target: Target, runs: Runs) -> list[int]:
        """The candidates that come to a printed number, as far as floats can tell."""
        values = self.values(target, runs)
        if not isinstance(values, np.ndarray) or target.printed is None:
            return []
        printed = float(target.printed.value)
        reach = float(unit(target.printed)) / 2 * (1 + 1e-6) + 1e-10 * abs(printed)
        return [int(k) for k in np.flatnonzero(np.abs(values - printed) <= reach)]

    def _merged(self, hits: Sequence[int], runs: Runs, short: Sequence[Target]) -> list[int]:
        """Those that compute different things, in the numbers of the document."""
        shown = [self.values(t, runs) for t in (*short, *self._right_short)]
        kept: dict[tuple[Any, ...], int] = {}
        for k in hits:
            signature = tuple(f"{v[k]:.11g}" for v in shown if isinstance(v, np.ndarray))
            kept.setdefault(signature, k)
        return list(kept.values())

    @cached_property
    def _short(self) -> list[Target]:
        return [t for t in self.followed if t.last <= SHORT]

    @cached_property
    def _right_short(self) -> list[Target]:
        return [t for t in self.right if t.printed and t.wanted and t.last <= SHORT]

    def against(self, mistakes: Sequence[Mistake]) -> list[Against]:
        """What speaks against each of some mistakes."""
        if not mistakes or not self._moments:
            return [Against()] * len(mistakes)
        return self._against(with_all(self.derivation, mistakes, self._moments), len(mistakes))

    def _against(self, runs: Runs, count: int) -> list[Against]:
        contradicted, missed, moved = np.zeros((3, count), dtype=int)
        for target in self._right_short:
            contradicted += self._off(target, runs, target.printed)
        for target in self._short:
            finding = target.finding
            if finding.exact is None:
                continue
            count_of = moved if finding.verdict in _TELL_NOTHING else missed
            changed = self._off(target, runs, target.printed, float(finding.exact))
            count_of += changed & self._off(target, runs, target.printed)
        counts = np.stack([contradicted, missed, moved], axis=1).tolist()
        return [Against(*each) for each in counts]

    def _off(
        self, target: Target, runs: Runs, printed: Number | None, value: float | None = None
    ) -> Any:
        """Which candidates come to another number than is printed, or than a value."""
        values = self.values(target, runs)
        if printed is None or not isinstance(values, np.ndarray):
            return False
        goal = float(printed.value) if value is None else value
        with np.errstate(all="ignore"):
            return ~(np.abs(values - goal) <= float(unit(printed)) * 1.5)

    def certified(self, target: Target, mistake: Mistake) -> bool:
        """Whether a mistake reproduces every printed digit, proved in balls."""
        assert target.printed is not None
        try:
            value = self.outcome(target, mistake)
            # What is undecided at thousands of bits lies on the border: a tie, rounded either way.
            fits = {"correct", "undecided"} if mistake.kind == "rounded" else {"correct"}
            return verdict(value, target.printed) in fits
        except (NotationError, KeyError, ZeroDivisionError, ValueError):
            return False

    def outcome(self, target: Target, mistake: Mistake) -> Value:
        """What a mistake makes of a number; to enclose it raises what an evaluation may raise."""
        moments, needed = self.reach(target)

        def enclose(bits: int) -> Any:
            runs = self.run(mistake, moments, bits, needed)
            assert target.expression is not None
            with ctx.workprec(bits):
                return ball(Reading(runs, self.scenario).value(target.expression), bits)

        return Value(enclose, lambda: None)

    def run(
        self,
        mistake: Mistake,
        moments: tuple[int, ...],
        bits: int,
        needed: frozenset[str] | None = None,
    ) -> Runs:
        """The run of one mistake in balls, remembered."""
        key = (mistake.key, moments, bits)
        if key not in self._balls:
            self._balls[key] = with_one(self.derivation, mistake, moments, bits, needed)
        return self._balls[key]

    def explanations(self, target: Target) -> Iterator[Explanation]:
        """What the catalogue says of one wrong number."""
        if target.printed is None:
            return
        for mistake, against in self.found.get(id(target), []):
            others = self.reproduced[mistake.key]
            yield Explanation(
                mistake.sentence, mistake.kind, mistake.scope, mistake.computation,
                target.finding.printed, len(self.mistakes) if self._short else self.tried_long,
                size=mistake.size, lines=tuple(sorted({t.line.line for t in others})),
                contradicts=against.contradicts, missed=against.missed, gain=self.gain(target, mistake.key),
                value=self._values.get((id(target), mistake.key)), key=mistake.key,
            )  # fmt: skip

    def _uncontradicted(self, target: Target) -> bool:
        """Whether a mistake reproduces a number that no right number contradicts."""
        return any(not against.contradicts for _, against in self.found.get(id(target), []))

    @cached_property
    def reproduced(self) -> dict[Key, list[Target]]:
        """The wrong numbers that each mistake reproduces."""
        by_mistake: dict[Key, list[Target]] = {}
        for target in self.followed:
            for key in dict.fromkeys(m.key for m, _ in self.found.get(id(target), [])):
                by_mistake.setdefault(key, []).append(target)
        return by_mistake

    def gain(self, target: Target, key: Key, known: Container[int] = ()) -> float:
        """What it is worth for a number that the mistake reproduces others as well, in decades;
        the known ones have another cause."""
        others = [t for t in self.reproduced[key] if id(t) not in known]
        if next(a for m, a in self.found[id(target)] if m.key == key).contradicts:
            # Nor is it behind what a mistake reproduces that right numbers do not contradict.
            others = [t for t in others if not self._uncontradicted(t)]
        # What follows from another wrong number proves nothing anew.
        return gained(target, [t for t in others if t.finding.verdict != "inherited"] or [target])

    def tried(self, target: Target) -> int:
        """How many mistakes of the catalogue were tried on a number itself."""
        if target.wanted is None or target.printed is None or self.beyond:
            return 0
        _ = self.found
        return len(self.mistakes) if target.last <= SHORT else self.tried_long

    @property
    def beyond(self) -> bool:
        """Whether the scenario is too large for its lines to be edited."""
        return len(self.scenario.computation.steps) > MOST_TRIED


def _moments_of(some: Iterable[Target]) -> set[int]:
    return {m for t in some if t.wanted for m in t.wanted.moments}
