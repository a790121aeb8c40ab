"""Every verdict with an example: small fixtures, written as a document would print them."""

from __future__ import annotations

import time
from collections.abc import Callable
from fractions import Fraction
from itertools import count
from pathlib import Path
from textwrap import dedent, indent

import pytest

from harness.notation import parse_expression
from harness.notation.syntax import Derivative, Name, signed_number
from harness.oracle import Oracle
from harness.reading import read_fixture
from harness.scenario.computation import Equation, compute
from harness.scenario.scenario import Scenario
from harness.verdicts import Finding, Judged, judge
from harness.verdicts.findings import FORMULA_VERDICTS, NUMBER_VERDICTS
from harness.verdicts.glance import Glance
from harness.verdicts.values import Values

#: The two examples of datamapu-2024, with the article's own numbers.
ONE_NEURON = """
network:
  inputs: [x]
  layers:
    - {net: [z], out: [a], weights: [[w]], biases: [b], activation: sigmoid}
  targets: [y]
  loss: {kind: half squared error, total: L}
values: {x: 0.5, y: 1.5, w: 0.3, b: 0.1}
training: {learning_rate: eta = 0.1, update: [w, b]}
"""
TWO_NEURONS = """
network:
  inputs: [x]
  layers:
    - {net: [z2], out: [a2], weights: [[w1]], biases: [b1], activation: sigmoid}
    - {net: [z3], out: [a3], weights: [[w2]], biases: [b2], activation: sigmoid}
  targets: [y]
  loss: {kind: half squared error, total: L}
values: {x: 0.5, y: 1.5, w1: 0.3, w2: 0.2, b1: 0.1, b2: 0.4}
training: {learning_rate: eta = 0.1, update: [w1, b1, w2, b2]}
"""
#: E_o1 of mazur-2015, from its published output.
MAZUR = """
equations:
  - out_h1 = sigmoid(w1*i1 + w2*i2 + b1)
  - out_h2 = sigmoid(w3*i1 + w4*i2 + b1)
  - out_o1 = sigmoid(w5*out_h1 + w6*out_h2 + b2)
  - E_o1 = 1/2*(target_o1 - out_o1)^2
values:
  {i1: 0.05, i2: 0.10, w1: 0.15, w2: 0.20, w3: 0.25, w4: 0.30, w5: 0.40, w6: 0.45, b1: 0.35,
   b2: 0.60, target_o1: 0.01}
"""
HALF_SQUARE = """
equations: [y = 1/2*x^2]
values: {x: 3}
"""
LINEAR = """
equations: [z = w*x + b, a = sigmoid(z)]
free: [w, x, b]
"""
Judge = Callable[..., list[Judged]]


@pytest.fixture
def judged(tmp_path: Path) -> Judge:
    """Judges lines of a scenario; a line is a text, or a text with its recorded errata."""

    def judged(scenario: str, *lines: str | tuple[str, dict[str, str]]) -> list[Judged]:
        claims = []
        for line in lines:
            text, errata = (line, {}) if isinstance(line, str) else line
            records = [
                f"{{printed: '{wrong}', should_be: '{right}'}}" for wrong, right in errata.items()
            ]
            claims.append(f"  - {{line: {text!r}, errata: [{', '.join(records)}]}}")
        body = indent(
            "\n".join([dedent(scenario), "claims:", "  Lines:", *("  " + c for c in claims)]),
            "    ",
        )
        path = tmp_path / "fixture.yaml"
        path.write_text(
            "document: {id: small, title: Small}\nscenarios:\n  - id: small\n" + body,
            encoding="utf-8",
        )
        (chapter,) = read_fixture(path).chapters
        return judge(chapter, Oracle(chapter.scenario))

    return judged


def verdicts(line: Judged, kind: str = "") -> list[str]:
    return [found.verdict for found in line.findings if kind in ("", found.kind)]


def number(line: Judged) -> Finding:
    return [found for found in line.findings if found.kind == "number"][-1]


def operands(line: Judged) -> dict[str, Finding]:
    """The operands by what they stand for; a part that stands there twice has its last."""
    return {found.quantity: found for found in line.findings if found.kind == "operand"}


# Numbers


def test_correct_is_the_rounding_to_the_printed_digits(judged: Judge) -> None:
    (line,) = judged(ONE_NEURON, "a = 0.56")
    assert verdicts(line) == ["correct"]
    assert number(line).exact == "0.5621765008857981040273236"


@pytest.mark.parametrize("printed", ["0.117", "0.118"])
def test_correct_at_a_tie_either_way(judged: Judge, printed: str) -> None:
    (line,) = judged("equations: [y = 47*x]\nvalues: {x: 0.0025}", f"y = {printed}")
    assert verdicts(line) == ["correct"]


def test_truncated_is_cut_off_and_no_erratum(judged: Judge) -> None:
    (line,) = judged(ONE_NEURON, "L = 0.439")
    assert verdicts(line) == ["truncated"]
    assert not number(line).is_erratum


def test_last_digit_is_one_unit_off_and_an_erratum(judged: Judge) -> None:
    (line,) = judged(ONE_NEURON, "a = 0.57")
    assert verdicts(line) == ["last-digit"]
    assert number(line).should_be == "0.56"
    assert number(line).is_erratum


def test_wrong_is_anything_else_and_says_what_should_stand_there(judged: Judge) -> None:
    (line,) = judged(ONE_NEURON, "a = 0.59")
    assert verdicts(line) == ["wrong"]
    assert number(line).should_be == "0.56"


def test_a_sign_that_is_wrong_is_wrong(judged: Judge) -> None:
    (line,) = judged(ONE_NEURON, "dL/da = 0.94")
    assert verdicts(line) == ["wrong"]
    assert number(line).should_be == "-0.94"


def test_carried_minus_0118_is_right_for_the_printed_operands(judged: Judge) -> None:
    (line,) = judged(ONE_NEURON, "dL/dw = dL/da*da/dz*dz/dw = -0.94*0.25*0.5 = -0.118")
    assert verdicts(line) == ["holds", "correct", "correct", "correct", "carried"]
    assert number(line).full_precision == "wrong"
    assert number(line).printed_operands == "correct"
    assert not number(line).is_erratum


def test_correct_0274811083_although_the_printed_operands_give_another_number(
    judged: Judge,
) -> None:
    (line,) = judged(
        MAZUR, "E_o1 = 1/2*(target_o1 - out_o1)^2 = 1/2*(0.01 - 0.75136507)^2 = 0.274811083"
    )
    assert verdicts(line) == ["holds", "correct", "correct", "correct"]
    assert number(line).full_precision == "correct"
    assert number(line).printed_operands == "truncated"


@pytest.mark.parametrize(
    ("printed", "verdict"), [("0.274811084", "carried"), ("0.274811087", "wrong")]
)
def test_either_route_acquits_and_a_number_right_on_neither_is_wrong(
    judged: Judge, printed: str, verdict: str
) -> None:
    (line,) = judged(MAZUR, f"E_o1 = 1/2*(0.01 - 0.75136507)^2 = {printed}")
    assert verdicts(line, "number") == [verdict]


