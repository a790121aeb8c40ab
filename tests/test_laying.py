"""A printed calculation laid over a formula: which number stands for what."""

from __future__ import annotations

import time
from collections.abc import Set

import pytest

from harness.notation import parse_expression
from harness.notation.printing import written
from harness.notation.syntax import Expression
from harness.verdicts.laying import MOST_WAYS, Operand, layings

NAMES = ("w", "x", "y", "a", "b", "c", "eta", "E", "z")


def expression(text: str) -> Expression:
    return parse_expression(text, NAMES)


def laid(
    calculation: str, formula: str, ones: Set[str] = frozenset(), zeros: Set[str] = frozenset()
) -> list[str]:
    """Every way as text; ``ones`` and ``zeros`` are parts of the formula that are identically so."""

    def identically(part: Expression, number: int) -> bool:
        return written(part) in (ones if number else zeros)

    ways = layings(expression(calculation), expression(formula), identically, lambda operand: False)
    return ["; ".join(f"{o.printed.text} for {written(o.part)}" for o in way) for way in ways]


@pytest.mark.parametrize(
    ("calculation", "formula", "operands"),
    [
        # names and numbers in the same places
        ("0.4 - 0.5*0.082", "w - eta*dE/dw", "0.4 for w; 0.5 for eta; 0.082 for dE/dw"),
        ("0.3*0.5 + 0.1", "w*x + b", "0.3 for w; 0.5 for x; 0.1 for b"),
        ("0.75/0.5", "a/b", "0.75 for a; 0.5 for b"),
        ("0.3^2", "x^2", "0.3 for x"),
        ("0.3^3", "x^2", "0.3 for x; 3 for 2"),
        ("tanh(0.3)", "tanh(x)", "0.3 for x"),
        ("max(0.3, 0.4)", "max(x, y)", "0.3 for x; 0.4 for y"),
        ("(0.35)", "w*x", "0.35 for w*x"),
        # a number for any part
        ("0.15 + 0.1", "w*x + b", "0.15 for w*x; 0.1 for b"),
        ("0.5*(0.6)^2", "1/2*(y - a)^2", "0.6 for y - a"),
        # signs
        ("0.1 + -0.2", "a + b", "0.1 for a; -0.2 for b"),
        ("0.1 - -0.2", "a - b", "0.1 for a; -0.2 for b"),
        ("(-0.875)*0.235", "a*b", "-0.875 for a; 0.235 for b"),
        ("-0.875*0.235", "a*b", "-0.875 for a; 0.235 for b"),
        ("-(0.01 - 0.75)", "-(y - a)", "0.01 for y; 0.75 for a"),
        ("-0.5*0.3", "-a*b", "-0.5 for -a; 0.3 for b"),
        ("0.3 + 0.1", "w - x", "0.3 for w; 0.1 for -x"),
        ("0.3 - 0.1", "w + x", "0.3 for w; 0.1 for -x"),
        ("0.3 + -(0.1 + 0.2)", "w - (x + y)", "0.3 for w; 0.1 for x; 0.2 for y"),
        # one half
        ("1/2*0.3^2", "0.5*x^2", "0.3 for x"),
        ("0.5*0.3^2", "1/2*x^2", "0.3 for x"),
        ("0.5*0.3^2", "0.5*x^2", "0.3 for x"),
        ("1/2*(1.5 - 0.56)^2", "1/2*(y - a)^2", "1.5 for y; 0.56 for a"),
        # sigmoids, spelled in any way
        ("1/(1 + e^(-0.25))", "sigmoid(z)", "0.25 for z"),
        ("1/(1 + e^(-0.25))", "1/(1 + e^(-(w*x + b)))", "0.25 for w*x + b"),
        ("1/(1 + exp(-0.25))", "1/(exp(-z) + 1)", "0.25 for z"),
        ("1/(1 + e^(0.25))", "sigmoid(z)", "-0.25 for z"),
        ("σ(0.25)", "1/(1 + e^(-z))", "0.25 for z"),
        ("1/(1 + e^(-(0.3*0.5 + 0.1)))", "σ(w*x + b)", "0.3 for w; 0.5 for x; 0.1 for b"),
        ("1/(1 + e^(-0.3*0.5))", "σ(w*x)", "0.3 for w; 0.5 for x"),
        ("1/(1 + e^(-0.3 - 0.5))", "σ(w + x)", "0.3 for w; 0.5 for x"),
        ("1/(1 + e^(-0.3*0.5 - 0.1))", "σ(w*x + b)", "0.3 for w; 0.5 for x; 0.1 for b"),
        ("σ(0.2*σ(0.25) + 0.4)", "σ(w*σ(z) + b)", "0.2 for w; 0.25 for z; 0.4 for b"),
        ("σ(0.2*σ(0.25) + 0.4)", "σ(w*(1/(1 + e^(-z))) + b)", "0.2 for w; 0.25 for z; 0.4 for b"),
        ("σ(0.2*0.56 + 0.4)", "σ(w*σ(z) + b)", "0.2 for w; 0.56 for sigmoid(z); 0.4 for b"),
        ("σ(0.512)", "σ(w*σ(z) + b)", "0.512 for w*sigmoid(z) + b"),
        ("0.56*(1 - 0.56)", "σ(z)*(1 - σ(z))", "0.56 for sigmoid(z); 0.56 for sigmoid(z)"),
        ("0.56*0.44", "σ(z)*(1 - σ(z))", "0.56 for sigmoid(z); 0.44 for 1 - sigmoid(z)"),
        # names kept beside numbers
        ("w*0.5 + b", "w*x + b", "0.5 for x"),
        ("1/2*(y - 0.56)^2", "1/2*(y - a)^2", "0.56 for a"),
    ],
)
def test_a_calculation_over_its_formula(calculation: str, formula: str, operands: str) -> None:
    assert laid(calculation, formula) == [operands]


