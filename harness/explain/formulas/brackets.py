"""Brackets that are missing, too many, or in the wrong place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from harness.explain.formulas.places import Change
from harness.notation import NotationError
from harness.notation.parser import parse_expression
from harness.notation.printing import written
from harness.notation.syntax import Expression
from harness.notation.tokens import Token, tokenise

_ENDS: Final = frozenset(["name", "number", "derivative", "mark", ")", "]", "transposed"])
_BEGINS: Final = frozenset(["name", "number", "derivative", "(", "[", "-"])
_DEPTH: Final = {"(": 1, "[": 1, ")": -1, "]": -1}
#: Of longer formulas, brackets are not moved.
_MOST_TOKENS: Final = 80


def bracketed(formula: Expression, names: frozenset[str]) -> Iterator[Change]:
    """A formula with a pair of brackets more, one less, or one bracket elsewhere."""
    text = written(formula)
    tokens = tokenise(text, names)[:-1]
    if len(tokens) > _MOST_TOKENS:
        return
    yield from _more(text, tokens, formula, names)
    for first, last in _pairs(tokens):
        before, inner = text[: first.column], text[first.column + 1 : last.column]
        after = text[last.column + 1 :]
        told = "the brackets around {} are too many"
        yield from _read(before + inner + after, formula, names, told, (inner,), 0.9)
        yield from _elsewhere(text, tokens, (first, last), formula, names)


def _more(
    text: str, tokens: Sequence[Token], formula: Expression, names: frozenset[str]
) -> Iterator[Change]:
    for k, first in enumerate(tokens):
        function = _function(tokens, k)
        if first.kind not in _BEGINS or function == "transpose":
            continue
        depth = _DEPTH.get(first.kind, 0)
        for last in tokens[k + 1 :]:
            depth += _DEPTH.get(last.kind, 0)
            if depth < 0:
                break
            if not depth and last.kind in _ENDS:
                end = last.column + len(last.text)
                inner = text[first.column : end]
                changed = f"{text[: first.column]}({inner}){text[end:]}"
                told = "{1} belongs around {0}" if function else "brackets are missing around {}"
                # of two pairs, one in the other, one is lost more easily
                inside = any(one.kind == "(" for one in tokens[:k])
                size = 0.87 if inside and not function else 0.9
                shown = _plain(inner, names) if function else inner
                yield from _read(changed, formula, names, told, (shown, function), size)


def _function(tokens: Sequence[Token], k: int) -> str:
    """The function whose brackets open at a token; empty where these are no function's."""
    if tokens[k].kind != "(":
        return ""
    while k and tokens[k - 1].kind == "'":
        k -= 1
    return tokens[k - 1].text if k and tokens[k - 1].kind == "name" else ""


def _elsewhere(
    text: str,
    tokens: Sequence[Token],
    pair: tuple[Token, Token],
    formula: Expression,
    names: frozenset[str],
) -> Iterator[Change]:
    """The second bracket of a pair moved to where another operand ends."""
    first, last = pair
    opened = text[: first.column + 1]
    inner = text[first.column + 1 : last.column]
    closed = text[: last.column] + text[last.column + 1 :]
    for token in tokens:
        end = token.column + len(token.text)
        if token.column > first.column and token.kind in _ENDS and token is not last:
            place = end - (end > last.column)
            other = closed[first.column + 1 : place]
            if other.isdigit():
                continue
            told = "the brackets around {} belong around {}"
            changed = opened + other + ")" + closed[place:]
            yield from _read(changed, formula, names, told, (inner, other), 0.95)


def _pairs(tokens: Sequence[Token]) -> Iterator[tuple[Token, Token]]:
    opened: list[Token] = []
    for token in tokens:
        if token.kind == "(":
            opened.append(token)
        elif token.kind == ")":
            yield opened.pop(), token


def _read(
    text: str,
    formula: Expression,
    names: frozenset[str],
    told: str,
    parts: tuple[str, ...],
    size: float,
) -> Iterator[Change]:
    """The formula that a text is, where it is one, and another one."""
    try:
        changed = parse_expression(text, names)
    except NotationError:
        return
    if changed != formula:
        yield Change(changed, "brackets", told, parts, size)


def _plain(text: str, names: frozenset[str]) -> str:
    """A part of a formula without brackets that change nothing."""
    try:
        return written(parse_expression(text, names))
    except NotationError:
        return text
