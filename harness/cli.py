"""The command: ``backproof check``, ``explain``, ``selftest``, ``list`` and ``new``."""

from __future__ import annotations

import codecs
import os
import sys
from pathlib import Path
from typing import TextIO

import click
from rich.console import Console

from harness import __version__
from harness.arguments import chosen, read_all, refuse_missing
from harness.check import Report, check
from harness.explain.witnesses.witness import diagnosed
from harness.explaining import Explanations, explain_check
from harness.fixture import Fixture
from harness.report.diagnoses import diagnoses_text
from harness.report.explanations import (
    NoSuchLine,
    everything,
    explained_text,
    fixture_text,
    likeliest,
)
from harness.report.json import as_json
from harness.report.questions import questions_text
from harness.report.selftest import Arguments, selftest_page
from harness.report.text import print_report
from harness.scenario.network import counted
from harness.selftest.run import selftest
from harness.shipped import shipped_fixtures
from harness.starting import (
    ACTIVATIONS,
    LOSSES,
    OPTIMIZERS,
    Model,
    NoStartingPoint,
    sizes_of,
    starting_point,
)
from harness.terminal import (
    ended_by_ctrl_c,
    only_the_report_on_stdout,
    progress_display,
    refuse,
    save,
    show,
)
from harness.witnesses import NoSuchImplementation, installed, load

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
    with ended_by_ctrl_c():
        report = _checked(fixtures or tuple(shipped_fixtures()), names)
        explained = None
        if explain:
            with progress_display() as progress:
                explained = explain_check(report, progress)
    _write(report, form, output, explained)
    sys.exit(report.exit_status)


def _checked(fixtures: tuple[Path, ...], names: tuple[str, ...]) -> Report:
    read, wanted = read_all(fixtures), chosen(names)
    try:
        with progress_display() as progress:
            report = check(read, wanted, progress)
    except NoSuchImplementation as error:
        refuse(str(error))
    refuse_missing(report, names)
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
@click.option("--all", "whole", is_flag=True, help="Show what is no evidence too.")
def explain_command(
    fixture: Path | None, line: int | None, names: tuple[str, ...], whole: bool
) -> None:
    """Show which mistakes make the wrong numbers of FIXTURE: their causes, and then the ranked list
    of each; or those of that LINE of the file alone; with -i, the wrong answers of an
    implementation. Without FIXTURE, of all fixtures that backproof ships.

    Exit status: 0; 2 a fixture or an argument that cannot be read; 3 an implementation that
    failed.
    """
    read = read_all((fixture,) if fixture else tuple(shipped_fixtures()))
    if line is not None and names:
        refuse(f"an implementation has no line {line}; leave the line or -i away")
    if names:
        chosen(names)
        sys.exit(_diagnose(read, names))
    for place, one in enumerate(read):
        try:
            with ended_by_ctrl_c(), progress_display() as progress:
                text = fixture_text(one, line, progress, everything if whole else likeliest)
        except NoSuchLine as error:
            refuse(str(error))
        show("\n" * bool(place) + text)


def _diagnose(fixtures: list[Fixture], names: tuple[str, ...]) -> int:
    """Print what is wrong with implementations; 3 where one of them failed."""
    chapters = [(one, chapter) for one in fixtures for chapter in one.chapters]
    status = 0
    for name in dict.fromkeys(names):
        try:
            with ended_by_ctrl_c(), progress_display() as progress:
                heard, found = diagnosed(name, chapters, progress)
        except NoSuchImplementation as error:
            refuse(str(error))
        if heard.witness.status == "unavailable":
            refuse(f"{name} cannot run: {heard.witness.reason}")
        show(diagnoses_text(heard.witness, found))
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
    read = read_all(fixtures or tuple(shipped_fixtures()))
    with ended_by_ctrl_c(), progress_display() as progress:
        found = selftest(read, sample, progress)
    page = selftest_page(found, Arguments(tuple(map(str, fixtures)), sample, output))
    if output is None:
        show(page)
    else:
        save(page, output)
    sys.exit(found.exit_status)


@main.command(name="list")
@click.argument("fixture", required=False, type=click.Path(path_type=Path))
def list_command(fixture: Path | None) -> None:
    """Show the implementations with their versions, and the fixtures with their counts; of one
    FIXTURE, what an implementation is handed in each scenario, and what it is asked.

    Exit status: 0; 2 a fixture that cannot be read.
    """
    if fixture is not None:
        show("".join(f"{questions_text(one)}\n" for one in read_all((fixture,))))
        return
    lines = ["implementations"]
    with only_the_report_on_stdout():
        witnesses = [load(name) for name in installed()]
    for witness in witnesses:
        state = witness.version or "" if witness.run else f"not available: {witness.reason}"
        lines.append(f"  {witness.name:<16}  {state}".rstrip())
    lines.append("fixtures")
    for one in read_all(tuple(shipped_fixtures())):
        lines.append(f"  {one.document.id:<16}  {_counts(one)}  {one.document.title}")
    show("\n".join(lines) + "\n")


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
        refuse(f"--equations writes no network; leave {told} away")
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
        refuse(str(error))
    if str(file) == "-":
        show(text)
        return
    try:
        with file.open("x", encoding="utf-8") as target:
            target.write(text)
    except FileExistsError:
        refuse(f"{file}: exists already; name another file, or move this one away first")
    except OSError as error:
        refuse(f"{file}: cannot be written: {error.strerror}")
    show(f"{file} is written. Put your example in its place, then: backproof check {file}\n")


def _counts(fixture: Fixture) -> str:
    lines = [line for chapter in fixture.chapters for line in chapter.lines]
    errata = sum(len(line.errata) for line in lines)
    return (
        f"{counted(len(fixture.chapters), 'scenario')}, {counted(len(lines), 'line')}, "
        f"{counted(errata, 'recorded erratum', 'recorded errata')}"
    )


def _write(report: Report, form: str, output: Path | None, explained: Explanations | None) -> None:
    if output is None:
        show(_rendered(report, form, sys.stdout, explained))
        return
    try:
        with output.open("w", encoding="utf-8") as file:
            file.write(_rendered(report, form, file, explained))
    except OSError as error:
        refuse(f"{output}: cannot be written: {error.strerror}")


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
