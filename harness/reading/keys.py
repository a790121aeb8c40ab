"""What is said of an unknown key: which one may have been meant there, or what made a key of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, get_args

from pydantic import BaseModel

from harness.notation import closest
from harness.reading.layout import FixturePart
from harness.reading.tree import Mapping, Node, Scalar, find

Location = tuple[str | int, ...]
#: So many entries of one mapping are looked at.
MOST_ENTRIES: Final = 200


def unknown_key(tree: Node, path: Location, location: Location) -> str:
    """What is wrong with the key at ``path`` of the file, which pydantic has at ``location``."""
    key, parent = str(path[-1]), find(tree, path[:-1])
    present = {one.text for one, _ in _entries(parent)}
    hint = closest(key, allowed(location) - present)
    is_line = location[-2:-1] == ("mapping",) and {"claims", "equations"} & {*location}
    if not hint and is_line and not {"line", "repeat"} & present:
        hint = "; a line that holds ': ' is put in quotes"
    return f"unknown key {key!r}{hint}"


def allowed(location: Location) -> set[str]:
    """The keys that may stand beside the one at a pydantic location."""
    parts: set[type[BaseModel]] = {FixturePart}
    for step in location[:-1]:
        inner = {
            model
            for part in parts
            for model in _models(getattr(part.model_fields.get(str(step)), "annotation", None))
        }
        parts = inner or parts
    return {key for part in parts for key in part.model_fields}


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    """The parts that an annotation speaks of."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models(inner)


def behind_comma(parent: Node, key: str) -> str | None:
    """What is wrong with a key that was made by a comma in a text or a decimal; None if another
    thing is."""
    before = cut_from(parent, key)
    if before is None:
        return None
    if key.isdigit() and before.text[-1].isdigit():
        decimal = f"{before.text.split()[-1]}.{key}"
        told = "a comma stands between entries only; a decimal is written with a point, as in"
        return f"{told} {decimal}"
    whole = f"{_shortened(before.text)}, {key[:40]}"
    return (
        f"{key[:40]!r} has no value here; write one, or where it belongs to the text before it, "
        f'put that in quotes, for it holds a comma: "{whole}"'
    )


def cut_from(parent: Node, key: str) -> Scalar | None:
    """The text between { and } before a key that has no value: a comma may have cut it off there."""
    before: Node | None = None
    entries = _entries(parent) if isinstance(parent, Mapping) and parent.flow else ()
    for one, value in entries:
        if one.text == key:
            is_cut = _is_nothing(value) and isinstance(before, Scalar) and before.text
            return before if is_cut and isinstance(before, Scalar) else None
        if not _is_nothing(value):
            before = value
    return None


def pieces(parent: Node, text: Scalar) -> list[str]:
    """A text and what commas may have cut from it, which stands behind it as keys."""
    entries = _entries(parent)
    return [text.text, *(one.text for one, _ in entries if cut_from(parent, one.text) is text)]


def _entries(parent: Node) -> tuple[tuple[Scalar, Node], ...]:
    """The entries of a mapping, of a long one the first: each key at fault is looked for among them."""
    return parent.entries[:MOST_ENTRIES] if isinstance(parent, Mapping) else ()


def _is_nothing(node: Node) -> bool:
    return isinstance(node, Scalar) and not node.text and not node.quoted


def _shortened(text: str, most: int = 40) -> str:
    return text if len(text) <= most else f"…{text[-most:]}"
