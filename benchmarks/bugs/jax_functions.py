"""Pure functions under jax.vmap and jax.grad: axes to map over, and arrays that do not change."""

from collections.abc import Mapping
from typing import ClassVar

import jax
import jax.numpy as jnp

from benchmarks.bugs.bug import Answers, Program, table

jax.config.update("jax_enable_x64", True)

SAMPLES = 2


class MappedLoss(Program):
    """A loss for one sample, mapped over the batch, averaged and differentiated."""

    scenario = "mazur-readers/two-samples"
    mark = "target_o2[1]"
    sample_axes: ClassVar[tuple[int, int]] = (0, 0)  # of inputs and targets

    def answer(self, given: Mapping[str, float]) -> Answers:
        w = [given[f"w{k}"] for k in range(1, 9)]
        self.biases = given["b1"], given["b2"]
        x, y = rows(given, "i"), rows(given, "target_o")
        weights = jnp.array([w[0:2], w[2:4]]), jnp.array([w[4:6], w[6:8]])
        answers = self.outputs(weights, x)
        losses = self.losses(weights, x, y)
        answers["E_total"] = self.total(weights, x, y)
        of_samples = self.over_batch(jax.grad(self.loss))(weights, x, y)
        for sample in range(SAMPLES):
            answers[f"E[{sample}]"] = losses[sample]
            answers[f"dE[{sample}]/dw5"] = of_samples[1][sample, 0, 0]
        slopes = jax.grad(self.total)(weights, x, y)
        flat = [slope for layer in slopes for slope in layer.ravel()]
        answers |= {f"dE_total/dw{k + 1}": slope for k, slope in enumerate(flat)}
        weights = self.updated(weights, slopes, given["eta"])
        answers["w5@1"] = weights[1][0, 0]
        answers["E_total@1"] = self.total(weights, x, y)
        return {name: float(number) for name, number in answers.items()}

    def outputs(self, weights, x) -> dict:
        answers = {}
        mapped = jax.vmap(self.layers, in_axes=(None, self.sample_axes[0]))(weights, x)
        for name, batch in zip(("net_h", "out_h", "out_o"), mapped, strict=True):
            for sample in range(SAMPLES):
                answers |= {f"{name}{k + 1}[{sample}]": batch[sample, k] for k in (0, 1)}
        return answers

    def layers(self, weights, x):
        net_h = weights[0] @ x + self.biases[0]
        out_h = jax.nn.sigmoid(net_h)
        net_o = weights[1] @ out_h + self.biases[1]
        return net_h, out_h, jax.nn.sigmoid(net_o)

    def prediction(self, weights, x):
        return self.layers(weights, x)[-1]

    def loss(self, weights, x, y):
        return jnp.sum((self.prediction(weights, x) - y) ** 2) / 2

    def over_batch(self, function):
        return jax.vmap(function, in_axes=(None, *self.sample_axes))

    def losses(self, weights, x, y):
        return self.over_batch(self.loss)(weights, x, y)

    def total(self, weights, x, y):
        return jnp.mean(self.losses(weights, x, y))

    def updated(self, weights, slopes, eta: float):
        return tuple(w.at[:].add(-eta * slope) for w, slope in zip(weights, slopes, strict=True))


def rows(given: Mapping[str, float], name: str) -> jax.Array:
    """A row for each sample, in it the numbers of the two units."""
    return jnp.array([[given[f"{name}{k}[{n}]"] for k in (1, 2)] for n in range(SAMPLES)])


class MappedOverColumns(MappedLoss):
    """vmap maps over axis 1 of the inputs, the features, instead of axis 0, the samples, while the
    targets are mapped over axis 0; both axes have two entries, so nothing complains."""

    sample_axes = (1, 0)


class SigmoidInLossToo(MappedLoss):
    """The loss applies the sigmoid to the network's outputs, which are behind a sigmoid already;
    loss and gradients go through both."""

    def prediction(self, weights, x):
        return jax.nn.sigmoid(super().prediction(weights, x))


class UpdateDiscarded(MappedLoss):
    """The result of w.at[:].add(…) is thrown away, as if it changed the array in place: the weights
    stay what they were."""

    def updated(self, weights, slopes, eta: float):
        for w, slope in zip(weights, slopes, strict=True):
            w.at[:].add(-eta * slope)
        return weights


class SigmoidInLossAndUpdateDiscarded(SigmoidInLossToo, UpdateDiscarded):
    """The loss applies a second sigmoid to the outputs, and the updated weights are thrown away."""


BUGS = table(
    MappedOverColumns,
    SigmoidInLossToo,
    UpdateDiscarded,
    SigmoidInLossAndUpdateDiscarded,
)
