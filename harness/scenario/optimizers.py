"""The optimizers, each as its formulas, and the Wengert list that they are for one parameter.

``p`` is the parameter, ``g`` its gradient, ``eta`` the learning rate; whatever else a formula
computes is state, which begins at 0 unless ``STARTS`` says otherwise. The sources are in
docs/optimizers.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from harness.notation import parse_equation
from harness.scenario.computation import Equation, Tracer
from harness.scenario.task import Optimizer, Rule, Step, Training

#: State that does not begin at 0: beta to the power of the number of updates.
STARTS: Final = {"beta1_t": Fraction(1), "beta2_t": Fraction(1)}
#: What a setting is where a fixture does not give it.
DEFAULTS: Final = {
    "momentum": None, "dampening": Fraction(0), "rho": None, "beta1": None, "beta2": None,
    "epsilon": None, "weight_decay": Fraction(0),
}  # fmt: skip


@dataclass(frozen=True)
class Kind:
    """An optimizer: the settings it takes, and its formulas in order, the parameter's last."""

    settings: tuple[str, ...]
    formulas: tuple[str, ...]


_ADAM: Final = (
    "m = beta1*m + (1 - beta1)*g",
    "v = beta2*v + (1 - beta2)*g^2",
    "beta1_t = beta1_t*beta1",
    "beta2_t = beta2_t*beta2",
    "m_hat = m/(1 - beta1_t)",
    "v_hat = v/(1 - beta2_t)",
    "p = p - eta*m_hat/(sqrt(v_hat) + epsilon)",
)

KINDS: Final = {
    "gradient descent": Kind(("weight_decay",), ("p = p - eta*g",)),
    "momentum": Kind(
        ("momentum", "weight_decay"), ("velocity = momentum*velocity + eta*g", "p = p - velocity")
    ),
    "pytorch momentum": Kind(
        ("momentum", "dampening", "weight_decay"),
        # The first update takes the gradient whole: what is dampened is 0 then.
        (
            "velocity = momentum*velocity + g - dampened*g",
            "dampened = dampening",
            "p = p - eta*velocity",
        ),
    ),
    "nesterov": Kind(
        ("momentum", "weight_decay"),
        ("velocity = momentum*velocity + g", "p = p - eta*(g + momentum*velocity)"),
    ),
    "adagrad": Kind(
        ("epsilon", "weight_decay"), ("s = s + g^2", "p = p - eta*g/(sqrt(s) + epsilon)")
    ),
    "rmsprop": Kind(
        ("rho", "epsilon", "weight_decay"),
        ("s = rho*s + (1 - rho)*g^2", "p = p - eta*g/(sqrt(s) + epsilon)"),
    ),
    "adam": Kind(("beta1", "beta2", "epsilon", "weight_decay"), _ADAM),
    "adamw": Kind(("beta1", "beta2", "epsilon", "weight_decay"), _ADAM),
}


def formulas(kind: str, epsilon_inside: bool, bias_correction: bool, decays: bool) -> list[str]:
    """The formulas of an optimizer, in order. ``decays``: with weight decay, which joins the
    gradient, or in adamw shrinks the parameter by itself."""
    found = list(KINDS[kind].formulas)
    if not bias_correction:
        found = [line for line in found if "_t" not in line]
        found = [line.replace("_hat", "") for line in found]
    if epsilon_inside:
        found = [
            line.replace(f"sqrt({root}) + epsilon", f"sqrt({root} + epsilon)")
            for line in found
            for root in [line.partition("sqrt(")[2].partition(")")[0]]
        ]
    if decays:
        coupled = "p = p - eta*weight_decay*p" if kind == "adamw" else "g = g + weight_decay*p"
        found.insert(0, coupled)
    return found


def state_of(lines: list[str]) -> list[str]:
    """The words for what an optimizer keeps from one update to the next."""
    return [word for word in dict.fromkeys(_subjects(lines)) if word not in {"p", "g"}]


def _subjects(lines: list[str]) -> Iterator[str]:
    return (line.partition(" =")[0] for line in lines)


def rule_of(
    optimizer: Optimizer, learning_rate: str, decays: bool
) -> tuple[Rule, Mapping[str, Fraction]]:
    """An optimizer as a Wengert list for one parameter, and the constants in it."""
    lines = formulas(optimizer.kind, optimizer.epsilon_inside, optimizer.bias_correction, decays)
    return written_out(lines, optimizer, learning_rate)


def written_out(
    lines: list[str], optimizer: Optimizer, learning_rate: str
) -> tuple[Rule, Mapping[str, Fraction]]:
    """Formulas with an optimizer's settings as a Wengert list, and the constants in it."""
    # What each name in the formulas stands for so far: a name of the task, or a step's result.
    now = {"p": "parameter#", "g": "gradient#", "eta": learning_rate, **optimizer.settings}
    now |= {word: f"{word}#" for word in state_of(lines)}
    steps: list[Step] = []
    constants: dict[str, Fraction] = {}
    for number, line in enumerate(lines):
        name, expression = parse_equation(line, now)
        tracer = Tracer(dict.fromkeys(now, ()))
        result = f"{name.name}#{number + 1}"
        tracer.define(Equation(result, expression))
        constants |= tracer.constants
        steps += [
            Step(step.result, step.operation, tuple(now.get(one, one) for one in step.operands))
            for step in tracer.steps
        ]
        now[name.name] = result
    new = {"parameter#": now["p"]} | {f"{word}#": now[word] for word in state_of(lines)}
    return Rule(tuple(steps), new), constants


def gradient_descent(loss: str, learning_rate: str, parameters: tuple[str, ...]) -> Training:
    """Plain gradient descent: no optimizer state, no schedule, no constants."""
    rule, _ = rule_of(Optimizer(), learning_rate, decays=False)
    return Training(loss, learning_rate, parameters, Optimizer(), rule)