@pytest.mark.parametrize(
    ("calculation", "formula"),
    [
        ("0.3 + 0.5", "w*x"),
        ("0.3*0.5", "w + x"),
        ("0.3*0.5*0.1", "w*x"),
        ("0.3 + 0.5 + 0.1", "w + x"),
        ("0.3 + 0.5", "w + x + b"),
        ("0.3/0.5", "w*x"),
        ("tanh(0.3)", "sigmoid(z)"),
        ("tanh(0.3)", "tanh'(z)"),
        ("x*0.5", "y*w"),
        ("0.3^2", "w*x"),
        ("-(0.3*0.5)", "w*x"),
        ("max(0.1, 0.2)", "max(w, x, y)"),
        ("0.3*0.5", "[w, x] @ [a, b]"),
    ],
)
def test_shapes_that_do_not_fit(calculation: str, formula: str) -> None:
    assert laid(calculation, formula) == []


def test_a_factor_may_be_left_out_because_it_is_one() -> None:
    chain = "dE/dy*dy/dz*dz/db"
    kept = "-0.94 for dE/dy; 0.25 for dy/dz"
    assert kept in laid("(-0.94)*0.25", chain, ones={"dz/db"})
    assert kept not in laid("(-0.94)*0.25", chain)
    assert "0.25 for dy/dz; -0.94 for dE/dy" in laid(
        "0.25*(-0.94)", "dz/db*dy/dz*dE/dy", ones={"dz/db"}
    )


def test_a_term_may_be_left_out_because_it_is_zero() -> None:
    assert laid("0.3*0.5 + 0.1", "w*x + c + b", zeros={"c"}) == ["0.3 for w; 0.5 for x; 0.1 for b"]
    assert laid("0.3*0.5 + 0.1", "w*x + c + b") == []


def test_factors_may_be_multiplied_beforehand() -> None:
    ways = laid("0.5*0.06", "a*b*c")
    assert ways == ["0.5 for a; 0.06 for b*c", "0.5 for a*b; 0.06 for c"]


def test_what_is_divided_by_may_be_computed_beforehand() -> None:
    assert laid("3/6", "w/x/y") == [
        "3 for w; 6 for x*y",
        "3 for w/x; 6 for y",
        "3/6 for w/x/y",
    ]
    assert "3 for w; 6 for x/y" in laid("3/6", "w/x*y")


def test_two_calculations_are_laid_over_each_other_too() -> None:
    assert laid("0.64*(1 - 0.64)", "σ(0.56)*(1 - σ(0.56))") == [
        "0.64 for sigmoid(0.56); 0.64 for sigmoid(0.56)"
    ]


# Long lines


def _product(parts: list[str]) -> str:
    return "*".join(parts)


@pytest.mark.parametrize(
    ("calculation", "formula", "fits"),
    [
        (_product(["0.5"] * 40), _product(["x"] * 60), True),
        (_product(["0.5"] * 40) + "/2", _product(["x"] * 60), False),
        (_product(["0.5"] * 40) + "*tanh(0.5)", _product(["x"] * 60), False),
        (_product(["0.5"] * 2000), _product(["x"] * 2000), True),
        (_product(["0.5"] * 900), _product(["x"] * 1800), False),
        ("+".join(["0.5*0.5"] * 500), "+".join(["x*y*z"] * 500), True),
        ("+".join([*["0.5*0.5"] * 500, "0.1/2"]), "+".join(["x*y*z"] * 501), False),
    ],
    ids=[
        "40 over 60",
        "40 over 60, the last not",
        "40 over 60, a function at the end",
        "2000 over 2000",
        "900 over 1800",
        "500 products, two ways each",
        "500 products, and one that does not fit",
    ],
)
def test_long_products_answer_in_under_a_second(calculation: str, formula: str, fits: bool) -> None:
    printed, part = expression(calculation), expression(formula)
    start = time.process_time()
    ways = layings(printed, part, lambda part, number: False, lambda operand: False)
    assert time.process_time() - start < 1
    assert bool(ways) is fits
    assert len(ways) <= MOST_WAYS


def test_deeply_nested_products_answer_in_under_a_second() -> None:
    calculation, formula = "0.5", "x"
    for _ in range(25):
        calculation, formula = f"0.5*({calculation} + 0.1*0.2)", f"x*y*({formula} + x*y*z)"
    printed, part = expression(calculation), expression(formula)
    start = time.process_time()
    assert layings(printed, part, lambda part, number: False, lambda operand: False)
    assert not layings(
        printed, expression(formula + "/2"), lambda part, number: False, lambda operand: False
    )
    assert time.process_time() - start < 1


def test_of_very_many_ways_those_with_the_fewest_errata_are_kept() -> None:
    # Ten factors, five printed: the first stands for six of them, and that way is among the last.
    names = "abcdefghij"
    formula = parse_expression("*".join(names), names)
    printed = parse_expression("5.7*1.7*1.8*1.9*2.1")
    wanted = "5.7 for a*b*c*d*e*f; 1.7 for g; 1.8 for h; 1.9 for i; 2.1 for j"
    right = set(wanted.split("; "))

    def errs(operand: Operand) -> bool:
        return f"{operand.printed.text} for {written(operand.part)}" not in right

    ways = layings(printed, formula, lambda part, number: False, errs)
    assert right == {f"{o.printed.text} for {written(o.part)}" for o in ways[0]}
