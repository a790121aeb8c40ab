"""A printed decimal against an exact value, compared with the definition written out in fractions."""

from __future__ import annotations

import math
from decimal import Context, Decimal, localcontext
from fractions import Fraction

import pytest
from flint import arb, ctx, fmpq
from hypothesis import assume, example, given
from hypothesis import strategies as st

from harness.notation import parse_expression
from harness.notation.syntax import Number, signed_number
from harness.verdicts.decimals import (
    Value,
    equals,
    rounded,
    shown,
    significant_digits,
    unit,
    verdict,
    why_undecided,
)


def printed(text: str) -> Number:
    number = signed_number(parse_expression(text))
    assert number is not None, text
    return number


def rational(value: Fraction) -> Value:
    return Value(lambda bits: _ball(value, bits), lambda: value)


def enclosed(value: Fraction) -> Value:
    """A value of which nothing but balls is known."""
    return Value(lambda bits: _ball(value, bits), lambda: None)


def root(square: Fraction, sign: int = 1) -> Value:
    def enclose(bits: int) -> arb:
        with ctx.workprec(bits):
            return sign * arb(fmpq(square.numerator, square.denominator)).sqrt()

    return Value(enclose, lambda: None)


def _ball(value: Fraction, bits: int) -> arb:
    with ctx.workprec(bits):
        return arb(fmpq(value.numerator, value.denominator))


# The definition


def by_definition(exact: Fraction, text: str) -> str:
    """Section 5 of the design, word for word, in fractions."""
    p = Fraction(text)
    mantissa, _, exponent = text.lower().partition("e")
    places = len(mantissa.partition(".")[2]) - int(exponent or 0)
    step = Fraction(1, 10**places) if places >= 0 else Fraction(10**-places)
    below = math.floor(exact / step) * step
    above = below + step
    nearest = (
        {below, above}
        if exact - below == above - exact
        else {below if exact - below < above - exact else above}
    )
    if p in nearest:
        return "correct"
    towards_zero = below if exact > 0 else above
    if below == exact:
        towards_zero = exact
    digits = mantissa.replace(".", "").lstrip("+-").lstrip("0")
    if len(digits) >= 2 and p == towards_zero:
        return "truncated"
    if any(abs(p - n) == step for n in nearest):
        return "last-digit"
    return "wrong"


@st.composite
def texts(draw: st.DrawFn) -> str:
    sign = draw(st.sampled_from(["", "", "-", "+"]))
    whole = draw(st.sampled_from(["", "0", "1", "17", "100"]))
    fractional = draw(st.text("0123456789", max_size=6))
    if not whole and not fractional:
        whole = "0"
    mantissa = whole + ("." + fractional if fractional or draw(st.booleans()) else "")
    if mantissa.startswith(".") and not fractional:
        mantissa = "0" + mantissa
    return sign + mantissa + draw(st.sampled_from(["", "", "", "e-3", "e3", "E+2", "e-40"]))


@st.composite
def near_misses(draw: st.DrawFn) -> tuple[Fraction, str]:
    """A printed decimal, and a value within a few units of it, often on a border."""
    text = draw(texts())
    step = unit(printed(text))
    away = draw(
        st.one_of(
            st.sampled_from([Fraction(k, 2) for k in range(-6, 7)]),
            st.fractions(-3, 3, max_denominator=1000),
            st.fractions(-300, 300),
        )
    )
    return Fraction(text) + away * step, text


@given(near_misses())
@example((Fraction("0.1175"), "0.118"))
@example((Fraction("0.1175"), "0.117"))
@example((Fraction("-0.1175"), "-0.117"))
@example((Fraction("-0.1179"), "-0.117"))
@example((Fraction("0.0199"), "0.01"))
@example((Fraction("0.0199"), "0.010"))
@example((Fraction(1, 10**40), "0"))
@example((Fraction(0), "-0.0"))
@example((Fraction(-3, 10), "0.2"))
def test_the_verdict_is_the_definition(case: tuple[Fraction, str]) -> None:
    exact, text = case
    assert verdict(rational(exact), printed(text)) == by_definition(exact, text)


@given(near_misses())
def test_enclosures_alone_give_the_same_verdict_or_none(case: tuple[Fraction, str]) -> None:
    exact, text = case
    found = verdict(enclosed(exact), printed(text))
    halves = (exact - Fraction(text)) / unit(printed(text)) * 2
    if found == "undecided":
        assert halves.denominator == 1, "a value that is on no border is decided"
    else:
        assert found == by_definition(exact, text)


@given(st.fractions(0, 1000, max_denominator=10**6), st.integers(0, 8), st.sampled_from([1, -1]))
def test_irrational_values_are_decided(square: Fraction, places: int, sign: int) -> None:
    below = math.isqrt(square.numerator * square.denominator)
    assume(below**2 != square.numerator * square.denominator)
    with localcontext(Context(prec=400)):
        near = (Decimal(square.numerator) / Decimal(square.denominator)).sqrt() * sign
    for off in range(-3, 4):
        text = f"{near + off * Decimal(10) ** -places:.{places}f}"
        assert verdict(root(square, sign), printed(text)) == by_definition(Fraction(near), text)