def test_a_carried_number_is_carried_as_an_operand_too(judged: Judge) -> None:
    _, second = judged(
        ONE_NEURON,
        "dL/dw = dL/da*da/dz*dz/dw = -0.94*0.25*0.5 = -0.118",
        "w@1 = w - eta*dL/dw = 0.3 - 0.1*(-0.118) = 0.312",
    )
    assert operands(second)["dL/dw"].verdict == "carried"
    assert number(second).verdict == "correct"


def test_a_given_operand_is_never_widened(judged: Judge) -> None:
    (line,) = judged(TWO_NEURONS, "b2@1 = b2 - eta*dL/db2 = 0.4 - 0.1*(-0.205) = 0.3795")
    assert verdicts(line) == ["holds", "correct", "correct", "correct", "wrong"]
    assert number(line).should_be == "0.4205"


@pytest.mark.parametrize("printed", ["0.4", "0.36"])
def test_a_given_operand_is_printed_as_it_is_given(judged: Judge, printed: str) -> None:
    scenario = "equations: [y = 2*x]\nvalues: {x: 0.35}"
    (line,) = judged(scenario, f"y = 2*x = 2*{printed} = 0.7")
    assert operands(line)["x"].verdict == "wrong"
    assert operands(line)["x"].should_be == "0.35"


def test_a_given_operand_with_a_sign_is_printed_as_it_is_given(judged: Judge) -> None:
    (line,) = judged("equations: [y = -x*w]\nvalues: {x: 0.35, w: 2}", "y = -x*w = -0.4*2 = -0.7")
    assert operands(line)["-x"].verdict == "wrong"
    assert operands(line)["-x"].should_be == "-0.35"


def test_a_constant_of_the_formula_may_be_rounded_where_it_is_a_fraction(judged: Judge) -> None:
    scenario = "equations: [y = 1/3*(u + v)]\nvalues: {u: 0.3, v: 0.6}"
    right, wrong = judged(scenario, "y = 0.333*(0.3 + 0.6) = 0.3", "y = 0.34*(0.3 + 0.6) = 0.3")
    assert operands(right)["1/3"].verdict == "correct"
    assert operands(wrong)["1/3"].verdict == "last-digit"


def test_of_several_ways_to_read_a_calculation_the_best_counts(judged: Judge) -> None:
    scenario = "equations: [y = u*v*w]\nvalues: {u: 0.5, v: 0.3, w: 0.2}"
    for calculation in ("0.5*0.06", "0.15*0.2"):
        (line,) = judged(scenario, f"y = u*v*w = {calculation} = 0.03")
        assert verdicts(line) == ["holds", "correct", "correct", "correct"]


def test_a_swapped_operand_is_wrong_and_named(judged: Judge) -> None:
    (line,) = judged(TWO_NEURONS, "dL/dw2 = dL/da3*da3/dz3*dz3/dw2 = (-0.875)*0.235*0.5 = -0.103")
    found = operands(line)
    assert found["dL/da3"].verdict == "correct"
    assert (found["da3/dz3"].verdict, found["da3/dz3"].should_be) == ("last-digit", "0.234")
    assert (found["dz3/dw2"].verdict, found["dz3/dw2"].should_be) == ("wrong", "0.562")
    assert found["dz3/dw2"].reason == "this is x"


def test_inherited_is_right_for_operands_of_which_one_is_an_erratum(judged: Judge) -> None:
    (line,) = judged(TWO_NEURONS, "dL/dw2 = dL/da3*da3/dz3*dz3/dw2 = (-0.875)*0.235*0.5 = -0.103")
    assert number(line).verdict == "inherited"
    assert number(line).printed_operands == "correct"
    assert number(line).should_be == "-0.115"


def test_an_inherited_number_is_inherited_as_an_operand_too(judged: Judge) -> None:
    _, line = judged(
        TWO_NEURONS,
        "dL/dw2 = dL/da3*da3/dz3*dz3/dw2 = (-0.875)*0.235*0.5 = -0.103",
        "w2@1 = w2 - eta*dL/dw2 = 0.2 - 0.1*(-0.103) = 0.2103",
    )
    assert operands(line)["dL/dw2"].verdict == "inherited"
    assert number(line).verdict == "inherited"
    assert number(line).should_be == "0.2115"


def test_a_number_right_for_a_false_formula_is_inherited(judged: Judge) -> None:
    (line,) = judged(ONE_NEURON, "z = w*x - b = 0.3*0.5 - 0.1 = 0.05")
    assert verdicts(line) == ["false", "correct", "correct", "correct", "inherited"]
    assert number(line).should_be == "0.25"


def test_an_operand_computed_from_an_inherited_one_is_inherited(judged: Judge) -> None:
    _, line = judged(
        TWO_NEURONS,
        "z3 = σ(w1*x + b1) = σ(0.25) ≈ 0.56",
        "da3/dz3 = σ(z3)*(1 - σ(z3)) = (1/(1 + e^(-0.56)))*(1 - 1/(1 + e^(-0.56))) "
        "≈ 0.64*(1 - 0.64) = 0.23",
    )
    assert verdicts(line, "operand") == ["inherited"] * 4
    assert number(line).verdict == "correct"


def test_a_number_right_for_operands_that_nothing_explains_stays_wrong(judged: Judge) -> None:
    (line,) = judged(ONE_NEURON, "a = 0.3*tanh(2.0) = 0.289")
    assert number(line).verdict == "wrong"
    assert number(line).reason == (
        "right for the printed operands, but no formula says what they stand for"
    )


def test_what_a_line_is_about_is_a_formula_too_where_it_is_more_than_a_name(judged: Judge) -> None:
    right, wrong = judged(ONE_NEURON, "1 - a = 1 - 0.56 = 0.44", "1 - a = 1 - 0.65 = 0.35")
    assert (verdicts(right), verdicts(wrong)) == (["correct"] * 2, ["wrong", "inherited"])
    assert list(operands(wrong)) == ["a"]


def test_a_line_without_a_formula_is_judged_at_full_precision(judged: Judge) -> None:
    (line,) = judged(TWO_NEURONS, "w2@1 = 0.2115")
    assert verdicts(line) == ["correct"]
    assert number(line).printed_operands is None


def test_a_calculation_without_a_formula_is_laid_over_the_models_own(judged: Judge) -> None:
    first, second = judged(
        ONE_NEURON, "z = 0.3*0.5 + 0.1 = 0.25", "w@1 = 0.3 - 0.1*(-0.115) = 0.3115"
    )
    assert list(operands(first)) == ["w", "x", "b"]
    assert list(operands(second)) == ["w", "eta", "dL/dw"]


def test_a_calculation_over_the_calculation_before_it(judged: Judge) -> None:
    (line,) = judged(
        ONE_NEURON, "a = σ(w*x + b) = σ(0.3*0.5 + 0.1) = σ(0.15 + 0.1) = σ(0.25) = 0.56"
    )
    assert set(verdicts(line)) == {"holds", "correct"}


