"""The functions of the notation, under the names that numpy users expect, and their other names."""

from __future__ import annotations

from typing import Final

#: Functions of one number, applied to each element of an array.
ELEMENTWISE: Final = frozenset(
    [
        "exp",
        "log",
        "log10",
        "log2",
        "sqrt",
        "abs",
        "sin",
        "cos",
        "tanh",
        "sigmoid",
        "relu",
        "square",
        "expm1",
        "log1p",
        "tan",
        "arctan",
        "sinh",
        "cosh",
        "erf",
        "softplus",
        "silu",
        "gelu",
        "gelu_tanh",
    ]
)
#: Functions of one number with a constant besides: leaky_relu(z, 0.01), elu(z, 1).
WITH_CONSTANT: Final = frozenset(["leaky_relu", "elu"])
#: Functions that make one number of an array, or of several numbers.
REDUCTIONS: Final = frozenset(["sum", "mean", "max", "min", "prod", "var", "norm"])
#: Functions from an array to an array of the same or another shape.
ARRAY: Final = frozenset(
    [
        "softmax",
        "transpose",
        "outer",
        "dot",
        "concatenate",
        "flatten",
        "correlate",
        "convolve",
        "max_pool",
        "mean_pool",
    ]
)
#: Whole numbers that a function takes by name, as in ``sum(X, axis=0)``.
OPTIONS: Final = {
    **dict.fromkeys([*REDUCTIONS, "softmax", "concatenate"], frozenset(["axis"])),
    **dict.fromkeys(["correlate", "convolve"], frozenset(["pad", "stride"])),
    **dict.fromkeys(["max_pool", "mean_pool"], frozenset(["stride"])),
}

FUNCTIONS: Final = ELEMENTWISE | WITH_CONSTANT | REDUCTIONS | ARRAY

#: Other spellings of the same function.
ALIASES: Final = {
    "σ": "sigmoid",
    "logistic": "sigmoid",
    "ln": "log",
    "ReLU": "relu",
    "Σ": "sum",
    "swish": "silu",
    "SiLU": "silu",
    "GELU": "gelu",
    "ELU": "elu",
    "LeakyReLU": "leaky_relu",
    "atan": "arctan",
    "maximum": "max",
    "minimum": "min",
    "concat": "concatenate",
}

#: Names that stand for a number unless the scenario gives them another meaning.
CONSTANTS: Final = {"e": "e", "pi": "pi", "π": "pi"}

#: How many arguments a function takes, where that is fixed.
ARITY: Final = {
    **dict.fromkeys(ELEMENTWISE, 1),
    **dict.fromkeys(WITH_CONSTANT, 2),
    "softmax": 1,
    "transpose": 1,
    "outer": 2,
    "dot": 2,
    "flatten": 1,
    "correlate": 2,
    "convolve": 2,
    "max_pool": 2,
    "mean_pool": 2,
}


def canonical(name: str) -> str:
    """The function's first name: ``σ`` is ``sigmoid``."""
    return ALIASES.get(name, name)
