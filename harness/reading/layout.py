"""The layout of a fixture file, as pydantic models; the JSON Schema is generated from them.

Scalars stay text here: the notation reads them, and a decimal keeps its trailing zeros.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, WithJsonSchema
from typing_extensions import TypeAliasType

Text = Annotated[str, Field(min_length=1)]
#: A decimal or a quotient of decimals; YAML tools see a number where it is one.
Decimal = Annotated[str, WithJsonSchema({"type": ["number", "string"]})]
Names = list[Text]
#: One number, or rows of them.
Numbers = TypeAliasType("Numbers", "Decimal | list[Numbers]")
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

    shape: Annotated[list[Annotated[int, Field(gt=0)]], Field(min_length=1, max_length=4)] = Field(
        description="How many along each axis, as [3, 4]."
    )
    seed: int = Field(description="Any whole number; another one draws other numbers.")
    least: Decimal = Field(default="-1", description="The smallest that may be drawn.")
    most: Decimal = Field(default="1", description="The largest that may be drawn.")
    decimals: Annotated[int, Field(ge=0, le=12)] = Field(
        default=3, description="How many decimals each number has."
    )


class DocumentPart(Part):
    """The document that is checked."""

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")] = Field(
        description="A short name, of letters, digits, '.', '_' and '-'."
    )
    title: Text
    author: Text | None = None
    date: Text | None = Field(default=None, description="When it was published, as 2015-03-17.")
    source: Text | None = Field(
        default=None, description="Where the document is found: an address, a book."
    )


class LayerPart(Part):
    """A fully connected layer."""

    units: Names | None = Field(
        default=None, description="Names: a unit h1 has the net input net_h1 and the output out_h1."
    )
    net: Names | None = Field(
        default=None, description="Names of the net inputs, in place of those made from units."
    )
    out: Names | None = Field(
        default=None, description="Names of the outputs, in place of those made from units."
    )
    weights: list[Names] = Field(
        description="One row a unit, one column an input of the layer; a name that stands twice is one shared weight."
    )
    biases: Names | None = Field(
        default=None, description="One a unit; left out where there are none."
    )
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
    ] = Field(description="What makes an output of a net input; see docs/activations.md.")
    setting: Decimal | None = Field(
        default=None, description="The constant of leaky_relu or elu, as 0.01."
    )


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
    """A loss, what becomes of several terms, and the document's own names for them."""

    kind: LossKind = Field(description="The loss of one output; see docs/losses.md.")
    outputs: Literal["sum", "mean"] | None = Field(
        default=None, description="Whether the losses of several outputs are added up or averaged."
    )
    samples: Literal["sum", "mean"] | None = Field(
        default=None, description="Whether the losses of several samples are added up or averaged."
    )
    setting: Decimal | None = Field(
        default=None, description="The border of huber: up to this error it is squared."
    )
    total: Text = Field(default="E_total", description="The name of the whole loss.")
    sample: Text | None = Field(
        default=None, description="The name of the losses of the samples: E[0], E[1], …"
    )
    terms: Names | None = Field(default=None, description="The names of the losses of the outputs.")


Loss = Annotated[
    Annotated[LossKind, Tag("text")] | Annotated[LossPart, Tag("mapping")],
    Discriminator(_kind),
]


class NetworkPart(Part):
    """The shorthand for a fully connected network."""

    inputs: Names = Field(
        description="Names; with a list for each under values, the network runs on a batch."
    )
    layers: Annotated[list[LayerPart], Field(min_length=1)] = Field(
        description="From the first hidden layer to the output layer."
    )
    targets: Names = Field(description="Names, one an output.")
    loss: Loss = Field(description="As 'half squared error', or a mapping that says more.")


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
    ] = Field(description="See docs/optimizers.md for the formulas.")
    momentum: Decimal | None = Field(
        default=None, description="As 0.9, or mu = 0.9, or a name under values."
    )
    dampening: Decimal | None = Field(
        default=None, description="Of the gradient, from the second update on."
    )
    rho: Decimal | None = Field(
        default=None, description="The share of the average that rmsprop keeps."
    )
    beta1: Decimal | None = Field(
        default=None, description="The share of the average of gradients that adam keeps."
    )
    beta2: Decimal | None = Field(
        default=None, description="The share of the average of squares that adam keeps."
    )
    epsilon: Decimal | None = Field(
        default=None, description="Added to the root that is divided by."
    )
    weight_decay: Decimal | None = Field(
        None,
        description="The share of each parameter that joins its gradient, or in adamw shrinks it.",
    )
    epsilon_inside: Flag = Field(
        default=False, description="Whether epsilon is added under the root."
    )
    bias_correction: Flag = Field(
        default=True, description="Whether adam divides its averages by 1 - beta^t."
    )
    state: dict[Text, Text] = Field(
        default={}, description="Names for what it keeps: 'm: mom' calls m of w5 mom_w5."
    )