def test_of_many_ways_over_the_calculation_before_the_best_counts(judged: Judge) -> None:
    # each of the five is right for the product of two or more of these
    text = "1.0129 0.9464 -1.2359 0.5918 -0.6937 -0.4169 0.6180 0.9670 1.0387 -1.2410"
    numbers = text.split()
    named = ", ".join(f"v{k}: {number}" for k, number in enumerate(numbers))
    product = "*".join(f"v{k}" for k in range(10))
    before = "*".join(f"({number})" for number in numbers)
    (line,) = judged(
        f"equations: ['y = {product}']\nvalues: {{{named}}}",
        f"1*y = {before} = 1.0*(-0.1)*1.0*1.0*(-1.2)",
    )
    assert verdicts(line, "operand") == ["correct"] * 5


def test_a_chain_of_calculations_in_which_one_is_wrong(judged: Judge) -> None:
    (line,) = judged(ONE_NEURON, "a = σ(w*x + b) = σ(0.3*0.5 + 0.1) = σ(0.26) = 0.565")
    assert verdicts(line, "operand") == ["correct", "correct", "correct", "last-digit"]
    assert number(line).verdict == "inherited"


def test_the_same_number_twice_in_a_line_is_judged_at_each_place(judged: Judge) -> None:
    (line,) = judged(ONE_NEURON, "da/dz = a*(1 - a) = 0.56*(1 - 0.56) = 0.25 = 0.25")
    assert verdicts(line) == ["holds", "correct", "correct", "correct", "correct"]
    (line,) = judged(ONE_NEURON, "da/dz = a*(1 - a) = 0.56*(1 - 0.59) = 0.25")
    assert verdicts(line, "operand") == ["correct", "wrong"]


def test_a_stated_input_is_stated_exactly(judged: Judge) -> None:
    stated = judged(ONE_NEURON, "y = 1", "y = 2", "y = 1.50", "x = 0.5", "eta = 0.10")
    assert [number(line).verdict for line in stated] == [
        "wrong", "wrong", "correct", "correct", "correct",
    ]  # fmt: skip
    assert [number(line).should_be for line in stated] == ["1.5", "1.5", None, None, None]


def test_a_given_number_that_is_updated_is_no_longer_given(judged: Judge) -> None:
    before, after = judged(ONE_NEURON, "w = 0.31", "w@1 = 0.31")
    assert (number(before).verdict, number(after).verdict) == ("wrong", "correct")


def test_mere_arithmetic_needs_no_model(judged: Judge) -> None:
    lines = judged("values: {n: 3}", "0.1*0.2 = 0.02", "0.1*0.2 = 0.03", "2/3 = 0.667", "n = 3")
    assert [number(line).verdict for line in lines] == [
        "correct", "last-digit", "correct", "correct",
    ]  # fmt: skip


# Values that do not exist, or are not known


def test_a_division_by_zero_is_unchecked_with_a_reason(judged: Judge) -> None:
    scenario = "equations: [y = x/v]\nvalues: {x: 2, v: 0}"
    lines = judged(scenario, "y = 5", "y = x/v = 2/0 = 5", "dy/dv = 1.5", "x = 2")
    for line in lines[:3]:
        assert number(line).verdict == "unchecked"
        assert number(line).reason is not None
        assert "division by zero" in number(line).reason
    assert number(lines[3]).verdict == "correct"


def test_a_division_by_zero_in_the_printed_calculation_only(judged: Judge) -> None:
    scenario = "equations: [y = x/v]\nvalues: {x: 2, v: 4}"
    (line,) = judged(scenario, "y = x/v = 2/(0.5 - 0.5) = 2/0 = 0.5")
    assert number(line).verdict == "correct"


def test_a_saturated_sigmoid_is_judged(judged: Judge) -> None:
    up, down, slope = judged(
        "equations: [a = sigmoid(z), c = sigmoid(-z)]\nvalues: {z: 800}",
        "a = 1.000", "c = 3.67e-348", "da/dz = 0.0",
    )  # fmt: skip
    assert [number(line).verdict for line in (up, down, slope)] == ["correct"] * 3


def test_a_value_beyond_all_range_is_unchecked(judged: Judge) -> None:
    (line,) = judged("equations: [y = exp(exp(x))]\nvalues: {x: 100}", "y = 0.5")
    assert verdicts(line) == ["unchecked"]


def test_a_huge_value_has_a_correction_of_25_digits(judged: Judge) -> None:
    (line,) = judged("equations: [y = exp(x)]\nvalues: {x: 20000}", "y = 0.5")
    assert number(line).should_be == number(line).exact


def test_an_enormous_power_is_answered_at_once(judged: Judge) -> None:
    start = time.process_time()
    lines = judged("equations: [y = x^1000000000]\nvalues: {x: 0.5}", "y = 0.0", "dy/dx = 0.1")
    assert [number(line).verdict for line in lines] == ["unchecked", "unchecked"]
    assert time.process_time() - start < 2


def test_what_depends_on_free_parameters_is_unchecked(judged: Judge) -> None:
    (line,) = judged(LINEAR, "z = w*x + b = 0.3*0.5 + 0.1 = 0.25")
    assert verdicts(line) == ["holds", *["unchecked"] * 4]
    assert number(line).reason == "it depends on parameters without a value (w, x, b)"


@pytest.mark.parametrize(
    ("printed", "verdict"), [("1", "correct"), ("2", "last-digit"), ("0.5", "wrong")]
)
def test_what_is_the_same_for_all_free_parameters_is_judged(
    judged: Judge, printed: str, verdict: str
) -> None:
    (line,) = judged(LINEAR, f"dz/db = {printed}")
    assert verdicts(line) == [verdict]


# Undecided


@pytest.mark.parametrize("printed", ["0.12", "0.13"])
def test_a_value_on_a_border_that_no_fraction_tells_is_undecided(
    judged: Judge, printed: str
) -> None:
    start = time.process_time()
    (line,) = judged("equations: [y = sqrt(x)*sqrt(x)/16]\nvalues: {x: 2}", f"y = {printed}")
    assert verdicts(line) == ["undecided"]
    assert number(line).reason == "it is too close to a border to tell on which side it lies"
    assert time.process_time() - start < 2


def test_beside_that_border_it_is_decided(judged: Judge) -> None:
    (line,) = judged("equations: [y = sqrt(x)*sqrt(x)/16]\nvalues: {x: 2}", "y = 0.125")
    assert verdicts(line) == ["correct"]


def test_a_tie_of_a_derivative_beside_what_is_no_fraction_is_decided(judged: Judge) -> None:
    scenario = "equations: [y = w*sigmoid(x) + v*x]\nvalues: {w: 0.5, x: 0.125, v: 3}"
    lines = judged(scenario, "dy/dv = 0.12", "dy/dv = 0.13", "dy/dv = 0.11")
    assert [number(line).verdict for line in lines] == ["correct", "correct", "last-digit"]


