"""The losses: L from the targets t and the outputs o, and the derivatives of L.

t, o and L are matrices (m, N): m outputs, N samples, a column each. L_k is the loss of output k in
a sample. Its derivative by its target has the shape (m, N). Its derivative by the outputs has the
shape (m, N) too where L_k depends on o_k only, so that the Jacobian is diagonal; and (m, m, N) where
all outputs of the sample have their part in it, [k, j] being dL_k/do_j.

With the error e = t - o::

                             L_k                            dL_k/do_k
    half squared error       1/2 e^2                        -e
    squared error            e^2                            -2 e
    absolute error           |e|                            -sign(e)
    huber                    1/2 e^2 up to |e| = d,         -e,
                             d (|e| - d/2) beyond           -d sign(e)
    cross-entropy            -t log o                       -t/o
    binary cross-entropy     -t log o - (1 - t) log(1 - o)  -t/o + (1 - t)/(1 - o)
    softmax cross-entropy    -t log s, s = softmax(o)       -t (1 - s_k), by another o_j: t s_j

As e depends on t and on o with opposite signs, dL/dt is -dL/do for those above the line of logs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from harness.scenario.task import Loss, Unsupported
from implementations.numpy_matrices.activations import Matrix, powers, softmax

Function = Callable[[Matrix, Matrix], Matrix]


@dataclass(frozen=True)
class Losses:
    """L, its Jacobian by the outputs, and its derivative by the targets, of t and o each."""

    value: Function
    by_out: Function
    by_target: Function


def of_error(value: Callable[[Matrix], Matrix], slope: Callable[[Matrix], Matrix]) -> Losses:
    """A loss that depends on the error e = t - o alone: de/do = -1, de/dt = 1."""
    return Losses(
        lambda t, o: value(t - o),
        lambda t, o: -slope(t - o),
        lambda t, o: slope(t - o),
    )


def huber(d: float) -> Losses:
    """With m the smaller of |e| and d: 1/2 m^2 + d (|e| - m). The slope is e, held in -d … d."""

    def value(e: Matrix) -> Matrix:
        size = np.abs(e)
        least = np.minimum(size, d)
        return 0.5 * least * least + d * (size - least)

    return of_error(value, lambda e: np.clip(e, -d, d))


def binary_value(t: Matrix, o: Matrix) -> Matrix:
    """-(t log o + (1 - t) log(1 - o))."""
    return -(t * np.log(o) + (1 - t) * np.log(1 - o))


def log_softmax(o: Matrix) -> Matrix:
    """-log s_k = log(1 + Σ_j e^(o_j - o_k)) over the other j, without computing s_k first."""
    less: Matrix = np.log1p(powers(o).sum(axis=1))
    return less


def softmax_by_out(t: Matrix, o: Matrix) -> Matrix:
    """d(-t_k log s_k)/do_j = -t_k/s_k ds_k/do_j = t_k s_j, and -t_k (1 - s_k) for j = k.

    Added up over k, with targets that add up to 1, this is the well-known s - t. As in softmax
    itself, 1 - s_k is the sum of the other s_j.
    """
    s, own = softmax(o), np.arange(len(o))
    jacobian = t[:, None, :] * s[None, :, :]
    jacobian[own, own] = 0
    jacobian[own, own] = -jacobian.sum(axis=1)
    return jacobian


LOSSES: Mapping[str, Losses] = {
    "half squared error": of_error(lambda e: 0.5 * e * e, lambda e: e),
    "squared error": of_error(lambda e: e * e, lambda e: 2 * e),
    "absolute error": of_error(np.abs, np.sign),
    "cross-entropy": Losses(
        lambda t, o: -t * np.log(o),
        lambda t, o: -t / o,
        lambda t, o: -np.log(o),
    ),
    "binary cross-entropy": Losses(
        binary_value,
        lambda t, o: (1 - t) / (1 - o) - t / o,
        lambda t, o: np.log(1 - o) - np.log(o),
    ),
    "softmax cross-entropy": Losses(
        lambda t, o: t * log_softmax(o),
        softmax_by_out,
        lambda t, o: log_softmax(o),
    ),
}


def losses_of(loss: Loss, values: Mapping[str, float]) -> Losses:
    """The loss of a network; ``values`` holds the constant that it may have."""
    if loss.kind == "huber" and loss.setting is not None:
        return huber(values[loss.setting])
    if loss.kind not in LOSSES:
        raise Unsupported(f"has no loss {loss.kind!r}")
    return LOSSES[loss.kind]
