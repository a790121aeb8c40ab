"""NumPy, with the derivatives by hand."""

from __future__ import annotations

import numpy as np

from benchmarks.plain.numbers import B1, B2, INPUTS, RATE, TARGETS, W1, W2


def train(updates: int) -> float:
    x, t = np.array(INPUTS), np.array(TARGETS)
    w1, w2 = np.array(W1), np.array(W2)
    for _ in range(updates):
        h = 1 / (1 + np.exp(-(w1 @ x + B1)))
        o = 1 / (1 + np.exp(-(w2 @ h + B2)))
        delta_o = (o - t) * o * (1 - o)
        delta_h = (w2.T @ delta_o) * h * (1 - h)
        w2 -= RATE * np.outer(delta_o, h)
        w1 -= RATE * np.outer(delta_h, x)
    h = 1 / (1 + np.exp(-(w1 @ x + B1)))
    o = 1 / (1 + np.exp(-(w2 @ h + B2)))
    return float(0.5 * np.sum((t - o) ** 2))
