"""Straightforward object-oriented Python: neurons in layers in a network."""

from __future__ import annotations

import math

from benchmarks.plain.numbers import B1, B2, INPUTS, RATE, TARGETS, W1, W2


class Neuron:
    def __init__(self, weights: list[float], bias: float) -> None:
        self.weights, self.bias = list(weights), bias
        self.inputs: list[float] = []
        self.output = self.delta = 0.0

    def forward(self, inputs: list[float]) -> float:
        self.inputs = inputs
        net = sum(w * x for w, x in zip(self.weights, inputs, strict=True)) + self.bias
        self.output = 1 / (1 + math.exp(-net))
        return self.output

    def update(self) -> None:
        for k, x in enumerate(self.inputs):
            self.weights[k] -= RATE * self.delta * x


class Layer:
    def __init__(self, rows: list[list[float]], bias: float) -> None:
        self.neurons = [Neuron(row, bias) for row in rows]

    def forward(self, inputs: list[float]) -> list[float]:
        return [neuron.forward(inputs) for neuron in self.neurons]


class Net:
    def __init__(self) -> None:
        self.hidden, self.output = Layer(W1, B1), Layer(W2, B2)

    def loss(self) -> float:
        outputs = self.output.forward(self.hidden.forward(INPUTS))
        return sum(0.5 * (t - o) ** 2 for t, o in zip(TARGETS, outputs, strict=True))

    def step(self) -> float:
        loss = self.loss()
        for neuron, target in zip(self.output.neurons, TARGETS, strict=True):
            o = neuron.output
            neuron.delta = (o - target) * o * (1 - o)
        for k, neuron in enumerate(self.hidden.neurons):
            error = sum(after.delta * after.weights[k] for after in self.output.neurons)
            neuron.delta = error * neuron.output * (1 - neuron.output)
        for neuron in self.output.neurons + self.hidden.neurons:
            neuron.update()
        return loss


def train(updates: int) -> float:
    net = Net()
    for _ in range(updates):
        net.step()
    return net.loss()