def _values_kind(value: Any) -> str:
    return "mapping" if isinstance(value, (dict, DrawnPart)) else "numbers"


Values = Annotated[
    Annotated[Numbers, Tag("numbers")] | Annotated[DrawnPart, Tag("mapping")],
    Discriminator(_values_kind),
]


class TrainingPart(Part):
    """How parameters are updated."""

    learning_rate: Decimal | list[Decimal] = Field(
        description="As 'eta = 0.5', a name under values, a decimal, or a list with a rate for each update."
    )
    rate_name: Text | None = Field(
        default=None, description="The name of the rate, where it is a list."
    )
    update: Annotated[Names, Field(min_length=1)] = Field(
        description="The parameters that change, all at once."
    )
    loss: Text | None = Field(
        default=None, description="What is descended; a network's total loss where none is named."
    )
    optimizer: OptimizerPart | None = Field(
        default=None, description="Plain gradient descent without it."
    )
    samples: dict[Text, Annotated[list[Numbers], Field(min_length=1)]] = Field(
        {},
        description="What is given anew at every update, by name: lists of equal length, over and over.",
    )


class ErratumPart(Part):
    """A recorded erratum: what the line prints, and what should stand there."""

    printed: Decimal = Field(description="The number or formula as the line prints it.")
    should_be: Decimal = Field(description="What should stand there; it is checked too.")
    cause: Text | None = Field(
        default=None, description="The sentence of its explanation, as backproof explain tells it."
    )
    note: Text | None = None


class ClaimPart(Part):
    """A line with something beside it: definitions of its own, recorded errata, a note, or the
    tolerance that the document states: its numbers are right ``within`` that."""

    line: Text = Field(
        description="The line as the document prints it: a quantity = formula = calculation = number."
    )
    within: Decimal | None = Field(
        default=None, description="The tolerance that the document states."
    )
    where: dict[Text, Decimal] = Field(default={}, description="Definitions for this line only.")
    errata: list[ErratumPart] = Field(
        default=[], description="What is wrong in the line, recorded."
    )
    note: Text | None = Field(default=None, description="For readers of the fixture; not checked.")


Claim = Annotated[
    Annotated[Text, Tag("text")] | Annotated[ClaimPart, Tag("mapping")], Discriminator(_kind)
]


class RepeatPart(Part):
    """Equations written once and repeated: ``repeat: t = 1..3``, and ``{t}`` or ``{t-1}`` in them."""

    repeat: Text = Field(description="A letter and its range, as t = 1..3.")
    equations: Annotated[list[Equation], Field(min_length=1)] = Field(
        description="With {t}, {t-1} or {t+1} where the number stands."
    )


Equation = Annotated[
    Annotated[Text, Tag("text")] | Annotated[RepeatPart, Tag("mapping")], Discriminator(_kind)
]


class ScenarioPart(Part):
    """One computation and the lines that the document prints about it. ``like`` names a scenario
    above it whose parts, claims aside, are taken over where this one does not give its own."""

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")] = Field(
        description="A name of its own among the scenarios."
    )
    title: Text | None = None
    like: Text | None = Field(
        None,
        description="The id of a scenario above, taken over where this one gives nothing of its own.",
    )
    network: NetworkPart | None = Field(
        default=None, description="Fully connected layers, in place of equations."
    )
    equations: list[Equation] | None = Field(
        default=None, description="name = expression, in any order, in place of a network."
    )
    values: dict[Text, Values] = Field(
        default={},
        description="The numbers that the document gives: a decimal, a list, a list of rows, or a drawn array.",
    )
    free: Names = Field(default=[], description="Names to which the document gives no value.")
    define: dict[Text, Decimal] = Field(
        default={}, description="Further names for expressions, spoken of in lines."
    )
    training: TrainingPart | None = Field(default=None, description="How parameters are updated.")
    claims: dict[Text, list[Claim]] = Field(
        default={}, description="The printed lines, under the headings of their sections."
    )


class FixturePart(Part):
    """A fixture file."""

    document: DocumentPart = Field(description="What is checked.")
    scenarios: Annotated[list[ScenarioPart], Field(min_length=1)] = Field(
        description="Each one computation, with the lines about it."
    )


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a fixture file."""
    schema = FixturePart.model_json_schema()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": "A backproof fixture",
    }
