"""Two layers of sigmoid units in NumPy matrices, one sample: transposes, slopes and the update."""

from collections.abc import Mapping

import numpy as np

from benchmarks.bugs.bug import Answers, Program, table


class Matrices(Program):
    """Each row of a weight matrix belongs to one unit; the biases are not trained."""

    scenario = "mazur-2015/2-2-2"
    mark = "target_o2"

    def answer(self, given: Mapping[str, float]) -> Answers:
        self.read(given)
        self.forward()
        answers = {
            "net_h1": self.net1[0],
            "net_h2": self.net1[1],
            "out_h1": self.out1[0],
            "out_h2": self.out1[1],
            "net_o1": self.net2[0],
            "net_o2": self.net2[1],
            "out_o1": self.out2[0],
            "out_o2": self.out2[1],
            "E_total": self.loss(),
        }
        self.learn()
        answers |= {
            "dE_total/dnet_o1": self.delta2[0],
            "dE_total/dnet_o2": self.delta2[1],
            "dE_total/dnet_h1": self.delta1[0],
            "dE_total/dnet_h2": self.delta1[1],
        }
        slopes = [*self.slopes1.flat, *self.slopes2.flat]
        weights = [*self.weights1.flat, *self.weights2.flat]
        for k in range(8):
            answers[f"dE_total/dw{k + 1}"] = slopes[k]
            answers[f"w{k + 1}@1"] = weights[k]
        self.forward()
        answers["E_total@1"] = self.loss()
        return answers

    def read(self, given: Mapping[str, float]) -> None:
        self.x = np.array([given["i1"], given["i2"]])
        self.y = np.array([given["target_o1"], given["target_o2"]])
        self.weights1 = np.array([[given["w1"], given["w2"]], [given["w3"], given["w4"]]])
        self.weights2 = np.array([[given["w5"], given["w6"]], [given["w7"], given["w8"]]])
        self.bias1, self.bias2, self.eta = given["b1"], given["b2"], given["eta"]

    def sigmoid(self, net):
        return 1 / (1 + np.exp(-net))

    def sigmoid_slope(self, net, out):
        return out * (1 - out)

    def forward(self) -> None:
        self.net1 = self.weights1 @ self.x + self.bias1
        self.out1 = self.sigmoid(self.net1)
        self.net2 = self.weights2 @ self.out1 + self.bias2
        self.out2 = self.sigmoid(self.net2)

    def loss(self):
        return np.sum((self.y - self.out2) ** 2) / 2

    def output_delta(self):
        return (self.out2 - self.y) * self.sigmoid_slope(self.net2, self.out2)

    def sent_back(self, delta):
        return self.weights2.T @ delta

    def weight_slopes(self, delta, inputs):
        return np.outer(delta, inputs)

    def learn(self) -> None:
        self.delta2 = self.output_delta()
        self.delta1 = self.sent_back(self.delta2) * self.sigmoid_slope(self.net1, self.out1)
        self.slopes2 = self.weight_slopes(self.delta2, self.out1)
        self.slopes1 = self.weight_slopes(self.delta1, self.x)
        self.weights2 -= self.eta * self.slopes2
        self.weights1 -= self.eta * self.slopes1


class UntransposedWeights(Matrices):
    """The output deltas are sent back to the hidden layer by W2 @ delta instead of W2.T @ delta;
    nothing complains, since the matrix is square."""

    def sent_back(self, delta):
        return self.weights2 @ delta


class OutputLayerUpdatedFirst(Matrices):
    """The output layer's weights are changed in place as soon as their gradient is known, and the
    hidden deltas are then computed with the new weights instead of the old ones."""

    def learn(self) -> None:
        self.delta2 = self.output_delta()
        self.slopes2 = self.weight_slopes(self.delta2, self.out1)
        self.weights2 -= self.eta * self.slopes2
        self.delta1 = self.sent_back(self.delta2) * self.sigmoid_slope(self.net1, self.out1)
        self.slopes1 = self.weight_slopes(self.delta1, self.x)
        self.weights1 -= self.eta * self.slopes1


class SlopeOfNet(Matrices):
    """The sigmoid's slope x*(1 - x) is given the net input of both layers instead of the
    output."""

    def sigmoid_slope(self, net, out):
        return net * (1 - net)


class SigmoidOfOutputInSlope(Matrices):
    """The function for the sigmoid's slope applies the sigmoid to its argument, but is called with
    the outputs, which have been through the sigmoid already, instead of the nets (both layers)."""

    def sigmoid_slope(self, net, out):
        squashed = self.sigmoid(out)
        return squashed * (1 - squashed)


class SwappedOuterProduct(Matrices):
    """The weight gradients of both layers are outer(inputs, delta) instead of outer(delta, inputs),
    so each gradient matrix is transposed."""

    def weight_slopes(self, delta, inputs):
        return np.outer(inputs, delta)


class NoOutputSlope(Matrices):
    """The output delta is out - target alone; the factor out*(1 - out) of the output units is
    forgotten."""

    def output_delta(self):
        return self.out2 - self.y


class BroadcastAlongRows(Matrices):
    """Sending back by broadcasting: (W2 * delta).sum(axis=0) multiplies the columns of W2 by the
    output deltas, where delta[:, None] was meant, which multiplies its rows."""

    def sent_back(self, delta):
        return (self.weights2 * delta).sum(axis=0)


class LossWithoutHalf(Matrices):
    """The loss is the sum of the squared errors without the 1/2, while the gradient is that of the
    loss with the 1/2."""

    def loss(self):
        return np.sum((self.y - self.out2) ** 2)


class UntransposedWeightsAndSigmoidOfOutput(UntransposedWeights, SigmoidOfOutputInSlope):
    """The output deltas are sent back by W2 instead of its transpose, and the slopes of both
    layers are those of sigmoid(out) instead of out."""


class EarlyUpdateAndLossWithoutHalf(OutputLayerUpdatedFirst, LossWithoutHalf):
    """The hidden deltas are computed with output weights that are updated already, and the loss
    lacks its 1/2, which the gradient has."""


BUGS = table(
    UntransposedWeights,
    OutputLayerUpdatedFirst,
    SlopeOfNet,
    SigmoidOfOutputInSlope,
    SwappedOuterProduct,
    NoOutputSlope,
    BroadcastAlongRows,
    LossWithoutHalf,
    UntransposedWeightsAndSigmoidOfOutput,
    EarlyUpdateAndLossWithoutHalf,
)
