"""The same mistakes before the comparison rules that people use: which rule catches how many."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np

from harness.explain.computation.derivation import Derivation
from harness.explain.computation.mistake import SOUND, Mistake
from harness.selftest.frameworks import Framework, jax_check_grads, torch_gradcheck
from harness.selftest.pass_through import Differentiated
from harness.selftest.planting import Bed, Trial
from harness.selftest.rules import RULES

Part = Literal["forward pass", "backward pass", "update", "setting"]
PARTS: Final[tuple[Part, ...]] = ("forward pass", "backward pass", "update", "setting")
OURS: Final = "backproof"
LOSS: Final = "`numpy.allclose` of the loss after one update alone"
CHECKERS: Final[tuple[tuple[str, Callable[[], Framework]], ...]] = (
    ("`torch.autograd.gradcheck`, as it stands", torch_gradcheck),
    ("`jax.test_util.check_grads`, as it stands", jax_check_grads),
)
#: A gradient checker takes a while: so many mistakes of a scenario are compared, drawn at random.
SAMPLE: Final = 40


@dataclass
class Tally:
    """What a rule caught, by the part of the computation; and right computations it rejected."""

    caught: Counter[str] = field(default_factory=Counter)
    rejected: int = 0
    #: Why it was not run.
    reason: str = ""


@dataclass
class Comparison:
    """All rules on the same mistakes."""

    planted: Counter[str] = field(default_factory=Counter)
    scenarios: int = 0
    rules: dict[str, Tally] = field(default_factory=dict)
    versions: list[str] = field(default_factory=list)


def part_of(mistake: Mistake, derivation: Derivation) -> Part:
    """Which part of the computation a mistake is made in."""
    if mistake.instead is not None:
        return {"optimizer": PARTS[2], "sample order": PARTS[3]}.get(mistake.kind, PARTS[0])
    if not mistake.edits:
        return "setting" if mistake.given else "update"
    roles = {derivation.line[result].role for result in mistake.edits}
    if mistake.kind in {"early update", "accumulated"} or "update" in roles:
        return "update"
    return "forward pass" if "forward" in roles else "backward pass"


def drawn(trials: Sequence[Trial], name: str, most: int = SAMPLE) -> list[Trial]:
    """Some of the mistakes that change a value, the same ones at every run."""
    changing = [trial for trial in trials if trial.outcome != "equivalent"]
    return random.Random(name).sample(changing, min(most, len(changing)))


class Compared:
    """Rules run on scenario after scenario."""

    def __init__(self) -> None:
        self.frameworks = {name: start() for name, start in CHECKERS}
        names = [OURS, *(rule.name for rule in RULES), LOSS]
        self.found = Comparison(rules={name: Tally() for name in names})
        for name, one in self.frameworks.items():
            self.found.rules[name] = Tally(reason=one.reason)
            self.found.versions += [one.version] if one.version else []

    def scenario(self, bed: Bed, trials: Sequence[Trial]) -> None:
        """One scenario; one without a training has no gradient that a checker could be handed."""
        scenario = bed.chapter.scenario
        if scenario.training is None:
            return
        self.found.scenarios += 1
        for name, accepted in self.verdicts(bed, SOUND):
            self.found.rules[name].rejected += not accepted
        for trial in drawn(trials, bed.name):
            part = part_of(trial.mistake, bed.lineup.derivation)
            self.found.planted[part] += 1
            self.found.rules[OURS].caught[part] += trial.outcome == "caught"
            for name, accepted in self.verdicts(bed, trial.mistake):
                self.found.rules[name].caught[part] += not accepted

    def verdicts(self, bed: Bed, mistake: Mistake) -> Iterator[tuple[str, bool]]:
        """What each rule makes of one mistake."""
        right, answers = bed.told(SOUND), bed.told(mistake)
        with np.errstate(all="ignore"):
            for rule in RULES:
                yield rule.name, rule.accepts(answers, right)
            loss = bed.loss_after_one_update
            yield LOSS, bool(np.allclose(answers[loss], right[loss]))
        one = Differentiated(bed.lineup.derivation, mistake)
        for name, framework in self.frameworks.items():
            if framework.accepts is not None:
                yield name, framework.accepts(one)
