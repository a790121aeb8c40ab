"""The README and docs/ are true: their commands run, their examples are what they say they are.

What a page needs to say about its examples stands in HTML comments before them, which readers
do not see: ``<!-- file: NAME -->`` writes the block to a file, ``<!-- replace in NAME -->`` replaces
the line of that file that the block resembles most, and ``<!-- exit status N -->`` is what the
commands of the next ``sh`` block end with. A ``text`` block after one is an excerpt of its output.
"""

from __future__ import annotations

import difflib
import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest
from click.testing import CliRunner
from ruamel.yaml import YAML

from harness.cli import main
from harness.notation import NotationError, parse_line
from harness.shipped import shipped_fixtures
from harness.verdicts import Finding, Judged
from harness.witnesses import installed, load
from tests.conftest import shipped_report

ROOT: Final = Path(__file__).parents[1]
PAGES: Final = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(ROOT.glob("docs/*.md"))]
ERRATA: Final = ROOT / "docs" / "errata.md"
NAMES: Final = frozenset(["w", "x", "y", "z", "b", "E", "W", "W1", "h", "net_h1", "δ_o1", "ŷ"])

_BLOCK: Final = re.compile(
    r"^(?P<comments>(?:<!--[^\n]*-->\n)*)```(?P<language>\w*)\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class Block:
    """A fenced block, and what the comments before it say."""

    language: str
    text: str
    comments: tuple[str, ...]

    def said(self, what: str) -> str | None:
        """What a comment says after ``what``."""
        for comment in self.comments:
            if comment.startswith(what):
                return comment.removeprefix(what).strip()
        return None


def blocks(page: Path) -> Iterator[Block]:
    """The fenced blocks of a page, in order."""
    for found in _BLOCK.finditer(page.read_text(encoding="utf-8")):
        comments = re.findall(r"<!--\s*(.*?)\s*-->", found["comments"])
        yield Block(found["language"], found["text"], tuple(comments))


def named(pages: list[Path]) -> list[object]:
    return [pytest.param(page, id=page.relative_to(ROOT).as_posix()) for page in pages]


# Commands and their output.


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, with the shipped fixtures where a clone has them."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COLUMNS", raising=False)
    monkeypatch.setattr(sys, "path", [*sys.path])
    (tmp_path / "fixtures").mkdir()
    for fixture in shipped_fixtures():
        shutil.copy(fixture, tmp_path / "fixtures")
    return tmp_path


@pytest.mark.parametrize("page", named(PAGES))
def test_page(page: Path, desk: Path) -> None:
    """Every file that the page shows is written, every command run, every output compared."""
    output: str | None = None
    for block in blocks(page):
        if name := block.said("file:"):
            (desk / name).write_text(block.text, encoding="utf-8")
        elif name := block.said("replace in"):
            replace_in(desk / name, block.text)
        elif block.language == "sh":
            output = "\n".join(run_all(block, page.parent))
        elif block.language == "text":
            assert output is not None, "an excerpt of what?"
            assert_prints(output, block.text)
        elif block.language == "python":
            exec(compile(block.text, str(page), "exec"), {})
        else:
            assert block.language in {"", "toml"}, f"a block of {block.language!r} is not tested"


def replace_in(file: Path, text: str) -> None:
    """Put ``text`` in place of the line that resembles its first line most."""
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    (old,) = difflib.get_close_matches(text.splitlines(keepends=True)[0], lines, n=1)
    lines[lines.index(old)] = text
    file.write_text("".join(lines), encoding="utf-8")


def run_all(block: Block, folder: Path) -> Iterator[str]:
    """The output of each command that is one of ours; the others are known."""
    for line in block.text.splitlines():
        command, *arguments = line.split()
        if command == "backproof":
            result = CliRunner().invoke(main, arguments, catch_exceptions=False)
            assert result.exit_code == int(block.said("exit status") or 0), result.output
            yield result.output
        else:
            assert_known(line, block)


