"""Every function of the notation against values entered by hand."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from flint import ctx

from harness.notation import parse_equation
from harness.notation.functions import ARRAY, FUNCTIONS
from harness.oracle import Oracle
from harness.oracle.balls import exact
from harness.reading import read_fixture
from harness.scenario.computation import Equation, compute
from harness.scenario.programs import program_of

#: Expressions over x = 3, v = [1, 2, 4], W = [[1, 2, 3], [4, 5, 6]], and what they are.
VALUES = {
    "sum(v)": "7",
    "mean(v)": "7/3",
    "max(v)": "4",
    "max(x, 2*x, 5)": "6",
    "min(v)": "1",
    "prod(v)": "8",
    "dot(v, v)": "21",
    "square(x)": "9",
    "abs(-x)": "3",
    "relu(-x)": "0",
    "relu(x)": "3",
    "sqrt(x + 1)": "2",
    "x^-2": "1/9",
    "exp(x - 3)": "1",
    "log(x - 2)": "0",
    "log10(100*x/3)": "2",
    "log2(x + 5)": "3",
    "sin(x - 3)": "0",
    "cos(x - 3)": "1",
    "tanh(x - 3)": "0",
    "sigmoid(x - 3)": "1/2",
    "expm1(x - 3)": "0",
    "log1p(x - 3)": "0",
    "tan(x - 3)": "0",
    "arctan(x - 3)": "0",
    "sinh(x - 3)": "0",
    "cosh(x - 3)": "1",
    "erf(x - 3)": "0",
    "softplus(-x) - softplus(x)": "-3",
    "silu(x) - silu(-x)": "3",
    "gelu(x) - gelu(-x)": "3",
    "gelu_tanh(x) - gelu_tanh(-x)": "3",
    "leaky_relu(-x, 0.01)": "-3/100",
    "elu(x, 2)": "3",
    "var(v)": "14/9",
    "norm([x, 4])": "5",
}
#: Arrays, element by element.
ELEMENTS = {
    "h = W @ v": ["17", "38"],
    "h = transpose(W) @ [1, 10]": ["41", "52", "63"],
    "h = outer(v, [1, 10]) @ [1, 1]": ["11", "22", "44"],
    "h = softmax([x, x, x, x])": ["1/4"] * 4,
    "h = 2*v - x": ["-1", "1", "5"],
}
ARRAYS = "W: [[1, 2, 3], [4, 5, 6]], v: [1, 2, 4], x: 3"


def value(folder: Path, equation: str, element: str) -> Fraction:
    path = folder / "f.yaml"
    path.write_text(
        "document: {id: d, title: t}\nscenarios:\n  - id: s\n"
        f"    equations: ['{equation}', 'unused = sum(v) + x + sum(W @ v)']\n"
        f"    values: {{{ARRAYS}}}\n    claims: {{A: ['{element} = 1']}}\n",
        encoding="utf-8",
    )
    chapter = read_fixture(path).chapters[0]
    ball = Oracle(chapter.scenario).at(256).evaluate(chapter.lines[0].subject.bound)
    found = Fraction(float(ball.mid())).limit_denominator(1000)
    with ctx.workprec(256):
        assert ball.contains(exact(found))
    return found


@pytest.mark.parametrize(("expression", "expected"), VALUES.items())
def test_value(expression: str, expected: str, tmp_path: Path) -> None:
    assert value(tmp_path, f"y = {expression}", "y") == Fraction(expected)


@pytest.mark.parametrize(("equation", "expected"), ELEMENTS.items())
def test_elements(equation: str, expected: list[str], tmp_path: Path) -> None:
    found = [value(tmp_path, equation, f"h[{place}]") for place in range(len(expected))]
    assert found == [Fraction(one) for one in expected]


def test_every_function_is_here() -> None:
    """Those of arrays are in tests/test_language.py."""
    text = " ".join([*VALUES, *ELEMENTS])
    assert [name for name in sorted(FUNCTIONS - ARRAY) if f"{name}(" not in text] == []


@pytest.mark.parametrize(
    ("text", "constants"),
    [
        ("1/2*x", {"1/2"}),
        ("0.30 - 0.29 + x", {"1/100"}),
        ("2*(3 + 4)*x", {"14"}),
        ("x*2*3", {"2", "3"}),
        ("x/(1/4)", {"1/4"}),
        ("-(0.5)*x", {"-1/2"}),
        ("1/0*x", {"1", "0"}),
        ("x^(1 + 1)", {"2"}),
        ("tanh(1/2)*x", {"1/2"}),
        ("sum([0.3, x] - [0.29, 2*0.25])", {"3/10", "29/100", "1/2"}),
        ("prod([2, 3, x])", {"2", "3"}),
    ],
)
def test_numbers_are_worked_out_but_not_through_arrays(text: str, constants: set[str]) -> None:
    name, expression = parse_equation(f"y = {text}", {"x": ()})
    equation = Equation(name.name, expression)
    assert set(compute([equation], {"x": ()}).constants) == constants
    told: dict[str, Fraction] = {}
    program_of([equation], {"x": ()}, told)
    assert told.keys() == constants
