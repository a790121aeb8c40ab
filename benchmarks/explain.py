"""``backproof explain``, of every erratum of the fixtures that backproof ships, against a plain
``backproof check`` of the same.

python -m benchmarks.explain
"""

from __future__ import annotations

import subprocess
import sys

from benchmarks.timing import paired

EXPLAIN = [sys.executable, "-m", "harness", "explain"]
CHECK = [sys.executable, "-m", "harness", "check"]


def main() -> None:
    def run(command: list[str]) -> object:
        return subprocess.run(command, check=True, stdout=subprocess.DEVNULL)

    ratio = paired(lambda: run(EXPLAIN), lambda: run(CHECK))
    print(f"explaining every shipped erratum to a plain check: {ratio}")


if __name__ == "__main__":
    main()
