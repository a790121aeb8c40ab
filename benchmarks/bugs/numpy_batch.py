"""A batch as a NumPy matrix with a row for each sample: means and sums, axes, and labels."""

from collections.abc import Mapping, Sequence

import numpy as np

from benchmarks.bugs.bug import Answers, Program, table

SAMPLES = 2


class Batch(Program):
    """The loss is the mean over the samples of half the squared error, summed over the outputs."""

    scenario = "mazur-readers/two-samples"
    mark = "target_o2[1]"

    def answer(self, given: Mapping[str, float]) -> Answers:
        self.read(given)
        self.forward(self.x)
        answers: Answers = {}
        for name, batch in (("net_h", self.net1), ("out_h", self.out1), ("out_o", self.out2)):
            for sample, row in enumerate(batch):
                answers |= {f"{name}{k + 1}[{sample}]": number for k, number in enumerate(row)}
        losses = self.losses()
        answers["E_total"] = np.mean(losses)
        for sample in range(SAMPLES):
            delta, out = self.output_delta(self.y)[sample], self.out1[sample]
            answers[f"E[{sample}]"] = losses[sample]
            answers[f"dE[{sample}]/dw5"] = delta[0] * out[0]
        slopes = [*zip(*(slopes.flat for slopes in self.learn()), strict=True)]
        for k, (hidden, output) in enumerate(slopes):
            answers |= {f"dE_total/dw{k + 1}": hidden, f"dE_total/dw{k + 5}": output}
        self.forward(self.x)
        answers["w5@1"] = self.weights2[0, 0]
        answers["E_total@1"] = np.mean(self.losses())
        return answers

    def read(self, given: Mapping[str, float]) -> None:
        w = [given[f"w{k}"] for k in range(1, 9)]
        self.x = self.by_sample(columns(given, ("i1", "i2")))
        self.y = self.by_sample(columns(given, ("target_o1", "target_o2")))
        self.weights1 = np.array([w[0:2], w[2:4]])
        self.weights2 = np.array([w[4:6], w[6:8]])
        self.bias1, self.bias2, self.eta = given["b1"], given["b2"], given["eta"]

    def by_sample(self, by_feature):
        return by_feature.T

    def forward(self, x) -> None:
        self.net1 = x @ self.weights1.T + self.bias1
        self.out1 = 1 / (1 + np.exp(-self.net1))
        self.net2 = self.out1 @ self.weights2.T + self.bias2
        self.out2 = 1 / (1 + np.exp(-self.net2))

    def losses(self):
        return ((self.y - self.out2) ** 2).sum(axis=1) / 2

    def output_delta(self, y):
        return (self.out2 - y) * self.out2 * (1 - self.out2)

    def slopes(self, x, y):
        delta2 = self.output_delta(y)
        delta1 = (delta2 @ self.weights2) * self.out1 * (1 - self.out1)
        return self.over_samples(delta1, x), self.over_samples(delta2, self.out1)

    def over_samples(self, delta, inputs):
        return delta.T @ inputs / len(inputs)

    def update(self, hidden, output) -> None:
        self.weights1 -= self.eta * hidden
        self.weights2 -= self.eta * output

    def learn(self):
        hidden, output = self.slopes(self.x, self.y)
        self.update(hidden, output)
        return hidden, output


def columns(given: Mapping[str, float], names: Sequence[str]):
    """The numbers as they are given: a row for each name, in it one number for each sample."""
    return np.array([[given[f"{name}[{k}]"] for k in range(SAMPLES)] for name in names])


class GradientSummed(Batch):
    """The gradients are summed over the samples, while the loss is the mean: the division by the
    number of samples is missing in both layers' gradients."""

    def over_samples(self, delta, inputs):
        return delta.T @ inputs


class MeanOverEverything(Batch):
    """np.mean is taken over samples and outputs at once, in the loss and in its gradient: both are
    divided by the number of outputs too, over which they should be summed."""

    def losses(self):
        return ((self.y - self.out2) ** 2).mean(axis=1) / 2

    def output_delta(self, y):
        return (self.out2 - y) / y.shape[1] * self.out2 * (1 - self.out2)


class RateDividedByBatchSize(Batch):
    """The update divides the learning rate by the number of samples, but the gradients are means
    already."""

    def update(self, hidden, output) -> None:
        super().update(hidden / SAMPLES, output / SAMPLES)


class LastSampleOnly(Batch):
    """The loop over the samples assigns each sample's gradient instead of adding it, so that only
    the last one's remains, which is then divided by the number of samples."""

    def over_samples(self, delta, inputs):
        for sample in range(len(inputs)):
            total = np.outer(delta[sample], inputs[sample])
        return total / len(inputs)


class ReshapedInsteadOfTransposed(Batch):
    """Inputs and targets come with a row for each feature, and are brought to a row for each sample
    by reshape instead of a transpose: each sample's inputs are one feature of both samples (the
    targets happen to be symmetric)."""

    def by_sample(self, by_feature):
        return by_feature.reshape(SAMPLES, -1)


class LossesAlongWrongAxis(Batch):
    """The losses of the samples are summed along axis 0, over the samples, instead of axis 1, over
    the outputs; there are two of each, so the shape is right."""

    def losses(self):
        return ((self.y - self.out2) ** 2).sum(axis=0) / 2


class ShuffledLabels(Batch):
    """The samples' targets are in another order than their inputs, as if only one of both had been
    shuffled: each sample has the other's targets."""

    def read(self, given: Mapping[str, float]) -> None:
        super().read(given)
        self.y = self.y[::-1]


class UpdateAfterEachSample(Batch):
    """The weights are updated after each sample instead of once by the mean of the gradients, so
    the second sample's gradient is taken at other weights, and twice as much is subtracted."""

    def learn(self):
        found = []
        for sample in range(SAMPLES):
            only = slice(sample, sample + 1)
            self.forward(self.x[only])
            found.append(self.slopes(self.x[only], self.y[only]))
            self.update(*found[-1])
        return np.mean(found, axis=0)


class GradientSummedAndLabelsShuffled(GradientSummed, ShuffledLabels):
    """The gradients are summed over the samples where the loss is the mean, and each sample has the
    other's targets."""


class ReshapedAndRateDivided(ReshapedInsteadOfTransposed, RateDividedByBatchSize):
    """The inputs are brought to a row for each sample by reshape instead of a transpose, and the
    update divides by the number of samples once more."""


BUGS = table(
    GradientSummed,
    MeanOverEverything,
    RateDividedByBatchSize,
    LastSampleOnly,
    ReshapedInsteadOfTransposed,
    LossesAlongWrongAxis,
    ShuffledLabels,
    UpdateAfterEachSample,
    GradientSummedAndLabelsShuffled,
    ReshapedAndRateDivided,
)
