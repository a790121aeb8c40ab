"""What all tests share: the shipped fixtures, checked once by every implementation installed."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import settings

from harness.check import Report, check
from harness.reading import read_fixture
from harness.shipped import shipped_fixtures
from harness.witnesses import installed, load


@pytest.fixture(autouse=True)
def _no_width(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reports are as wide as in a pipe, whatever terminal the tests are started from."""
    monkeypatch.delenv("COLUMNS", raising=False)


@cache
def shipped_report() -> Report:
    """The report that ``backproof check`` prints, made once a test process."""
    fixtures = [read_fixture(path) for path in shipped_fixtures()]
    return check(fixtures, [load(name) for name in installed()])


# The same examples at every run: a green run means the same here and elsewhere. New ones, many
# more, are tried with --hypothesis-profile=campaign.
settings.register_profile("campaign", database=None, deadline=None, max_examples=3000)
settings.register_profile(
    "repeatable", derandomize=True, database=None, deadline=None, max_examples=250
)
settings.load_profile("repeatable")
