"""Formulas that are the same by plain algebra, and formulas that say less than they seem to."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from harness.explain.formulas.substitutes import is_number
from harness.notation.printing import written
from harness.notation.syntax import (
    Call,
    Constant,
    Derivative,
    Expression,
    Name,
    Negative,
    Number,
    Power,
    Product,
    Sum,
    children,
    walk,
    with_children,
)

#: The factors of a product with their powers, by how they are spelled.
_Factors = tuple[tuple[str, int], ...]
#: A sum of products: the number that each is multiplied by.
_Terms = dict[_Factors, Fraction]
#: Sums are not multiplied out beyond this many terms.
_MOST_TERMS: Final = 64
_E: Final = Constant("e")


def spelled(node: Expression) -> str:
    """One spelling of all formulas that come of one another by reordering, by multiplying out, and
    by working out numbers: such are no different explanations."""
    return _shown(_terms(node))


def _shown(terms: _Terms) -> str:
    return repr(sorted((factors, str(number)) for factors, number in terms.items() if number))


def _terms(node: Expression) -> _Terms:
    match node:
        case Number():
            return {(): node.value}
        case Negative(body):
            return {factors: -number for factors, number in _terms(body).items()}
        case Sum():
            found: _Terms = {}
            for term, sign in zip(node.terms, node.signs, strict=True):
                for factors, number in _terms(term).items():
                    found[factors] = found.get(factors, Fraction(0)) + sign * number
            return {factors: number for factors, number in found.items() if number}
        case Product() if "@" not in node.operators:
            product: _Terms = {(): Fraction(1)}
            for factor, operator in zip(node.factors, node.operators, strict=True):
                product = _times(product, _power(_terms(factor), 1 if operator == "*" else -1))
            return product
        case Power(base, Number(value=exponent)) if exponent.denominator == 1 and base != _E:
            return _power(_terms(base), int(exponent))
        case Call("square", (base,), 0):
            return _power(_terms(base), 2)
        case Call("transpose", (Call("transpose", (twice,)),)):
            return _terms(twice)
        case Name() | Derivative() | Constant():
            return {((written(node), 1),): Fraction(1)}
    parts = children(node)
    shell = with_children(node, [Number("0", Fraction(0))] * len(parts))
    return {((f"{written(shell)} of {', '.join(map(spelled, parts))}", 1),): Fraction(1)}


def _power(terms: _Terms, exponent: int) -> _Terms:
    """A power, multiplied out where there is one term only."""
    if exponent == 1:
        return terms
    if len(terms) == 1:
        ((factors, number),) = terms.items()
        if number:
            raised = tuple((factor, power * exponent) for factor, power in factors)
            return {raised: number**exponent}
    return {((_shown(terms), exponent),): Fraction(1)}


def _times(one: _Terms, other: _Terms) -> _Terms:
    if len(one) * len(other) > _MOST_TERMS:
        return {((_shown(one), 1), (_shown(other), 1)): Fraction(1)}
    found: _Terms = {}
    for first, number in one.items():
        for second, factor in other.items():
            powers = dict(first)
            for name, power in second:
                powers[name] = powers.get(name, 0) + power
            factors = tuple(sorted((name, power) for name, power in powers.items() if power))
            found[factors] = found.get(factors, Fraction(0)) + number * factor
    return found


def hollow(node: Expression) -> bool:
    """Whether something in an expression is subtracted from itself or divided by itself."""
    for part in walk(node):
        if isinstance(part, Sum):
            signed = set(zip(part.terms, part.signs, strict=True))
            if any((term, -sign) in signed for term, sign in signed):
                return True
        if isinstance(part, Product):
            factors = set(zip(part.factors, part.operators, strict=True))
            factors -= {one for one in factors if isinstance(one[0], Number)}
            if any((factor, "/") in factors for factor, operator in factors if operator == "*"):
                return True
        if isinstance(part, Derivative) and part.of == part.by:
            return True
    return False


def idle(node: Expression) -> int:
    """How many parts of an expression do nothing: factors and powers of 1, terms of 0."""
    count = 0
    for part in walk(node):
        match part:
            case Product():
                after = (*part.operators[1:], "")
                count += sum(
                    is_number(factor, 1) and here == "*" and following != "/"
                    for factor, here, following in zip(
                        part.factors, part.operators, after, strict=True
                    )
                )
            case Power(base, exponent):
                count += is_number(base, 1) + is_number(exponent, 1)
            case Sum():
                count += sum(is_number(term, 0) for term in part.terms)
    return count
