"""All wrong lines of a scenario explained, so that one mistake behind several is found as one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import islice

from harness.explain import formulas
from harness.explain.catalogue.sizes import left_out
from harness.explain.documents import (
    arithmetic,
    computed_on,
    others,
    rounding,
    slips,
    solving,
    stated,
)
from harness.explain.documents.besides import second, wanting
from harness.explain.documents.carried import Carried
from harness.explain.documents.established import Beside, beside
from harness.explain.documents.fewest import Told, established, settled
from harness.explain.documents.misrounded import Roundings
from harness.explain.documents.search import Search
from harness.explain.documents.targets import Spot, Target, targets
from harness.explain.documents.weighing import weighed
from harness.explain.explanation import Explanation, chosen, none_of
from harness.explain.formulas.symbols import symbols_of
from harness.fixture import Chapter, Line, Part
from harness.notation import NotationError
from harness.notation.syntax import Expression, Number, signed_number
from harness.oracle import Oracle
from harness.verdicts import Judged
from harness.verdicts.decimals import Value
from harness.verdicts.values import Values

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Explained:
    """A wrong finding of a line: where it stands, and what explains it."""

    line: Line
    spot: Spot
    explanations: tuple[Explanation, ...]
    tried: int
    #: What mistakes of other lines would make of it, and that not all mistakes are tried.
    aside: str = ""

    @property
    def best(self) -> Explanation:
        """The likeliest explanation, the next ones beside it; or that there is none."""
        return chosen(self.explanations) or none_of("", self.tried, self.aside)

    def recorded(self, cause: str) -> Explanation | None:
        """The explanation that a recorded cause is; None where it is none of them."""
        told = cause.split()
        return next((one for one in self.explanations if told == one.sentence.split()), None)

    def bears_out(self, cause: str) -> bool:
        """Whether a recorded cause is among the explanations."""
        return self.recorded(cause) is not None


def explain(
    chapter: Chapter, judged: Sequence[Judged], progress: Progress = lambda _: None
) -> list[Explained]:
    """Every wrong number, operand and formula of a chapter explained, in the document's order."""
    sorted_out = list(targets(judged, chapter.scenario))
    wrong = [target for is_wrong, target in sorted_out if is_wrong]
    right = [target for is_wrong, target in sorted_out if not is_wrong]
    if not wrong:
        return []
    return list(_Chapter(chapter, wrong, right, progress).explained())


@dataclass
class _Chapter:
    chapter: Chapter
    wrong: list[Target]
    right: list[Target]
    progress: Progress

    @cached_property
    def search(self) -> Search:
        return Search(self.chapter.scenario, self.wrong, self.right, self.progress)

    @cached_property
    def values(self) -> Values:
        return Values(Oracle(self.chapter.scenario))

    @cached_property
    def carried(self) -> Carried:
        return Carried(self.wrong, self.values)

    @cached_property
    def roundings(self) -> Roundings:
        return Roundings(self.right, self.wrong)

    def explained(self) -> Iterator[Explained]:
        alone: list[Told] = []
        counts: list[int] = []
        for target in self.wrong:
            self.progress(f"line {target.line.line}: {target.finding.printed}")
            found, tried = self.of(target)
            alone.append((target, found))
            counts.append(tried)
        known = established(alone, self.search)
        told = settled(alone, known, self.search)
        firm = [one for one in known if one.firm]
        seconds = [second(one, told, self.search) for one in firm]
        for (target, found), tried in zip(told, counts, strict=True):
            more = Beside()
            if firm and wanting(found):
                more = beside(target, firm, self.search)
                over = [e for one in seconds for e in one.explanations(target)]
                tried += more.tried + sum(one.tried(target) for one in seconds)
                if more.explanations or over:
                    found = weighed([*found, *more.explanations, *over], target, more.values)
            asides = filter(None, [more.aside, self.left_out(target)])
            yield Explained(target.line, target.spot, tuple(found), tried, "; ".join(asides))

    def left_out(self, target: Target) -> str:
        return left_out(self.chapter.scenario) if target.wanted is not None else ""

    def of(self, target: Target) -> tuple[list[Explanation], int]:
        """Everything that explains one finding, and how much was tried."""
        if target.finding.kind == "formula":
            return self.formula(target)
        printed = target.printed
        if printed is None:
            return [], 0
        otherwise = stated.explained(target, self.search)
        if otherwise is not None:
            return [otherwise], 1
        found = list(self.carried.explained(target))
        drawn = list(self.search.explanations(target))
        sources = self.sources(target)
        count = self.search.tried(target)
        for some, tried in (
            self.calculation(target, printed),
            slips.explained(printed, sources),
            self.roundings.explained(target, sources),
            others.explained(target, self.search),
            rounding.explained(target, self.search),
            solving.explained(target, self.search),
            ([], 0) if found else computed_on.explained(target, self.search),
        ):
            drawn += some
            count += tried
        return weighed(found + drawn, target), count

    def formula(self, target: Target) -> tuple[list[Explanation], int]:
        part = next(p for p in target.line.parts if p.text == target.finding.printed)
        should_be = target.finding.should_be
        subject, formula = self.as_written(target.line.subject), self.as_written(part)
        symbols = symbols_of(self.chapter.scenario)
        return formulas.explained(subject, formula, symbols, self.values, should_be)

    def as_written(self, part: Part) -> Expression:
        """A part of a line in its own names; where it speaks of definitions of the line's own, with
        these written out."""
        try:
            same = self.chapter.scenario.binder.bind(part.written) == part.bound
        except NotationError:
            same = False
        return part.written if same else part.bound

    def sources(self, target: Target) -> list[tuple[Value, str]]:
        """The values of which a slip may have made the number."""
        found: list[tuple[Value, str]] = []
        if target.finding.value is not None:
            found.append((target.finding.value, "it should be"))
        part = target.calculation if target.finding.kind == "number" else None
        if part is not None:
            value = self.values.value(part.bound)
            if value.finite():
                found.append((value, "the printed calculation gives"))
        return found

    def calculation(self, target: Target, printed: Number) -> tuple[list[Explanation], int]:
        part = target.calculation if target.finding.kind == "number" else None
        if part is None or target.finding.verdict == "inherited":
            return [], 0
        return arithmetic.explained(part.bound, printed, self.neighbours(target), self.values)

    def neighbours(self, target: Target) -> Mapping[str, Number]:
        """Numbers that may be taken for an operand: given ones, and those of the lines before."""
        given = self.chapter.scenario.given.items()
        found = {f"which is {name}": _decimal(value) for name, value in islice(given, 40)}
        lines = [line for line in self.chapter.lines if line.line < target.line.line]
        for line in lines[-12:]:
            for part in line.parts:
                number = signed_number(part.bound)
                if number is not None and "." in number.text:
                    found[f"printed for {line.subject.text} in line {line.line}"] = number
        unique = {number.value: words for words, number in reversed(found.items())}
        return {words: found[words] for words in unique.values()}


def _decimal(value: Fraction) -> Number:
    return Number(f"{float(value):.12g}", value)
