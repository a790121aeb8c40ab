"""The bug in the code behind Mazur's article: the hidden layer's gradients use the output
weights that are updated already. Everything before the first update is right."""

from __future__ import annotations

from harness.scenario.task import Quantity, Task, Training
from implementations import loops
from implementations.loops import Unrolled


def descend(task: Task, net: Unrolled, training: Training, value: dict[str, float]) -> None:
    network, rate = task.network, value[training.learning_rate]
    assert network is not None
    output = {weight for row in network.layers[-1].weights for weight in row}
    loops.forward(net, value)
    for early in (True, False):
        gradient = loops.backward(net, value, training.loss)
        for name in training.parameters:
            if (name in output) is early:
                value[name] -= rate * gradient[name]


def run(task: Task) -> dict[Quantity, float]:
    network, training = task.network, task.training
    assert network is not None
    assert training is not None
    net = loops.unroll(network, task.values)
    value = dict(task.values)
    answers = {}
    for moment in range(1 + max(quantity.updates for quantity in task.asked)):
        if moment:
            descend(task, net, training, value)
        asked = tuple(
            Quantity(quantity.of, quantity.by)
            for quantity in task.asked
            if quantity.updates == moment
        )
        values = {name: value[name] for name in task.values}
        found = loops.run(Task(values, task.steps, network, None, asked))
        answers |= {Quantity(q.of, q.by, moment): answer for q, answer in found.items()}
    return answers
