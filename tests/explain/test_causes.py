"""The errata of a document by their causes: where to change it, and what follows by itself."""

from __future__ import annotations

import json
import re
from pathlib import Path

from click.testing import CliRunner

from harness.cli import main
from harness.explain.documents.causes import Cause, causes
from harness.explain.documents.fixture import explain_fixture
from harness.reading import read_fixture
from harness.shipped import named
from tests.explain.test_carried import NEURON
from tests.explain.test_established import ESTABLISHING, early
from tests.explain.test_explain import written


def of(path: Path) -> list[Cause]:
    return list(causes(explain_fixture(read_fixture(path))))


def told(path: Path, *more: str) -> str:
    done = CliRunner().invoke(main, ["explain", str(path), *more])
    assert done.exit_code == 0
    return done.output


def chain(folder: Path, *claims: str) -> Path:
    path = folder / "chain.yaml"
    lines = "\n".join(f"        - {claim}" for claim in claims)
    path.write_text(NEURON.format(claims=lines), encoding="utf-8")
    return path


def test_one_mistake_behind_several_lines_is_one_cause(tmp_path: Path) -> None:
    path = written(tmp_path, [f"{name} = {early()[name]}" for name in ESTABLISHING])
    [cause] = of(path)
    assert cause.explanation is not None
    assert cause.explanation.mistake == "early update"
    assert len(cause.lines) == len(ESTABLISHING)
    assert told(path).splitlines()[1:3] == [
        "3 errata: 1 cause",
        f"  1. lines {cause.lines[0]}-{cause.lines[-1]}: {cause.explanation.sentence}",
    ]


def test_what_carries_a_number_on_is_told_with_its_root(tmp_path: Path) -> None:
    claims = ["p = 1.352", "q = p^2 = 1.352^2 = 1.828", "r = 3*q + 1 = 3*1.828 + 1 = 6.484"]
    [cause] = of(chain(tmp_path, *claims))
    assert cause.lines == (8,)
    assert cause.followed_by == (9, 10)
    assert len(cause.carried_on) == 4
    summary = told(chain(tmp_path, *claims)).partition("\n\n")[0]
    assert summary.splitlines()[1:] == [
        "5 errata: 1 place without an evident cause; what is carried on follows by itself",
        "     line 8: p = 1.352, should be 1.250",
        "       carried on into lines 9, 10",
    ]


def test_what_carries_on_two_mistakes_is_told_with_both(tmp_path: Path) -> None:
    claims = ["p = 1.352", "w = 0.9", "q = p^2 + 0*w = 1.352^2 + 0*0.9 = 1.828"]
    first, second = of(chain(tmp_path, *claims))
    assert {first.followed_by, second.followed_by} == {(10,)}


def test_long_chains_lead_back_to_their_beginning(tmp_path: Path) -> None:
    count = 40
    equations = ", ".join(["p0 = x", *(f"p{k} = p{k - 1} + p{k - 1}" for k in range(1, count))])
    printed = [1.352 * 2**k for k in range(count)]
    claims = [f"p0 = x*1 = {printed[0]:.3f}"] + [
        f"p{k} = p{k - 1} + p{k - 1} = {printed[k - 1]:.3f} + {printed[k - 1]:.3f} = {printed[k]:.3f}"
        for k in range(1, count)
    ]
    path = tmp_path / "long.yaml"
    path.write_text(
        "document: {id: long, title: Long}\nscenarios:\n  - id: doubled\n"
        f"    equations: [{equations}]\n    values: {{x: 1.25}}\n    claims:\n      All:\n"
        + "".join(f"        - {claim}\n" for claim in claims),
        encoding="utf-8",
    )
    [cause] = of(path)
    assert len(cause.lines) == 1
    assert len(cause.followed_by) == count - 1


