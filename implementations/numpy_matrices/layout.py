"""Where the numbers lie: one flat vector for all, and matrices that look into it.

What is given stands first: inputs, targets, parameters, an optimizer's state. One name may stand in
several places of W, B = b @ 1^T, A and T, so these are gathered through arrays of places: ``flat[W]`` is a
matrix of W's shape, and ``np.add.at(flat, W, G)`` adds every element of G to the number that it
belongs to, a shared one collecting what each of its places contributes.

What is computed follows, block after block: net and out of each layer, the losses L, those of each
sample, the total. A block's numbers are its own, and stand row by row, so the matrix is the stretch
of the vector itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from harness.scenario.task import Network, of_sample
from implementations.numpy_matrices.activations import Activation, Matrix, activation_of
from implementations.numpy_matrices.losses import Losses, losses_of

Places = NDArray[np.intp]
#: Every row, or every column.
ALL = slice(None)


@dataclass(frozen=True)
class Block:
    """A stretch of the flat vector that is a matrix of this many rows, N columns each."""

    start: int
    rows: int
    columns: int

    @property
    def stop(self) -> int:
        """The place after the last one."""
        return self.start + self.rows * self.columns

    def of(self, flat: Matrix) -> Matrix:
        """The matrix, (rows, N), which looks into the vector: a change of one is one of both."""
        return flat[self.start : self.stop].reshape(self.rows, self.columns)


@dataclass(frozen=True)
class Layer:
    """Where a layer's numbers lie, and its activation; ``B`` is None where it has no biases."""

    W: Places  # (m, n)
    B: Places | None  # (m, N), every column b
    net: Block  # (m, N)
    out: Block  # (m, N)
    activation: Activation


@dataclass(frozen=True)
class Layout:
    """Where the numbers of a network lie, in the order of computation.

    ``each`` holds the losses of the samples. It is the same block as ``losses`` unless the losses
    of the outputs are added up, and the same as ``total`` unless those of the samples are; the sum
    is divided by ``outputs`` or ``samples``: 1, or for a mean how many there are.
    """

    place: Mapping[str, int]
    size: int
    inputs: Places  # (n, N) of the first layer
    layers: tuple[Layer, ...]
    targets: Places  # (m, N) of the last layer
    loss: Losses
    losses: Block  # (m, N)
    each: Block  # (1, N)
    total: Block  # (1, 1)
    adds_outputs: bool
    adds_samples: bool
    outputs: int
    samples: int

    def part(self, of: int) -> tuple[slice, slice]:
        """The rows and columns that the number at ``of`` depends on in the block it stands in."""
        if of == self.total.start:
            return ALL, ALL
        blocks = [block for layer in self.layers for block in (layer.net, layer.out)]
        for block in (*blocks, self.losses):
            if block.start <= of < block.stop:
                row, column = divmod(of - block.start, block.columns)
                return slice(row, row + 1), slice(column, column + 1)
        column = of - self.each.start
        return ALL, slice(column, column + 1)


class Numbers:
    """A number for every place of a layout, all 0 at first: the values, or a gradient by each."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.flat = np.zeros(layout.size)
        self.net = [layer.net.of(self.flat) for layer in layout.layers]
        self.out = [layer.out.of(self.flat) for layer in layout.layers]
        self.losses = layout.losses.of(self.flat)
        self.each = layout.each.of(self.flat)
        self.total = layout.total.of(self.flat)

    def input(self, k: int) -> Matrix:
        """A of the k-th layer: what is given, or the outs of the layer before."""
        return self.out[k - 1] if k else self.flat[self.layout.inputs]


def lay_out(network: Network, values: Mapping[str, float]) -> Layout:
    """Give every name a place: first the given numbers, then what is computed."""
    place = {name: position for position, name in enumerate(values)}
    size = len(place)
    columns = max(network.samples, 1)

    def across(name: str) -> list[str]:
        """The names in a row: one a sample."""
        return [of_sample(name, k) for k in range(columns)] if network.samples else [name]

    def places(names: Sequence[str]) -> Places:
        return np.array([place[name] for name in names], dtype=np.intp)

    def matrix(names: Sequence[Sequence[str]]) -> Places:
        return np.stack([places(row) for row in names])

    def append(names: Sequence[Sequence[str]]) -> Block:
        """The block of these names, a new one unless they have their places already."""
        nonlocal size
        flat = [name for row in names for name in row]
        if flat[0] not in place:
            place.update(zip(flat, range(size, size + len(flat)), strict=True))
            size += len(flat)
        return Block(place[flat[0]], len(names), len(names[0]))

    layers = [
        Layer(
            matrix(layer.weights),
            None if layer.biases is None else matrix([[b] * columns for b in layer.biases]),
            append([across(name) for name in layer.net]),
            append([across(name) for name in layer.out]),
            activation_of(layer, values),
        )
        for layer in network.layers
    ]
    outputs, how = len(network.targets), network.loss
    losses = append([across(name) for name in network.losses])
    each = append([across(network.sample or network.total)])
    total = append([[network.total]])
    return Layout(
        place, size, matrix([across(name) for name in network.inputs]), tuple(layers),
        matrix([across(name) for name in network.targets]), losses_of(how, values),
        losses, each, total, each != losses, total != each,
        outputs if how.outputs == "mean" else 1, columns if how.samples == "mean" else 1,
    )  # fmt: skip
