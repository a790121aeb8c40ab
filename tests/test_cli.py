"""The command as a person and a CI job use it: arguments, exit statuses, text, pipes, terminals."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import sysconfig
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from harness.cli import main
from harness.witnesses import installed
from tests.fakes.scenarios import (
    RECORDED,
    REFUTED,
    TINY,
    UNRECORDED,
    announce,
    equations,
    tiny,
    written,
)

FAKES = Path(__file__).parent / "fakes"
COMMAND = [sys.executable, "-c", "from harness.cli import main; main()"]
ESCAPE = "\x1b"
UNICODE = equations("ŷ = x", values="{x: 1}", claims="[ŷ = 3]")


def backproof(*arguments: str | Path) -> Result:
    """The command, called in this process; its output has stdout and stderr together."""
    return CliRunner().invoke(main, list(map(str, arguments)), catch_exceptions=False)


def started(*arguments: str | Path, **environment: str) -> subprocess.Popen[bytes]:
    """The command in a process of its own, with pipes for its output."""
    return subprocess.Popen(
        [*COMMAND, *map(str, arguments)],
        env={**os.environ, "PYTHONUNBUFFERED": "", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def finished(process: subprocess.Popen[bytes]) -> tuple[int, str, str]:
    """Exit status, stdout and stderr."""
    out, err = process.communicate(timeout=60)
    return process.returncode, out.decode(), err.decode()


@pytest.fixture
def fixture(tmp_path: Path) -> Path:
    return written(tmp_path, TINY)


# exit statuses


@pytest.mark.parametrize(
    ("text", "fakes", "status"),
    [
        pytest.param(TINY, [], 0, id="0: all agree and every line is right"),
        pytest.param(RECORDED, [], 0, id="0: an erratum that is recorded"),
        pytest.param(UNRECORDED, [], 1, id="1: an erratum that is not"),
        pytest.param(REFUTED, [], 1, id="1: a recorded erratum that is none"),
        pytest.param(TINY, ["wrong.py:off_by_1e_9"], 1, id="1: a disagreement"),
        pytest.param("document: {}", [], 2, id="2: a fixture that cannot be read"),
        pytest.param(TINY, ["wrong.py:nothing"], 2, id="2: an implementation that is not there"),
        pytest.param(TINY, ["misbehaving.py:raises"], 3, id="3: an implementation that crashed"),
        pytest.param(
            UNRECORDED,
            ["wrong.py:off_by_1e_9", "misbehaving.py:raises"],
            3,
            id="3: one crashed, others disagree",
        ),
    ],
)
def test_exit_status(text: str, fakes: list[str], status: int, tmp_path: Path) -> None:
    specs = [argument for fake in fakes for argument in ("-i", f"{FAKES}/{fake}")]
    result = backproof("check", written(tmp_path, text), "-i", "loops", *specs)
    assert result.exit_code == status, result.output
    assert "Traceback" not in result.output


# what is run


def names_run(*arguments: str | Path) -> list[str]:
    result = backproof("check", "--format", "json", *arguments)
    return [one["name"] for one in json.loads(result.stdout)["implementations"]]


def test_names_run_instead_of_all(fixture: Path) -> None:
    names = ["scalar_tape", "loops"]
    assert names_run(fixture, "-i", names[0], "-i", names[1], "-i", names[0]) == names


def test_a_plug_in_alone_runs_beside_all(fixture: Path) -> None:
    spec = f"{FAKES}/right.py:by_text"
    assert names_run(fixture, "-i", spec, "-i", spec) == [*installed(), spec]


def test_a_plug_in_with_names_runs_beside_those(fixture: Path) -> None:
    spec = "implementations.loops:run"
    assert names_run(fixture, "-i", spec, "-i", "loops") == ["loops", spec]


def test_an_implementation_that_lacks_its_framework_does_not_run_and_is_named(
    fixture: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    announce(tmp_path, "needy", "raise ModuleNotFoundError(name='torch')")
    monkeypatch.syspath_prepend(tmp_path)
    result = backproof("check", fixture)
    assert result.exit_code == 0
    told = "torch is not installed; pip install 'backproof[torch]'"
    assert f"needy did not run: {told}" in result.output
    assert f"not available: {told}" in backproof("list").output


def test_one_that_was_asked_for_and_cannot_run_is_no_success(
    fixture: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    announce(tmp_path, "needy", "raise ModuleNotFoundError(name='torch')")
    monkeypatch.syspath_prepend(tmp_path)
    result = backproof("check", fixture, "-i", "needy", "-i", "loops")
    assert result.exit_code == 2
    assert "needy cannot run: torch is not installed; pip install" in result.output


# arguments that cannot be read


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        pytest.param(["--format", "xml"], "'xml' is not one of", id="an unknown format"),
        pytest.param(["no_such.yaml"], "no_such.yaml", id="a missing fixture"),
        pytest.param(["mazur"], "did you mean 'mazur-2015'?", id="a fixture by half its name"),
        pytest.param(["x" * 300], "cannot be read: File name too long", id="300 letters"),
        pytest.param(["-i", "x" * 300 + ".py:run"], "no file 'xxx", id="a file of 300 letters"),
        pytest.param(["."], ".:", id="a folder"),
        pytest.param(["-i", "lops"], "did you mean 'loops'?", id="an unknown name"),
        pytest.param(["-i", "no_such.py:run"], "no file 'no_such.py'", id="a missing file"),
        pytest.param(["-i", "mine.py"], "given as FILE.py:OBJECT", id="a file without an object"),
        pytest.param(["--output", "."], "is a directory", id="a folder to write to"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_reason(arguments: list[str], told: str) -> None:
    result = backproof("check", *arguments)
    assert result.exit_code == 2
    assert told in result.output


def test_all_problems_of_all_files_are_told(tmp_path: Path) -> None:
    first = written(tmp_path, tiny("net_h = 1", "outh1 = 1"), "first.yaml")
    second = written(tmp_path, "document: {id: a}\nscenarios: []\n", "second.yaml")
    result = backproof("check", first, second, tmp_path / "third.yaml")
    assert result.exit_code == 2
    for told in ("net_h'", "outh1'", "second.yaml:1", "second.yaml:2", "third.yaml"):
        assert told in result.output


def test_all_implementations_that_are_not_there_are_told(fixture: Path) -> None:
    result = backproof("check", fixture, "-i", "lops", "-i", "no_such.py:run", "-i", "nowhere:run")
    assert result.exit_code == 2
    for told in ("'lops'", "'no_such.py'", "'nowhere'"):
        assert told in result.output


# the report in a file


@pytest.mark.parametrize("form", ["text", "json"])
def test_the_report_in_a_file_is_the_one_on_stdout(form: str, tmp_path: Path) -> None:
    path, arguments = written(tmp_path, UNICODE), ["-i", "scalar_tape", "--format", form]
    result = backproof("check", path, *arguments, "--output", tmp_path / "report")
    assert (result.exit_code, result.output) == (1, "")
    on_stdout = backproof("check", path, *arguments).stdout
    assert (tmp_path / "report").read_text(encoding="utf-8") == on_stdout


def test_a_file_that_cannot_be_written_is_told(fixture: Path, tmp_path: Path) -> None:
    path = tmp_path / "missing" / "report.txt"
    result = backproof("check", fixture, "-i", "loops", "--output", path)
    assert result.exit_code == 2
    assert f"{path}: cannot be written: No such file or directory" in result.output


# text


def test_a_line_that_is_not_right_is_told_with_all_that_is_known_of_it(tmp_path: Path) -> None:
    text = tiny(
        "net_h1 = w1*i1 + w3*i2 + b1 = 0.37175",
        "{line: net_h2 = 0.4, errata: [{printed: 0.4, should_be: 0.38}]}",
        "{line: E_o1 = 0.2, errata: [{printed: 0.2, should_be: 0.3}]}",
    )
    told = backproof("check", written(tmp_path, text), "-i", "loops").stdout
    assert re.search(r"line +printed +exact +should be +verdict", told)
    assert re.search(r"18  net_h1 = w1\*i1 \+ w3\*i2 \+ b1 .* false, not recorded", told)
    assert re.search(r"18  net_h1 = 0\.37175 +0\.37075 +0\.37075 +wrong, not recorded", told)
    assert "One Update" in told
    assert re.search(r"19  0\.4 in net_h2 = 0\.4 .* no erratum +recorded as an erratum, but", told)
    assert re.search(r"20  E_o1 = 0\.2 +0\.27\d+… +0\.3 +last-digit, recorded", told)


def test_counts_are_told_in_words(tmp_path: Path) -> None:
    told = backproof("check", written(tmp_path, TINY), "-i", "loops").stdout
    assert "1 number: 1 correct\n" in told
    assert "6 formulas: 6 hold\n" in told
    assert "0 operands: none\n" in told
    assert "0 errata: 0 recorded, 0 not recorded\n" in told


@pytest.mark.parametrize(
    ("text", "fakes", "told"),
    [
        (TINY, [], "The one implementation that ran agrees with the certified values, and every line is right or a recorded erratum."),
        (TINY, ["right.py:by_text"], "All 2 implementations that ran agree, and every line is"),
        (TINY, ["wrong.py:flipped_sign", "wrong.py:float32"], "Not right: 2 disagreements."),
        (UNRECORDED, ["misbehaving.py:raises"], "Not right: 1 implementation failed, 1 erratum not recorded."),
        (REFUTED, [], "Not right: 1 recorded erratum that is none."),
        (equations("y = log(x)", values="{x: 0}", claims="[y = 1]"), [], "No implementation answered, and every line that can be judged is right"),
    ],
    ids=["one agrees", "all agree", "disagreements", "several causes", "refuted", "nobody ran"],
)  # fmt: skip
def test_the_last_line_says_how_it_ended(
    text: str, fakes: list[str], told: str, tmp_path: Path
) -> None:
    specs = [argument for fake in fakes for argument in ("-i", f"{FAKES}/{fake}")]
    result = backproof("check", written(tmp_path, text), "-i", "loops", *specs)
    assert result.stdout.splitlines()[-1].startswith(told)


@pytest.mark.parametrize(
    ("fake", "told"),
    [
        ("early_update.py:run", r"first differs at w1@1, got \S+, certified 0\.1\d+; and 4 more after"),
        ("misbehaving.py:raises", r"failed in 2-2-2: raised ValueError: the weights do not fit"),
        ("misbehaving.py:unsupported", r"cannot run 2-2-2: knows no networks with two layers"),
        ("right.py:partial", r"did not answer 18 of 28 quantities \(net_h1, net_h2, out_h1, out_h2 and 14 more\)"),
        ("misbehaving.py:one_name_misspelt", r"'dE_total/dw_5' without being asked; did you mean"),
    ],
    ids=["disagrees", "fails", "is unsupported", "answers a part", "misspells a name"],
)  # fmt: skip
def test_what_became_of_an_implementation_is_told(fake: str, told: str, fixture: Path) -> None:
    result = backproof("check", fixture, "-i", "loops", "-i", f"{FAKES}/{fake}")
    assert re.search(told, " ".join(result.stdout.split()))


def test_choices_at_a_kink_are_told_with_who_made_which(tmp_path: Path) -> None:
    text = equations("y = abs(x)", values="{x: 0}", claims="[dy/dx = dy/dx]")
    (tmp_path / "mine.py").write_text("def run(task): return {'y': 0, 'dy/dx': 1}")
    mine = f"{tmp_path}/mine.py:run"
    result = backproof("check", written(tmp_path, text), "-i", "scalar_tape", "-i", mine)
    assert result.exit_code == 0
    assert "dy/dx cannot be judged: it has no single value: a kink" in result.stdout
    assert f"answers for dy/dx differ: 0.0 scalar_tape; 1.0 {mine}" in result.stdout


@pytest.mark.parametrize("columns", [60, 80, 200])
def test_no_line_is_wider_than_the_terminal_and_nothing_is_lost(
    columns: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    formula = "E_total = 1/2*(target_o1 - out_o1)^2 - 1/2*(target_o2 - out_o2)^2 + 0*w1*w2*w3*w4"
    path = written(tmp_path, tiny(formula, "dE_total/dw5 = 0.9"))
    told = backproof("check", path, "-i", "loops").stdout
    assert max(map(len, told.splitlines())) <= columns
    for word in ("target_o2", "0*w1*w2*w3*w4", "dE_total/dw5", "0.9", "wrong", "not recorded"):
        assert word in told


# pipes and terminals


def test_what_an_implementation_prints_goes_to_stderr(fixture: Path) -> None:
    fake = f"{FAKES}/misbehaving.py:prints"
    arguments = ["check", fixture, "-i", "loops", "-i", fake, "--format", "json"]
    status, out, err = finished(started(*arguments))
    assert status == 0
    assert json.loads(out)["schema"] == "backproof.report/1"
    assert "epoch 1 of 1" in err
    assert "and past Python's own stdout" in err


def test_a_module_that_prints_when_imported_leaves_the_report_alone(
    fixture: Path, tmp_path: Path
) -> None:
    (tmp_path / "loud.py").write_text("print('hello')\nfrom implementations.loops import run\n")
    arguments = ["check", fixture, "-i", "loops", "-i", f"{tmp_path}/loud.py:run", "--format"]
    _, out, err = finished(started(*arguments, "json"))
    assert json.loads(out)["summary"]["disagreements"] == 0
    assert "hello" in err


@pytest.mark.parametrize("form", ["text", "json"])
def test_text_in_a_pipe_is_plain(form: str, tmp_path: Path) -> None:
    path = written(tmp_path, UNRECORDED)
    status, out, err = finished(started("check", path, "-i", "loops", "--format", form))
    assert (status, err) == (1, "")
    assert ESCAPE not in out
    assert all(line == line.rstrip() for line in out.splitlines())


@pytest.mark.parametrize("form", ["text", "json"])
def test_an_encoding_that_lacks_a_name_does_not_stop_the_report(form: str, tmp_path: Path) -> None:
    arguments = ["check", written(tmp_path, UNICODE), "-i", "scalar_tape", "--format", form]
    status, out, err = finished(started(*arguments, PYTHONIOENCODING="ascii", PYTHONUTF8="0"))
    assert (status, err) == (1, "")
    assert out.isascii()
    if form == "json":
        [line] = json.loads(out)["documents"][0]["lines"]
        assert line["text"] == "ŷ = 3"
    else:
        assert r"\u0177 = 3" in out


@pytest.mark.skipif(os.name == "nt", reason="pipes break otherwise on Windows")
@pytest.mark.parametrize("arguments", [["check"], ["check", "--format", "json"], ["list"]], ids=" ".join)  # fmt: skip
def test_a_reader_that_stops_early_changes_nothing(arguments: list[str], tmp_path: Path) -> None:
    if "check" in arguments:
        arguments = [*arguments, str(written(tmp_path, UNRECORDED)), "-i", "loops"]
    process = started(*arguments)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    error = process.stderr.read().decode()
    process.stderr.close()
    assert process.wait(60) == (1 if "check" in arguments else 0)
    assert error == ""


@pytest.mark.skipif(os.name == "nt", reason="signals are others on Windows")
def test_ctrl_c_ends_it_without_a_traceback(fixture: Path, tmp_path: Path) -> None:
    source = "import time\ndef run(task):\n    print('begun', flush=True)\n    time.sleep(60)\n"
    (tmp_path / "slow.py").write_text(source)
    process = started("check", fixture, "-i", "loops", "-i", f"{tmp_path}/slow.py:run")
    assert process.stderr is not None
    assert process.stderr.readline() == b"begun\n"
    before = time.monotonic()
    process.send_signal(signal.SIGINT)
    status, out, err = finished(process)
    assert time.monotonic() - before < 10
    assert (status, out) == (130, "")
    assert err.strip() == "interrupted"


def on_a_terminal(*arguments: str | Path, **environment: str) -> tuple[str, str]:
    """What the command writes to a terminal on stdout, and to one on stderr."""
    pty: Any = pytest.importorskip("pty", reason="there are no such terminals on Windows")
    (reading, out), (reading_too, err) = pty.openpty(), pty.openpty()
    inherited = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    environment = {**inherited, "TERM": "xterm-256color", "COLUMNS": "80", **environment}
    process = subprocess.Popen(
        [*COMMAND, *map(str, arguments)], stdout=out, stderr=err, env=environment
    )
    os.close(out)
    os.close(err)
    told = _all_of(reading), _all_of(reading_too)
    process.wait(60)
    return told


def _all_of(descriptor: int) -> str:
    """Everything that is written to the other end of a terminal."""
    found = b""
    try:
        while part := os.read(descriptor, 4096):
            found += part
    except OSError:  # how a terminal says on Linux that the other end is closed
        pass
    os.close(descriptor)
    return found.decode()


def test_a_terminal_gets_colour_and_sees_what_is_being_done(tmp_path: Path) -> None:
    out, err = on_a_terminal("check", written(tmp_path, UNRECORDED), "-i", "loops")
    assert f"{ESCAPE}[31m" in out
    assert "waiting for loops" in err or "tiny/2-2-2" in err


def test_no_color_is_respected(tmp_path: Path) -> None:
    out, _ = on_a_terminal("check", written(tmp_path, UNRECORDED), "-i", "loops", NO_COLOR="1")
    assert not re.search(rf"{ESCAPE}\[[\d;]*3\d", out)
    assert "wrong" in out


# the rest


def test_list_shows_implementations_with_versions_and_fixtures_with_counts() -> None:
    result = backproof("list")
    assert result.exit_code == 0
    assert re.search(r"^  loops +\d+\.\d+", result.stdout, re.MULTILINE)
    assert re.search(r"^  numpy_matrices +numpy \d", result.stdout, re.MULTILINE)
    found = r"^  mazur-2015 +1 scenario, \d+ lines, \d+ recorded errata  A Step by Step"
    assert re.search(found, result.stdout, re.MULTILINE)
    assert re.search(r"^  datamapu-2024 +\d scenarios", result.stdout, re.MULTILINE)


def test_help_tells_the_exit_statuses() -> None:
    told = backproof("check", "--help").output
    for words in ("0 all implementations agree", "1 a disagreement", "2 a fixture", "3 an impl"):
        assert words in " ".join(told.split())


def test_the_command_is_installed() -> None:
    command = Path(sysconfig.get_path("scripts")) / "backproof"
    if not command.exists() and not command.with_suffix(".exe").exists():
        pytest.skip("backproof is imported from its source, not installed")
    told = subprocess.run([command, "--version"], capture_output=True, text=True, check=True)
    assert re.fullmatch(r"backproof, version \d+\.\d+\.\d+\n", told.stdout)


def test_a_shipped_fixture_is_found_by_its_name() -> None:
    result = backproof("check", "mazur-2015", "-i", "loops")
    assert result.exit_code == 0
    assert "datamapu" not in result.output


def test_the_package_runs_as_a_module() -> None:
    command = [sys.executable, "-m", "harness", "--version"]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.startswith(
        "backproof"
    )


def test_list_shows_what_a_fixture_hands_and_asks() -> None:
    result = backproof("list", "geeksforgeeks-2025")
    assert result.exit_code == 0
    assert result.output.startswith("geeksforgeeks-2025/2-2-1\n  given: ")
    assert "target = 0.5" in result.output
    assert "  asked (26): " in result.output


def test_list_refuses_a_fixture_that_is_none() -> None:
    assert backproof("list", "no-such-fixture").exit_code == 2