def test_a_false_formula_is_the_cause_of_what_its_line_computes(tmp_path: Path) -> None:
    path = chain(tmp_path, "p = w*x - b = 0.5*2 - 0.25 = 0.75", "q = p^2 = 0.75^2 = 0.5625")
    [cause] = of(path)
    assert cause.explanation is not None
    assert cause.explanation.sentence == "the sign before b is turned"
    assert cause.lines == (8,)
    assert cause.followed_by == (9,)


def test_a_cause_that_is_recorded_and_found_is_the_cause() -> None:
    found = of(named(Path("geeksforgeeks-2025")))
    told = [cause.explanation.sentence for cause in found if cause.explanation is not None]
    assert told == [
        "the factor 1/2 is missing",
        "the decimal point is moved: the printed calculation gives -0.00819",
        "the minus sign is lost: the printed calculation gives -0.000945",
    ]


def test_every_erratum_has_its_place_among_the_causes() -> None:
    for name in ("datamapu-2024", "geeksforgeeks-2025", "one-sigmoid-neuron-two-samples"):
        found = explain_fixture(read_fixture(named(Path(name))))
        listed = [id(one) for cause in causes(found) for _, _, one in cause.errata]
        carried = {id(one) for cause in causes(found) for _, _, one in cause.carried_on}
        assert len(listed) == len(set(listed))
        assert carried.isdisjoint(listed)
        assert carried | set(listed) == {id(one) for _, _, one in found}


def test_what_is_rather_true_than_not_is_told_as_a_guess() -> None:
    summary = told(named(Path("one-sigmoid-neuron-two-samples"))).partition("\n\n")[0]
    assert (
        "     line 28: dŷ/dz = 0.03932, should be 0.03922\n"
        "       perhaps: in the calculation as printed, 0.9591 is rounded to 0.959"
    ) in summary


def test_a_single_erratum_and_a_single_line_need_no_summary(tmp_path: Path) -> None:
    assert "errata:" not in told(chain(tmp_path, "p = 1.352"))
    assert "errata:" not in told(chain(tmp_path, "p = 1.352", "q = 7.123"), "9")


def test_a_number_that_stands_twice_in_its_line_is_told_once(tmp_path: Path) -> None:
    path = chain(tmp_path, "q = p*p = 1.35*1.35 = 1.82")
    assert told(path).count("1.35 for p, twice, is wrong, should be 1.25") == 1


def test_what_one_mistake_accounts_for_is_told_in_full_once() -> None:
    path = named(Path("mazur-2015"))
    short = told(path)
    assert short.count("12 right numbers would come out otherwise") == 1
    assert short.count("     as in line 129\n") == 2
    assert told(path, "--all").count("12 right numbers would come out otherwise") == 3
    assert "12 right numbers would come out otherwise" in told(path, "139")


def test_what_is_no_evidence_is_counted_and_shown_on_demand() -> None:
    path = named(Path("datamapu-2024"))
    short, long = told(path, "152"), told(path, "152", "--all")
    many = re.findall(r"  (\d+) more fit, but are no evidence \(--all\)", short)[-1]
    assert int(many) > 20
    assert f"\n  {int(many) + 3}. " in long
    assert "(--all)" not in long


def test_the_json_report_holds_the_causes(tmp_path: Path) -> None:
    path = chain(tmp_path, "p = 1.352", "q = p^2 = 1.352^2 = 1.828")
    arguments = ["check", str(path), "-i", "scalar_tape", "--format", "json"]
    documents = json.loads(CliRunner().invoke(main, arguments).stdout)["documents"]
    assert documents[0]["causes"] is None
    documents = json.loads(CliRunner().invoke(main, [*arguments, "--explain"]).stdout)["documents"]
    root = {"scenario": "line", "line": 8, "quantity": "p", "printed": "1.352"}
    [cause] = documents[0]["causes"]
    assert (cause["sentence"], cause["mistake"], cause["errata"]) == (None, None, [root])
    assert [one["printed"] for one in cause["carried_on"]] == ["1.352", "1.828"]
