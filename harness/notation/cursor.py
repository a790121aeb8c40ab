"""A place among the tokens of a line, and what every level of the grammar does there."""

from __future__ import annotations

from typing import Final

from harness.notation.functions import CONSTANTS
from harness.notation.syntax import Index, Span
from harness.notation.tokens import NotationError, Token, tokenise, updates

#: Brackets, powers and what stands right after one another may nest this deep.
DEEPEST: Final = 30
#: An index has at most this many numbers.
MOST_PLACES: Final = 4
_STARTS: Final = frozenset(["number", "name", "derivative", "operator-by", "(", "["])


class Cursor:
    """Goes through the tokens of ``text`` from left to right."""

    def __init__(self, text: str, names: frozenset[str]) -> None:
        self.text = text
        self.names = names
        self.tokens = tokenise(text, names)
        self.place = 0
        self.depth = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.place]

    def advance(self) -> Token:
        token = self.token
        self.place += 1
        return token

    def index(self) -> Index:
        if self.token.kind != "[":
            return ()
        opening = self.advance()
        places = [self.place_or_span()]
        while self.token.kind == ",":
            self.advance()
            places.append(self.place_or_span())
        self.expect("]")
        if len(places) > MOST_PLACES:
            raise NotationError(
                f"an index has one number for each dimension, at most {MOST_PLACES}", opening.column
            )
        return tuple(places)

    def place_or_span(self) -> int | Span:
        """A place counted from 0, or ``start:stop``."""
        start = self.place_in_index() if self.token.kind != ":" else None
        if self.token.kind != ":":
            assert start is not None
            return start
        self.advance()
        stop = self.place_in_index() if self.token.kind not in {",", "]"} else None
        return Span(start, stop)

    def place_in_index(self) -> int:
        token = self.token
        if token.kind != "number" or not token.text.isdigit() or len(token.text) > 9:
            raise NotationError(
                f"an index is made of whole numbers from 0, as in W1[0,1]; got {self.shown()}",
                token.column,
            )
        return int(self.advance().text)

    def mark(self) -> int:
        return updates(self.advance()) if self.token.kind == "mark" else 0

    def enter(self, token: Token) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise NotationError(f"nested more than {DEEPEST} deep", token.column)

    def expect(self, kind: str) -> None:
        if self.token.kind != kind:
            raise NotationError(f"expected {kind!r}, got {self.shown()}", self.token.column)
        self.advance()

    def expect_end(self, what: str) -> None:
        if self.token.kind == ",":
            raise NotationError(
                "a comma stands between arguments and elements only; "
                "a decimal is written with a point",
                self.token.column,
            )
        if self.token.kind != "end":
            raise NotationError(f"the {what} should end before {self.shown()}", self.token.column)

    def refuse_empty_mark(self, operator: Token) -> None:
        if self.is_word_mark(operator):
            raise NotationError(
                f"{self.shown()} is no number of updates; it is written as in w5@1, and a matrix "
                "product with blanks, as in W @ x",
                operator.column,
            )
        if operator.kind == "@" and self.token.kind in {"end", "=", "≈", ")", "]", ","}:
            raise NotationError(
                f"'@' wants a number of updates right after it, as in w5@1, or a second factor of "
                f"a matrix product; got {self.shown()}",
                operator.column,
            )

    def is_word_mark(self, operator: Token) -> bool:
        """Whether an unknown name stands right behind an '@', where no matrix product can be meant."""
        before, after = self.tokens[self.place - 2], self.token
        return (
            operator.kind == "@"
            and after.kind == "name"
            and before.column + len(before.text) == operator.column == after.column - 1
            and bool(self.names)
            and after.text.rstrip("ᵀ") not in self.names | CONSTANTS.keys()
            and self.tokens[self.place + 1].kind not in {"(", "'"}
        )

    def refuse_juxtaposition(self) -> None:
        if self.token.kind in _STARTS:
            raise NotationError(
                f"a product is written with '*'; put one before {self.shown()}", self.token.column
            )

    def shown(self) -> str:
        token = self.token
        if token.kind == "end":
            return "the end of the line"
        return repr(token.text if len(token.text) <= 30 else token.text[:29] + "…")
