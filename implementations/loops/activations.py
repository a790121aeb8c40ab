"""The activations: out = f(net), and the derivative f'(net) of each.

An activation is a pair of functions. The first computes out from net; the second computes the
derivative from net and out both, for it is often shortest in terms of out. Where f has a kink, at
net = 0, the derivative is taken from below. ``softmax`` is apart from the others: each of its outs
depends on all nets of the layer.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from implementations.loops.floats import exp

#: f(net), and f'(net) from net and out = f(net).
Activation = tuple[Callable[[float], float], Callable[[float, float], float]]


def sigmoid(net: float) -> float:
    """1 / (1 + e^-net); its derivative is out (1 - out)."""
    if net < 0:  # the same fraction times e^net: e^-net would overflow far below zero
        small = math.exp(net)
        return small / (1.0 + small)
    return 1.0 / (1.0 + math.exp(-net))


def relu(net: float) -> float:
    """The larger of 0 and net; its derivative is 1 above zero, and 0 below."""
    return 0.0 if net <= 0 else net  # not-a-number stays what it is


def softplus(net: float) -> float:
    """log(1 + e^net); its derivative is sigmoid(net)."""
    # log(1 + e^net) = net + log(1 + e^-net): of the two, the one that cannot overflow.
    return max(net, 0.0) + math.log1p(math.exp(-abs(net)))


def silu(net: float) -> float:
    """net s with s = sigmoid(net)."""
    return net * sigmoid(net)


def silu_slope(net: float, out: float) -> float:
    """s + net s (1 - s), by the product rule."""
    s = sigmoid(net)
    return s + net * s * (1.0 - s)


def normal(net: float) -> float:
    """The probability that a number drawn from the standard normal distribution is below net:
    1/2 (1 + erf(net/√2)) = 1/2 erfc(-net/√2)."""
    return 0.5 * math.erfc(-net / math.sqrt(2.0))


def gelu(net: float) -> float:
    """net Φ with Φ = normal(net)."""
    return net * normal(net)


def gelu_slope(net: float, out: float) -> float:
    """Φ + net φ, where φ = e^(-net^2/2) / √(2π) is the density, the derivative of Φ."""
    return normal(net) + net * math.exp(-0.5 * net * net) / math.sqrt(2.0 * math.pi)


def bend(net: float) -> float:
    """T = tanh(√(2/π) (net + 0.044715 net^3)), for gelu_tanh."""
    return math.tanh(math.sqrt(2.0 / math.pi) * (net + 0.044715 * net * net * net))


def gelu_tanh(net: float) -> float:
    """net/2 (1 + T) with T = bend(net): close to gelu."""
    return 0.5 * net * (1.0 + bend(net))


def gelu_tanh_slope(net: float, out: float) -> float:
    """1/2 (1 + T) + net/2 T', where T' = (1 - T^2) √(2/π) (1 + 3 * 0.044715 net^2)."""
    t = bend(net)
    if t * t == 1.0:  # far from zero, where net^2 may overflow
        return 0.5 * (1.0 + t)
    steepness = math.sqrt(2.0 / math.pi) * (1.0 + 3.0 * 0.044715 * net * net)
    return 0.5 * (1.0 + t) + 0.5 * net * (1.0 - t * t) * steepness


def leaky_relu(c: float) -> Activation:
    """net above zero, c net below; the derivative is 1 or c."""
    return (
        lambda net: c * net if net <= 0 else net,
        lambda net, out: c if net <= 0 else 1.0,
    )


def elu(c: float) -> Activation:
    """net above zero, c (e^net - 1) below; the derivative is 1 or c e^net."""
    return (
        lambda net: c * math.expm1(net) if net <= 0 else net,
        lambda net, out: c * math.exp(net) if net <= 0 else 1.0,
    )


#: The activations of one number.
ACTIVATIONS: dict[str, Activation] = {
    "identity": (lambda net: net, lambda net, out: 1.0),
    "sigmoid": (sigmoid, lambda net, out: out * (1.0 - out)),
    "tanh": (math.tanh, lambda net, out: 1.0 - out * out),
    "arctan": (math.atan, lambda net, out: 1.0 / (1.0 + net * net)),
    "relu": (relu, lambda net, out: 0.0 if net <= 0 else 1.0),
    "softplus": (softplus, lambda net, out: sigmoid(net)),
    "silu": (silu, silu_slope),
    "gelu": (gelu, gelu_slope),
    "gelu_tanh": (gelu_tanh, gelu_tanh_slope),
}
#: Those that have a constant c besides.
ACTIVATIONS_WITH_CONSTANT: dict[str, Callable[[float], Activation]] = {
    "leaky_relu": leaky_relu,
    "elu": elu,
}


def others(nets: list[float], k: int) -> float:
    """The sum of e^(net_j - net_k) over all units j but k."""
    return sum(exp(net - nets[k]) for j, net in enumerate(nets) if j != k)


def softmax(nets: list[float]) -> list[float]:
    """out_k = e^net_k / sum of e^net_j over all j.

    We divide top and bottom by e^net_k, which leaves nothing that could become inf/inf::

        out_k = 1 / (1 + sum of e^(net_j - net_k) over j ≠ k)
    """
    return [1.0 / (1.0 + others(nets, k)) for k in range(len(nets))]


def through_softmax(outs: list[float], by_out: list[float]) -> list[float]:
    """dY/dnet_j of all units j, from dY/dout_k of all units k.

    A net raises its own out and lowers all others::

        dout_j/dnet_j =  out_j (1 - out_j)  =  out_j * (sum of out_k over k ≠ j)
        dout_k/dnet_j = -out_k out_j        for k ≠ j

    so that the chain rule, a sum over all outs, comes to::

        dY/dnet_j = out_j * (sum of out_k (dY/dout_j - dY/dout_k) over k ≠ j)
    """
    units = range(len(outs))
    return [
        outs[j] * sum(outs[k] * (by_out[j] - by_out[k]) for k in units if k != j) for j in units
    ]
