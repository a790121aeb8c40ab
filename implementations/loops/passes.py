"""The two passes through a network: forward for the values, backward for the derivatives.

Every number has a name. ``value`` holds the number of each name, ``adjoint`` the derivative dY/dX
of the quantity Y that is differentiated, by the number X of each name.
"""

from __future__ import annotations

from implementations.loops.activations import softmax, through_softmax
from implementations.loops.losses import surprises, through_surprises
from implementations.loops.network import End, Unit, Unrolled

Numbers = dict[str, float]


def forward(network: Unrolled, value: Numbers) -> None:
    """Compute every net, out and loss, and the total, from the numbers in ``value``, into it."""
    through_layers(network, value)
    through_losses(network, value)


def through_layers(network: Unrolled, value: Numbers) -> None:
    """Compute every net and out. The derivatives of a loss need no more: not the loss itself."""
    for units, f, _ in network.layers:
        for connections, bias, net, out in units:
            weighted = 0.0
            for weight, source in connections:
                weighted += value[weight] * value[source]
            if bias is not None:
                weighted += value[bias]
            value[net] = weighted
            if f is not None:
                value[out] = f(weighted)
        if f is None:
            softmax_forward(units, value)


def through_losses(network: Unrolled, value: Numbers) -> None:
    """Compute every loss, and the total."""
    for ends in network.ends:
        if network.loss is None:
            softmax_cross_entropy_forward(ends, value)
            continue
        for target, out, loss in ends:
            value[loss] = network.loss(value[target], value[out])
    for result, terms, divisor in network.sums:
        total = 0.0
        for term in terms:
            total += value[term]
        value[result] = total / divisor


def backward(network: Unrolled, value: Numbers, of: str) -> Numbers:
    """Return the adjoint d ``of``/dX of every X, after a forward pass.

    It can start at any quantity: whatever is computed later, or aside from it, has the adjoint 0
    when its turn comes, and hands nothing on. It must not even hand on 0 times something, which
    is not-a-number where that something overflowed.
    """
    adjoint = network.zeros.copy()
    adjoint[of] = 1.0

    for result, terms, divisor in reversed(network.sums):
        if share := adjoint[result] / divisor:
            for term in terms:
                adjoint[term] += share
    for ends in network.ends:
        if network.slopes is None:
            softmax_cross_entropy_backward(ends, value, adjoint)
            continue
        for target, out, loss in ends:
            if by_loss := adjoint[loss]:
                by_target, by_out = network.slopes(value[target], value[out])
                adjoint[target] += by_loss * by_target
                adjoint[out] += by_loss * by_out

    for units, _, slope in reversed(network.layers):
        if slope is None:
            softmax_backward(units, value, adjoint)
        for connections, bias, net, out in units:
            if slope is not None and (by_out := adjoint[out]):
                adjoint[net] += by_out * slope(value[net], value[out])
            if delta := adjoint[net]:
                if bias is not None:
                    adjoint[bias] += delta
                for weight, source in connections:
                    adjoint[weight] += delta * value[source]
                    adjoint[source] += delta * value[weight]
    return adjoint


def softmax_forward(units: tuple[Unit, ...], value: Numbers) -> None:
    """The outs of a layer with softmax, from its nets."""
    outs = softmax([value[unit.net] for unit in units])
    value.update(zip((unit.out for unit in units), outs, strict=True))


def softmax_backward(units: tuple[Unit, ...], value: Numbers, adjoint: Numbers) -> None:
    """Hand the adjoints of the outs on to the nets."""
    by_out = [adjoint[unit.out] for unit in units]
    if any(by_out):
        by_net = through_softmax([value[unit.out] for unit in units], by_out)
        for unit, share in zip(units, by_net, strict=True):
            adjoint[unit.net] += share


def softmax_cross_entropy_forward(ends: tuple[End, ...], value: Numbers) -> None:
    """The losses of the outputs of one sample: E_k = t_k * surprise_k."""
    found = surprises([value[out] for _, out, _ in ends])
    for (target, _, loss), surprise in zip(ends, found, strict=True):
        value[loss] = value[target] * surprise


def softmax_cross_entropy_backward(ends: tuple[End, ...], value: Numbers, adjoint: Numbers) -> None:
    """Hand the adjoints of the losses on to the targets, and by way of the surprises to the outs."""
    if not any(adjoint[loss] for _, _, loss in ends):
        return
    outs = [value[out] for _, out, _ in ends]
    for (target, _, loss), surprise in zip(ends, surprises(outs), strict=True):
        if by_loss := adjoint[loss]:
            adjoint[target] += by_loss * surprise
    by_surprise = [adjoint[loss] * value[target] for target, _, loss in ends]
    for (_, out, _), share in zip(ends, through_surprises(outs, by_surprise), strict=True):
        adjoint[out] += share
