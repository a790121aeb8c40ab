"""What an update makes of the gradient, for all parameters at once.

p is the vector of the P parameters, g that of their gradients, and every state of an optimizer a
vector (P,) as well: all operations go element by element. η is the learning rate. What is on the
right of an equation is what it was before the update, unless a line above has changed it.

An optimizer is a function of p, g, η, its settings and its state. It returns the new p, and sets
the state anew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
from numpy.typing import NDArray

from harness.scenario.task import Optimizer, Unsupported

Vector = NDArray[np.float64]
Settings = Mapping[str, np.float64]
State = dict[str, Vector]
Rule = Callable[[Vector, Vector, np.float64, Settings, State], Vector]
Root = Callable[[Vector, np.float64], Vector]


def descent(p: Vector, g: Vector, eta: np.float64, setting: Settings, state: State) -> Vector:
    """p - η g."""
    return p - eta * g


def momentum(p: Vector, g: Vector, eta: np.float64, setting: Settings, state: State) -> Vector:
    """velocity = μ velocity + η g;  p - velocity."""
    state["velocity"] = setting["momentum"] * state["velocity"] + eta * g
    return p - state["velocity"]


def dampened(p: Vector, g: Vector, eta: np.float64, setting: Settings, state: State) -> Vector:
    """velocity = μ velocity + g - d g;  p - η velocity.

    d is 0 in the first update, which takes the gradient whole, and the dampening from then on.
    """
    velocity = setting["momentum"] * state["velocity"] + g - state["dampened"] * g
    state["velocity"] = velocity
    state["dampened"] = np.full_like(p, setting["dampening"])
    return p - eta * velocity


def nesterov(p: Vector, g: Vector, eta: np.float64, setting: Settings, state: State) -> Vector:
    """velocity = μ velocity + g;  p - η (g + μ velocity)."""
    state["velocity"] = setting["momentum"] * state["velocity"] + g
    return p - eta * (g + setting["momentum"] * state["velocity"])


def root_beside(s: Vector, epsilon: np.float64) -> Vector:
    """√s + ε, which keeps a quotient from growing without end where s is close to 0."""
    return np.sqrt(s) + epsilon


def root_over(s: Vector, epsilon: np.float64) -> Vector:
    """√(s + ε), as some have it instead."""
    return np.sqrt(s + epsilon)


def adagrad(
    root: Root, p: Vector, g: Vector, eta: np.float64, setting: Settings, state: State
) -> Vector:
    """s = s + g^2;  p - η g / (√s + ε)."""
    state["s"] = state["s"] + g * g
    return p - eta * g / root(state["s"], setting["epsilon"])


def rmsprop(
    root: Root, p: Vector, g: Vector, eta: np.float64, setting: Settings, state: State
) -> Vector:
    """s = ρ s + (1 - ρ) g^2;  p - η g / (√s + ε)."""
    rho = setting["rho"]
    state["s"] = rho * state["s"] + (1 - rho) * (g * g)
    return p - eta * g / root(state["s"], setting["epsilon"])


def adam(
    root: Root, corrected: bool,
    p: Vector, g: Vector, eta: np.float64, setting: Settings, state: State,
) -> Vector:  # fmt: skip
    """Averages of the gradient and of its square, and their quotient::

        m = β1 m + (1 - β1) g       m^ = m / (1 - β1^t)
        v = β2 v + (1 - β2) g^2     v^ = v / (1 - β2^t)
        p - η m^ / (√v^ + ε)

    The averages begin at 0, and the division by 1 - β^t in the t-th update makes up for that;
    where they are not ``corrected``, m and v stand for m^ and v^.
    """
    one, two = setting["beta1"], setting["beta2"]
    m = state["m"] = one * state["m"] + (1 - one) * g
    v = state["v"] = two * state["v"] + (1 - two) * (g * g)
    if corrected:
        state["beta1_t"] = state["beta1_t"] * one
        state["beta2_t"] = state["beta2_t"] * two
        m = state["m_hat"] = m / (1 - state["beta1_t"])
        v = state["v_hat"] = v / (1 - state["beta2_t"])
    return p - eta * m / root(v, setting["epsilon"])


def decaying(rule: Rule) -> Rule:
    """Weight decay λ coupled with the gradient: g + λ p in place of g."""
    return lambda p, g, eta, setting, state: rule(
        p, g + setting["weight_decay"] * p, eta, setting, state
    )


def shrinking(rule: Rule) -> Rule:
    """Weight decay λ decoupled from the gradient: p - η λ p in place of p."""
    return lambda p, g, eta, setting, state: rule(
        p - eta * setting["weight_decay"] * p, g, eta, setting, state
    )


def rule_of(optimizer: Optimizer) -> Rule:
    """The function of an optimizer, with its weight decay: adamw's is decoupled."""
    root = root_over if optimizer.epsilon_inside else root_beside
    rules: dict[str, Rule] = {
        "gradient descent": descent,
        "momentum": momentum,
        "pytorch momentum": dampened,
        "nesterov": nesterov,
        "adagrad": partial(adagrad, root),
        "rmsprop": partial(rmsprop, root),
        "adam": partial(adam, root, optimizer.bias_correction),
        "adamw": partial(adam, root, optimizer.bias_correction),
    }
    if optimizer.kind not in rules:
        raise Unsupported(f"has no optimizer {optimizer.kind!r}")
    rule = rules[optimizer.kind]
    if "weight_decay" not in optimizer.settings:
        return rule
    return shrinking(rule) if optimizer.kind == "adamw" else decaying(rule)
