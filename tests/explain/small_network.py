"""The small network of these tests by hand: as a document's author computes it, step by step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp
from typing import Final

Numbers = Mapping[str, float]

GIVEN: Final[Numbers] = {
    "x1": 0.35, "x2": 0.9, "t": 0.5, "u1": 0.15, "u2": 0.42, "u3": -0.26, "u4": 0.83, "c1": 0.12,
    "c2": -0.31, "v1": 0.61, "v2": -0.47, "d": 0.24, "eta": 0.7,
}  # fmt: skip
TRAINED: Final = ("u1", "u2", "u3", "u4", "c1", "c2", "v1", "v2", "d")


def sigmoid(z: float) -> float:
    return 1 / (1 + exp(-z))


def forward(p: Numbers) -> dict[str, float]:
    net_h1 = p["u1"] * p["x1"] + p["u2"] * p["x2"] + p["c1"]
    net_h2 = p["u3"] * p["x1"] + p["u4"] * p["x2"] + p["c2"]
    h1, h2 = sigmoid(net_h1), sigmoid(net_h2)
    net_o = p["v1"] * h1 + p["v2"] * h2 + p["d"]
    o = sigmoid(net_o)
    return {
        "net_h1": net_h1, "net_h2": net_h2, "out_h1": h1, "out_h2": h2, "net_o": net_o, "out_o": o,
        "E": (o - p["t"]) ** 2 / 2,
    }  # fmt: skip


@dataclass(frozen=True)
class Author:
    """Who computes the example, and the mistakes that are made."""

    half: bool = True
    slopes: bool = True
    early: bool = False
    frozen: tuple[str, ...] = ()

    def slope(self, a: float) -> float:
        """The sigmoid's derivative where it gives ``a``."""
        return a * (1 - a) if self.slopes else 1.0

    def gradients(self, p: Numbers) -> dict[str, float]:
        found = forward(p)
        h1, h2, o = found["out_h1"], found["out_h2"], found["out_o"]
        delta = (o - p["t"]) * (1 if self.half else 2) * o * (1 - o)
        output = {"v1": delta * h1, "v2": delta * h2, "d": delta}
        later = self.updated(p, output) if self.early else p
        delta1 = delta * later["v1"] * self.slope(h1)
        delta2 = delta * later["v2"] * self.slope(h2)
        hidden = {"u1": delta1 * p["x1"], "u2": delta1 * p["x2"], "c1": delta1}
        hidden |= {"u3": delta2 * p["x1"], "u4": delta2 * p["x2"], "c2": delta2}
        return {**hidden, **output}

    def updated(self, p: Numbers, gradients: Numbers) -> dict[str, float]:
        steps = {name: p["eta"] * slope for name, slope in gradients.items()}
        return {**p, **{n: p[n] - step for n, step in steps.items() if n not in self.frozen}}

    def example(self) -> dict[str, float]:
        """All that a document may print, of two updates."""
        gradients = self.gradients(GIVEN)
        after = self.updated(GIVEN, gradients)
        found = forward(GIVEN)
        return {
            **self.told(found),
            "dout_h1/dnet_h1": self.slope(found["out_h1"]),
            "dout_h2/dnet_h2": self.slope(found["out_h2"]),
            **{f"dE/d{name}": slope for name, slope in gradients.items()},
            **{f"{name}@1": after[name] for name in TRAINED},
            **{f"{name}@1": value for name, value in self.told(forward(after)).items()},
            **{f"{name}@2": value for name, value in self.twice(after).items()},
        }

    def twice(self, after: Numbers) -> dict[str, float]:
        """The parameters after one more update."""
        updated = self.updated(after, self.gradients(after))
        return {name: updated[name] for name in TRAINED}

    def told(self, found: Numbers) -> dict[str, float]:
        return {**found, "E": found["E"] * (1 if self.half else 2)}
