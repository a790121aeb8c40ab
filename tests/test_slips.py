"""Slips in what a fixture says of its model and its training: each told with its place, all at once."""

from __future__ import annotations

import re
import time
from fractions import Fraction
from pathlib import Path

import pytest

from harness.check import check
from harness.fixture import Chapter
from harness.oracle import Oracle
from harness.reading import FixtureError, read_fixture
from harness.scenario.task import Quantity

HEAD = "document: {id: d, title: t}\nscenarios:\n"


def read(folder: Path, body: str) -> list[Chapter]:
    path = folder / "f.yaml"
    path.write_text(HEAD + body, encoding="utf-8")
    return list(read_fixture(path).chapters)


def problems(folder: Path, body: str) -> list[str]:
    start = time.process_time()
    with pytest.raises(FixtureError) as refused:
        read(folder, body)
    assert time.process_time() - start < 5
    return [str(one).removeprefix(f"{folder / 'f.yaml'}:") for one in refused.value.problems]


def value(chapter: Chapter, name: str, updates: int = 0) -> float:
    ball = Oracle(chapter.scenario).at(128).quantity(Quantity(name, None, updates))
    return float(ball.mid())


# Repeated equations.


def repeated(*equations: str, rest: str = "") -> str:
    listed = "".join(f"      - {equation}\n" for equation in equations)
    return f"  - id: s\n    equations:\n{listed}    values: {{x: 2}}\n{rest}    claims: {{A: [x = 2]}}\n"


def test_equations_are_repeated(tmp_path: Path) -> None:
    (chapter,) = read(
        tmp_path,
        repeated(
            "h0 = x",
            '{repeat: t = 1..3, equations: ["h{t} = {t}*h{t-1} + h{ t - 1 }"]}',
            '{repeat: i = 0..1, equations: [{repeat: j = 2..3, equations: ["p{i}_{j+1} = {i} + x^{j}"]}]}',
            '{repeat: schritt = 1..2, equations: ["q{schritt} = h{schritt+1}"]}',
            '{repeat: τ = 7..7, equations: ["r{τ} = x"]}',
        ),
    )
    found = {name: value(chapter, name) for name in chapter.scenario.computation.computed}
    assert found == {
        "h0": 2, "h1": 4, "h2": 12, "h3": 48, "p0_3": 4, "p0_4": 8, "p1_3": 5, "p1_4": 9,
        "q1": 12, "q2": 48, "r7": 2,
    }  # fmt: skip


NO_RANGE = "is no range; write it as t = 1..3, the lesser first"
REPEATS = {
    **{
        f"{{repeat: '{text}', equations: ['h{{t}} = x']}}": [f"5:19: '{text}' {NO_RANGE}"]
        for text in (
            "t = 3..1",
            "t = 1..",
            "t = 1...3",
            "1..3",
            "t in 1..3",
            "t = -1..3",
            "t = a..b",
            "t = 1..99999",
            "t = 1..2, 4",
        )
    },
    "{repeat: t = 1..2, equations: ['h{s} = x']}": [
        "5:42: nothing is repeated over 's'; it stands in a block with 'repeat: t = 1..3'"
    ],
    "{repeat: step = 1..2, equations: ['h{stp} = x']}": [
        "5:45: nothing is repeated over 'stp'; did you mean 'step'?"
    ],
    "'h{t} = x'": ["5:11: nothing is repeated over 't'"],
    "{repeat: t = 0..2, equations: ['h{t} = x*g{t-1}']}": [
        "5:51: {t-1} is -1 where t is 0; numbers in names count from 0"
    ],
    "{repeat: t = 8..12, equations: ['h{t+1} = x*g{t-1}']}": [
        "5:53: 'g7' has no value; add it to values or list it under free"
    ],
    "{repeat: t = 1..2, equations: ['h{t} = x + ']}": ["5:52: expected a number"],
    "{repeat: t = 1..2, equations: ['h{t} = x*[{t}, {t}][2]']}": [
        "5:60: [1, 1][2] does not exist: [1, 1] is a vector of 2"
    ],
    "{repeat: t = 1..2, equations: ['h{t*2} = x']}": ["5:42: '{' is not part of the notation"],
    "{repeat: t = 1..2, equations: ['h = x']}": [
        "5:41: 'h' is computed already; each name has one origin"
    ],
    "{repeat: t = 1..2, equations: ['h{t} = k{t}', 'k{t} = h{t}']}": [
        "5:41: equations in a circle: h1 needs k1 needs h1",
    ],
    "{repeat: t = 1..2, equations: []}": ["5:39: this is empty; at least one entry is needed"],
    "{repeat: t = 1..2}": ["5:9: the key 'equations' is missing here"],
    "{equations: [h = x]}": ["5:9: the key 'repeat' is missing here"],
    "{repaet: t = 1..2, equations: [h = x]}": [
        "5:10: unknown key 'repaet'; did you mean 'repeat'?"
    ],
    "{repeat: [1, 2], equations: [h = x]}": ["5:18: expected text, got a list"],
}


