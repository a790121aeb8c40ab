"""Arrays in equations and lines: every function against numpy, what does not fit, what is hostile."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view

from harness.check import check
from harness.fixture import Chapter
from harness.notation.functions import ARRAY, REDUCTIONS, WITH_CONSTANT
from harness.oracle import Oracle
from harness.reading import FixtureError, read_fixture
from harness.verdicts import Finding
from harness.witnesses import load

HEAD = "document: {id: d, title: t}\nscenarios:\n  - id: s\n"
RANDOM = np.random.default_rng(2015)


def dyadic(*shape: int) -> Any:
    """Halves between -4 and 4, none of them 0: every sum and product of few is exact."""
    return RANDOM.integers(1, 9, shape) / 2 * RANDOM.choice([1, -1], shape)


ARRAYS: dict[str, Any] = {
    "A": dyadic(2, 3), "B": dyadic(3, 2), "C": dyadic(2, 1), "v": dyadic(3), "u": dyadic(2),
    "s": np.float64(1.5), "X": dyadic(5, 5), "K": dyadic(2, 2), "k": dyadic(2), "x": dyadic(7),
}  # fmt: skip


# What numpy makes of the same text.


def reduction(of_one: Callable[..., Any]) -> Callable[..., Any]:
    def reduce(*arguments: Any, **options: int) -> Any:
        if len(arguments) == 1:
            return of_one(arguments[0], **options)
        return of_one(np.stack(np.broadcast_arrays(*arguments)), axis=0)

    return reduce


def correlate(x: Any, k: Any, pad: int = 0, stride: int = 1) -> Any:
    windows = sliding_window_view(np.pad(x, pad), k.shape)[(slice(None, None, stride),) * x.ndim]
    return (windows * k).sum(axis=tuple(range(-x.ndim, 0)))


def pool(how: Callable[..., Any]) -> Callable[..., Any]:
    def pooled(x: Any, width: int, stride: int | None = None) -> Any:
        x = np.asarray(x)
        steps = (slice(None, None, stride or width),) * x.ndim
        windows = sliding_window_view(x, (width,) * x.ndim)[steps]
        return how(windows, axis=tuple(range(-x.ndim, 0)))

    return pooled


def softmax(z: Any, axis: int = 0) -> Any:
    z = np.asarray(z)
    powers = np.exp(z - z.max(axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)


NUMPY = {
    **{name: reduction(getattr(np, name)) for name in ("sum", "mean", "max", "min", "prod", "var")},
    "norm": reduction(np.linalg.norm),
    "softmax": softmax,
    "transpose": np.transpose,
    "outer": np.outer,
    "dot": np.dot,
    "concatenate": lambda *arrays, axis=0: np.concatenate(list(map(np.atleast_1d, arrays)), axis),
    "flatten": np.ravel,
    "correlate": correlate,
    "convolve": lambda x, k, **options: correlate(x, np.flip(k), **options),
    "max_pool": pool(np.max),
    "mean_pool": pool(np.mean),
    "leaky_relu": lambda z, slope: np.where(z > 0, z, slope * z),
    "elu": lambda z, factor: np.where(z > 0, z, factor * np.expm1(z)),
    "exp": np.exp,
    "abs": np.abs,
}

EXPRESSIONS = [
    # element by element, and broadcast
    "A + A", "A + v", "v + A", "A - C", "C*A", "A*C*v", "s*A", "A/s", "v/A", "-A", "A^2",
    "2^v", "abs(A)^v", "abs(A)^0.5", "exp(v)", "[u, u] + C", "u - [u, 2*u, 3*u]", "A + [[1], [2]] - 3",
    # products
    "A @ B", "A @ v", "u @ A", "v @ v", "A @ B @ u", "A @ B @ A @ v", "dot(A, B)", "dot(v, v)",
    "dot(A, v)", "outer(u, v)", "outer(v, v) @ v",
    # turned, joined, taken apart
    "A.T", "v.T", "Aᵀ", "Aᵀ @ u", "(A @ B).T", "A.T.T", "transpose(A)", "B @ B.T", "A.T[2]",
    "flatten(A)", "flatten(v)", "flatten(s)", "concatenate(u, v)", "concatenate(u, s, 1)",
    "concatenate(v)", "concatenate(A, A)", "concatenate(A, C, axis=1)", "concatenate(A[0], X[:,1])",
    "[v, 2*v]", "[[s, 1], [2, s]]", "[A, 2*A]",
    # parts
    "v[0]", "A[1]", "A[1,2]", "A[:,1]", "A[0,:]", "A[:]", "v[1:3]", "v[:2]", "v[1:]", "X[1:3,2:]",
    "X[:,4]", "A[:,0:1]", "(A @ v)[0]", "(A @ B)[1,0]", "(A @ B)[:,1]", "[s, 2][1]", "A[0][2]",
    "X[1:4][1,0:2]", "sum(A, axis=0)[1:]",
    # reductions
    *[f"{name}({of})" for name in sorted(REDUCTIONS)
      for of in ("v", "A", "A, axis=0", "A, axis=1", "v, axis=0", "s, 2, s", "v, 2*v, s", "A, v, C")
      if not (name == "norm" and "," in of and "axis" not in of)],
    "norm(A[:,1])", "sum([A, 2*A], axis=2)", "max([A, 2*A], axis=1)", "sum(sum(A, axis=0))",
    "(A - mean(A, axis=0))/(1 + var(A, axis=0))",
    # softmax
    "softmax(v)", "softmax(v, axis=0)", "softmax(A, axis=0)", "softmax(A, axis=1)",
    "softmax([A, 2*A], axis=1)", "softmax(A @ v)",
    # activations with a constant
    "leaky_relu(A, 0.25)", "leaky_relu(s, 1/4)", "elu(A, 0.5)",
    # windows
    "correlate(x, k)", "convolve(x, k)", "correlate(X, K)", "convolve(X, K)", "correlate(X, X)",
    "correlate(x, k, pad=1)", "correlate(x, k, stride=2)", "correlate(x, v, pad=2, stride=3)",
    "convolve(x, v, pad=2)", "correlate(X, K, pad=1)", "convolve(X, K, pad=1, stride=2)",
    "correlate(X, A)", "correlate(X, A, pad=3)", "correlate(X, K, stride=3)",
    "max_pool(x, 2)", "mean_pool(x, 3)", "max_pool(x, 3, stride=1)", "mean_pool(x, 2, stride=5)",
    "max_pool(X, 2)", "mean_pool(X, 2)", "max_pool(X, 3, stride=2)", "mean_pool(X, 2, stride=1)",
    "max_pool(x, 1)", "max_pool([A, 2*A], 2, stride=1)",
]  # fmt: skip


def chapter(folder: Path, text: str) -> Chapter:
    path = folder / "f.yaml"
    path.write_text(text, encoding="utf-8")
    return read_fixture(path).chapters[0]


def fixture(*expressions: str, lines: Sequence[str] = ("1",)) -> str:
    """Each expression as an equation, ``y = …``, ``y1 = …``, with the values that are spoken of, and
    lines about the first of them, the second, …"""
    spoken = " ".join([*expressions, *lines])
    used = [name for name in ARRAYS if re.search(rf"\b{name}ᵀ?\b", spoken)]
    values = ", ".join(f"{name}: {ARRAYS[name].tolist()}" for name in used)
    names = ["y", *(f"y{k}" for k in range(1, len(expressions)))]
    equations = zip(names, expressions, strict=True)
    claims = zip([*names, *["y"] * len(lines)], lines, strict=False)
    return (
        f"{HEAD}    values: {{{values}}}\n    equations:\n"
        + "".join(f"      - '{name} = {text}'\n" for name, text in equations)
        + "    claims:\n      A:\n"
        + "".join(f"        - '{name} = {text}'\n" for name, text in claims)
    )


def numbers(value: Any) -> Any:
    """The middles of balls."""
    return np.vectorize(lambda ball: float(ball.mid()), otypes=[float])(value)


def test_every_function_of_arrays_is_tried() -> None:
    text = " ".join(EXPRESSIONS)
    functions = sorted(REDUCTIONS | ARRAY | WITH_CONSTANT)
    assert [name for name in functions if f"{name}(" not in text] == []


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Chapter:
    """Every expression as an equation, and as a line about it."""
    return chapter(tmp_path_factory.mktemp("all"), fixture(*EXPRESSIONS, lines=EXPRESSIONS))


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_it_is_what_numpy_has(text: str, everything: Chapter) -> None:
    """In an equation, step by step, and in a line, evaluated whole."""
    wanted = np.asarray(eval(text.replace("ᵀ", ".T").replace("^", "**"), NUMPY | ARRAYS))
    run = Oracle(everything.scenario).at(128)
    for part in everything.lines[EXPRESSIONS.index(text)].parts:
        value = numbers(run.evaluate(part.bound))
        assert value.shape == wanted.shape, part.text
        # numpy rounds each of some ten operations; a wrong element or axis is off by 0.1 and more.
        np.testing.assert_allclose(value, wanted, rtol=1e-14, atol=1e-14)


def test_padded_convolution_is_what_numpy_calls_full() -> None:
    x, v = ARRAYS["x"], ARRAYS["v"]
    full = NUMPY["convolve"](x, v, pad=len(v) - 1)
    np.testing.assert_array_equal(full, np.convolve(x, v))


# What does not fit. Columns count within the equation `y = …`, whose expression begins at 5.

MISFITS = {
    "A + B": "5: A + B: 2×3 and 3×2 do not fit together element by element",
    "A*u": "5: A*u: 2×3 and a vector of 2 do not fit together",
    "A/B": "5: A/B: 2×3 and 3×2 do not fit together",
    "A^B": "5: A^B: 3×2 and 2×3 do not fit together",
    "A @ A": "5: A @ A: 2×3 and 2×3 do not fit in a matrix product",
    "2*(A @ u)": "8: A @ u: 2×3 and a vector of 2 do not fit in a matrix product",
    "v @ u": "5: v @ u: a vector of 3 and a vector of 2 do not fit in a matrix product",
    "s @ v": "5: s @ v: a matrix product is of arrays, got a number and a vector of 3",
    "dot(v, u)": "5: dot(v, u): a vector of 3 and a vector of 2 do not fit",
    "Aᵀ @ v": "5: transpose(A) @ v: 3×2 and a vector of 3 do not fit",
    "1 + outer(A, v)": "9: outer takes two vectors, got 2×3 and a vector of 3",
    "outer(s, v)": "5: outer takes two vectors, got a number and a vector of 3",
    "transpose(s)": "5: transpose takes an array, got a number",
    "s.T": "6: transpose takes an array, got a number",
    "softmax(A)": "5: softmax takes a vector, or an array and an axis",
    "softmax(s)": "5: softmax takes a vector, or an array and an axis, as in softmax(X, axis=1); got a number",
    "concatenate(A, B)": "5: 2×3 and 3×2 do not fit one after the other along axis 0",
    "concatenate(A, B, axis=1)": "5: 2×3 and 3×2 do not fit one after the other along axis 1",
    "concatenate(A, v)": "5: 2×3 and a vector of 3 do not fit one after the other",
    "correlate(X, k)": "5: correlate takes two vectors or two matrices, got 5×5 and a vector of 2",
    "convolve(v, s)": "5: convolve takes two vectors or two matrices, got a vector of 3 and a number",
    "correlate(v, x)": "5: a window of a vector of 7 does not fit into a vector of 3",
    "convolve(A, X)": "5: a window of 5×5 does not fit into 2×3",
    "max_pool(x, 8)": "5: a window of a vector of 8 does not fit into a vector of 7",
    "mean_pool(A, 3)": "5: a window of 3×3 does not fit into 2×3",
    "max_pool(x, s)": "5: max_pool takes an array and the width of its window, as in max_pool(x, 2)",
    "max_pool(s, 2)": "5: max_pool takes an array and the width of its window",
    "mean_pool(x, 0)": "5: mean_pool takes an array and the width of its window",
    "mean_pool(x, 1.5)": "5: mean_pool takes an array and the width of its window",
    "leaky_relu(v, s)": "19: the second argument of leaky_relu is a decimal, as in leaky_relu(z, 0.01)",
    "[A, v]": "5: the rows of an array have the same length, got 2×3 and a vector of 3",
    "[[[[[1]]]]]": "5: an array has at most 4 dimensions",
    **{f"{name}(s)": f"5: {name} takes an array or several numbers, got one number"
       for name in sorted(REDUCTIONS)},
    **{f"{name}(A, u)": f"5: {name}(A, u): 2×3 and a vector of 2 do not fit together"
       for name in sorted(REDUCTIONS)},
    # options
    **{f"{name}(A, axis=2)": "5: there is no axis 2: the array is 2×3, and axes count from 0"
       for name in sorted(REDUCTIONS | {"softmax"})},
    "concatenate(A, A, axis=2)": "5: 2×3 and 2×3 do not fit one after the other along axis 2",
    "sum(v, v, axis=0)": "5: with an axis, sum takes one array, got 2",
    "sum(A, axis=0, axis=1)": "20: the option 'axis' stands here twice",
    "sum(A, axes=0)": "12: no option 'axes' here; it takes axis",
    "flatten(A, axis=0)": "16: no option 'axis' here; it takes none",
    "exp(A, axis=0)": "12: no option 'axis' here; it takes none",
    "correlate(x, k, padding=1)": "21: no option 'padding' here; it takes pad, stride",
    "max_pool(x, 2, pad=1)": "20: no option 'pad' here; it takes stride",
    "sum(A, axis=-1)": "17: axis is a whole number from 0, as in axis=1; got '-'",
    "sum(A, axis=s)": "17: axis is a whole number from 0, as in axis=1; got 's'",
    "correlate(x, k, stride=0)": "5: a stride is at least 1",
    "max_pool(x, 2, stride=0)": "5: a stride is at least 1",
    "correlate(x, k, pad=1.5)": "25: pad is a whole number from 0, as in pad=1; got '1.5'",
    # how many arguments
    "correlate(x)": "5: correlate takes 2 arguments, got 1",
    "convolve(x, k, k)": "5: convolve takes 2 arguments, got 3",
    "max_pool(x)": "5: max_pool takes 2 arguments, got 1",
    "mean_pool(x, 2, 2)": "5: mean_pool takes 2 arguments, got 3",
    "flatten(A, v)": "5: flatten takes 1 argument, got 2",
    "outer(v)": "5: outer takes 2 arguments, got 1",
    "softmax(v, v)": "5: softmax takes 1 argument, got 2",
    "concatenate()": "17: expected a number, a name or '(', got ')'",
    # indices
    "v[3]": "5: v[3] does not exist: v is a vector of 3, counted from 0",
    "v[0,0]": "5: v[0,0] does not exist: v is a vector of 3",
    "v[1:4]": "5: v[1:4] does not exist: v is a vector of 3",
    "v[2:2]": "5: v[2:2] does not exist: v is a vector of 3",
    "v[3:]": "5: v[3:] does not exist: v is a vector of 3",
    "A[2]": "5: A[2] does not exist: A is 2×3",
    "A[:,3]": "5: A[:,3] does not exist: A is 2×3",
    "s[0]": "5: s[0] does not exist: s is a number",
    "(A @ v)[2]": "12: (A @ v)[2] does not exist: A @ v is a vector of 2, counted from 0",
    "A[0][3]": "9: A[0][3] does not exist: A[0] is a vector of 3",
    "v[-1]": "7: an index is made of whole numbers from 0, as in W1[0,1]; got '-'",
    "v[1.5]": "7: an index is made of whole numbers from 0, as in W1[0,1]; got '1.5'",
    "v[s]": "7: an index is made of whole numbers from 0, as in W1[0,1]; got 's'",
    "v[0,0,0,0,0]": "6: an index has one number for each dimension, at most 4",
}  # fmt: skip


def problems(folder: Path, text: str) -> list[str]:
    path = folder / "f.yaml"
    path.write_text(text, encoding="utf-8")
    start = time.process_time()
    with pytest.raises(FixtureError) as refused:
        read_fixture(path)
    assert time.process_time() - start < 5
    return [str(problem).removeprefix(f"{path}:") for problem in refused.value.problems]


@pytest.mark.parametrize(("text", "told"), MISFITS.items(), ids=list(MISFITS))
def test_what_does_not_fit_is_refused(text: str, told: str, tmp_path: Path) -> None:
    column, _, message = told.partition(": ")
    (found,) = problems(tmp_path, fixture(text))
    assert found.startswith(f"6:{int(column) + 9}: {message}")


def test_what_does_not_fit_is_refused_in_lines_too_all_at_once(tmp_path: Path) -> None:
    found = problems(tmp_path, fixture("1", lines=list(MISFITS)))
    assert len(found) == len(MISFITS)
    for place, (problem, told) in enumerate(zip(found, MISFITS.values(), strict=True)):
        column, _, message = told.partition(": ")
        assert problem.startswith(f"{place + 9}:{int(column) + 11}: {message}")


ONES = "[" + ", ".join(["1"] * 1000) + "]"
HUGE = {
    "outer(outer(o, o)[0], o)": "outer(o, o) is 1000×1000; an array has at most 200,000 elements",
    "sum(outer(flatten(outer(o, o)), o))": "an array has at most 200,000 elements",
    "sum(o[0:400] + outer(o, o)[0:3])": "an array has at most 200,000 elements",
    f"sum(concatenate({', '.join(['o'] * 2000)}))": "an array has at most 200,000 elements",
    "sum(correlate(o, o, pad=9999))": "all together they hold at most 200,000 elements",
    "sum(max_pool(outer(o[0:300], o[0:300]), 150, stride=1))": "at most 200,000 elements",
    f"max_pool(o, {'9' * 900})": "max_pool takes an array and the width of its window",
    "sum(softmax(o))": "more than 200,000",
    " + ".join(["sum(concatenate(o, o, o, o, o, o, o, o, o, o))"] * 200): "more than",
    f"o{'.T' * 1000}": "nested more than 30 deep",
    f"o{'[0:1]' * 1000}": "nested more than 30 deep",
    f"{'[' * 100}o{']' * 100}": "nested more than 30 deep",
    f"{'-(' * 100}o{')' * 100}": "nested more than 30 deep",
    f"{'exp(' * 100}o{')' * 100}": "nested more than 30 deep",
}


@pytest.mark.parametrize("where", ["equation", "line"])
@pytest.mark.parametrize(("text", "told"), HUGE.items(), ids=[text[:30] for text in HUGE])
def test_hostile_sizes_are_refused_at_once(
    text: str, told: str, where: str, tmp_path: Path
) -> None:
    equations = ["y = sum(o)"] + [f"z = {text}"] * (where == "equation")
    claim = f"y = {text}" if where == "line" else "y = 1"
    listed = "".join(f"      - '{equation}'\n" for equation in equations)
    text = (
        f"{HEAD}    equations:\n{listed}    values: {{o: {ONES}}}\n    claims: {{A: ['{claim}']}}\n"
    )
    (found,) = problems(tmp_path, text)
    assert told in found


@pytest.mark.parametrize("line", ["do/do = 1", "dy/do = y", "sum(dy/do) = 1"])
def test_a_derivative_of_a_thousand_numbers_by_a_thousand_is_refused(
    line: str, tmp_path: Path
) -> None:
    text = f"{HEAD}    equations: [y = 2*o]\n    values: {{o: {ONES}}}\n    claims: {{A: ['{line}']}}\n"
    (found,) = problems(tmp_path, text)
    assert "is 1000×1000; an array has at most 200,000 elements" in found


# Derivatives by arrays, and printed arrays.

LAYER = """
document: {id: d, title: t}
scenarios:
  - id: s
    equations: [out = W @ x, E = 1/2*sum((y - out)^2)]
    values: {W: [[1, 2], [3, 4]], x: [0.5, -1], y: [1, 1]}
    training: {learning_rate: eta = 0.5, update: [W], loss: E}
    claims:
      A:
