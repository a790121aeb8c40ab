"""One ReLU unit, one sigmoid unit, binary cross-entropy: the loss and its slope, number by number."""

from collections.abc import Mapping
from math import exp, log

from benchmarks.bugs.bug import Answers, Program, table


class CrossEntropy(Program):
    """Every slope is the product of the slope before and one local slope."""

    scenario = "relu-sigmoid-cross-entropy/1-1-1"
    mark = "x"

    def answer(self, given: Mapping[str, float]) -> Answers:
        x, self.y, eta = given["x"], given["y"], given["eta"]
        w1, w2 = given["w1"], given["w2"]
        answers = self.forward(x, w1, w2)
        a1, a2 = answers["a1"], answers["a2"]
        da2_dz2 = a2 * (1 - a2)
        da1_dz1 = 1.0 if answers["z1"] > 0 else 0.0
        dl_da2 = self.loss_slope(a2)
        dl_dz2 = dl_da2 * da2_dz2
        dl_da1 = dl_dz2 * w2
        dl_dz1 = dl_da1 * da1_dz1
        dl_dw1, dl_dw2 = dl_dz1 * x, dl_dz2 * a1
        w1, w2 = w1 - eta * dl_dw1, w2 - eta * dl_dw2
        return answers | {
            "da1/dz1": da1_dz1,
            "da2/dz2": da2_dz2,
            "dL/da2": dl_da2,
            "dL/dz2": dl_dz2,
            "dL/da1": dl_da1,
            "dL/dz1": dl_dz1,
            "dL/dw1": dl_dw1,
            "dL/dw2": dl_dw2,
            "w1@1": w1,
            "w2@1": w2,
            "L@1": self.forward(x, w1, w2)["L"],
        }

    def forward(self, x: float, w1: float, w2: float) -> Answers:
        z1 = w1 * x
        a1 = max(0.0, z1)
        z2 = w2 * a1
        a2 = sigmoid(z2)
        return {"z1": z1, "a1": a1, "z2": z2, "a2": a2, "L": self.loss(a2)}

    def loss(self, a: float) -> float:
        return -(self.y * log(a) + (1 - self.y) * log(1 - a))

    def loss_slope(self, a: float) -> float:
        return -self.y / a + (1 - self.y) / (1 - a)


def sigmoid(z: float) -> float:
    return 1 / (1 + exp(-z))


class ErrorAsLossSlope(CrossEntropy):
    """dL/da2 is taken as a2 - y, which is dL/dz2 already, and then multiplied by the sigmoid's
    slope; the slope of the cross-entropy by a2 is -y/a2 + (1 - y)/(1 - a2)."""

    def loss_slope(self, a: float) -> float:
        return a - self.y


class SignOfSecondTerm(CrossEntropy):
    """The slope of log(1 - a2) lacks its inner derivative -1: dL/da2 is -y/a2 - (1 - y)/(1 - a2)
    instead of -y/a2 + (1 - y)/(1 - a2)."""

    def loss_slope(self, a: float) -> float:
        return -(self.y / a + (1 - self.y) / (1 - a))


class LossExpectsLogits(CrossEntropy):
    """The loss is one that applies the sigmoid itself, but it is given a2, the sigmoid's output,
    instead of z2; its slope by a2 is that of the second sigmoid with it."""

    def loss(self, a: float) -> float:
        return super().loss(sigmoid(a))

    def loss_slope(self, a: float) -> float:
        return sigmoid(a) - self.y


class LossOfOneClass(CrossEntropy):
    """The loss is -y*log(a2) alone, as for a one-hot target, so it is 0 where y = 0; the gradient is
    that of both terms."""

    def loss(self, a: float) -> float:
        return -self.y * log(a)


class EpsilonInLogarithm(CrossEntropy):
    """1e-7 is added inside both logarithms of the loss as a guard against log 0, and the gradient
    is that without."""

    def loss(self, a: float) -> float:
        guard = 1e-7
        return -(self.y * log(a + guard) + (1 - self.y) * log(1 - a + guard))


class SignOfSecondTermAndEpsilon(SignOfSecondTerm, EpsilonInLogarithm):
    """The slope of the second term of the loss has the wrong sign, and 1e-7 is added inside the
    logarithms of the loss."""


BUGS = table(
    ErrorAsLossSlope,
    SignOfSecondTerm,
    LossExpectsLogits,
    LossOfOneClass,
    EpsilonInLogarithm,
    SignOfSecondTermAndEpsilon,
)