@pytest.mark.parametrize(("equation", "told"), REPEATS.items(), ids=list(REPEATS))
def test_a_slip_in_a_repeated_block(equation: str, told: list[str], tmp_path: Path) -> None:
    same(problems(tmp_path, repeated(equation)), told)


def same(found: list[str], told: list[str]) -> None:
    """Whether exactly these problems are found; each is given by its beginning."""
    assert len(found) == len(told), found
    assert all(problem.startswith(words) for problem, words in zip(found, told, strict=True)), found


@pytest.mark.parametrize(
    ("inner", "told"),
    [
        ("'h{s}_{t} = x'", "5:7: repeated, these are more than 10,000 equations"),
        ("'h{s}_{u} = x'", "nothing is repeated over 'u'"),
        ("'h{s}_{t-5} = x'", "{t-5} is -4 where t is 1"),
        ("{repeat: u = 2..1, equations: [h = x]}", "'u = 2..1' is no range"),
        ("{repeat: u = 1..9999, equations: ['h = x']}", "more than 10,000 equations"),
    ],
)
def test_ten_thousand_times_ten_thousand_are_refused_at_once(
    inner: str, told: str, tmp_path: Path
) -> None:
    block = f"{{repeat: t = 1..9999, equations: [{{repeat: s = 1..9999, equations: [{inner}]}}]}}"
    (found,) = problems(tmp_path, repeated(block))
    assert told in found


def test_ten_thousand_equations_are_read_within_seconds(tmp_path: Path) -> None:
    start = time.process_time()
    (chapter,) = read(
        tmp_path, repeated("h0 = x", "{repeat: t = 1..9999, equations: ['h{t} = h{t-1} + 1']}")
    )
    assert time.process_time() - start < 5
    assert len(chapter.scenario.equations) == 10_000
    (found,) = problems(tmp_path, repeated("{repeat: t = 1..9999, equations: ['h{t} = g{t-1}']}"))
    assert found.startswith("5:51: 'g0' has no value")


# A scenario like another.

FIRST = """  - id: first
    equations: [y = w*x, L = (y - t)^2]
    values: {w: 2, x: 3, t: 1}
    training: {learning_rate: eta = 0.5, update: [w], loss: L}
    define: {twice: 2*y}
    claims: {A: [y = 6]}
"""


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        ("values: {}", 12),
        ("values: {w: 4}", 24),
        ("equations: [y = w*x*x, L = y - t]", 36),
        ("define: {twice: 3*y}", 18),
        ("values: {w: 4}\n    equations: [y = w, L = y]", 8),  # x and t are not used, nor asked for
    ],
)
def test_a_scenario_takes_over_what_it_does_not_give(
    second: str, expected: float, tmp_path: Path
) -> None:
    chapters = read(
        tmp_path, f"{FIRST}  - id: second\n    like: first\n    {second}\n    claims: {{A: [twice = 1]}}\n"
    )  # fmt: skip
    assert [len(chapter.lines) for chapter in chapters] == [1, 1]
    second_chapter = chapters[1]
    bound = second_chapter.lines[0].subject.bound
    assert float(Oracle(second_chapter.scenario).at(64).evaluate(bound).mid()) == expected
    assert second_chapter.scenario.training is not None


def test_a_value_may_be_taken_away(tmp_path: Path) -> None:
    body = FIRST + "  - id: second\n    like: first\n    free: [w]\n    claims: {A: [y = w*x]}\n"
    assert read(tmp_path, body)[1].scenario.free == ("w",)


def test_likeness_is_handed_on(tmp_path: Path) -> None:
    body = FIRST + "".join(
        f"  - id: {name}\n    like: {other}\n    values: {{{given}}}\n    claims: {{A: [y = 1]}}\n"
        for name, other, given in (("second", "first", "w: 4"), ("third", "second", "x: 5"))
    )
    assert [value(chapter, "y") for chapter in read(tmp_path, body)] == [6, 12, 20]


