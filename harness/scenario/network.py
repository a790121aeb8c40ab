"""The network shorthand: layers of named units, and the equations that they stand for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from typing import Final

from harness.notation.syntax import Call, Expression, Name, Negative, Number, Power, Product, Sum
from harness.scenario.computation import Equation
from harness.scenario.task import Layer, Loss, Network

#: Activations with a constant besides: the slope, or the factor, below zero.
WITH_SETTING: Final = ("leaky_relu", "elu")
_ZERO: Final = Number("0", Fraction(0))
_ONE: Final = Number("1", Fraction(1))
_HALF: Final = Product((_ONE, Number("2", Fraction(2))), ("*", "/"))


def equations(network: Network) -> list[Equation]:
    """The equations of the forward pass, in order: every unit's net and out, then the losses."""
    inputs = network.inputs
    found: list[Equation] = []
    for layer in network.layers:
        found += _layer_equations(layer, inputs)
        inputs = layer.out
    return [*found, *loss_equations(network)]


def _layer_equations(layer: Layer, inputs: tuple[str, ...]) -> Iterator[Equation]:
    biases = layer.biases or (None,) * len(layer.net)
    for weights, bias, net in zip(layer.weights, biases, layer.net, strict=True):
        terms: list[Expression] = [
            Product((Name(weight), Name(given)), ("*", "*"))
            for weight, given in zip(weights, inputs, strict=True)
        ]
        if bias is not None:
            terms.append(Name(bias))
        yield Equation(net, _sum(terms))
    for place, out in enumerate(layer.out):
        yield Equation(out, _activated(layer, place))


def _activated(layer: Layer, place: int) -> Expression:
    net = Name(layer.net[place])
    match layer.activation:
        case "identity":
            return net
        case "softmax":
            return softmax(place, [Name(name) for name in layer.net])
        case activation if layer.setting is not None:
            constant = Number(layer.setting, Fraction(layer.setting))
            return Call(activation, (net, constant))
        case activation:
            return Call(activation, (net,))


def softmax(place: int, nets: list[Expression]) -> Expression:
    """e^z_k / sum of all e^z_j, written 1/(1 + sum of e^(z_j - z_k)): nothing in it overflows to
    something undefined."""
    if len(nets) == 1:  # one, of the shape that the batch has
        return Call("exp", (Sum((nets[0], nets[0]), (1, -1)),))
    return _divided(_ONE, _sum([_ONE, *_apart(place, nets)]))


def _apart(place: int, nets: list[Expression]) -> list[Expression]:
    """e^(z_j - z_k) for every other j."""
    others = [net for k, net in enumerate(nets) if k != place]
    return [Call("exp", (Sum((other, nets[place]), (1, -1)),)) for other in others]


def loss_equations(network: Network) -> Iterator[Equation]:
    """Those of the outputs' losses, of the samples', and of their total."""
    outs: list[Expression] = [Name(name) for name in network.layers[-1].out]
    for place, (target, loss) in enumerate(zip(network.targets, network.losses, strict=True)):
        yield Equation(loss, _loss(network.loss, Name(target), outs, place))
    each = network.sample or network.total
    if network.losses != (each,):
        terms: list[Expression] = [Name(loss) for loss in network.losses]
        yield Equation(each, _combined(network.loss.outputs, terms))
    if network.sample is not None:
        yield Equation(network.total, Call(network.loss.samples, (Name(network.sample),)))


def _combined(how: str, terms: list[Expression]) -> Expression:
    total = _sum(terms)
    if how == "sum":
        return total
    return _divided(total, Number(str(len(terms)), Fraction(len(terms))))


def _loss(loss: Loss, target: Expression, outs: list[Expression], place: int) -> Expression:
    """The loss of one output, as ``Loss`` has it."""
    out = outs[place]
    error: Expression = Sum((target, out), (1, -1))
    match loss.kind:
        case "half squared error":
            return _times(_HALF, _squared(error))
        case "squared error":
            return _squared(error)
        case "absolute error":
            return Call("abs", (error,))
        case "huber":
            return _huber(error, loss.setting)
        case "cross-entropy":
            return Negative(_times(target, Call("log", (out,))))
        case "binary cross-entropy":
            other = Call("log", (Sum((_ONE, out), (1, -1)),))
            right = _times(Sum((_ONE, target), (1, -1)), other)
            return Negative(Sum((_times(target, Call("log", (out,))), right), (1, 1)))
        case "softmax cross-entropy":
            # -log of the softmax is log(1 + sum of the other e^(z_j - z_k)).
            others = _apart(place, outs)
            return _times(target, Call("log1p", (_sum(others),)) if others else _ZERO)
    raise AssertionError(loss.kind)


