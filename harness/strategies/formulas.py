"""Random formulas of a wanted shape over names that hold numbers, vectors and matrices.

What has a domain is written so that its operand stays within: a logarithm of 1 + z^2, an
exponential of a tanh. What is composed stands in brackets.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from hypothesis import strategies as st

from harness.strategies.numbers import Shape, numbers

#: Names, and the shapes of what they hold.
Names = Mapping[str, Shape]
_Kind = Callable[[st.DrawFn, Names, Shape, int], str]

_FUNCTIONS = (
    "tanh({})", "sigmoid({})", "σ({})", "sin({})", "cos({})", "relu({})", "abs({})", "square({})",
    "softplus({})", "silu({})", "gelu({})", "gelu_tanh({})", "arctan({})", "erf({})",
    "leaky_relu({}, 0.01)", "leaky_relu({}, 0.3)", "elu({}, 1)", "elu({}, 0.5)",
    "exp(tanh({}))", "exp(-abs({}))", "expm1(sin({}))", "tan(tanh({}))", "sinh(tanh({}))",
    "cosh(sin({}))", "log(1 + square({}))", "log10(2 + sin({}))", "log2(1.5 + square({}))",
    "log1p(square({}))", "sqrt(1 + square({}))", "log(softplus({}) + 0.1)", "(-({}))", "({})^2",
    "({})^3", "(1 + square({}))^(-1)", "(2 + sin({}))^(-2)", "(1 + square({}))^0.5",
    "(2 + cos({}))^(-1.5)", "({})^0", "({})^1", "(1/(1 + square({})))", "(({})/3)",
)  # fmt: skip
_TOGETHER = (
    "({} + {})", "({} - {})", "({} * {})", "({} * {})", "({} / (1 + square({})))",
    "({} / (2 + sin({})))", "max({}, {})", "min({}, {})", "({} - 2*({}))",
)  # fmt: skip
_RARELY = st.sampled_from([False] * 7 + [True])
_REDUCTIONS = ("sum", "mean", "max", "min", "prod", "var", "norm")


def formulas(names: Names, shape: Shape, depth: int) -> st.SearchStrategy[str]:
    """A formula of this shape, its functions nested at most this deep."""
    return _formulas(names, shape, depth)


@st.composite
def _formulas(draw: st.DrawFn, names: Names, shape: Shape, depth: int) -> str:
    if depth <= 0:
        return _leaf(draw, names, shape, depth)
    kind = draw(st.sampled_from([*_ANY, *_OF_DIMENSIONS[len(shape)]]))
    return kind(draw, names, shape, depth - 1)


def _leaf(draw: st.DrawFn, names: Names, shape: Shape, depth: int) -> str:
    """A name of this shape, a part of an array, or numbers."""
    choices = [name for name, of in names.items() if of == shape]
    for name, of in names.items():
        if len(of) == len(shape) + 1 and of[1:] == shape:
            choices += [f"{name}[{k}]" for k in range(of[0])]
        elif len(of) == len(shape) > 0 and of[1:] == shape[1:] and of[0] > shape[0]:
            choices.append(f"{name}[0:{shape[0]}]")
            choices.append(f"{name}[{of[0] - shape[0]}:]")
        elif len(of) == 2 and not shape:
            choices += [f"{name}[{i},{j}]" for i in range(of[0]) for j in range(of[1])]
        elif len(of) == 2 and of[0:1] == shape:
            choices += [f"{name}[:,{j}]" for j in range(of[1])]
    if choices and not draw(_RARELY):
        chosen: str = draw(st.sampled_from(choices))
        return chosen
    if not shape:
        return draw(numbers().map(lambda text: f"({text})" if text.startswith("-") else text))
    return _array(draw, names, shape, 0)


def _array(draw: st.DrawFn, names: Names, shape: Shape, depth: int) -> str:
    """An array of formulas."""
    parts = [draw(_formulas(names, shape[1:], min(depth, 1))) for _ in range(shape[0])]
    return f"[{', '.join(parts)}]"


def _function(draw: st.DrawFn, names: Names, shape: Shape, depth: int) -> str:
    return draw(st.sampled_from(_FUNCTIONS)).format(draw(_formulas(names, shape, depth)))


def _together(draw: st.DrawFn, names: Names, shape: Shape, depth: int) -> str:
    """Two formulas element by element, one of them perhaps smaller and spread over the other."""
    other = shape
    if shape:
        smaller = st.sampled_from([(), shape[1:], (1, *shape[1:]), (*shape[:-1], 1)])
        other = draw(st.just(shape) | smaller)
    pair = [draw(_formulas(names, shape, depth)), draw(_formulas(names, other, depth))]
    return draw(st.sampled_from(_TOGETHER)).format(*draw(st.permutations(pair)))


def _sum(draw: st.DrawFn, names: Names, shape: Shape, depth: int) -> str:
    terms = [draw(_formulas(names, shape, depth - 1)) for _ in range(draw(st.integers(2, 4)))]
    return f"({' + '.join(terms)})"


def _reduction(draw: st.DrawFn, names: Names, shape: Shape, depth: int) -> str:
    """One number of a whole array, or a vector of a matrix along an axis."""
    word = draw(st.sampled_from(_REDUCTIONS))
    if shape:
        axis = draw(st.integers(0, len(shape)))
        whole = list(shape)
        whole.insert(axis, draw(st.integers(1, 3)))
        return f"{word}({draw(_formulas(names, tuple(whole), depth))}, axis={axis})"
    of = draw(st.sampled_from(_known(names) or [(2,), (3,), (2, 2)]))
    return f"{word}({draw(_formulas(names, of, depth))})"


def _several(draw: st.DrawFn, names: Names, shape: Shape, depth: int) -> str:
    count = draw(st.integers(2, 3))
    parts = [draw(_formulas(names, shape, depth - 1)) for _ in range(count)]
    return f"{draw(st.sampled_from(_REDUCTIONS[:5]))}({', '.join(parts)})"


def _product(draw: st.DrawFn, names: Names, shape: Shape, depth: int) -> str:
    """A matrix product, vectors being rows on the left and columns on the right."""
    inner = draw(st.integers(1, 3))
    shapes: list[tuple[Shape, Shape]]
    match shape:
        case ():
            shapes = [((inner,), (inner,))]
        case (n,):
            shapes = [((n, inner), (inner,)), ((inner,), (inner, n))]
        case _:
            shapes = [((shape[0], inner), (inner, shape[1]))]
    left, right = draw(st.sampled_from(shapes))
    pair = draw(_formulas(names, left, depth)), draw(_formulas(names, right, depth))
    return f"dot({pair[0]}, {pair[1]})" if draw(st.booleans()) else f"({pair[0]} @ {pair[1]})"


def _outer(draw: st.DrawFn, names: Names, shape: Shape, depth: int) -> str:
    pair = [draw(_formulas(names, (n,), depth)) for n in shape]
    return f"outer({pair[0]}, {pair[1]})"


def _softmax(draw: st.DrawFn, names: Names, shape: Shape, depth: int) -> str:
    body = draw(_formulas(names, shape, depth))
    return (
        f"softmax({body})"
        if len(shape) == 1
        else f"softmax({body}, axis={draw(st.integers(0, 1))})"
    )


def _picked(draw: st.DrawFn, names: Names, shape: Shape, depth: int) -> str:
    """An element or a row of a larger formula."""
    count = draw(st.integers(1, 3))
    body = draw(_formulas(names, (count, *shape), depth))
    if re.fullmatch(r"\w+(\[[0-9,:]*\])?", body):
        body = f"tanh({body})"  # an index after a name in brackets is not read
    return f"({body})[{draw(st.integers(0, count - 1))}]"


def _transposed(draw: st.DrawFn, names: Names, shape: Shape, depth: int) -> str:
    body = draw(_formulas(names, shape[::-1], depth))
    return f"({body}).T" if draw(st.booleans()) else f"transpose({body})"


def _concatenated(draw: st.DrawFn, names: Names, shape: Shape, depth: int) -> str:
    axis = draw(st.integers(0, len(shape) - 1))
    if shape[axis] == 1:
        return _function(draw, names, shape, depth)
    first = draw(st.integers(1, shape[axis] - 1))
    parts = [
        draw(_formulas(names, (*shape[:axis], n, *shape[axis + 1 :]), depth))
        for n in (first, shape[axis] - first)
    ]
    return f"concatenate({', '.join(parts)}, axis={axis})"


def _flattened(draw: st.DrawFn, names: Names, shape: Shape, depth: int) -> str:
    splits = [(n, shape[0] // n) for n in range(1, shape[0] + 1) if shape[0] % n == 0]
    return f"flatten({draw(_formulas(names, draw(st.sampled_from(splits)), depth))})"


def _windows(draw: st.DrawFn, names: Names, shape: Shape, depth: int) -> str:
    """A correlation or a convolution: (x + 2 pad - k) // stride + 1 windows along each dimension."""
    pad, stride, width = draw(st.integers(0, 1)), draw(st.integers(1, 2)), draw(st.integers(1, 3))
    whole = tuple(max((n - 1) * stride + width - 2 * pad, 0) for n in shape)
    if not all(whole):
        pad, whole = 0, tuple((n - 1) * stride + width for n in shape)
    x = draw(_formulas(names, whole, min(depth, 1)))
    kernel = draw(_formulas(names, (width,) * len(shape), min(depth, 1)))
    options = f", pad={pad}" * bool(pad) + f", stride={stride}" * (stride > 1)
    return f"{draw(st.sampled_from(['correlate', 'convolve']))}({x}, {kernel}{options})"


def _pooled(draw: st.DrawFn, names: Names, shape: Shape, depth: int) -> str:
    width = draw(st.integers(1, 2))
    stride = draw(st.integers(1, 2))
    whole = tuple((n - 1) * stride + width for n in shape)
    x = draw(_formulas(names, whole, min(depth, 1)))
    option = f", stride={stride}" * (stride != width)
    return f"{draw(st.sampled_from(['max_pool', 'mean_pool']))}({x}, {width}{option})"


def _known(names: Names) -> list[Shape]:
    return [shape for shape in names.values() if shape]


_ANY: list[_Kind] = [_leaf, _function, _function, _function, _together, _together, _sum, _several]
#: What else there is for numbers, vectors and matrices.
_OF_DIMENSIONS: list[list[_Kind]] = [
    [_reduction, _reduction, _product, _picked],
    [_array, _reduction, _product, _softmax, _picked, _concatenated, _flattened, _windows, _pooled],
    [_array, _product, _outer, _softmax, _transposed, _concatenated, _windows, _pooled],
]
