"""How a gradient moves the parameters: by PyTorch's own optimizers where their convention is that
of the task, else by the task's rule."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from typing import Protocol

import torch
from torch import Tensor, optim

from harness.scenario.task import Task, Training
from implementations.torch_autograd.steps import run_steps

#: Views of one vector by what they are called in a rule: ``parameter#`` and each state (``m#``)
#: are vectors, and single names are scalars. What changes in one is changed in the other.
Views = Mapping[str, Tensor]


class Optimizer(Protocol):
    """Moves the parameters in its views, once for each gradient."""

    def step(self, gradient: Tensor, rate: float) -> None:
        """Make one update."""

    def show(self) -> None:
        """See to it that the state is in the views."""


def optimizer_of(task: Task, training: Training, views: Views) -> Optimizer:
    """The optimizer of a task. Plain gradient descent needs no object of PyTorch's."""
    if training.optimizer.kind == "gradient descent" and not training.optimizer.settings:
        return Plain(views["parameter#"])
    own = None if unusual(task, training) else own_of(task, training, views["parameter#"])
    return Ruled(task, training, views) if own is None else Own(task, training, views, own)


class Plain:
    """Plain gradient descent."""

    def __init__(self, parameters: Tensor) -> None:
        self.parameters = parameters

    def step(self, gradient: Tensor, rate: float) -> None:
        """Make one update."""
        self.parameters.sub_(gradient, alpha=rate)

    def show(self) -> None:
        """There is no state."""


class Ruled:
    """The task's rule, run over the vector of all parameters."""

    def __init__(self, task: Task, training: Training, views: Views) -> None:
        self.rule, self.views, self.values = training.rule, views, task.values

    def step(self, gradient: Tensor, rate: float) -> None:
        """Make one update; the rule looks the learning rate up by itself."""
        known = run_steps(self.rule.steps, self.values, {**self.views, "gradient#": gradient})
        new = [(self.views[word], known[result].clone()) for word, result in self.rule.new.items()]
        for view, moved in new:
            view.copy_(moved)

    def show(self) -> None:
        """It is there all the time."""


class Own:
    """One of ``torch.optim``."""

    def __init__(self, task: Task, training: Training, views: Views, own: optim.Optimizer) -> None:
        settings = training.optimizer.settings
        self.setting = {word: task.values[name] for word, name in settings.items()}
        self.kind, self.views, self.own = training.optimizer.kind, views, own
        self.updates, self.rate = 0, 0.0

    def step(self, gradient: Tensor, rate: float) -> None:
        """Make one update."""
        self.views["parameter#"].grad = gradient
        for group in self.own.param_groups:
            group["lr"] = rate
        self.own.step()
        self.updates, self.rate = self.updates + 1, rate

    def show(self) -> None:
        """Read what PyTorch keeps, under its names, into the views."""
        if self.updates:
            for word, value in self.state().items():
                self.views[f"{word}#"].copy_(value)

    def state(self) -> dict[str, Tensor]:
        """What PyTorch keeps, by the task's words for it."""
        kept, setting = self.own.state[self.views["parameter#"]], self.setting
        match self.kind:
            case "momentum":  # here the learning rate is in the velocity
                return {"velocity": self.rate * kept["momentum_buffer"]}
            case "pytorch momentum":
                dampened = torch.tensor(setting["dampening"], dtype=torch.float64)
                return {"velocity": kept["momentum_buffer"], "dampened": dampened}
            case "nesterov":
                return {"velocity": kept["momentum_buffer"]}
            case "adagrad":
                return {"s": kept["sum"]}
            case "rmsprop":
                return {"s": kept["square_avg"]}
            case "adam" | "adamw":
                m, v = kept["exp_avg"], kept["exp_avg_sq"]
                betas = torch.tensor([setting["beta1"], setting["beta2"]], dtype=torch.float64)
                beta1_t, beta2_t = betas**self.updates
                averages = {"m": m, "v": v, "m_hat": m / (1 - beta1_t), "v_hat": v / (1 - beta2_t)}
                return {**averages, "beta1_t": beta1_t, "beta2_t": beta2_t}
        return {}


def unusual(task: Task, training: Training) -> bool:
    """Whether settings change while it trains, state does not begin where it usually does, or
    state is used in the computation: no object of PyTorch's knows such things."""
    optimizer = training.optimizer
    state = set(chain(*optimizer.state.values()))
    settings = set(optimizer.settings.values())
    begun = any(
        task.values[name] != float(word.endswith("_t"))
        for word, names in optimizer.state.items()
        for name in names
    )
    used = not state.isdisjoint(chain(*(step.operands for step in task.steps)))
    return begun or used or not settings.isdisjoint({*training.moving, *training.samples})


def rounds_otherwise(kind: str, setting: Mapping[str, float]) -> bool:
    """Whether PyTorch's object rounds more than the task's rule does, and may leave its bound.

    Its Adam makes m + (1 - beta1)(g - m) of beta1 m + (1 - beta1) g. The roundings of that are
    3(1 - beta1) of g, as in the rule, and 2(1 - beta1) + beta1 of m, where the rule has 2 beta1:
    no more as long as beta1 is at least 2/3. Its AdamW shrinks p by the factor 1 - eta lambda,
    which is rounded, and then the product with p; the rule rounds p - eta lambda p once.
    """
    if kind == "adamw" and setting.get("weight_decay"):
        return True
    return kind in {"adam", "adamw"} and setting["beta1"] < 2 / 3


def own_of(task: Task, training: Training, parameters: Tensor) -> optim.Optimizer | None:
    """The object of ``torch.optim`` that does what the task's optimizer does; None without one."""
    optimizer, moving = training.optimizer, {*training.moving, *training.samples}
    if optimizer.epsilon_inside or not optimizer.bias_correction:
        return None
    setting = {word: task.values[name] for word, name in optimizer.settings.items()}
    if rounds_otherwise(optimizer.kind, setting):
        return None
    rate, decay = task.values[training.learning_rate], setting.get("weight_decay", 0.0)
    momentum, dampening = setting.get("momentum", 0.0), setting.get("dampening", 0.0)
    steady = not training.rates and training.learning_rate not in moving
    try:
        match optimizer.kind:
            case "gradient descent":
                return optim.SGD([parameters], rate, weight_decay=decay, foreach=False)
            # Without momentum SGD keeps no velocity, and knows no dampening.
            case "momentum" if momentum and steady:
                return optim.SGD([parameters], rate, momentum, weight_decay=decay, foreach=False)
            case "pytorch momentum" if momentum:
                return optim.SGD([parameters], rate, momentum, dampening, decay, foreach=False)
            case "nesterov" if momentum:
                return optim.SGD([parameters], rate, momentum, 0, decay, True, foreach=False)
            case "adagrad":
                epsilon = setting["epsilon"]
                return optim.Adagrad(
                    [parameters], rate, weight_decay=decay, eps=epsilon, foreach=False
                )
            case "rmsprop":
                rho, epsilon = setting["rho"], setting["epsilon"]
                return optim.RMSprop([parameters], rate, rho, epsilon, decay, foreach=False)
            case "adam" | "adamw":
                betas, epsilon = (setting["beta1"], setting["beta2"]), setting["epsilon"]
                kind = optim.AdamW if optimizer.kind == "adamw" else optim.Adam
                return kind([parameters], rate, betas, epsilon, decay, foreach=False)
    except ValueError:  # what PyTorch refuses, such as a negative learning rate
        return None
    return None
