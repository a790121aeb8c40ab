"""What would be right in place of something of another form, or of a word that is none of those
asked for."""

from __future__ import annotations

import re
from typing import Final

from harness.notation import closest
from harness.notation.arrays import cut
from harness.reading.keys import pieces
from harness.reading.tree import Mapping, Node, Scalar
from harness.scenario import optimizers

#: What the field also calls them, without capital letters, and how it is written here.
_SYNONYMS: Final = {
    "mse": "'squared error'; its mean is {kind: squared error, outputs: mean}",
    "mean squared error": "'squared error'; its mean is {kind: squared error, outputs: mean}",
    "sse": "'squared error', with {kind: squared error, outputs: sum} for several outputs",
    "mae": "'absolute error'; its mean is {kind: absolute error, outputs: mean}",
    "bce": "'binary cross-entropy'",
    "log loss": "'binary cross-entropy'",
    "sgd": "'gradient descent'",
    "logistic": "'sigmoid'",
    "linear": "'identity'",
    "swish": "'silu'",
}
#: Numbers that optimizers are mostly run with, to show a form.
_USUAL: Final = {
    "momentum": "0.9", "rho": "0.9", "beta1": "0.9", "beta2": "0.999", "epsilon": "1e-8",
}  # fmt: skip


def meant(written: str, expected: str) -> str:
    """``; did you mean 'x'?`` where a word is another name for one of ``expected``, or close to one;
    these stand in quotes."""
    word = written.casefold().replace("_", " ").replace("-", " ")
    known = re.findall(r"'([^']+)'", expected)
    other = _SYNONYMS.get(word, "")
    if other and re.findall(r"'([^']+)'", other)[0] in known:
        return f"; did you mean {other}?" if other.endswith("'") else f"; write {other}"
    return closest(written, known)


def form(key: str, wanted: str, node: Node, parent: Node) -> str:
    """How a list or a mapping is written that ``key`` wants, where ``node`` is something else."""
    if wanted == "a list" and isinstance(node, Scalar) and node.text:
        one = f"[{cut(', '.join(pieces(parent, node)))}]"
        return f"; write {f'[{one}]' if key == 'weights' else one}"
    if wanted == "a list" and isinstance(node, Mapping):
        return "; put '- ' before each entry, or [ ] around them"
    if key == "optimizer" and isinstance(node, Scalar):
        return _optimizer(node.text)
    return _MAPPINGS.get(key, "") if wanted == "a mapping" else ""


def _optimizer(text: str) -> str:
    likely = re.findall(r"'([^']+)'", meant(text, " ".join(map(repr, optimizers.KINDS))))
    kind = text if text in optimizers.KINDS else "momentum" if not likely else likely[0]
    settings = [
        f", {setting}: {_USUAL[setting]}"
        for setting in optimizers.KINDS[kind].settings
        if optimizers.DEFAULTS[setting] is None
    ]
    numbers = ", with the document's numbers" if settings else ""
    return f"; write {{kind: {kind}{''.join(settings)}}}{numbers}"


_MAPPINGS: Final = {
    "claims": "; the lines stand under the heading of their section, as in 'Forward pass:'",
    "values": "; write a name and its number, as in {x: 1, w: 0.5}",
    "define": "; write a name and its expression, as in {delta: dE/dw}",
    "training": "; write {learning_rate: eta = 0.5, update: [w]}",
    "network": "; it has the keys 'inputs', 'layers', 'targets' and 'loss'",
    "document": "; write {id: a-name, title: Its title}",
}
