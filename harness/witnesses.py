"""Implementations: finding them, loading them, running them, and seeing what they did.

An implementation never gets at the harness's own data: it is handed a task made for it alone,
which is looked at again afterwards. Whatever it raises is caught and reported.
"""

from __future__ import annotations

import copy
import importlib
import importlib.util
import math
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from types import ModuleType
from typing import Any, Final, Literal

from harness.notation import closest
from harness.scenario.scenario import Scenario
from harness.scenario.task import Quantity, Task, Unsupported

GROUP: Final = "backproof.implementations"
#: How to install what an implementation needs, by the module that is missing.
_EXTRAS: Final = {"torch": "torch", "jax": "jax", "jaxlib": "jax"}


@dataclass(frozen=True)
class Witness:
    """An implementation that can be run, or the reason why it cannot."""

    name: str
    version: str | None
    run: Callable[[Task], Any] | None
    status: Literal["ran", "unavailable", "failed"] = "ran"
    reason: str | None = None


@dataclass(frozen=True)
class Testimony:
    """What a witness answered to one task.

    ``answers`` holds floats as they came, infinities and nan included; ``reason`` says what went
    wrong, or what was answered besides the questions.
    """

    witness: str
    status: Literal["answered", "unsupported", "failed"]
    answers: Mapping[Quantity, float] = field(default_factory=dict)
    reason: str | None = None


class NoSuchImplementation(Exception):
    """An ``-i`` that names nothing; the message says what would be right."""


def installed() -> list[str]:
    """The names of all implementations that packages announce, built-in ones first."""
    return list(_entry_points())


def _entry_points() -> dict[str, metadata.EntryPoint]:
    return {point.name: point for point in metadata.entry_points(group=GROUP)}


def load(name: str) -> Witness:
    """An announced implementation by name. Raises NoSuchImplementation for an unknown one."""
    point = _entry_points().get(name)
    if point is None:
        known = installed()
        raise NoSuchImplementation(
            f"no implementation is called {name!r}{closest(name, known)} "
            f"Known are {', '.join(known)}; your own is given as FILE.py:OBJECT or MODULE:OBJECT"
        )
    try:
        module = importlib.import_module(point.module)
        run = _picked(module, point.attr, name)
    except ModuleNotFoundError as error:
        return Witness(name, None, None, "unavailable", _missing(error))
    except Exception as error:
        return Witness(name, None, None, "failed", f"cannot be imported: {_told(error)}")
    return Witness(name, _version(module, point), run)


def _missing(error: ModuleNotFoundError) -> str:
    package = (error.name or "").partition(".")[0]
    extra = _EXTRAS.get(package)
    command = f"pip install 'backproof[{extra}]'" if extra else f"pip install {package}"
    return f"{package} is not installed; {command}"


def _version(module: ModuleType, point: metadata.EntryPoint) -> str | None:
    announced = getattr(module, "version", None)
    if callable(announced):
        return str(announced())
    return point.dist.version if point.dist else None


def load_plug_in(spec: str) -> Witness:
    """Someone's own implementation, from ``FILE.py:OBJECT`` or ``MODULE:OBJECT``.

    Raises NoSuchImplementation where there is none, with what went wrong on the way.
    """
    place, _, attribute = spec.rpartition(":")
    module = _module_of_file(Path(place), spec) if place.endswith(".py") else _module(place, spec)
    found = _picked(module, attribute, spec)
    run = found() if isinstance(found, type) else found
    version = getattr(found, "version", None) or getattr(module, "__version__", None)
    return Witness(spec, None if version is None else str(version), run)


def _picked(module: ModuleType, attribute: str, spec: str) -> Callable[[Task], Any]:
    found: Any = module
    for part in attribute.split("."):
        if not hasattr(found, part):
            names = [name for name in vars(found) if not name.startswith("_")]
            raise NoSuchImplementation(f"{spec}: there is no {part!r}{closest(part, names)}")
        found = getattr(found, part)
    if not callable(found):
        raise NoSuchImplementation(
            f"{spec}: {attribute!r} is {type(found).__name__}, not a function that takes a task"
        )
    return found  # type: ignore[no-any-return]  # it is checked to be callable, no more can be known