@pytest.mark.parametrize("printed", ["0", "1", "0.5"])
def test_a_slope_at_a_kink_is_undecided(judged: Judge, printed: str) -> None:
    (line,) = judged("equations: [y = relu(x)]\nvalues: {x: 0}", f"dy/dx = {printed}")
    assert verdicts(line) == ["undecided"]
    assert number(line).exact is None
    assert number(line).reason == "it has no one value: a kink, as of relu at 0"


def test_a_slope_outside_both_sides_of_a_kink_is_wrong(judged: Judge) -> None:
    (line,) = judged("equations: [y = relu(x)]\nvalues: {x: 0}", "dy/dx = 1.7")
    assert number(line).verdict == "wrong"


# Formulas


@pytest.mark.parametrize(
    "line",
    [
        "a = 1/(1 + e^(-z))",
        "dL/dw = (a - y)*a*(1 - a)*x",
        "dL/db = dL/dz",
        "w@1 = w - eta*dL/dw",
        "L = 0.5*(y - a)^2",
        "da/dz = σ'(z)",
        "dL/da = d/da(1/2*(y - a)^2) = a - y",
        "z = log(exp(z))",
    ],
)
def test_a_formula_that_holds(judged: Judge, line: str) -> None:
    (found,) = judged(ONE_NEURON, line)
    assert set(verdicts(found, "formula")) == {"holds"}
    assert set(verdicts(found)) <= {"holds"}


@pytest.mark.parametrize(
    "line",
    [
        "dL/dw = (y - a)*a*(1 - a)*x",
        "dL/dw = (a - y)*a*(1 + a)*x",
        "w@1 = w + eta*dL/dw",
        "a = 1/(1 + e^z)",
        "z = w*x",
    ],
)
def test_a_formula_that_is_false(judged: Judge, line: str) -> None:
    (found,) = judged(ONE_NEURON, line)
    assert verdicts(found) == ["false"]
    assert found.findings[0].reason == "the two sides differ at the document's numbers"


def test_a_formula_false_only_off_the_documents_values_is_false(judged: Judge) -> None:
    (line,) = judged("equations: [y = w*x]\nvalues: {w: 2, x: 2}", "y = w + x")
    assert verdicts(line) == ["false"]
    told = "they agree at the document's numbers, but the two sides differ at random numbers"
    assert line.findings[0].reason == told


def test_a_formula_is_judged_where_the_documents_values_have_none(judged: Judge) -> None:
    scenario = "equations: [y = x/v]\nvalues: {x: 2, v: 0}"
    holds, false = judged(scenario, "y = x*v^-1", "y = x*v")
    assert (verdicts(holds), verdicts(false)) == (["holds"], ["false"])


@pytest.mark.parametrize(
    ("line", "verdict"),
    [
        ("L = log(a*b) + y*log(p) + (1 - y)*log(1 - p)", "holds"),
        ("dL/dp = y/p - (1 - y)/(1 - p)", "holds"),
        ("L = log(a*b) + y*log(p) + (1 + y)*log(1 - p)", "false"),
    ],
)
def test_a_formula_with_values_at_few_numbers_is_judged_there(
    line: str, verdict: str, judged: Judge
) -> None:
    scenario = """
equations: ["L = log(a) + log(b) + y*log(p) + (1 - y)*log(1 - p)"]
free: [a, b, p, y]
"""
    assert verdicts(judged(scenario, line)[0]) == [verdict]


def test_a_formula_at_a_kink_is_judged_beside_it(judged: Judge) -> None:
    scenario = "equations: [y = relu(x) - relu(-x)]\nvalues: {x: 0}"
    holds, false = judged(scenario, "y = x", "y = 2*x")
    assert (verdicts(holds), verdicts(false)) == (["holds"], ["false"])


def test_a_quotient_of_whole_numbers_is_an_exact_number(judged: Judge) -> None:
    scenario = "equations: [y = x/2 + w/3]\nvalues: {x: 1, w: 1}"
    lines = judged(scenario, "dy/dx = 1/2", "dy/dx = 2/4", "dy/dx = 1/3", "y = 5/6")
    assert [verdicts(line)[-1] for line in lines] == ["correct", "correct", "wrong", "correct"]
    assert number(lines[2]).should_be == "0.5"


def test_a_quotient_may_have_a_sign(judged: Judge) -> None:
    right, wrong = judged("equations: [y = -x/4]\nvalues: {x: 1}", "y = -1/4", "dy/dx = -1/3")
    assert verdicts(right) == ["correct"]
    assert verdicts(wrong) == ["wrong"]
    assert number(wrong).should_be == "-0.25"


def test_a_calculation_that_ends_a_line_has_to_come_to_the_subject(judged: Judge) -> None:
    may, cannot, never = judged(ONE_NEURON, "a = 0.58*tanh(2.0)", "a = 0.3*tanh(2.0)", "a = 3*5*7")
    assert (verdicts(may), verdicts(cannot), verdicts(never)) == (
        ["unchecked"],
        ["wrong"],
        ["wrong"],
    )
    assert number(may).reason == "no formula before it has its shape, and no number follows"


def test_a_formula_that_could_hold_at_a_kink_only_is_false(judged: Judge) -> None:
    (line,) = judged("equations: [y = relu(x)]\nvalues: {x: 0}", "dy/dx = x + 0.5")
    assert verdicts(line) == ["false"]


@pytest.mark.parametrize("formula", ["r = k", "dr/dk = 1", "r = abs(k)", "r = relu(k - 10) + k"])
def test_a_formula_that_holds_on_one_side_of_a_kink_is_false(formula: str, judged: Judge) -> None:
    (line,) = judged("equations: [r = relu(k)]\nvalues: {k: 2}", formula + " + 0*k")
    assert verdicts(line) == ["false"]


def test_a_formula_that_fits_only_the_documents_numbers_is_undecided_at_best(judged: Judge) -> None:
    (line,) = judged("equations: [q = sqrt(x - 5)]\nvalues: {x: 9}", "q = x - 7")
    assert verdicts(line) == ["false"]


def test_a_decimal_in_a_formula_is_a_constant_first(judged: Judge) -> None:
    scenario = "equations: [E = 1/2*(t - o)^2*x]\nvalues: {o: 1, x: 1, t: 3}"
    right, wrong = judged(scenario, "E = 0.5*(t - o)^2*x", "E = 0.5*(t - o)*2*x")
    assert (verdicts(right), verdicts(wrong)) == (["holds"], ["false"])


SIGNS = "equations: [p = b + w*x]\nvalues: {b: 0.3, w: -0.6, x: -0.5}"


@pytest.mark.parametrize(
    "calculation",
    ["0.3 + 0.6*0.5", "0.3 - 0.6*(-0.5)", "0.3 + (-0.6)*(-0.5)", "0.3 - (-0.6)*0.5"],
)
def test_signs_that_cancel_are_no_errata(calculation: str, judged: Judge) -> None:
    (line,) = judged(SIGNS, f"p = b + w*x = {calculation} = 0.6")
    assert set(verdicts(line)) == {"holds", "correct"}


