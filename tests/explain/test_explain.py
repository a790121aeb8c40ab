"""Explanations: which mistake makes a wrong number, and when there is none to tell."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest
from click.testing import CliRunner

from harness.bounds import certify
from harness.cli import main
from harness.explain import Explained, Explanation
from harness.explain.catalogue import catalogue
from harness.explain.catalogue.setting import settings
from harness.explain.computation.derivation import derive
from harness.explain.computation.mistake import SOUND, Mistake
from harness.explain.computation.running import Runs, with_all
from harness.explain.documents.fixture import explain_fixture
from harness.explain.documents.slips import slips
from harness.explain.witnesses.diagnosis import diagnose
from harness.explain.witnesses.lineup import questions
from harness.explain.witnesses.suspects import Diagnosis
from harness.fixture import Chapter
from harness.oracle import Oracle
from harness.reading import read_fixture
from harness.scenario.task import Implementation, Quantity
from harness.selftest.planting import Bed
from harness.shipped import named, shipped_fixtures
from harness.verdicts import Finding
from implementations import loops
from tests.fakes import early_update, wrong

NETWORK: Final = """document: {{id: planted, title: Planted}}
scenarios:
  - id: net
    network:
      inputs: [x1, x2]
      layers:
        - {{units: [h1, h2], weights: [[u1, u2], [u3, u4]], biases: [c1, c2], activation: sigmoid}}
        - {{units: [o], weights: [[v1, v2]], biases: [d], activation: sigmoid}}
      targets: [t]
      loss: {{kind: half squared error, total: E}}
    values:
      {{x1: 0.35, x2: 0.9, t: 0.5, u1: 0.15, u2: 0.42, u3: -0.26, u4: 0.83, c1: 0.12, c2: -0.31,
       v1: 0.61, v2: -0.47, d: 0.24}}
    training: {{learning_rate: eta = 0.7, update: [u1, u2, u3, u4, c1, c2, v1, v2, d]}}
    claims:
      All:
{claims}
"""
ASKED: Final = (
    "net_h1", "out_h1", "out_h2", "out_o", "E", "dE/dout_o", "dE/dv1", "dE/dout_h1", "dE/du1",
    "dE/du4", "dE/dc2", "u1@1", "u3@1", "v2@1", "d@1", "c1@1", "E@1", "E@2",
)  # fmt: skip


def explained(path: Path) -> list[tuple[str, Explained]]:
    return [(finding.printed, one) for _, finding, one in explain_fixture(read_fixture(path))]


@cache
def found_in(path: Path) -> list[tuple[Finding, Explained]]:
    """The errata of a fixture explained, once for all tests."""
    return [(finding, one) for _, finding, one in explain_fixture(read_fixture(path))]


@cache
def shipped(name: str) -> Mapping[tuple[int, str], Explained]:
    """The errata of a shipped fixture by line and printed text."""
    return {(one.line.line, f.printed): one for f, one in found_in(named(Path(name)))}


def best(name: str, printed: str) -> Explanation:
    return next(one.best for (_, text), one in shipped(name).items() if text == printed)


def written(folder: Path, claims: list[str]) -> Path:
    path = folder / "planted.yaml"
    lines = "\n".join(f"        - {claim}" for claim in claims)
    path.write_text(NETWORK.format(claims=lines), encoding="utf-8")
    return path


@cache
def plan() -> tuple[tuple[Mistake, ...], Runs]:
    """The mistakes of the small network, and what comes of each."""
    scenario = mazur().scenario
    del scenario
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        small = read_fixture(written(Path(folder), ["E = 0.1"])).chapters[0].scenario
    derivation = derive(small)
    mistakes = (SOUND, *catalogue(derivation), *settings(small))
    return mistakes, with_all(derivation, mistakes, [0, 1, 2])


def outcome(place: int) -> dict[str, str]:
    """All numbers with a mistake made, to 9 decimals."""
    _, runs = plan()
    found = {}
    for asked in ASKED:
        name, _, moment = asked.partition("@")
        value: Any = runs.moments[int(moment or 0)][name]
        found[asked] = f"{float(np.broadcast_to(value, (len(plan()[0]),))[place]):.9f}"
    return found


def test_mazurs_loss_and_outputs_come_of_one_early_update() -> None:
    found = [best("mazur-2015", text) for text in ("0.291027924", "0.015912196", "0.984065734")]
    assert {one.mistake for one in found} == {"early update"}
    assert len({one.sentence for one in found}) == 1
    assert "hidden layer" in found[0].scope
    assert len(found[0].lines) == 3
    assert all(one.chance < 1e-2 for one in found)


def test_what_one_mistake_does_not_explain_is_left_unexplained() -> None:
    one = best("geeksforgeeks-2025", "0.086615")
    assert one.mistake == "none"
    assert one.sentence.startswith("no single mistake of ")


def test_datamapus_sign() -> None:
    one = best("datamapu-2024", "0.3795")
    assert one.mistake == "sign"
    assert one.computation == "0.4 + 0.1*(-0.205) = 0.3795"


def test_datamapus_stated_value() -> None:
    assert "all other right lines hold with y = 1.5" in best("datamapu-2024", "1").sentence


def test_datamapus_operand_is_another_quantity_but_one_digit_is_no_evidence() -> None:
    one = best("datamapu-2024", "0.5")
    assert one.sentence == "this is x, not dz⁽³⁾/dw⁽²⁾"
    assert not one.evidence
    assert "no evidence" in one.as_object()["sentence"]


@pytest.mark.parametrize(
    ("fixture", "printed", "sentence"),
    [
        ("mazur-2015", "w1*i1 + w3*i2 + b1*1", "w3 stands where w2 belongs"),
        ("datamapu-2024", "σ(a₁⁽¹⁾*x + b₁⁽¹⁾)", "a₁⁽¹⁾ stands where w₁⁽¹⁾ belongs"),
        ("datamapu-2024", "σ(z₂⁽²⁾)", "z₂⁽²⁾ stands where z₁⁽²⁾ belongs"),
        ("datamapu-2024", "b⁽¹⁾ - α*δL/δb₁⁽¹⁾", "b⁽¹⁾ stands where b₁⁽¹⁾ belongs"),
        ("geeksforgeeks-2025", "(y5 - target)^2", "the factor 1/2 is missing"),
    ],
)
def test_the_symbol_that_makes_a_formula_false(fixture: str, printed: str, sentence: str) -> None:
    assert best(fixture, printed).sentence == sentence


def test_slips_of_the_pen() -> None:
    moved = best("geeksforgeeks-2025", "-0.0819")
    assert moved.sentence == "the decimal point is moved: the printed calculation gives -0.00819"
    texts = {text for text, _, _ in slips("-0.123")}
    assert {"0.123", "-0.213", "-0.12", "-0.1123", "-1.23", "-0.0123", "-0.173"} <= texts


def test_digits_that_are_exchanged(tmp_path: Path) -> None:
    right = outcome(0)["out_o"]
    swapped = right[:4] + right[5] + right[4] + right[6:]
    [(_, one)] = explained(written(tmp_path, [f"out_o = {swapped}"]))
    told = f"the digits {right[4]} and {right[5]} are exchanged: it should be {right}"
    assert one.best.sentence == told
    assert one.best.evidence


def test_a_number_that_carries_a_mistake_on_says_from_where() -> None:
    one = best("geeksforgeeks-2025", "-0.022184")
    assert one.mistake == "carried on"
    assert "0.59 for y4" in one.sentence


@pytest.mark.parametrize("path", shipped_fixtures(), ids=lambda path: path.stem)
def test_wrong_findings_alone_are_explained(path: Path) -> None:
    for finding, one in found_in(path):
        assert finding.is_erratum
        assert finding.cause is None or one.bears_out(finding.cause), finding.cause
        for explanation in one.explanations:
            assert explanation.reproduces


def test_nothing_is_offered_for_right_numbers(tmp_path: Path) -> None:
    right = outcome(0)
    assert not explained(written(tmp_path, [f"{name} = {text}" for name, text in right.items()]))


def test_planted_mistakes_are_named_first(tmp_path: Path) -> None:
    mistakes, _ = plan()
    right, tried, missed = outcome(0), 0, []
    for place in random.Random(7).sample(range(1, len(mistakes)), 25):
        planted = outcome(place)
        if planted == right or "nan" in planted.values():
            continue
        tried += 1
        found = explained(written(tmp_path, [f"{name} = {text}" for name, text in planted.items()]))
        same = {m.sentence for k, m in enumerate(mistakes) if outcome_of(k) == outcome_of(place)}
        if not all(one.best.sentence in same for _, one in found[-1:]):
            missed.append((mistakes[place].sentence, found[-1][1].best.sentence))
    assert tried > 15
    assert not missed


@cache
def outcome_of(place: int) -> tuple[str, ...]:
    return tuple(outcome(place).values())


def test_another_setting_than_the_stated_is_solved_for(tmp_path: Path) -> None:
    path = written(tmp_path, ["out_o = 0.603061229"])
    text = path.read_text(encoding="utf-8").replace("x2: 0.9", "x2: 0.37")
    right = tmp_path / "right.yaml"
    right.write_text(text, encoding="utf-8")
    should_be = explain_fixture(read_fixture(right))[0][1].should_be
    [(_, one)] = explained(written(tmp_path, [f"out_o = {should_be}"]))
    assert one.best.sentence == "x2 = 0.37 is computed with instead of 0.9"
    assert one.best.evidence


def test_two_digits_are_no_evidence(tmp_path: Path) -> None:
    [(_, one)] = explained(written(tmp_path, ["E@1 = 0.21"]))
    assert not any(explanation.evidence for explanation in one.explanations)
    assert "no evidence" in one.best.as_object()["sentence"]


def test_nothing_fits_a_number_out_of_the_blue(tmp_path: Path) -> None:
    [(_, one)] = explained(written(tmp_path, ["E@1 = 0.718281828"]))
    assert one.best.mistake == "none"
    assert f"{one.tried:,}" in one.best.sentence


@cache
def mazur() -> Chapter:
    return read_fixture(named(Path("mazur-2015"))).chapters[0]


def diagnosed(chapter: Chapter, answers: Mapping[Quantity, float]) -> Diagnosis:
    return diagnose(chapter, answers, certify(Oracle(chapter.scenario), questions(chapter)))


def test_an_implementation_that_updates_too_early_is_diagnosed() -> None:
    chapter = mazur()
    asked = questions(chapter)
    found = diagnosed(chapter, early_update.run(chapter.scenario.task(asked)))
    assert "updated too early" in found.sentence
    assert "in the hidden layer" in found.sentence
    assert "wrong values of 54 reproduced to 1e-1" in found.sentence  # 4 or 5, by the machine
    first = found.suspects[0].mistake
    assert first.computation.endswith("= dE_total/dnet_o2*w8@1, not dE_total/dnet_o2*w8")


def test_an_implementation_that_is_right_is_given_no_mistake() -> None:
    chapter = mazur()
    found = diagnosed(chapter, loops.run(chapter.scenario.task(questions(chapter))))
    assert not found.suspects
    assert found.wrong == 0


def test_an_implementation_that_is_wrong_twice_is_given_no_mistake() -> None:
    chapter = mazur()
    asked = questions(chapter)
    answers = dict(early_update.run(chapter.scenario.task(asked)))
    answers[Quantity("E_total")] *= 2
    found = diagnosed(chapter, answers)
    assert "no single mistake of" in found.sentence
    assert found.explanation.mistake == "none"


@pytest.mark.parametrize(
    ("fake", "sentence"),
    [
        (wrong.float32, "it is computed in single precision: all "),
        (wrong.never_trains, "no update is made: all "),
        (wrong.flipped_sign, "the sign of "),
        (wrong.nan_everywhere, "54 of 54 answers are nan or inf"),
    ],
)
def test_other_implementations_that_are_wrong(fake: Implementation, sentence: str) -> None:
    chapter = mazur()
    found = diagnosed(chapter, fake(chapter.scenario.task(questions(chapter))))  # type: ignore[arg-type]
    assert found.sentence.startswith(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "gradients are not set to zero between updates",
        "the weights of out_o1, out_o2 are transposed in the backward pass",
    ],
)
def test_mistakes_of_many_lines_are_one(sentence: str) -> None:
    bed = Bed("mazur-2015", mazur())
    [mistake] = [one for one in bed.lineup.mistakes if one.sentence == sentence]
    assert bed.trial(mistake).outcome == "caught"
    assert bed.trial(mistake).name == "this"


def test_the_command_explains_an_implementation() -> None:
    plug_in = str(Path(__file__).parents[1] / "fakes" / "early_update.py")
    done = CliRunner().invoke(
        main, ["explain", "mazur-2015", "-i", f"{plug_in}:run", "-i", "loops"]
    )
    assert done.exit_code == 0
    assert "mazur-2015/2-2-2: disagrees, first at w1@1" in done.output
    assert "  1. weights are updated too early" in done.output
    assert "nothing to explain in 1 scenario: it agrees there" in done.output
    for refusal in (["-i", "nobody"], ["-i", f"{plug_in}:nothing"], ["5", "-i", "loops"]):
        refused = CliRunner().invoke(main, ["explain", "mazur-2015", *refusal])
        assert refused.exit_code == 2
        assert refused.output


def test_the_command(tmp_path: Path) -> None:
    path = written(tmp_path, ["E@1 = 0.718281828", "x1 = 0.35"])
    done = CliRunner().invoke(main, ["explain", str(path)])
    assert done.exit_code == 0
    assert "no single mistake of" in done.output
    line = path.read_text(encoding="utf-8").splitlines().index("        - x1 = 0.35") + 1
    assert (
        "nothing to explain" in CliRunner().invoke(main, ["explain", str(path), str(line)]).output
    )
    assert CliRunner().invoke(main, ["explain", str(path), "1"]).exit_code == 2


def test_the_report_holds_them_where_they_are_asked_for(tmp_path: Path) -> None:
    path = written(tmp_path, ["E@1 = 0.718281828", "x1 = 0.35"])
    arguments = ["check", str(path), "-i", "scalar_tape", "--format", "json"]
    for more, expected in (([], False), (["--explain"], True)):
        report = json.loads(CliRunner().invoke(main, [*arguments, *more]).stdout)
        wrong, right = (line["findings"][0] for line in report["documents"][0]["lines"])
        assert (wrong["explanation"] is not None) is expected
        assert right["explanation"] is None


def test_the_report_explains_an_implementation_that_disagrees(tmp_path: Path) -> None:
    fake = str(Path(__file__).parents[1] / "fakes" / "wrong.py") + ":flipped_sign"
    arguments = ["check", "mazur-2015", "-i", "scalar_tape", "-i", fake, "--explain"]
    done = CliRunner().invoke(main, [*arguments, "--format", "json"])
    assert done.exit_code == 1
    witnesses = json.loads(done.stdout)["documents"][0]["scenarios"][0]["witnesses"]
    assert witnesses["scalar_tape"]["explanation"] is None
    assert "dE_total/dw5" in witnesses[fake]["explanation"]["sentence"]
    assert witnesses[fake]["explanation"]["mistake"] == "sign"


def test_a_recorded_cause_is_looked_for_again(tmp_path: Path) -> None:
    found = explain_fixture(read_fixture(written(tmp_path, ["E@1 = 0.718281828"])))
    should_be = found[0][1].should_be
    claim = f"{{line: E@1 = -{should_be}, errata: [{{printed: -{should_be}, should_be: {should_be}"
    for cause, told in (
        (f"'a minus sign is added: it should be {should_be}'", "the recorded cause is found\n"),
        ("the moon", "the recorded cause is not found any more: the moon\n"),
    ):
        path = written(tmp_path, [f"{claim}, cause: {cause}}}]}}"])
        assert told in CliRunner().invoke(main, ["explain", str(path)]).output
        assert CliRunner().invoke(main, ["check", str(path), "-i", "scalar_tape"]).exit_code == 0
