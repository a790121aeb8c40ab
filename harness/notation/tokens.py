"""Text into tokens: decimals, names, derivatives, operators, each with its column."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

#: Longer lines are refused: nothing a document prints comes near.
LONGEST_LINE: Final = 10_000
#: A decimal's digits and its exponent; beyond, a number is a slip or an attack.
MOST_DIGITS: Final = 1_000
LARGEST_EXPONENT: Final = 3_000
#: Updates that a mark may ask for.
MOST_UPDATES: Final = 1_000_000


class NotationError(Exception):
    """Text that the notation cannot read; ``column`` is 0-based. ``unknown`` is the name that
    nothing is known of, where that is what is wrong."""

    def __init__(self, message: str, column: int, unknown: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.column = column
        self.unknown = unknown


@dataclass(frozen=True, slots=True)
class Token:
    """``kind`` is number, name, derivative, operator-by (``d/dz``), mark or the symbol itself."""

    kind: str
    text: str
    column: int


# A name: letters of any script, digits, underscores, subscripts and superscripts in brackets
# (w⁽¹⁾), combining marks (a hat typed as its own character), and no primes. Nothing here is
# ever given back (*+, ++), so that no text makes the search run long.
_NUMERAL = "²³¹⁰-⁹¼-¾⅐-⅟"
_NAME = rf"[^\W\d_{_NUMERAL}₀-₉](?:[^\W{_NUMERAL}]|[\u0300-\u036f⁺]|⁽[⁰-⁹¹²³ⁿ⁺⁻]++⁾)*+"
_PLACE = r"\s*+(?:[0-9]{1,9}+\s*+(?::\s*+[0-9]{0,9}+)?+|:\s*+[0-9]{0,9}+)\s*+"
_ELEMENT = rf"{_NAME}(?:\[{_PLACE}(?:,{_PLACE})*+\])?"
_DERIVATIVE = re.compile(rf"(?P<d>[d∂δ])(?P<of>{_ELEMENT})/(?P=d)(?P<by>{_ELEMENT})")
_OPERATOR_BY = re.compile(rf"(?P<d>[d∂δ])/(?P=d)(?P<by>{_ELEMENT})")
# Derivatives as they are not written: dE@6/dw, dE/(dw).
_MARK_WITHIN = re.compile(
    rf"(?P<d>[d∂δ])(?P<of>{_ELEMENT})(?P<mark>@[0-9]++)/(?P=d)(?P<by>{_ELEMENT})"
)
_BY_IN_BRACKETS = re.compile(
    rf"(?P<d>[d∂δ])(?P<of>{_ELEMENT})(?P<mark>@[0-9]++)?/\(\s*+(?P=d)(?P<by>{_ELEMENT})\s*+\)"
)
_PATTERNS: Final = [
    ("space", re.compile(r"\s+")),
    ("number", re.compile(r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")),
    ("name", re.compile(_NAME)),
    ("transposed", re.compile(r"\.T\b")),
    ("mark", re.compile(r"@(?=[+-]?\d)[+-]?\d+(?:\.\d+)?")),
    ("^", re.compile(r"\^|\*\*")),
    ("symbol", re.compile(r"[-+*/@()\[\],:=≈']")),
]
# What makes a number of something else: 1.2.3, 1_000, 0x10.
_MALFORMED = re.compile(r"0[xXoObB][0-9a-fA-F]+|[0-9.]+[._][\w.]*")
_SPELLINGS: Final = {
    "·": "*",
    "×": "*",
    "∗": "*",
    "−": "-",
    "–": "-",
    "⋅": "*",
    "÷": "/",
    "’": "'",
    "′": "'",
}
_ADVICE: Final = {
    "²": "write ^2", "³": "write ^3", "¹": "a superscript of a name stands in brackets: w⁽¹⁾",
    "√": "write sqrt(…)", "½": "write 1/2", "¼": "write 1/4", "{": "write ( or [", "}": "write ) or ]",
    "\\": "LaTeX is not read; write the formula as w*x + b", "$": "leave the $ away",
    "!": "factorials are not in the notation", "<": "comparisons are not in the notation",
    ">": "comparisons are not in the notation", "|": "write abs(…)", ";": "one line a claim",
    "_": "a name begins with a letter", ".": "a point stands in decimals only, as in 0.5",
    "≠": "a line says what is equal, with = or ≈", "~": "write ≈ for what is about equal",
    "%": "write /100", "\t": "write blanks",
}  # fmt: skip


def normalised(text: str) -> str:
    """``text`` with composed characters (ŷ is one) and one spelling of each operator.

    The length may shrink where a hat was typed as its own character; columns then refer to
    the composed text, as an editor counts them.
    """
    composed = unicodedata.normalize("NFC", text)
    return "".join(_SPELLINGS.get(character, character) for character in composed)


def tokenise(text: str, names: frozenset[str]) -> list[Token]:
    """The tokens of ``text``, which is normalised; ``names`` are the quantities that exist.

    They decide what ``dt/dx`` is: a derivative, unless ``dt`` and ``dx`` are quantities
    themselves and ``t`` and ``x`` are not.
    """
    if len(text) > LONGEST_LINE:
        raise NotationError(
            f"{len(text):,} characters in one line; at most {LONGEST_LINE:,} are read", LONGEST_LINE
        )
    tokens: list[Token] = []
    place = 0
    while place < len(text):
        token, place = _next(text, place, names, tokens[-1] if tokens else None)
        if token is not None:
            tokens.append(token)
    tokens.append(Token("end", "", len(text)))
    return tokens


def _next(
    text: str, place: int, names: frozenset[str], before: Token | None
) -> tuple[Token | None, int]:
    _refuse_malformed(text, place)
    _refuse_other_derivative(text, place, names)
    for kind, pattern in (("derivative", _DERIVATIVE), ("operator-by", _OPERATOR_BY)):
        found = pattern.match(text, place)
        if found and not (kind == "derivative" and _is_quotient(found, names)):
            return Token(kind, found.group(), place), found.end()
    for kind, pattern in _PATTERNS:
        found = pattern.match(text, place)
        if not found:
            continue
        if kind == "space":
            return None, found.end()
        if text.startswith("==", place):
            raise NotationError("two '=' in a row; write one '='", place)
        if kind == "mark" and not _adjacent(before, place):
            break  # an "@" with a blank before it is the matrix product
        return Token(found.group() if kind == "symbol" else kind, found.group(), place), found.end()
    if text[place] == "@":
        return Token("@", "@", place), place + 1
    raise NotationError(_unreadable(text[place]), place)


def _refuse_malformed(text: str, place: int) -> None:
    found = _MALFORMED.match(text, place)
    number = _PATTERNS[1][1].match(text, place)
    if found and number and found.end() > number.end():
        raise NotationError(
            f"{_short(found.group())} is no decimal; one is written as in 1000, 0.5 or 2.4e-3",
            place,
        )


def _refuse_other_derivative(text: str, place: int, names: frozenset[str]) -> None:
    for pattern, why in (
        (_MARK_WITHIN, "the mark stands behind the whole derivative"),
        (_BY_IN_BRACKETS, "a derivative is written without brackets"),
    ):
        found = pattern.match(text, place)
        if found and found["d"] + found["of"].partition("[")[0] not in names:
            right = f"{found['d']}{found['of']}/{found['d']}{found['by']}{found['mark'] or ''}"
            raise NotationError(f"{why}; write {right}", place)


def _is_quotient(found: re.Match[str], names: frozenset[str]) -> bool:
    top, bottom = found["d"] + found["of"], found["d"] + found["by"]
    return {top, bottom} <= names and not {found["of"], found["by"]} <= names


def _adjacent(before: Token | None, place: int) -> bool:
    return (
        before is not None
        and before.kind in {"name", "derivative", "]", ")"}
        and before.column + len(before.text) == place
    )


def _unreadable(character: str) -> str:
    shown = repr(character) if character.isprintable() else f"the character U+{ord(character):04X}"
    advice = _ADVICE.get(
        character, "a line is made of names, decimals, + - * / ^ @ ( ) [ ] , = and ≈"
    )
    return f"{shown} is not part of the notation; {advice}"


def decimal(token: Token) -> Fraction:
    """The exact value of a number token.

    Raises NotationError where it is larger than anything a document prints.
    """
    mantissa, _, exponent = token.text.lower().partition("e")
    if len(mantissa) > MOST_DIGITS:
        raise NotationError(
            f"a decimal of {len(mantissa):,} digits; at most {MOST_DIGITS:,} are read", token.column
        )
    digits = exponent.lstrip("+-").lstrip("0")
    if len(digits) > 6 or int(digits or 0) > LARGEST_EXPONENT:
        raise NotationError(
            f"the exponent of {_short(token.text)} is too large; "
            f"exponents from -{LARGEST_EXPONENT} to {LARGEST_EXPONENT} are read",
            token.column,
        )
    return Fraction(token.text)


def updates(token: Token) -> int:
    """The number of updates that a mark token names."""
    digits = token.text[1:]
    if not digits.isascii() or not digits.isdigit():
        raise NotationError(
            f"{_short(token.text)} is no number of updates; a mark counts the updates made, "
            "as in w5@1",
            token.column,
        )
    if len(digits) > 12 or int(digits) > MOST_UPDATES:
        raise NotationError(
            f"{_short(token.text)} asks for more updates than are run; "
            f"at most {MOST_UPDATES:,} are",
            token.column,
        )
    return int(digits)


def split_derivative(token: Token) -> tuple[str, str]:
    """The two quantities of a derivative token: ``dE/dw5`` gives ``E`` and ``w5``."""
    found = _DERIVATIVE.fullmatch(token.text)
    assert found is not None, token
    return found["of"], found["by"]


def derivative_by(token: Token) -> str:
    """The quantity of an operator-by token: ``d/dz`` gives ``z``."""
    found = _OPERATOR_BY.fullmatch(token.text)
    assert found is not None, token
    return found["by"]


def _short(text: str, most: int = 30) -> str:
    return repr(text if len(text) <= most else text[: most - 1] + "…")
