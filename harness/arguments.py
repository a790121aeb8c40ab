"""Fixtures and implementations as they are named on the command line; what is wrong with the names
ends the command with exit status 2."""

from __future__ import annotations

from pathlib import Path

from harness.check import Report
from harness.fixture import Fixture
from harness.notation import closest
from harness.reading import FixtureError, read_fixture
from harness.shipped import exists, named, shipped_fixtures
from harness.terminal import refuse
from harness.witnesses import installed, missing, unknown


def read_all(paths: tuple[Path, ...]) -> list[Fixture]:
    """All fixtures, each once, or exit status 2 with the problems of all files."""
    fixtures: list[Fixture] = []
    problems: list[str] = []
    for path in dict.fromkeys(map(named, paths)):
        try:
            fixtures.append(read_fixture(path))
        except FixtureError as error:
            known = [shipped.stem for shipped in shipped_fixtures()]
            hint = "" if exists(path) else closest(path.name, known)
            problems += [f"{problem}{hint}" for problem in error.problems]
    if problems:
        refuse("\n".join(problems))
    return fixtures


def chosen(names: tuple[str, ...]) -> list[str]:
    """The implementations to run, or exit status 2 with everything that is wrong with the names."""
    unique = list(dict.fromkeys(names))
    built_in = [name for name in unique if ":" not in name]
    plug_ins = [name for name in unique if ":" in name]
    problems = [
        problem
        for name in unique
        if (problem := missing(name) if ":" in name else unknown(name)) is not None
    ]
    if problems:
        refuse("\n".join(problems))
    return (built_in or installed()) + plug_ins


def refuse_missing(report: Report, names: tuple[str, ...]) -> None:
    """Exit status 2 for what was asked for by name and cannot run: no silent success."""
    absent = [
        f"{witness.name} cannot run: {witness.reason}"
        for witness in report.witnesses
        if witness.name in names and witness.status == "unavailable"
    ]
    if absent:
        refuse("\n".join(absent))