@pytest.mark.parametrize(
    ("second", "told"),
    [
        ("like: frst", ["10:11: there is no scenario 'frst' yet; did you mean 'first'?"]),
        (
            "like: second",
            ["10:11: there is no scenario 'second' yet; it names a scenario above this one"],
        ),
        ("like: zz", ["10:11: there is no scenario 'zz' yet; it names a scenario above this one"]),
        ("like: [first]", ["10:11: expected text, got a list"]),
        ("like: first\n    values: {ww: 4}", ["11:14: nothing uses 'ww'; did you mean 'w'?"]),
        ("like: first\n    values: {w: .nan}", ["11:17: '.nan' is no number"]),
        ("like: first\n    values: {y: 4}", ["4:17: 'y' is given under 'values'"]),
        (
            "like: first\n    values: {x: [1, 2]}",
            [
                "12:22: y is a vector of 2, 1 is a number",
                "6:61: 'L' is a vector of 2; what is descended is one number",
            ],
        ),
        ("like: first\n    equations: [y = q]", ["11:21: 'q' has no value"]),
    ],
)
def test_a_slip_in_likeness(second: str, told: list[str], tmp_path: Path) -> None:
    body = f"{FIRST}  - id: second\n    {second}\n    claims: {{A: [y = 1]}}\n"
    same(sorted(problems(tmp_path, body)), told)


def test_a_problem_that_is_taken_over_is_told_once_where_it_stands(tmp_path: Path) -> None:
    broken = FIRST.replace("w: 2", "w: .nan").replace("(y - t)", "(y - q)")
    body = f"{broken}  - id: second\n    like: first\n    claims: {{A: [y = 1]}}\n"
    same(problems(tmp_path, body), ["4:35: 'q' has no value", "5:17: '.nan' is no number"])


# Tolerances that a document states.


def verdicts(folder: Path, body: str) -> list[str]:
    path = folder / "f.yaml"
    path.write_text(HEAD + body, encoding="utf-8")
    (document,) = check([read_fixture(path)], []).documents
    return [finding.verdict for line in document.lines for finding in line.findings]


@pytest.mark.parametrize(
    ("printed", "within", "expected"),
    [
        ("6", "0", "correct"),
        ("6.1", "0.1", "correct"),
        ("6.1", "1/10", "correct"),
        ("5.9", "0.1", "correct"),
        ("6.1", "0.099", "wrong"),
        ("7", "0.5", "wrong"),
    ],
)
def test_within(printed: str, within: str, expected: str, tmp_path: Path) -> None:
    body = FIRST.replace("y = 6", f"{{line: y = {printed}, within: {within}}}")
    (found,) = verdicts(tmp_path, body)
    assert (found == "correct") == (expected == "correct")


@pytest.mark.parametrize(
    ("within", "told"),
    [
        ("-0.1", "a tolerance is not negative"),
        ("abc", "'abc' is no number; write a decimal such as 0.15, or 1/3"),
        ("1/0", "'1/0' is no number"),
        ("[1]", "expected text, got a list"),
    ],
)
def test_a_slip_in_a_tolerance(within: str, told: str, tmp_path: Path) -> None:
    body = FIRST.replace("y = 6", f"{{line: y = 6, within: {within}}}")
    (found,) = problems(tmp_path, body)
    assert found.startswith(f"8:40: {told}")


# Training.


def trained(training: str, equations: str = "[y = w*x, L = (y - t)^2]") -> str:
    values = "{w: 2, x: 3, t: 1}"
    if "samples" in training:
        values = "{w: 2}"
    return (
        f"  - id: s\n    equations: {equations}\n    values: {values}\n"
        f"    training: {{{training}}}\n    claims: {{A: [w = 2]}}\n"
    )


def test_rates_hold_one_after_the_other_and_the_last_for_ever(tmp_path: Path) -> None:
    (chapter,) = read(
        tmp_path,
        trained("learning_rate: [0.5, 0.25, 1/8], rate_name: eta, update: [w], loss: L", "[L = w]"
        ).replace(", x: 3, t: 1", ""),
    )  # fmt: skip
    assert [value(chapter, "w", k) for k in range(5)] == [2, 1.5, 1.25, 1.125, 1]
    assert [value(chapter, "eta", k) for k in range(4)] == [0.5, 0.25, 0.125, 0.125]


