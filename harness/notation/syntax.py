"""The syntax tree of the notation: one small frozen class a construct.

Sums and products are flat (``a + b - c`` is one ``Sum`` of three terms), so that the shape of a
printed calculation can be laid over the shape of a formula, and long chains stay shallow.
``column`` is the 0-based place in the line; it takes no part in comparisons.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Literal


@dataclass(frozen=True, slots=True)
class Number:
    """A decimal, kept as it is written: ``0.10`` claims two decimals, ``0.1`` one."""

    text: str
    value: Fraction
    column: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Constant:
    """``e`` or ``pi``."""

    name: str
    column: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Span:
    """``start:stop`` in an index; all from the first, or to the last, where one is left out."""

    start: int | None
    stop: int | None

    def __str__(self) -> str:
        return (
            f"{'' if self.start is None else self.start}:{'' if self.stop is None else self.stop}"
        )


Index = tuple[int | Span, ...]


def bracketed(index: Index) -> str:
    """An index as it is written; nothing where there is none."""
    return f"[{','.join(map(str, index))}]" if index else ""


@dataclass(frozen=True, slots=True)
class Name:
    """A quantity, or a part of it, after ``updates`` updates."""

    name: str
    index: Index = ()
    updates: int = 0
    column: int = field(default=0, compare=False)

    @property
    def element(self) -> str:
        """The name with its index, as in ``W1[0,1]``."""
        return self.name + bracketed(self.index)


@dataclass(frozen=True, slots=True)
class Indexed:
    """A part of what an expression comes to: ``(W @ x)[0]``."""

    body: Expression
    index: Index
    column: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Derivative:
    """``dE/dw``: the total derivative of one quantity by another, after ``updates`` updates."""

    of: Name
    by: Name
    updates: int = 0
    column: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class DerivativeOf:
    """``d/dz(…)``: the derivative of an expression by a quantity that stands in it."""

    by: Name
    body: Expression
    column: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Sum:
    """``a + b - c``: the signs are +1 or -1, one a term."""

    terms: tuple[Expression, ...]
    signs: tuple[int, ...]
    column: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Product:
    """``a * b / c @ d``: operators stand before their factor; the first one is always ``*``."""

    factors: tuple[Expression, ...]
    operators: tuple[Literal["*", "/", "@"], ...]
    column: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Negative:
    """``-a``."""

    body: Expression
    column: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Power:
    """``base ^ exponent``; binds tighter than a sign before it and to the right."""

    base: Expression
    exponent: Expression
    column: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A function applied, or with ``primes`` its derivative: ``sigmoid'(z)``.

    ``options`` are whole numbers by name, as in ``sum(X, axis=0)``.
    """

    function: str
    arguments: tuple[Expression, ...]
    primes: int = 0
    column: int = field(default=0, compare=False)
    options: tuple[tuple[str, int], ...] = ()

    def option(self, name: str, otherwise: int) -> int:
        """The option of that name."""
        return dict(self.options).get(name, otherwise)


@dataclass(frozen=True, slots=True)
class Array:
    """``[a, b]`` or ``[[a, b], [c, d]]``."""

    elements: tuple[Expression, ...]
    column: int = field(default=0, compare=False)


Expression = (
    Number
    | Constant
    | Name
    | Indexed
    | Derivative
    | DerivativeOf
    | Sum
    | Product
    | Negative
    | Power
    | Call
    | Array
)


@dataclass(frozen=True, slots=True)
class Segment:
    """What stands between two equals signs of a line."""

    text: str
    expression: Expression
    column: int = 0

    @property
    def kind(self) -> Literal["formula", "calculation", "number", "numbers"]:
        """A formula has names, a calculation only numbers, a number is one bare decimal, numbers
        are an array of them."""
        if any(isinstance(part, (Name, Derivative)) for part in walk(self.expression)):
            return "formula"
        if signed_number(self.expression) is not None:
            return "number"
        return "numbers" if _all_numbers(self.expression) else "calculation"


def children(node: Expression) -> tuple[Expression, ...]:
    """The expressions that stand directly in ``node``."""
    match node:
        case Sum():
            return node.terms
        case Product():
            return node.factors
        case Negative() | Indexed():
            return (node.body,)
        case DerivativeOf():
            return (node.by, node.body)
        case Power():
            return (node.base, node.exponent)
        case Call():
            return node.arguments
        case Array():
            return node.elements
        case _:
            return ()


def with_children(node: Expression, parts: Sequence[Expression]) -> Expression:
    """``node`` with others in place of its ``children``, as many and in the same order; the name
    that an expression is differentiated by stays."""
    match node:
        case Sum():
            return replace(node, terms=tuple(parts))
        case Product():
            return replace(node, factors=tuple(parts))
        case Negative() | Indexed() | DerivativeOf():
            return replace(node, body=parts[-1])
        case Power():
            return replace(node, base=parts[0], exponent=parts[1])
        case Call():
            return replace(node, arguments=tuple(parts))
        case Array():
            return replace(node, elements=tuple(parts))
        case _:
            return node


def walk(node: Expression) -> Iterator[Expression]:
    """``node`` and everything in it, from left to right."""
    yield node
    for child in children(node):
        yield from walk(child)


def spoken_of(expression: Expression) -> Iterator[Name]:
    """Every name in an expression, those in derivatives included."""
    for part in walk(expression):
        if isinstance(part, Name):
            yield part
        elif isinstance(part, Derivative):
            yield from (part.of, part.by)


def signed_number(node: Expression) -> Number | None:
    """The number that ``node`` is, a sign before it included; None for anything else."""
    if isinstance(node, Number):
        return node
    if isinstance(node, Negative) and isinstance(node.body, Number):
        inner = node.body
        return Number("-" + inner.text.removeprefix("+"), -inner.value, node.column)
    return None


def _all_numbers(node: Expression) -> bool:
    """Whether an array holds bare decimals alone."""
    return isinstance(node, Array) and all(
        signed_number(element) is not None or _all_numbers(element) for element in node.elements
    )


def element_of(node: Expression, place: tuple[int, ...]) -> Expression:
    """The expression of one element of what ``node`` comes to."""
    if isinstance(node, Name) and not node.index:
        return Name(node.name, place, node.updates, node.column)
    return Indexed(node, place, node.column)