"""


def judged(folder: Path, *lines: str) -> dict[str, Finding]:
    path = folder / "f.yaml"
    path.write_text(LAYER + "".join(f'        - "{line}"\n' for line in lines), encoding="utf-8")
    report = check([read_fixture(path)], [])
    (document,) = report.documents
    findings = [finding for line in document.lines for finding in line.findings]
    return {f"{one.quantity} = {one.printed}": one for one in findings}


def test_each_element_of_a_printed_array_is_judged(tmp_path: Path) -> None:
    found = judged(tmp_path, "out = [-1.5, -2.50]", "W = [[1, 2], [7, 4]]", "[0.5, 1] = x")
    assert {text: one.verdict for text, one in found.items()} == {
        "out[0] = -1.5": "correct",
        "out[1] = -2.50": "correct",
        "W[0,0] = 1": "correct",
        "W[0,1] = 2": "correct",
        "W[1,0] = 7": "wrong",
        "W[1,1] = 4": "correct",
        "x[0] = 0.5": "correct",
        "x[1] = 1": "wrong",
    }
    assert found["W[1,0] = 7"].should_be == "3"


def test_an_array_is_printed_after_an_update(tmp_path: Path) -> None:
    found = judged(tmp_path, "W@1 = [[1.625, 0.75], [3.875, 2.1]]", "W@1[1] = [3.875, 2.25]")
    wrong = [text for text, one in found.items() if one.verdict != "correct"]
    assert len(found) == 6
    assert wrong == ["W@1[1,1] = 2.1"]


@pytest.mark.parametrize(
    ("line", "verdict"),
    [
        ("dE/dW = outer(out - y, x)", "holds"),
        ("dE/dW = outer(x, out - y)", "false"),
        ("dE/dx = Wᵀ @ (out - y)", "holds"),
        ("dE/dx = W @ (out - y)", "false"),
        ("dE/dout = out - y", "holds"),
        ("dE/dW[:,1] = (out - y)*x[1]", "holds"),
        ("(dE/dW)[0] = (out[0] - y[0])*x", "holds"),
        ("dout/dx = W", "holds"),
        ("dout/dx = W.T", "false"),
        ("dout[0]/dW = [x, 0*x]", "holds"),
        ("dout[0:1]/dx = W[0:1]", "holds"),
        ("dout/dW[1,0] = [0, x[0]]", "holds"),
        ("W@1 = W - eta*dE/dW", "holds"),
        ("W@2 = W@1 - eta*dE/dW@1", "holds"),
        ("W@1 = W - eta*outer(x, out - y)", "false"),
    ],
)
def test_a_derivative_by_an_array_is_an_array(line: str, verdict: str, tmp_path: Path) -> None:
    (finding,) = judged(tmp_path, line).values()
    assert finding.verdict == verdict


def test_each_element_of_a_printed_gradient_is_judged(tmp_path: Path) -> None:
    found = judged(tmp_path, "dE/dW = [[-1.25, 2.5], [-1.75, 3.8]]")
    wrong = {text: one.should_be for text, one in found.items() if one.verdict == "wrong"}
    assert len(found) == 4
    assert wrong == {"dE/dW[1,1] = 3.8": "3.5"}


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("out = [1, 2, 3]", "out is a vector of 2, [1, 2, 3] is a vector of 3"),
        ("out = [[1, 2]]", "out is a vector of 2, [[1, 2]] is 1×2"),
        ("E = [1]", "E is a number, [1] is a vector of 1"),
        ("out = 1", "print an array, or a line for each element, as in h[0] = 0.5"),
        ("out = [1, 1 + 1]", "a calculation is of single numbers, [1, 1 + 1] is a vector of 2"),
        ("dE/dW = [1, 2]", "dE/dW is 2×2, [1, 2] is a vector of 2"),
        ("dE/dW[2,0] = 1", "W[2,0] does not exist: W is 2×2, counted from 0"),
        ("dout[1:3]/dx = W", "out[1:3] does not exist: out is a vector of 2"),
        ("dx/dout = 1", "x is computed before out, so it has no derivative by it"),
        ("dW/dE = 1", "W is computed before E, so it has no derivative by it"),
        ("d/dx(out) = 1", "a derivative is of single numbers, this is a vector of 2"),
    ],
)
def test_what_a_printed_array_may_not_be(line: str, told: str, tmp_path: Path) -> None:
    (found,) = problems(tmp_path, LAYER + f'        - "{line}"\n')
    assert found.startswith("10:")
    assert told in found


def test_an_array_of_three_axes_is_given_as_it_is_printed(tmp_path: Path) -> None:
    path = tmp_path / "f.yaml"
    path.write_text(
        """
document: {id: d, title: t}
scenarios:
  - id: s
    equations: ["L = sum(T[1]*T[0]) + sum(T, axis=2)[0,1]"]
    values: {T: [[[1, 2], [3, 4]], [[5, 6], [7, 8]]]}
    claims: {A: [L = 77, "dL/dT[0,1,0] = 8", "T[1] = [[5, 6], [7, 8]]"]}
""",
        encoding="utf-8",
    )
    report = check([read_fixture(path)], [load("scalar_tape"), load("numpy_duals")])
    assert report.exit_status == 0
    assert report.summary.numbers == {"correct": 6}


def test_a_slope_that_is_a_whole_number_may_stand_within_a_function(tmp_path: Path) -> None:
    file = tmp_path / "abs.yaml"
    file.write_text(
        "document: {id: abs, title: Abs}\n"
        "scenarios:\n  - {id: s, equations: [y = abs(x)], values: {x: 3}, claims: {All: [\"dy/dx = relu(abs'(x)) - relu(-abs'(x)) = 1\"]}}\n",
        encoding="utf-8",
    )
    report = check([read_fixture(file)], [load("scalar_tape")])
    assert report.exit_status == 0
