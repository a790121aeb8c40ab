"""Every line of the shipped fixtures: what it prints is right, or a recorded erratum."""

from __future__ import annotations

import pytest

from harness.verdicts import Judged
from tests.conftest import shipped_report

LINES = [
    pytest.param(
        judged, id=f"{document.fixture.document.id}: {judged.line.text} [line {judged.line.line}]"
    )
    for document in shipped_report().documents
    for judged in document.lines
]


@pytest.mark.parametrize("judged", LINES)
def test_line(judged: Judged) -> None:
    unrecorded = [f for f in judged.findings if f.is_erratum and not f.recorded]
    assert not unrecorded
    assert not [f for f in judged.findings if f.verdict in {"undecided", "unchecked"}]
    assert not judged.refuted