@pytest.mark.parametrize(
    ("text", "exact", "expected"),
    [
        ("0.10", "0.1049", "correct"),
        ("0.10", "0.1051", "truncated"),
        ("0.10", "0.1150", "last-digit"),
        ("0.10", "0.1151", "wrong"),
        (".85", "0.8549", "correct"),
        (".85", "0.859", "truncated"),
        ("+2.80", "2.8049999", "correct"),
        ("+2.80", "-2.80", "wrong"),
        ("-2.406e-3", "-0.0024064", "correct"),
        ("-2.406e-3", "-0.0024069", "truncated"),
        ("-2.406e-3", "-0.002405", "last-digit"),
        ("-2.406e-3", "0.002406", "wrong"),
        ("-0.0", "0.049", "correct"),
        ("-0.0", "-0.05", "correct"),
        ("-0.0", "0.06", "last-digit"),
        ("100", "100.5", "correct"),
        ("100", "100.7", "truncated"),
        ("100", "99.4", "last-digit"),
        ("100", "98.4", "wrong"),
        ("1e-9", "1.4e-9", "correct"),
        ("1e-9", "1.9e-9", "last-digit"),
        ("1.0e-9", "1.09e-9", "truncated"),
        ("0", "1e-300", "correct"),
        ("0.00", "0.009", "last-digit"),
        ("4", "4.9", "last-digit"),
        ("0.04", "0.049", "last-digit"),
        ("0.040", "0.0409", "truncated"),
        ("0.1175", "0.1176", "last-digit"),
        ("1e300", "1.4e300", "correct"),
        ("1.00e-300", "1.009e-300", "truncated"),
        ("5.", "5.4", "correct"),
    ],
)
def test_a_printed_decimal(text: str, exact: str, expected: str) -> None:
    assert by_definition(Fraction(exact), text) == expected
    assert verdict(rational(Fraction(exact)), printed(text)) == expected


@pytest.mark.parametrize("text", ["0.118", "0.117", "-0.118", "-0.117"])
def test_at_an_exact_tie_both_neighbours_are_correct(text: str) -> None:
    exact = Fraction("0.1175") * (-1 if text.startswith("-") else 1)
    assert verdict(rational(exact), printed(text)) == "correct"


@pytest.mark.parametrize("text", ["0.12", "0.13"])
def test_a_tie_that_is_known_by_enclosures_only_is_undecided(text: str) -> None:
    value = root(Fraction(1, 64))
    assert verdict(value, printed(text)) == "undecided"
    assert why_undecided(value) == "it is too close to a border to tell on which side it lies"


def test_a_unit_off_by_enclosures_only_is_undecided_between_cut_off_and_last_digit() -> None:
    assert verdict(root(Fraction("0.0144")), printed("0.11")) == "undecided"


def test_a_kink_is_undecided_and_has_no_digits() -> None:
    kink = Value(lambda bits: arb(0.5, 0.5), lambda: None)
    assert verdict(kink, printed("1")) == "undecided"
    assert verdict(kink, printed("3")) == "wrong"
    assert shown(kink) is None
    assert why_undecided(kink) == "it has no one value: a kink, as of relu at 0"


def test_what_has_no_value_is_undecided_and_not_finite() -> None:
    nothing = Value(lambda bits: arb("nan"), lambda: None)
    assert not nothing.finite()
    assert verdict(nothing, printed("0.5")) == "undecided"
    assert shown(nothing) is None


def test_what_no_one_could_write_down_is_not_finite() -> None:
    huge = Value(lambda bits: arb(10) ** (10**9), lambda: None)
    assert not huge.finite()


# Stated values


@pytest.mark.parametrize(
    ("text", "expected"),
    [("1.5", "correct"), ("1.50", "correct"), ("1", "wrong"), ("2", "wrong"), ("3/2", "correct")],
)
def test_a_stated_value_is_equal_or_wrong(text: str, expected: str) -> None:
    number = Number(text, Fraction(text))
    value = Value(lambda bits: _ball(Fraction(3, 2), bits), lambda: Fraction(3, 2), stated=True)
    assert verdict(value, number) == expected


def test_a_printed_fraction_is_exact() -> None:
    half = Number("1/2", Fraction(1, 2))
    assert verdict(rational(Fraction(1, 2)), half) == "correct"
    assert verdict(rational(Fraction("0.4999")), half) == "wrong"
    assert rounded(rational(Fraction("0.4")), half) == "0.4"


@given(st.fractions(), st.fractions())
def test_equality_is_that_of_fractions_and_certified_by_enclosures(
    a: Fraction, b: Fraction
) -> None:
    assert equals(rational(a), b) is (a == b)
    assert equals(enclosed(a), b) in ({None} if a == b else {False})


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("1e30", "1e+30"),
        ("1e-10", "1e-10"),
        ("100", "100"),
        ("0.25", "0.25"),
        ("0", "0"),
        ("-3", "-3"),
    ],
)
def test_a_stated_value_is_written_with_the_places_it_needs(value: str, text: str) -> None:
    stated = Value(lambda bits: _ball(Fraction(value), bits), lambda: Fraction(value), stated=True)
    assert rounded(stated, printed("0.1")) == text
    assert printed(text).value == Fraction(value)


