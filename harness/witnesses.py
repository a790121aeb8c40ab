"""Implementations: finding them, loading them, running them, and seeing what they did.

An implementation never gets at the harness's own data: it is handed a task made for it alone,
which is looked at again afterwards. Whatever it raises is caught and reported.
"""

from __future__ import annotations

import copy
import importlib
import importlib.util
import os
import reprlib
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from importlib import metadata
from pathlib import Path
from types import ModuleType
from typing import Any, Final, Literal, TypeGuard

from harness.notation import closest
from harness.scenario.scenario import Scenario
from harness.scenario.task import Quantity, Task, Unsupported

GROUP: Final = "backproof.implementations"
OURS: Final = "backproof"
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
    wrong, or what was answered besides the questions. ``trajectory`` holds what was answered when
    the same was asked again, along with all that updates change, after each of them.
    """

    witness: str
    status: Literal["answered", "unsupported", "failed"]
    answers: Mapping[Quantity, float] = field(default_factory=dict)
    reason: str | None = None
    trajectory: Mapping[Quantity, float] = field(default_factory=dict)


class NoSuchImplementation(Exception):
    """An ``-i`` that names nothing; the message says what would be right."""


def installed() -> list[str]:
    """The names of all implementations that packages announce, backproof's own first."""
    return list(_entry_points())


def _entry_points() -> dict[str, metadata.EntryPoint]:
    """By name; of two that are called the same, the one that comes with backproof counts."""
    points = metadata.entry_points(group=GROUP)
    found: dict[str, metadata.EntryPoint] = {}
    for point in sorted(points, key=lambda point: not (point.dist and point.dist.name == OURS)):
        found.setdefault(point.name, point)
    return found


def unknown(name: str) -> str | None:
    """What is wrong with the name of an announced implementation; None where nothing is."""
    known = installed()
    if name in known:
        return None
    return (
        f"no implementation is called {name!r}{closest(name, known) or '.'} "
        f"Known are {', '.join(known)}; your own is given as FILE.py:OBJECT or MODULE:OBJECT"
    )


def missing(spec: str) -> str | None:
    """What is wrong with the place that a plug-in is said to be in; None where it is there.

    Nothing of it is run: whether the object is there too, only loading it tells.
    """
    place = spec.rpartition(":")[0]
    if place.endswith(".py"):
        return None if os.path.isfile(place) else f"{spec}: there is no file {place!r}"
    package = place.partition(".")[0]
    with _on_path(Path()):
        there = package.isidentifier() and importlib.util.find_spec(package) is not None
    return None if there else f"{spec}: there is no module {package!r}"


def load(name: str) -> Witness:
    """An announced implementation by name. Raises NoSuchImplementation for an unknown one."""
    point = _entry_points().get(name)
    if point is None:
        raise NoSuchImplementation(unknown(name))
    try:
        module = importlib.import_module(point.module)
        run = _picked(module, point.attr, name)
    except NoSuchImplementation as error:
        return Witness(name, None, None, "failed", str(error))
    except ModuleNotFoundError as error:
        return _without(error, name)
    except BaseException as error:
        return _failed(name, error)
    return Witness(name, _version(module) or (point.dist.version if point.dist else None), run)


def _without(error: ModuleNotFoundError, name: str) -> Witness:
    """An implementation that needs a module which is not there: how to install that."""
    package = error.name or ""
    if not package or "." in package:
        return _failed(name, error)  # the package is there, and lacks one of its modules
    extra = _EXTRAS.get(package)
    command = f"pip install 'backproof[{extra}]'" if extra else f"pip install {package}"
    return Witness(name, None, None, "unavailable", f"{package} is not installed; {command}")


def _failed(name: str, error: BaseException) -> Witness:
    """An implementation that exists, and breaks before it could be run."""
    if isinstance(error, KeyboardInterrupt):
        raise error
    return Witness(name, None, None, "failed", f"cannot be loaded: {told(error)}")


def _version(module: ModuleType) -> str | None:
    """What a module announces, else the versions of the packages that it is written with."""
    announced = getattr(module, "__version__", None)
    if announced is not None:
        return str(announced)
    packages = {
        used.__name__.partition(".")[0] for used in vars(module).values() if _is_module(used)
    }
    versions = {name: getattr(sys.modules.get(name), "__version__", None) for name in packages}
    return ", ".join(f"{name} {versions[name]}" for name in sorted(versions) if versions[name])