def test_samples_come_one_after_the_other_and_again(tmp_path: Path) -> None:
    training = "learning_rate: 1, update: [w], loss: L, samples: {x: [1, 2, 4], v: [[1, 0], [0, 1], [0, 3]]}"
    (chapter,) = read(tmp_path, trained(training, "['L = w*(x + v[1])']"))
    assert [value(chapter, "x", k) for k in range(5)] == [1, 2, 4, 1, 2]
    assert [value(chapter, "v[1]", k) for k in range(5)] == [0, 1, 3, 0, 1]
    assert [value(chapter, "w", k) for k in range(5)] == [2, 1, -2, -9, -10]


def test_what_is_given_anew_is_exact_after_many_updates(tmp_path: Path) -> None:
    training = "learning_rate: [1, 1/3], update: [w], loss: L, samples: {x: [0.1, 2]}"
    lines = "[x@9999 = 2, x@9998 = 0.1, learning_rate@500 = 1/3, learning_rate = 1]"
    body = trained(training, "[L = w*x]").replace("[w = 2]", lines)
    assert verdicts(tmp_path, body) == ["correct"] * 4


PLAIN = "learning_rate: 0.1, update: [w], loss: L"
TRAININGS = {
    "learning_rate: [], update: [w], loss: L": ["this is empty; at least one rate is needed"],
    "learning_rate: [0.1, abc, .nan], update: [w], loss: L": [
        "'abc' is no number",
        "'.nan' is no number",
    ],
    "learning_rate: [[0.1]], update: [w], loss: L": ["expected text, got a list"],
    "learning_rate: [1], rate_name: a b, update: [w], loss: L": ["'a b' cannot name a quantity"],
    "learning_rate: [1], rate_name: w, update: [w], loss: L": [
        "'w' is a quantity already; the rate needs a name of its own ('rate_name')"
    ],
    "learning_rate: 1, rate_name: eta, update: [w], loss: L": [
        "'rate_name' goes with a list of rates; a single one is named as in eta = 0.5"
    ],
    "learning_rate: w = 1, update: [w], loss: L": ["'w' has a value under 'values' already"],
    "learning_rate: y = 1, update: [w], loss: L": ["'y' is given under 'training'"],
    "update: [w], loss: L": ["the key 'learning_rate' is missing here"],
    "learning_rate: 1, update: [], loss: L": ["this is empty; at least one entry is needed"],
    "learning_rate: 1, update: [w, w], loss: L": ["'w' stands here more than once"],
    "learning_rate: 1, update: [ww], loss: K": [
        "'ww' is no parameter that could be updated; did you mean 'w'?",
        "'K' is no computed number",
    ],
    "learning_rate: 1, update: [y], loss: L": ["'y' is no parameter that could be updated"],
    "learning_rate: 1, update: [learning_rate], loss: L": ["'learning_rate' is no parameter"],
    "learning_rate: 1, update: [w], loss: w": ["'w' is no computed number"],
    # samples
    f"{PLAIN}, samples: {{x: [1, 2], t: [1, 2, 3]}}": [
        "as many samples of each are wanted, got 2 of x, 3 of t"
    ],
    f"{PLAIN}, samples: {{x: [], t: 1}}": [
        "this is empty; at least one entry is needed",
        "expected a list, got '1'",
    ],
    f"{PLAIN}, samples: {{x: [1, a], t: [.nan, 1]}}": ["'a' is no number", "'.nan' is no number"],
    f"{PLAIN}, samples: {{x: [1, 2], t: [1, 2], w: [1, 2]}}": [
        "'w' has a value already; give it here or under 'values', not both"
    ],
    f"{PLAIN}, samples: {{x: [1, [2]], t: [1, 2]}}": ["the rows of a matrix have the same length"],
    "learning_rate: 1, update: [x], loss: L, samples: {x: [1], t: [2]}": ["'x' is no parameter"],
    # optimizers
    f"{PLAIN}, optimizer: {{kind: adma}}": ["expected 'gradient descent', 'momentum', "],
    f"{PLAIN}, optimizer: adam": ["expected a mapping, got 'adam'"],
    f"{PLAIN}, optimizer: {{momentum: 0.9}}": ["the key 'kind' is missing here"],
    f"{PLAIN}, optimizer: {{kind: adam}}": [
        "adam needs 'beta1', as the document has it",
        "adam needs 'beta2'",
        "adam needs 'epsilon'",
    ],
    f"{PLAIN}, optimizer: {{kind: adagrad, momentum: 0.9, rho: 1, epsilon: a}}": [
        "adagrad takes no 'momentum'; it takes epsilon, weight_decay",
        "adagrad takes no 'rho'; it takes epsilon, weight_decay",
        "'a' is no number",
    ],
    f"{PLAIN}, optimizer: {{kind: momentum, momentun: 0.9}}": [
        "unknown key 'momentun'; did you mean 'momentum'?"
    ],
    f"{PLAIN}, optimizer: {{kind: momentum, momentum: w = 0.9}}": [
        "'w' has a value under 'values' already; write just 'w' here"
    ],
    f"{PLAIN}, optimizer: {{kind: momentum, momentum: w}}": ["'w' is no parameter"],
    f"{PLAIN}, optimizer: {{kind: momentum, momentum: 1, state: {{velocty: v}}}}": [
        "momentum has no state 'velocty'; did you mean 'velocity'?"
    ],
    f"{PLAIN}, optimizer: {{kind: gradient descent, state: {{m: v}}}}": [
        "gradient descent has no state 'm'; it has none"
    ],
    f"{PLAIN}, optimizer: {{kind: momentum, momentum: 1, state: {{velocity: v v}}}}": [
        "'v v' cannot name a quantity"
    ],
    f"{PLAIN}, optimizer: {{kind: momentum, momentum: velocity_w = 1}}": [
        "'velocity_w' is a quantity already; name the state 'velocity' under 'state'"
    ],
    f"{PLAIN}, optimizer: {{kind: pytorch momentum, momentum: dampening = 1}}": [
        "'dampening' is a quantity already; say under 'optimizer' which one pytorch momentum has"
    ],
    f"{PLAIN}, optimizer: {{kind: momentum, momentum: 1, epsilon_inside: true}}": [
        "momentum has no epsilon, so that 'epsilon_inside' says nothing here"
    ],
    f"{PLAIN}, optimizer: {{kind: rmsprop, rho: 1, epsilon: 1, bias_correction: false}}": [
        "rmsprop has no beta1, so that 'bias_correction' says nothing here"
    ],
    f"{PLAIN}, optimizer: {{kind: adagrad, epsilon: 1, epsilon_inside: perhaps}}": [
        "expected true or false, got 'perhaps'"
    ],
}


