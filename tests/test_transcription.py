"""The shipped fixtures against the captured text of the documents: nothing was left out.

Every decimal of a document's body, and every segment of its equations, has to stand in a line of
the fixture, as often as the document prints it; and no line says what the document does not.
The captures are no part of the repository; without them the tests are skipped.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from harness.reading import read_fixture

ROOT: Final = Path(__file__).parents[1]
DOCUMENTS: Final = ROOT.parent / "shared" / "documents"


@dataclass(frozen=True)
class Capture:
    """A captured document: which fixture transcribes it, and the marks around its body."""

    name: str
    fixture: str
    file: str
    start: str
    end: str

    def lines(self) -> list[str]:
        """The lines of the fixture that transcribes this capture; where the document has no
        numbers, a scenario "at numbers" is our own."""
        fixture = read_fixture(ROOT / "fixtures" / f"{self.fixture}.yaml")
        printed = [c for c in fixture.chapters if not c.scenario.id.endswith("-at-numbers")]
        return [line.text for chapter in printed for line in chapter.lines]

    def body(self) -> str:
        """The captured text between the marks; readers' comments and menus lie outside."""
        file = DOCUMENTS / self.file
        if not file.is_file():
            pytest.skip(f"{file} is not there; the captures are no part of the repository")
        text = file.read_text(encoding="utf-8")
        found = re.search(rf"^{self.start}$.*?^{self.end}", text, re.MULTILINE | re.DOTALL)
        assert found, f"{self.file} has no body between {self.start!r} and {self.end!r}"
        return found.group()


CAPTURES: Final = [
    Capture("mazur-2015", "mazur-2015", "001_e9907d61755b0d80.txt", "Background", "Share this:"),
    Capture(
        "datamapu-2024, first capture",
        "datamapu-2024",
        "000_d75d970593fdcb27.txt",
        "## Introduction",
        "If this blog is",
    ),
    Capture(
        "datamapu-2024, second capture",
        "datamapu-2024",
        "002_cf20e5d784f7c9c7.txt",
        "Introduction",
        "If this blog is",
    ),
]

#: Decimals of a body for which no line is needed, and why. None is left.
EXCEPTIONS: Final[dict[str, str]] = {}

#: Equations that the notation writes in another way: the left side and the segment that a document
#: prints, both as ``bare`` leaves them, and the lines that say it.
WRITTEN_OTHERWISE: Final[dict[tuple[str, str], list[str]]] = {
    # a sum over the outputs
    ("dEtotaldw1", "sumodEtotaldoutodoutodnetodnetodouth1douth1dneth1dneth1dw1"): [
        (
            "dE_total/dw1 = (dE_total/dout_o1*dout_o1/dnet_o1*dnet_o1/dout_h1"
            " + dE_total/dout_o2*dout_o2/dnet_o2*dnet_o2/dout_h1)*dout_h1/dnet_h1*dnet_h1/dw1"
        )
    ],
    ("dEtotaldw1", "sumoδowhoouth11-outh1i1"): [
        "dE_total/dw1 = sum(δ_o*w_ho)*out_h1*(1 - out_h1)*i1"
    ],
    # any number n, for which 2 stands
    ("X", "x1,…,xn"): ["X = [x₁, x₂]"],
    ("y", "y1,…,yn"): ["y = [y₁, y₂]"],
    ("yi", "y1,…,yn"): ["yᵢ = [y₁, y₂]"],
    ("ŷ", "ŷ1,…,ŷn"): ["ŷ = [ŷ₁, ŷ₂]"],
    ("L", "12sump=1nyp-ŷp2"): ["L = 1/2*sum((y - ŷ)^2)"],
    # an index, with a line for each of its values
    ("ai⁽1⁾", "wi1⁽2⁾a1⁽2⁾+b1⁽2⁾+wi2⁽2⁾a2⁽2⁾+b2⁽2⁾"): [
        "a₁⁽¹⁾ = w₁₁⁽²⁾*a₁⁽²⁾ + b₁⁽²⁾ + w₁₂⁽²⁾*a₂⁽²⁾ + b₂⁽²⁾",
        "a₂⁽¹⁾ = w₂₁⁽²⁾*a₁⁽²⁾ + b₁⁽²⁾ + w₂₂⁽²⁾*a₂⁽²⁾ + b₂⁽²⁾",
    ],
    ("i", "1,2"): [],
    ("δLδwij⁽k⁾", "sump=1nδLpδwij⁽k⁾"): [
        "δL/δw₁₁⁽¹⁾ = δL₁/δw₁₁⁽¹⁾ + δL₂/δw₁₁⁽¹⁾",
        "δL/δw₁₁⁽²⁾ = δL₁/δw₁₁⁽²⁾ + δL₂/δw₁₁⁽²⁾",
        "δL/δw₂₁⁽²⁾ = δL₁/δw₂₁⁽²⁾ + δL₂/δw₂₁⁽²⁾",
    ],
    ("Lp", "12yp-ŷp2"): ["L₁ = 1/2*(y₁ - ŷ₁)^2", "L₂ = 1/2*(y₂ - ŷ₂)^2"],
}

#: Lines that a document says in words, without an equals sign.
IN_WORDS: Final = [
    "-(target - out) = out - target",
    "d/dout_o1(1/2*(target_o2 - out_o2)^2) = 0",
    "dE_total/dnet_o1 = δ_o1",
    "a⁽¹⁾ = x",
]


