"""The sizes that modules of the catalogue share: of scenarios, and of mistakes."""

from __future__ import annotations

from typing import Final

from harness.scenario.scenario import Scenario

#: A scenario with more operations is not computed anew with one line in it made otherwise,
FEW_STEPS: Final = 60
#: with more than these, with nothing in it made otherwise,
MOST_STEPS: Final = 400
#: and with more than these, nothing of the catalogue is tried, which grows with them.
MOST_TRIED: Final = 500
#: What the size of a mistake grows by where the gradients follow it too, or where they do not.
MORE: Final = 0.05


def left_out(scenario: Scenario) -> str:
    """That not the whole catalogue is tried on a scenario; empty where it is."""
    count = len(scenario.computation.steps)
    for most, what in (
        (MOST_TRIED, "no mistake of the catalogue is tried"),
        (MOST_STEPS, "many mistakes are not tried"),
        (FEW_STEPS, "not every mistake is tried"),
    ):
        if count > most:
            return f"on more than {most} operations {what}"
    return ""