@pytest.mark.parametrize("calculation", ["0.3 + 0.6*(-0.5)", "0.3 - 0.6*0.5", "0.3 + 0.5*0.6"])
def test_signs_and_operands_that_are_wrong_stay_so(calculation: str, judged: Judge) -> None:
    (line,) = judged(SIGNS, f"p = b + w*x = {calculation} = 0.6")
    assert "wrong" in verdicts(line)


TURNED = [
    ("w@1 = w - eta*dL/dw = 0.3 + 0.1*(-0.115)", "0.1 for -eta", "-0.1", "0.1*(-0.115) is subtracted"),
    ("w@1 = w - eta*dL/dw = 0.3 - 0.1*0.115", "0.115 for dL/dw", "-0.115", None),
    ("w@1 = w - dL/dw = 0.3 + (-0.115)", "-0.115 for -dL/dw", "0.115", "-0.115 is subtracted"),
    ("z = w*x + b = 0.3*0.5 - 0.1", "0.1 for -b", "-0.1", "0.1 is added"),
    ("z = b + w*x = 0.1 - 0.3*0.5", "0.3 for -w", "-0.3", "0.3*0.5 is added"),
    ("z = b + w*x = 0.1 - (-0.3)*0.5", None, None, None),
    ("z = b + w*x = 0.1 - 0.4*0.5", "-0.4 for w", "0.3", None),
]  # fmt: skip


@pytest.mark.parametrize(("line", "operand", "should_be", "told"), TURNED)
def test_a_sign_that_is_turned_is_told_as_one(
    judged: Judge, line: str, operand: str | None, should_be: str | None, told: str | None
) -> None:
    (found,) = judged(ONE_NEURON, line)
    errata = [f for f in found.findings if f.kind == "operand" and f.is_erratum]
    assert [f"{f.printed} for {f.quantity}" for f in errata] == ([operand] if operand else [])
    for wrong in errata:
        assert wrong.should_be == should_be
        reason = wrong.reason or ""
        assert reason.startswith(f"its sign is turned: {told} in the formula, " if told else "")
        assert ("its sign is turned" in reason) is (told is not None)


@pytest.mark.parametrize(
    "record",
    [{"0.3": "-0.3"}, {"-0.3": "0.3"}, {"0.3 for -eta": "-0.3"}],
    ids=["as in the line", "with the sign in it", "as in the report"],
)
@pytest.mark.parametrize("slope", ["(-0.0187)", "0.0187"])
def test_a_turned_sign_is_recorded_in_any_way(
    judged: Judge, record: dict[str, str], slope: str
) -> None:
    scenario = f"""
    equations: [E = {slope}*v]
    values: {{v: -0.5}}
    training: {{learning_rate: eta = 0.3, update: [v], loss: E}}
    """
    line = f"v@1 = v - eta*dE/dv = -0.5 + 0.3*{slope}"
    (found,) = judged(scenario, (line, record))
    (wrong,) = (f for f in found.findings if f.is_erratum)
    assert (wrong.printed, wrong.should_be, wrong.recorded) == ("0.3", "-0.3", True)
    assert not found.refuted
    for one_sign in ({"0.3": "0.3"}, {"-0.3": "-0.3"}):
        (found,) = judged(scenario, (line, one_sign))
        assert found.refuted


def test_an_operand_is_compared_with_what_stood_in_its_place_before(judged: Judge) -> None:
    scenario = "equations: [n = a*b - c*d]\nvalues: {a: 0.3, b: 0.41, c: 0.5, d: 0.83}"
    right, wrong = judged(
        scenario,
        "n = a*b - c*d = 0.3*0.41 - 0.5*0.83 = 0.123 - 0.415 = -0.292",
        "n = a*b - c*d = 0.3*0.41 - 0.5*0.83 = 0.415 - 0.123 = 0.292",
    )
    assert set(verdicts(right)) == {"holds", "correct"}
    assert verdicts(wrong)[-3:] == ["wrong", "wrong", "inherited"]


def test_a_calculation_that_fits_no_formula_has_to_compute_what_follows(judged: Judge) -> None:
    right, wrong = judged(ONE_NEURON, "a = 0.5 + 0.0622 = 0.56", "a = 0.70*0.90 = 0.56")
    assert verdicts(right) == ["unchecked", "correct"]
    assert verdicts(wrong) == ["wrong", "correct"]
    assert wrong.findings[0].reason == "it computes to 0.63, not to 0.56"


def test_a_number_may_stand_before_what_it_is_about(judged: Judge) -> None:
    right, wrong = judged(ONE_NEURON, "0.56 = a", "0.59 = a")
    assert (verdicts(right), verdicts(wrong)) == (["correct"], ["wrong"])


def test_a_formula_without_values_anywhere_is_undecided(judged: Judge) -> None:
    (line,) = judged("equations: [y = log(-x^2)]\nvalues: {x: 2}", "y = 2*log(-x)")
    assert verdicts(line) == ["undecided"]
    assert line.findings[0].reason is not None


def test_a_formula_with_decimals_at_a_kink_only_is_not_said_to_hold(judged: Judge) -> None:
    scenario = "equations: [y = relu(x) + 0*c]\nvalues: {x: 0, c: 0.5}"
    (line,) = judged(scenario, "dy/dx = x + 0.5")
    assert "holds" not in verdicts(line)


def test_formulas_of_free_parameters_are_tried_at_random_ones(judged: Judge) -> None:
    holds, false, decimal = judged(LINEAR, "z = x*w + b", "z = x*w - b", "z = 1.0*w*x + b")
    assert verdicts(holds) == ["holds"]
    assert verdicts(false) == ["false"]
    assert "holds" in verdicts(decimal)


def test_a_difference_that_needs_more_than_128_bits_is_found(judged: Judge) -> None:
    scenario = "equations: [y = 1.0*x]\nvalues: {x: 1}"
    (line,) = judged(scenario, f"y = x + 0.{'0' * 60}1*x")
    assert "false" in verdicts(line) or "wrong" in verdicts(line)


def test_vectors_are_compared_element_by_element(judged: Judge) -> None:
    scenario = "equations: [h = W @ x]\nvalues: {W: [[1, 2], [3, 4]], x: [0.5, 0.25]}"
    holds, false, shape = judged(
        scenario,
        "h = [W[0,0]*x[0] + W[0,1]*x[1], W[1,0]*x[0] + W[1,1]*x[1]]",
        "h = [W[0,0]*x[0] + W[0,1]*x[1], W[0,1]*x[0] + W[1,1]*x[1]]",
        "h = h[0]",
    )
    assert (verdicts(holds), verdicts(false), verdicts(shape)) == (["holds"], ["false"], ["false"])


VECTORS = """
equations: [h = tanh(W @ x + c)]
values: {W: [[0.1, 0.2], [0.3, 0.4]], x: [1, 2], c: [0.1, 0.1]}
"""


@pytest.mark.parametrize("calculation", ["tanh(0.5 + 0.1)", "tanh(0.1*1 + 0.5)", "tanh(0.6)"])
def test_a_number_does_not_stand_for_a_whole_array(judged: Judge, calculation: str) -> None:
    (line,) = judged(VECTORS, f"h[0] = {calculation} = 0.54")
    assert verdicts(line) == ["unchecked", "correct"]
    assert line.findings[0].reason == "no formula before it has its shape"


