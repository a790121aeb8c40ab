"""Implementations that break, or answer something that is no answer, or do what they should not."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from harness.scenario.task import Quantity, Task, Unsupported
from implementations import loops


def raises(task: Task) -> Any:
    raise ValueError("the weights do not fit\ntogether")


def raises_what_cannot_be_shown(task: Task) -> Any:
    raise Unshowable


class Unshowable(Exception):
    def __str__(self) -> str:
        raise RuntimeError("not even this works")


def raises_beyond_exceptions(task: Task) -> Any:
    raise BaseException("past every except Exception")


def recurses(task: Task) -> Any:
    return recurses(task)


def exits(task: Task) -> Any:
    sys.exit("usage: misbehaving FILE")


def unsupported(task: Task) -> Any:
    raise Unsupported("knows no networks with two layers")


def unsupported_without_a_reason(task: Task) -> Any:
    raise Unsupported


# answers of the wrong kind


def none(task: Task) -> Any:
    return None


def nothing(task: Task) -> Any:
    return {}


def a_list(task: Task) -> Any:
    return list(loops.run(task).values())


def strings(task: Task) -> Any:
    return {quantity: str(value) for quantity, value in loops.run(task).items()}


def wrong_shape(task: Task) -> Any:
    return {**loops.run(task), "dE_total/dw5": np.array([0.1, 0.2])}


def none_in_one_gradient(task: Task) -> Any:
    return {**loops.run(task), Quantity("E_total", "w5"): None}


def true(task: Task) -> Any:
    return {quantity: np.bool_(True) for quantity in task.asked}


def an_endless_integer(task: Task) -> Any:
    return dict.fromkeys(task.asked, 10**5000)


def one_quantity_twice(task: Task) -> Any:
    return {**loops.run(task), "E_total": 0.5}


def a_mapping_that_breaks(task: Task) -> Any:
    return Breaking()


class Breaking(Mapping[str, float]):
    def __getitem__(self, name: str) -> float:
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        raise RuntimeError("lost the answers")

    def __len__(self) -> int:
        return 1


# names


def misspelt(task: Task) -> Any:
    return {f"grad_{quantity}": value for quantity, value in loops.run(task).items()}


def one_name_misspelt(task: Task) -> Any:
    answers = {str(quantity): value for quantity, value in loops.run(task).items()}
    answers["dE_total/dw_5"] = answers.pop("dE_total/dw5")
    return answers


# inputs


def overwrites_a_value(task: Task) -> Any:
    answers = loops.run(task)
    task.values["w1"] -= 0.5
    return answers


def makes_a_value_an_array(task: Task) -> Any:
    answers = loops.run(task)
    task.values["w1"] = np.array([0.15, 0.2])  # type: ignore[assignment]
    return answers


def adds_a_value(task: Task) -> Any:
    answers = loops.run(task)
    task.values["cache"] = 0.0
    return answers


def removes_a_value(task: Task) -> Any:
    answers = loops.run(task)
    del task.values["w1"]
    return answers


def replaces_the_questions(task: Task) -> Any:
    answers = loops.run(task)
    object.__setattr__(task, "asked", task.asked[:1])
    return answers


# side effects


def prints(task: Task) -> Any:
    print("epoch 1 of 1")
    os.write(1, b"and past Python's own stdout\n")
    return loops.run(task)


def warns(task: Task) -> Any:
    warnings.warn("this will be removed", UserWarning, stacklevel=2)
    return loops.run(task)


# things that are no functions

number = 42


class NeedsArguments:
    def __init__(self, hidden: int) -> None:
        self.hidden = hidden

    def __call__(self, task: Task) -> Any:
        return loops.run(task)


class NotCallable:
    """Its instances have a method, and are no functions."""

    def run(self, task: Task) -> Any:
        return loops.run(task)


# exceptions that get in the way of telling where they come from


class HidesItsPlace(Exception):
    __traceback__ = 5  # type: ignore[assignment]


class BreaksWhenAskedForItsPlace(Exception):
    @property  # type: ignore[override]
    def __traceback__(self) -> Any:
        raise RuntimeError("not telling")


def hides_its_place(task: Task) -> Any:
    raise HidesItsPlace("here")


def breaks_when_asked_for_its_place(task: Task) -> Any:
    raise BreaksWhenAskedForItsPlace("here")


def raises_in_an_odd_file(task: Task) -> Any:
    exec(compile("raise ValueError('here')", "a\x1b\n\udc80.py", "exec"))
