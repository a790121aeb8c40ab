"""What the modules are made of: a program for one scenario, and the table of its buggy versions.

A module has one class that is right. Each bug is a subclass which replaces the piece that somebody
got wrong; two bugs at once are a class with two of these as its bases.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from inspect import getdoc
from typing import ClassVar

from harness.scenario.task import Task, Unsupported

Answers = dict[str, float]


@dataclass(frozen=True, slots=True)
class Bug:
    """What is wrong, in the scenario where it can be seen, and the program that has it.

    ``bugs`` is how many there are at once, 1 or 2.
    """

    told: str
    scenario: str
    run: Callable[[Task], Answers]
    bugs: int


class Program(ABC):
    """Something that is called with a task, and answers it where it is of its scenario.

    ``mark`` is a name that the scenario gives, and no other of its document. A program may be
    called again, so ``answer`` begins anew each time.
    """

    scenario: ClassVar[str]
    mark: ClassVar[str]

    def __call__(self, task: Task) -> Answers:
        if self.mark not in task.values:
            raise Unsupported(f"knows {self.scenario} only")
        return self.answer(task.values)

    @abstractmethod
    def answer(self, given: Mapping[str, float]) -> Answers:
        """What is computed, by its name, with the numbers that are given."""


def table(*programs: type[Program]) -> dict[str, Bug]:
    """The bugs by their slugs, made of the classes' names: ``no-slope`` of ``NoSlope``."""
    return {slug(program.__name__): bug(program) for program in programs}


def slug(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()


def bug(program: type[Program]) -> Bug:
    told = " ".join((getdoc(program) or "").split())
    return Bug(told, program.scenario, program(), len(program.__bases__))
