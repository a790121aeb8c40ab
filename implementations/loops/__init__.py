"""Backpropagation as the chain rule written out by hand: loops over layers, units and weights.

The forward pass goes through the layers from the inputs to the loss. For every unit j, whose
inputs are numbered i::

    net_j  = sum over i of w_ji * in_i  +  b_j
    out_j  = f(net_j)
    E_k    = loss of target_k and out_k, such as 1/2 * (target_k - out_k)^2
    E      = sum over k of E_k

The backward pass goes through the same lines from the last to the first. It keeps one number for
each quantity X, its adjoint dY/dX: how fast Y changes when X does. Y is the quantity that is
differentiated, most often the loss E. Its own adjoint is dY/dY = 1, and the chain rule hands the
adjoint of each result on to whatever the result was computed from::

    dY/dE_k      = dY/dE
    dY/dout_k    = dY/dE_k * dE_k/dout_k                 such as out_k - target_k
    dY/dtarget_k = dY/dE_k * dE_k/dtarget_k              such as target_k - out_k
    dY/dnet_j    = dY/dout_j * f'(net_j)                 also known as the delta of unit j
    dY/db_j      = dY/dnet_j
    dY/dw_ji     = dY/dnet_j * in_i
    dY/din_i     = sum over j of dY/dnet_j * w_ji

A quantity that is used in several places, as a bias shared by two units is, or a weight by all
samples of a batch, or a hidden unit that feeds several others, collects a term from each: that is
why the code says ``+=``.

At last an optimizer changes each parameter by its gradient dE/dp, at its simplest::

    p ← p - eta * dE/dp

``passes`` has the two passes; ``network`` the lists of units that they go through;
``activations``, ``losses`` and ``optimizers`` every f, every loss and every change, with their
derivatives.
"""

from __future__ import annotations

from harness.scenario.task import Quantity, Task, Training, Unsupported
from implementations.loops.network import Unrolled, unroll
from implementations.loops.optimizers import optimizer
from implementations.loops.passes import backward, forward, through_layers

__all__ = ["Unrolled", "backward", "forward", "run", "train", "unroll"]


def train(
    network: Unrolled, training: Training, value: dict[str, float], made: int, wanted: int
) -> None:
    """Change the parameters in ``value``, from how they are after ``made`` updates to how they are
    after ``wanted``."""
    changed = optimizer(training)
    varied = training.samples or training.rates
    for updates in range(made + 1, wanted + 1):
        through_layers(network, value)
        # All gradients stand before the first weight moves: the hidden layer's use the old weights.
        gradient = backward(network, value, training.loss)
        value.update(changed(value, gradient))
        if varied:
            value.update(training.given_at(updates))


def run(task: Task) -> dict[Quantity, float]:
    """Answer what is asked of a network, going through its training once."""
    if task.network is None:
        raise Unsupported("knows fully connected networks only, and this is a list of equations")
    network, value = unroll(task.network, task.values), dict(task.values)
    answers: dict[Quantity, float] = {}
    made = 0
    for moment in sorted({quantity.updates for quantity in task.asked}):
        if task.training is not None:
            train(network, task.training, value, made, moment)
        elif moment:
            raise Unsupported("is asked for updates of a task without training")
        made = moment

        forward(network, value)
        gradients: dict[str, dict[str, float]] = {}
        for quantity in (asked for asked in task.asked if asked.updates == moment):
            of, by = quantity.of, quantity.by
            if by is None:
                answers[quantity] = value[of]
                continue
            if of not in gradients:
                gradients[of] = backward(network, value, of)
            answers[quantity] = gradients[of][by]
    return answers
