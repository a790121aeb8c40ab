"""An implementation that is wrong in two ways at once: what is said of it, and what is not."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
import pytest
from click.testing import CliRunner
from flint import arb

from harness.bounds import certify
from harness.cli import main
from harness.explain.catalogue.both import both
from harness.explain.computation.mistake import Mistake
from harness.explain.computation.running import edited, with_one
from harness.explain.witnesses import pairs
from harness.explain.witnesses.answers import answer, answers
from harness.explain.witnesses.diagnosis import diagnose, double, single
from harness.explain.witnesses.lineup import Lineup, questions
from harness.explain.witnesses.matching import Matching
from harness.explain.witnesses.roots import roots
from harness.explain.witnesses.suspects import Diagnosis
from harness.fixture import Chapter
from harness.oracle import Oracle
from harness.reading import read_fixture, read_text
from harness.scenario.task import Quantity
from harness.shipped import named
from tests.fakes.by_hand import NETWORK, ByHand

FAKE: Final = Path(__file__).parents[1] / "fakes" / "by_hand.py"
EARLY: Final = (
    "weights are updated too early, before they are used for the gradients "
    "in the hidden layer (out_h1, out_h2)"
)
NO_HALF: Final = "the loss is the squared error without the 1/2"
BITS: Final = 200


@cache
def chapter() -> Chapter:
    return read_text(NETWORK).chapters[0]


@cache
def lineup() -> Lineup:
    return Lineup(chapter().scenario, questions(chapter()))


def diagnosed(bugs: ByHand, but: Mapping[str, float] | None = None) -> Diagnosis:
    """What is said of an implementation, some of whose answers are others than it gives."""
    asked = questions(chapter())
    told = bugs(chapter().scenario.task(asked))
    told = {one: (but or {}).get(str(one), value) for one, value in told.items()}
    return diagnose(chapter(), told, certify(Oracle(chapter().scenario), asked))


def paired(told: Mapping[Quantity, float]) -> Diagnosis:
    """What is said of answers that no single mistake reproduces."""
    matching = Matching(lineup(), told)
    return double(matching, single(matching), lambda _: None)


def right() -> dict[Quantity, float]:
    found = lineup().answers[:, 0]
    return dict(zip(lineup().followed, map(float, found), strict=True))


def mistake(sentence: str) -> Mistake:
    [found] = [one for one in lineup().mistakes if one.sentence == sentence]
    return found


# Two mistakes of the catalogue


def test_written_out_by_hand_it_is_right() -> None:
    assert diagnosed(ByHand()).wrong == 0


@pytest.mark.parametrize(
    ("bugs", "first", "second"),
    [
        (ByHand(early=True, frozen_biases=True), EARLY, "the biases are not updated"),
        (
            ByHand(no_slope=True, no_half=True),
            NO_HALF,
            "the derivative of sigmoid is left out in the hidden layer (out_h1, out_h2)",
        ),
        (
            ByHand(no_half=True, squared_rate=True),
            NO_HALF,
            "the factor of the learning rate stands twice everywhere, in the update",
        ),
    ],
    ids=["early, and biases frozen", "no slope, and no 1/2", "no 1/2, and eta squared"],
)
def test_both_mistakes_are_named(bugs: ByHand, first: str, second: str) -> None:
    found = diagnosed(bugs)
    wrong = f"all {found.wrong} wrong values of 36 reproduced to 1e-1"  # 4 or 5, by the machine
    assert found.sentence[:-1] == f"two mistakes: {first}; and {second}: {wrong}"


def test_both_computations_stand_beside_the_right_ones() -> None:
    suspect = diagnosed(ByHand(early=True, frozen_biases=True)).suspects[0]
    assert suspect.computations == [
        "the share of dE/dout_h2 through net_o = dE/dnet_o*v2@1, not dE/dnet_o*v2",
        "c1@1 = c1, not c1 - eta*dE/dc1",
    ]


def test_gradients_may_be_computed_once_more_for_the_report() -> None:
    told = {
        str(one): value
        for one, value in ByHand()(chapter().scenario.task(questions(chapter()))).items()
        if one.by is not None
    }
    found = diagnosed(ByHand(early=True, frozen_biases=True), but=told)
    assert f"two mistakes: {EARLY}; and the biases are not updated" in found.sentence
    assert "; 6 right ones do not follow from it" in found.sentence


def test_what_one_mistake_explains_is_never_told_as_two() -> None:
    for bugs in (ByHand(early=True), ByHand(frozen_biases=True), ByHand(no_half=True)):
        found = diagnosed(bugs)
        assert not any(suspect.parts for suspect in found.suspects)
        assert found.pairs == 0
        assert "two mistakes" not in found.sentence


def test_another_loss_and_another_optimizer_are_two_mistakes() -> None:
    momentum = read_fixture(named(Path("mazur-readers"))).chapters[2]
    own = Lineup(momentum.scenario, questions(momentum))
    loss, update = (
        next(one for one in own.mistakes if one.sentence.startswith(sentence))
        for sentence in (
            "the loss is the squared error without the 1/2, while its gradient is right",
            "Nesterov's momentum is taken instead of the classical one",
        )
    )
    [(_, made)] = pairs.besides(own.derivation, loss, {1: update})
    column = answers(own.derivation, [made], own.followed)[:, 0]
    matching = Matching(own, dict(zip(own.followed, map(float, column), strict=True)))
    found = double(matching, single(matching), lambda _: None)
    assert f"two mistakes: {loss.sentence}; and {update.sentence}" in found.sentence


def test_what_is_updated_besides_is_so_by_the_other_optimizer() -> None:
    momentum = read_fixture(named(Path("mazur-readers"))).chapters[2]
    own = Lineup(momentum.scenario, questions(momentum))
    [too] = [
        one for one in own.mistakes if one.kind == "updated besides" and one.scope == "everywhere"
    ]
    optimizers = [one for one in own.mistakes if one.kind == "optimizer" and one.instead]
    assert len(optimizers) > 5
    made = [one for one in (both(own.derivation, one, too) for one in optimizers) if one]
    assert len(made) == len(optimizers)
    asked = [Quantity("b1", None, 2), Quantity("w5", None, 2)]
    b1, w5 = answers(own.derivation, made, asked)
    assert np.isfinite(b1).all()
    assert (b1 != float(momentum.scenario.given["b1"])).all()
    assert len({f"{one:.12f}" for one in b1}) == len({f"{one:.12f}" for one in w5})


@pytest.mark.parametrize("place", [2, 3, 4, 7], ids=["momentum", "batch", "samples", "frozen"])
def test_any_two_that_can_be_made_together_can_be_run(place: int) -> None:
    some = read_fixture(named(Path("mazur-readers"))).chapters[place]
    own, source = Lineup(some.scenario, questions(some)), random.Random(place)
    wholes = [one for one in own.mistakes if one.instead]
    others = [one for one in own.mistakes if one.after] + source.sample(own.mistakes[1:], 30)
    for one in source.sample(wholes, 6):
        others += source.sample(wholes, 3)
        made = [m for _, m in pairs.besides(own.derivation, one, dict(enumerate(others)))]
        assert answers(own.derivation, made, own.followed).shape[1] == len(made) > 0


# Thirty pairs drawn from the catalogue


def planted(source: random.Random) -> tuple[Mistake, Mistake, dict[Quantity, float]]:
    """Two mistakes drawn at random, and what comes of them in ball arithmetic: one is made in the
    lines in which the other one is made already."""
    while True:
        one, other = source.sample(lineup().mistakes[1:], 2)
        if (one.edits.keys() & other.edits.keys()) or (one.given.keys() & other.given.keys()):
            continue
        if one.instead is not None or other.instead is not None:
            continue  # lines of its own
        lines = edited(edited(lineup().derivation, one), other)
        given = replace(one, edits={}, given={**one.given, **other.given})
        moments = {quantity.updates for quantity in lineup().asked}
        try:
            runs = with_one(lines, given, moments, BITS)
        except (ZeroDivisionError, ValueError):
            continue
        told = {one: float(arb(answer(runs, one)).mid()) for one in lineup().followed}
        return one, other, told


def test_of_thirty_pairs_drawn_at_random_nine_in_ten_are_named() -> None:
    source, missed = random.Random(7), []
    named_as_two = 0
    for _ in range(30):
        one, other, told = planted(source)
        matching = Matching(lineup(), told)
        found = single(matching)
        if not found.suspects and found.wrong:
            found = double(matching, found, lambda _: None)
            named_as_two += bool(found.suspects)
        if found.wrong and (not found.suspects or found.suspects[0].right):
            missed.append((one.sentence, other.sentence, found.sentence))
    assert len(missed) <= 3, missed
    assert named_as_two >= 20


# What is told of what two mistakes do not explain


def test_the_first_wrong_answer_and_what_it_comes_of() -> None:
    found = diagnosed(ByHand(no_half=True, hidden=1.7))
    assert not found.suspects
    assert found.sentence == (
        f"no single mistake of {found.tried:,} tried, and none of {found.pairs:,} pairs, "
        "reproduces all 30 wrong values of 36; "
        f"the first of them, E, and 6 others come of: {NO_HALF}"
    )


def test_the_first_wrong_answer_that_comes_of_nothing() -> None:
    found = diagnosed(ByHand(bend=0.0123, hidden=1.7))
    assert found.sentence == (
        f"no single mistake of {found.tried:,} tried, and none of {found.pairs:,} pairs, "
        "reproduces all 33 wrong values of 36; the first of them is "
        "out_h2 = 0.597947254, where 0.585647254 is right; no mistake tried gives the wrong one"
    )


def test_one_number_from_which_all_others_follow() -> None:
    got = {"dE/du2": 0.123456789, "u2@1": 0.42 - 0.7 * 0.123456789}
    told = {one: got.get(str(one), value) for one, value in right().items() if one.updates < 2}
    del told[Quantity("E", None, 1)]
    found = paired(told)
    assert found.pairs == 0
    assert found.sentence.endswith(
        "reproduces all 2 wrong values of 25; the first of them is dE/du2 = 0.123456789, "
        "where 0.00268654512 is right; no mistake tried gives the wrong one; "
        "nothing else is wrong but what follows from it"
    )


def test_one_wrong_answer() -> None:
    found = paired({Quantity("net_h1"): 0.123456789})
    assert found.pairs == 0
    assert found.sentence == (
        f"no single mistake of {found.tried:,} tried reproduces the one wrong value of 1: "
        "net_h1 = 0.123456789, where 0.5505 is right"
    )


# Evidence: two mistakes can make any one number


def test_two_that_make_one_number_are_not_told() -> None:
    net, out = Quantity("net_h1"), Quantity("out_h1")
    made = both(lineup().derivation, setting("u1 = 0.7"), setting("c1 = 0.5"))
    assert made is not None
    column = answers(lineup().derivation, [made], [net, out])[:, 0]
    found = paired({net: float(column[0]), out: float(column[1])})
    assert found.wrong == 2
    assert not found.suspects


def test_nor_those_that_make_one_number_that_is_not_answered() -> None:
    made = both(
        lineup().derivation,
        mistake("the share of dE/dout_h1 through net_o is halved"),
        mistake("the sign of dout_h1/dnet_h1 is turned"),
    )
    assert made is not None
    column = answers(lineup().derivation, [made], lineup().followed)[:, 0]
    found = paired(dict(zip(lineup().followed, map(float, column), strict=True)))
    assert found.unproven
    assert not found.suspects
    assert f"; {found.unproven} of {found.pairs:,} pairs do" in found.sentence
    assert ", which is no evidence: so few or short numbers are made by two" in found.sentence


def test_short_numbers_are_no_evidence() -> None:
    circuit = read_fixture(named(Path("cs231n-circuits"))).chapters[1]
    own = Lineup(circuit.scenario, questions(circuit))
    # The sign of x is turned in q = x + y, and df/dq is counted twice.
    told = {"q": 7, "f": -28, "df/df": 1, "df/dq": -8, "df/dz": 7, "df/dx": -8, "df/dy": -8}
    matching = Matching(own, {one: float(told[str(one)]) for one in own.followed})
    found = double(matching, single(matching), lambda _: None)
    assert found.unproven
    assert not found.suspects


def setting(computation: str) -> Mistake:
    """A given number that is another one."""
    name, _, value = computation.partition(" = ")
    return Mistake("setting", name, computation, computation, 1.4, given={name: Fraction(value)})


def test_what_follows_from_a_wrong_answer_is_not_wrong_once_more() -> None:
    told = right()
    told[Quantity("E", "u2")] *= 3
    told[Quantity("u2", None, 1)] = 0.42 - 0.7 * told[Quantity("E", "u2")]
    told[Quantity("net_o")] += 1
    found = {str(one) for one in roots(lineup().derivation, told, set(told))}
    assert {"net_o", "out_o", "dE/du2"} <= found  # out_o is right, and does not follow from net_o
    assert not {"u2@1", "E", "dE/dd"} & found
    assert roots(lineup().derivation, right(), set(right())) == []


# Two mistakes made in one computation


def test_two_edits_of_one_line_are_both_made() -> None:
    made = both(
        lineup().derivation,
        mistake("u1*x1 is halved, in net_h1"),
        mistake("the factor x1 is left out of u1*x1, in net_h1"),
    )
    assert made is not None
    [entry] = made.edits.values()
    assert entry.operands == ("u1",)
    assert entry.scale == Fraction(1, 2)


def test_two_edits_of_one_thing_are_not() -> None:
    one, other = (
        mistake(f"the factor {name} is left out of u1*x1, in net_h1") for name in ("u1", "x1")
    )
    assert both(lineup().derivation, one, other) is None
    assert both(lineup().derivation, setting("x1 = 1"), setting("x1 = 2")) is None


# Where it is said


@pytest.fixture
def fixture(tmp_path: Path) -> str:
    path = tmp_path / "by-hand.yaml"
    path.write_text(NETWORK, encoding="utf-8")
    return str(path)


def test_the_command_shows_both_computations(fixture: str) -> None:
    done = CliRunner().invoke(main, ["explain", fixture, "-i", f"{FAKE}:early_and_frozen"])
    assert done.exit_code == 0
    assert f"  1. two mistakes: {EARLY}; and the biases are not updated: all 24" in done.output
    assert "*v2@1, not dE/dnet_o*v2\n     c1@1 = c1, not c1 - eta*dE/dc1\n" in done.output


def test_the_command_shows_what_the_first_wrong_answer_comes_of(fixture: str) -> None:
    done = CliRunner().invoke(main, ["explain", fixture, "-i", f"{FAKE}:no_half_and_weird"])
    assert f"the first of them, E, and 6 others come of: {NO_HALF}\n" in done.output
    assert done.output.endswith("     E = (t - out_o)^2, not (1/2)*(t - out_o)^2\n")


def test_the_report_for_programs_has_them_joined() -> None:
    told = diagnosed(ByHand(early=True, frozen_biases=True)).explanation.as_object()
    assert told["mistake"] == "early update; not updated"
    assert told["scope"] == "in the hidden layer (out_h1, out_h2); everywhere"
    assert told["computation"].endswith("; c1@1 = c1, not c1 - eta*dE/dc1")
    assert told["reproduces"] == "24 values"
    assert told["candidates"] > len(lineup().mistakes)
    assert 0 < told["chance"] < 1e-9


def test_and_beside_no_explanation_that_of_the_first_wrong_answer() -> None:
    found = diagnosed(ByHand(no_half=True, hidden=1.7))
    told = found.explanation.as_object()
    assert told["mistake"] == "none"
    assert told["candidates"] == found.tried + found.pairs
    [first] = told["also"]
    assert first["sentence"] == f"{NO_HALF}: 7 of 30 values"
    assert first["mistake"] == "loss"
    assert first["reproduces"] == "7 of 30 values"


def test_the_check_explains_it_too(fixture: str) -> None:
    done = CliRunner().invoke(
        main,
        ["check", fixture, "--explain", "-i", f"{FAKE}:early_and_frozen", "--format", "json"],
    )
    scenario = json.loads(done.stdout)["documents"][0]["scenarios"][0]
    explanation = scenario["witnesses"][f"{FAKE}:early_and_frozen"]["explanation"]
    assert explanation["sentence"].startswith(f"two mistakes: {EARLY}; and the biases")


def test_a_scenario_may_be_too_large_for_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pairs, "_NUMBERS", 0)
    found = diagnosed(ByHand(no_half=True, hidden=1.7))
    assert found.pairs == 0
    assert "; two at once are not tried on a scenario of this size; the first of" in found.sentence


def test_progress_is_told() -> None:
    told: list[str] = []
    asked = questions(chapter())
    answered = ByHand(no_half=True, hidden=1.7)(chapter().scenario.task(asked))
    diagnose(chapter(), answered, certify(Oracle(chapter().scenario), asked), told.append)
    assert told[0] == "pairs of mistakes, 1 of 2"
    assert told[-1] == "pairs of mistakes in one place"
