"""False formulas: the one change of a symbol that makes them hold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
from flint import ctx

from harness.explain.changes import Change, changes, throughout
from harness.explain.explanation import Explanation
from harness.notation import NotationError
from harness.notation.printing import written
from harness.notation.syntax import Expression, Name
from harness.notation.tokens import normalised
from harness.verdicts.values import Values

_BITS: Final = 128


def explained(
    subject: Expression,
    formula: Expression,
    names: Sequence[Name],
    values: Values,
    should_be: str | None,
) -> tuple[list[Explanation], int]:
    """The changes that make a formula hold, and how many were tried.

    ``formula`` is as it is written, or with its definitions written out; ``subject`` is bound.
    """
    search = _Search(values, names)
    found = search.changed(subject, changes(formula, names), written(formula))
    text = written(formula)
    subjects = (
        [replace(subject, name=other.name) for other in names] if isinstance(subject, Name) else []
    )
    for changed in subjects:
        if changed != subject:
            words = f"the formula is that of {written(changed)}, not of {written(subject)}"
            found += search.changed(changed, [(formula, "subject", words, 1.15)], text)
    if not found:
        for changed in subjects:
            some = [
                (
                    one,
                    "two changes",
                    f"{words}, and the formula is then that of {written(changed)}",
                    size + 1,
                )
                for one, _, words, size in throughout(formula, names)
            ]
            found += search.changed(changed, some, text) if changed != subject else []
    confirmed = "".join(normalised(should_be or "").split())
    return [
        replace(
            one, candidates=search.tried,
            size=one.size - 0.5 * (bool(confirmed) and "".join(one.computation.split()).endswith("=" + confirmed)),
        )
        for one in found
    ], search.tried  # fmt: skip


class _Search:
    """Tries formulas at random numbers first, which most do not survive."""

    def __init__(self, values: Values, names: Sequence[Name]) -> None:
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
            if right is None or _differs(left, right, self.values):
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