def _huber(error: Expression, setting: str | None) -> Expression:
    """1/2 m^2 + d (a - m), with a = abs(error) and m the smaller of a and d."""
    assert setting is not None, "the reader sees to it"
    border = Number(setting, Fraction(setting))
    size = Call("abs", (error,))
    least = Call("min", (size, border))
    beyond = _times(border, Sum((size, least), (1, -1)))
    return Sum((_times(_HALF, _squared(least)), beyond), (1, 1))


def _squared(node: Expression) -> Expression:
    return Power(node, Number("2", Fraction(2)))


def _times(a: Expression, b: Expression) -> Expression:
    return Product((a, b), ("*", "*"))


def _divided(a: Expression, b: Expression) -> Expression:
    return Product((a, b), ("*", "/"))


def _sum(terms: list[Expression]) -> Expression:
    return terms[0] if len(terms) == 1 else Sum(tuple(terms), (1,) * len(terms))


def problems(network: Network) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """What does not fit together: the place in the shorthand, and what is wrong there."""
    width = len(network.inputs)
    for place, layer in enumerate(network.layers):
        where = ("layers", place)
        units = len(layer.net)
        if len(layer.weights) != units:
            yield (
                (*where, "weights"),
                (
                    f"{counted(len(layer.weights), 'row')} of weights for {counted(units, 'unit')}; "
                    "one row for each unit"
                ),
            )
        for row, weights in enumerate(layer.weights):
            if len(weights) != width:
                yield (
                    (*where, "weights", row),
                    (
                        f"{counted(len(weights), 'weight')} for {counted(width, 'input')}; "
                        "each row has one weight for each input of the layer"
                    ),
                )
        if layer.biases is not None and len(layer.biases) != units:
            yield (
                (*where, "biases"),
                (
                    f"{counted(len(layer.biases), 'bias', 'biases')} for {counted(units, 'unit')}; "
                    "one for each unit, a shared one repeated"
                ),
            )
        for key, names in (("net", layer.net), ("out", layer.out)):
            if len(names) != units:
                told = f"{counted(len(names), 'name')} for {counted(units, 'unit')}"
                yield (*where, key), f"{told}; one for each unit"
        width = units
    if len(network.targets) != width:
        told = f"{counted(len(network.targets), 'target')} for {counted(width, 'output')}"
        yield ("targets",), f"{told}; one for each output"
    if len(network.losses) != width:
        told = f"{counted(len(network.losses), 'term')} of the loss for {counted(width, 'output')}"
        yield ("loss",), f"{told}; one for each output"
    yield from _repeated(network)


def counted(count: int, one: str, several: str = "") -> str:
    """A number of things: ``1 weight``, ``2 weights``."""
    return f"{count} {one if count == 1 else several or one + 's'}"


def _repeated(network: Network) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Units and losses are computed, so each needs a name of its own."""
    computed = [name for layer in network.layers for name in (*layer.net, *layer.out)]
    computed += network.losses
    each = network.sample or network.total
    computed += [
        name for name in dict.fromkeys([each, network.total]) if name not in network.losses
    ]
    counted = Counter(computed)
    for name, count in counted.items():
        if count > 1:
            yield (), f"{name!r} names {count} computed quantities; each needs a name of its own"
    free = {*network.inputs, *network.targets}
    for layer in network.layers:
        free |= {name for row in layer.weights for name in row} | set(layer.biases or ())
    for name in sorted(free & counted.keys()):
        yield (), f"{name!r} is both given and computed; the two need different names"


def given_names(network: Network) -> list[str]:
    """The names that the network does not compute: inputs, parameters, targets; each once."""
    names = [*network.inputs, *parameter_names(network), *network.targets]
    return list(dict.fromkeys(names))


def parameter_names(network: Network) -> list[str]:
    """Weights and biases, each once."""
    names: list[str] = []
    for layer in network.layers:
        names += [name for row in layer.weights for name in row] + list(layer.biases or ())
    return list(dict.fromkeys(names))