def test_a_number_does_not_stand_for_an_array_of_the_calculation_before(judged: Judge) -> None:
    (line,) = judged(VECTORS, "h[0] = tanh(sum([0.5, 0.1])) = tanh(sum([0.6])) = tanh(0.6) = 0.54")
    assert verdicts(line)[-1] == "correct"
    assert "wrong" not in verdicts(line)


def test_pi_stands_in_formulas_too(judged: Judge) -> None:
    right, wrong = judged(ONE_NEURON, "d/dx(pi*x) = 3.14", "d/dx(pi*x) = 3.15")
    assert (verdicts(right), verdicts(wrong)) == (["correct"], ["last-digit"])


def test_pi_where_nothing_else_has_a_value(judged: Judge) -> None:
    right, false = judged(LINEAR, "d/dx(pi*x) = 3.14", "d/dx(pi*x) = x*w")
    assert (verdicts(right), verdicts(false)) == (["correct"], ["false"])


# Names and decimals in one segment


def test_decimals_among_names_are_operands(judged: Judge) -> None:
    right, wrong = judged(ONE_NEURON, "L = 1/2*(y - 0.56)^2 = 0.44", "L = 1/2*(y - 0.59)^2 = 0.44")
    assert (verdicts(right), verdicts(wrong)) == (["correct", "correct"], ["wrong", "correct"])
    assert operands(wrong)["a"].should_be == "0.56"


def test_a_decimal_among_names_may_have_an_exponent_in_place_of_a_point(judged: Judge) -> None:
    right, wrong = judged(
        "equations: [y = w*x]\nvalues: {w: 0.001, x: 7}", "y = 1e-3*x", "y = 2e-3*x"
    )
    assert (verdicts(right), verdicts(wrong)) == (["correct"], ["wrong"])


def test_a_model_constant_among_names_is_part_of_the_formula(judged: Judge) -> None:
    holds, false = judged(HALF_SQUARE, "y = 0.5*x^2 = 0.5*3^2 = 4.5", "y = 0.6*x^2")
    assert verdicts(holds) == ["holds", "correct", "correct"]
    assert false.findings[0].is_erratum


def test_a_formula_with_a_decimal_that_holds_is_no_mixture(judged: Judge) -> None:
    (line,) = judged(ONE_NEURON, "z = 0.3*x + b")
    assert set(verdicts(line)) <= {"holds", "correct"}


def test_given_values_in_another_order_are_no_errata_where_the_formula_holds(judged: Judge) -> None:
    scenario = "equations: [y = u*v*x]\nvalues: {u: 0.3, v: 0.4, x: 7}"
    holds, false = judged(scenario, "y = 0.4*0.3*x", "y = 0.4*0.2*x")
    assert verdicts(holds) == ["holds"]
    assert [(f.printed, f.verdict) for f in false.findings] == [("0.2", "wrong")]


def test_a_formula_with_decimals_says_what_the_calculation_after_it_holds(judged: Judge) -> None:
    scenario = """
equations: [L = 1/2*w^2]
values: {w: 2}
training: {learning_rate: eta = 0.1, update: [w], loss: L, optimizer: {kind: momentum, momentum: 0.9}}
"""
    right, wrong = judged(
        scenario,
        "velocity_w@1 = 0.9*0 + eta*dL/dw = 0.9*0 + 0.1*2 = 0.2",
        "velocity_w@1 = 0.9*0 + eta*dL/dw = 0.9*0 + 0.1*3 = 0.3",
    )
    assert {*verdicts(right)} <= {"holds", "correct"}
    assert [f.printed for f in wrong.findings if f.is_erratum] == ["3", "0.3"]


SHARES = """
network:
  inputs: [x]
  layers:
    - net: [s1, s2, s3]
      out: [p1, p2, p3]
      weights: [[w1], [w2], [w3]]
      biases: [b1, b2, b3]
      activation: softmax
  targets: [t1, t2, t3]
  loss: {kind: cross-entropy, outputs: sum, total: L}
values: {x: 2, w1: 0.5, w2: -0.3, w3: 0.4, b1: 0.1, b2: 0.2, b3: 0, t1: 0, t2: 1, t3: 0}
"""


@pytest.mark.parametrize(
    ("line", "verdict"),
    [
        ("dL/ds1 = p1 - t1", "holds"),
        ("dL/ds2 = p2 - t2", "holds"),
        ("dL/ds1 = p1", "holds"),  # as the target is 0
        ("L = -log(p2)", "holds"),
        ("dL/ds1 = p1 - t3", "false"),
        ("dL/ds2 = p2", "false"),
        ("L = -log(p1)", "false"),
        ("dL/ds1 = t1 - p1", "false"),
    ],
)
def test_targets_that_are_shares_of_one_whole_remain_so(
    line: str, verdict: str, judged: Judge
) -> None:
    assert verdicts(judged(SHARES, line)[0]) == [verdict]


def test_targets_that_do_not_add_up_to_one_are_drawn_like_all_else(judged: Judge) -> None:
    (line,) = judged(SHARES.replace("t1: 0,", "t1: 1,"), "dL/ds1 = p1 - t1")
    assert verdicts(line) == ["false"]


def test_what_happens_to_be_drawn_as_1_is_not_identically_1() -> None:
    equation = Equation("y", Name("x"))
    computation = compute([equation], {"x": ()})
    scenarios = (
        Scenario(str(k), (equation,), computation, {"x": Fraction(3)}, (), None, None, {})
        for k in count()
    )
    unlucky = next(drawn for drawn in scenarios if drawn.drawn(1)["x"] == 1)
    values = Values(Oracle(unlucky))
    assert not values.identically(Name("x"), 1)
    assert values.identically(Derivative(Name("y"), Name("x")), 1)


# Recorded errata

LAST_DIGIT = "a = 0.57"


def test_a_record_with_its_right_correction_is_confirmed(judged: Judge) -> None:
    (line,) = judged(ONE_NEURON, (LAST_DIGIT, {"0.57": "0.56"}))
    assert not line.refuted
    assert number(line).recorded
    assert number(line).should_be == "0.56"


