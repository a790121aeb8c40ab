"""How much of its derived bound each witness uses, over random networks.

    python -m benchmarks.bounds [NETWORKS]

The bound is one radius of ball arithmetic in which every operation is widened by what rounding can
do; this is the measurement that the factor in ``harness.bounds.RADII`` rests on.
"""

from __future__ import annotations

import random
import sys
from fractions import Fraction
from itertools import pairwise

from harness.agreement import certify, compare
from harness.oracle import Oracle
from harness.scenario import network as shorthand
from harness.scenario.computation import compute, in_order
from harness.scenario.optimizers import gradient_descent
from harness.scenario.scenario import Scenario
from harness.scenario.task import Layer, Network, Quantity
from harness.witnesses import installed, load, question

SCALES = (0.5, 3.0, 10.0, 30.0)
WIDTHS = ((2, 3, 2), (3, 4, 4, 2), (2, 2, 2, 2, 2, 1))
UPDATES = 3


def random_scenario(source: random.Random, scale: float) -> Scenario:
    """A random fully connected network with weights up to about ``scale``."""
    widths = source.choice(WIDTHS)
    layers = []
    for depth, (before, width) in enumerate(pairwise(widths)):
        layers.append(
            Layer(
                tuple(tuple(f"w{depth}_{j}_{i}" for i in range(before)) for j in range(width)),
                tuple(f"b{depth}_{j}" for j in range(width)),
                tuple(f"net{depth}_{j}" for j in range(width)),
                source.choice(("sigmoid", "sigmoid", "tanh", "relu", "identity")),
                tuple(f"out{depth}_{j}" for j in range(width)),
            )
        )
    network = Network(
        tuple(f"x{i}" for i in range(widths[0])),
        tuple(layers),
        tuple(f"t{i}" for i in range(widths[-1])),
        tuple(f"E_{i}" for i in range(widths[-1])),
        "E",
    )
    names = shorthand.given_names(network)
    parameters = shorthand.parameter_names(network)
    given = {
        name: Fraction(str(round(source.gauss(0, scale if name in parameters else 1), 6)))
        for name in names
    } | {"eta": Fraction(1, 100)}
    equations = in_order(shorthand.equations(network))[0]
    computation = compute(equations, dict.fromkeys(given, ()))
    training = gradient_descent("E", "eta", tuple(parameters))
    return Scenario("random", tuple(equations), computation, given, (), network, training, {})


def main(networks: int) -> None:
    witnesses = [witness for name in installed() if (witness := load(name)).run]
    print(f"{networks} networks a row; largest error of any quantity, in units of its bound")
    print(
        " ".join(
            f"{heading:>14}" for heading in ("scale", *(w.name for w in witnesses), "no bound")
        )
    )
    for scale in SCALES:
        source = random.Random(scale)
        worst = dict.fromkeys((witness.name for witness in witnesses), 0.0)
        undecided = 0
        for _ in range(networks):
            scenario = random_scenario(source, scale)
            asked = [*scenario.asked([]), Quantity("E", None, UPDATES)]
            asked += [Quantity(name, None, UPDATES) for name in scenario.training.parameters]
            certified = certify(Oracle(scenario), asked)
            undecided += sum(value.bound is None for value in certified)
            for witness in witnesses:
                agreement = compare(question(witness, scenario.task(asked)), certified)
                worst[witness.name] = max(worst[witness.name], agreement.worst_of_bound or 0.0)
        row = [f"{scale:14}", *(f"{value:14.3f}" for value in worst.values()), f"{undecided:14}"]
        print(" ".join(row), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
