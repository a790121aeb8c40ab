"""The house keeps to its plan: what may import what, and how long a module may get."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MODULES = sorted([*(ROOT / "harness").rglob("*.py"), *(ROOT / "implementations").rglob("*.py")])
MOST_LINES = 400


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imports(path: Path) -> set[str]:
    """The modules that a module names in its import statements, wherever those stand."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name(path)} imports by a relative name"
            found.add(node.module or "")
    return found


def test_the_contracts_of_pyproject_hold() -> None:
    pytest.importorskip("importlinter", reason="import-linter is not installed")
    lint = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    done = subprocess.run(
        [sys.executable, "-c", lint, "--no-cache"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_module_is_short_enough_to_be_read_at_once(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) < MOST_LINES


@pytest.mark.parametrize("path", [p for p in MODULES if name(p).startswith("harness")], ids=name)
def test_the_harness_imports_no_implementation_by_name(path: Path) -> None:
    assert not {module for module in imports(path) if module.startswith("implementations")}


@pytest.mark.parametrize(
    "path", [p for p in MODULES if name(p).startswith("implementations")], ids=name
)
def test_an_implementation_knows_the_task_and_no_more(path: Path) -> None:
    ours = {
        module for module in imports(path) if module.split(".")[0] in {"harness", "implementations"}
    }
    # One that is a package of several modules knows these too.
    package = path.relative_to(ROOT / "implementations").parts[0]
    own = {module for module in ours if module.startswith(f"implementations.{package}.")}
    assert ours - own <= {"harness.scenario.task"}


def test_the_notation_and_the_scenarios_know_nothing_of_what_comes_after_them() -> None:
    for room, allowed in (
        ("notation", ("harness.notation",)),
        ("scenario", ("harness.notation", "harness.scenario")),
    ):
        for path in (ROOT / "harness" / room).rglob("*.py"):
            ours = {module for module in imports(path) if module.startswith("harness")}
            assert all(module.startswith(allowed) for module in ours), name(path)
