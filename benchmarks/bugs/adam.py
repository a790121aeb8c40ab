"""Adam on the square of one number: averages of the gradient, their correction, and epsilon."""

from collections.abc import Mapping
from math import sqrt

from benchmarks.bugs.bug import Answers, Program, table


class Adam(Program):
    """Three updates, each with the averages that it comes from."""

    scenario = "adam-by-hand/three-iterations"
    mark = "theta"

    def answer(self, given: Mapping[str, float]) -> Answers:
        self.beta1, self.beta2 = given["beta1"], given["beta2"]
        self.alpha, self.eps = given["alpha"], given["eps"]
        theta, m, v = given["theta"], 0.0, 0.0
        answers = {"f": theta**2, "df/dtheta": 2 * theta}
        for t in (1, 2, 3):
            gradient = 2 * theta
            m = self.beta1 * m + (1 - self.beta1) * gradient
            v = self.second_average(v, gradient)
            answers |= {f"m_theta@{t}": m, f"v_theta@{t}": v}
            m_hat, v_hat = self.corrected(m, v, t)
            answers |= {f"m_hat_theta@{t}": m_hat, f"v_hat_theta@{t}": v_hat}
            theta -= self.alpha * m_hat / self.root(v_hat)
            answers |= {f"theta@{t}": theta, f"f@{t}": theta**2, f"df/dtheta@{t}": 2 * theta}
        return answers

    def second_average(self, v: float, gradient: float) -> float:
        return self.beta2 * v + (1 - self.beta2) * gradient**2

    def corrected(self, m: float, v: float, t: int) -> tuple[float, float]:
        return m / (1 - self.beta1**t), v / (1 - self.beta2**t)

    def root(self, v_hat: float) -> float:
        return sqrt(v_hat) + self.eps


class NoCorrection(Adam):
    """The averages are used as they are, without the division by 1 - beta**t that corrects their
    start at zero; so there are no corrected averages to answer with."""

    def corrected(self, m: float, v: float, t: int) -> tuple[float, float]:
        return m, v

    def answer(self, given: Mapping[str, float]) -> Answers:
        answers = super().answer(given)
        return {name: number for name, number in answers.items() if "_hat_" not in name}


class CorrectionWithoutPower(Adam):
    """Both averages are divided by 1 - beta in every update instead of 1 - beta**t: right in the
    first, too large afterwards."""

    def corrected(self, m: float, v: float, t: int) -> tuple[float, float]:
        return m / (1 - self.beta1), v / (1 - self.beta2)


class EpsilonUnderRoot(Adam):
    """Epsilon is added to the average of the squares under the root instead of to the root."""

    def root(self, v_hat: float) -> float:
        return sqrt(v_hat + self.eps)


class FactorOfLineAbove(Adam):
    """The line for v was copied from that for m, and its new term kept the factor 1 - beta1 instead
    of 1 - beta2."""

    def second_average(self, v: float, gradient: float) -> float:
        return self.beta2 * v + (1 - self.beta1) * gradient**2


class CorrectionWithoutPowerAndFactorOfLineAbove(CorrectionWithoutPower, FactorOfLineAbove):
    """Both averages are divided by 1 - beta instead of 1 - beta**t, and the squared gradient enters
    v with the factor 1 - beta1 instead of 1 - beta2."""


BUGS = table(
    NoCorrection,
    CorrectionWithoutPower,
    EpsilonUnderRoot,
    FactorOfLineAbove,
    CorrectionWithoutPowerAndFactorOfLineAbove,
)
