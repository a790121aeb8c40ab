"""Layers, a loss and momentum as classes that keep what they need: caches, sharing and velocity."""

from collections.abc import Mapping, Sequence

import numpy as np

from benchmarks.bugs.bug import Answers, Program, table


class Parameter:
    def __init__(self, value) -> None:
        self.value = np.array(value)
        self.gradient = np.zeros_like(self.value)


class Linear:
    def __init__(self, weights, bias: float) -> None:
        self.weights = Parameter(weights)
        self.bias = Parameter([bias])

    def parameters(self) -> list[Parameter]:
        return [self.weights]  # the example keeps its biases as they are

    def forward(self, inputs):
        self.inputs = inputs
        return self.weights.value @ inputs + self.bias.value

    def backward(self, delta):
        self.weights.gradient = np.outer(delta, self.inputs)
        self.bias.gradient = np.sum(delta, keepdims=True)
        return self.weights.value.T @ delta


class Sigmoid:
    def forward(self, net):
        self.out = 1 / (1 + np.exp(-net))
        return self.out

    def backward(self, slope):
        return slope * self.out * (1 - self.out)


class HalfSquaredError:
    def forward(self, out, target):
        self.error = out - target
        return np.sum(self.error**2) / 2

    def backward(self):
        return self.error


class Momentum:
    def __init__(self, parameters: Sequence[Parameter], rate: float, decay: float) -> None:
        self.parameters, self.rate, self.decay = parameters, rate, decay
        self.velocities = self.at_rest()

    def at_rest(self):
        return [np.zeros_like(parameter.value) for parameter in self.parameters]

    def accelerate(self, velocity, gradient) -> None:
        velocity *= self.decay
        velocity += self.rate * gradient

    def step(self) -> None:
        for parameter, velocity in zip(self.parameters, self.velocities, strict=True):
            self.accelerate(velocity, parameter.gradient)
            parameter.value -= velocity


class LayeredNetwork(Program):
    """Two linear layers, a sigmoid behind each, trained by momentum."""

    scenario = "mazur-readers/momentum"
    mark = "mu"
    linear = Linear
    loss = HalfSquaredError
    optimizer = Momentum

    def activations(self):
        return Sigmoid(), Sigmoid()

    def answer(self, given: Mapping[str, float]) -> Answers:
        self.build(given)
        answers = {"E_total": self.forward()}
        for name, numbers in zip(("net_h", "out_h", "net_o", "out_o"), self.passed, strict=True):
            answers |= {f"{name}1": numbers[0], f"{name}2": numbers[1]}
        self.backward()
        slopes = [slope for layer in self.linears for slope in layer.weights.gradient.flat]
        answers |= {f"dE_total/dw{k + 1}": slope for k, slope in enumerate(slopes)}
        for k, name in enumerate(("h1", "h2")):
            answers[f"dE_total/dnet_{name}"] = self.hidden_delta[k]
        for k, name in enumerate(("o1", "o2")):
            answers[f"dE_total/dnet_{name}"] = self.output_delta[k]
        trainer = self.optimizer(
            [parameter for layer in self.linears for parameter in layer.parameters()],
            given["eta"],
            given["mu"],
        )
        w5 = self.linears[1].weights
        of_w5 = next(k for k, each in enumerate(trainer.parameters) if each is w5)
        for update in (1, 2):
            trainer.step()
            answers[f"w5@{update}"] = w5.value[0, 0]
            answers[f"velocity_w5@{update}"] = trainer.velocities[of_w5][0, 0]
            answers[f"E_total@{update}"] = self.forward()
            if update == 1:
                self.backward()
                answers["dE_total/dw5@1"] = w5.gradient[0, 0]
        return answers

    def build(self, given: Mapping[str, float]) -> None:
        w = [given[f"w{k}"] for k in range(1, 9)]
        self.x = np.array([given["i1"], given["i2"]])
        self.y = np.array([given["target_o1"], given["target_o2"]])
        self.linears = (
            self.linear([w[0:2], w[2:4]], given["b1"]),
            self.linear([w[4:6], w[6:8]], given["b2"]),
        )
        self.squash = self.activations()
        self.criterion = self.loss()

    def forward(self) -> float:
        out, self.passed = self.x, []
        for linear, squash in zip(self.linears, self.squash, strict=True):
            net = linear.forward(out)
            out = squash.forward(net)
            self.passed += [net, out]
        return self.criterion.forward(out, self.y)

    def backward(self) -> None:
        self.output_delta = self.squash[1].backward(self.criterion.backward())
        hidden_slope = self.linears[1].backward(self.output_delta)
        self.hidden_delta = self.squash[0].backward(hidden_slope)
        self.linears[0].backward(self.hidden_delta)


