"""The whole ``backproof check`` against a bare script that trains in PyTorch and in JAX.

python -m benchmarks.whole_check
"""

from __future__ import annotations

import subprocess
import sys
from functools import partial

from benchmarks.timing import paired

CHECK = [sys.executable, "-m", "harness", "check"]
#: The documents with the 10,000 updates, and the other one that is checked since the beginning.
TWO = ["mazur-2015", "datamapu-2024"]
BARE = [sys.executable, "-m", "benchmarks.bare"]


def main() -> None:
    def run(command: list[str]) -> object:
        return subprocess.run(command, check=True, stdout=subprocess.DEVNULL)

    for documents in (TWO, []):
        command = [*CHECK, *documents]
        ratio = paired(partial(run, command), partial(run, BARE))
        name = " ".join(["backproof check", *documents])
        print(f"{name} to a bare PyTorch and JAX script: {ratio}")


if __name__ == "__main__":
    main()