@pytest.mark.parametrize(
    "capture", CAPTURES, ids=lambda capture: f"{capture.name}: every decimal is accounted for"
)
def test_decimals(capture: Capture) -> None:
    printed = decimals(capture.body())
    assert printed.total() > 50, "the body was not found, or not all of it"
    missing = printed - decimals("\n".join(capture.lines()))
    for decimal in EXCEPTIONS:
        del missing[decimal]
    assert not missing, "no line accounts for these decimals, so many times"


@pytest.mark.parametrize(
    "capture", CAPTURES, ids=lambda capture: f"{capture.name}: every equation is accounted for"
)
def test_equations(capture: Capture) -> None:
    printed = Counter(pair for text in equations(capture.body()) for pair in latex_pairs(text))
    assert printed.total() > 50, "the equations were not found, or not all of them"
    missing = printed - Counter(pair for line in capture.lines() for pair in line_pairs(line))
    for pair in WRITTEN_OTHERWISE:
        del missing[pair]
    assert not missing, "no line accounts for these equations, so many times"


@pytest.mark.parametrize(
    "fixture",
    sorted({capture.fixture for capture in CAPTURES}),
    ids=lambda fixture: f"{fixture}: every line is printed in the document",
)
def test_lines(fixture: str) -> None:
    captures = [capture for capture in CAPTURES if capture.fixture == fixture]
    bodies = [capture.body() for capture in captures]
    printed = {pair for body in bodies for text in equations(body) for pair in latex_pairs(text)}
    numbers = {decimal for body in bodies for decimal in decimals(body)}
    special = {*IN_WORDS, *(line for lines in WRITTEN_OTHERWISE.values() for line in lines)}
    invented = [
        line
        for line in captures[0].lines()
        if line not in special
        and any(
            pair not in printed and pair[1].lstrip("-") not in numbers for pair in line_pairs(line)
        )
    ]
    assert not invented, "the document does not print these lines"


def test_every_exception_is_needed() -> None:
    bodies = [capture.body() for capture in CAPTURES]
    printed = {pair for body in bodies for text in equations(body) for pair in latex_pairs(text)}
    lines = {line for capture in CAPTURES for line in capture.lines()}
    written = {pair for line in lines for pair in line_pairs(line)}
    assert printed - written >= WRITTEN_OTHERWISE.keys()
    assert lines >= {*IN_WORDS, *(line for some in WRITTEN_OTHERWISE.values() for line in some)}
    assert EXCEPTIONS.keys() <= {decimal for body in bodies for decimal in decimals(body)}


def decimals(text: str) -> Counter[str]:
    """The numbers with a decimal point, without their signs, and how often each stands there."""
    return Counter(re.findall(r"(?<![\w.])\d*\.\d+(?![\w.]*\w)", text))


def equations(body: str) -> list[str]:
    """The LaTeX in which something equals something, displayed or within the text.

    The rows of an aligned display are an equation each, and so are two that stand side by side.
    """
    return [
        row.replace("&", "")
        for display, inline in re.findall(r"\$\$(.*?)\$\$|\$([^$\n]*)\$", body, re.DOTALL)
        for equation in re.split(r"\\quad (?=a =)|\\text\{ and \}", display or inline)
        for row in re.sub(r"\\(?:begin|end)\{aligned\}", "", equation).split(r"\\")
    ]


def latex_pairs(equation: str) -> list[tuple[str, str]]:
    """The left side of an equation with each of its other segments, all bare."""
    left, *segments = re.split(r"=(?!1\}\^n)|\\approx", equation)
    updated = "new" in left
    left = re.sub(r",?new", "", left)
    left = re.sub(r"\b(?<!\\)([Lz])\(.*\)", r"\1", left)  # L(y, ŷ) and z(x) are L and z
    return [(bare_latex(left) + "@1" * updated, bare_latex(segment)) for segment in segments]


def line_pairs(line: str) -> list[tuple[str, str]]:
    """The same of a fixture's line."""
    left, *segments = re.split("[=≈]", line)
    return [(bare(left), bare(segment)) for segment in segments]


def bare_latex(text: str) -> str:
    """``bare`` for LaTeX: its commands are left away or spelled as the notation spells them."""
    text = re.sub(r"\\text\{[^}]*\}|\\(?:quad|left|right|cdot|frac)\b", " ", text)
    text = re.sub(r"\^\{\((\w)\)\}", r"⁽\1⁾", text)  # an upper index, unlike an exponent
    for command, spelling in _SPELLINGS.items():
        text = text.replace(command, spelling)
    return bare(text).rstrip(".,")


def bare(text: str) -> str:
    """Letters, digits and signs alone, without brackets, products, fractions and blanks."""
    text = unicodedata.normalize("NFC", text).translate(_BARE)
    return re.sub(r"[\s_^{}()\[\]*/]", "", text)


_SPELLINGS: Final = {
    "^+": "@1",
    r"\hat{y}": "ŷ",
    r"\partial": "d",
    r"\dots": "…",
    r"\delta": "δ",
    r"\alpha": "α",
    r"\sigma": "σ",
    r"\eta": "eta",
    r"\sum": "sum",
}
_BARE: Final = str.maketrans("₀₁₂₃₄₅₆₇₈₉¹²³⁴", "01234567891234")
