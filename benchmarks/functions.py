"""How far the elementary functions of each library are off, in roundings (half units, relative).

    python -m benchmarks.functions

``harness.oracle.program.FUNCTION_ROUNDINGS`` has to cover the largest of these.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import jax
import numpy as np
import torch
from flint import arb, ctx

from harness.oracle.balls import VALUES

POINTS = 20_000
RANGES = {
    "exp": (-700.0, 700.0), "log": (1e-300, 1e3), "sqrt": (1e-300, 1e3), "sin": (-100.0, 100.0),
    "cos": (-100.0, 100.0), "tanh": (-25.0, 25.0), "sigmoid": (-700.0, 50.0),
}  # fmt: skip


def _libraries(name: str) -> dict[str, Callable[[np.ndarray], np.ndarray]]:
    in_jax = jax.nn.sigmoid if name == "sigmoid" else getattr(jax.numpy, name)
    in_torch = getattr(torch, name)

    def in_math(x: float) -> float:
        return 1 / (1 + math.exp(-x)) if name == "sigmoid" else getattr(math, name)(x)

    return {
        "math": lambda xs: np.array([in_math(float(x)) for x in xs]),
        "numpy": lambda xs: 1 / (1 + np.exp(-xs)) if name == "sigmoid" else getattr(np, name)(xs),
        "torch": lambda xs: in_torch(torch.from_numpy(xs)).numpy(),
        "torch one by one": lambda xs: np.array([float(in_torch(torch.tensor(x))) for x in xs]),
        "jax": lambda xs: np.asarray(jax.jit(in_jax)(xs)),
        "jax one by one": lambda xs: np.array([float(jax.jit(in_jax)(x)) for x in xs]),
    }


def _roundings(name: str, x: float, got: float) -> float:
    exact = VALUES[name](arb(x))
    if exact == 0:
        return 0.0 if got == 0 else math.inf
    return float(abs((arb(got) - exact) / exact) * arb(2) ** 53)


def main() -> None:
    jax.config.update("jax_enable_x64", True)
    ctx.prec = 128
    source = np.random.default_rng(1)
    for name, (low, high) in RANGES.items():
        wide = source.uniform(low, high, POINTS // 2)
        near = source.uniform(max(low, -2.0), min(high, 2.0), POINTS // 2)
        xs = np.concatenate([wide, near[near > 0] if low > 0 else near])
        for library, function in _libraries(name).items():
            points = xs[:: 1 if "one" not in library else 10]
            errors = [
                _roundings(name, float(x), float(y))
                for x, y in zip(points, function(points), strict=True)
            ]
            worst = int(np.argmax(errors))
            print(f"{name:<8} {library:<17} {max(errors):10.2f} at {points[worst]:.17g}")


if __name__ == "__main__":
    main()
