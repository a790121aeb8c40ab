"""An nn.Module, autograd and torch.optim.SGD: what the framework does unless it is told not to."""

from collections.abc import Mapping

import torch
from torch import nn

from benchmarks.bugs.bug import Answers, Program, table


class Perceptron(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.hidden = nn.Linear(2, 2)
        self.output = nn.Linear(2, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        self.out_h = torch.sigmoid(self.hidden(x))
        self.out_o = torch.sigmoid(self.output(self.out_h))
        return self.out_o


class Training(Program):
    """Trains the weights by SGD with momentum; its buffer is the velocity without the rate."""

    scenario = "mazur-readers/momentum"
    mark = "mu"
    dtype = torch.float64
    module = Perceptron

    def answer(self, given: Mapping[str, float]) -> Answers:
        self.build(given)
        optimizer = self.new_optimizer(given)
        w5 = self.net.output.weight
        loss = self.loss()
        answers = {"E_total": loss.item()}
        for name, out in (("out_h", self.net.out_h), ("out_o", self.net.out_o)):
            answers |= {f"{name}{k + 1}": number for k, number in enumerate(out.tolist())}
        for update in (1, 2):
            optimizer = self.before_step(optimizer, given)
            loss.backward()
            if update == 1:
                answers |= self.gradients()
            else:
                answers["dE_total/dw5@1"] = w5.grad[0, 0].item()
            optimizer.step()
            answers[f"w5@{update}"] = w5[0, 0].item()
            buffer = optimizer.state[w5]["momentum_buffer"]
            answers[f"velocity_w5@{update}"] = self.velocity(buffer[0, 0].item(), given)
            loss = self.loss()
            answers[f"E_total@{update}"] = loss.item()
        return answers

    def build(self, given: Mapping[str, float]) -> None:
        w = [given[f"w{k}"] for k in range(1, 9)]
        self.x = torch.tensor([given["i1"], given["i2"]], dtype=self.dtype)
        self.y = torch.tensor([given["target_o1"], given["target_o2"]], dtype=self.dtype)
        self.net = self.module().to(self.dtype)
        start = {
            "hidden.weight": [w[0:2], w[2:4]],
            "hidden.bias": [given["b1"], given["b1"]],
            "output.weight": [w[4:6], w[6:8]],
            "output.bias": [given["b2"], given["b2"]],
        }
        self.net.load_state_dict({k: torch.tensor(v, dtype=self.dtype) for k, v in start.items()})
        for layer in (self.net.hidden, self.net.output):
            layer.bias.requires_grad_(False)

    def new_optimizer(self, given: Mapping[str, float]) -> torch.optim.Optimizer:
        weights = [self.net.hidden.weight, self.net.output.weight]
        return torch.optim.SGD(weights, lr=given["eta"], momentum=given["mu"])

    def before_step(
        self, optimizer: torch.optim.Optimizer, given: Mapping[str, float]
    ) -> torch.optim.Optimizer:
        optimizer.zero_grad()
        return optimizer

    def loss(self) -> torch.Tensor:
        return nn.functional.mse_loss(self.net(self.x), self.y, reduction="sum") / 2

    def gradients(self) -> Answers:
        slopes = []
        for layer in (self.net.hidden, self.net.output):
            slope = layer.weight.grad
            slopes += [0.0] * 4 if slope is None else slope.flatten().tolist()
        return {f"dE_total/dw{k + 1}": slope for k, slope in enumerate(slopes)}

    def velocity(self, buffer: float, given: Mapping[str, float]) -> float:
        return given["eta"] * buffer


class NoZeroGrad(Training):
    """optimizer.zero_grad() is never called: the second backward pass adds its gradients to those
    of the first."""

    def before_step(
        self, optimizer: torch.optim.Optimizer, given: Mapping[str, float]
    ) -> torch.optim.Optimizer:
        return optimizer


class NewOptimizerEachStep(Training):
    """The optimizer is constructed inside the training loop, so each update begins with a velocity
    of zero instead of the one before."""

    def before_step(
        self, optimizer: torch.optim.Optimizer, given: Mapping[str, float]
    ) -> torch.optim.Optimizer:
        self.net.zero_grad()
        return self.new_optimizer(given)


class SinglePrecision(Training):
    """All tensors and the module keep PyTorch's default dtype, float32, instead of float64."""

    dtype = torch.float32


class MeanReduction(Training):
    """mse_loss keeps its default reduction, the mean over the outputs, and is halved besides: loss
    and gradients are half of what half the sum of squares gives."""

    def loss(self) -> torch.Tensor:
        return nn.functional.mse_loss(self.net(self.x), self.y) / 2


class DetachingPerceptron(Perceptron):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        self.out_h = torch.sigmoid(self.hidden(x))
        self.out_o = torch.sigmoid(self.output(self.out_h.detach()))
        return self.out_o


class DetachedHiddenLayer(Training):
    """The hidden outputs are detached before the output layer, so the hidden layer's weights have
    no gradient and are not trained."""

    module = DetachingPerceptron


class BufferTakenForVelocity(Training):
    """SGD's momentum buffer is reported as the velocity, but it holds mu*buffer + gradient, without
    the learning rate that is part of the velocity here."""

    def velocity(self, buffer: float, given: Mapping[str, float]) -> float:
        return buffer


class NoZeroGradAndMeanReduction(NoZeroGrad, MeanReduction):
    """Gradients are never set to zero between the updates, and half of mse_loss's default mean over
    the outputs is used instead of half the sum."""


BUGS = table(
    NoZeroGrad,
    NewOptimizerEachStep,
    SinglePrecision,
    MeanReduction,
    DetachedHiddenLayer,
    BufferTakenForVelocity,
    NoZeroGradAndMeanReduction,
)
