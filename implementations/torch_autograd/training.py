"""Training, the same for both ways of running a task."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain, compress

import torch
from torch import Tensor

from harness.scenario.task import Task, Unsupported
from implementations.torch_autograd.arrays import given, run_program, vectorises
from implementations.torch_autograd.layers import trains_in_layers
from implementations.torch_autograd.optimizers import optimizer_of
from implementations.torch_autograd.steps import run_steps


def slopes_of(loss: Tensor, leaves: Sequence[Tensor]) -> Sequence[Tensor]:
    """The gradient; 0 throughout where the loss depends on no parameter."""
    if not loss.requires_grad:
        return [torch.zeros_like(leaf) for leaf in leaves]
    return torch.autograd.grad(loss, leaves, allow_unused=True, materialize_grads=True)


class Trainer:
    """Walks from one moment to the next, and keeps the optimizer alive.

    ``state`` holds all values, those that an update changes first: the parameters, then what the
    optimizer keeps of each. ``places`` holds a value as often as it is used: ``places[k] ==
    state[owner[k]]``. The tensors are views of it, one a weight matrix and bias vector, or one for
    all the steps; those with a parameter to train in them are the tape's leaves.
    """

    def __init__(self, task: Task) -> None:
        if task.training is None:
            raise Unsupported("the task asks for values after updates, but has no training")
        self.task, self.training, self.updates = task, task.training, 0
        own = {"parameter#": self.training.parameters}
        own |= {f"{word}#": names for word, names in self.training.optimizer.state.items()}
        changing = list(chain(*own.values()))
        if len(set(changing)) < len(changing):
            raise Unsupported("knows no parameter that is the optimizer's state too")
        self.names = list(dict.fromkeys([*changing, *task.values]))
        self.state = torch.tensor([task.values[name] for name in self.names], dtype=torch.float64)
        alone = [k for k, name in enumerate(self.names) if "[" not in name]
        views = {self.names[k]: self.state[k] for k in alone}
        views |= zip(own, self.state[: len(changing)].view(len(own), -1), strict=True)
        self.optimizer = optimizer_of(task, self.training, views)

        self.layers = trains_in_layers(task)
        used = {*chain(*(step.operands for step in task.steps)), self.training.loss}
        self.scalars = [name for name in self.names if name in used]
        self.arrays = given(task) if vectorises(task) and not self.layers else []
        tensors: Sequence[tuple[Sequence[str], Sequence[int]]]
        if self.layers:
            tensors = self.layers.parameters
        elif self.arrays:
            tensors = [(names, shape) for _, names, shape in self.arrays]
        else:
            tensors = [(self.scalars, [len(self.scalars)])]
        sizes = [len(names) for names, _ in tensors]
        self.owner = self.positions(chain(*(names for names, _ in tensors)))
        self.places = self.state[self.owner]
        parts = torch.split(self.places, sizes)
        self.tensors = [part.view(shape) for part, (_, shape) in zip(parts, tensors, strict=True)]
        parameters = set(self.training.parameters)
        everything = not self.layers and not self.arrays
        trained = [everything or not parameters.isdisjoint(names) for names, _ in tensors]
        self.leaves = [tensor.requires_grad_() for tensor in compress(self.tensors, trained)]
        self.leaf_owner = torch.cat(list(compress(torch.split(self.owner, sizes), trained)))

        anew = list(self.training.given_at(0))
        self.anew = self.positions(anew) if anew else None
        rate = self.training.learning_rate
        steady = rate not in {*self.training.moving, *anew}
        self.steady, self.changing_rate = (task.values[rate] if steady else None), views[rate]
        samples = [self.layers.inputs, self.layers.targets] if self.layers else []
        self.given_places = [self.positions(names).view(shape) for names, shape in samples]
        self.given = [self.state[names] for names in self.given_places]

    def positions(self, names: Iterable[str]) -> Tensor:
        """Where in ``state`` the names stand."""
        position = {name: k for k, name in enumerate(self.names)}
        return torch.tensor([position[name] for name in names], dtype=torch.int64)

    def advance(self, updates: int) -> dict[str, float]:
        """All values after so many updates in all."""
        state, count = self.state, len(self.training.parameters)
        for made in range(self.updates, updates):
            slopes = slopes_of(self.loss(), self.leaves)
            gradient = torch.zeros_like(state)  # to which the slopes by all uses of a value add up
            gradient.index_add_(0, self.leaf_owner, torch.cat([one.flatten() for one in slopes]))
            self.optimizer.step(gradient[:count], self.rate())
            if self.anew is not None:
                self.give(made + 1, self.anew)
            torch.index_select(state, 0, self.owner, out=self.places)
        self.updates = updates
        self.optimizer.show()
        return dict(zip(self.names, state.tolist(), strict=True))

    def loss(self) -> Tensor:
        """The forward pass."""
        if self.layers:
            return self.layers.run(self.tensors, *self.given)
        if self.arrays:
            assert self.task.program is not None
            trace = dict(zip((name for name, _, _ in self.arrays), self.tensors, strict=True))
            return run_program(self.task.program, self.task.values, trace)[self.training.loss]
        start = dict(zip(self.scalars, self.tensors[0].unbind(), strict=True))
        return run_steps(self.task.steps, self.task.values, start)[self.training.loss]

    def rate(self) -> float:
        """The learning rate of the update that comes."""
        return self.steady if self.steady is not None else self.changing_rate.item()

    def give(self, updates: int, places: Tensor) -> None:
        """Put down what is given anew after so many updates."""
        values = list(self.training.given_at(updates).values())
        self.state[places] = torch.tensor(values, dtype=torch.float64)
        self.given = [self.state[names] for names in self.given_places]
