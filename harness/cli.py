"""The command: ``backproof check`` and ``backproof list``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import click
from rich.console import Console

from harness import __version__
from harness.check import Progress, Report, check
from harness.fixture import Fixture
from harness.reading import FixtureError, read_fixture
from harness.report.json import as_json
from harness.report.text import print_report
from harness.shipped import shipped_fixtures
from harness.witnesses import NoSuchImplementation, Witness, installed, load, load_plug_in

#: Wide enough for the tables where the output is no terminal and has no width of its own.
_PIPE_WIDTH = 160


@click.group()
@click.version_option(__version__, prog_name="backproof")
def main() -> None:
    """Prove the numbers and formulas of backpropagation examples right or wrong."""


@main.command(name="check")
@click.argument("fixtures", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "-i",
    "--implementation",
    "names",
    multiple=True,
    metavar="NAME",
    help="Built-in implementations to run instead of all; or your own, as FILE.py:OBJECT or "
    "MODULE:OBJECT, which alone runs beside all built-in ones.",
)
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
@click.option("--output", type=click.Path(path_type=Path), help="Write the report to this file.")
def check_command(
    fixtures: tuple[Path, ...], names: tuple[str, ...], form: str, output: Path | None
) -> None:
    """Check FIXTURES (all that backproof ships where none is named).

    Exit status: 0 all implementations agree and every line is right or a recorded erratum;
    1 a disagreement, an erratum that is not recorded, or a recorded one that is none;
    2 a fixture or an argument that cannot be read; 3 an implementation that failed.
    """
    read = _read(fixtures or tuple(shipped_fixtures()))
    with _progress() as progress:
        progress("loading implementations")
        report = check(read, _witnesses(names), progress)
    _write(report, form, output)
    sys.exit(report.exit_status)


@main.command(name="list")
def list_command() -> None:
    """Show the implementations with their versions, and the fixtures with their counts."""
    console = _console()
    console.print("implementations")
    for name in installed():
        witness = load(name)
        state = witness.version or "" if witness.run else f"not available: {witness.reason}"
        console.print(f"  {name:<16}  {state}", highlight=False, markup=False)
    console.print("fixtures")
    for fixture in _read(tuple(shipped_fixtures())):
        lines = [line for chapter in fixture.chapters for line in chapter.lines]
        errata = sum(len(line.errata) for line in lines)
        console.print(
            f"  {fixture.document.id:<16}  {_many(len(fixture.chapters), 'scenario')}, "
            f"{_many(len(lines), 'line')}, {_many(errata, 'recorded erratum', 'recorded errata')}"
            f"  {fixture.document.title}",
            highlight=False,
            markup=False,
        )


def _many(count: int, one: str, more: str | None = None) -> str:
    return f"{count} {one if count == 1 else more or one + 's'}"


def _read(paths: tuple[Path, ...]) -> list[Fixture]:
    """All fixtures, or exit status 2 with the problems of all files."""
    fixtures: list[Fixture] = []
    problems: list[str] = []
    for path in paths:
        try:
            fixtures.append(read_fixture(path))
        except FixtureError as error:
            problems += map(str, error.problems)
    if problems:
        _refuse("\n".join(problems))
    return fixtures


def _witnesses(names: tuple[str, ...]) -> list[Witness]:
    """The implementations to run, or exit status 2 with everything that is wrong with the names."""
    unique = list(dict.fromkeys(names))
    built_in = [name for name in unique if ":" not in name]
    plug_ins = [name for name in unique if ":" in name]
    found: list[Witness] = []
    problems: list[str] = []
    for name in built_in or installed():
        try:
            found.append(load(name))
        except NoSuchImplementation as error:
            problems.append(str(error))
    for spec in plug_ins:
        try:
            found.append(load_plug_in(spec))
        except NoSuchImplementation as error:
            problems.append(str(error))
    if problems:
        _refuse("\n".join(problems))
    return found


def _refuse(message: str) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(2)


def _write(report: Report, form: str, output: Path | None) -> None:
    try:
        if output is None:
            _print(report, form, sys.stdout.isatty())
            return
        with output.open("w", encoding="utf-8") as file:
            if form == "json":
                file.write(as_json(report))
            else:
                print_report(report, Console(file=file, width=_PIPE_WIDTH, highlight=False))
    except OSError as error:
        _refuse(f"{output}: cannot be written: {error.strerror}")


def _print(report: Report, form: str, terminal: bool) -> None:
    if form == "json":
        click.echo(as_json(report), nl=False)
    else:
        print_report(report, _console())


def _console() -> Console:
    width = None if sys.stdout.isatty() else _PIPE_WIDTH
    return Console(width=width, highlight=False)


@contextmanager
def _progress() -> Iterator[Progress]:
    """Shows on a terminal what is being done; says nothing in a pipe."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _: None
        return
    with console.status("") as status:
        yield lambda doing: status.update(doing)
