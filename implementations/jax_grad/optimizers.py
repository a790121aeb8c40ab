"""How a gradient moves the parameters: by optax where it is installed and its convention is that of
the task, else by the task's rule."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import Array

from harness.scenario.task import Task, Training
from implementations.jax_grad.arrays import shapes_of, whole
from implementations.jax_grad.forward import Values, run_steps

try:
    import optax as optax
except ModuleNotFoundError:  # the rule does without
    optax = None

#: A vector with one entry a parameter, by ``parameter#`` and each state (``m#``).
Vectors = Mapping[str, Array]


class Plain:
    """Plain gradient descent, number by number."""

    def __init__(self, task: Task, training: Training) -> None:
        self.learning_rate = training.learning_rate
        self.parameters = wholes(task, training.parameters)

    def begin(self, values: Values) -> Any:
        """What is kept besides the values, before the first update: nothing."""
        return ()

    def step(self, now: Values, slopes: Values, kept: Any) -> tuple[Values, Any]:
        """What has changed after one more update; ``now`` has all values, ``slopes`` the gradient
        by each parameter."""
        rate = now[self.learning_rate]
        return {name: now[name] - rate * slope for name, slope in slopes.items()}, kept


class OverVectors(ABC):
    """An update that is made over the vector of all parameters, and those of their state."""

    def __init__(self, task: Task, training: Training) -> None:
        self.constants, self.training = task.values, training
        self.parameters = wholes(task, training.parameters)
        self.own = {"parameter#": self.parameters}
        state = training.optimizer.state
        self.own |= {f"{word}#": wholes(task, names) for word, names in state.items()}

    def step(self, now: Values, slopes: Values, kept: Any) -> tuple[Values, Any]:
        """What has changed after one more update, as for ``Plain``."""
        vectors = {word: joined(now, names) for word, names in self.own.items()}
        gradient = joined(slopes, self.parameters)
        new, kept = self.moved(now, vectors, gradient, kept)
        moved: dict[str, Array] = {}
        for word, names in self.own.items():
            sizes = np.cumsum([now[name].size for name in names])[:-1]
            parts = jnp.split(jnp.broadcast_to(new[word], gradient.shape), sizes)
            shaped = [p.reshape(now[name].shape) for p, name in zip(parts, names, strict=True)]
            moved |= zip(names, shaped, strict=True)
        return moved, kept

    def begin(self, values: Values) -> Any:
        """What is kept besides the values, before the first update."""
        return ()

    @abstractmethod
    def moved(
        self, now: Values, vectors: Vectors, gradient: Array, kept: Any
    ) -> tuple[Vectors, Any]:
        """The vectors after one more update, or one number for all entries of one."""


class Ruled(OverVectors):
    """The task's rule."""

    def moved(
        self, now: Values, vectors: Vectors, gradient: Array, kept: Any
    ) -> tuple[Vectors, Any]:
        """Run its steps."""
        known = {**now, **vectors, "gradient#": gradient}
        known = run_steps(self.training.rule.steps, self.constants, known)
        return {word: known[result] for word, result in self.training.rule.new.items()}, kept


