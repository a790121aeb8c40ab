"""Every implementation agrees with the certified value of every quantity that is asked."""

from __future__ import annotations

import pytest

from harness.agreement import Agreement
from tests.conftest import shipped_report

TESTIMONIES = [
    pytest.param(
        agreement,
        id=f"{document.fixture.document.id}/{chapter.chapter.scenario.id} [{agreement.witness}]",
    )
    for document in shipped_report().documents
    for chapter in document.chapters
    for agreement in chapter.agreements
]


@pytest.mark.parametrize("agreement", TESTIMONIES)
def test_every_answer_is_within_its_bound(agreement: Agreement) -> None:
    if agreement.status == "unsupported":
        pytest.skip(agreement.reason or "")
    assert agreement.status == "agrees", agreement.first_divergence or agreement.reason
    assert agreement.quantities + len(agreement.undecided) == agreement.asked
    assert not agreement.unanswered