# Rounding to the manner of a printed decimal


@given(near_misses())
def test_what_is_rounded_is_correct(case: tuple[Fraction, str]) -> None:
    exact, text = case
    correction = printed(rounded(rational(exact), printed(text)))
    assert verdict(rational(exact), correction) == "correct"
    assert unit(correction) == unit(printed(text))


@given(near_misses())
def test_what_is_rounded_by_enclosures_only_is_correct(case: tuple[Fraction, str]) -> None:
    exact, text = case
    correction = printed(rounded(enclosed(exact), printed(text)))
    assert verdict(rational(exact), correction) == "correct"


@pytest.mark.parametrize(
    ("exact", "like", "text"),
    [
        ("0.291027773", "0.291027924", "0.291027773"),
        ("-0.0000351", "-0.5", "0.0"),
        ("0.4561", ".85", ".46"),
        ("-0.4561", ".85", "-.46"),
        ("2.8149", "+2.80", "+2.81"),
        ("-0.0024069", "2.406e-3", "-2.407e-3"),
        ("12.5", "100", "12"),
        ("0.96", "0.1", "1.0"),
        ("1.96", ".1", "2.0"),
        ("3.5e-9", "1e-9", "4e-9"),
        ("7", "5.", "7"),
    ],
)
def test_a_correction_is_written_like_the_printed_decimal(exact: str, like: str, text: str) -> None:
    assert rounded(rational(Fraction(exact)), printed(like)) == text


def test_a_correction_of_thousands_of_digits_is_shown_with_25() -> None:
    def enclose(bits: int) -> arb:
        with ctx.workprec(bits):
            return arb(20_000).exp()

    value = Value(enclose, lambda: None)
    expected = Context(prec=25).exp(Decimal(20_000))
    assert rounded(value, printed("0.5")) == shown(value) == f"{expected:.24e}"
    whole = rational(Fraction(10) ** 5000)
    assert rounded(whole, printed("0.5")) == "1.000000000000000000000000e+5000"


# Exact values as they are shown


def significant(text: str) -> int:
    return len(text.partition("e")[0].replace(".", "").lstrip("-").lstrip("0"))


@given(st.fractions().filter(bool))
def test_a_shown_fraction_is_correctly_rounded_to_25_digits(value: Fraction) -> None:
    for shape in (rational, enclosed):
        text = shown(shape(value))
        assert text is not None
        if shape is enclosed and not _is_told(value):
            continue
        assert significant(text) == 25
        step = unit(printed(text))
        assert abs(Fraction(text) - value) <= step / 2


def _is_told(value: Fraction) -> bool:
    """Whether a value is on no border of 25 digits, so that enclosures decide."""
    exponent = (Decimal(value.numerator) / Decimal(value.denominator)).adjusted()
    return (value * Fraction(10) ** (25 - exponent)).denominator != 1


@given(st.integers(2, 10**9), st.integers(-60, 60))
def test_a_shown_root_is_correctly_rounded(number: int, exponent: int) -> None:
    square = Fraction(number) * Fraction(10) ** exponent
    with localcontext(Context(prec=300)):
        near = Fraction((Decimal(square.numerator) / Decimal(square.denominator)).sqrt())
    text = shown(root(square))
    assert text is not None
    if (
        math.isqrt(square.numerator * square.denominator) ** 2
        != square.numerator * square.denominator
    ):
        assert significant(text) == 25
    assert abs(Fraction(text) - near) * 2 <= unit(printed(text))


def test_digits_beyond_a_long_run_of_nines_are_certified_before_they_are_shown() -> None:
    tiny = Fraction(1, 10**200)
    below_half = Fraction("0.12345678901234567890123455") - tiny  # the 26th digit is 4, then 9s
    text = shown(enclosed(below_half))
    assert text == "0.1234567890123456789012345"


def test_a_value_that_cannot_be_told_from_zero_is_shown_as_0() -> None:
    def enclose(bits: int) -> arb:
        with ctx.workprec(bits):
            return arb(2).sqrt() ** 2 - 2

    nothing = Value(enclose, lambda: None)
    assert shown(nothing) == "0"
    assert verdict(nothing, printed("0.00")) == "correct"


def test_zero_is_shown_with_its_digits() -> None:
    assert shown(rational(Fraction(0))) == "0.000000000000000000000000"


@pytest.mark.parametrize(
    ("text", "last", "digits"),
    [
        ("0.10", "0.01", 2),
        (".85", "0.01", 2),
        ("+2.80", "0.01", 3),
        ("-2.406e-3", "0.000001", 4),
        ("-0.0", "0.1", 0),
        ("100", "1", 3),
        ("1e-9", "1e-9", 1),
        ("2.50E3", "10", 3),
        ("007", "1", 1),
    ],
)
def test_what_a_decimal_claims(text: str, last: str, digits: int) -> None:
    assert unit(printed(text)) == Fraction(last)
    assert significant_digits(printed(text)) == digits