def _is_module(thing: object) -> TypeGuard[ModuleType]:
    return isinstance(thing, ModuleType)


def load_plug_in(spec: str) -> Witness:
    """Someone's own implementation, from ``FILE.py:OBJECT`` or ``MODULE:OBJECT``.

    Raises NoSuchImplementation where there is no such file, module, or function in it; one that
    is there and breaks when it is imported is a witness that failed.
    """
    place, _, attribute = spec.rpartition(":")
    try:
        module = (
            _module_of_file(Path(place), spec) if place.endswith(".py") else _module(place, spec)
        )
        found = _picked(module, attribute, spec)
        run = _instance(found, spec) if isinstance(found, type) else found
    except NoSuchImplementation:
        raise
    except BaseException as error:
        return _failed(spec, error)
    return Witness(spec, _version(module) or None, run)


def _picked(module: ModuleType, attribute: str, spec: str) -> Callable[[Task], Any]:
    found: Any = module
    for part in attribute.split("."):
        if not hasattr(found, part):
            names = [name for name in dir(found) if not name.startswith("_")]
            hint = closest(part, names) or _functions_in(found)
            raise NoSuchImplementation(f"{spec}: there is no {part!r} in {_called(found)}{hint}")
        found = getattr(found, part)
    return _function(found, f"{spec}: {attribute!r} is")


def _functions_in(thing: object) -> str:
    """Up to three public functions of a module: its own, not what it imports."""
    if not _is_module(thing):
        return ""
    names = [
        name
        for name, found in vars(thing).items()
        if not name.startswith("_")
        and callable(found)
        and getattr(found, "__module__", None) == thing.__name__
    ]
    listed = ", ".join(map(repr, names[:3])) + (", …" if len(names) > 3 else "")
    return f"; it has {listed or 'no function of its own'}"


def _called(thing: object) -> str:
    return Path(thing.__file__ or "").name if _is_module(thing) else type(thing).__name__


def _instance(found: type, spec: str) -> Callable[[Task], Any]:
    """A class stands for what it makes without arguments."""
    return _function(found(), f"{spec}: {found.__name__!r} makes")


def _function(found: Any, what: str) -> Callable[[Task], Any]:
    if not callable(found):
        raise NoSuchImplementation(
            f"{what} {type(found).__name__}, not a function that takes a task"
        )
    return found  # type: ignore[no-any-return]  # it is checked to be callable, no more can be known


def _module_of_file(path: Path, spec: str) -> ModuleType:
    if problem := missing(spec):
        raise NoSuchImplementation(problem)
    name = f"backproof_plug_in_{path.stem}"
    location = importlib.util.spec_from_file_location(name, path)
    assert location is not None, "a .py file has a location"
    assert location.loader is not None, "a .py file has a loader"
    module = importlib.util.module_from_spec(location)
    sys.modules[name] = module  # dataclasses look their module up
    with _on_path(path.parent):  # so that it can import its neighbours
        location.loader.exec_module(module)
    return module


def _module(name: str, spec: str) -> ModuleType:
    try:
        with _on_path(Path()):  # as python -m finds modules
            return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name and f"{name}.".startswith(f"{error.name}."):
            raise NoSuchImplementation(f"{spec}: there is no module {error.name!r}") from error
        raise
    except ValueError as error:
        raise NoSuchImplementation(f"{spec}: {name!r} does not name a module") from error


@contextmanager
def _on_path(folder: Path) -> Iterator[None]:
    place = str(folder.resolve())
    sys.path.insert(0, place)
    try:
        yield
    finally:
        sys.path.remove(place)
        if place not in sys.path:
            sys.path.append(place)  # for what it imports when it is run; it shadows nothing there


def question(witness: Witness, scenario: Scenario, asked: Iterable[Quantity]) -> Testimony:
    """What a witness answers; whatever it does wrong is in the testimony, nothing is raised."""
    assert witness.run is not None, "only witnesses that can run are questioned"
    task = scenario.task(asked)
    before = copy.deepcopy(task)
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


def told(error: BaseException, of: str | None = None) -> str:
    """An exception in one line; ``of`` stands for its class, where that is clear already."""
    kind = type(error).__name__ if of is None else of
    try:
        message = " ".join(str(error).split())[:200]
    except Exception:  # an exception of someone else's may fail at this too
        message = ""
    return ": ".join(part for part in (kind, message) if part) or "it does not say why"