def _module_of_file(path: Path, spec: str) -> ModuleType:
    if not path.is_file():
        raise NoSuchImplementation(f"{spec}: there is no file {str(path)!r}")
    name = f"backproof_plug_in_{path.stem}"
    location = importlib.util.spec_from_file_location(name, path)
    assert location is not None, "a .py file has a location"
    assert location.loader is not None, "a .py file has a loader"
    module = importlib.util.module_from_spec(location)
    sys.modules[name] = module  # dataclasses look their module up
    sys.path.insert(0, str(path.parent.resolve()))  # so that it can import its neighbours
    try:
        location.loader.exec_module(module)
    except Exception as error:
        raise NoSuchImplementation(f"{spec}: cannot be imported: {_told(error)}") from error
    except SystemExit as error:
        raise NoSuchImplementation(f"{spec}: exits when it is imported ({error})") from error
    finally:
        sys.path.pop(0)
    return module


def _module(name: str, spec: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        raise NoSuchImplementation(f"{spec}: {_told(error)}; is it on the path?") from error
    except Exception as error:
        raise NoSuchImplementation(f"{spec}: cannot be imported: {_told(error)}") from error


def question(witness: Witness, scenario: Scenario, asked: Iterable[Quantity]) -> Testimony:
    """What a witness answers; whatever it does wrong is in the testimony, nothing is raised."""
    assert witness.run is not None, "only witnesses that can run are questioned"
    task = scenario.task(asked)
    before = copy.deepcopy(task)
    try:
        answers = witness.run(task)
    except Unsupported as error:
        return Testimony(witness.name, "unsupported", reason=str(error) or "it does not say why")
    except Exception as error:
        return Testimony(witness.name, "failed", reason=f"raised {_told(error)}")
    except SystemExit as error:
        return Testimony(witness.name, "failed", reason=f"tried to exit ({error})")
    if changed := _changed(before, task):
        return Testimony(witness.name, "failed", reason=f"changed its inputs: {changed}")
    return _heard(witness.name, answers, before.asked)


def _changed(before: Task, after: Task) -> str | None:
    for name, value in before.values.items():
        now = after.values.get(name)
        if now != value and not (isinstance(now, float) and math.isnan(now) and math.isnan(value)):
            return f"{name} was {value!r} and is now {now!r}"
    if len(after.values) != len(before.values):
        return "it added " + ", ".join(sorted(after.values.keys() - before.values.keys()))
    return None if after == before else "the task is not what it was"


def _heard(name: str, answers: Any, asked: Iterable[Quantity]) -> Testimony:
    """The answers as floats, by quantity; everything that is not one is named."""
    if not isinstance(answers, Mapping):
        got = type(answers).__name__
        return Testimony(
            name, "failed", reason=f"answered {got}, not a mapping of quantities to floats"
        )
    by_text = {str(quantity): quantity for quantity in asked}
    heard: dict[Quantity, float] = {}
    odd: list[str] = []
    strange: list[str] = []
    for key, value in answers.items():
        quantity = by_text.get(str(key))
        if quantity is None:
            strange.append(str(key))
            continue
        number = _number(value)
        if number is None:
            odd.append(f"{key} is {_described(value)}, not one number")
        else:
            heard[quantity] = number
    if odd:
        return Testimony(name, "failed", heard, "; ".join(odd[:3]) + (" …" if len(odd) > 3 else ""))
    if not heard:
        return Testimony(
            name, "failed", reason="answered nothing that was asked" + _hint(strange, by_text)
        )
    return Testimony(name, "answered", heard)


def _hint(strange: list[str], known: Iterable[str]) -> str:
    if not strange:
        return ""
    return f"; it answered {strange[0]!r}{closest(strange[0], known)}"


def _number(value: Any) -> float | None:
    """A float from a float, an int, or an array or tensor of exactly one number."""
    if isinstance(value, (str, bytes, bool, complex)) or value is None:
        return None
    shape = getattr(value, "shape", ())
    if tuple(shape) not in {(), (1,)}:
        return None
    try:
        return float(value.item() if hasattr(value, "item") else value)
    except (TypeError, ValueError, OverflowError):
        return None


def _described(value: Any) -> str:
    shape = getattr(value, "shape", None)
    if shape is not None and tuple(shape):
        return f"of shape {'×'.join(map(str, shape))}"
    return f"{type(value).__name__} {value!r}"[:60]


def _told(error: BaseException) -> str:
    message = " ".join(str(error).split())
    return f"{type(error).__name__}: {message[:200]}" if message else type(error).__name__
