"""``backproof new``: whatever it writes passes the check as it stands."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from harness.check import check
from harness.cli import main
from harness.reading import read_fixture, read_text
from harness.starting import ACTIVATIONS, LOSSES, OPTIMIZERS, Model, starting_point
from harness.witnesses import load


def backproof(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, list(map(str, arguments)), catch_exceptions=False)


FORMS = [
    [],
    ["--layers", "3-4-2"],
    ["--layers", "2-1"],
    ["--layers", "1-1"],
    ["--layers", "20-20", "--loss", "squared error"],
    ["--layers", "2-3-2-3-1-2", "--activation", "gelu"],
    ["--layers", "4-3-3", "--loss", "cross-entropy", "--output-activation", "softmax"],
    ["--layers", "2-3-2", "--activation", "leaky_relu", "--output-activation", "elu"],
    [
        *("--layers", "3-2-2", "--activation", "relu", "--output-activation", "softmax"),
        *("--loss", "cross-entropy", "--optimizer", "momentum"),
    ],
    ["--layers", "3-4-3", "--loss", "softmax cross-entropy", "--activation", "leaky_relu"],
    ["--equations"],
    *(["--equations", "--optimizer", name] for name in OPTIMIZERS),
    *(["--optimizer", name] for name in OPTIMIZERS),
    *(["--activation", name] for name in ACTIVATIONS),
    *(["--layers", "2-2-2", "--activation", name] for name in ACTIVATIONS),
    *(["--layers", "2-3-2", "--loss", name, "--activation", "tanh"] for name in LOSSES),
    *(["--loss", name] for name in LOSSES if name != "softmax cross-entropy"),
]


@pytest.mark.parametrize("options", FORMS, ids=" ".join)
def test_what_is_written_passes_the_check(options: list[str], tmp_path: Path) -> None:
    file = tmp_path / "my-example.yaml"
    written = backproof("new", file, *options)
    assert written.exit_code == 0, written.output
    assert str(file) in written.output
    report = check([read_fixture(file)], [load("scalar_tape")])
    assert report.exit_status == 0, file.read_text(encoding="utf-8")
    found = [finding for line in report.documents[0].lines for finding in line.findings]
    assert {finding.verdict for finding in found} <= {"correct", "carried", "holds"}
    (agreement,) = report.documents[0].chapters[0].agreements
    assert (agreement.status, agreement.undecided) == ("agrees", ())


def test_what_is_written_is_the_same_every_time() -> None:
    model = Model((3, 4, 2))
    assert starting_point("a.yaml", model) == starting_point("a.yaml", model)


def test_all_implementations_pass_what_is_written(tmp_path: Path) -> None:
    backproof("new", tmp_path / "new.yaml")
    checked = backproof("check", tmp_path / "new.yaml")
    assert checked.exit_code == 0, checked.output
    assert "Every line is right." in checked.output


def test_an_existing_file_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("mine", encoding="utf-8")
    result = backproof("new", file)
    assert result.exit_code == 2
    assert f"{file}: exists already; name another file" in result.output
    assert file.read_text(encoding="utf-8") == "mine"


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    result = backproof("new", tmp_path / "missing" / "mine.yaml")
    assert result.exit_code == 2
    assert "cannot be written" in result.output


def test_a_dash_writes_to_stdout_and_nothing_else(tmp_path: Path) -> None:
    result = backproof("new", "-")
    assert result.exit_code == 0
    assert read_text(result.output).document.id == "my-example"


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("my-example.yaml", "my-example"),
        ("folder/Kapitel 3.yml", "Kapitel-3"),
        ("…", "my-example"),
        ("3.yaml", "3"),
    ],
)
def test_the_document_is_called_as_its_file_is(name: str, written: str) -> None:
    assert read_text(starting_point(name, Model())).document.id == written


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--layers", "3"], "'3' are no sizes of layers; write the number of inputs"),
        (["--layers", "3-x"], "'3-x' are no sizes of layers"),
        (["--layers", "3-0-2"], "each layer has at least one unit"),
        (["--layers", "784-10"], "784 units are too many to be filled in by hand; at most 20 are"),
        (["--layers", "20-20-20"], "800 weights are too many to be filled in by hand"),
        (["--layers", "1-1-1-1-1-1-1"], "7 sizes are too many to be filled in by hand"),
        (["--loss", "softmax cross-entropy"], "it takes at least 2 outputs"),
        (
            ["--loss", "binary cross-entropy", "--output-activation", "tanh"],
            "outputs between 0 and 1, which tanh does not keep to; take sigmoid or softmax",
        ),
        (
            ["--loss", "binary cross-entropy", "--output-activation", "softmax"],
            "softmax of a single output is always 1",
        ),
        (
            [
                "--layers",
                "2-2",
                "--loss",
                "softmax cross-entropy",
                "--output-activation",
                "softmax",
            ],
            "softmax cross-entropy takes softmax itself",
        ),
        (["--layers", "2-1-2", "--activation", "softmax"], "each layer needs at least 2, as in"),
        (
            ["--equations", "--layers", "2-1", "--loss", "huber"],
            "--equations writes no network; leave --loss and --layers away",
        ),
        (["--loss", "hubre"], "Invalid value for '--loss'"),
    ],
)
def test_what_makes_no_sense_is_refused(options: list[str], told: str, tmp_path: Path) -> None:
    result = backproof("new", tmp_path / "new.yaml", *options)
    assert result.exit_code == 2, result.output
    assert told in " ".join(result.output.split())
    assert not list(tmp_path.iterdir())
