"""What a fixture may not be: each answered within seconds, with its place and what is wrong."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from harness.bounds import certify
from harness.explain.documents.fixture import explain_fixture
from harness.oracle import Oracle
from harness.reading import FixtureError, read_fixture, read_text

HEAD = "document: {id: d, title: t}\nscenarios:\n  - id: s\n"
EQUATION = HEAD + "    equations: [y = 2*x]\n    values: {x: 1}\n"
NETWORK = HEAD + (
    "    network:\n"
    "      inputs: [i1, i2]\n"
    "      layers: [{units: [h1], weights: [[w1, w2]], biases: [b], activation: sigmoid}]\n"
    "      targets: [t]\n"
    "      loss: half squared error\n"
    "    values: {i1: 1, i2: 2, w1: 0.5, w2: 0.25, b: 0.1, t: 1}\n"
)


def lines(text: str, *claims: str) -> str:
    return text + "    claims:\n      A:\n" + "".join(f"        - {claim}\n" for claim in claims)


def valued(text: str) -> str:
    return lines(EQUATION.replace("x: 1", f"x: {text}"), "y = x")


def equations(*texts: str, values: str = "x: 1") -> str:
    listed = "".join(f"      - {text}\n" for text in texts)
    return lines(HEAD + f"    equations:\n{listed}    values: {{{values}}}\n", "x = 1")


HOSTILE: dict[str, tuple[str | bytes, list[str]]] = {
    "an empty file": ("", ["1:1: the file is empty"]),
    "only comments": ("# nothing\n", ["1:1: the file is empty"]),
    "a byte that is not UTF-8": (b"document: \xff\n", ["1:11: byte 0xff is not UTF-8"]),
    "UTF-16": ("document: 1".encode("utf-16"), ["1:1: byte 0xff is not UTF-8"]),
    "a null byte": (
        b"document:\n x: \x00",
        ["2:5: the character U+0000 cannot stand in YAML; leave it away"],
    ),
    "a tab": ("document:\n\tid: d\n", ["2:1: a tab where YAML wants blanks"]),
    "an unknown key": (
        lines(EQUATION + "    titel: x\n", "y = x"),
        ["6:5: unknown key 'titel'; did you mean 'title'?"],
    ),
    "a key twice": (
        EQUATION + "    values: {x: 2}\n",
        ["6:5: the key 'values' stands here a second"],
    ),
    "an alias bomb": ("a: &a [x]\nb: &b [*a,*a]\n", ["1:4: the anchor &a", "2:8: the alias *a"]),
    "a tag that would run code": (
        "document: !!python/object/apply:os.system ['exit 1']\n",
        ["1:11: the tag tag:yaml.org,2002:python/object/apply:os.system"],
    ),
    "two documents": ("a: 1\n---\nb: 2\n", ["2:1: a second YAML document"]),
    "a list at the top": ("- a\n", ["1:1: expected a mapping, got a list"]),
    "no scenario": ("document: {id: d, title: t}\nscenarios: []\n", ["2:12: this is empty"]),
    "unknown names in several lines": (
        lines(NETWORK, "outh1 = 0.5", "net_h1 = w1*i3", '"E_totl = 1"', "{line: out_h2 = 1}"),
        [
            "12:11: unknown quantity 'outh1'; did you mean 'out_h1'?",
            "13:23: unknown quantity 'i3'",
            "14:12: unknown quantity 'E_totl'; did you mean 'E_total'?",
            "15:18: unknown quantity 'out_h2'",
        ],
    ),
    "a missing value": (lines(NETWORK.replace("w2: 0.25, ", ""), "b = 0.1"), ["'w2' has no value"]),
    "too many rows of weights": (
        lines(NETWORK.replace("[[w1, w2]]", "[[w1], [w2]]"), "b = 0.1"),
        ["2 rows of weights for 1 unit;", "1 weight for 2 inputs"],
    ),
    "a value for what the network computes": (
        lines(NETWORK.replace("t: 1", "t: 1, out_h1: 0.6"), "b = 0.1"),
        ["9:61: 'out_h1' is computed by the network; each name has one origin"],
    ),
    "shapes that do not fit": (
        equations("y = W @ v", values="W: [[1, 2], [3, 4]], v: [1, 2, 3], x: 1"),
        ["2×2 and a vector of 3 do not fit in a matrix product"],
    ),
    "equations in a circle": (
        equations("a = b", "b = c + x", "c = a"),
        ["5:9: equations in a circle: a needs b needs c needs a"],
    ),
    "an equation for what is given": (equations("x = 2"), ["'x' is given under 'values'"]),
    "a value that nothing uses": (equations("y = x", values="x: 1, z: 2"), ["nothing uses 'z'"]),
    ".nan": (valued(".nan"), ["5:17: '.nan' is no number"]),
    "-.inf": (valued("-.inf"), ["5:17: '-.inf' is no number"]),
    "a decimal with two points": (valued("1.2.3"), ["5:17: '1.2.3' is no number"]),
    "a decimal comma": (valued("'1,5'"), ["5:18: '1,5' is no number"]),
    "a hexadecimal number": (valued("0x10"), ["5:17: '0x10' is no number"]),
    "an enormous number": (valued("1e999999999"), ["5:17: '1e999999999' is no number"]),
    "50,000 brackets in a line": (
        lines(EQUATION, "y = " + "(" * 50_000),
        ["are read"],
    ),
    "500 brackets in a line": (lines(EQUATION, "y = " + "(" * 500), ["8:", "nested more than"]),
    "50,000 brackets in a value": (valued("'" + "(" * 50_000 + "'"), ["5:18:", "is no number"]),
    "50,000 brackets of YAML": ("a: " + "[" * 50_000, ["1:43: nested more than 40 deep"]),
    "an enormous decimal in a line": (
        lines(EQUATION, "y = 1e999999999"),
        ["8:15: the exponent of '1e999999999' is too large"],
    ),
    "@-1": (lines(EQUATION, "y@-1 = 2"), ["8:12: '@-1' is no number of updates"]),
    "@1.5": (lines(EQUATION, "y@1.5 = 2"), ["8:12: '@1.5' is no number of updates"]),
    "@100000000000000": (
        lines(EQUATION, "y@100000000000000 = 2"),
        ["8:12: '@100000000000000' asks for more updates than are run"],
    ),
    "updates without training": (lines(EQUATION, "y@1 = 2"), ["the scenario has no training"]),
    "a call of Python": (
        lines(EQUATION, "y = exec(1)", "y = open('x')"),
        ["8:15: unknown function 'exec'", "9:15: unknown function 'open'"],
    ),
    "a definition of itself": (
        lines(EQUATION + "    define: {d: d + 1}\n", "d = 1"),
        ["d needs d"],
    ),
    "definitions that double": (
        lines(
            EQUATION
            + "    define: {d0: x, "
            + ", ".join(f"d{k + 1}: d{k} + d{k}" for k in range(19))
            + "}\n",
            "d19 = 1",
        ),
        ["written out"],
    ),
    "a derivative of what comes before": (
        lines(EQUATION, "dx/dy = 1"),
        ["8:11: x is computed before y, so it has no derivative by it"],
    ),
    "a derivative through an update": (
        lines(
            EQUATION + "    training: {learning_rate: eta = 0.1, update: [x], loss: y}\n",
            "d/dx(x@1 - x) = 0.1",
        ),
        ["9:16: this is the derivative of an expression over two moments"],
    ),
    "an element that is not there": (
        lines(HEAD + "    equations: ['h = [x, x]']\n    values: {x: 1}\n", "h[5] = 1", "h = 2"),
        ["8:11: h[5] does not exist", "9:15: h is a vector of 2, 2 is a number"],
    ),
    "a vector in place of a number": (
        lines(HEAD + "    equations: ['h = [x, x]']\n    values: {x: 1}\n", "h[0] = [1, 2]"),
        ["is a vector of 2"],
    ),
    "a definition in a line that takes a quantity's name": (
        lines(EQUATION, '{line: y = 77, where: {y: "77*x"}}'),
        ["'y' is a quantity already"],
    ),
    "training without a loss": (
        lines(EQUATION + "    training: {learning_rate: eta = 0.1, update: [x]}\n", "y = 2"),
        ["6:15: training needs 'loss:'"],
    ),
    "training of what is no parameter": (
        lines(NETWORK + "    training: {learning_rate: eta = 0.1, update: [w9]}\n", "b = 0.1"),
        ["'w9' is no parameter"],
    ),
    "names that are none": (
        lines(HEAD + "    equations: [y = x]\n    values: {a b: 1, x: 1}\n", "y = x"),
        ["'a b' cannot name a quantity"],
    ),
    "an id with a slash": (
        lines(EQUATION.replace("id: d", "id: a/b"), "y = x"),
        ["an id is made of"],
    ),
    "all at once": (
        lines(
            EQUATION.replace("2*x", "2*x + q").replace("x: 1", "x: .nan, x2: 1..2")
            + "    tilte: 3\n",
            "y = (",
        ),
        ["'q' has no value", "'.nan' is no number", "'1..2' is no number", "unknown key 'tilte'"],
    ),
}


@pytest.mark.parametrize(("text", "told"), HOSTILE.values(), ids=list(HOSTILE))
def test_is_refused_with_its_place(text: str | bytes, told: list[str], tmp_path: Path) -> None:
    path = tmp_path / "f.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    start = time.process_time()
    with pytest.raises(FixtureError) as refused:
        read_fixture(path)
    assert time.process_time() - start < 5
    problems = [str(problem).removeprefix(f"{path}:") for problem in refused.value.problems]
    for words in told:
        assert any(words in problem for problem in problems), problems
    assert all("\n" not in problem for problem in problems)


TRAINED = NETWORK + "    training: {learning_rate: eta = 0.5, update: [w1]}\n"


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        ("values:", "valeus:", "9:5: unknown key 'valeus'; did you mean 'values'?"),
        ("training:", "trainning:", "10:5: unknown key 'trainning'; did you mean 'training'?"),
        ("equations:", "equation:", "4:5: unknown key 'equation'; did you mean 'equations'?"),
        ("layers:", "layer:", "6:7: unknown key 'layer'; did you mean 'layers'?"),
        ("weights:", "wieghts:", "6:30: unknown key 'wieghts'; did you mean 'weights'?"),
        ("update:", "updates:", "10:42: unknown key 'updates'; did you mean 'update'?"),
        ("claims:", "claim:", "11:5: unknown key 'claim'; did you mean 'claims'?"),
    ],
)
def test_a_misspelt_key_is_told_and_nothing_that_follows_from_it(
    right: str, wrong: str, message: str, tmp_path: Path
) -> None:
    text = EQUATION if right == "equations:" else TRAINED
    path = tmp_path / "f.yaml"
    claims = ("b = 0.1", "w1@1 = 0.4", "eta = 0.5", "y = 2*x")
    path.write_text(
        lines(text, *claims[-1:] if text is EQUATION else claims[:3]).replace(right, wrong)
    )
    with pytest.raises(FixtureError) as refused:
        read_fixture(path)
    assert [str(p).removeprefix(f"{path}:") for p in refused.value.problems] == [message]


def test_beside_a_misspelt_key_all_that_is_wrong_elsewhere_is_told(tmp_path: Path) -> None:
    path = tmp_path / "f.yaml"
    second = lines(EQUATION, "{line: y = 2, nota: x}", "z = 2").partition("scenarios:\n")[2]
    path.write_text(
        lines(EQUATION, "y = 2*x").replace("values:", "valeus:") + second.replace("id: s", "id: s2")
    )
    with pytest.raises(FixtureError) as refused:
        read_fixture(path)
    told = [problem.message for problem in refused.value.problems]
    assert told == [
        "unknown key 'valeus'; did you mean 'values'?",
        "unknown key 'nota'; did you mean 'note'?",
        "unknown quantity 'z'",
    ]


@pytest.mark.parametrize("name", ["missing.yaml", "."], ids=["a missing file", "a folder"])
def test_what_is_no_file_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(FixtureError, match=r"cannot be read|is a folder"):
        read_fixture(tmp_path / name)


def test_a_hat_may_be_typed_as_its_own_character(tmp_path: Path) -> None:
    path = tmp_path / "f.yaml"
    text = lines(HEAD + "    equations: ['y\u0302 = 2*x']\n    values: {x: 1}\n", "ŷ = 2")
    path.write_text(text, encoding="utf-8-sig", newline="\r\n")
    assert read_fixture(path).chapters[0].lines[0].text == "ŷ = 2"


def test_a_unit_far_beyond_saturation_is_certified_in_time() -> None:
    network = NETWORK.replace("sigmoid", "tanh").replace("w1: 0.5", "w1: 1e100")
    fixture = read_text(lines(network, "dE_total/dw1 = 0"), "saturated")
    scenario = fixture.chapters[0].scenario
    begun = time.process_time()
    certify(Oracle(scenario), sorted(fixture.chapters[0].asked(), key=str))
    assert time.process_time() - begun < 10


@pytest.mark.parametrize("printed", ["1.5e400", "2.5e-400", "1e2500"])
def test_a_wrong_number_beyond_floats_is_explained_by_nothing(printed: str) -> None:
    fixture = read_text(lines(EQUATION, f"y = {printed}"), "huge")
    [(_, _, one)] = explain_fixture(fixture)
    assert one.best.mistake == "none"
