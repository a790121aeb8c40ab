"""The text of a starting point; its numbers are certified by the oracle."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final

from harness.notation import parse_expression
from harness.oracle import FIRST_BITS, Oracle
from harness.reading import read_text
from harness.scenario.optimizers import DEFAULTS, KINDS
from harness.starting import network
from harness.starting.model import Model, refuse
from harness.starting.wrapping import listed

_SETTINGS: Final = {
    "momentum": "0.9", "rho": "0.9", "beta1": "0.9", "beta2": "0.999", "epsilon": "1e-8",
}  # fmt: skip


def starting_point(name: str, model: Model) -> str:
    """The text of a fixture, to be written to the file ``name``. Raises NoStartingPoint."""
    if not model.equations:
        refuse(model)
    head = _HEAD.format(name=name, id=_id(name), title=_title(name))
    values = _equation_values() if model.equations else network.values(model)
    parts = _equations(values) if model.equations else network.network(model, values)
    lines = _equation_lines(model) if model.equations else network.lines(model)
    claims = "".join(f"    {line}\n" for line in lines)
    body = head + parts + _training(model)
    return body + _CLAIMS + _filled(claims, body, values) + _END


# The pieces of the file.

_HEAD: Final = """\
# A starting point: all of this is an example, and all of it is right. Put what your document says
# in its place, piece by piece, and see what becomes of it:
#     backproof check {name}
# Every key is explained in docs/fixtures.md, what can stand in a line in docs/notation.md.

document:
  id: {id}
  title: {title}
  # If known: author, date (2024-02-29) and source (its address).

scenarios:
"""
_CLAIMS: Final = """\

    # The lines that the document prints, in its order, under the headings of its sections.
    # Copy them as they stand there, mistakes and digits included.
    claims:
"""
_END: Final = """\

    # A line that turns out wrong stays as the document prints it. Record beside it what should
    # stand there, and the check passes:
    #     - line: out_x = 0.5
    #       errata:
    #         - {printed: 0.5, should_be: 0.6}
"""


def _id(name: str) -> str:
    stem = name.replace("\\", "/").rpartition("/")[2].removesuffix(".yaml").removesuffix(".yml")
    return re.sub(r"[^A-Za-z0-9._-]+", "-", stem).strip(".-_") or "my-example"


def _title(name: str) -> str:
    words = re.sub(r"[-_.]+", " ", _id(name)).strip()
    return (words[:1].upper() + words[1:]) if re.match("[A-Za-z]", words) else f"Example {words}"


def _equations(values: Mapping[str, str]) -> str:
    given = "".join(f"      {name}: {value}\n" for name, value in values.items())
    return f"""\
  - id: two-layers
    # What is computed, in any order. Names hold numbers, vectors or matrices; W @ x is a matrix
    # product.
    equations:
      - h = tanh(W @ x + c)
      - p = v @ h + b
      - L = (p - y)^2

    # The numbers that the document gives: a number, a list, or a list of rows.
    values:
{given}"""


def _training(model: Model) -> str:
    loss = "\n      loss: L" if model.equations else ""
    names = ["W", "c", "v", "b"] if model.equations else network.parameters(model)
    text = f"""
    # What an update changes, all at once. w@1 is w after one update; leave training away where
    # there is none.
    training:
      learning_rate: eta = {model.rate}{loss}
      update: {listed(names, 14)}
"""
    if model.optimizer == "gradient descent":
        return text
    takes = KINDS[model.optimizer].settings
    wanted = [name for name in takes if DEFAULTS[name] is None]
    settings = [f"{name}: {_SETTINGS[name]}" for name in wanted]
    settings += ["weight_decay: 0.01"] * (model.optimizer == "adamw")
    return f"{text}      optimizer: {{{', '.join([f'kind: {model.optimizer}', *settings])}}}\n"


# The equations.


def _equation_values() -> dict[str, str]:
    return {
        "x": "[1, 0.5]", "y": "0.25", "W": "[[0.10, 0.20], [0.30, 0.40]]", "c": "[0.05, 0.15]",
        "v": "[0.60, -0.70]", "b": "0.1",
    }  # fmt: skip


def _equation_lines(model: Model) -> Iterator[str]:
    yield "  Forward pass:"
    yield "    # A quantity, its formula, what comes of it. Elements are counted from 0."
    yield "    - h[0] = tanh(W[0,0]*x[0] + W[0,1]*x[1] + c[0]) = {h[0]}"
    yield "    # With the numbers put in: each is compared with what it stands for."
    yield "    - p = v[0]*h[0] + v[1]*h[1] + b = 0.60*{h[0]} - 0.70*{h[1]} + 0.1 = {p}"
    yield "    - L = (p - y)^2 = {L}"
    yield "  Backward pass:"
    yield "    # dL/dp is the total derivative of L by p; dL/dv is a vector, as v is."
    yield "    - dL/dp = 2*(p - y) = 2*({p} - 0.25) = {dL/dp}"
    yield "    - dL/dv = dL/dp*h"
    yield "    - dL/dW[0,1] = dL/dp*v[0]*(1 - h[0]^2)*x[1] = {dL/dW[0,1]}"
    yield "  Update:"
    yield "    # W[0,1]@1 is an element of W after the first update."
    step = "W[0,1] - eta*dL/dW[0,1] = 0.20 - 0.1*{dL/dW[0,1]} = "
    yield f"    - W[0,1]@1 = {step if model.optimizer == 'gradient descent' else ''}{{W[0,1]@1}}"
    yield "    - L@1 = {L@1}"


# The numbers.


def _filled(lines: str, body: str, values: Mapping[str, str]) -> str:
    """The lines with the certified number, rounded, of everything that stands in braces."""
    scenario = read_text(body).chapters[0].scenario
    oracle, names = Oracle(scenario), scenario.binder.names

    def number(braces: re.Match[str]) -> str:
        quantity, before = braces[1], braces.string[: braces.start()]
        if quantity in values:
            return values[quantity]
        expression = scenario.binder.bind(parse_expression(quantity, names))
        value = _rounded(oracle.at(FIRST_BITS).evaluate(expression).mid().str(40, radius=False))
        alone = before.endswith(("= ", "("))
        return value if alone or not value.startswith("-") else f"({value})"

    return re.sub(r"\{([^{}]*)\}", number, lines)


def _rounded(exact: str) -> str:
    """Four decimals, or four digits of a number that is too small for that."""
    value = Decimal(exact)
    return f"{value:.4f}" if value == 0 or abs(value) >= Decimal("0.001") else f"{value:.3e}"
