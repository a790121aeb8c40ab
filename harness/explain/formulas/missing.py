"""Something that is missing in a formula: a factor, a term, a function, a power."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from typing import Final

from harness.explain.formulas.places import Change, Place, negated, over, plus, times
from harness.explain.formulas.substitutes import ONE, TWO, from_one, less_from_one, number
from harness.explain.formulas.symbols import Symbols
from harness.notation.printing import written
from harness.notation.syntax import (
    Call,
    Constant,
    Derivative,
    Expression,
    Name,
    Number,
    Power,
    Product,
    Sum,
    walk,
)
from harness.verdicts.forms import rebuilt

#: Functions that are tried wherever the scenario or the formula may do without them.
_USUAL: Final = ("exp", "log", "sqrt")
_NUMBERS: Final = ("2", "3", "1/2")


def factors_missing(subject: Expression, place: Place, symbols: Symbols) -> Iterator[Change]:
    """One more factor, or what is divided by: a quantity, a derivative, a number."""
    node = place.part
    if isinstance(node, (Number, Constant)):
        return
    whole = place.within is None
    leaf = isinstance(node, (Name, Derivative))
    if leaf and not isinstance(place.within, Sum) and not place.alone:
        return  # the product that it stands in has the factor too
    where = "" if whole else " after {}"
    after = () if whole else (node,)
    told = f"the factor {{}} is missing{where}"
    more = 0.1 * isinstance(node, Sum)
    for symbol in symbols.names:
        product = times(node, symbol)
        yield Change(product, "factor missing", told, (symbol, *after), 1.3 + more)
        if symbol.name not in {one.name for one in walk(node) if isinstance(one, Name)}:
            by = "it is not divided by {}" if whole else "{1} is not divided by {0}"
            yield Change(over(node, symbol), "factor missing", by, (symbol, *after), 1.35)
    for slope in (*symbols.slopes, *_gradient(subject, symbols)):
        yield Change(times(node, slope), "factor missing", told, (slope, *after), 1.2)
        if whole:
            by = "it is not divided by {}"
            yield Change(over(node, slope), "factor missing", by, (slope,), 1.5)
    for text in _NUMBERS:
        product = _led(text, node)
        told = f"the factor {{}} is missing{' before {}' * (not whole)}"
        yield Change(product, "factor missing", told, (text, *after), 1.1)


def _gradient(subject: Expression, symbols: Symbols) -> Iterator[Derivative]:
    """The gradient that an update of the subject goes by."""
    if isinstance(subject, Name) and subject.updates and symbols.loss is not None:
        by = replace(subject, updates=0)
        yield Derivative(Name(symbols.loss), by, subject.updates - 1)


def _led(text: str, node: Expression) -> Product:
    if isinstance(node, Product):
        return Product((number(text), *node.factors), ("*", *node.operators))
    return Product((number(text), node), ("*", "*"))


def terms_missing(place: Place, symbols: Symbols) -> Iterator[Change]:
    """One more term: a quantity, added or subtracted."""
    factor = isinstance(place.within, Product) and not isinstance(place.part, (Number, Sum))
    if not place.alone and not factor:
        return
    node, whole = place.part, place.within is None
    after = () if whole else (node,)
    for symbol in symbols.names:
        for sign, minus in ((1, ""), (-1, "-")):
            told = f"the term {minus}{{}} is missing{'' if whole else ' after {}'}"
            size = 1.35 + 0.1 * (sign < 0) + 0.1 * factor
            yield Change(plus(node, symbol, sign), "term missing", told, (symbol, *after), size)


def own_parts_missing(
    subject: Expression, formula: Expression, symbols: Symbols
) -> Iterator[Change]:
    """One more of the terms or factors that the quantity is computed from."""
    own = symbols.equations.get(subject.name) if isinstance(subject, Name) else None
    if isinstance(own, Sum):
        for term, sign in zip(own.terms, own.signs, strict=True):
            told = f"the term {'-' * (sign < 0)}{{}} is missing"
            yield Change(plus(formula, term, sign), "term missing", told, (term,), 1.25)
    if isinstance(own, Product) and "@" not in own.operators:
        for factor, operator in zip(own.factors, own.operators, strict=True):
            told = "the factor {} is missing" if operator == "*" else "it is not divided by {}"
            changed = times(formula, factor) if operator == "*" else over(formula, factor)
            yield Change(changed, "factor missing", told, (factor,), 1.25)


def products_missing(
    subject: Expression, formula: Expression, symbols: Symbols
) -> Iterator[Change]:
    """One more term: a product of two quantities, or of one and a derivative like the formula's."""
    atoms: list[Expression] = list(symbols.names)
    if isinstance(subject, Derivative):
        atoms += [Derivative(subject.of, one) for one in symbols.names]
    for one, other in combinations(atoms, 2):
        product = times(one, other)
        for sign, minus in ((1, ""), (-1, "-")):
            told = f"the term {minus}{{}} is missing"
            size = 1.5 + 0.1 * (sign < 0)
            yield Change(plus(formula, product, sign), "term missing", told, (product,), size)


