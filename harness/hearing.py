"""Witnesses heard: in this process, or each in a process of its own beside it.

A process of its own costs little, runs while the oracle works, and keeps whatever an
implementation does to a process away from everybody else: it may even end it.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing import connection
from multiprocessing.connection import Connection
from typing import Final

from harness.scenario.scenario import Scenario
from harness.scenario.task import Quantity
from harness.witnesses import (
    NoSuchImplementation,
    Testimony,
    Witness,
    load,
    load_plug_in,
    question,
)

#: A scenario, and what is asked about it.
Request = tuple[Scenario, Sequence[Quantity]]

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
    """A witness with its testimony on every request; none where it could not run at all."""

    witness: Witness
    testimonies: tuple[Testimony, ...]


#: A hearing that has begun; calling it waits for its end.
#: Raises NoSuchImplementation where the name turns out to name nothing.
Hearing = Callable[[], Heard]


def here(witness: Witness, requests: Sequence[Request]) -> Hearing:
    """Hear a witness in this process, once its turn comes."""
    return lambda: _heard(witness, requests)


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


def apart(name: str, requests: Sequence[Request]) -> Hearing:
    """Begin to hear a witness, by its name or as a plug-in, in a process of its own."""
    prepare()
    ours, theirs = _PROCESSES.Pipe(duplex=False)
    process = _PROCESSES.Process(target=_testify, args=(theirs, name, requests), daemon=True)
    process.start()
    theirs.close()

    def wait() -> Heard:
        # The process may end while a child of its own holds the other end of the pipe.
        connection.wait([ours, process.sentinel])
        try:
            if not ours.poll():
                raise EOFError
            outcome = ours.recv()
        except EOFError:
            process.join()
            reason = f"ended its process ({_ending(process.exitcode)})"
            outcome = Heard(Witness(name, None, None, "failed", reason), ())
        process.join(_GRACE)
        process.kill()  # what it has left running has nothing more to say
        if isinstance(outcome, NoSuchImplementation):
            raise outcome
        assert isinstance(outcome, Heard), outcome
        return outcome

    return wait


def _testify(answer: Connection, name: str, requests: Sequence[Request]) -> None:
    """What runs in the other process: load the implementation, hear it, send what it said."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C ends the command, and it ends us
    sys.stdout.flush()
    os.dup2(2, 1)  # stdout is the report's; what an implementation prints goes to stderr
    try:
        heard: Heard | NoSuchImplementation = _heard(
            load_plug_in(name) if ":" in name else load(name), requests
        )
    except NoSuchImplementation as error:
        heard = error
    if isinstance(heard, Heard):  # the function itself stays where it was loaded
        witness = heard.witness
        told = Witness(witness.name, witness.version, None, witness.status, witness.reason)
        heard = Heard(told, heard.testimonies)
    answer.send(heard)


def _heard(witness: Witness, requests: Sequence[Request]) -> Heard:
    if witness.run is None:
        return Heard(witness, ())
    return Heard(witness, tuple(_asked(witness, *request) for request in requests))


def _asked(witness: Witness, scenario: Scenario, asked: Sequence[Quantity]) -> Testimony:
    """What the witness says; of mere arithmetic, where nothing is asked, nobody is told."""
    return question(witness, scenario, asked) if asked else Testimony(witness.name, "answered")


def _ending(code: int | None) -> str:
    if code is not None and code < 0:
        return f"signal {-code}, {signal.strsignal(-code)}"
    return f"exit status {code}"
