"""PyTorch: a plain training loop over tensors."""

from __future__ import annotations

import torch

from benchmarks.plain.numbers import B1, B2, INPUTS, RATE, TARGETS, W1, W2


def train(updates: int) -> float:
    kind = torch.float64
    x, t = torch.tensor(INPUTS, dtype=kind), torch.tensor(TARGETS, dtype=kind)
    w1 = torch.tensor(W1, dtype=kind, requires_grad=True)
    w2 = torch.tensor(W2, dtype=kind, requires_grad=True)

    def loss() -> torch.Tensor:
        h = torch.sigmoid(w1 @ x + B1)
        o = torch.sigmoid(w2 @ h + B2)
        return 0.5 * ((t - o) ** 2).sum()

    for _ in range(updates):
        w1.grad = w2.grad = None
        loss().backward()
        with torch.no_grad():
            w1 -= RATE * w1.grad
            w2 -= RATE * w2.grad
    return float(loss().detach())
