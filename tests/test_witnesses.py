"""Implementations that are wrong on purpose: each is reported as what it is, nothing breaks.

The fakes are in tests/fakes; they are given to backproof as anybody's own implementation is.
"""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from harness.agreement import Agreement
from harness.check import Report, check
from harness.witnesses import NoSuchImplementation, installed, load, load_plug_in
from tests.fakes.scenarios import TINY, announce, made

FAKES = Path(__file__).parent / "fakes"


def run(fake: str, folder: Path) -> Report:
    """One fake beside ``loops``."""
    return check([made(folder, TINY)], [load("loops"), load_plug_in(f"{FAKES}/{fake}")])


def outcome(report: Report) -> Agreement:
    """What became of the fake; loops agrees whatever the other does."""
    loops, fake = report.documents[0].chapters[0].agreements
    assert loops.status == "agrees"
    assert loops.quantities == loops.asked
    return fake


@pytest.mark.parametrize(
    ("fake", "quantity"),
    [
        pytest.param("wrong.py:nan_everywhere", "net_h1", id="not-a-number everywhere"),
        pytest.param("wrong.py:nan_in_one_gradient", "dE_total/dw1", id="not-a-number once"),
        pytest.param("wrong.py:infinite_loss", "E_total", id="an infinite loss"),
        pytest.param("wrong.py:off_by_1e_9", "w3@1", id="one weight off by 1e-9 of itself"),
        pytest.param("wrong.py:flipped_sign", "dE_total/dw5", id="the sign of one gradient"),
        pytest.param("wrong.py:flipped_tiny_sign", "dE_total/dw1", id="the sign of a tiny one"),
        pytest.param("wrong.py:float32", "net_h1", id="the precision of float32"),
        pytest.param("wrong.py:never_trains", "w1@1", id="no training at all"),
        pytest.param("early_update.py:run", "w1@1", id="output weights updated too early"),
    ],
)
def test_a_wrong_number_is_a_disagreement_that_names_the_first_in_order_of_computation(
    fake: str, quantity: str, tmp_path: Path
) -> None:
    report = run(fake, tmp_path)
    found = outcome(report)
    assert found.status == "disagrees"
    assert found.first_divergence is not None
    assert str(found.first_divergence.quantity) == quantity
    assert found.first_divergence.of_bound > 1
    assert report.summary.disagreements == 1
    assert report.exit_status == 1


@pytest.mark.parametrize(
    ("fake", "reason"),
    [
        pytest.param(
            "raises",
            "raised ValueError: the weights do not fit together (misbehaving.py:18)",
            id="raises",
        ),
        pytest.param(
            "raises_what_cannot_be_shown", "raised Unshowable", id="raises the unshowable"
        ),
        pytest.param(
            "raises_beyond_exceptions",
            "raised BaseException: past every except Exception",
            id="raises what is no Exception",
        ),
        pytest.param("hides_its_place", "HidesItsPlace: here (misbehaving.py:", id="hides a place"),
        pytest.param(
            "breaks_when_asked_for_its_place", "Place: here (misbehaving.py:", id="breaks its place"
        ),
        pytest.param("raises_in_an_odd_file", "here (a???.py:1)", id="raises in an odd file"),
        pytest.param("recurses", "raised RecursionError", id="recurses without end"),
        pytest.param("exits", "tried to exit (usage: misbehaving FILE)", id="exits"),
        pytest.param("none", "answered None, not a mapping", id="answers None"),
        pytest.param("nothing", "answered nothing that was asked", id="answers nothing"),
        pytest.param("a_list", "answered list, not a mapping", id="answers a list"),
        pytest.param("strings", "net_h1 is the str '0.37074999999999997', not", id="answers text"),
        pytest.param("wrong_shape", "dE_total/dw5 is of shape 2, not one number", id="two numbers"),
        pytest.param("none_in_one_gradient", "dE_total/dw5 is None, not one", id="a None inside"),
        pytest.param("true", "net_h1 is the bool", id="answers True"),
        pytest.param("an_endless_integer", "net_h1 is the int, not one number", id="5,000 digits"),
        pytest.param("one_quantity_twice", "E_total is answered twice", id="answers twice"),
        pytest.param("a_mapping_that_breaks", "raised RuntimeError: lost the", id="breaks later"),
        pytest.param(
            "misspelt", "it answered 'grad_net_h1'; did you mean 'net_h1'?", id="other names"
        ),
        pytest.param("overwrites_a_value", "w1 was 0.15 and is now -0.35", id="changes an input"),
        pytest.param("makes_a_value_an_array", "w1 was 0.15 and is now array", id="an array input"),
        pytest.param("adds_a_value", "changed its inputs: it added cache", id="adds an input"),
        pytest.param("removes_a_value", "changed its inputs: it removed w1", id="removes an input"),
        pytest.param(
            "replaces_the_questions", "the task is not what it was", id="changes the questions"
        ),
    ],
)
def test_what_cannot_be_judged_has_failed_with_the_reason(
    fake: str, reason: str, tmp_path: Path
) -> None:
    report = run(f"misbehaving.py:{fake}", tmp_path)
    found = outcome(report)
    assert found.status == "failed"
    assert found.reason is not None
    assert reason in found.reason
    assert "\n" not in found.reason
    assert found.quantities == 0
    assert report.exit_status == 3


