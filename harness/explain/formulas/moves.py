"""Parts of a formula that stand in one another's place, or within what they belong outside of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import combinations
from typing import Final

from harness.explain.formulas.places import Change, negated, plus, taken, tidy, times
from harness.explain.formulas.substitutes import ONE
from harness.notation.syntax import (
    Call,
    Constant,
    DerivativeOf,
    Expression,
    Name,
    Negative,
    Number,
    Power,
    Product,
    Sum,
    children,
    with_children,
)

#: Where a part stands: the place among the parts of the formula, then among those of that part …
_Path = tuple[int, ...]
_EXCHANGED: Final = "{} and {} are exchanged"
_SIZE: Final = 1.05
#: Parts of a formula that are exchanged at any distance; of longer ones only neighbours are.
_MOST: Final = 30


def exchanged(formula: Expression) -> Iterator[Change]:
    """Two parts of a formula in one another's place."""
    paths = list(_paths(formula))
    near = len(paths) > _MOST
    for (one, first), (other, second) in combinations(paths, 2):
        siblings = one[:-1] == other[:-1]
        if first == second or other[: len(one)] == one or (near and not siblings):
            continue
        if isinstance(first, Number) and isinstance(second, Number):
            continue
        changed = _with(formula, {one: second, other: first})
        size = 0.95 if siblings else _SIZE
        yield Change(changed, "exchange", _EXCHANGED, (first, second), size)


def _paths(node: Expression, path: _Path = ()) -> Iterator[tuple[_Path, Expression]]:
    for k, child in enumerate(children(node)):
        if isinstance(node, DerivativeOf) and not k:
            continue
        yield (*path, k), child
        yield from _paths(child, (*path, k))


def _with(node: Expression, others: Mapping[_Path, Expression], path: _Path = ()) -> Expression:
    """A formula with other parts at some of its places."""
    if path in others:
        return others[path]
    if not any(other[: len(path)] == path for other in others):
        return node
    parts = [_with(child, others, (*path, k)) for k, child in enumerate(children(node))]
    changed = with_children(node, parts)
    for k in reversed(range(len(parts))):  # a flat sum has more parts than it had
        changed = tidy(changed, k)
    return changed


def moved(node: Expression) -> Iterator[Change]:
    """A term, a factor or a power within a function that belongs outside, or outside and belongs
    within."""
    match node:
        case Call(function, (Sum() as inner,)) if not node.options:
            for k, term in enumerate(inner.terms):
                rest = _rest(inner, k)
                if rest is not None:
                    outside = plus(replace(node, arguments=(rest,)), term, inner.signs[k])
                    yield _belongs(outside, term, "outside of", function)
                    if isinstance(term, Number):
                        continue
                    alone = replace(node, arguments=(term,))
                    within = plus(rest, alone, inner.signs[k])
                    yield Change(within, "brackets", "{} is of {} alone", (function, term), 0.97)
        case Call(function, (Product() as inner,)) if not node.options:
            for k, factor in enumerate(inner.factors):
                rest = _rest(inner, k)
                if rest is not None and inner.operators[k] == "*":
                    outside = times(factor, replace(node, arguments=(rest,)))
                    yield _belongs(outside, factor, "outside of", function)
        case Call(function, (Call() as inner,)) if not node.options and not inner.options:
            turned = replace(inner, arguments=(replace(node, arguments=inner.arguments),))
            parts = (function, inner.function)
            yield Change(turned, "exchange", _EXCHANGED, parts, 0.95)
        case Call(function, (Power(base, exponent),)) if not node.options:
            raised = Power(replace(node, arguments=(base,)), exponent)
            yield _power(raised, exponent, f"{function} as a whole")
        case Power(Call() as call, exponent) if len(call.arguments) == 1:
            within = replace(call, arguments=(Power(call.arguments[0], exponent),))
            told = "the power {} belongs within {}"
            yield Change(within, "power", told, (exponent, call.function), _SIZE)
        case Power(Sum() as inner, exponent):
            yield from _parted(inner, exponent)
        case Product():
            yield from _into_functions(node)
    if isinstance(node, (Sum, Product)):
        yield from _powers(node)


