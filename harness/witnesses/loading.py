"""Implementations found and loaded: those that packages announce, and files and modules."""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from types import ModuleType
from typing import Any, Final, Literal, TypeGuard

from harness.notation import closest
from harness.scenario.task import Task

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


def told(error: BaseException, of: str | None = None) -> str:
    """An exception in one line; ``of`` stands for its class, where that is clear already."""
    kind = type(error).__name__ if of is None else of
    try:
        message = " ".join(str(error).split())[:200]
    except Exception:  # an exception of someone else's may fail at this too
        message = ""
    return ": ".join(part for part in (kind, message) if part) or "it does not say why"
