"""Names in lines: definitions are written out, every name is checked, shapes are tried."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import partial
from typing import Final

import numpy as np

from harness.notation import NotationError, Value, closest, evaluate
from harness.notation.evaluation import shown
from harness.notation.syntax import (
    Array,
    Call,
    Derivative,
    DerivativeOf,
    Expression,
    Name,
    Negative,
    Power,
    Product,
    Sum,
    walk,
)
from harness.scenario.computation import Computation, Shape, element_of

#: Definitions may lean on one another this deep, and one expression use this many of them.
DEEPEST: Final = 20
MOST_USES: Final = 1_000


@dataclass(frozen=True)
class Binder:
    """What a line may speak of: the quantities of a computation, and definitions over them."""

    computation: Computation
    definitions: Mapping[str, Expression]
    trained: bool

    @property
    def names(self) -> frozenset[str]:
        """Every name that means something in a line."""
        return frozenset(self.computation.shapes) | frozenset(self.definitions)

    def bind(
        self, expression: Expression, where: Mapping[str, Expression] | None = None
    ) -> Expression:
        """``expression`` with its definitions written out and every name known.

        ``where`` holds a line's own definitions. Raises NotationError.
        """
        bound = _Bound(self, {**self.definitions, **(where or {})}).expression(expression, 0, 0)
        self.shape(bound)
        return bound

    def shape(self, bound: Expression) -> Shape:
        """The shape of a bound expression. Raises NotationError where its parts do not fit."""
        value = evaluate(bound, _Blank(self.computation.shapes))
        return value.shape if isinstance(value, np.ndarray) else ()


@dataclass(frozen=True)
class _Bound:
    binder: Binder
    definitions: Mapping[str, Expression]
    used: list[str] = field(default_factory=list)

    def expression(self, node: Expression, moment: int, depth: int) -> Expression:
        """``node`` written out; ``moment`` is the mark of the definition it stands in."""
        again = partial(self.expression, moment=moment, depth=depth)
        match node:
            case Name():
                return self.name(node, moment, depth)
            case Derivative():
                return self.derivative(node, moment, depth)
            case DerivativeOf():
                return self.derivative_of(node.by, again(node.body), node.column, depth)
            case Sum():
                return replace(node, terms=tuple(map(again, node.terms)))
            case Product():
                return replace(node, factors=tuple(map(again, node.factors)))
            case Negative():
                return replace(node, body=again(node.body))
            case Power():
                return replace(node, base=again(node.base), exponent=again(node.exponent))
            case Call():
                return replace(node, arguments=tuple(map(again, node.arguments)))
            case Array():
                return replace(node, elements=tuple(map(again, node.elements)))
            case _:
                return node

    def name(self, node: Name, moment: int, depth: int) -> Expression:
        node = replace(node, updates=node.updates + moment)
        if node.name in self.definitions:
            body = self.expression(self._definition(node, depth), node.updates, depth + 1)
            body = _moved(body, node.column)
            return _picked(body, node) if node.index else body
        if node.name not in self.binder.computation.shapes:
            known = self.binder.names | self.definitions.keys()
            raise NotationError(
                f"unknown quantity {node.name!r}{closest(node.name, known)}", node.column
            )
        if node.updates and not self.binder.trained:
            raise NotationError(
                f"{node.element}@{node.updates} speaks of updates, and the scenario has no training; "
                "add 'training:' to it",
                node.column,
            )
        return node

    def derivative(self, node: Derivative, moment: int, depth: int) -> Expression:
        updates = node.updates + moment
        of = self.name(replace(node.of, updates=updates), 0, depth)
        if not isinstance(of, Name):
            return self.derivative_of(replace(node.by, updates=updates), of, node.column, depth)
        by = self._variable(replace(node.by, updates=updates), depth)
        self._refuse_reverse(node, of, by)
        return Derivative(replace(of, updates=0), replace(by, updates=0), of.updates, node.column)

    def derivative_of(self, by: Name, body: Expression, column: int, depth: int) -> Expression:
        for part in walk(body):
            if isinstance(part, (Derivative, DerivativeOf)):
                raise NotationError(
                    "the derivative of an expression that holds derivatives", part.column
                )
        return DerivativeOf(self._variable(by, depth), body, column)

    def _definition(self, node: Name, depth: int) -> Expression:
        if depth >= DEEPEST:
            raise NotationError(
                f"the definition of {node.name!r} leads back to itself, or through more than "
                f"{DEEPEST} others",
                node.column,
            )
        self.used.append(node.name)
        if len(self.used) > MOST_USES:
            raise NotationError(
                f"written out, this uses definitions more than {MOST_USES:,} times", node.column
            )
        return self.definitions[node.name]

    def _variable(self, node: Name, depth: int) -> Name:
        """What a derivative is taken by: a quantity, or another name for one."""
        variable = self.name(node, 0, depth)
        if not isinstance(variable, Name):
            raise NotationError(
                f"a derivative is taken by a quantity; {node.name!r} is a definition", node.column
            )
        return variable

    def _refuse_reverse(self, node: Derivative, of: Name, by: Name) -> None:
        position = self.binder.computation.position
        of_place, by_place = position.get(of.element, -1), position.get(by.element, -1)
        if of_place < by_place and _depends(self.binder.computation, by.element, of.element):
            raise NotationError(
                f"{of.element} is computed before {by.element}, so it has no derivative by it",
                node.column,
            )


def _depends(computation: Computation, later: str, earlier: str) -> bool:
    reached = {earlier}
    for step in computation.steps:
        if not reached.isdisjoint(step.operands):
            reached.add(step.result)
    return later in reached


def _moved(node: Expression, column: int) -> Expression:
    """A definition's body, for which the column of its use counts."""
    return replace(node, column=column)


def _picked(body: Expression, node: Name) -> Expression:
    for place in node.index:
        if not isinstance(body, Array) or place >= len(body.elements):
            raise NotationError(f"{node.element} does not exist in the definition", node.column)
        body = body.elements[place]
    return body


def _checked_shape(expression: Expression, shapes: Mapping[str, Shape]) -> None:
    shape = getattr(evaluate(expression, _Blank(shapes)), "shape", ())
    if shape:
        raise NotationError(
            f"a derivative is of single numbers, this is {shown(shape)}; pick an element, as in h[0]",
            expression.column,
        )


@dataclass(frozen=True)
class _Blank:
    """The algebra of which only shapes remain."""

    shapes: Mapping[str, Shape]

    def number(self, value: Fraction) -> Value:
        return None

    def constant(self, name: str) -> Value:
        return None

    def operation(self, operation: str, *operands: Value) -> Value:
        return None

    def slope(self, function: str, operand: Value) -> Value:
        return None

    def name(self, node: Name) -> Value:
        shape = self.shapes[node.name]
        return element_of(np.empty(shape, dtype=object) if shape else None, node)

    def derivative(self, node: Derivative | DerivativeOf) -> Value:
        if isinstance(node, DerivativeOf):
            _checked_shape(node.body, self.shapes)
            _checked_shape(node.by, self.shapes)
            return None
        for variable in (node.of, node.by):
            if getattr(self.name(variable), "shape", ()):
                raise NotationError(
                    f"{variable.element} is {shown(self.shapes[variable.name])}; "
                    "a derivative is of one number by one number",
                    node.column,
                )
        return None
