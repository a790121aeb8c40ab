"""Implementations run, and seen what they did.

An implementation never gets at the harness's own data: it is handed a task made for it alone,
which is looked at again afterwards. Whatever it raises is caught and reported.
"""

from __future__ import annotations

import reprlib
import traceback
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from harness.notation import closest
from harness.scenario.task import Quantity, Task, Unsupported
from harness.witnesses.loading import Witness, told


@dataclass(frozen=True)
class Testimony:
    """What a witness answered to one task.

    ``answers`` holds floats as they came, infinities and nan included; ``reason`` says what went
    wrong, or what was answered besides the questions. ``trajectory`` holds what was answered when
    the same was asked again, along with all that updates change, after each of them.
    """

    witness: str
    status: Literal["answered", "unsupported", "failed"]
    answers: Mapping[Quantity, float] = field(default_factory=dict)
    reason: str | None = None
    trajectory: Mapping[Quantity, float] = field(default_factory=dict)


def question(witness: Witness, task: Task) -> Testimony:
    """What a witness answers; whatever it does wrong is in the testimony, nothing is raised."""
    assert witness.run is not None, "only witnesses that can run are questioned"
    before, task = task, _copied(task)
    try:
        answers = witness.run(task)
        if changed := _changed(before, task):
            return Testimony(witness.name, "failed", reason=f"changed its inputs: {changed}")
        return _heard(witness.name, answers, before.asked)
    except KeyboardInterrupt:
        raise
    except Unsupported as error:
        return Testimony(witness.name, "unsupported", reason=told(error, of=""))
    except SystemExit as error:
        return Testimony(witness.name, "failed", reason=f"tried to exit ({told(error, of='')})")
    except BaseException as error:  # nothing that it raises may take the others down
        return Testimony(witness.name, "failed", reason=f"raised {told(error)}{_place(error)}")


def _copied(task: Task) -> Task:
    """A task of its own: every mapping in it is copied, and what cannot be changed is shared."""
    training, program = task.training, task.program
    if training is not None:
        optimizer, rule = training.optimizer, training.rule
        training = replace(
            training,
            optimizer=replace(
                optimizer, settings=dict(optimizer.settings), state=dict(optimizer.state)
            ),
            rule=replace(rule, new=dict(rule.new)),
            samples=dict(training.samples),
        )
    if program is not None:
        program = replace(program, given=dict(program.given), shapes=dict(program.shapes))
    return replace(task, values=dict(task.values), training=training, program=program)


def _place(error: BaseException) -> str:
    """Where the innermost line of an exception's traceback stands, beyond the harness itself."""
    # Its class may have made anything of __traceback__ and of the name of the file.
    raised_at = BaseException.__dict__["__traceback__"].__get__(error)
    frames = traceback.extract_tb(raised_at)[1:]
    if not frames:
        return ""
    file = "".join(c if c.isprintable() else "?" for c in Path(frames[-1].filename).name)
    return f" ({file}:{frames[-1].lineno})"


def _changed(before: Task, after: Task) -> str | None:
    for name, value in before.values.items():
        if name not in after.values:
            return f"it removed {name}"
        now = after.values[name]
        if not (type(now) is float and now == value):
            return f"{name} was {value!r} and is now {reprlib.repr(now)}"
    if added := after.values.keys() - before.values.keys():
        return "it added " + ", ".join(sorted(map(str, added)))
    same = replace(after, values=before.values) == before
    return None if same else "the task is not what it was"


def _heard(name: str, answers: Any, asked: Iterable[Quantity]) -> Testimony:
    """The answers as floats, by quantity; everything that is not one is named."""
    if not isinstance(answers, Mapping):
        got = "None" if answers is None else type(answers).__name__
        return Testimony(
            name, "failed", reason=f"answered {got}, not a mapping of quantities to floats"
        )
    by_text = {str(quantity): quantity for quantity in asked}
    heard: dict[Quantity, float] = {}
    odd: list[str] = []
    strange: list[str] = []
    for key, value in answers.items():
        quantity = by_text.get(str(key))
        number = _number(value)
        if quantity is None:
            strange.append(str(key))
        elif number is None:
            odd.append(f"{key} is {_described(value)}, not one number")
        elif quantity in heard:
            odd.append(f"{key} is answered twice")
        else:
            heard[quantity] = number
    if odd:
        return Testimony(name, "failed", heard, "; ".join(odd[:3]) + (" …" if len(odd) > 3 else ""))
    if not heard:
        return Testimony(
            name, "failed", reason="answered nothing that was asked" + _hint(strange, by_text)
        )
    return Testimony(name, "answered", heard, _more(strange, by_text.keys() - set(map(str, heard))))


def _more(strange: list[str], missing: Iterable[str]) -> str | None:
    """What was answered besides the questions; a misspelt name is next to one that is missing."""
    if not strange:
        return None
    return (
        f"answered {strange[0]!r}"
        + (f" and {len(strange) - 1} more" if len(strange) > 1 else "")
        + f" without being asked{closest(strange[0], missing)}"
    )


def _hint(strange: list[str], known: Iterable[str]) -> str:
    if not strange:
        return ""
    return f"; it answered {strange[0]!r}{closest(strange[0], known)}"


def _number(value: Any) -> float | None:
    """A float from a float, an int, or an array or tensor of exactly one number."""
    if tuple(getattr(value, "shape", ())) not in {(), (1,)}:
        return None
    value = value.item() if hasattr(value, "item") else value
    if isinstance(value, (str, bytes, bool, complex)):
        return None
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return None


def _described(value: Any) -> str:
    shape = tuple(getattr(value, "shape", ()))
    if shape:
        return f"of shape {'×'.join(map(str, shape))}"
    if value is None:
        return "None"
    kind = f"the {type(value).__name__}"
    try:
        return f"{kind} {reprlib.repr(value)}"
    except ValueError:  # an integer of too many digits
        return kind
