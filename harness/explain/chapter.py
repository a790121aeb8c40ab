"""All wrong lines of a scenario explained, so that one mistake behind several is found as one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import islice

from harness.explain import arithmetic, formulas, others, rounding, slips, solving
from harness.explain.explanation import Explanation, chosen, none_of
from harness.explain.search import Search
from harness.explain.symbols import symbols_of
from harness.explain.targets import Target, targets
from harness.explain.weighing import weighed
from harness.fixture import Chapter, Line
from harness.notation import NotationError
from harness.notation.syntax import Name, Number, signed_number
from harness.oracle import Oracle
from harness.verdicts import Judged
from harness.verdicts.decimals import Value
from harness.verdicts.values import Values

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Explained:
    """A wrong finding of a line: the ``place`` among its findings, and what explains it."""

    line: Line
    place: int
    explanations: tuple[Explanation, ...]
    tried: int

    @property
    def best(self) -> Explanation:
        """The likeliest explanation, the next ones beside it; or that there is none."""
        return chosen(self.explanations) or none_of("", self.tried)

    def bears_out(self, cause: str) -> bool:
        """Whether a recorded cause is among the explanations."""
        told = " ".join(cause.split())
        return any(told == " ".join(one.sentence.split()) for one in self.explanations)


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

    def explained(self) -> Iterator[Explained]:
        for target in self.wrong:
            self.progress(f"line {target.line.line}: {target.finding.printed}")
            found, tried = self.of(target)
            yield Explained(target.line, target.place, tuple(found), tried)

    def of(self, target: Target) -> tuple[list[Explanation], int]:
        """Everything that explains one finding, and how much was tried."""
        if target.finding.kind == "formula":
            return self.formula(target)
        printed = target.printed
        if printed is None:
            return [], 0
        if (
            target.finding.value is not None
            and target.finding.value.stated
            and target.finding.verdict != "inherited"
        ):
            stated = self.stated(target)
            if stated is not None:
                return [stated], 1
        found = list(self.follows(target, printed))
        drawn = list(self.search.explanations(target))
        count = self.search.tried(target)
        for some, tried in (
            self.calculation(target, printed),
            slips.explained(printed, self.sources(target)),
            others.explained(target, self.search),
            rounding.explained(target, self.search),
            solving.explained(target, self.search),
        ):
            drawn += some
            count += tried
        return weighed(found + drawn, target), count

    def formula(self, target: Target) -> tuple[list[Explanation], int]:
        part = next(p for p in target.line.parts if p.text == target.finding.printed)
        should_be = target.finding.should_be
        binder = self.chapter.scenario.binder
        subject = target.line.subject.bound
        try:
            same = binder.bind(part.written) == part.bound
        except NotationError:
            same = False  # it speaks of definitions of the line's own
        formula = part.written if same else part.bound
        symbols = symbols_of(self.chapter.scenario)
        return formulas.explained(subject, formula, symbols, self.values, should_be)

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

    def follows(self, target: Target, printed: Number) -> Iterator[Explanation]:
        """A number that is right for what was printed before it, which is wrong."""
        finding = target.finding
        if finding.verdict != "inherited":
            return
        if finding.kind == "operand":
            before = [
                t for t in self.wrong
                if t.line.line < target.line.line and _same(t.finding.printed, finding.printed)
            ]  # fmt: skip
            own = [t for t in before if _same(t.finding.quantity, finding.quantity)]
            for earlier in (own or before[-1:])[:1]:
                yield Explanation(
                    f"{finding.printed} is carried on from line {earlier.line.line}, where it is printed "
                    f"for {earlier.finding.quantity} and wrong",
                    "carried on", f"line {earlier.line.line}", finding.printed, finding.printed,
                    1, size=0.1, lines=(earlier.line.line,), sort="carried on",
                )  # fmt: skip
            return
        part = target.calculation
        roots = [
            t for t in self.wrong
            if t.line is target.line and t is not target and t.finding.kind != "number"
        ]  # fmt: skip
        if part is None or not roots:
            return
        named = ", ".join(
            dict.fromkeys(
                f"{t.finding.printed} for {t.finding.quantity}"
                for t in roots
                if t.finding.kind == "operand"
            )
        )
        what = f"one of them is wrong: {named}" if named else "the formula before them is false"
        yield Explanation(
            f"right for the printed operands, but {what}", "carried on", "this line",
            f"{part.text} = {finding.printed}", finding.printed, 1,
            size=0.1, lines=(target.line.line,), sort="carried on",
        )  # fmt: skip

    def stated(self, target: Target) -> Explanation | None:
        """A value that the document states and does not compute with."""
        expression, printed = target.expression, target.printed
        if not isinstance(expression, Name) or printed is None or target.finding.kind != "number":
            return None
        held, broken = others.depending(expression.element, printed.value, self.search)
        if not held:
            return None
        name, exact = target.finding.quantity, target.finding.should_be
        return Explanation(
            f"{name} = {printed.text} is not what is computed with: all other right lines hold with "
            f"{name} = {exact} ({broken} of the {held} right numbers would be wrong with {printed.text})",
            "setting", name, f"{name} = {exact}", printed.text, 1, 0.0, size=0.5,
        )  # fmt: skip


def _same(a: str, b: str) -> bool:
    """Whether two texts print the same, however a derivative's d is written."""
    first, second = (text.replace("δ", "d").replace("∂", "d").lstrip("+") for text in (a, b))
    return first == second


def _decimal(value: Fraction) -> Number:
    return Number(f"{float(value):.12g}", value)