@pytest.mark.parametrize(("training", "told"), TRAININGS.items(), ids=list(TRAININGS))
def test_a_slip_in_training(training: str, told: list[str], tmp_path: Path) -> None:
    found = problems(tmp_path, trained(training))
    assert all(re.match(r"[467]:\d+: ", problem) for problem in found)
    same(sorted(problem.split(": ", 1)[1] for problem in found), sorted(told))


@pytest.mark.parametrize("part", ["v[:0]", "v[0:0]", "v[1:1]", "v[2:]", "v[:3]", "v[1:0]"])
def test_a_part_of_an_array_that_is_empty_or_beyond_it(part: str, tmp_path: Path) -> None:
    body = f"  - id: s\n    equations: ['L = sum({part}) + v[0]']\n    values: {{v: [1, 2]}}\n"
    body += "    claims: {A: [L = 1]}\n"
    assert (
        f"{part} does not exist: v is a vector of 2, counted from 0" in problems(tmp_path, body)[0]
    )


# Networks: batches, activations and losses with a setting.


def network(
    values: str = "x: 1, t: 0, u: 1",
    loss: str = "{kind: squared error, outputs: sum, samples: sum}",
    activation: str = "sigmoid",
) -> str:
    return (
        "  - id: s\n    network:\n      inputs: [x]\n      layers:\n"
        f"        - {{units: [o, p], weights: [[w], [w]], activation: {activation}}}\n"
        f"      targets: [t, u]\n      loss: {loss}\n    values: {{{values}, w: 1}}\n"
        "    claims: {A: [w = 1]}\n"
    )


