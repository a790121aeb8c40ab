"""The command: ``backproof check``, ``backproof list`` and ``backproof new``."""

from __future__ import annotations

import codecs
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, redirect_stdout, suppress
from pathlib import Path
from typing import NoReturn, TextIO

import click
from rich.console import Console

from harness import __version__
from harness.check import Progress, Report, check
from harness.explain.fixture import explain_fixture
from harness.explain.witness import diagnosed
from harness.explaining import Explanations, explain_check
from harness.fixture import Fixture
from harness.hearing import give_up
from harness.notation import closest
from harness.reading import FixtureError, read_fixture
from harness.report.diagnoses import diagnoses_text
from harness.report.explanations import explained_text, explanations_text
from harness.report.json import as_json
from harness.report.selftest import selftest_page
from harness.report.text import print_report
from harness.selftest.run import selftest
from harness.shipped import exists, named, shipped_fixtures
from harness.starting import (
    ACTIVATIONS,
    LOSSES,
    OPTIMIZERS,
    Model,
    NoStartingPoint,
    sizes_of,
    starting_point,
)
from harness.witnesses import NoSuchImplementation, installed, load, missing, unknown

#: Wide enough for the tables where the output is no terminal and has no width of its own.
_PIPE_WIDTH = 160
#: The exit status of a command that Ctrl-C ended, as shells count it.
_INTERRUPTED = 130


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
@click.option(
    "--output",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Write the report to this file.",
)
@click.option("--explain", is_flag=True, help="Say which mistakes make the wrong numbers.")
def check_command(
    fixtures: tuple[Path, ...],
    names: tuple[str, ...],
    form: str,
    output: Path | None,
    explain: bool,
) -> None:
    """Check FIXTURES: files, or names of those that backproof ships; all of these where none
    is given.

    Exit status: 0 all implementations agree and every line is right or a recorded erratum;
    1 a disagreement, an erratum that is not recorded, or a recorded one that is none;
    2 a fixture or an argument that cannot be read; 3 an implementation that failed.
    """
    with _ended_by_ctrl_c():
        report = _checked(fixtures or tuple(shipped_fixtures()), names)
        explained = None
        if explain:
            with _progress() as progress:
                explained = explain_check(report, progress)
    _write(report, form, output, explained)
    sys.exit(report.exit_status)


def _checked(fixtures: tuple[Path, ...], names: tuple[str, ...]) -> Report:
    read, chosen = _read(fixtures), _chosen(names)
    try:
        with _progress() as progress:
            report = check(read, chosen, progress)
    except NoSuchImplementation as error:
        _refuse(str(error))
    _refuse_missing(report, names)
    return report


@main.command(name="explain")
@click.argument("fixture", type=click.Path(path_type=Path), required=False)
@click.argument("line", type=int, required=False)
@click.option(
    "-i",
    "--implementation",
    "names",
    multiple=True,
    metavar="NAME",
    help="Explain where an implementation goes wrong: a built-in one, or FILE.py:OBJECT or "
    "MODULE:OBJECT.",
)
def explain_command(fixture: Path | None, line: int | None, names: tuple[str, ...]) -> None:
    """Show which mistakes make the wrong numbers of FIXTURE: of all its lines, or of that LINE of
    the file, each with the whole ranked list; with -i, the wrong answers of an implementation.
    Without FIXTURE, of all fixtures that backproof ships.

    Exit status: 0; 2 a fixture or an argument that cannot be read; 3 an implementation that
    failed.
    """
    read = _read((fixture,) if fixture else tuple(shipped_fixtures()))
    if line is not None and names:
        _refuse(f"an implementation has no line {line}; leave the line or -i away")
    known = {claim.line for one in read for chapter in one.chapters for claim in chapter.lines}
    if line is not None and line not in known:
        _refuse(f"line {line} of {read[0].file} holds no claim")
    if names:
        _chosen(names)
        sys.exit(_diagnose(read, names))
    for one in read:
        with _ended_by_ctrl_c(), _progress() as progress:
            found = explain_fixture(one, progress)
        wanted = [(f, told) for _, f, told in found if line is None or told.line.line == line]
        _print(explanations_text(one, wanted))