def signs_missing(place: Place) -> Iterator[Change]:
    """A minus before the whole formula, what a function is taken of, or an exponent."""
    whole = place.within is None
    if whole or (place.alone and not isinstance(place.part, (Number, Sum))):
        usual = whole or isinstance(place.within, Power) or _is_exp(place.within)
        told = "a minus is missing before {}"
        size = 0.9 if usual else 0.97
        yield Change(negated(place.part), "sign", told, (place.part,), size)


def _is_exp(node: Expression | None) -> bool:
    return isinstance(node, Call) and node.function == "exp"


def around_all(formula: Expression, symbols: Symbols) -> Iterator[Change]:
    """A function that is missing around every quantity."""
    names = sorted({written(one) for one in walk(formula) if isinstance(one, Name)})
    for function in dict.fromkeys([*symbols.functions, *_USUAL]) if len(names) > 1 else ():
        told = "{} is missing around {}"
        parts = (function, ", ".join(names))
        yield Change(_with_all(formula, function), "function missing", told, parts, 1.2)


def _with_all(node: Expression, function: str) -> Expression:
    return rebuilt(node, lambda part: Call(function, (part,)) if isinstance(part, Name) else part)


def around(node: Expression, symbols: Symbols) -> Iterator[Change]:
    """A function or a power that is missing around a part."""
    if isinstance(node, (Number, Constant)):
        return
    told = "{} is missing around {}"
    for function in dict.fromkeys([*symbols.functions, *_USUAL]):
        call = Call(function, (node,))
        yield Change(call, "function missing", told, (function, node), 1.15)
    if symbols.arrays:
        numbered = isinstance(node, Product) and isinstance(node.factors[0], Number)
        for function in ("sum", "mean"):
            size = 1.1 if numbered else 1.05
            yield Change(Call(function, (node,)), "function missing", told, (function, node), size)
    if not isinstance(node, Power):
        told = "the power {} is missing at {}"
        yield Change(Power(node, TWO), "power", told, (TWO, node), 1.1)


def turned_over(node: Expression) -> Iterator[Change]:
    """What is to be divided into one, or is and should not be."""
    match node:
        case Product((one, inner), ("*", "/")) if one == ONE:
            yield Change(inner, "operator", "{} stands where {} belongs", (node, inner), 1.15)
        case Sum() | Name() | Call():
            over_one = over(ONE, node)
            told = "{} stands where {} belongs"
            yield Change(over_one, "operator", told, (node, over_one), 1.15)


def rest_of_one(node: Expression) -> Iterator[Change]:
    """The other half of ``y*(1 - y)``, where only one half stands there."""
    for factor in node.factors if isinstance(node, Product) else (node,):
        if isinstance(factor, (Name, Call)):
            rest = from_one(factor)
            told = "the factor {} is missing"
            yield Change(times(node, rest), "factor missing", told, (rest,), 1.1)


def at_symbols(node: Expression, symbols: Symbols) -> Iterator[Change]:
    """What is missing at a single symbol or function: ``1 - ``, a transpose, a prime."""
    if isinstance(node, (Name, Derivative, Call)):
        one_less = from_one(node)
        yield Change(one_less, "term", "{} stands where {} belongs", (node, one_less), 1.1)
    more = less_from_one(node)
    if more is not None:
        yield Change(more, "term", "{} stands where {} belongs", (node, more), 1.1)
    if isinstance(node, (Name, Derivative)) and symbols.arrays:
        transposed = Call("transpose", (node,))
        yield Change(transposed, "transpose", "{} is not transposed", (node,), 0.93)
    if isinstance(node, Call) and len(node.arguments) == 1 and not node.options:
        primed = replace(node, primes=node.primes + 1)
        yield Change(primed, "prime", "the prime of {} is missing", (node.function,), 1.0)
