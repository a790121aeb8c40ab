"""The optimizers: what becomes of a parameter p, once its gradient g = dE/dp is known.

Each is a function that returns the new p. It finds the learning rate eta and the optimizer's other
numbers in ``s``, and what it remembers of this parameter from one update to the next in ``kept``,
where it leaves what it computes: ``←`` in the formulas is "becomes".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from harness.scenario.task import Training
from implementations.loops.floats import divide, sqrt

Numbers = dict[str, float]


@dataclass(slots=True)
class Settings:
    """The numbers of an optimizer; one that it does not take is nowhere looked at."""

    eta: float
    momentum: float = 0.0
    dampening: float = 0.0
    rho: float = 0.0
    beta1: float = 0.0
    beta2: float = 0.0
    epsilon: float = 0.0
    weight_decay: float | None = None
    epsilon_inside: bool = False
    bias_correction: bool = True


def gradient_descent(p: float, g: float, s: Settings, kept: Numbers) -> float:
    """p ← p - eta g."""
    return p - s.eta * g


def momentum(p: float, g: float, s: Settings, kept: Numbers) -> float:
    """velocity ← momentum velocity + eta g;  p ← p - velocity."""
    kept["velocity"] = s.momentum * kept["velocity"] + s.eta * g
    return p - kept["velocity"]


def pytorch_momentum(p: float, g: float, s: Settings, kept: Numbers) -> float:
    """velocity ← momentum velocity + (1 - dampening) g;  p ← p - eta velocity.

    The first update takes the gradient whole: ``dampened`` is 0 before it, and then ``dampening``.
    """
    kept["velocity"] = s.momentum * kept["velocity"] + g - kept["dampened"] * g
    kept["dampened"] = s.dampening
    return p - s.eta * kept["velocity"]


def nesterov(p: float, g: float, s: Settings, kept: Numbers) -> float:
    """velocity ← momentum velocity + g;  p ← p - eta (g + momentum velocity)."""
    kept["velocity"] = s.momentum * kept["velocity"] + g
    return p - s.eta * (g + s.momentum * kept["velocity"])


def scaled(rate: float, square: float, s: Settings) -> float:
    """rate / (√square + epsilon), or with epsilon under the root: rate / √(square + epsilon)."""
    if s.epsilon_inside:
        return divide(rate, sqrt(square + s.epsilon))
    return divide(rate, sqrt(square) + s.epsilon)


def adagrad(p: float, g: float, s: Settings, kept: Numbers) -> float:
    """s ← s + g^2;  p ← p - eta g / (√s + epsilon)."""
    kept["s"] += g * g
    return p - scaled(s.eta * g, kept["s"], s)


def rmsprop(p: float, g: float, s: Settings, kept: Numbers) -> float:
    """s ← rho s + (1 - rho) g^2;  p ← p - eta g / (√s + epsilon)."""
    kept["s"] = s.rho * kept["s"] + (1.0 - s.rho) * (g * g)
    return p - scaled(s.eta * g, kept["s"], s)


def adam(p: float, g: float, s: Settings, kept: Numbers) -> float:
    """Averages of the gradient and of its square, of which the older terms fade::

        m ← beta1 m + (1 - beta1) g
        v ← beta2 v + (1 - beta2) g^2

    They begin at 0 and are too small at first: by 1 - beta^t after t updates, which the bias
    correction divides out. ``beta1_t`` and ``beta2_t`` are these powers, and begin at 1::

        beta1_t ← beta1_t beta1        m_hat = m / (1 - beta1_t)
        beta2_t ← beta2_t beta2        v_hat = v / (1 - beta2_t)
        p ← p - eta m_hat / (√v_hat + epsilon)

    Without it, m and v take the places of m_hat and v_hat.
    """
    kept["m"] = s.beta1 * kept["m"] + (1.0 - s.beta1) * g
    kept["v"] = s.beta2 * kept["v"] + (1.0 - s.beta2) * (g * g)
    if not s.bias_correction:
        return p - scaled(s.eta * kept["m"], kept["v"], s)
    kept["beta1_t"] *= s.beta1
    kept["beta2_t"] *= s.beta2
    kept["m_hat"] = divide(kept["m"], 1.0 - kept["beta1_t"])
    kept["v_hat"] = divide(kept["v"], 1.0 - kept["beta2_t"])
    return p - scaled(s.eta * kept["m_hat"], kept["v_hat"], s)


def adamw(p: float, g: float, s: Settings, kept: Numbers) -> float:
    """p ← p - eta weight_decay p, which shrinks it by itself, and then as adam."""
    if s.weight_decay is not None:
        p -= s.eta * s.weight_decay * p
    return adam(p, g, s, kept)


Change = Callable[[float, float, Settings, Numbers], float]


def decaying(change: Change) -> Change:
    """g ← g + weight_decay p, the gradient of E + weight_decay/2 p^2, and then the change."""

    def decayed(p: float, g: float, s: Settings, kept: Numbers) -> float:
        return change(p, g if s.weight_decay is None else g + s.weight_decay * p, s, kept)

    return decayed


CHANGES: dict[str, Change] = {
    "gradient descent": decaying(gradient_descent),
    "momentum": decaying(momentum),
    "pytorch momentum": decaying(pytorch_momentum),
    "nesterov": decaying(nesterov),
    "adagrad": decaying(adagrad),
    "rmsprop": decaying(rmsprop),
    "adam": decaying(adam),
    "adamw": adamw,
}


def optimizer(training: Training) -> Callable[[Numbers, Numbers], Numbers]:
    """The function that says, from the values of all names and the gradient by each, what the
    parameters become, and what the optimizer remembers of them."""
    rate, parameters, chosen = training.learning_rate, training.parameters, training.optimizer
    if chosen.kind == "gradient descent" and not chosen.settings:

        def plain(value: Numbers, gradient: Numbers) -> Numbers:
            eta = value[rate]
            return {name: value[name] - eta * gradient[name] for name in parameters}

        return plain

    change, settings = CHANGES[chosen.kind], chosen.settings.items()
    # Of each parameter: the names of what is kept of it, by the word in the formulas.
    names = [
        {word: called[k] for word, called in chosen.state.items()} for k in range(len(parameters))
    ]

    def changed(value: Numbers, gradient: Numbers) -> Numbers:
        given = {word: value[name] for word, name in settings}
        s = Settings(
            value[rate],
            epsilon_inside=chosen.epsilon_inside,
            bias_correction=chosen.bias_correction,
            **given,
        )
        new: Numbers = {}
        for name, own in zip(parameters, names, strict=True):
            kept = {word: value[called] for word, called in own.items()}
            new[name] = change(value[name], gradient[name], s, kept)
            new.update((own[word], number) for word, number in kept.items())
        return new

    return changed
