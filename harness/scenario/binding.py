"""Names in lines: definitions are written out, every name is checked, shapes are tried."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property, partial
from itertools import count
from typing import Final

import numpy as np

from harness.notation import NotationError, Value, closest, evaluate
from harness.notation.arrays import empty, picked, shape_of, shown
from harness.notation.syntax import (
    Derivative,
    DerivativeOf,
    Expression,
    Indexed,
    Name,
    children,
    walk,
    with_children,
)
from harness.scenario.computation import Computation, Shape, array_of_names

#: Definitions may lean on one another this deep.
DEEPEST: Final = 20
#: Written out, an expression has this many parts and nests them this deep.
MOST_PARTS: Final = 50_000
MOST_LEVELS: Final = 120
#: Operations on single numbers that one expression may ask for.
MOST_OPERATIONS: Final = 200_000


@dataclass(frozen=True)
class Binder:
    """What a line may speak of: the quantities of a computation, and definitions over them."""

    computation: Computation
    definitions: Mapping[str, Expression]
    trained: bool

    @cached_property
    def names(self) -> frozenset[str]:
        """Every name that means something in a line."""
        return frozenset(self.computation.shapes) | frozenset(self.definitions)

    def bind(
        self, expression: Expression, where: Mapping[str, Expression] | None = None
    ) -> Expression:
        """``expression`` with its definitions written out and every name known.

        ``where`` holds a line's own definitions. Raises NotationError.
        """
        bound = _Bound(self, {**self.definitions, **(where or {})}).expression(expression, 0, ())
        self.shape(bound)
        return bound

    def shape(self, bound: Expression) -> Shape:
        """The shape of a bound expression. Raises NotationError where its parts do not fit."""
        value = evaluate(bound, _Blank(self.computation.shapes, count(), bound.column))
        return value.shape if isinstance(value, np.ndarray) else ()


class _Unfolding(NotationError):
    """What is wrong with a definition, at the place where a line uses it."""


@dataclass(frozen=True)
class _Bound:
    """Writes definitions out; ``within`` names those being written out, the outermost first.

    Parts and levels are counted, because definitions that use one another twice grow fast.
    """

    binder: Binder
    definitions: Mapping[str, Expression]
    parts: Iterator[int] = field(default_factory=count)
    levels: list[Expression] = field(default_factory=list)

    def expression(self, node: Expression, moment: int, within: tuple[str, ...]) -> Expression:
        """``node`` written out; ``moment`` is the mark of the definition it stands in."""
        self.refuse_growth(node)
        self.levels.append(node)
        try:
            return self.written_out(node, moment, within)
        finally:
            self.levels.pop()

    def refuse_growth(self, node: Expression) -> None:
        for many, most, what in (
            (next(self.parts), MOST_PARTS, "parts"),
            (len(self.levels), MOST_LEVELS, "levels"),
        ):
            if many >= most:
                raise _Unfolding(
                    f"with its definitions written out, this has more than {most:,} {what}",
                    node.column,
                )

    def written_out(self, node: Expression, moment: int, within: tuple[str, ...]) -> Expression:
        again = partial(self.expression, moment=moment, within=within)
        match node:
            case Name():
                return self.name(node, moment, within)
            case Derivative():
                return self.derivative(node, moment, within)
            case DerivativeOf():
                return self.derivative_of(node.by, again(node.body), node.column, within)
            case _:
                return with_children(node, list(map(again, children(node))))

    def name(self, node: Name, moment: int, within: tuple[str, ...]) -> Expression:
        node = replace(node, updates=node.updates + moment)
        if node.name in self.definitions:
            body = self.definition(node, within)
            return _picked(body, node) if node.index else body
        if node.name not in self.binder.computation.shapes:
            known = self.binder.names | self.definitions.keys()
            raise NotationError(
                f"unknown quantity {node.name!r}{_meant(node.name, known)}",
                node.column,
                unknown=node.name,
            )
        if node.updates and not self.binder.trained:
            raise NotationError(
                f"{node.element}@{node.updates} speaks of updates, and the scenario has no training; "
                "add 'training:' to it",
                node.column,
            )
        return node

    def definition(self, node: Name, within: tuple[str, ...]) -> Expression:
        """The definition of a name, written out; the column of its use counts."""
        within = (*within, node.name)
        if node.name in within[:-1]:
            circle = " needs ".join(within[within.index(node.name) :])
            raise _Unfolding(f"definitions in a circle: {circle}", node.column)
        if len(within) > DEEPEST:
            raise _Unfolding(
                f"the definition of {within[0]!r} leads through more than {DEEPEST} others",
                node.column,
            )
        try:
            body = self.expression(self.definitions[node.name], node.updates, within)
        except _Unfolding as error:
            raise _Unfolding(error.message, node.column, error.unknown) from None
        except NotationError as error:
            message = f"in the definition of {node.name!r}: {error.message}"
            raise _Unfolding(message, node.column, error.unknown) from None
        return replace(body, column=node.column)

    def derivative(self, node: Derivative, moment: int, within: tuple[str, ...]) -> Expression:
        updates = node.updates + moment
        of = self.name(replace(node.of, updates=updates), 0, within)
        if not isinstance(of, Name):
            by = replace(node.by, updates=updates)
            return self.derivative_of(by, of, node.column, within)
        by = self.variable(replace(node.by, updates=updates), within)
        self.refuse_reverse(node, of, by)
        return Derivative(replace(of, updates=0), replace(by, updates=0), of.updates, node.column)

    def derivative_of(
        self, by: Name, body: Expression, column: int, within: tuple[str, ...]
    ) -> Expression:
        if any(isinstance(part, (Derivative, DerivativeOf)) for part in walk(body)):
            raise NotationError(
                "this is the derivative of an expression that holds derivatives, and there are "
                "first derivatives only; write the inner ones out as formulas",
                column,
            )
        variable = self.variable(by, within)
        for part in walk(body):
            if isinstance(part, Name) and part.updates != variable.updates:
                raise NotationError(
                    "this is the derivative of an expression over two moments; an update is part "
                    "of no computation that could be differentiated",
                    part.column,
                )
        return DerivativeOf(variable, body, column)

    def variable(self, node: Name, within: tuple[str, ...]) -> Name:
        """What a derivative is taken by: a quantity, or another name for one."""
        variable = self.name(node, 0, within)
        if not isinstance(variable, Name):
            raise NotationError(
                f"a derivative is taken by a quantity; {node.name!r} is a definition", node.column
            )
        return variable

    def refuse_reverse(self, node: Derivative, of: Name, by: Name) -> None:
        computation, position = self.binder.computation, self.binder.computation.position
        earlier, later = _numbers(of, computation), _numbers(by, computation)
        of_place, by_place = (
            max(position.get(one, -1) for one in names) for names in (earlier, later)
        )
        if (
            of_place < by_place
            and of.name != by.name
            and _depends(computation, later=later, earlier=earlier)
        ):
            raise NotationError(
                f"{of.element} is computed before {by.element}, so it has no derivative by it",
                node.column,
            )


def _meant(name: str, known: Set[str]) -> str:
    """What may have been meant by an unknown name; by ``dE``, where E is known, a derivative."""
    close = closest(name, known)
    if name[0] not in "d∂δ" or name[1:] not in known:
        return close
    return f"{close or ';'} a derivative is written without blanks, as in dE/dw"


def _numbers(node: Name, computation: Computation) -> set[str]:
    """The single numbers that a name stands for."""
    names = picked(array_of_names(node.name, computation.shapes[node.name]), node.index, node)
    return {names} if isinstance(names, str) else set(names.ravel())


def _depends(computation: Computation, later: set[str], earlier: set[str]) -> bool:
    reached = set(earlier)
    for step in computation.steps:
        if not reached.isdisjoint(step.operands):
            reached.add(step.result)
    return not later.isdisjoint(reached)


def _picked(body: Expression, node: Name) -> Expression:
    if isinstance(body, Name) and not body.index:
        return replace(body, index=node.index)
    return Indexed(body, node.index, node.column)


@dataclass(frozen=True)
class _Blank:
    """The algebra of which only shapes remain; it counts operations, so that none run long."""

    shapes: Mapping[str, Shape]
    operations: Iterator[int]
    column: int

    def number(self, value: Fraction) -> Value:
        return None

    def constant(self, name: str) -> Value:
        return None

    def operation(self, operation: str, *operands: Value) -> Value:
        # a sum of many terms counts as many
        if max(next(self.operations) for _ in operands) >= MOST_OPERATIONS:
            raise NotationError(
                f"this takes more than {MOST_OPERATIONS:,} operations on single numbers",
                self.column,
            )
        return None

    def slope(self, function: str, operand: Value) -> Value:
        return self.operation(function, operand)

    def name(self, node: Name) -> Value:
        shape = self.shapes[node.name]
        return picked(np.empty(shape, dtype=object) if shape else None, node.index, node)

    def derivative(self, node: Derivative | DerivativeOf) -> Value:
        if isinstance(node, DerivativeOf):
            for expression in (node.body, node.by):
                self.refuse_array(expression)
            return None
        shape = (*shape_of(self.name(node.of)), *shape_of(self.name(node.by)))
        return empty(shape, node) if shape else None

    def refuse_array(self, expression: Expression) -> None:
        shape = getattr(evaluate(expression, self), "shape", ())
        if shape:
            raise NotationError(
                f"a derivative is of single numbers, this is {shown(shape)}; "
                "pick an element, as in h[0]",
                expression.column,
            )
