"""One update: forward pass, backward pass, the optimizer, and what the next update is given."""

from __future__ import annotations

import numpy as np

from harness.scenario.task import Training
from implementations.numpy_matrices.layout import Numbers
from implementations.numpy_matrices.optimizers import rule_of
from implementations.numpy_matrices.passes import backward, forward


class Descent:
    """Trains the parameters among ``value``.

    The learning rate, the optimizer's settings and its state lie in the flat vector like all other
    numbers, and are read from there at each update: any of them may change.
    """

    def __init__(self, training: Training, value: Numbers) -> None:
        place, optimizer = value.layout.place, training.optimizer
        self.training, self.value, self.gradient = training, value, Numbers(value.layout)
        self.loss = place[training.loss]
        self.rate = place[training.learning_rate]
        self.parameters = np.array([place[name] for name in training.parameters])
        self.rule = rule_of(optimizer)
        self.settings = {word: place[name] for word, name in optimizer.settings.items()}
        self.state = {
            word: np.array([place[name] for name in names])
            for word, names in optimizer.state.items()
        }

    def update(self, updates: int) -> None:
        """Change the parameters and the state; ``updates`` counts this one too."""
        value, flat = self.value, self.value.flat
        forward(value)
        backward(value, self.gradient, self.loss)

        p, g = flat[self.parameters], self.gradient.flat[self.parameters]
        settings = {word: flat[place] for word, place in self.settings.items()}
        state = {word: flat[places] for word, places in self.state.items()}
        p = self.rule(p, g, flat[self.rate], settings, state)
        for word, places in self.state.items():
            flat[places] = state[word]
        flat[self.parameters] = p

        for name, number in self.training.given_at(updates).items():
            flat[value.layout.place[name]] = number
