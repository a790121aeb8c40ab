"""The derivation that mistakes are made in is right itself."""

from __future__ import annotations

from pathlib import Path

from harness.explain.witnesses.lineup import Lineup, questions
from harness.scenario.task import Quantity
from tests.explain.other_equations import chapter

SQUARES = """document: {id: squares, title: Squares}
scenarios:
  - id: squares
    equations: [p = w*w, q = w*w*x + p, L = q*q]
    values: {w: 3, x: 2}
    training: {learning_rate: eta = 0.1, update: [w], loss: L}
    claims: {}
"""


def test_a_parameter_that_stands_twice_in_several_steps_has_all_its_shares(tmp_path: Path) -> None:
    one = chapter(tmp_path, SQUARES)
    lineup = Lineup(one.scenario, questions(one))
    assert lineup.right(Quantity("L", "w")) == 2 * 27 * (2 * 3 * (2 + 1))
