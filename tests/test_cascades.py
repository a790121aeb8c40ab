"""What is wrong in a fixture is told once: nothing is told that only follows from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.reading import FixtureError, read_text

PAGE = Path(__file__).parent.parent / "docs" / "fixtures.md"
#: The example of the page, as far as it is a network with training.
NEURON = PAGE.read_text(encoding="utf-8").partition("```yaml\ndocument:\n")[2]
NEURON = "document:\n" + NEURON.partition("```")[0]
TRAINING = "eta = 0.5, update: [w1, w2, b]"
LAST = "- E_total@1 = 0.0753"

MATRICES = """document: {id: d, title: t}
scenarios:
  - id: s
    equations: [y = W @ x, L = sum(y)]
    values: {W: [[1, 2], [3, 4]], x: [1, 2]}
    training: {learning_rate: eta = 0.5, update: [W], loss: L}
    define: {d: 2*y}
    claims:
      A:
        - y = [5, 11]
        - W@1 = [[0.5, 1], [2.5, 3]]
        - dL/dW = outer([1, 1], x)
"""

TWO_OUTPUTS = """document: {id: d, title: t}
scenarios:
  - id: s
    network:
      inputs: [x]
      layers:
        - {units: [o, p], weights: [[w], [v]], biases: [b, b], activation: sigmoid}
      targets: [t, u]
      loss: squared error
    values: {x: 1, t: 1, u: 0, w: 1, v: 2, b: 0.5}
    claims: {A: [w = 1]}
