"""False formulas: the likeliest change first, and no tautology."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner

from harness.cli import main
from harness.explain import Explained
from harness.explain.documents.fixture import explain_fixture
from harness.reading import read_fixture
from tests.explain.test_explain import written

#: A false formula of the small network, and what makes it true.
FALSE = {
    "dE/du1 = dE/dnet_h1": "the factor dnet_h1/du1 is missing",
    "u1@1 = u1 - dE/du1": "the factor eta is missing after dE/du1",
    "u1@1 = u1 - eta*dE/dnet_h1": "the factor x1 is missing after eta*dE/dnet_h1",
    "dE/dnet_h1 = dE/dout_h1": "the factor dout_h1/dnet_h1 is missing",
    "dE/dnet_o = out_o - t": "the factor dout_o/dnet_o is missing",
    "dE/dout_o = dE/dnet_o": "it is not divided by dout_o/dnet_o",
    "out_h1 = tanh(net_h1)": "tanh stands where sigmoid belongs",
    "dE/dnet_h1 = dE/dout_h1*(1 - out_h1^2)": "the derivative of tanh stands where that of sigmoid "
    "belongs",
    "dE/dv1 = dE/dout_o*out_h1": "out_o stands where net_o belongs",
    "dE/dout_h1 = dE/dnet_o*v1@1": "v1@1 stands where v1 belongs",
    "dE/du2 = dE/dnet_h2*x2": "net_h2 stands where net_h1 belongs",
    "dE/dout_o = (out_o - t)*out_o*(1 - out_o)": "the formula is that of dE/dnet_o, not of dE/dout_o",
}


@cache
def found(folder: Path) -> dict[str, Explained]:
    fixture = read_fixture(written(folder, list(FALSE)))
    return {
        one.line.text: one
        for _, finding, one in explain_fixture(fixture)
        if finding.kind == "formula"
    }


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("formulas")


@pytest.mark.parametrize("formula", FALSE)
def test_the_likeliest_change_is_first(formula: str, folder: Path) -> None:
    one = found(folder)[formula]
    assert one.best.sentence == FALSE[formula]
    for explanation in one.explanations:
        left, _, right = explanation.computation.partition(" = ")
        assert left != right
    sizes = [explanation.size for explanation in one.explanations]
    assert sizes == sorted(sizes)


def test_rivals_are_counted_and_no_chance_is_told(folder: Path) -> None:
    one = found(folder)["dE/dv1 = dE/dout_o*out_h1"]
    assert one.best.rivals == len(one.explanations) - 1 > 0
    assert one.best.as_object()["chance"] is None
    told = CliRunner().invoke(main, ["explain", str(written(folder, list(FALSE)))]).output
    assert "other change makes it true too" in told
    assert "chance" not in told