def _diagnose(fixtures: list[Fixture], names: tuple[str, ...]) -> int:
    """Print what is wrong with implementations; 3 where one of them failed."""
    chapters = [(one, chapter) for one in fixtures for chapter in one.chapters]
    status = 0
    for name in dict.fromkeys(names):
        try:
            with _ended_by_ctrl_c(), _progress() as progress:
                heard, found = diagnosed(name, chapters, progress)
        except NoSuchImplementation as error:
            _refuse(str(error))
        if heard.witness.status == "unavailable":
            _refuse(f"{name} cannot run: {heard.witness.reason}")
        _print(diagnoses_text(heard.witness, found))
        failed = heard.witness.status == "failed"
        if failed or any(one.agreement.status == "failed" for one in found):
            status = 3
    return status


@main.command(name="selftest")
@click.argument("fixtures", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--sample",
    type=click.IntRange(min=1),
    metavar="N",
    help="Plant at most so many mistakes in each scenario, drawn at random.",
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Write the page to this file.",
)
def selftest_command(fixtures: tuple[Path, ...], sample: int | None, output: Path | None) -> None:
    """Plant every mistake of the catalogue in every scenario of FIXTURES, or of all that
    backproof ships: is it caught, and named? Writes a page in Markdown; takes minutes.

    Exit status: 0 every mistake that changes a value is caught; 1 one is missed; 2 a fixture or an
    argument that cannot be read.
    """
    read = _read(fixtures or tuple(shipped_fixtures()))
    with _ended_by_ctrl_c(), _progress() as progress:
        found = selftest(read, sample, progress)
    page = selftest_page(found)
    if output is None:
        _print(page)
    else:
        _save(page, output)
    sys.exit(found.exit_status)


def _save(text: str, output: Path) -> None:
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        _refuse(f"{output}: cannot be written: {error.strerror}")


@main.command(name="list")
def list_command() -> None:
    """Show the implementations with their versions, and the fixtures with their counts."""
    lines = ["implementations"]
    with _only_the_report_on_stdout():
        witnesses = [load(name) for name in installed()]
    for witness in witnesses:
        state = witness.version or "" if witness.run else f"not available: {witness.reason}"
        lines.append(f"  {witness.name:<16}  {state}".rstrip())
    lines.append("fixtures")
    for fixture in _read(tuple(shipped_fixtures())):
        lines.append(f"  {fixture.document.id:<16}  {_counts(fixture)}  {fixture.document.title}")
    _print("\n".join(lines) + "\n")


@main.command(name="new")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--layers", metavar="SIZES", help="Inputs, units of each layer, outputs: 3-4-2.")
@click.option("--activation", type=click.Choice(ACTIVATIONS))
@click.option("--output-activation", type=click.Choice(ACTIVATIONS))
@click.option("--loss", type=click.Choice(LOSSES))
@click.option("--optimizer", type=click.Choice(OPTIMIZERS))
@click.option("--equations", is_flag=True, help="Equations over arrays in place of a network.")
def new_command(
    file: Path, layers: str | None, equations: bool, optimizer: str | None, **asked: str | None
) -> None:
    """Write a starting point for a fixture to FILE, or to stdout where that is a dash.

    It is an example with comments that passes the check as it is: a network of 2-2-1 sigmoid
    units unless options say otherwise.

    Exit status: 0 it is written; 2 the file exists, or what is asked for makes no sense.
    """
    network = [name for name, value in {**asked, "layers": layers}.items() if value is not None]
    if equations and network:
        told = " and ".join(f"--{name.replace('_', '-')}" for name in network)
        _refuse(f"--equations writes no network; leave {told} away")
    try:
        model = Model(
            Model.sizes if layers is None else sizes_of(layers),
            asked["activation"] or Model.activation,
            asked["output_activation"],
            asked["loss"] or Model.loss,
            optimizer or Model.optimizer,
            equations,
        )
        text = starting_point("my-example.yaml" if str(file) == "-" else str(file), model)
    except NoStartingPoint as error:
        _refuse(str(error))
    if str(file) == "-":
        _print(text)
        return
    try:
        with file.open("x", encoding="utf-8") as target:
            target.write(text)
    except FileExistsError:
        _refuse(f"{file}: exists already; name another file, or move this one away first")
    except OSError as error:
        _refuse(f"{file}: cannot be written: {error.strerror}")
    _print(f"{file} is written. Put your example in its place, then: backproof check {file}\n")


