"""Forward mode with one small object a value, a NumPy vector of tangents in each."""

from __future__ import annotations

import math

import numpy as np

from benchmarks.plain.numbers import B1, B2, INPUTS, RATE, TARGETS, W1, W2


class Dual:
    def __init__(self, value: float, tangent: np.ndarray) -> None:
        self.value, self.tangent = value, tangent

    def __add__(self, other: Dual | float) -> Dual:
        if isinstance(other, Dual):
            return Dual(self.value + other.value, self.tangent + other.tangent)
        return Dual(self.value + other, self.tangent)

    def __mul__(self, other: Dual | float) -> Dual:
        if isinstance(other, Dual):
            tangent = self.value * other.tangent + other.value * self.tangent
            return Dual(self.value * other.value, tangent)
        return Dual(self.value * other, other * self.tangent)

    def sigmoid(self) -> Dual:
        out = 1 / (1 + math.exp(-self.value))
        return Dual(out, out * (1 - out) * self.tangent)


def _loss(weights: np.ndarray) -> Dual:
    duals = [Dual(w, e) for w, e in zip(weights, np.eye(len(weights)), strict=True)]
    a, b, c, d, e, f, g, h = duals
    h1 = (a * INPUTS[0] + b * INPUTS[1] + B1).sigmoid()
    h2 = (c * INPUTS[0] + d * INPUTS[1] + B1).sigmoid()
    o1 = (e * h1 + f * h2 + B2).sigmoid() + -TARGETS[0]
    o2 = (g * h1 + h * h2 + B2).sigmoid() + -TARGETS[1]
    return (o1 * o1 + o2 * o2) * 0.5


def train(updates: int) -> float:
    weights = np.array([w for row in W1 + W2 for w in row])
    for _ in range(updates):
        weights = weights - RATE * _loss(weights).tangent
    return float(_loss(weights).value)