@pytest.mark.parametrize(
    "fake",
    [
        pytest.param("by_text", id="names as text"),
        pytest.param("by_quantity", id="names as quantities"),
        pytest.param("numpy_floats", id="numpy's floats"),
        pytest.param("arrays_of_one", id="arrays of one number"),
        pytest.param("arrays_without_a_shape", id="arrays of shape ()"),
        pytest.param("fractions", id="fractions"),
        pytest.param("decimals", id="decimals"),
        pytest.param("integers_where_they_are", id="integers"),
        pytest.param("tensors", id="PyTorch's tensors"),
        pytest.param("Callable", id="a class, for what it makes"),
        pytest.param("Models.first", id="an object within an object"),
        pytest.param("more_than_asked", id="more than was asked"),
    ],
)
def test_right_answers_agree_whatever_they_are_made_of(fake: str, tmp_path: Path) -> None:
    if fake == "tensors":
        pytest.importorskip("torch")
    report = run(f"right.py:{fake}", tmp_path)
    found = outcome(report)
    assert found.status == "agrees", found.reason
    assert found.quantities == found.asked
    assert report.exit_status == 0


def test_a_partial_answer_agrees_and_the_rest_is_counted_as_not_answered(tmp_path: Path) -> None:
    report = run("right.py:partial", tmp_path)
    found = outcome(report)
    assert found.status == "agrees"
    assert found.quantities == 10
    assert len(found.unanswered) == found.asked - 10
    assert "w1@1" in map(str, found.unanswered)
    assert report.exit_status == 0


def test_a_misspelt_name_is_told_beside_the_one_that_is_missing(tmp_path: Path) -> None:
    found = outcome(run("misbehaving.py:one_name_misspelt", tmp_path))
    assert [str(quantity) for quantity in found.unanswered] == ["dE_total/dw5"]
    assert found.reason is not None
    assert "'dE_total/dw_5' without being asked; did you mean 'dE_total/dw5'?" in found.reason


@pytest.mark.parametrize(
    ("fake", "reason"),
    [
        pytest.param("unsupported", "knows no networks with two layers", id="and says why"),
        pytest.param("unsupported_without_a_reason", "does not say why", id="and does not say why"),
    ],
)
def test_one_that_cannot_run_a_scenario_is_no_failure(
    fake: str, reason: str, tmp_path: Path
) -> None:
    report = run(f"misbehaving.py:{fake}", tmp_path)
    found = outcome(report)
    assert found.status == "unsupported"
    assert reason in (found.reason or "")
    assert report.exit_status == 0


def test_a_failure_outranks_a_disagreement(tmp_path: Path) -> None:
    fakes = ["wrong.py:flipped_sign", "misbehaving.py:raises"]
    report = check([made(tmp_path, TINY)], [load_plug_in(f"{FAKES}/{fake}") for fake in fakes])
    assert report.summary.disagreements == 1
    assert report.exit_status == 3


def test_a_warning_is_not_a_failure(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="this will be removed"):
        report = run("misbehaving.py:warns", tmp_path)
    assert outcome(report).status == "agrees"


def test_every_witness_gets_a_task_of_its_own(tmp_path: Path) -> None:
    names = ["misbehaving.py:overwrites_a_value", "right.py:by_text"]
    report = check([made(tmp_path, TINY)], [load_plug_in(f"{FAKES}/{name}") for name in names])
    changing, after = report.documents[0].chapters[0].agreements
    assert changing.status == "failed"
    assert after.status == "agrees"


