"""The network part of a fixture into the types that implementations are handed."""

from __future__ import annotations

from collections.abc import Container, Iterator
from fractions import Fraction
from typing import Final

from harness.notation import NotationError, parse_expression
from harness.notation.rationals import rational
from harness.reading.layout import LossPart, NetworkPart
from harness.reading.notes import Path
from harness.scenario.network import WITH_SETTING
from harness.scenario.task import Layer, Loss, Network

#: The losses of the samples of a batch, where the fixture has no name for them.
SAMPLE: Final = "E"


def network_of(part: NetworkPart, samples: int) -> Network:
    """The network, with the names that the shorthand leaves to their defaults.

    ``samples`` is how many there are in a batch, 0 where there is none.
    """
    layers = tuple(
        Layer(
            weights=tuple(tuple(row) for row in layer.weights),
            biases=None if layer.biases is None else tuple(layer.biases),
            net=tuple(layer.net or [f"net_{unit}" for unit in layer.units or []]),
            activation=layer.activation,
            out=tuple(layer.out or [f"out_{unit}" for unit in layer.units or []]),
            setting=_constant(layer.setting),
        )
        for layer in part.layers
    )
    given = LossPart(kind=part.loss) if isinstance(part.loss, str) else part.loss
    outputs = len(layers[-1].out)
    each = given.sample or SAMPLE if samples else None
    whole = each or given.total  # what the terms of the outputs add up to
    terms = given.terms
    if terms is None:
        units = part.layers[-1].units or [str(k + 1) for k in range(outputs)]
        prefix = "E" if whole == "E_total" else whole
        terms = [whole] if outputs == 1 else [f"{prefix}_{unit}" for unit in units]
    loss = Loss(
        given.kind, given.outputs or "sum", given.samples or "sum", _constant(given.setting)
    )
    return Network(
        tuple(part.inputs), layers, tuple(part.targets), tuple(terms), given.total,
        loss, samples, each,
    )  # fmt: skip


def _constant(text: str | None) -> str | None:
    """The name of a constant: its value as the shortest fraction. None where it is none."""
    if text is None:
        return None
    try:
        value = rational(parse_expression(text))
    except NotationError:
        return None
    return None if value is None else str(value)


def unstated(part: NetworkPart, samples: int, anew: Container[str]) -> Iterator[tuple[Path, str]]:
    """What has to be said about activations and the loss, and is not, or the other way round.

    ``anew`` are the names that have another value at each update.
    """
    for place, layer in enumerate(part.layers):
        where: Path = ("layers", place, "setting")
        yield from _setting(
            layer.setting, layer.activation in WITH_SETTING, layer.activation, where
        )
    loss = LossPart(kind=part.loss) if isinstance(part.loss, str) else part.loss
    yield from _setting(loss.setting, loss.kind == "huber", loss.kind, ("loss", "setting"))
    border = _constant(loss.setting)
    if loss.kind == "huber" and border is not None and Fraction(border) <= 0:
        yield (
            ("loss", "setting"),
            "the setting of huber is more than 0: the error up to which it is squared",
        )
    plain = loss.kind == "half squared error"  # the sum over outputs is what it is known for
    outputs = len(part.layers[-1].weights)  # which may be fewer by mistake, told elsewhere
    several = min(len(part.targets), outputs) > 1 and not plain
    for key, many, stated in (
        ("outputs", several, loss.outputs),
        ("samples", samples > 1, loss.samples),
    ):
        if many and stated is None:
            told = f"there are several {key}: say whether their losses are added up or averaged"
            yield (
                ("loss",),
                f"{told}, as in {{kind: {loss.kind}, {key}: sum}} or {{…, {key}: mean}}",
            )
    each = loss.sample or SAMPLE
    if samples and loss.total == each:
        other = "F" if each != "F" else "E"
        told = f"{each}[0], {each}[1], … are the losses of the samples, and {each} their total too"
        yield (
            ("loss",),
            f"{told}: name one of them otherwise, as in {{total: {each}, sample: {other}}}",
        )
    one_by_one = not samples and any(name in anew for name in (*part.inputs, *part.targets))
    if one_by_one and loss.samples is not None:
        yield ("loss", "samples"), _ONE_BY_ONE.format(loss.samples)


_ONE_BY_ONE: Final = (
    "each update is given one sample, whose loss this is: 'samples: {0}' says nothing; leave it away, "
    "and speak of the {0} over all samples by a name under 'define'"
)


def _setting(text: str | None, wanted: bool, what: str, where: Path) -> Iterator[tuple[Path, str]]:
    if wanted and text is None:
        yield where[:-1], f"{what} needs 'setting:', a decimal"
    elif text is not None and not wanted:
        yield where, f"{what} has no setting; leave it away"
    elif text is not None and _constant(text) is None:
        yield where, f"{text[:40]!r} is no number; write a decimal such as 0.01"


def names_in(part: NetworkPart) -> list[tuple[str, Path]]:
    """Every name in the shorthand, and where it stands."""
    found: list[tuple[str, Path]] = []
    for key in ("inputs", "targets"):
        found += [(name, (key, place)) for place, name in enumerate(getattr(part, key))]
    for number, layer in enumerate(part.layers):
        for key in ("units", "net", "out", "biases"):
            names = getattr(layer, key) or []
            found += [(name, ("layers", number, key, place)) for place, name in enumerate(names)]
        for row, names in enumerate(layer.weights):
            found += [
                (name, ("layers", number, "weights", row, place))
                for place, name in enumerate(names)
            ]
    if isinstance(part.loss, LossPart):
        found.append((part.loss.total, ("loss", "total")))
        if part.loss.sample is not None:
            found.append((part.loss.sample, ("loss", "sample")))
        found += [(name, ("loss", "terms", k)) for k, name in enumerate(part.loss.terms or [])]
    return found