@pytest.mark.parametrize(
    ("line", "errata", "reason"),
    [
        ("a = 0.56", {"0.56": "0.57"}, "recorded as an erratum, but '0.56' is correct"),
        ("L = 0.439", {"0.439": "0.440"}, "recorded as an erratum, but '0.439' is truncated"),
        (
            "a = 0.57",
            {"0.57": "0.55"},
            "the recorded correction 0.55 is not right; exact is 0.5621",
        ),
        ("a = 0.57", {"0.57": "a"}, "the recorded correction 'a' is no decimal"),
        ("a = 0.57", {"0.57": "1"}, "the recorded correction 1 has fewer decimals than 0.57"),
        (
            "a = 0.57",
            {"0.58": "0.56"},
            "nothing that is judged in this line is printed '0.58'; judged is '0.57'",
        ),
        (
            "z = w*x + b = 0.4*0.5 + 0.1 = 0.15 + 0.1 = 0.26",
            {"0.27": "0.25"},
            (
                "nothing that is judged in this line is printed '0.27'; "
                "judged are '0.4', '0.26', 'w*x + b', '0.5', '0.1', …"
            ),
        ),
        ("y = 1", {"1": "1.4"}, "the recorded correction 1.4 is not right; exact is 1.5000"),
        ("y = 1", {"1": "2"}, "the recorded correction 2 is not right; exact is 1.5000"),
        ("z = w*x", {"w*x": "w*x - b"}, "the recorded correction 'w*x - b' does not hold either"),
        ("z = w*x + b", {"w*x+b": "w*x"}, "recorded as an erratum, but 'w*x+b' is holds"),
        ("z = 0.4*0.5 + 0.1 = 0.25", {"0.4": "0.2"}, "the recorded correction 0.2 is not right"),
    ],
)
def test_a_record_that_does_not_stand_is_refuted(
    judged: Judge, line: str, errata: dict[str, str], reason: str
) -> None:
    (found,) = judged(ONE_NEURON, (line, errata))
    (refuted,) = found.refuted
    assert refuted.reason.startswith(reason)
    assert not any(finding.recorded for finding in found.findings)


@pytest.mark.parametrize(
    ("line", "errata"),
    [
        ("y = 1", {"1": "1.5"}),
        ("z = w*x", {"w*x": "w*x + b"}),
        ("z = w*x", {"w * x": "z"}),
        ("z = w*x", {"z = w*x": "w*x + b"}),
        ("a = 0.57", {"a = 0.57": "0.56"}),
        ("z = 0.4*0.5 + 0.1 = 0.25", {"0.4 for w": "0.3"}),
        ("z = b + w*x = 0.1 - 0.4*0.5", {"0.4": "-0.3"}),
        ("z = b + w*x = 0.1 - 0.4*0.5", {"-0.4": "0.3"}),
        ("z = 0.4*0.5 + 0.1 = 0.25", {"0.4": "0.3"}),
        ("a = 0.57", {"0.57": "0.562"}),
        ("dL/da = 0.94", {"0.94": "-0.94"}),
    ],
)
def test_a_record_that_stands(judged: Judge, line: str, errata: dict[str, str]) -> None:
    (found,) = judged(ONE_NEURON, (line, errata))
    assert not found.refuted
    assert all(finding.recorded for finding in found.findings if finding.is_erratum)


@pytest.mark.parametrize(
    ("calculation", "correction", "stands"),
    [
        ("0.3*tanh(2.0)", "1/(1 + e^(-0.25))", True),
        ("e^2*tanh(2.0)", "0.5622", True),
        ("0.3*tanh(2.0)", "0.3*tanh(3.0)", False),
        ("e^2*tanh(2.0)", "0.5722", False),
    ],
)
def test_a_calculation_that_is_recorded_as_wrong(
    judged: Judge, calculation: str, correction: str, stands: bool
) -> None:
    (line,) = judged(ONE_NEURON, (f"a = {calculation} = 0.56", {calculation: correction}))
    assert line.findings[0].verdict == "wrong"
    assert line.findings[0].recorded is stands
    assert bool(line.refuted) is not stands


@pytest.mark.parametrize(
    ("correction", "reason"),
    [
        ("[1.0, 2.0]", "is no single number"),
        ("1/0", "is not right either: it has no finite value"),
        ("1/0.0", "is not right either: it has no finite value"),
        ("log(0.)", "is not right either: it has no finite value"),
        ("100/(0.0*1)", "is not right either: it has no finite value"),
        ("1/(0.3 - 0.31)", "is not right either"),  # all that it may come to has no end
    ],
)
def test_a_correction_without_a_finite_value_is_not_right(
    judged: Judge, correction: str, reason: str
) -> None:
    calculation = "0.3*tanh(2.0)"
    (line,) = judged(ONE_NEURON, (f"a = {calculation} = 0.56", {calculation: correction}))
    (refuted,) = line.refuted
    assert refuted.reason.startswith(f"the recorded correction {correction!r} {reason}")


@pytest.mark.parametrize("correction", ["[1.0, 2.0]", "1/0"])
def test_a_correction_has_a_value_also_where_nothing_is_known_to_compare_with(
    judged: Judge, correction: str
) -> None:
    calculation = "0.3*tanh(2.0)"
    right, wrong = judged(LINEAR, *(
        (f"z = {calculation} = 0.56", {calculation: record}) for record in ("0.3*w", correction)
    ))  # fmt: skip
    assert not right.refuted
    assert wrong.refuted


def test_a_calculation_corrected_by_another_of_the_same_value_stands(judged: Judge) -> None:
    record = {"0.3*tanh(2.0)": "1/(0.50 - 0.25)"}
    (line,) = judged("equations: [y = x*x]\nvalues: {x: 2}", ("y = 0.3*tanh(2.0) = 4", record))
    assert line.findings[0].recorded


@pytest.mark.parametrize(
    ("values", "line", "record", "stands"),
    [
        ("x: 0.26", "x = 1/2", "0.3", False),  # stated
        ("x: 0.26", "x = 1/2", "1/0", False),
        ("x: 0.26", "x = 1/2", "0.26", True),
        ("x: 0.26", "x = 1/2", "13/50", True),
        ("x: 0.5", "y = 1/2", "1/4", True),
        ("x: 0.5", "y = 1/2", "0.25", True),
        ("x: 0.5", "y = 1/2", "0.3", False),
        ("x: 0.5", "y = 1/2", "0.", False),
        ("x: 0.5", "y = 1/2", "1/3", False),
        ("x: 1/3", "y = 1/2", "0.11", True),
        ("x: 1/3", "y = 1/2", "0.1", False),
        ("x: 1/3", "y = 1/2", "1/9", True),
    ],
)
def test_a_quotient_is_corrected_as_a_number_is(
    judged: Judge, values: str, line: str, record: str, stands: bool
) -> None:
    (found,) = judged(f"equations: [y = x*x]\nvalues: {{{values}}}", (line, {"1/2": record}))
    assert [f.recorded for f in found.findings if f.is_erratum] == [stands]
    assert bool(found.refuted) is not stands


@pytest.mark.parametrize("printed", ["2/4", "2 / 4", "4/2", "6/3/1"])
def test_a_quotient_is_reported_as_it_is_printed(judged: Judge, printed: str) -> None:
    (line,) = judged(
        "equations: [y = x^2]\nvalues: {x: 0.3}", (f"y = {printed}", {printed: "0.09"})
    )
    assert [f.printed for f in line.findings] == [printed.replace(" ", "")]
    assert not line.refuted
    assert line.findings[0].recorded


@pytest.mark.parametrize("printed", ["1/0.1", "exp(2.9)", "exp(2.89)"])
def test_a_calculation_that_rounded_decimals_may_bring_to_its_number_is_not_wrong(
    judged: Judge, printed: str
) -> None:
    # 0.1 may stand for 0.0556, and 1/0.0556 is 18
    (line,) = judged("equations: [y = x - 1]\nvalues: {x: 19}", f"y = {printed} = 18")
    assert verdicts(line) == ["unchecked", "correct"]