class Own(OverVectors):
    """One of optax's, with its settings as numbers, as users give them."""

    def __init__(self, task: Task, training: Training) -> None:
        super().__init__(task, training)
        self.optimizer = training.optimizer
        settings = training.optimizer.settings
        self.setting = {word: task.values[name] for word, name in settings.items()}

    def begin(self, values: Values) -> Any:
        """What optax keeps."""
        return self.at(0.0).init(joined(values, self.parameters))

    def moved(
        self, now: Values, vectors: Vectors, gradient: Array, kept: Any
    ) -> tuple[Vectors, Any]:
        """Ask optax for the changes, and read its state under the task's words."""
        parameters, rate = vectors["parameter#"], now[self.training.learning_rate]
        changes, kept = self.at(rate).update(gradient, kept, parameters)
        state = {f"{word}#": value for word, value in self.state(kept, rate).items()}
        return {"parameter#": optax.apply_updates(parameters, changes), **state}, kept

    def at(self, rate: Any) -> optax.GradientTransformation:
        """The optimizer at a learning rate, which may be another at every update."""
        setting, inside = self.setting, self.optimizer.epsilon_inside
        epsilon, decay = setting.get("epsilon", 0.0), setting.get("weight_decay", 0.0)
        roots = {"eps": 0.0, "eps_root": epsilon} if inside else {"eps": epsilon}
        match self.optimizer.kind:
            case "gradient descent":
                own = optax.sgd(rate)
            case "momentum" | "pytorch momentum":
                own = optax.sgd(rate, setting["momentum"])
            case "nesterov":
                own = optax.sgd(rate, setting["momentum"], nesterov=True)
            case "adagrad":
                own = optax.adagrad(rate, initial_accumulator_value=0.0, eps=epsilon)
            case "rmsprop":
                own = optax.rmsprop(rate, setting["rho"], epsilon, eps_in_sqrt=inside)
            case "adam":
                own = optax.adam(rate, setting["beta1"], setting["beta2"], **roots)
            case "adamw":
                betas = setting["beta1"], setting["beta2"]
                return optax.adamw(rate, *betas, **roots, weight_decay=decay)
            case kind:
                raise AssertionError(kind)
        # What decays here joins the gradient.
        return optax.chain(optax.add_decayed_weights(decay), own) if decay else own

    def state(self, kept: Any, rate: Array) -> Mapping[str, Any]:
        """What optax keeps, by the task's words for it."""
        setting = self.setting

        def read(name: str) -> Any:
            return optax.tree_utils.tree_get(kept, name)

        match self.optimizer.kind:
            case "momentum":  # here the learning rate is in the velocity
                return {"velocity": rate * read("trace")}
            case "pytorch momentum":
                return {"velocity": read("trace"), "dampened": setting["dampening"]}
            case "nesterov":
                return {"velocity": read("trace")}
            case "adagrad":
                return {"s": read("sum_of_squares")}
            case "rmsprop":
                return {"s": read("nu")}
            case "adam" | "adamw":
                m, v, updates = read("mu"), read("nu"), read("count")
                beta1_t, beta2_t = setting["beta1"] ** updates, setting["beta2"] ** updates
                averages = {"m": m, "v": v, "m_hat": m / (1 - beta1_t), "v_hat": v / (1 - beta2_t)}
                return {**averages, "beta1_t": beta1_t, "beta2_t": beta2_t}
        return {}


def wholes(task: Task, names: Sequence[str]) -> list[str]:
    """The arrays that numbers stand in, each once; themselves where they stand alone."""
    shapes = shapes_of(task)
    return list(dict.fromkeys(whole(name, shapes) for name in names))


def joined(values: Values, names: Sequence[str]) -> Array:
    """The numbers of several arrays, one after the other, as a vector."""
    return jnp.concatenate([values[name].ravel() for name in names])


def optimizer_of(task: Task, training: Training) -> Plain | OverVectors:
    """The optimizer of a task: optax's, if that does the same."""
    if training.optimizer.kind == "gradient descent" and not training.optimizer.settings:
        return Plain(task, training)
    known = optax is not None and known_to_optax(task, training)
    return Own(task, training) if known else Ruled(task, training)


def known_to_optax(task: Task, training: Training) -> bool:
    """Whether optax has this optimizer, with its settings steady, and begun as it begins."""
    optimizer, moving = training.optimizer, {*training.moving, *training.samples}
    setting = {word: task.values[name] for word, name in optimizer.settings.items()}
    steady = not training.rates and training.learning_rate not in moving
    fits = {
        "gradient descent": True,
        "momentum": steady,
        "pytorch momentum": setting.get("dampening") == 0,  # optax has none
        "nesterov": True,
        "adagrad": optimizer.epsilon_inside,
        "rmsprop": True,
        "adam": optimizer.bias_correction,
        "adamw": optimizer.bias_correction,
    }.get(optimizer.kind, False)
    begun = all(
        task.values[name] == float(word.endswith("_t"))
        for word, names in optimizer.state.items()
        for name in names
    )
    return fits and begun and moving.isdisjoint(chain(optimizer.settings.values()))
