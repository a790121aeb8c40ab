"""Tokens into a syntax tree, by recursive descent; one method a level of the grammar.

    line     = segment { ("=" | "≈") segment }
    sum      = product { ("+" | "-") product }
    product  = signed { ("*" | "/" | "@") signed }
    signed   = [ "-" | "+" ] power
    power    = postfix [ "^" signed ]
    postfix  = primary { index | ".T" }
    primary  = decimal | name [index] [mark] | derivative [mark] | "d/dz" primary
             | function {"'"} "(" sum {"," sum} {"," option "=" digits} ")"
             | "(" sum ")" | "[" sum {"," sum} "]"

A scenario's own names win over functions and constants of the same name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Literal, cast

from harness.notation import functions
from harness.notation.cursor import Cursor
from harness.notation.suggestions import closest
from harness.notation.syntax import (
    Array,
    Call,
    Constant,
    Derivative,
    DerivativeOf,
    Expression,
    Indexed,
    Name,
    Negative,
    Number,
    Power,
    Product,
    Segment,
    Span,
    Sum,
)
from harness.notation.tokens import (
    NotationError,
    Token,
    decimal,
    derivative_by,
    normalised,
    split_derivative,
)


def parse_line(text: str, names: Iterable[str] = ()) -> tuple[Segment, ...]:
    """The segments of a line such as ``net = w*x + b = 0.5*2 + 1 = 2``.

    ``names`` are the quantities that exist; they matter only where a name could also be a
    function, a constant or part of a derivative. Raises NotationError.
    """
    text = normalised(text)
    parser = _Parser(text, frozenset(names))
    segments = [parser.segment()]
    while parser.token.kind in {"=", "≈"}:
        parser.advance()
        segments.append(parser.segment())
    parser.expect_end("line")
    return tuple(segments)


def parse_expression(text: str, names: Iterable[str] = ()) -> Expression:
    """One expression, without an equals sign. Raises NotationError."""
    parser = _Parser(normalised(text), frozenset(names))
    expression = parser.sum()
    parser.expect_end("expression")
    return expression


def parse_equation(text: str, names: Iterable[str] = ()) -> tuple[Name, Expression]:
    """``name = expression``: what is computed, and how. Raises NotationError."""
    segments = parse_line(text, names)
    subject = segments[0].expression
    if len(segments) != 2:
        raise NotationError("an equation has one '=': name = expression", segments[-1].column)
    if not isinstance(subject, Name) or subject.updates:
        raise NotationError(
            f"an equation begins with the name that it computes, got {segments[0].text!r}", 0
        )
    return subject, segments[1].expression


class _Parser(Cursor):
    def segment(self) -> Segment:
        start = self.token.column
        expression = self.sum()
        end = self.token.column
        return Segment(self.text[start:end].strip(), expression, start)

    def sum(self) -> Expression:
        column = self.token.column
        terms, signs = [self.product()], [1]
        while self.token.kind in {"+", "-"}:
            signs.append(1 if self.advance().kind == "+" else -1)
            terms.append(self.product())
        return terms[0] if len(terms) == 1 else Sum(tuple(terms), tuple(signs), column)

    def product(self) -> Expression:
        column = self.token.column
        factors = [self.signed()]
        operators: list[Literal["*", "/", "@"]] = ["*"]
        while self.token.kind in {"*", "/", "@"}:
            operator = self.advance()
            self.refuse_empty_mark(operator)
            operators.append(cast(Literal["*", "/", "@"], operator.kind))
            factors.append(self.signed())
        self.refuse_juxtaposition()
        return (
            factors[0] if len(factors) == 1 else Product(tuple(factors), tuple(operators), column)
        )

    def signed(self) -> Expression:
        if self.token.kind not in {"+", "-"}:
            return self.power()
        sign = self.advance()
        if self.token.kind in {"+", "-"}:
            raise NotationError(
                f"two signs in a row; put the second in brackets: {sign.kind}({self.token.kind}…)",
                self.token.column,
            )
        body = self.power()
        if sign.kind == "-":
            return Negative(body, sign.column)
        if isinstance(body, Number):  # a printed plus belongs to the decimal
            return Number("+" + body.text, body.value, sign.column)
        return body

    def power(self) -> Expression:
        base = self.postfixed()
        if self.token.kind != "^":
            return base
        caret = self.advance()
        self.enter(caret)
        exponent = self.signed()
        self.depth -= 1
        return Power(base, exponent, base.column)

    def postfixed(self) -> Expression:
        """A primary with what stands right after it: ``.T``, or the index of what it comes to."""
        body = self.primary()
        outside = self.depth
        while True:
            column = self.token.column
            if self.token.kind in {"transposed", "["}:
                self.enter(self.token)
            if self.token.kind == "transposed":
                self.advance()
                body = Call("transpose", (body,), 0, column)
            elif self.token.kind == "[" and not isinstance(body, Number):
                index = self.index()
                if isinstance(body, Name) and not body.index:  # W@1[0,1] is W[0,1]@1
                    body = replace(body, index=index)
                else:
                    body = Indexed(body, index, column)
            else:
                self.depth = outside
                return body

    def primary(self) -> Expression:
        token = self.token
        match token.kind:
            case "number":
                self.advance()
                return Number(token.text, decimal(token), token.column)
            case "name":
                return self.name_or_call()
            case "derivative":
                self.advance()
                of, by = split_derivative(token)
                after = self.mark()
                return Derivative(
                    self.element(of, token.column + 1),
                    self.element(by, token.column + len(of) + 3),
                    after,
                    token.column,
                )
            case "operator-by":
                self.advance()
                variable = self.element(derivative_by(token), token.column + 3)
                return DerivativeOf(variable, self.bracketed(), token.column)
            case "(":
                return self.bracketed()
            case "[":
                self.advance()
                self.enter(token)
                elements = self.arguments("]")
                self.depth -= 1
                return Array(elements, token.column)
        raise NotationError(f"expected a number, a name or '(', got {self.shown()}", token.column)

    def name_or_call(self) -> Expression:
        token = self.advance()
        function = functions.canonical(token.text)
        primes = 0
        while self.token.kind == "'":
            self.advance()
            primes += 1
        if self.token.kind == "(" and token.text not in self.names:
            return self.call(token, function, primes)
        if self.token.kind == "(" and function in functions.FUNCTIONS:
            raise NotationError(
                f"{token.text!r} is a quantity here, so it cannot be called; "
                "give the quantity another name, or write a product with '*'",
                token.column,
            )
        if primes:
            raise NotationError(
                "a prime marks the derivative of a function: sigmoid'(z)", token.column
            )
        if token.text in functions.CONSTANTS and token.text not in self.names:
            return Constant(functions.CONSTANTS[token.text], token.column)
        if token.text.endswith("ᵀ") and token.text not in self.names:
            name = Name(token.text[:-1], (), self.mark(), token.column)
            return Call("transpose", (name,), 0, token.column)
        index = self.index()
        return Name(token.text, index, self.mark(), token.column)

    def call(self, token: Token, function: str, primes: int) -> Expression:
        if function not in functions.FUNCTIONS:
            hint = closest(token.text, functions.FUNCTIONS | functions.ALIASES.keys())
            raise NotationError(
                f"unknown function {token.text!r}{hint or ' (a product is written with *)'}",
                token.column,
            )
        self.enter(self.advance())
        options: list[tuple[str, int]] = []
        arguments = self.arguments(")", functions.OPTIONS.get(function, frozenset()), options)
        self.depth -= 1
        wanted = functions.ARITY.get(function, len(arguments))
        if len(arguments) != wanted:
            raise NotationError(
                f"{token.text} takes {wanted} argument{'s' * (wanted != 1)}, got {len(arguments)}",
                token.column,
            )
        if primes > 1 or (primes and function not in functions.ELEMENTWISE):
            raise NotationError(
                f"only the first derivative of a function of one number is read, "
                f"as in sigmoid'(z); got {token.text + chr(39) * primes}",
                token.column,
            )
        return Call(function, arguments, primes, token.column, tuple(options))

    def arguments(
        self,
        closing: str,
        known: frozenset[str] = frozenset(),
        options: list[tuple[str, int]] | None = None,
    ) -> tuple[Expression, ...]:
        """What stands between commas; options, of those that are known, are added to ``options``."""
        found = [self.sum()]
        while self.token.kind == ",":
            self.advance()
            if options is not None and self.tokens[self.place + 1].kind == "=":
                options.append(self.option(known, dict(options)))
            else:
                found.append(self.sum())
        self.expect(closing)
        return tuple(found)

    def option(self, known: frozenset[str], before: Mapping[str, int]) -> tuple[str, int]:
        """``axis=0``: a whole number by name, which stands only once."""
        token = self.advance()
        if token.text not in known:
            there = f"it takes {', '.join(sorted(known))}" if known else "it takes none"
            raise NotationError(f"no option {token.text[:30]!r} here; {there}", token.column)
        if token.text in before:
            raise NotationError(f"the option {token.text!r} stands here twice", token.column)
        self.expect("=")
        value = self.token
        if value.kind != "number" or not value.text.isdigit() or len(value.text) > 4:
            raise NotationError(
                f"{token.text} is a whole number from 0, as in {token.text}=1; got {self.shown()}",
                value.column,
            )
        return token.text, int(self.advance().text)

    def bracketed(self) -> Expression:
        if self.token.kind != "(":
            raise NotationError(f"expected '(', got {self.shown()}", self.token.column)
        self.enter(self.advance())
        inner = self.sum()
        self.expect(")")
        self.depth -= 1
        return inner

    def element(self, text: str, column: int) -> Name:
        name, _, index = text.partition("[")
        if not index:
            return Name(name, (), 0, column)
        places = [part.partition(":") for part in index.rstrip("]").split(",")]
        return Name(
            name,
            tuple(
                Span(_number(start), _number(stop)) if colon else int(start)
                for start, colon, stop in places
            ),
            0,
            column,
        )


def _number(text: str) -> int | None:
    return int(text) if text.strip() else None
