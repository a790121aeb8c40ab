"""What every command needs of the terminal: output, refusals, progress, and Ctrl-C."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, redirect_stdout, suppress
from pathlib import Path
from typing import NoReturn

import click
from rich.console import Console

from harness.hearing import give_up

#: Called with what is being done now.
Progress = Callable[[str], None]
#: The exit status of a command that Ctrl-C ended, as shells count it.
_INTERRUPTED = 130


def refuse(message: str) -> NoReturn:
    """Exit status 2, with what is wrong."""
    click.echo(message, err=True)
    sys.exit(2)


def save(text: str, output: Path) -> None:
    """Write a file, or exit status 2 with why it cannot be."""
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        refuse(f"{output}: cannot be written: {error.strerror}")


def show(text: str) -> None:
    """Write to stdout: what its encoding lacks is escaped, and nobody has to read to the end."""
    encoding = sys.stdout.encoding or "ascii"
    try:
        sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))
        sys.stdout.flush()
    except BrokenPipeError:
        # Python flushes once more at its exit, and would complain there.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextmanager
def ended_by_ctrl_c() -> Iterator[None]:
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
def only_the_report_on_stdout() -> Iterator[None]:
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
def progress_display() -> Iterator[Progress]:
    """Shows on a terminal what is being done; says nothing in a pipe."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _: None
        return
    with console.status("") as status:
        yield lambda doing: status.update(doing)
