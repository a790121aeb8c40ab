"""Fixtures and packages that tests write for themselves, all of them small."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from harness.fixture import Fixture
from harness.reading import read_fixture

_NETWORK: Final = """\
document: {id: tiny, title: A tiny network, author: Nobody, date: 2024-02-29}
scenarios:
  - id: 2-2-2
    network:
      inputs: [i1, i2]
      layers:
        - {units: [h1, h2], weights: [[w1, w2], [w3, w4]], biases: [b1, b1], activation: sigmoid}
        - {units: [o1, o2], weights: [[w5, w6], [w7, w8]], biases: [b2, b2], activation: sigmoid}
      targets: [target_o1, target_o2]
      loss: half squared error
    values:
      {i1: 0.005, i2: 0.10, target_o1: 0.01, target_o2: 0.99,
       w1: 0.15, w2: 0.20, w3: 0.25, w4: 0.30, w5: 0.40, w6: 0.45, w7: 0.50, w8: 0.55,
       b1: 0.35, b2: 0.60}
    training: {learning_rate: eta = 0.5, update: [w1, w2, w3, w4, w5, w6, w7, w8]}
    claims:
      One Update:
"""


def tiny(*claims: str) -> str:
    """The text of a fixture: two inputs, two hidden units, two outputs, and some lines."""
    return _NETWORK + "".join(f"        - {claim}\n" for claim in claims)


#: Nothing is wrong in it; it asks about quantities before and after one update.
TINY: Final = tiny(
    "net_h1 = w1*i1 + w2*i2 + b1 = 0.37075",
    "dE_total/dw5 = dE_total/dout_o1*dout_o1/dnet_o1*dnet_o1/dw5",
    "w1@1 = w1 - eta*dE_total/dw1",
    "w3@1 = w3 - eta*dE_total/dw3",
    "w5@1 = w5 - eta*dE_total/dw5",
    "E_total@1 = 1/2*(target_o1 - out_o1@1)^2 + 1/2*(target_o2 - out_o2@1)^2",
)
RECORDED: Final = tiny("{line: net_h1 = 0.37175, errata: [{printed: 0.37175, should_be: 0.37075}]}")
UNRECORDED: Final = tiny("net_h1 = 0.37175")
REFUTED: Final = tiny("{line: net_h1 = 0.37075, errata: [{printed: 0.37075, should_be: 0.37175}]}")


def equations(*lines: str, values: str = "{}", claims: str = "[]", training: str = "") -> str:
    """The text of a fixture that is a list of equations."""
    told = "\n".join(f"      - {line}" for line in lines)
    trained = f"    training: {training}\n" if training else ""
    return (
        "document: {id: made, title: Made for a test}\n"
        "scenarios:\n  - id: equations\n"
        f"    equations:\n{told}\n    values: {values}\n{trained}    claims: {{Lines: {claims}}}\n"
    )


def written(folder: Path, text: str, name: str = "made.yaml") -> Path:
    """A fixture file."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def made(folder: Path, text: str) -> Fixture:
    """A fixture, written and read."""
    return read_fixture(written(folder, text))


def announce(folder: Path, name: str, source: str) -> None:
    """A distribution in ``folder`` that announces the function ``run`` of ``source``."""
    (folder / f"{name}_module.py").write_text(source, encoding="utf-8")
    about = folder / f"{name}-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    points = f"[backproof.implementations]\n{name} = {name}_module:run\n"
    (about / "entry_points.txt").write_text(points)