class OneSigmoidForBothLayers(LayeredNetwork):
    """One Sigmoid object serves both layers; the output layer's call overwrites the outputs that it
    keeps, so the hidden deltas use the slope at the output units' outputs instead of the hidden
    ones'."""

    def activations(self):
        shared = Sigmoid()
        return shared, shared


class Identity:
    def forward(self, net):
        return net

    def backward(self, slope):
        return slope


class LinearOutput(LayeredNetwork):
    """The sigmoid behind the last layer is forgotten, forward and backward: the outputs are the
    nets."""

    def activations(self):
        return Sigmoid(), Identity()


class AccumulatingLinear(Linear):
    def backward(self, delta):
        self.weights.gradient += np.outer(delta, self.inputs)
        self.bias.gradient += np.sum(delta, keepdims=True)
        return self.weights.value.T @ delta


class GradientsAccumulated(LayeredNetwork):
    """Each layer adds to its gradient in the backward pass and nobody sets it to zero between the
    updates, so the second update descends the sum of both gradients instead of the new one."""

    linear = AccumulatingLinear


class LinearTrainingItsBias(Linear):
    def parameters(self) -> list[Parameter]:
        return [self.weights, self.bias]


class BiasesTrained(LayeredNetwork):
    """Both shared biases are handed to the optimizer as well, where the example updates the weights
    only and keeps its biases."""

    linear = LinearTrainingItsBias


class TargetMinusOutput(HalfSquaredError):
    def backward(self):
        return -self.error


class ClimbingLoss(LayeredNetwork):
    """The loss sends back target - output instead of output - target, and the update still
    subtracts: all gradients have the wrong sign, and the loss grows."""

    loss = TargetMinusOutput


class AveragingMomentum(Momentum):
    def accelerate(self, velocity, gradient) -> None:
        velocity *= self.decay
        velocity += (1 - self.decay) * self.rate * gradient


class AveragedVelocity(LayeredNetwork):
    """The velocity is a moving average, mu*velocity + (1 - mu)*eta*gradient, where the new gradient
    should be added without the factor 1 - mu."""

    optimizer = AveragingMomentum


class LateMomentum(Momentum):
    def step(self) -> None:
        for parameter, velocity in zip(self.parameters, self.velocities, strict=True):
            parameter.value -= velocity
            self.accelerate(velocity, parameter.gradient)


class StepByOldVelocity(LayeredNetwork):
    """The weights are moved by the velocity of the update before, and only then is the velocity
    renewed; the first update moves nothing."""

    optimizer = LateMomentum


class AliasingMomentum(Momentum):
    def at_rest(self):
        return [np.zeros_like(self.parameters[0].value)] * len(self.parameters)


class OneVelocityForAll(LayeredNetwork):
    """The list of velocities is made by [zeros] * n, so both weight matrices share one array, which
    is changed in place: the output layer's velocity contains the hidden layer's."""

    optimizer = AliasingMomentum


class SharedSigmoidAndAveragedVelocity(OneSigmoidForBothLayers, AveragedVelocity):
    """One Sigmoid object serves both layers, so the hidden slopes are taken at the outputs of the
    output layer, and new gradients enter the velocity with an extra factor 1 - mu."""


class AccumulatedGradientsAndOldVelocity(GradientsAccumulated, StepByOldVelocity):
    """Gradients are added up over the updates as nothing sets them to zero, and the weights are
    moved by the velocity of the update before instead of the new one."""


BUGS = table(
    OneSigmoidForBothLayers,
    LinearOutput,
    GradientsAccumulated,
    BiasesTrained,
    ClimbingLoss,
    AveragedVelocity,
    StepByOldVelocity,
    OneVelocityForAll,
    SharedSigmoidAndAveragedVelocity,
    AccumulatedGradientsAndOldVelocity,
)
