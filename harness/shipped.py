"""The fixtures that are installed with backproof."""

from __future__ import annotations

from importlib import resources
from pathlib import Path


def shipped_fixtures() -> list[Path]:
    """The fixture files of the package, by name."""
    folder = Path(str(resources.files("fixtures")))
    return sorted(folder.glob("*.yaml"))
