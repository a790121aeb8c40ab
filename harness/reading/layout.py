"""The layout of a fixture file, as pydantic models; the JSON Schema is generated from them.

Scalars stay text here: the notation reads them, and a decimal keeps its trailing zeros.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, WithJsonSchema

Text = Annotated[str, Field(min_length=1)]
#: A decimal or a quotient of decimals; YAML tools see a number where it is one.
Decimal = Annotated[str, WithJsonSchema({"type": ["number", "string"]})]
Names = list[Text]
#: One number, or rows of them.
Numbers = Decimal | list[Decimal] | list[list[Decimal]]
#: ``true`` or ``false``.
Flag = Annotated[bool, WithJsonSchema({"type": "boolean"})]


class Part(BaseModel):
    """What all parts of a fixture share: unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _kind(value: Any) -> str:
    return "text" if isinstance(value, str) else "mapping"


class DrawnPart(Part):
    """An array of numbers drawn at random, the same ones at every run: each a decimal with so many
    ``decimals`` between ``least`` and ``most``."""

    shape: Annotated[list[Annotated[int, Field(gt=0)]], Field(min_length=1, max_length=4)]
    seed: int
    least: Decimal = "-1"
    most: Decimal = "1"
    decimals: Annotated[int, Field(ge=0, le=12)] = 3


class DocumentPart(Part):
    """The document that is checked."""

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
    title: Text
    author: Text | None = None
    date: Text | None = None
    source: Text | None = None


class LayerPart(Part):
    """A fully connected layer. Without ``net`` and ``out`` a unit h1 has net_h1 and out_h1.
    ``setting`` is the slope of leaky_relu, or the factor of elu, below zero."""

    units: Names | None = None
    net: Names | None = None
    out: Names | None = None
    weights: list[Names]
    biases: Names | None = None
    activation: Literal[
        "identity",
        "sigmoid",
        "tanh",
        "relu",
        "leaky_relu",
        "elu",
        "softplus",
        "silu",
        "gelu",
        "gelu_tanh",
        "arctan",
        "softmax",
    ]
    setting: Decimal | None = None


LossKind = Literal[
    "half squared error",
    "squared error",
    "absolute error",
    "huber",
    "cross-entropy",
    "binary cross-entropy",
    "softmax cross-entropy",
]


class LossPart(Part):
    """The loss of an output, and whether several ``outputs``, and several ``samples``, are added up
    or averaged; with names of the document's own for the total, for each sample's loss and for
    each output's term. ``setting`` is the border of huber."""

    kind: LossKind
    outputs: Literal["sum", "mean"] | None = None
    samples: Literal["sum", "mean"] | None = None
    setting: Decimal | None = None
    total: Text = "E_total"
    sample: Text | None = None
    terms: Names | None = None


Loss = Annotated[
    Annotated[LossKind, Tag("text")] | Annotated[LossPart, Tag("mapping")],
    Discriminator(_kind),
]


class NetworkPart(Part):
    """The shorthand for a fully connected network."""

    inputs: Names
    layers: Annotated[list[LayerPart], Field(min_length=1)]
    targets: Names
    loss: Loss


class OptimizerPart(Part):
    """What makes of a gradient a change; each setting is a decimal, ``beta1 = 0.9``, or a name that
    has a value. ``state`` names what it keeps: ``m: mom`` makes m of w5 ``mom_w5``."""

    kind: Literal[
        "gradient descent",
        "momentum",
        "pytorch momentum",
        "nesterov",
        "adagrad",
        "rmsprop",
        "adam",
        "adamw",
    ]
    momentum: Decimal | None = None
    dampening: Decimal | None = None
    rho: Decimal | None = None
    beta1: Decimal | None = None
    beta2: Decimal | None = None
    epsilon: Decimal | None = None
    weight_decay: Decimal | None = None
    epsilon_inside: Flag = False
    bias_correction: Flag = True
    state: dict[Text, Text] = {}


def _values_kind(value: Any) -> str:
    return "mapping" if isinstance(value, (dict, DrawnPart)) else "numbers"


Values = Annotated[
    Annotated[Numbers, Tag("numbers")] | Annotated[DrawnPart, Tag("mapping")],
    Discriminator(_values_kind),
]


class TrainingPart(Part):
    """Updates. ``learning_rate`` is ``eta = 0.5``, a name that has a value, a decimal, or a list of
    decimals, one an update. ``samples`` are lists of what is given anew at every update."""

    learning_rate: Decimal | list[Decimal]
    rate_name: Text | None = None
    update: Annotated[Names, Field(min_length=1)]
    loss: Text | None = None
    optimizer: OptimizerPart | None = None
    samples: dict[Text, Annotated[list[Numbers], Field(min_length=1)]] = {}


class ErratumPart(Part):
    """A recorded erratum: what the line prints, and what should stand there."""

    printed: Decimal
    should_be: Decimal
    note: Text | None = None


class ClaimPart(Part):
    """A line with something beside it: definitions of its own, recorded errata, a note, or the
    tolerance that the document states: its numbers are right ``within`` that."""

    line: Text
    within: Decimal | None = None
    where: dict[Text, Decimal] = {}
    errata: list[ErratumPart] = []
    note: Text | None = None


Claim = Annotated[
    Annotated[Text, Tag("text")] | Annotated[ClaimPart, Tag("mapping")], Discriminator(_kind)
]


class RepeatPart(Part):
    """Equations written once and repeated: ``repeat: t = 1..3``, and ``{t}`` or ``{t-1}`` in them."""

    repeat: Text
    equations: Annotated[list[Equation], Field(min_length=1)]


Equation = Annotated[
    Annotated[Text, Tag("text")] | Annotated[RepeatPart, Tag("mapping")], Discriminator(_kind)
]


class ScenarioPart(Part):
    """One computation and the lines that the document prints about it. ``like`` names a scenario
    above it whose parts, claims aside, are taken over where this one does not give its own."""

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
    title: Text | None = None
    like: Text | None = None
    network: NetworkPart | None = None
    equations: list[Equation] | None = None
    values: dict[Text, Values] = {}
    free: Names = []
    define: dict[Text, Decimal] = {}
    training: TrainingPart | None = None
    claims: dict[Text, list[Claim]] = {}


class FixturePart(Part):
    """A fixture file."""

    document: DocumentPart
    scenarios: Annotated[list[ScenarioPart], Field(min_length=1)]


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a fixture file."""
    schema = FixturePart.model_json_schema()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": "A backproof fixture",
    }
