"""What a step, a layer or a loss is called, and the function of PyTorch that it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial, reduce
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

#: Several tensors to one, all of the same shape.
Function = Callable[..., Tensor]


def together(operands: Sequence[Tensor]) -> Tensor:
    """Several tensors as one, along a new first axis."""
    alike: Sequence[Tensor] = torch.broadcast_tensors(*operands)  # type: ignore[no-untyped-call]  # PyTorch has no types for it
    return torch.stack(list(alike))


class Expm1(torch.autograd.Function):
    """e^x - 1 with the slope e^x; PyTorch has expm1(x) + 1, which loses its digits below 0."""

    @staticmethod
    def forward(context: Any, x: Tensor) -> Tensor:
        """The value; the slope needs x."""
        context.save_for_backward(x)
        return torch.expm1(x)

    @staticmethod
    def backward(context: Any, adjoint: Tensor) -> Tensor:
        """The adjoint of x from that of the result."""
        (x,) = context.saved_tensors
        return adjoint * torch.exp(x)


def expm1(x: Tensor) -> Tensor:
    """e^x - 1."""
    result: Tensor = Expm1.apply(x)  # type: ignore[no-untyped-call]  # PyTorch has no types for it
    return result


OPERATIONS: dict[str, Function] = {
    "add": lambda *terms: reduce(torch.add, terms),
    "subtract": torch.sub,
    "multiply": torch.mul,
    "divide": torch.div,
    "negate": torch.neg,
    "power": torch.pow,
    "exp": torch.exp,
    "log": torch.log,
    "sqrt": torch.sqrt,
    "abs": torch.abs,
    "sin": torch.sin,
    "cos": torch.cos,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "relu": torch.relu,
    "expm1": expm1,
    "log1p": torch.log1p,
    "tan": torch.tan,
    "arctan": torch.arctan,
    "sinh": torch.sinh,
    "cosh": torch.cosh,
    "erf": torch.erf,
    # Above its threshold softplus is cut short to x: at the usual 20 that is 2e-9 off.
    "softplus": partial(functional.softplus, threshold=50),
    "silu": functional.silu,
    "gelu": functional.gelu,
    "gelu_tanh": partial(functional.gelu, approximate="tanh"),
    "leaky_relu": functional.leaky_relu,
    "elu": functional.elu,
    "max": lambda *operands: together(operands).max(dim=0).values,
    "min": lambda *operands: together(operands).min(dim=0).values,
}


def activation(name: str, setting: float | None) -> Callable[[Tensor], Tensor]:
    """A layer's activation, of a vector or of a matrix with one row a sample."""
    if name == "identity":
        return lambda net: net
    function = OPERATIONS[name]
    return function if setting is None else lambda net: function(net, setting)


def binary_cross_entropy(out: Tensor, target: Tensor) -> Tensor:
    """PyTorch's own, but where that is cut short: logarithms at -100, slopes at 1e12."""
    if bool((out * (1 - out) > 1e-12).all()):
        return functional.binary_cross_entropy(out, target, reduction="none")
    return -(target * torch.log(out) + (1 - target) * torch.log(1 - out))


#: The losses of all outputs, from the outputs and the targets: shape (…, outputs) all three.
TERMS: dict[str, Function] = {
    "half squared error": lambda o, t: 0.5 * functional.mse_loss(o, t, reduction="none"),
    "squared error": partial(functional.mse_loss, reduction="none"),
    "absolute error": partial(functional.l1_loss, reduction="none"),
    "huber": partial(functional.huber_loss, reduction="none"),
    "cross-entropy": lambda o, t: -t * torch.log(o),
    "binary cross-entropy": binary_cross_entropy,
}