@pytest.mark.parametrize(
    "printed",
    [
        "10^2.3",  # 10^2.34 is 218.8
        "1/10^-2.3",
        "0.5*10^2.6",
        "9e1*tanh(2) + 131",  # 91*tanh(2) + 131 is 218.7, and 9e1 may stand for 91
        "9E1*tanh(2) + 131",
        "219 + leaky_relu(-3, 0.1)",
        "219 + elu(-9, 0.3)",
    ],
)
def test_no_decimal_is_taken_as_exact_wherever_it_stands(judged: Judge, printed: str) -> None:
    (line,) = judged("equations: [y = exp(x)]\nvalues: {x: 5.388}", f"y = {printed} = 218.8")
    assert verdicts(line) == ["unchecked", "correct"]


@pytest.mark.parametrize(
    "printed", ["10^2.2", "9e1*tanh(2) + 140", "220 + leaky_relu(-2, 0.1)", "6^3*tanh(9)", "e^5.2"]
)
def test_what_no_rounding_explains_is_wrong(judged: Judge, printed: str) -> None:
    (line,) = judged("equations: [y = exp(x)]\nvalues: {x: 5.388}", f"y = {printed} = 218.8")
    assert verdicts(line)[0] == "wrong"


def test_a_calculation_may_be_cut_off_at_its_number(judged: Judge) -> None:
    scenario = "equations: [y = x*w]\nvalues: {x: 2, w: 0.333}"
    cut_off, wrong, beyond = judged(
        scenario, "y = 2/3 + 0*1 = 0.66", "y = 2/3 + 0*1 = 0.65", "y = 2/3 + 0*1 = 0.68"
    )
    assert verdicts(cut_off) == ["unchecked", "truncated"]
    assert verdicts(wrong)[0] == verdicts(beyond)[0] == "wrong"


def test_a_record_stands_for_every_place_of_its_text_where_it_is_right(judged: Judge) -> None:
    (line,) = judged(ONE_NEURON, ("da/dz = a*(1 - a) = 0.59*(1 - 0.59) = 0.25", {"0.59": "0.56"}))
    assert [f.recorded for f in line.findings if f.kind == "operand"] == [True, True]
    assert not line.refuted


def test_one_text_wrong_in_two_ways_needs_two_records(judged: Judge) -> None:
    scenario = "equations: [y = u*v]\nvalues: {u: 0.3, v: 0.4}"
    line = "y = u*v = 0.5*0.5 = 0.12"
    (one,) = judged(scenario, (line, {"0.5": "0.3"}))
    assert [f.recorded for f in one.findings if f.is_erratum] == [True, False]
    assert not one.refuted


def test_an_unrecorded_erratum_beside_a_recorded_one_stays_unrecorded(judged: Judge) -> None:
    (line,) = judged(TWO_NEURONS, (
        "dL/dw2 = dL/da3*da3/dz3*dz3/dw2 = (-0.875)*0.235*0.5 = -0.103", {"0.5": "0.562"},
    ))  # fmt: skip
    errata = {finding.printed: finding.recorded for finding in line.findings if finding.is_erratum}
    assert errata == {"0.235": False, "0.5": True, "-0.103": False}


# The table is complete


def test_every_verdict_has_an_example_here(judged: Judge) -> None:
    lines = judged(
        TWO_NEURONS,
        "a2 = 0.56", "L = 0.3824", "z3 = w2*a2 + b2 = 0.2*0.6 + 0.4 = 0.52", "a2 = 0.57", "a2 = 0.6",
        "a2 = 0.9", "z2 = w1*x = 0.3*0.5 = 0.15", "a2 = w1/(x - x) = 0.56", "z2 = w1*x + b1",
    )  # fmt: skip
    found = {verdict for line in lines for verdict in verdicts(line)}
    (kink,) = judged("equations: [y = relu(x)]\nvalues: {x: 0}", "dy/dx = 1")
    (nothing,) = judged("equations: [y = 1/x]\nvalues: {x: 0}", "y = 1")
    found |= {*verdicts(kink), *verdicts(nothing)}
    assert found >= {*NUMBER_VERDICTS, *FORMULA_VERDICTS}


def test_long_lines_are_judged_in_seconds(judged: Judge) -> None:
    scenario = f"equations: [y = {'*'.join(['x'] * 60)}]\nvalues: {{x: 0.5}}"
    start = time.process_time()
    (line,) = judged(scenario, f"y = {'*'.join(['0.5'] * 40)} = 0.0")
    assert number(line).verdict == "correct"
    assert time.process_time() - start < 5


@pytest.mark.parametrize("free", [False, True], ids=["given", "free"])
@pytest.mark.parametrize(("count", "factors"), [(40, 80), (60, 200), (3, 200)])
def test_long_lines_of_different_numbers_are_judged_in_seconds(
    judged: Judge, count: int, factors: int, free: bool
) -> None:
    names = [f"v{k}" for k in range(factors)]
    given = ", ".join(f"{name}: 1.{k + 1:03d}" for k, name in enumerate(names))
    stated = f"free: [{', '.join(names)}]" if free else f"values: {{{given}}}"
    calculation = "*".join(f"1.{7 * k + 3:03d}" for k in range(count))
    start = time.process_time()
    (line,) = judged(f"equations: ['y = {'*'.join(names)}']\n{stated}", f"y = {calculation} = 3.0")
    assert time.process_time() - start < 5
    assert len(line.findings) == (2 if count == 60 else count + 1)


def test_a_glance_tells_what_is_sure(judged: Judge, tmp_path: Path) -> None:
    scenario = """
    equations: [h = tanh(W @ x), "y = w*x[0]", "z = sqrt(x[0])^2/16"]
    values: {W: [[0.1, 0.2]], x: [2, 1], w: 0.26}
    free: [c, d]
    """
    judged(scenario, "y = 0.52", "h[0] = c", "z = d")
    (chapter,) = read_fixture(tmp_path / "fixture.yaml").chapters
    glance = Glance(Values(Oracle(chapter.scenario)))

    def told(number: str, part: str, stated: bool = False) -> str:
        printed, names = signed_number(parse_expression(number)), ("h", "y", "z", "w", "x", "c")
        assert printed is not None
        return glance.at(
            printed, chapter.scenario.binder.bind(parse_expression(part, names)), stated
        )

    assert [told(number, "y") for number in ("0.5", "0.52", "0.6", "0.7")] == [
        "right", "right", "unclear", "apart",
    ]  # fmt: skip
    assert [told(number, "w", True) for number in ("0.3", "0.26", "0.260")] == [
        "apart", "unclear", "unclear",
    ]  # fmt: skip
    assert told("0.3", "h") == told("0.3", "2*h") == "array"
    assert told("0.3", "c*y") == told("0.3", "y/c") == "free"
    assert told("0.12", "z") == told("0.3", "y/(w - w)") == told("0.5", "0*c") == "unclear"
