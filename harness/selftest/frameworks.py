"""The gradient checkers of PyTorch and JAX, handed a computation with the gradient that it claims."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from harness.selftest.pass_through import Differentiated


@dataclass(frozen=True)
class Framework:
    """A gradient checker: whether it accepts; or why it cannot be run."""

    version: str
    accepts: Callable[[Differentiated], bool] | None
    reason: str = ""


def torch_gradcheck() -> Framework:
    """``torch.autograd.gradcheck`` with its own tolerances."""
    try:
        torch: Any = importlib.import_module("torch")
    except ImportError:
        return Framework("", None, "torch is not installed; pip install 'backproof[torch]'")

    def accepts(one: Differentiated) -> bool:
        class Planted(torch.autograd.Function):  # type: ignore[misc]  # torch is Any, it may be missing
            @staticmethod
            def forward(ctx: Any, values: Any) -> Any:
                ctx.save_for_backward(values)
                return values.new_tensor(one.loss(values.tolist()))

            @staticmethod
            def backward(ctx: Any, outer: Any) -> Any:
                (values,) = ctx.saved_tensors
                return outer * values.new_tensor(one.gradient(values.tolist()))

        start = torch.tensor(one.start, dtype=torch.float64, requires_grad=True)
        try:
            return bool(torch.autograd.gradcheck(Planted.apply, (start,), raise_exception=False))
        except (RuntimeError, ZeroDivisionError):
            return False

    return Framework(f"torch {torch.__version__}", accepts)


def jax_check_grads() -> Framework:
    """``jax.test_util.check_grads`` of first order, reverse mode, in 64 bits."""
    try:
        jax: Any = importlib.import_module("jax")
        test_util: Any = importlib.import_module("jax.test_util")
    except ImportError:
        return Framework("", None, "jax is not installed; pip install 'backproof[jax]'")

    def accepts(one: Differentiated) -> bool:
        number = jax.ShapeDtypeStruct((), np.float64)
        numbers = jax.ShapeDtypeStruct((len(one.start),), np.float64)

        def loss_of(values: Any) -> Any:
            return np.float64(one.loss(values.tolist()))

        def gradient_of(values: Any) -> Any:
            return np.array(one.gradient(values.tolist()))

        def loss(values: Any) -> Any:
            return jax.pure_callback(loss_of, number, values)

        def backward(values: Any, outer: Any) -> Any:
            return (outer * jax.pure_callback(gradient_of, numbers, values),)

        planted = jax.custom_vjp(loss)
        planted.defvjp(lambda values: (loss(values), values), backward)
        try:
            test_util.check_grads(planted, (np.array(one.start),), order=1, modes=["rev"])
        except (AssertionError, ZeroDivisionError, FloatingPointError):
            return False
        return True

    enable_x64 = getattr(jax, "enable_x64", None)
    if enable_x64 is None:  # before jax 0.8
        enable_x64 = importlib.import_module("jax.experimental").enable_x64

    def in_64_bits(one: Differentiated) -> bool:
        with enable_x64(True):
            try:
                return accepts(one)
            finally:
                jax.clear_caches()  # it keeps what it compiled, of every mistake

    return Framework(f"jax {jax.__version__}", in_64_bits)
