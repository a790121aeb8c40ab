"""The whole ``backproof check`` against a bare script that trains in PyTorch and in JAX.

python -m benchmarks.whole_check
"""

from __future__ import annotations

import subprocess
import sys

from benchmarks.timing import paired

CHECK = [sys.executable, "-m", "harness", "check"]
BARE = [sys.executable, "-m", "benchmarks.bare"]


def main() -> None:
    def run(command: list[str]) -> object:
        return subprocess.run(command, check=True, stdout=subprocess.DEVNULL)

    ratio = paired(lambda: run(CHECK), lambda: run(BARE))
    print(f"backproof check to a bare PyTorch and JAX script: {ratio}")


if __name__ == "__main__":
    main()
