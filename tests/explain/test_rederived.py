"""Lines of a derivation that are edited so that one needs a later one are put in order again."""

from __future__ import annotations

from itertools import pairwise

import pytest

from harness.explain.computation.derivation import Entry
from harness.explain.computation.rederived import sorted_anew


def line(text: str) -> Entry:
    result, *operands = text.split()
    return Entry(result, "add", tuple(operands), "forward", result)


def in_order(*texts: str) -> list[str]:
    return [entry.result for entry in sorted_anew(map(line, texts))]


def test_lines_in_order_stay_as_they_are() -> None:
    assert in_order("a x", "b x", "c a b", "d b") == ["a", "b", "c", "d"]


def test_a_line_that_is_needed_earlier_is_computed_earlier_with_all_that_it_needs() -> None:
    assert in_order("a d", "b x", "c b", "d c", "e x") == ["b", "c", "d", "a", "e"]


def test_a_line_may_speak_of_its_value_before() -> None:
    assert in_order("a b a", "b x b") == ["b", "a"]


def test_many_lines_each_of_which_needs_the_next() -> None:
    names = [f"a{k}" for k in range(5000)]
    texts = [f"{one} {other}" for one, other in pairwise(names)]
    assert in_order(*texts, names[-1]) == names[::-1]


def test_lines_that_need_each_other_are_refused() -> None:
    with pytest.raises(ValueError, match="need each other"):
        in_order("a b", "b c", "c a")
