"""The activations f: out = f(net), and the Jacobian of f.

net and out are matrices (m, N): m units, N samples, a column each. A Jacobian stands here in one of
two shapes:

- (m, N) for an f that takes each element by itself. Only the diagonal of its Jacobian is not 0, and
  the diagonal is f'(net). Transposed or not, it is multiplied by element by element.
- (m, m, N) for softmax, where every unit has its part in every other: J[k, j] is dout_k/dnet_j.

Where f has a kink, at net = 0, the slope from below is taken: 0 for relu.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from harness.scenario.task import Layer, Unsupported

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Activation:
    """f, and its Jacobian in terms of net and of out = f(net)."""

    f: Callable[[Matrix], Matrix]
    jacobian: Callable[[Matrix, Matrix], Matrix]


def sigmoid(z: Matrix) -> Matrix:
    """σ(z) = 1 / (1 + e^-z); σ' = σ (1 - σ)."""
    return 1 / (1 + np.exp(-z))


def softplus(z: Matrix) -> Matrix:
    """log(1 + e^z), whose slope is σ(z).

    It is z + log(1 + e^-z) too; the form with the smaller power does not overflow.
    """
    return np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))


def silu_slope(z: Matrix, out: Matrix) -> Matrix:
    """z σ(z) is a product: σ + z σ (1 - σ)."""
    s = sigmoid(z)
    return s + z * s * (1 - s)


def normal(z: Matrix) -> Matrix:
    """Φ(z) = 1/2 (1 + erf(z/√2)), how much of the normal distribution lies below z.

    1 + erf(x) is erfc(-x), and that keeps its digits where erf(x) is close to -1. numpy has
    neither, so each element goes through ``math`` by itself.
    """
    below = [0.5 * math.erfc(-x / math.sqrt(2)) for x in z.ravel().tolist()]
    return np.array(below).reshape(z.shape)


def gelu_slope(z: Matrix, out: Matrix) -> Matrix:
    """z Φ(z) is a product: Φ + z Φ', where Φ' is the bell curve e^(-z^2/2) / √(2π)."""
    return normal(z) + z * np.exp(-0.5 * z * z) / math.sqrt(2 * math.pi)


#: gelu_tanh is z/2 (1 + tanh u) with u = √(2/π) (z + 0.044715 z^3).
CUBE = 0.044715


def bent(z: Matrix) -> Matrix:
    """σ(2u), which is 1/2 (1 + tanh u): so gelu_tanh is z σ(2u), as silu is z σ(z)."""
    return sigmoid(2 * math.sqrt(2 / math.pi) * (z + CUBE * z * z * z))


def gelu_tanh_slope(z: Matrix, out: Matrix) -> Matrix:
    """z σ(2u) is a product: σ + z σ (1 - σ) 2u', with u' = √(2/π) (1 + 3 * 0.044715 z^2)."""
    s = bent(z)
    return s + z * s * (1 - s) * (2 * math.sqrt(2 / math.pi) * (1 + 3 * CUBE * z * z))


def leaky_relu(c: float) -> Activation:
    """z above zero and c z below it; the slope is 1 above and c below."""
    return Activation(
        lambda z: np.where(z <= 0, c * z, z),
        lambda z, out: np.where(z <= 0, c, 1.0),
    )


def elu(c: float) -> Activation:
    """z above zero and c (e^z - 1) below it; the slope is 1 above and c e^z below."""
    return Activation(
        lambda z: np.where(z <= 0, c * np.expm1(z), z),
        lambda z, out: np.where(z <= 0, c * np.exp(z), 1.0),
    )


def powers(z: Matrix) -> Matrix:
    """e^(z_j - z_k) for every two units j, k of a column, at [k, j]; 0 for a unit with itself.

    Shape (m, m, N). One that overflows makes 1 / (1 + inf) = 0 of s_k, as it should.
    """
    found: Matrix = np.exp(z[None, :, :] - z[:, None, :])
    own = np.arange(len(z))
    found[own, own] = 0
    return found


def softmax(z: Matrix) -> Matrix:
    """s_k = e^z_k / Σ_j e^z_j in each column, divided through by e^z_k."""
    s: Matrix = 1 / (1 + powers(z).sum(axis=1))
    return s


def softmax_jacobian(z: Matrix, s: Matrix) -> Matrix:
    """diag(s) - s s^T for each column: ds_k/dz_j = -s_k s_j, and ds_k/dz_k = s_k (1 - s_k).

    As all s add up to 1, 1 - s_k is the sum of the others, which keeps the digits that the
    difference loses where s_k is close to 1.
    """
    own = np.arange(len(s))
    jacobian = -s[:, None, :] * s[None, :, :]
    jacobian[own, own] = 0
    jacobian[own, own] = -jacobian.sum(axis=1)
    return jacobian


ACTIVATIONS: Mapping[str, Activation] = {
    "identity": Activation(lambda z: z, lambda z, out: np.ones_like(z)),
    "sigmoid": Activation(sigmoid, lambda z, out: out * (1 - out)),
    "tanh": Activation(np.tanh, lambda z, out: 1 - out * out),
    "relu": Activation(lambda z: np.maximum(z, 0), lambda z, out: np.where(z <= 0, 0.0, 1.0)),
    "softplus": Activation(softplus, lambda z, out: sigmoid(z)),
    "silu": Activation(lambda z: z * sigmoid(z), silu_slope),
    "gelu": Activation(lambda z: z * normal(z), gelu_slope),
    "gelu_tanh": Activation(lambda z: z * bent(z), gelu_tanh_slope),
    "arctan": Activation(np.arctan, lambda z, out: 1 / (1 + z * z)),
    "softmax": Activation(softmax, softmax_jacobian),
}
#: Those that have a constant besides.
WITH_CONSTANT: Mapping[str, Callable[[float], Activation]] = {"leaky_relu": leaky_relu, "elu": elu}


def activation_of(layer: Layer, values: Mapping[str, float]) -> Activation:
    """The activation of a layer; ``values`` holds the constant that it may have."""
    if layer.activation in WITH_CONSTANT and layer.setting is not None:
        return WITH_CONSTANT[layer.activation](values[layer.setting])
    if layer.activation not in ACTIVATIONS:
        raise Unsupported(f"has no activation {layer.activation!r}")
    return ACTIVATIONS[layer.activation]
