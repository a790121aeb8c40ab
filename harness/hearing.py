"""Witnesses heard: in this process, or each in a process of its own beside it.

A process of its own costs little, runs while the oracle works, and keeps whatever an
implementation does to a process away from everybody else: it may even end it.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from multiprocessing import connection
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Final, Protocol

from harness.scenario.task import Task
from harness.witnesses import (
    NoSuchImplementation,
    Testimony,
    Witness,
    load,
    load_plug_in,
    question,
)

#: Seconds that a process gets to end by itself once it has answered.
_GRACE: Final = 2
#: Forked from a server that has backproof imported; where there is none, started from scratch.
_PROCESSES: Final = (
    multiprocessing.get_context("forkserver")
    if "forkserver" in multiprocessing.get_all_start_methods()
    else multiprocessing.get_context("spawn")
)


@dataclass(frozen=True)
class Heard:
    """A witness with its testimony on every task; none where it could not run at all."""

    witness: Witness
    testimonies: tuple[Testimony, ...]


class Hearing(Protocol):
    """A hearing that has begun."""

    def tell(self, again: Sequence[Task | None]) -> None:
        """Say with which task each one is asked again: the same, along with its trajectory.

        It is to be said once; whoever is not told is asked nothing more.
        """

    def __call__(self) -> Heard:
        """Wait for its end.

        Raises NoSuchImplementation where the name turns out to name nothing.
        """


@dataclass
class _Here:
    """A hearing in this process, once its turn comes."""

    witness: Witness
    tasks: Sequence[Task]
    again: Sequence[Task | None] = ()

    def tell(self, again: Sequence[Task | None]) -> None:
        self.again = again

    def __call__(self) -> Heard:
        return _asked_again(self.witness, _heard(self.witness, self.tasks), self.again)


def here(witness: Witness, tasks: Sequence[Task]) -> Hearing:
    """Hear a witness in this process, once its turn comes."""
    return _Here(witness, tasks)


def prepare() -> None:
    """Have the server started, without waiting for it; it imports this module once for all."""
    _PROCESSES.set_forkserver_preload([__name__])
    if _PROCESSES.get_start_method() == "forkserver":
        from multiprocessing import forkserver  # not on every system

        forkserver.ensure_running()


def give_up() -> None:
    """End all hearings that are under way."""
    for process in multiprocessing.active_children():
        process.kill()


@dataclass
class _Apart:
    """A hearing in a process of its own; it ends once it is told what else is asked."""

    name: str
    process: BaseProcess
    ours: Connection
    told: bool = False

    def tell(self, again: Sequence[Task | None]) -> None:
        self.told = True
        with suppress(OSError):  # it may have ended by itself
            self.ours.send(tuple(again))

    def __call__(self) -> Heard:
        if not self.told:
            self.tell(())
        # The process may end while a child of its own holds the other end of the pipe.
        connection.wait([self.ours, self.process.sentinel])
        try:
            if not self.ours.poll():
                raise EOFError
            outcome = self.ours.recv()
        except (EOFError, ConnectionError):
            self.process.join()
            reason = f"ended its process ({_ending(self.process.exitcode)})"
            outcome = Heard(Witness(self.name, None, None, "failed", reason), ())
        self.process.join(_GRACE)
        self.process.kill()  # what it has left running has nothing more to say
        if isinstance(outcome, NoSuchImplementation):
            raise outcome
        assert isinstance(outcome, Heard), outcome
        return outcome


def apart(name: str, tasks: Sequence[Task]) -> Hearing:
    """Begin to hear a witness, by its name or as a plug-in, in a process of its own."""
    prepare()
    ours, theirs = _PROCESSES.Pipe()
    process = _PROCESSES.Process(target=_testify, args=(theirs, name, tasks), daemon=True)
    process.start()
    theirs.close()
    return _Apart(name, process, ours)


def _testify(harness: Connection, name: str, tasks: Sequence[Task]) -> None:
    """What runs in the other process: load the implementation, hear it, send what it said."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C ends the command, and it ends us
    sys.stdout.flush()
    os.dup2(2, 1)  # stdout is the report's; what an implementation prints goes to stderr
    try:
        witness = load_plug_in(name) if ":" in name else load(name)
        heard = _heard(witness, tasks)
    except NoSuchImplementation as error:
        harness.send(error)
        return
    try:
        heard = _asked_again(witness, heard, harness.recv())
    except EOFError:  # nobody is left to hear it
        return
    # The function itself stays where it was loaded.
    harness.send(replace(heard, witness=replace(witness, run=None)))


def _heard(witness: Witness, tasks: Sequence[Task]) -> Heard:
    if witness.run is None:
        return Heard(witness, ())
    return Heard(witness, tuple(_asked(witness, task) for task in tasks))


def _asked(witness: Witness, task: Task) -> Testimony:
    """What the witness says; of mere arithmetic, where nothing is asked, nobody is told."""
    return question(witness, task) if task.asked else Testimony(witness.name, "answered")


def _asked_again(witness: Witness, heard: Heard, again: Sequence[Task | None]) -> Heard:
    """The testimonies with the trajectories, where some are wanted."""
    if witness.run is None or not any(again):
        return heard
    testimonies = [
        testimony if task is None else _with_trajectory(witness, task, testimony)
        for task, testimony in zip(again, heard.testimonies, strict=True)
    ]
    return replace(heard, testimonies=tuple(testimonies))


def _with_trajectory(witness: Witness, task: Task, testimony: Testimony) -> Testimony:
    """A testimony, with what the witness answers when it is asked for the trajectory along with the
    rest: it has to be one and the same training that both come from."""
    if not any(quantity.updates for quantity in testimony.answers.keys() & set(task.asked)):
        return testimony
    told = question(witness, task)
    return replace(testimony, trajectory=told.answers if told.status == "answered" else {})


def _ending(code: int | None) -> str:
    if code is not None and code < 0:
        return f"signal {-code}, {signal.strsignal(-code)}"
    return f"exit status {code}"