NETWORKS = {
    "unequal lengths": (
        network("x: [1, 2], t: [1, 2, 3], u: [1, 2]"),
        [
            (
                "5:7: inputs and targets hold one number each, or as many samples each; here x is a "
                "vector of 2, t is a vector of 3, u is a vector of 2"
            )
        ],
    ),
    "a target for all samples": (
        network("x: [1, 2], t: [1, 2], u: 1"),
        ["5:7: inputs and targets hold one number each, or as many samples each; here x is"],
    ),
    "a matrix": (network("x: [[1, 2]], t: 1, u: 1"), ["5:7: inputs and targets hold one number"]),
    "unstated outputs": (
        network(loss="{kind: squared error}"),
        [
            (
                "9:13: there are several outputs: say whether their losses are added up or averaged, as "
                "in {kind: squared error, outputs: sum} or {…, outputs: mean}"
            )
        ],
    ),
    "unstated samples": (
        network("x: [1, 2], t: [1, 2], u: [1, 2]", "half squared error"),
        ["9:13: there are several samples: say whether their losses are added up or averaged"],
    ),
    "a total that is named as the samples' losses": (
        network(
            "x: [1, 2], t: [1, 2], u: [1, 2]",
            "{kind: half squared error, samples: sum, total: E}",
        ),
        [
            (
                "9:13: E[0], E[1], … are the losses of the samples, and E their total too: name one "
                "of them otherwise, as in {total: E, sample: F}"
            )
        ],
    ),
    "unstated outputs and samples": (
        network("x: [1, 2], t: [1, 2], u: [1, 2]", "cross-entropy"),
        ["9:13: there are several outputs: say", "9:13: there are several samples: say"],
    ),
    "a misspelt loss": (network(loss="cross entropy"), ["9:13: expected 'half squared error', "]),
    "neither sum nor mean": (
        network(loss="{kind: squared error, outputs: median}"),
        ["9:44: expected 'sum' or 'mean', got 'median'"],
    ),
    "leaky_relu without a setting": (
        network(activation="leaky_relu"),
        ["7:11: leaky_relu needs 'setting:', a decimal"],
    ),
    "elu without a setting": (
        network(activation="elu"),
        ["7:11: elu needs 'setting:', a decimal"],
    ),
    "sigmoid with a setting": (
        network(activation="sigmoid, setting: 1"),
        ["7:78: sigmoid has no setting; leave it away"],
    ),
    "softmax with a setting": (
        network(activation="softmax, setting: x"),
        ["7:78: softmax has no setting; leave it away"],
    ),
    "a setting that is no number": (
        network(activation="elu, setting: x"),
        ["7:74: 'x' is no number; write a decimal such as 0.01"],
    ),
    "huber without a setting": (
        network(loss="{kind: huber, outputs: sum}"),
        ["9:13: huber needs 'setting:', a decimal"],
    ),
    "huber with a setting of 0": (
        network(loss="{kind: huber, outputs: sum, setting: 0}"),
        ["9:50: the setting of huber is more than 0"],
    ),
    "squared error with a setting": (
        network(loss="{kind: squared error, outputs: sum, setting: 1}"),
        ["9:58: squared error has no setting; leave it away"],
    ),
    "terms of the loss": (
        network(loss="{kind: squared error, outputs: sum, terms: [a]}"),
        ["9:13: 1 term of the loss for 2 outputs; one for each output"],
    ),
    "a weight of many": (
        network().replace("w: 1", "w: [1, 2]"),
        ["10:32: 'w' is one number in the network, and a vector of 2 here"],
    ),
    "all at once": (
        network("x: [1, 2], t: 1, u: .nan", "huber", "elu"),
        [
            "10:34: '.nan' is no number",
            "5:7: inputs and targets hold one number each",
            "7:11: elu needs 'setting:', a decimal",
            "9:13: huber needs 'setting:', a decimal",
            "9:13: there are several outputs: say",
            "9:13: there are several samples: say",
        ],
    ),
}


@pytest.mark.parametrize(("body", "told"), NETWORKS.values(), ids=list(NETWORKS))
def test_a_slip_in_a_network(body: str, told: list[str], tmp_path: Path) -> None:
    same(sorted(problems(tmp_path, body)), sorted(told))


def test_a_batch_has_a_loss_for_each_sample(tmp_path: Path) -> None:
    body = network(
        "x: [1, 2], t: [1, 3], u: [0, 1]",
        "{kind: squared error, outputs: sum, samples: mean, sample: F, terms: [a, b]}",
        "identity",
    )
    (chapter,) = read(tmp_path, body)
    names = ["net_o[1]", "out_p[0]", "a[1]", "b[0]", "F[0]", "F[1]", "E_total"]
    assert [value(chapter, name) for name in names] == [2, 1, 1, 1, 1, 2, Fraction(3, 2)]