def assert_known(line: str, block: Block) -> None:
    """Commands that set up, or that run tests and benchmarks, are recognised and not run here."""
    if block.said("main command") is not None or block.said("test command") is not None:
        assert line.startswith("python3 -m venv .venv && ")
    elif found := re.fullmatch(r"\.venv/bin/tox -e ([\w,.-]+)(?: -- .*)?", line):
        environments = tox_environments()
        assert set(found[1].split(",")) <= environments, f"no such tox environment: {line}"
    elif found := re.fullmatch(r"(?:\.venv/bin/)?python -m ([\w.]+)(?: \d+)?", line):
        assert (ROOT / found[1].replace(".", "/")).with_suffix(".py").is_file(), line
    else:
        known = ("python3 -m venv .venv", ".venv/bin/pip install ", ".venv/bin/pytest")
        assert line.startswith(known), f"is not run by this test: {line}"


def tox_environments() -> set[str]:
    """The names of the environments that tox.ini defines."""
    text = (ROOT / "tox.ini").read_text(encoding="utf-8")
    found = re.search(r"^env_list = (.*)$", text, re.MULTILINE)
    assert found
    listed = re.sub(r"\{[^}]*\}", lambda group: group[0].replace(",", "|"), found[1]).split(",")
    environments = {""}
    for name in map(str.strip, listed):
        made = [""]
        for piece in re.split(r"\{([^}]*)\}", name):
            made = [start + choice for start in made for choice in piece.split("|")]
        environments |= set(made)
    return environments


MISSING: Final = {name for name in installed() if load(name).run is None}


def assert_prints(output: str, excerpt: str) -> None:
    """Every line of the excerpt is printed, in this order, whatever the columns' widths.

    A line that ends in ``…`` goes on in the output. What is said of a framework that is not
    installed is passed over.
    """
    printed = iter([stable(line) for line in output.splitlines()])
    for line in excerpt.splitlines():
        wanted = stable(line)
        if wanted in {"", "..."} or any(name in wanted for name in MISSING):
            continue
        if MISSING and wanted.startswith("All "):
            continue
        assert any(same(line, wanted) for line in printed), f"{wanted!r} is not in\n{output}"


def stable(line: str) -> str:
    """A line without the widths of its columns, and without distances, which depend on machines."""
    line = re.sub(r"(agrees \d+ of \d+) \S+ \S+$", r"\1", " ".join(line.split()))
    return re.sub(r"(reproduced to) 1e-1[45]\b", r"\1 1e-15", line)


def same(printed: str, wanted: str) -> bool:
    if wanted.endswith("…"):
        return printed.startswith(wanted.removesuffix("…"))
    return printed == wanted


# Tables.


def rows(page: Path, heading: str) -> list[list[str]]:
    """The rows of the table below a heading row, each as its cells."""
    text = page.read_text(encoding="utf-8")
    found = re.search(
        rf"^{re.escape(heading)}\n\|[-|]*\|\n(?P<rows>(?:\|.*\n)+)", text, re.MULTILINE
    )
    assert found, f"{page.name} has no table {heading}"
    return [
        [cell.strip() for cell in re.split(r"(?<!\\)\|", row.strip("|"))]
        for row in found["rows"].splitlines()
    ]


def code(cell: str) -> list[str]:
    """What stands in code spans."""
    return re.findall(r"`([^`]*)`", cell)


NOTATION: Final = ROOT / "docs" / "notation.md"


@pytest.mark.parametrize(
    "text", [text for row in rows(NOTATION, "| written | means |") for text in code(row[0])]
)
def test_what_is_read(text: str) -> None:
    parse_line(text, NAMES - {"pi", "e"})


@pytest.mark.parametrize(
    ("line", "message"),
    [(code(row[0])[0], row[1]) for row in rows(NOTATION, "| line | message |")],
)
def test_what_is_an_error(line: str, message: str) -> None:
    with pytest.raises(NotationError) as caught:
        parse_line(line, NAMES)
    assert caught.value.message == message


FIXTURES: Final = ROOT / "docs" / "fixtures.md"