def _counts(fixture: Fixture) -> str:
    lines = [line for chapter in fixture.chapters for line in chapter.lines]
    errata = sum(len(line.errata) for line in lines)
    return (
        f"{_many(len(fixture.chapters), 'scenario')}, {_many(len(lines), 'line')}, "
        f"{_many(errata, 'recorded erratum', 'recorded errata')}"
    )


def _many(count: int, one: str, more: str | None = None) -> str:
    return f"{count} {one if count == 1 else more or one + 's'}"


def _read(paths: tuple[Path, ...]) -> list[Fixture]:
    """All fixtures, or exit status 2 with the problems of all files."""
    fixtures: list[Fixture] = []
    problems: list[str] = []
    for path in paths:
        try:
            fixtures.append(read_fixture(named(path)))
        except FixtureError as error:
            known = [shipped.stem for shipped in shipped_fixtures()]
            hint = "" if exists(path) else closest(path.name, known)
            problems += [f"{problem}{hint}" for problem in error.problems]
    if problems:
        _refuse("\n".join(problems))
    return fixtures


def _chosen(names: tuple[str, ...]) -> list[str]:
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
        _refuse("\n".join(problems))
    return (built_in or installed()) + plug_ins


def _refuse_missing(report: Report, names: tuple[str, ...]) -> None:
    """Exit status 2 for what was asked for by name and cannot run: no silent success."""
    absent = [
        f"{witness.name} cannot run: {witness.reason}"
        for witness in report.witnesses
        if witness.name in names and witness.status == "unavailable"
    ]
    if absent:
        _refuse("\n".join(absent))


def _refuse(message: str) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(2)


def _write(report: Report, form: str, output: Path | None, explained: Explanations | None) -> None:
    if output is None:
        _print(_rendered(report, form, sys.stdout, explained))
        return
    try:
        with output.open("w", encoding="utf-8") as file:
            file.write(_rendered(report, form, file, explained))
    except OSError as error:
        _refuse(f"{output}: cannot be written: {error.strerror}")


def _rendered(report: Report, form: str, target: TextIO, explained: Explanations | None) -> str:
    if form == "json":
        return as_json(report, ascii_only=not _is_utf_8(target), explained=explained)
    width = None if target.isatty() or "COLUMNS" in os.environ else _PIPE_WIDTH
    console = Console(file=target, width=width, highlight=False)
    with console.capture() as captured:
        print_report(report, console)
    told = explained_text(report, explained) if explained else ""
    return "\n".join(line.rstrip() for line in captured.get().split("\n")) + told


def _is_utf_8(target: TextIO) -> bool:
    return codecs.lookup(target.encoding or "ascii").name == "utf-8"


def _print(text: str) -> None:
    """Write to stdout: what its encoding lacks is escaped, and nobody has to read to the end."""
    encoding = sys.stdout.encoding or "ascii"
    try:
        sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))
        sys.stdout.flush()
    except BrokenPipeError:
        # Python flushes once more at its exit, and would complain there.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextmanager
def _ended_by_ctrl_c() -> Iterator[None]:
    """Ctrl-C ends the command at once.

    Not by an exception: extension modules in the middle of a call may swallow that.
    """

    def end(number: int, frame: object) -> NoReturn:
        give_up()
        Console(stderr=True).show_cursor()
        click.echo("interrupted", err=True)
        os._exit(_INTERRUPTED)

    before = signal.signal(signal.SIGINT, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _only_the_report_on_stdout() -> Iterator[None]:
    """What implementations print meanwhile goes to stderr, past ``sys.stdout`` as well."""
    sys.stdout.flush()
    with redirect_stdout(sys.stderr), ExitStack() as restored:
        with suppress(OSError):  # a stdout that is closed needs no protection
            kept = os.dup(1)
            restored.callback(os.close, kept)
            restored.callback(os.dup2, kept, 1)
            os.dup2(2, 1)
        yield


@contextmanager
def _progress() -> Iterator[Progress]:
    """Shows on a terminal what is being done; says nothing in a pipe."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _: None
        return
    with console.status("") as status:
        yield lambda doing: status.update(doing)
