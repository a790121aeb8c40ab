"""Loops over units and lists of weights in plain Python: indices, accumulators and signs."""

from collections.abc import Mapping, Sequence
from math import exp

from benchmarks.bugs.bug import Answers, Program, table

Numbers = list[float]


class Loops(Program):
    """Deltas are minus the slopes by the nets, as the document has them, and are added."""

    scenario = "han-kamber-2011/3-2-1"
    mark = "w46"

    def answer(self, given: Mapping[str, float]) -> Answers:
        self.rate, self.target = given["lr"], given["T"]
        self.x = [given["x1"], given["x2"], given["x3"]]
        self.to_hidden = [[given[f"w{i}{j}"] for i in (1, 2, 3)] for j in (4, 5)]
        self.to_output = [[given["w46"], given["w56"]]]
        self.hidden_biases = [given["w04"], given["w05"]]
        self.output_biases = [given["w06"]]

        net_h = self.nets(self.to_hidden, self.hidden_biases, self.x)
        self.out_h = [self.sigmoid(net) for net in net_h]
        net_o = self.nets(self.to_output, self.output_biases, self.out_h)
        out_o = [self.sigmoid(net) for net in net_o]
        self.delta_o = (self.target - out_o[0]) * self.slope(out_o[0])
        self.delta_h = [
            self.delta_o * self.weight_back(j) * self.slope(self.out_h[j]) for j in range(2)
        ]
        answers = {
            "I4": net_h[0],
            "I5": net_h[1],
            "O4": self.out_h[0],
            "O5": self.out_h[1],
            "I6": net_o[0],
            "O6": out_o[0],
            "E": (self.target - out_o[0]) ** 2 / 2,
            "dE/dI6": -self.delta_o,
            "dE/dI5": -self.delta_h[1],
            "dE/dI4": -self.delta_h[0],
            **self.weight_slopes(),
        }
        self.update()
        for j, unit in enumerate("45"):
            answers[f"w0{unit}@1"] = self.hidden_biases[j]
            answers[f"w{unit}6@1"] = self.to_output[0][j]
            for i, weight in enumerate(self.to_hidden[j]):
                answers[f"w{i + 1}{unit}@1"] = weight
        answers["w06@1"] = self.output_biases[0]
        return answers

    def sigmoid(self, net: float) -> float:
        return 1 / (1 + exp(-net))

    def slope(self, out: float) -> float:
        return out * (1 - out)

    def nets(self, weights: Sequence[Numbers], biases: Numbers, inputs: Numbers) -> Numbers:
        found = []
        for j in range(len(weights)):
            total = 0.0
            for i in range(len(inputs)):
                total += weights[j][i] * inputs[i]
            found.append(total + biases[j])
        return found

    def weight_back(self, hidden: int) -> float:
        return self.to_output[0][hidden]

    def weight_slopes(self) -> Answers:
        found = {}
        for j, unit in enumerate("45"):
            found[f"dE/dw{unit}6"] = -self.delta_o * self.out_h[j]
            for i, x in enumerate(self.x):
                found[f"dE/dw{i + 1}{unit}"] = -self.delta_h[j] * x
        return found

    def update(self) -> None:
        self.update_weights(self.rate)
        self.update_biases(self.rate)

    def update_weights(self, rate: float) -> None:
        for j in range(2):
            self.to_output[0][j] += rate * self.delta_o * self.out_h[j]
            for i in range(3):
                self.to_hidden[j][i] += rate * self.delta_h[j] * self.x[i]

    def update_biases(self, rate: float) -> None:
        self.output_biases[0] += rate * self.delta_o
        for j in range(2):
            self.hidden_biases[j] += rate * self.delta_h[j]


class SumNotReset(Loops):
    """The sum for a unit's net is set to zero before the loop over the units instead of inside it:
    unit 5 starts from what unit 4 has summed up (without its bias)."""

    def nets(self, weights: Sequence[Numbers], biases: Numbers, inputs: Numbers) -> Numbers:
        found = []
        total = 0.0
        for j in range(len(weights)):
            for i in range(len(inputs)):
                total += weights[j][i] * inputs[i]
            found.append(total + biases[j])
        return found


class LastInputLeftOut(Loops):
    """The loop over a unit's inputs ends one too early, at range(len(inputs) - 1): the last input
    of each unit is missing in its net, in both layers."""

    def nets(self, weights: Sequence[Numbers], biases: Numbers, inputs: Numbers) -> Numbers:
        found = []
        for j in range(len(weights)):
            total = 0.0
            for i in range(len(inputs) - 1):
                total += weights[j][i] * inputs[i]
            found.append(total + biases[j])
        return found


class TanhSlope(Loops):
    """The slope of the sigmoid is remembered as 1 - out**2, which is that of tanh, in both
    layers."""

    def slope(self, out: float) -> float:
        return 1 - out**2


class BiasesNotTrained(Loops):
    """The update changes the weights and forgets the biases, which the example trains too."""

    def update_biases(self, rate: float) -> None:
        pass


class DeltasSubtracted(Loops):
    """The deltas are made with target - output, so they have to be added in the update, but weights
    and biases have rate*delta*input subtracted."""

    def update(self) -> None:
        self.update_weights(-self.rate)
        self.update_biases(-self.rate)


class SameWeightForBothUnits(Loops):
    """The line for the delta of unit 4 was copied for unit 5, and w46 was not changed to w56 in
    it."""

    def weight_back(self, hidden: int) -> float:
        return self.to_output[0][0]


class TanhSlopeAndBiasesNotTrained(TanhSlope, BiasesNotTrained):
    """The sigmoid's slope is taken as 1 - out**2, that of tanh, and the biases are not updated."""


class LastInputLeftOutAndDeltasSubtracted(LastInputLeftOut, DeltasSubtracted):
    """The last input of each unit is missing in its net, and the update subtracts the deltas, which
    have the sign to be added."""


BUGS = table(
    SumNotReset,
    LastInputLeftOut,
    TanhSlope,
    BiasesNotTrained,
    DeltasSubtracted,
    SameWeightForBothUnits,
    TanhSlopeAndBiasesNotTrained,
    LastInputLeftOutAndDeltasSubtracted,
)
