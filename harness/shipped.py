"""The fixtures that are installed with backproof."""

from __future__ import annotations

from importlib import resources
from pathlib import Path


def shipped_fixtures() -> list[Path]:
    """The fixture files of the package, by name."""
    folder = Path(str(resources.files("fixtures")))
    return sorted(folder.glob("*.yaml"))


def named(path: Path) -> Path:
    """The shipped fixture that is called ``path``, where there is no such file."""
    by_name = {shipped.stem: shipped for shipped in shipped_fixtures()}
    return path if exists(path) else by_name.get(str(path), path)


def exists(path: Path) -> bool:
    """Whether there is such a file or folder; there is none whose name is too long for one."""
    try:
        return path.exists()
    except OSError:
        return False
