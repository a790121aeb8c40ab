"""The right loss, but of something else than each output with its target."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from typing import Final

from harness.explain.catalogue.changed import beside
from harness.explain.catalogue.each_way import each_way
from harness.explain.catalogue.losses import LOGARITHMS
from harness.explain.computation.derivation import Derivation
from harness.explain.computation.mistake import Mistake
from harness.explain.computation.rederived import reworked
from harness.notation.printing import written
from harness.notation.syntax import (
    Call,
    Expression,
    Name,
    Negative,
    Number,
    Power,
    Product,
    Sum,
)
from harness.scenario.network import loss_equations, softmax
from harness.scenario.task import Layer, Network
from harness.verdicts.forms import rebuilt

_SQUARES: Final = ("half squared error", "squared error")
#: Of more pairs of outputs, or of samples, than this, no loss is made.
_MOST_PAIRS: Final = 100
_LONGEST: Final = 120
Equations = Mapping[str, Expression]


@dataclass(frozen=True)
class Other:
    """Equations of the loss in place of the network's; "the loss is ``said``", or the loss that is
    ``said`` where it is the right one of something else, as ``of`` tells."""

    equations: Equations
    said: str
    size: float
    of: str = "the loss "


def taken_of(derivation: Derivation) -> Iterator[Mistake]:
    """The loss of the net inputs, of outputs activated once more, of all pairs, of probabilities;
    and its root."""
    network = derivation.scenario.network
    if network is None or network.total != derivation.loss:
        return
    for other in _others(network):
        scenario = reworked(derivation.scenario, other.equations)
        computation = beside(loss_equations(network), other.equations, _shown)
        if scenario is None or not computation:
            continue
        yield from each_way(
            derivation, scenario, other.said, other.of + other.said, computation, other.size
        )


def _shown(node: Expression) -> str:
    text = written(node)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _others(network: Network) -> Iterator[Other]:
    last = network.layers[-1]
    if last.activation != "identity":
        if network.loss.kind not in LOGARITHMS:  # these have none below 0
            nets = {out: Name(net) for out, net in zip(last.out, last.net, strict=True)}
            yield Other(_with(network, nets), "taken of the net inputs instead of the outputs", 1.0)
        words = f"taken of the outputs with {last.activation} applied to them once more"
        yield Other(_with(network, _activated(last)), words, 0.95)
    elif network.loss.kind == "softmax cross-entropy":
        again = _activated(replace(last, activation="softmax"))
        yield Other(_with(network, again), "taken of the outputs with softmax applied twice", 0.95)
        yield Other(
            _probabilities(network, again),
            "made of the probabilities, without their logarithm",
            1.0,
        )
    yield from _pairs_of_outputs(network)
    yield from _pairs_of_samples(network)
    if network.loss.kind in _SQUARES:
        yield from _roots(network)


def _activated(layer: Layer) -> dict[str, Expression]:
    """By output: the activation applied to it."""
    outs: list[Expression] = [Name(out) for out in layer.out]
    if layer.activation == "softmax":
        return {out: softmax(k, outs) for k, out in enumerate(layer.out)}
    setting = [] if layer.setting is None else [Number(layer.setting, Fraction(layer.setting))]
    return {out: Call(layer.activation, (Name(out), *setting)) for out in layer.out}


def _with(network: Network, instead: Mapping[str, Expression]) -> Equations:
    """The equations of the loss with something in place of each output."""
    return {one.name: _put(one.expression, instead) for one in loss_equations(network)}


def _put(node: Expression, instead: Mapping[str, Expression]) -> Expression:
    return rebuilt(
        node, lambda part: instead.get(part.name, part) if isinstance(part, Name) else part
    )


def _probabilities(network: Network, shares: Mapping[str, Expression]) -> Equations:
    """The targets' share of the probabilities, negative: the logarithm is left to somebody else."""
    outs = network.layers[-1].out
    return {
        loss: Negative(_product(Name(target), shares[out]))
        for loss, target, out in zip(network.losses, network.targets, outs, strict=True)
    }


def _pairs_of_outputs(network: Network) -> Iterator[Other]:
    """A row of outputs less a column of targets: each output with every target."""
    outs, targets = network.layers[-1].out, network.targets
    if not 2 <= len(outs) <= _MOST_PAIRS**0.5 or network.loss.kind == "softmax cross-entropy":
        return
    terms = [_loss(network, Name(t), Name(o)) for o, t in product(outs, targets)]
    each = network.sample or network.total
    yield from _combined(each, terms, "one output and the target of any")


def _pairs_of_samples(network: Network) -> Iterator[Other]:
    """The same in a batch with one output: that of each sample with the targets of all."""
    outs, targets, places = network.layers[-1].out, network.targets, range(network.samples)
    if len(outs) > 1 or not 2 <= len(places) <= _MOST_PAIRS**0.5:
        return
    if network.loss.kind != "softmax cross-entropy":
        terms = [
            _loss(network, Name(targets[0], (i,)), Name(outs[0], (j,)))
            for j, i in product(places, places)
        ]
        yield from _combined(network.total, terms, "one sample's output and the target of any")


def _loss(network: Network, target: Name, out: Name) -> Expression:
    """The network's loss of one output with a target."""
    name = "loss"
    one = replace(
        network, layers=(replace(network.layers[-1], out=(out.name,)),), targets=(target.name,),
        losses=(name,), total=name, sample=None, samples=0,
    )  # fmt: skip
    [equation] = loss_equations(one)
    return _put(equation.expression, {target.name: target, out.name: out})


def _combined(name: str, terms: list[Expression], what: str) -> Iterator[Other]:
    total = Sum(tuple(terms), (1,) * len(terms))
    pairs = f"over all pairs of {what}, as when shapes broadcast"
    for how, whole in (("added up", total), ("averaged", _divided(total, len(terms)))):
        yield Other({name: whole}, f"{how} {pairs}", 0.95)


def _roots(network: Network) -> Iterator[Other]:
    """The root of the mean of the squares, and of their sum: the distance."""
    outs = network.layers[-1].out
    if len(outs) == 1 and not network.samples:
        return  # the absolute error
    squares = Sum(
        tuple(
            Power(Sum((Name(t), Name(o)), (1, -1)), Number("2", Fraction(2)))
            for t, o in zip(network.targets, outs, strict=True)
        ),
        (1,) * len(outs),
    )
    total: Expression = squares if len(outs) > 1 else squares.terms[0]
    mean = _divided(total, len(outs)) if len(outs) > 1 else total
    if network.samples:
        total, mean = Call("sum", (total,)), Call("mean", (mean,))
    for words, whole in (("mean of the squares", mean), ("sum of the squares", total)):
        said = f"the root of the {words}"
        yield Other({network.total: Call("sqrt", (whole,))}, said, 1.1, of="")


def _product(a: Expression, b: Expression) -> Expression:
    return Product((a, b), ("*", "*"))


def _divided(node: Expression, count: int) -> Expression:
    return Product((node, Number(str(count), Fraction(count))), ("*", "/"))
