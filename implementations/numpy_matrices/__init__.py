"""Backpropagation in matrix calculus, derived by hand: transposes and outer products.

A layer of m units with n inputs sees N samples at once, a column each; N = 1 without a batch.
Its activation f is applied to every element, and 1 is the column of N ones::

    net = W @ A + b @ 1^T      W: (m, n), A: (n, N), b: (m,), net: (m, N)
    out = f(net)               out: (m, N), which is the A of the next layer
    L   = loss(out, T)         T, L: (m, N) in the last layer, one loss an output and sample
    E   = 1^T @ L              E: (N,), one loss a sample; or 1/m of that
    total = E @ 1              one number; or 1/N of that

To differentiate a quantity Y, multiply its gradient by the transposed Jacobian of one function
after the other, from the last to the first (a vector-Jacobian product each). The Jacobian of f is
the diagonal matrix of f'(net), that of the layer by a column of A is W, and that of net_j by row j
of W is the same column transposed. Written without the Jacobians' zeros, ∘ being the product
element by element::

    dY/dout = dL/dout ∘ dY/dL in the last layer, W^T @ delta of the next one in the others
    delta   = dY/dnet = f'(net) ∘ dY/dout
    dY/dW   = delta @ A^T      the sum over the samples of outer(delta, a)
    dY/db   = delta @ 1        the sum over the samples of delta
    dY/dA   = W^T @ delta

Every gradient has the shape of what it is taken by: check delta @ A^T, (m, N) @ (N, n) = (m, n).

To be read in this order:

- ``activations``: f and its Jacobian, softmax with a full one;
- ``losses``: the loss, and its derivatives by outputs and by targets;
- ``layout``: where the numbers lie, so that W, A and net can be had as matrices;
- ``passes``: the equations above, forward and backward;
- ``optimizers``: what an update makes of the gradient;
- ``training``: one update, from the forward pass to the new parameters.
"""

from __future__ import annotations

import numpy as np

from harness.scenario.task import Quantity, Task, Unsupported
from implementations.numpy_matrices.layout import Numbers, lay_out
from implementations.numpy_matrices.passes import backward, forward_to_total
from implementations.numpy_matrices.training import Descent


def run(task: Task) -> dict[Quantity, float]:
    """Answer what is asked of a network, going through its training once.

    Quantities that the network does not have are left out.
    """
    if task.network is None:
        raise Unsupported("knows fully connected networks only, and this is a list of equations")
    with np.errstate(all="ignore"):  # an overflow shows as inf or nan in the answers
        return answers(task, Numbers(lay_out(task.network, task.values)))


def answers(task: Task, value: Numbers) -> dict[Quantity, float]:
    """Answer at each moment that is asked about, and train from one to the next."""
    place = value.layout.place
    value.flat[: len(task.values)] = list(task.values.values())
    descent = Descent(task.training, value) if task.training else None
    found: dict[Quantity, float] = {}
    updates = 0
    for moment in sorted({quantity.updates for quantity in task.asked}):
        while updates < moment:
            if descent is None:
                raise Unsupported("is asked for updates of a task without training")
            updates += 1
            descent.update(updates)

        forward_to_total(value)
        gradients: dict[str, Numbers] = {}
        for quantity in (asked for asked in task.asked if asked.updates == moment):
            of, by = quantity.of, quantity.by
            if of not in place or (by is not None and by not in place):
                continue
            if by is None:
                found[quantity] = float(value.flat[place[of]])
                continue
            if of not in gradients:
                gradients[of] = Numbers(value.layout)
                backward(value, gradients[of], place[of])
            found[quantity] = float(gradients[of].flat[place[by]])
    return found