def _belongs(changed: Expression, part: Expression, where: str, function: str) -> Change:
    return Change(changed, "brackets", f"{{}} belongs {where} {{}}", (part, function), _SIZE)


def _power(changed: Expression, exponent: Expression, what: Expression | str) -> Change:
    return Change(changed, "power", "the power {} belongs to {}", (exponent, what), _SIZE)


def _rest(node: Sum | Product, k: int) -> Expression | None:
    return taken(node, [j for j in range(len(children(node))) if j != k])


def _into_functions(node: Product) -> Iterator[Change]:
    """A factor that belongs within a function beside it."""
    for k, call in enumerate(node.factors):
        if not isinstance(call, Call) or len(call.arguments) != 1 or call.options:
            continue
        for j, factor in enumerate(node.factors):
            if j == k or node.operators[j] != "*":
                continue
            plain = factor.body if isinstance(factor, Negative) else factor
            inner, outer = call.arguments[0], plain
            within = replace(
                call, arguments=(times(outer, inner) if j < k else times(inner, outer),)
            )
            factors = [within if i == k else one for i, one in enumerate(node.factors) if i != j]
            operators = [one for i, one in enumerate(node.operators) if i != j]
            if operators[0] == "*" or len(factors) == 1:
                product = Product(tuple(factors), ("*", *operators[1:]))
                changed = product if len(factors) > 1 else factors[0]
                signed = changed if plain is factor else negated(changed)
                yield _belongs(signed, plain, "within", call.function)


def _parted(inner: Sum, exponent: Expression) -> Iterator[Change]:
    """The power of a sum as the sum of the powers of its parts."""
    whole = range(len(inner.terms))
    for k in whole[1:]:
        left, right = taken(inner, whole[:k]), taken(inner, whole[k:])
        if left and right and not isinstance(left, Number) and not isinstance(right, Number):
            told = "the power {} belongs to {} and to {}, one by one"
            both = Sum((Power(left, exponent), Power(right, exponent)), (1, 1))
            yield Change(both, "power", told, (exponent, left, right), 1.1)
            apart = replace(both, signs=(1, -1))
            yield Change(apart, "power", told, (exponent, left, right), 1.15)
        for one, other in ((left, right), (right, left)):
            if one and other and not isinstance(one, Number):
                yield _power(Sum((Power(one, exponent), other), (1, 1)), exponent, one)


def _powers(node: Sum | Product) -> Iterator[Change]:
    """The power of one part that belongs to another one, or to all of them."""
    parts = children(node)
    powers = [k for k, part in enumerate(parts) if isinstance(part, Power)]
    for k in powers:
        power = parts[k]
        assert isinstance(power, Power)
        for j, other in enumerate(parts):
            if j != k and not isinstance(other, (Number, Constant, Power)):
                changed = list(parts)
                changed[k], changed[j] = power.base, Power(other, power.exponent)
                yield _power(with_children(node, changed), power.exponent, other)
    exponents = {part.exponent for part in parts if isinstance(part, Power)}
    if len(powers) == len(parts) > 1 and len(exponents) == 1:
        exponent = exponents.pop()
        bases = with_children(node, [part.base for part in parts if isinstance(part, Power)])
        yield _power(Power(bases, exponent), exponent, bases)


def lowered(node: Expression) -> Iterator[Change]:
    """A power that is not differentiated, or not as it should be: ``n*x^n`` for ``n*x^(n - 1)``."""
    match node:
        case Power(base, Number(text, value)) if value.denominator == 1 and value > 1:
            less = Number(str(value - 1), value - 1)
            once: Expression = base if value == 2 else Power(base, less)
            factor = Number(text, value)
        case Power(base, Name() as factor):
            once = Power(base, Sum((factor, ONE), (1, -1)))
        case _:
            return
    slope = times(factor, once)
    yield Change(slope, "power", "{} is not differentiated, which gives {}", (node, slope), 1.05)
    if isinstance(factor, Name):
        yield Change(once, "power", "{} stands where {} belongs", (node, once), 1.1)
