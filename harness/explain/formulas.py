"""False formulas: the one change of a symbol that makes them hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, Final

import numpy as np
from flint import ctx

from harness.explain.changes import changes, divided
from harness.explain.explanation import Explanation
from harness.explain.renaming import throughout
from harness.explain.symbols import FAR, Change, Symbols
from harness.notation import NotationError
from harness.notation.printing import written
from harness.notation.syntax import Derivative, Expression, Name
from harness.notation.tokens import normalised
from harness.verdicts.values import Values

_BITS: Final = 128
#: What is said to have the formula, and what is tried in its place.
_Tried = tuple[Expression, list[Change]]


def explained(
    subject: Expression,
    formula: Expression,
    symbols: Symbols,
    values: Values,
    should_be: str | None,
) -> tuple[list[Explanation], int]:
    """The changes that make a formula hold, the smallest first, and how many were tried.

    ``formula`` is as it is written, or with its definitions written out; ``subject`` is bound.
    What takes more than one symbol is looked for only where no single one does it.
    """
    search = _Search(values)
    text = written(formula)
    found = search.changed(subject, changes(formula, symbols), text)
    for further in (_otherwise, _twice):
        some = [] if found else list(further(subject, formula, symbols))
        found += [one for changed, tried in some for one in search.changed(changed, tried, text)]
    confirmed = "".join(normalised(should_be or "").split())
    sized = [
        replace(
            one, candidates=search.tried, rivals=len(found) - 1,
            size=one.size - 0.5 * (bool(confirmed) and "".join(one.computation.split()).endswith("=" + confirmed)),
        )
        for one in found
    ]  # fmt: skip
    return sorted(sized, key=lambda one: one.size), search.tried


def _otherwise(subject: Expression, formula: Expression, symbols: Symbols) -> Iterator[_Tried]:
    """The formula as it is, of something else; or divided by what it is not divided by."""
    yield subject, list(divided(formula, symbols))
    for changed, far in _subjects(subject, symbols):
        words = f"the formula is that of {written(changed)}, not of {written(subject)}"
        yield changed, [(formula, "subject", words, 1.15 + far)]


def _twice(subject: Expression, formula: Expression, symbols: Symbols) -> Iterator[_Tried]:
    """One symbol changed, and the formula of something else, of the same kind or unit."""
    for changed, far in _subjects(subject, symbols) if isinstance(subject, Name) else ():
        if far < FAR:
            then = f", and the formula is then that of {written(changed)}"
            yield (
                changed,
                [
                    (one, "two changes", words + then, size + 1 + far)
                    for one, _, words, size in throughout(formula, symbols)
                ],
            )


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


class _Search:
    """Tries formulas at random numbers first, which most do not survive."""

    def __init__(self, values: Values) -> None:
        self.values = values
        self.binder = values.oracle.scenario.binder
        self.tried = 0

    def bound(self, formula: Expression) -> Expression | None:
        try:
            return self.binder.bind(formula)
        except (NotationError, RecursionError):
            return None

    def changed(self, subject: Expression, some: Iterable[Change], text: str) -> list[Explanation]:
        bound = self.bound(subject)
        left = [] if bound is None else _tried(bound, self.values)
        if bound is None or not left:
            return []
        seen: set[Expression] = set()
        found: list[Explanation] = []
        for formula, kind, words, size in some:
            if formula in seen:
                continue
            seen.add(formula)
            self.tried += 1
            right = self.bound(formula)
            if right is None or right == bound or _differs(left, right, self.values):
                continue
            if self.values.identity(bound, right)[0] == "holds":
                computation = f"{written(subject)} = {written(formula)}"
                found.append(Explanation(words, kind, "this formula", computation, text, size=size))
        return found


def _tried(expression: Expression, values: Values) -> list[Any]:
    try:
        return [
            np.atleast_1d(values.oracle.at(_BITS, trial).evaluate(expression)) for trial in (1, 2)
        ]
    except (NotationError, ValueError, ZeroDivisionError):
        return []


def _differs(left: list[Any], right: Expression, values: Values) -> bool:
    """Whether a formula is another one at the first random numbers; quick, where most are."""
    if not left:
        return True
    for k, sides in enumerate(left):
        try:
            other = np.atleast_1d(values.oracle.at(_BITS, k + 1).evaluate(right))
        except (NotationError, ValueError, ZeroDivisionError, KeyError):
            return True
        if np.shape(other) != np.shape(sides):
            return True
        with ctx.workprec(_BITS):
            if not all((a - b).contains(0) for a, b in zip(sides.flat, other.flat, strict=True)):
                return True
    return False