"""


def told(text: str, *changes: tuple[str, str]) -> list[str]:
    """The messages of a text in which each right thing is replaced by a wrong one."""
    for right, wrong in changes:
        assert text.count(right) == 1, right
        text = text.replace(right, wrong)
    with pytest.raises(FixtureError) as refused:
        read_text(text)
    return [problem.message for problem in refused.value.problems]


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        (", y: 1", "", "'y' has no value"),
        ("x1: 1", "x1: half", "'half' is no number"),
        ("b: 0.1", "b: 0,1", "a comma stands between entries only"),
        ("b: 0.1", "b 1: 0.1", "'b 1' cannot name a quantity"),
        ("eta = 0.5", "eta = fast", "'fast' is no number"),
        ("eta = 0.5", "[0.5, abc], rate_name: eta", "'abc' is no number"),
        ("eta = 0.5", "e ta = 0.5", "'e ta' cannot name a quantity"),
        ("eta = 0.5", "eta", "'eta' is no number"),
        ("w2, b]}", "w2, bb]}", "'bb' is no parameter"),
        (TRAINING, f"{TRAINING}, optimizer: {{kind: momentum}}", "momentum needs 'momentum'"),
        (TRAINING, f"{TRAINING}, samples: {{x1: [1, 2]}}", "'x1' has a value already"),
        ("delta: dE", "delta: (dE", "expected ')'"),
        ("delta: dE_total/dnet_n", "delta: [dE_total/dnet_n]", "expected text, got a list"),
        (LAST, '- {line: E_total = q, where: {q: "1 +"}}', "expected a number, a name"),
        (LAST, "- {line: E_total = q, where: {q: [1]}}", "expected text, got a list"),
    ],
)
def test_one_mistake_has_one_message(right: str, wrong: str, message: str) -> None:
    (found,) = told(NEURON, (right, wrong))
    assert found.startswith(message) or f" {message}" in found


@pytest.mark.parametrize(
    ("optimizer", "message"),
    [
        ("momentum", "expected a mapping, got 'momentum'"),
        ("{momentum: 0.9}", "the key 'kind' is missing here"),
        ("{kind: momentum, momentum: 0.9, state: {velocity: v v}}", "'v v' cannot name a quantity"),
        ("{kind: momentum, momentum: 0.9, state: {v: v}}", "momentum has no state 'v'"),
        ("{kind: momentum, beta1: mu = 0.9, momentum: 0.9}", "momentum takes no 'beta1'"),
    ],
)
def test_the_state_of_a_broken_optimizer_may_be_spoken_of(optimizer: str, message: str) -> None:
    (found,) = told(
        NEURON,
        (TRAINING, f"{TRAINING}, optimizer: {optimizer}"),
        (LAST, "- velocity_w2@1 = v_w1@1 + mu"),
    )
    assert found.startswith(message)


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        ("[3, 4]]", "[3]]", "the rows of a matrix have the same length"),
        ("[3, 4]]", "[3, a]]", "'a' is no number"),
        ("[[1, 2], [3, 4]]", "{shape: [2, 2], seed: 1, least: a}", "'a' is no number"),
        ("loss: L", "loss: L, samples: {x: [1, 2]}", "'x' has a value already"),
    ],
)
def test_nothing_is_told_of_the_shape_of_what_cannot_be_read(
    right: str, wrong: str, message: str
) -> None:
    (found,) = told(MATRICES, (right, wrong))
    assert found.startswith(message)


def test_beside_it_all_that_is_wrong_on_its_own_is_told() -> None:
    found = told(
        MATRICES,
        ("[3, 4]]", "[3, a]]"),
        ("d: 2*y", "d: 2*"),
        ("y = [5, 11]", "z = d"),
        ("L/", "K/"),
    )
    assert [message.partition(";")[0] for message in found] == [
        "'a' is no number",
        "expected a number, a name or '(', got the end of the line",
        "unknown quantity 'z'",
        "unknown quantity 'K'",
    ]


def test_a_scenario_like_one_that_cannot_be_read_is_not_read_either() -> None:
    second = "  - id: second\n    like: two-inputs\n    claims: {A: [delta = 0.1]}\n"
    (found,) = told(NEURON + second, ("values:", "valeus:"))
    assert found.startswith("unknown key 'valeus'")
    (found,) = told(NEURON + second, ("delta: dE_total/dnet_n", "delta: [1]"))
    assert found == "expected text, got a list"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ([("[t, u]", "[t]"), ("u: 0, ", "")], "1 target for 2 outputs"),
        ([("[t, u]", "[t, u, y]")], "3 targets for 2 outputs"),
        (
            [("[o, p]", "[o]"), ("[[w], [v]]", "[[w]]"), ("[b, b]", "[b]"), ("v: 2, ", "")],
            "2 targets for 1 output",
        ),
    ],
)
def test_targets_that_do_not_fit_say_nothing_of_the_loss(
    changes: list[tuple[str, str]], message: str
) -> None:
    (found,) = told(TWO_OUTPUTS, ("squared", "half squared"), *changes)
    assert found.startswith(message)


def test_repeat_under_define_is_told_where_it_belongs() -> None:
    delta = "delta: dE_total/dnet_n\n"
    for block in (
        "repeat: t = 1..3\n",
        "repeat: t = 1..3\n      equations:\n        - d{t} = w1\n",
    ):
        (found,) = told(NEURON, (delta, f"{delta}      {block}"))
        assert found == "'repeat' belongs under 'equations', which compute what it repeats"


# Keys and forms: what would be right in place of what stands there.


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        (
            "title: One neuron by hand",
            "title: One neuron by hand\n  network: x",
            "unknown key 'network'",
        ),
        ("  title: One", "  Titel: One", "unknown key 'Titel'; did you mean 'title'?"),
        ("define:", "Define:", "unknown key 'Define'; did you mean 'define'?"),
        ("eta = 0.5,", "eta = 0.5, weight: 1,", "unknown key 'weight'"),
        ("eta = 0.5,", "eta = 0,5,", "a comma stands between entries only; a decimal is written"),
        (
            "eta = 0.5,",
            "eta = 0.5, loss,",
            (
                "'loss' has no value here; write one, or where it belongs to the text before it, put "
                'that in quotes, for it holds a comma: "eta = 0.5, loss"'
            ),
        ),
        (
            LAST,
            "- Loss: E_total = 0.33",
            "unknown key 'Loss'; a line that holds ': ' is put in quotes",
        ),
        (LAST, "- Line: E_total = 0.33", "unknown key 'Line'; did you mean 'line'?"),
        ("biases: [b]", "biases: b", "expected a list, got 'b'; write [b]"),
        ("[[w1, w2]]", "w1", "expected a list, got 'w1'; write [[w1]]"),
        ("[w1, w2, b]}", "w1, w2, b}", "expected a list, got 'w1'; write [w1, w2, b]"),
        (
            LAST,
            "- {line: E_total = 0.33, errata: {printed: 1}}",
            "expected a list, got a mapping; put '- ' before each entry, or [ ] around them",
        ),
        (
            TRAINING,
            f"{TRAINING}, optimizer: Adam",
            (
                "expected a mapping, got 'Adam'; write {kind: adam, beta1: 0.9, beta2: 0.999, "
                "epsilon: 1e-8}, with the document's numbers"
            ),
        ),
        (
            TRAINING,
            f"{TRAINING}, optimizer: SGD",
            "expected a mapping, got 'SGD'; write {kind: gradient descent}",
        ),
    ],
)
def test_what_would_be_right_is_said(right: str, wrong: str, message: str) -> None:
    (found,) = told(NEURON, (right, wrong))
    assert found == message or (message.endswith("written") and found.startswith(message))


@pytest.mark.parametrize(
    ("right", "wrong", "hint"),
    [
        ("half squared error", "mse", "write 'squared error'; its mean is {kind: squared error,"),
        ("half squared error", "{kind: MAE}", "write 'absolute error'; its mean is"),
        ("half squared error", "BCE", "did you mean 'binary cross-entropy'?"),
        ("half squared error", "Half_Squared_Error", "did you mean 'half squared error'?"),
        ("activation: sigmoid", "activation: Sigmoid", "did you mean 'sigmoid'?"),
        ("activation: sigmoid", "activation: logistic", "did you mean 'sigmoid'?"),
        (TRAINING, f"{TRAINING}, optimizer: {{kind: sgd}}", "did you mean 'gradient descent'?"),
        (TRAINING, f"{TRAINING}, optimizer: {{kind: ADAM}}", "did you mean 'adam'?"),
    ],
)
def test_a_word_of_the_field_is_told_by_its_name_here(right: str, wrong: str, hint: str) -> None:
    (found,) = told(NEURON, (right, wrong))
    assert f"; {hint}" in found


# Lines.


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("E_total == 0.33", "two '=' in a row; write one '='"),
        ("w1@one = 0.33", "'one' is no number of updates; it is written as in w5@1"),
        ("dE_total@6/dw1 = 1", "the mark stands behind the whole derivative; write dE_total/dw1@6"),
        ("dE_total@6/dw1@6 = 1", "the mark stands behind the whole derivative; write"),
        ("dE_total/(dw1) = 1", "a derivative is written without brackets; write dE_total/dw1"),
        (
            "dE_total / dw1 = 1",
            "unknown quantity 'dE_total'; did you mean 'E_total'? a derivative",
        ),
    ],
)
def test_a_slip_in_a_line_is_told_with_what_would_be_right(line: str, message: str) -> None:
    (found,) = told(NEURON, (LAST, f"- {line}"))
    assert found.startswith(message)


def test_a_calculation_of_arrays_is_quoted_whole() -> None:
    long = "[[0.5, -0.3], [0.2, 0.4]] - 0.1*[[0.0350, 0.1], [0.2, 0.3]]"
    for calculation, quoted in ((long, long), (f"{long} + {long}", f"{long}…")):
        (found,) = told(MATRICES, ("W@1 = [[0.5, 1], [2.5, 3]]", f"W@1 = {calculation}"))
        assert found == (
            f"a calculation is of single numbers, {quoted} is 2×2; leave it away and print its "
            "result alone, as an array"
        )


# One sample at each update.

ONE_BY_ONE = (
    ("x1: 1, x2: 2, y: 1, ", ""),
    (TRAINING, f"{TRAINING}, samples: {{x1: [1, 0], x2: [2, 1], y: [1, 0]}}"),
)


@pytest.mark.parametrize("how", ["sum", "mean"])
def test_one_sample_has_no_sum_and_no_mean(how: str) -> None:
    stated = ("loss: half squared error", f"loss: {{kind: half squared error, samples: {how}}}")
    (found,) = told(NEURON, stated, *ONE_BY_ONE)
    assert found.startswith(
        f"each update is given one sample, whose loss this is: 'samples: {how}'"
    )
    read_text(NEURON.replace(*stated))  # all updates on one sample: the same by both


def test_each_update_may_be_given_a_batch() -> None:
    text = NEURON.replace("loss: half squared error", "loss: {kind: squared error, samples: mean}")
    text = text.replace("x1: 1, x2: 2, y: 1, ", "").split("    claims:")[0]
    batches = "samples: {x1: [[1, 0], [1, 1]], x2: [[2, 1], [0, 0]], y: [[1, 0], [0, 1]]}"
    text = text.replace(TRAINING, f"{TRAINING}, {batches}")
    read_text(text + "    claims: {A: [net_n = w1*x1 + w2*x2 + b]}\n")