# finding implementations


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        pytest.param("no_such.py:run", "there is no file", id="a missing file"),
        pytest.param("right.py:by_texts", "no 'by_texts' in right.py; did you mean 'by_text'?", id="a missing object"),
        pytest.param("right.py:", "there is no ''", id="no object at all"),
        pytest.param("early_update.py:zzz", "no 'zzz' in early_update.py; it has 'descend', 'run'", id="nothing alike"),
        pytest.param("right.py:q", "in right.py; it has 'by_text', 'by_quantity', 'numpy_floats', …", id="many functions"),
        pytest.param("__init__.py:q", "in __init__.py; it has no function of its own", id="no function"),
        pytest.param("right.py:Models.q", "no 'q' in type", id="nothing alike in an object"),
        pytest.param("misbehaving.py:number.q", "no 'q' in int", id="nothing in a number"),
        pytest.param("misbehaving.py:number", "'number' is int, not a function", id="a number"),
        pytest.param("misbehaving.py:NotCallable", "'NotCallable' makes NotCallable, not a", id="a class whose objects are no functions"),
    ],
)  # fmt: skip
def test_a_plug_in_that_is_not_there_is_refused(spec: str, message: str) -> None:
    with pytest.raises(NoSuchImplementation) as refused:
        load_plug_in(f"{FAKES}/{spec}")
    assert message in str(refused.value)


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        pytest.param("no_such_module:run", "no module 'no_such_module'", id="a missing module"),
        pytest.param(
            "harness.no_such:run", "no module 'harness.no_such'", id="a missing submodule"
        ),
        pytest.param(":run", "'' does not name a module", id="no module at all"),
        pytest.param("harness.check:chek", "did you mean 'check'?", id="a missing function"),
    ],
)
def test_a_module_that_is_not_there_is_refused(spec: str, message: str) -> None:
    with pytest.raises(NoSuchImplementation) as refused:
        load_plug_in(spec)
    assert message in str(refused.value)


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        pytest.param("1 / 0", "ZeroDivisionError: division by zero", id="raises"),
        pytest.param("def run(task:\n", "SyntaxError: '(' was never closed", id="is no Python"),
        pytest.param("raise SystemExit(2)", "SystemExit: 2", id="exits"),
        pytest.param("import not_a_module", "No module named 'not_a_module'", id="lacks a module"),
    ],
)
def test_a_file_that_breaks_when_it_is_imported_is_a_failure_and_the_others_stand(
    source: str, reason: str, tmp_path: Path
) -> None:
    (tmp_path / "broken.py").write_text(source)
    broken = load_plug_in(f"{tmp_path}/broken.py:run")
    assert broken.status == "failed"
    assert reason in (broken.reason or "")
    report = check([made(tmp_path, TINY)], [load("loops"), broken])
    assert [found.witness for found in report.documents[0].chapters[0].agreements] == ["loops"]
    assert report.exit_status == 3


def test_a_class_that_cannot_be_made_without_arguments_is_a_failure() -> None:
    made = load_plug_in(f"{FAKES}/misbehaving.py:NeedsArguments")
    assert made.status == "failed"
    assert "missing 1 required positional argument: 'hidden'" in (made.reason or "")


def test_a_file_finds_its_neighbours_when_imported_and_when_run(tmp_path: Path) -> None:
    source = """\
        import neighbour_at_import

        def run(task):
            import neighbour_at_run

            return neighbour_at_run.answer(task)
        """
    (tmp_path / "mine.py").write_text(dedent(source))
    (tmp_path / "neighbour_at_import.py").touch()
    (tmp_path / "neighbour_at_run.py").write_text("from implementations.loops import run as answer")
    report = check([made(tmp_path, TINY)], [load_plug_in(f"{tmp_path}/mine.py:run")])
    assert report.documents[0].chapters[0].agreements[0].status == "agrees"


def test_an_unknown_name_is_refused_with_a_suggestion() -> None:
    with pytest.raises(NoSuchImplementation) as refused:
        load("loop")
    assert "no implementation is called 'loop'; did you mean 'loops'?" in str(refused.value)
    assert "FILE.py:OBJECT" in str(refused.value)


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        pytest.param(
            "raise ModuleNotFoundError(name='torch')",
            "torch is not installed; pip install 'backproof[torch]'",
            id="an extra of backproof",
        ),
        pytest.param(
            "raise ModuleNotFoundError(name='jaxlib')",
            "jaxlib is not installed; pip install 'backproof[jax]'",
            id="a part of an extra",
        ),
        pytest.param(
            "import some_framework",
            "some_framework is not installed; pip install some_framework",
            id="anything else",
        ),
    ],
)
def test_a_missing_framework_is_named_with_the_command_that_installs_it(
    source: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    announce(tmp_path, "needy", source)
    monkeypatch.syspath_prepend(tmp_path)
    needy = load("needy")
    assert (needy.status, needy.reason) == ("unavailable", reason)
    assert check([made(tmp_path, TINY)], [load("loops"), needy]).exit_status == 0


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        pytest.param(
            "import json.missing", "No module named 'json.missing'", id="too old a package"
        ),
        pytest.param("1 / 0", "ZeroDivisionError", id="a broken one"),
        pytest.param("", "there is no 'run'", id="one without its function"),
    ],
)
def test_an_announced_implementation_that_breaks_is_a_failure(
    source: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    announce(tmp_path, "broken", source)
    monkeypatch.syspath_prepend(tmp_path)
    broken = load("broken")
    assert broken.status == "failed"
    assert reason in (broken.reason or "")


def test_nobody_can_take_the_name_of_a_built_in_implementation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    announce(tmp_path, "loops", "def run(task): return {}")
    monkeypatch.syspath_prepend(tmp_path)
    assert installed().count("loops") == 1
    report = check([made(tmp_path, TINY)], [load("loops")])
    assert report.documents[0].chapters[0].agreements[0].status == "agrees"


def test_versions_are_those_of_the_packages_an_implementation_is_written_with() -> None:
    numpy = pytest.importorskip("numpy")
    assert load("numpy_matrices").version == f"numpy {numpy.__version__}"


def test_a_plug_in_can_state_its_own_version(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text("__version__ = '2.1'\ndef run(task): return {}")
    assert load_plug_in(f"{tmp_path}/mine.py:run").version == "2.1"
