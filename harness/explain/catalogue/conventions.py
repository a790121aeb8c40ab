"""Optimizers done by another convention: another variant's formulas in place of the scenario's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from harness.explain.computation.derivation import Derivation, adjoint
from harness.explain.computation.mistake import Instead, Mistake
from harness.explain.computation.rederived import rederived
from harness.scenario.optimizers import STARTS, formulas, state_of, written_out
from harness.scenario.scenario import Scenario
from harness.scenario.task import Optimizer, Training


@dataclass(frozen=True)
class Convention:
    """For optimizers of these ``kinds``, what ``lines`` say of the words that they define; those
    that come ``first`` are done before all others, ``besides`` comes after all."""

    kinds: tuple[str, ...]
    sentence: str
    lines: tuple[str, ...]
    first: bool = False
    besides: tuple[str, ...] = ()


_ADAM: Final = ("adam", "adamw")
_OUTSIDE: Final = ("pytorch momentum", "nesterov")
CONVENTIONS: Final = (
    Convention(_ADAM, "the bias correction is left out", ("m_hat = m", "v_hat = v")),
    Convention(_ADAM, "the bias correction of the first moment is left out", ("m_hat = m",)),
    Convention(_ADAM, "the bias correction of the second moment is left out", ("v_hat = v",)),
    Convention(
        _ADAM, "the bias correction is that of the first update in all updates",
        ("m_hat = m/(1 - beta1)", "v_hat = v/(1 - beta2)"),
    ),
    Convention(
        _ADAM, "the bias correction counts the first update as the second",
        ("m_hat = m/(1 - beta1_t*beta1)", "v_hat = v/(1 - beta2_t*beta2)"),
    ),
    Convention(
        _ADAM, "the bias of each moment is corrected with the beta of the other",
        ("m_hat = m/(1 - beta2_t)", "v_hat = v/(1 - beta1_t)"),
    ),
    Convention(
        _ADAM, "the moments are kept with their bias corrected, which enters the next averages",
        ("m_hat = m/(1 - beta1_t)", "v_hat = v/(1 - beta2_t)"), besides=("m = m_hat", "v = v_hat"),
    ),
    Convention(
        _ADAM, "epsilon is added before the bias of the second moment is corrected, as in Keras",
        (
            "v_hat = v/(1 - beta2_t)",
            "p = p - eta*m_hat/((sqrt(v) + epsilon)/sqrt(1 - beta2_t))",
        ),
    ),
    Convention(
        _ADAM, "beta1 and beta2 are exchanged",
        (
            "m = beta2*m + (1 - beta2)*g", "v = beta1*v + (1 - beta1)*g^2",
            "beta1_t = beta1_t*beta2", "beta2_t = beta2_t*beta1",
        ),
    ),
    Convention(
        _ADAM, "beta and 1 - beta are exchanged in the averages",
        ("m = (1 - beta1)*m + beta1*g", "v = (1 - beta2)*v + beta2*g^2"),
    ),
    Convention(("rmsprop",), "rho and 1 - rho are exchanged", ("s = (1 - rho)*s + rho*g^2",)),
    Convention(
        ("rmsprop",), "the squares of the gradients are added up, as in adagrad", ("s = s + g^2",)
    ),
    Convention(
        ("momentum",), "the learning rate stands outside the velocity instead of inside",
        ("velocity = momentum*velocity + g", "p = p - eta*velocity"),
    ),
    Convention(
        ("pytorch momentum",), "the learning rate stands inside the velocity instead of outside",
        ("velocity = momentum*velocity + eta*(g - dampened*g)", "p = p - velocity"),
    ),
    Convention(
        ("nesterov",), "the learning rate stands inside the velocity instead of outside",
        ("velocity = momentum*velocity + eta*g", "p = p - (eta*g + momentum*velocity)"),
    ),
    Convention(
        ("momentum",), "the learning rate is applied twice, in the velocity and outside it",
        ("p = p - eta*velocity",),
    ),
    Convention(
        _OUTSIDE, "the learning rate is applied twice, in the velocity and outside it",
        ("velocity = momentum*velocity + eta*g",),
    ),
    Convention(
        ("momentum",), "the gradient is dampened by 1 - momentum in the velocity",
        ("velocity = momentum*velocity + (1 - momentum)*eta*g",),
    ),
    Convention(
        _OUTSIDE, "the gradient is dampened by 1 - momentum in the velocity",
        ("velocity = momentum*velocity + (1 - momentum)*g",),
    ),
    Convention(
        ("pytorch momentum",), "the dampening is left out", ("velocity = momentum*velocity + g",)
    ),
    Convention(
        ("pytorch momentum",), "the gradient is dampened in the first update as well",
        ("velocity = momentum*velocity + (1 - dampening)*g",),
    ),
    Convention(
        ("momentum",), "Nesterov's momentum is taken instead of the classical one",
        ("p = p - (eta*g + momentum*velocity)",),
    ),
    Convention(
        ("pytorch momentum",), "Nesterov's momentum is taken instead of the classical one",
        ("p = p - eta*(g + momentum*velocity)",),
    ),
    Convention(
        ("nesterov",), "the classical momentum is taken instead of Nesterov's",
        ("p = p - eta*velocity",),
    ),
    Convention(("momentum", *_OUTSIDE), "the momentum is left out", ("p = p - eta*g",)),
    Convention(
        ("momentum",), "the velocity of the update before is used", ("p = p - velocity",), True
    ),
    Convention(
        ("pytorch momentum",), "the velocity of the update before is used",
        ("p = p - eta*velocity",), True,
    ),
)  # fmt: skip
_WORD: Final = re.compile(r"[a-z]\w*")


def conventions(derivation: Derivation) -> Iterator[Mistake]:
    """The update made by every other convention."""
    training = derivation.scenario.training
    if training is None or not training.parameters:
        return
    own = formulas_of(training.optimizer)
    for sentence, lines in variants(training.optimizer):
        new = next((one for one in lines if one not in own), None)
        left_out = next((one for one in own if one not in lines), own[0])
        computation = (
            compared(new, lines, training)
            if new
            else f"without {_for_first(left_out, own, training)}"
        )
        yield updated_by(lines, derivation, f"{sentence}, in the update", computation, 0.9)


def formulas_of(optimizer: Optimizer) -> list[str]:
    """The formulas of a scenario's own optimizer."""
    return formulas(
        optimizer.kind, optimizer.epsilon_inside, optimizer.bias_correction,
        "weight_decay" in optimizer.settings,
    )  # fmt: skip


