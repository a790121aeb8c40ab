"""A network of two inputs, two hidden units and one output, written out by hand, as a student would;
each bug can be made or not, so that several can be made at once."""

from __future__ import annotations

import math
from dataclasses import dataclass

from harness.scenario.task import Quantity, Task

NETWORK = """document: {id: by-hand, title: By hand}
scenarios:
  - id: net
    network:
      inputs: [x1, x2]
      layers:
        - {units: [h1, h2], weights: [[u1, u2], [u3, u4]], biases: [c1, c2], activation: sigmoid}
        - {units: [o], weights: [[v1, v2]], biases: [d], activation: sigmoid}
      targets: [t]
      loss: {kind: half squared error, total: E}
    values:
      {x1: 0.35, x2: 0.9, t: 0.5, u1: 0.15, u2: 0.42, u3: -0.26, u4: 0.83, c1: 0.12, c2: -0.31,
       v1: 0.61, v2: -0.47, d: 0.24}
    training: {learning_rate: eta = 0.7, update: [u1, u2, u3, u4, c1, c2, v1, v2, d]}
    claims: {All: [E = 0.1]}
"""
PARAMETERS = ("u1", "u2", "u3", "u4", "c1", "c2", "v1", "v2", "d")


@dataclass(frozen=True)
class ByHand:
    """An implementation; right where nothing is said otherwise."""

    #: The output's weights are updated before the hidden layer's gradients are computed from them.
    early: bool = False
    frozen_biases: bool = False
    #: The derivative of sigmoid is left out in the hidden layer.
    no_slope: bool = False
    #: The loss has no 1/2, and so its gradient has a 2.
    no_half: bool = False
    ascent: bool = False
    squared_rate: bool = False
    #: What no catalogue holds: numbers that stand in the code for no reason.
    hidden: float = 1.0
    bend: float = 0.0

    def __call__(self, task: Task) -> dict[Quantity, float]:
        value = dict(task.values)
        found: dict[Quantity, float] = {}
        for moment in range(3):
            self.forward(value)
            new = self.backward(value)
            for one in task.asked:
                name = one.of if one.by is None else f"d{one.of}/d{one.by}"
                if one.updates == moment and name in value:
                    found[one] = value[name]
            value.update(new)
        return found

    def forward(self, v: dict[str, float]) -> None:
        v["net_h1"] = v["u1"] * v["x1"] + v["u2"] * v["x2"] + v["c1"]
        v["net_h2"] = v["u3"] * v["x1"] + v["u4"] * v["x2"] + v["c2"]
        v["out_h1"], v["out_h2"] = sigmoid(v["net_h1"]), sigmoid(v["net_h2"]) + self.bend
        v["net_o"] = v["v1"] * v["out_h1"] + v["v2"] * v["out_h2"] + v["d"]
        v["out_o"] = sigmoid(v["net_o"])
        v["E"] = (1 if self.no_half else 0.5) * (v["t"] - v["out_o"]) ** 2

    def backward(self, v: dict[str, float]) -> dict[str, float]:
        delta = (v["out_o"] - v["t"]) * v["out_o"] * (1 - v["out_o"]) * (2 if self.no_half else 1)
        v["dE/dv1"], v["dE/dv2"], v["dE/dd"] = delta * v["out_h1"], delta * v["out_h2"], delta
        new = {name: self.updated(v, name) for name in ("v1", "v2", "d")}
        for unit, weight, names in (
            ("h1", "v1", ("u1", "u2", "c1")),
            ("h2", "v2", ("u3", "u4", "c2")),
        ):
            out = v[f"out_{unit}"]
            hidden = delta * (new if self.early else v)[weight] * self.hidden
            if not self.no_slope:
                hidden *= out * (1 - out)
            for name, source in zip(names, (v["x1"], v["x2"], 1), strict=True):
                v[f"dE/d{name}"] = hidden * source
                new[name] = self.updated(v, name)
        return new

    def updated(self, v: dict[str, float], name: str) -> float:
        if self.frozen_biases and name in {"c1", "c2", "d"}:
            return v[name]
        rate = v["eta"] ** 2 if self.squared_rate else v["eta"]
        return v[name] + (rate if self.ascent else -rate) * v[f"dE/d{name}"]


def sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x))


early_and_frozen = ByHand(early=True, frozen_biases=True)
no_half_and_weird = ByHand(no_half=True, hidden=1.7)
