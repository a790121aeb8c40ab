"""Implementations in processes of their own: whatever one does there, the others are heard."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.hearing import Heard, apart
from harness.witnesses import NoSuchImplementation
from tests.fakes.scenarios import TINY, made

MISBEHAVIOUR = {
    "ends its process": ("import os\ndef run(task): os._exit(7)", "exit status 7"),
    "is killed": (
        "import os, signal\ndef run(task): os.kill(os.getpid(), signal.SIGKILL)",
        "signal 9, Killed",
    ),
    "ends its process when it is imported": ("import os\nos._exit(0)", "exit status 0"),
}


def heard(folder: Path, source: str) -> Heard:
    plug_in = folder / "mine.py"
    plug_in.write_text(source, encoding="utf-8")
    chapter = made(folder, TINY).chapters[0]
    return apart(f"{plug_in}:run", [chapter.scenario.task(chapter.asked())])()


@pytest.mark.parametrize(
    ("source", "reason"), MISBEHAVIOUR.values(), ids=[f"one that {it}" for it in MISBEHAVIOUR]
)
def test_is_reported_as_failed(source: str, reason: str, tmp_path: Path) -> None:
    outcome = heard(tmp_path, source)
    assert outcome.witness.status == "failed"
    assert outcome.witness.reason == f"ended its process ({reason})"
    assert not outcome.testimonies


def test_one_that_leaves_the_folder_leaves_us_where_we_are(tmp_path: Path) -> None:
    here = Path.cwd()
    source = "import os\ndef run(task): os.chdir('/'); return {'E_total': 1.0}"
    assert heard(tmp_path, source).testimonies[0].status == "answered"
    assert Path.cwd() == here


def test_one_that_waits_for_input_gets_none(tmp_path: Path) -> None:
    (testimony,) = heard(tmp_path, "def run(task): return {'E_total': float(input())}").testimonies
    assert testimony.status == "failed"


def test_an_object_that_is_not_there_is_no_implementation(tmp_path: Path) -> None:
    with pytest.raises(NoSuchImplementation, match="did you mean 'ran'"):
        heard(tmp_path, "def ran(task): return {}")
