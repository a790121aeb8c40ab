"""The losses: E(t, o) of a target t and an output o, and the derivatives of each.

A loss is a pair of functions of t and o. The first computes E; the second computes dE/dt and
dE/do. An error's absolute value has a kink at 0, where the derivative is taken to be 0. ``softmax
cross-entropy`` is apart from the others: the loss of each output depends on all outputs.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from implementations.loops.activations import others, softmax
from implementations.loops.floats import divide, log

#: E(t, o), and (dE/dt, dE/do).
Loss = tuple[Callable[[float, float], float], Callable[[float, float], tuple[float, float]]]


def half_squared_error(t: float, o: float) -> float:
    """1/2 (t - o)^2; by t it has the derivative t - o, by o the derivative o - t."""
    return 0.5 * (t - o) * (t - o)


def squared_error(t: float, o: float) -> float:
    """(t - o)^2; the derivatives are 2 (t - o) and 2 (o - t)."""
    return (t - o) * (t - o)


def absolute_error(t: float, o: float) -> float:
    """abs(t - o); the derivatives are the signs of t - o and of o - t."""
    return abs(t - o)


def sign(x: float) -> float:
    """1 above zero, -1 below, 0 at zero."""
    return 1.0 if x > 0 else -1.0 if x < 0 else 0.0


def huber(d: float) -> Loss:
    """1/2 e^2 with e = t - o, while abs(e) is up to d; beyond, d (abs(e) - d/2).

    By t it has the derivative e, which beyond d stays d or -d; by o the same with the other sign.
    """

    def loss(t: float, o: float) -> float:
        size = abs(t - o)
        return d * (size - 0.5 * d) if size > d else 0.5 * size * size

    def slopes(t: float, o: float) -> tuple[float, float]:
        e = t - o
        slope = d * sign(e) if abs(e) > d else e
        return slope, -slope

    return loss, slopes


def cross_entropy(t: float, o: float) -> float:
    """-t log o."""
    return -t * log(o)


def cross_entropy_slopes(t: float, o: float) -> tuple[float, float]:
    """-log o, and -t/o."""
    return -log(o), -divide(t, o)


def binary_cross_entropy(t: float, o: float) -> float:
    """-(t log o + (1 - t) log(1 - o))."""
    return -(t * log(o) + (1.0 - t) * log(1.0 - o))


def binary_cross_entropy_slopes(t: float, o: float) -> tuple[float, float]:
    """log(1 - o) - log o, and -t/o + (1 - t)/(1 - o), which is (o - t) / (o (1 - o)).

    After a sigmoid, whose derivative is o (1 - o), the latter leaves dE/dnet = o - t.
    """
    return log(1.0 - o) - log(o), divide(o - t, o * (1.0 - o))


#: The losses that look at one output.
LOSSES: dict[str, Loss] = {
    "half squared error": (half_squared_error, lambda t, o: (t - o, o - t)),
    "squared error": (squared_error, lambda t, o: (2.0 * (t - o), 2.0 * (o - t))),
    "absolute error": (absolute_error, lambda t, o: (sign(t - o), sign(o - t))),
    "cross-entropy": (cross_entropy, cross_entropy_slopes),
    "binary cross-entropy": (binary_cross_entropy, binary_cross_entropy_slopes),
}
#: Those that have a constant besides.
LOSSES_WITH_CONSTANT: dict[str, Callable[[float], Loss]] = {"huber": huber}


def surprises(outs: list[float]) -> list[float]:
    """-log s_k for every output k, with s = softmax(outs); E_k = -t_k log s_k is t_k times that.

    As 1/s_k = 1 + sum of e^(o_j - o_k) over j ≠ k, it is log(1 + that sum), for which there is
    ``log1p``: it loses nothing where the sum is small.
    """
    return [math.log1p(others(outs, k)) for k in range(len(outs))]


def through_surprises(outs: list[float], by_surprise: list[float]) -> list[float]:
    """dY/do_j of all outputs j, from a_k = dY/d(-log s_k) of all k.

    An output makes its own surprise smaller and all others larger::

        d(-log s_j)/do_j = s_j - 1  =  -(sum of s_k over k ≠ j)
        d(-log s_k)/do_j = s_j      for k ≠ j

    so that the chain rule, a sum over all surprises, comes to::

        dY/do_j = sum of (a_k s_j - a_j s_k) over k ≠ j

    For Y = E, where a_k = t_k, and targets that add up to 1, this is s_j - t_j.
    """
    s, units = softmax(outs), range(len(outs))
    return [
        sum(by_surprise[k] * s[j] - by_surprise[j] * s[k] for k in units if k != j) for j in units
    ]
