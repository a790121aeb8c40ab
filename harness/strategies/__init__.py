"""Random scenarios for Hypothesis, over the whole language of fixtures.

For those who write an implementation, an importer, or anything else that takes scenarios::

    from hypothesis import given

    from harness.check import check
    from harness.reading import read_text
    from harness.strategies import scenarios
    from harness.witnesses import Witness

    @given(scenarios())
    def test_mine(fixture):
        report = check([read_text(fixture)], [Witness("mine", None, run)])
        assert report.summary.disagreements == 0

Each is the text of a fixture that reads without problems, so what Hypothesis prints of a failure
can be saved to a file and checked. Needs hypothesis: ``pip install 'backproof[test]'``.
"""

from __future__ import annotations

try:
    from hypothesis import strategies as st
except ImportError as error:
    raise ImportError(
        "harness.strategies needs hypothesis; pip install 'backproof[test]'"
    ) from error

from harness.strategies.equations import equations
from harness.strategies.networks import networks
from harness.strategies.numbers import numbers

__all__ = ["equations", "networks", "numbers", "scenarios"]


def scenarios() -> st.SearchStrategy[str]:
    """Fixtures with one scenario: a network or equations, with or without training.

    Kinks and the edges of domains are avoided where that is simple; a quantity that sits on one
    all the same is undecided, which is no disagreement.
    """
    return st.one_of(networks(), equations())
