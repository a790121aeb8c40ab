"""10,000 updates of Mazur's network: each witness against the plain way, the oracle against loops.

python -m benchmarks.training
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib import import_module

from benchmarks.timing import paired
from harness.oracle import Oracle
from harness.reading import read_fixture
from harness.scenario.scenario import Scenario
from harness.scenario.task import Quantity
from harness.shipped import shipped_fixtures
from harness.witnesses import load

UPDATES = 10_000
PEERS = {
    "loops": "objects",
    "numpy_matrices": "arrays",
    "torch_autograd": "pytorch",
    "jax_grad": "jax_loop",
    "scalar_tape": "numbers_on_tape",
    "numpy_duals": "dual_numbers",
}


def _scenario() -> Scenario:
    (mazur,) = (path for path in shipped_fixtures() if path.stem == "mazur-2015")
    return read_fixture(mazur).chapters[0].scenario


def _trains(name: str) -> Callable[[], object]:
    witness, asked = load(name), [Quantity("E_total", None, UPDATES)]
    if witness.run is None:
        raise ModuleNotFoundError(witness.reason)
    task = _scenario().task(asked)
    return lambda: witness.run(task)


def main() -> None:
    print(f"{UPDATES:,} updates; median ratio (lowest to highest), median seconds")
    for name, peer in PEERS.items():
        try:
            ratio = paired(
                _trains(name), partial(import_module(f"benchmarks.plain.{peer}").train, UPDATES)
            )
        except ModuleNotFoundError as error:
            print(f"{name:<15} skipped: {error}")
            continue
        print(f"{name:<15} to plain {peer:<16} {ratio}")
    quantity = Quantity("E_total", None, UPDATES)
    scenario = _scenario()
    certified = paired(lambda: Oracle(scenario).at(128).quantity(quantity), _trains("loops"))
    bounded = paired(lambda: Oracle(scenario).rounded.quantity(quantity), _trains("loops"))
    print(f"{'oracle':<15} to {'loops':<22} {certified}")
    print(f"{'its bounds':<15} to {'loops':<22} {bounded}")


if __name__ == "__main__":
    main()
