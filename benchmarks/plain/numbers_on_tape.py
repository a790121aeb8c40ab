"""Reverse mode with one small object a number, as teaching libraries do it."""

from __future__ import annotations

import math
from collections.abc import Callable

from benchmarks.plain.numbers import B1, B2, INPUTS, RATE, TARGETS, W1, W2


class Number:
    def __init__(self, data: float, parents: tuple[Number, ...] = ()) -> None:
        self.data, self.grad, self.parents = data, 0.0, parents
        self.back: Callable[[], None] = lambda: None

    def __add__(self, other: Number) -> Number:
        out = Number(self.data + other.data, (self, other))

        def back() -> None:
            self.grad += out.grad
            other.grad += out.grad

        out.back = back
        return out

    def __mul__(self, other: Number) -> Number:
        out = Number(self.data * other.data, (self, other))

        def back() -> None:
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad

        out.back = back
        return out

    def sigmoid(self) -> Number:
        out = Number(1 / (1 + math.exp(-self.data)), (self,))

        def back() -> None:
            self.grad += out.data * (1 - out.data) * out.grad

        out.back = back
        return out

    def backward(self) -> None:
        order: list[Number] = []
        seen: set[int] = set()

        def visit(node: Number) -> None:
            if id(node) not in seen:
                seen.add(id(node))
                for parent in node.parents:
                    visit(parent)
                order.append(node)

        visit(self)
        self.grad = 1.0
        for node in reversed(order):
            node.back()


def _loss(w1: list[list[Number]], w2: list[list[Number]]) -> Number:
    layer = [Number(x) for x in INPUTS]
    for rows, bias in ((w1, B1), (w2, B2)):
        nets = [a[0] * layer[0] + a[1] * layer[1] + Number(bias) for a in rows]
        layer = [net.sigmoid() for net in nets]
    off = [out + Number(-target) for out, target in zip(layer, TARGETS, strict=True)]
    return Number(0.5) * (off[0] * off[0] + off[1] * off[1])


def train(updates: int) -> float:
    w1 = [[Number(w) for w in row] for row in W1]
    w2 = [[Number(w) for w in row] for row in W2]
    weights = [w for row in w1 + w2 for w in row]
    for _ in range(updates):
        for w in weights:
            w.grad = 0.0
        _loss(w1, w2).backward()
        for w in weights:
            w.data -= RATE * w.grad
    return _loss(w1, w2).data
