"""False formulas: the smallest change that makes them hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from flint import ctx

from harness.explain.explanation import Explanation
from harness.explain.formulas.changes import changes
from harness.explain.formulas.missing import products_missing
from harness.explain.formulas.places import Change
from harness.explain.formulas.renaming import throughout
from harness.explain.formulas.sameness import hollow, idle, spelled
from harness.explain.formulas.symbols import FAR, Symbols
from harness.explain.formulas.trials import BITS, Trial, agree, is_zero, trials
from harness.notation import NotationError
from harness.notation.printing import written
from harness.notation.syntax import Derivative, Expression, Name, Number, Sum, spoken_of, walk
from harness.notation.tokens import normalised
from harness.verdicts.values import Values

#: What is said to have a formula, and the change that is made of the formula.
_Tried = tuple[Expression, Change]


def explained(
    subject: Expression,
    formula: Expression,
    symbols: Symbols,
    values: Values,
    should_be: str | None,
) -> tuple[list[Explanation], int]:
    """The changes that make a formula hold, the smallest first, and how many were tried.

    ``formula`` is as it is written, or with its definitions written out; ``subject`` is bound.
    Two changes at once are looked for only where no single one does it.
    """
    search = _Search(subject, formula, symbols, values)
    single = [(subject, change) for change in changes(subject, formula, symbols)]
    found = search.found([*single, *_of_another(subject, formula, symbols)])
    if not found:
        products = products_missing(subject, formula, symbols)
        twice = _twice(subject, formula, symbols)
        found = search.found([*((subject, change) for change in products), *twice])
    confirmed = "".join(normalised(should_be or "").split())
    sized = [
        replace(
            one, candidates=search.tried, rivals=len(found) - 1,
            size=one.size - 0.5 * (bool(confirmed) and "".join(one.computation.split()).endswith("=" + confirmed)),
        )
        for one in found
    ]  # fmt: skip
    return sorted(sized, key=lambda one: one.size), search.tried


def _of_another(subject: Expression, formula: Expression, symbols: Symbols) -> Iterator[_Tried]:
    """The formula as it is, of something else."""
    for other, far in _subjects(subject, symbols):
        told = "the formula is that of {}, not of {}"
        size = (1.2 if isinstance(subject, Derivative) else 1.35) + far
        yield other, Change(formula, "subject", told, (other, subject), size)


def _twice(subject: Expression, formula: Expression, symbols: Symbols) -> Iterator[_Tried]:
    """One symbol changed, and the formula of something else, of the same kind or unit."""
    for other, far in _subjects(subject, symbols) if isinstance(subject, Name) else ():
        if far < FAR:
            for one in throughout(formula, symbols):
                told = f"{one.told}, and the formula is then that of {{}}"
                parts, size = (*one.parts, other), one.size + 1 + far
                yield other, Change(one.formula, "two changes", told, parts, size)


def _subjects(subject: Expression, symbols: Symbols) -> Iterator[tuple[Expression, float]]:
    """What a formula may be of instead, and how far it is from what it is said to be of."""
    name = subject.by if isinstance(subject, Derivative) else subject
    if not isinstance(name, Name):
        return
    for other in symbols.names:
        far = symbols.far(name.name, other.name)
        if other.name == name.name or (name.updates and far >= FAR):
            continue
        if isinstance(subject, Derivative):
            yield replace(subject, by=other), far
        elif isinstance(subject, Name):
            yield replace(subject, name=other.name), far


def _names(node: Expression) -> set[str]:
    return {name.element for name in spoken_of(node)}


def _about(subject: Expression) -> set[str]:
    """What is spoken of in a subject, and what it is the state of: w of m_w."""
    names = _names(subject)
    return names | {name.rpartition("_")[2] for name in names}


class _Search:
    """Tries formulas at random numbers first, which most do not survive."""

    def __init__(
        self, subject: Expression, formula: Expression, symbols: Symbols, values: Values
    ) -> None:
        self.subject = subject
        self.still = symbols.still
        self.formula = formula
        self.text = written(formula)
        self.values = values
        self.binder = values.oracle.scenario.binder
        self.hollow = hollow(formula)
        self.tried = 0

    def found(self, some: Iterable[_Tried]) -> list[Explanation]:
        """The changes that make the formula hold; of those that come to the same formula by plain
        algebra, the smallest."""
        holding: dict[object, Explanation] = {}
        for subject, change in self._surviving(some):
            key, size = (subject, spelled(change.formula)), self._size(subject, change)
            known = holding.get(key)
            if known and known.size <= size:
                continue
            if known or self._holds(subject, change.formula):
                told = f"{written(subject)} = {written(change.formula)}"
                holding[key] = Explanation(
                    change.sentence, change.kind, "this formula", told, self.text, size=size
                )
        return list(holding.values())

    def _surviving(self, some: Iterable[_Tried]) -> Iterator[_Tried]:
        """What agrees at random numbers, in the order of size."""
        seen: set[_Tried | tuple[Expression, Expression]] = set()
        sides: dict[Expression, list[tuple[Trial, Any]]] = {}
        for subject, change in sorted(some, key=lambda one: one[1].size):
            if (subject, change.formula) in seen:
                continue
            seen.add((subject, change.formula))
            self.tried += 1
            if subject not in sides:
                sides[subject] = self._left(subject)
            with ctx.workprec(BITS):
                left = sides[subject]
                agrees = all(agree(value, trial.value(change.formula)) for trial, value in left)
                if left and agrees and not self._adds_to_nothing(change, left[0][0]):
                    yield subject, change

    def _adds_to_nothing(self, change: Change, trial: Trial) -> bool:
        """Whether a term is added where there is one that is nothing, which it then replaces."""
        if change.kind != "term missing":
            return False
        sums = [node for node in walk(self.formula) if isinstance(node, Sum)]
        terms = [self.formula, *(term for node in sums for term in node.terms)]
        return any(is_zero(trial.value(one)) for one in terms if not isinstance(one, Number))

    def _left(self, subject: Expression) -> list[tuple[Trial, Any]]:
        bound = self.bound(subject)
        if bound is None:
            return []
        return [(one, one.value(bound)) for one in trials(bound, self.formula, self.values)]

    def _size(self, subject: Expression, change: Change) -> float:
        """The size of a change: larger where it leaves parts that do nothing, or a long formula;
        smaller where it brings in what the formula is said to be about, and keeps it."""
        before, after, about = _names(self.formula), _names(change.formula), _about(subject)
        brought, lost = after - before, before - after
        fitting = (bool(brought) and brought <= about) - bool(lost & about)
        nothing = max(0, idle(change.formula) - idle(self.formula))
        length = sum(1 for _ in walk(change.formula))
        return change.size + 0.15 * nothing + length / 5000 - 0.02 * fitting

    def _holds(self, subject: Expression, formula: Expression) -> bool:
        """Whether a formula holds, and says more than that something is itself or nothing."""
        left, right = self.bound(subject), self.bound(formula)
        if left is None or right is None:
            return False
        if isinstance(left, (Name, Derivative)) and left in walk(right):
            return False
        if (hollow(formula) and not self.hollow) or self._brings_nothing(formula):
            return False
        if subject != self.subject and self.values.identically(left, 0):
            return False
        return self.values.identity(left, right)[0] == "holds"

    def _brings_nothing(self, formula: Expression) -> bool:
        """Whether a change brings in a derivative that is nothing at all, or a mark on what no
        update changes."""
        brought = set(walk(formula)) - set(walk(self.formula))
        if any(isinstance(one, Name) and one.updates and one.name in self.still for one in brought):
            return True
        bounds = (self.bound(one) for one in brought if isinstance(one, Derivative))
        return any(one is not None and self.values.identically(one, 0) for one in bounds)

    def bound(self, formula: Expression) -> Expression | None:
        try:
            return self.binder.bind(formula)
        except (NotationError, RecursionError):
            return None