@pytest.mark.parametrize(
    ("wrong", "right", "message"),
    [
        [code(cell)[0] for cell in row]
        for row in rows(FIXTURES, "| written | in place of | message |")
    ],
)
def test_a_slip_in_a_fixture(wrong: str, right: str, message: str, desk: Path) -> None:
    (text,) = [
        block.text
        for block in blocks(FIXTURES)
        if block.said("file:") == "neuron.yaml" and block.text
    ]
    assert right in text
    (desk / "neuron.yaml").write_text(text.replace(right, wrong, 1), encoding="utf-8")
    result = CliRunner().invoke(main, ["check", "neuron.yaml"], catch_exceptions=False)
    assert result.exit_code == 2
    assert message in result.output.splitlines()


def test_the_pages_name_every_implementation() -> None:
    files = [code(row[0])[0] for row in rows(ROOT / "docs" / "implementations.md", SIX)]
    assert sorted(file.removesuffix("/").removesuffix(".py") for file in files) == sorted(OURS)


SIX: Final = "| file | how it differentiates | runs |"
OURS: Final = [
    path.stem for path in ROOT.glob("implementations/[a-z]*") if path.suffix in {"", ".py"}
]


# Links.


@pytest.mark.parametrize("page", named([*PAGES, ROOT / "CHANGELOG.md"]))
def test_links(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"https?://|mailto:", target):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), f"{page.name} links to {target}"
        if anchor:
            assert anchor in anchors(file), f"{page.name} links to {target}"


def anchors(page: Path) -> set[str]:
    """What can be linked to in a page: its headings, as they are turned into anchors."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


# Errata.


def errata() -> str:
    """docs/errata.md, made from what the check finds in the shipped fixtures."""
    text = [
        "# Errata",
        "",
        "What is wrong in the documents that the shipped fixtures transcribe, as `backproof check`",
        "finds it. This page is generated from the fixtures (`python -m tests.test_docs`); a test fails",
        "when it is not current. The verdicts are explained in [verdicts.md](verdicts.md), the causes",
        "in [explanations.md](explanations.md): `backproof explain` tells more of them. The line is",
        "that of the fixture.",
    ]
    for document in shipped_report().documents:
        about = document.fixture.document
        text += ["", f"## {about.title}", ""]
        known = [about.author, about.date or about.source]
        known = [", ".join(filter(None, known)), f"`fixtures/{about.id}.yaml`"]
        text += ["; ".join(filter(None, known)) + ".", ""]
        found = {
            erratum_row(j, f): None for j in document.lines for f in j.findings if f.is_erratum
        }
        if not found:
            text += ["No errata."]
            continue
        text += ["| section | line | printed | exact | should be | verdict | cause |"]
        text += ["|---|---|---|---|---|---|---|"]
        text += list(found)
    return "\n".join(text) + "\n"


def erratum_row(judged: Judged, finding: Finding) -> str:
    where = f"`{finding.quantity} = {finding.printed}`"
    if finding.kind == "operand":
        where = f"`{finding.printed}` for `{finding.quantity}` in `{judged.line.text}`"
    exact = (finding.exact or "").rstrip("0").rstrip(".")
    shown = exact if len(exact) <= 15 else exact[:14] + "…"
    cells = [
        judged.line.section,
        str(judged.line.line),
        where,
        shown,
        f"`{finding.should_be}`",
        finding.verdict,
        finding.cause or "",
    ]
    return f"| {' | '.join(cells)} |"


def test_errata_are_current() -> None:
    assert ERRATA.read_text(encoding="utf-8") == errata(), "run python -m tests.test_docs"


# Files for other programs.


def test_the_citation_is_complete() -> None:
    text = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    citation = YAML(typ="safe", pure=True).load(text)
    assert {"cff-version", "message", "title", "authors"} <= citation.keys()
    assert citation["cff-version"] == "1.2.0"
    assert f"## {citation['version']}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


if __name__ == "__main__":
    ERRATA.write_text(errata(), encoding="utf-8")
