"""Computations of more elementary operations than anyone takes one by one."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from harness.agreement import Agreement
from harness.check import check
from harness.reading import read_text
from harness.witnesses import load

#: 210,000 weights in one matrix, and as many products.
LARGE = """
document: {id: large, title: Two hundred thousand parameters}
scenarios:
  - id: dense
    equations: [h = tanh(W @ x), L = sum(v*h)]
    values:
      W: {shape: [500, 420], seed: 1, least: -0.1, most: 0.1}
      x: {shape: [420], seed: 2}
      v: {shape: [500], seed: 3}
    claims:
      Gradient: ["dL/dW[3,4] = 0.431755871"]
"""
REFUSALS = {
    "loops": "knows fully connected networks only, and this is a list of equations",
    "numpy_duals": "carries a number along for every parameter, and these are too many",
    "scalar_tape": "goes number by number, and these are more than it could do in hours",
}


@pytest.fixture(scope="module")
def agreements() -> Mapping[str, Agreement]:
    names = [*REFUSALS, "torch_autograd", "jax_grad"]
    report = check([read_text(LARGE)], [load(name) for name in names])
    assert report.summary.numbers == {"correct": 1}
    return {found.witness: found for found in report.documents[0].chapters[0].agreements}


@pytest.mark.parametrize("name", REFUSALS)
def test_one_that_goes_number_by_number_says_why_it_does_not_run_it(
    name: str, agreements: Mapping[str, Agreement]
) -> None:
    assert agreements[name].status == "unsupported"
    assert agreements[name].reason == REFUSALS[name]


@pytest.mark.parametrize("name", ["torch_autograd", "jax_grad"])
def test_one_that_vectorises_runs_it(name: str, agreements: Mapping[str, Agreement]) -> None:
    if name not in agreements:
        pytest.skip(load(name).reason or "")
    found = agreements[name]
    assert (found.status, found.quantities) == ("agrees", found.asked)
