"""A value that the document states and does not compute with."""

from __future__ import annotations

from harness.explain.documents.others import depending
from harness.explain.documents.search import Search
from harness.explain.documents.targets import Target
from harness.explain.explanation import Explanation
from harness.notation.syntax import Name


def explained(target: Target, search: Search) -> Explanation | None:
    """That all right lines hold with another value than is stated, where any depend on it."""
    finding, expression, printed = target.finding, target.expression, target.printed
    stated = finding.value is not None and finding.value.stated and finding.verdict != "inherited"
    if not stated or not isinstance(expression, Name) or printed is None:
        return None
    if finding.kind != "number":
        return None
    held, broken = depending(expression.element, printed.value, search)
    if not held:
        return None
    name, exact = finding.quantity, finding.should_be
    return Explanation(
        f"{name} = {printed.text} is not what is computed with: all other right lines hold with "
        f"{name} = {exact} ({broken} of the {held} right numbers would be wrong with {printed.text})",
        "setting", name, f"{name} = {exact}", printed.text, 1, 0.0, size=0.5,
    )  # fmt: skip
