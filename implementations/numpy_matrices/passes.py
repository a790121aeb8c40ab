"""The forward pass and the backward pass, layer by layer, as matrix equations.

``value`` holds all numbers. ``gradient`` has the same layout: where ``value`` has X, it has dY/dX.
"""

from __future__ import annotations

import numpy as np

from implementations.numpy_matrices.activations import Matrix
from implementations.numpy_matrices.layout import ALL, Numbers


def forward(value: Numbers) -> None:
    """Compute every net and out from what is given."""
    flat, layout = value.flat, value.layout
    for k, layer in enumerate(layout.layers):
        net, out = value.net[k], value.out[k]
        np.matmul(flat[layer.W], value.input(k), out=net)
        if layer.B is not None:
            net += flat[layer.B]
        out[:] = layer.activation.f(net)


def forward_to_total(value: Numbers) -> None:
    """Compute every loss and the total too, of which the backward pass needs none."""
    forward(value)
    layout = value.layout
    value.losses[:] = layout.loss.value(value.flat[layout.targets], value.out[-1])
    if layout.adds_outputs:
        value.each[:] = value.losses.sum(axis=0) / layout.outputs
    if layout.adds_samples:
        value.total[:] = value.each.sum() / layout.samples


def backward(value: Numbers, gradient: Numbers, of: int) -> None:
    """Differentiate the number Y at place ``of`` by every number, after a forward pass.

    The pass begins where Y is computed: what lies beyond has no part in it. Nor have the other
    units of that layer, or the other samples. They are left out rather than multiplied by 0,
    which would not do where one of them has overflowed: ``rows`` and ``columns`` are those that
    Y depends on.
    """
    layout = value.layout
    gradient.flat.fill(0)
    gradient.flat[of] = 1
    rows, columns = layout.part(of)
    if of >= layout.losses.start:
        rows = through_loss(value, gradient, rows, columns)
    for k in reversed(range(len(layout.layers))):
        layer = layout.layers[k]
        if of >= layer.out.start:  # delta = f'(net) ∘ dY/dout
            jacobian = layer.activation.jacobian(value.net[k], value.out[k])[rows, ..., columns]
            delta = pulled_back(gradient.out[k][rows, columns], jacobian)
            rows = rows if jacobian.ndim == 2 else ALL
            gradient.net[k][rows, columns] = delta
        if of >= layer.net.start:
            through_weights(value, gradient, k, rows, columns)
            rows = ALL  # every unit depends on all units of the layer before


def through_loss(value: Numbers, gradient: Numbers, rows: slice, columns: slice) -> slice:
    """From the total to the outs and targets; returns the rows of the outs that matter."""
    layout = value.layout
    if layout.adds_samples:
        gradient.each += gradient.total / layout.samples
    if layout.adds_outputs:
        gradient.losses += gradient.each / layout.outputs
    by_loss = gradient.losses[rows, columns]

    targets, out = value.flat[layout.targets], value.out[-1]
    by_target = layout.loss.by_target(targets, out)[rows, columns] * by_loss
    np.add.at(gradient.flat, layout.targets[rows, columns], by_target)

    jacobian = layout.loss.by_out(targets, out)[rows, ..., columns]
    rows = rows if jacobian.ndim == 2 else ALL
    gradient.out[-1][rows, columns] = pulled_back(by_loss, jacobian)
    return rows


def pulled_back(by_result: Matrix, jacobian: Matrix) -> Matrix:
    """J^T @ dY/dresult in each column, with J as (m, N), its diagonal, or as (m, m, N), whole."""
    if jacobian.ndim == 2:
        return jacobian * by_result
    product: Matrix = (jacobian * by_result[:, None, :]).sum(axis=0)
    return product


def through_weights(value: Numbers, gradient: Numbers, k: int, rows: slice, columns: slice) -> None:
    """From delta = dY/dnet of the k-th layer to its weights, its biases and its inputs A."""
    layer, flat = value.layout.layers[k], gradient.flat
    delta = gradient.net[k][rows, columns]
    W, A = value.flat[layer.W[rows]], value.input(k)[:, columns]

    np.add.at(flat, layer.W[rows], delta @ A.T)
    if layer.B is not None:
        np.add.at(flat, layer.B[rows, columns], delta)  # at b_j the sum over its row, delta @ 1
    if k:
        gradient.out[k - 1][:, columns] = W.T @ delta
    else:
        np.add.at(flat, value.layout.inputs[:, columns], W.T @ delta)