def updated_by(
    lines: list[str], derivation: Derivation, sentence: str, computation: str, size: float
) -> Mistake:
    """The mistake of updating by other formulas."""
    training = derivation.scenario.training
    assert training is not None
    scenario = _with_rule(lines, derivation.scenario, training)
    return Mistake(
        "optimizer", "everywhere", sentence, computation, size,
        instead=Instead(sentence, rederived(derivation, scenario)),
    )  # fmt: skip


def variants(optimizer: Optimizer) -> Iterator[tuple[str, list[str]]]:
    """The other conventions of an optimizer: what is done, and all its formulas."""
    kind, settings = optimizer.kind, optimizer.settings
    inside, corrected = optimizer.epsilon_inside, optimizer.bias_correction
    decays = "weight_decay" in settings
    own = formulas_of(optimizer)
    if "epsilon" in settings:
        place, right = ("to the root", "under the root")[:: -1 if not inside else 1]
        yield (
            f"epsilon is added {place} instead of {right}",
            formulas(kind, not inside, corrected, decays),
        )
    if kind in _ADAM and not corrected:
        yield "the bias is corrected, which it should not be", formulas(kind, inside, True, decays)
    if decays:
        yield "the weight decay is left out", formulas(kind, inside, corrected, False)
        if kind != "gradient descent":
            coupled = "p = p - eta*weight_decay*p", "g = g + weight_decay*p"
            joins = own[0] == coupled[1]
            yield (
                "the weight decay shrinks the parameter by itself instead of joining the gradient"
                if joins
                else "the weight decay joins the gradient instead of shrinking the parameter by itself",
                [coupled[0] if joins else coupled[1], *own[1:]],
            )
    for one in CONVENTIONS:
        if kind in one.kinds and ("dampening" in settings or "dampening" not in str(one.lines)):
            lines = _with(own, one)
            if lines is not None and lines != own:
                yield one.sentence, lines


def _with(own: list[str], convention: Convention) -> list[str] | None:
    """The formulas with those of a convention in place of the last of each word."""
    lines = list(own)
    for line in convention.lines:
        places = [k for k, one in enumerate(lines) if _subject(one) == _subject(line)]
        if not places:
            return None
        if convention.first:
            del lines[places[-1]]
            lines.insert(next(k for k, one in enumerate(lines) if _subject(one) not in "pg"), line)
        else:
            lines[places[-1]] = line
    return [*lines, *convention.besides]


def _subject(line: str) -> str:
    return line.partition(" =")[0]


def _with_rule(lines: list[str], scenario: Scenario, training: Training) -> Scenario:
    """A scenario with other formulas for its update; what they keep besides begins as usual."""
    state: dict[str, tuple[str, ...]] = dict(training.optimizer.state)
    given: dict[str, Fraction] = {}
    for word in state_of(lines):
        if word not in state:
            state[word] = tuple(f"{word} of {name}" for name in training.parameters)
            given |= dict.fromkeys(state[word], STARTS.get(word, Fraction(0)))
    optimizer = replace(training.optimizer, state=state)
    rule, constants = written_out(lines, optimizer, training.learning_rate)
    known = scenario.computation
    return replace(
        scenario,
        given={**scenario.given, **given},
        computation=replace(known, constants={**constants, **known.constants}),
        training=replace(training, optimizer=optimizer, rule=rule),
    )


def compared(mistaken: str, lines: list[str], training: Training) -> str:
    """One of the formulas for the first parameter, beside the right one where there is one."""
    own = formulas_of(training.optimizer)
    subject = _subject(mistaken)
    right = next((one for one in own[::-1] if _subject(one) == subject and one not in lines), "")
    line = _for_first(mistaken, lines, training)
    return f"{line}, not {_for_first(right, own, training).partition(' = ')[2]}" if right else line


def _for_first(line: str, lines: list[str], training: Training) -> str:
    """One of some formulas, for the first parameter, in the document's names."""
    name = training.parameters[0]
    names = {
        "p": name, "g": adjoint(training.loss, name), "eta": training.learning_rate,
        **training.optimizer.settings, **{w: n[0] for w, n in training.optimizer.state.items()},
    }  # fmt: skip
    return _named(line, lines, names)


def _named(line: str, lines: list[str], names: Mapping[str, str]) -> str:
    """A formula in the document's names; what was computed before it is marked as new."""
    new = {_subject(one) for one in lines[: lines.index(line)]} - {"g"}
    left, _, right = line.partition(" = ")

    def name(found: re.Match[str]) -> str:
        word = found.group()
        return names.get(word, word) + "@1" * (word in new)

    mark = "" if left == "g" else "@1"
    return f"{names.get(left, left)}{mark} = {_WORD.sub(name, right)}"
