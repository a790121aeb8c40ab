"""The selftest as a page in Markdown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from harness.selftest.comparison import OURS, PARTS, Comparison
from harness.selftest.run import Row, Selftest

_INTRODUCTION: Final = """# The harness proves itself

This page is written by `{command}`; it is not edited by hand.

{planted}: the mistaken computation is carried out in ball arithmetic, and answers the
questions of a check, and those of the first two updates, as an implementation would. It is
*caught* when it disagrees with the certified values, and *named* when the diagnosis, which knows
only the answers, puts this very mistake first, or one that gives the same answers to all questions.
"""
_EQUIVALENT: Final = """## Equivalent mistakes

A mistake that changes no answer cannot be caught, and need not be: all its answers are the right
ones, exactly. For each reason there is, how many of the mistakes, and one for an example.
"""
_COMPARED: Final = """## Other ways of comparing

The same mistakes before the rules that people compare with, run live on the same answers. At most
40 of the mistakes that change a value are drawn from each scenario with a training, and each rule
is handed all answers at once, the right ones beside them; a gradient checker is handed forward and
backward pass, both with the mistake, and compares the one with the other: what both have in common
it cannot see. A rule that rejects the right computation is of no use: that is the last column.
"""


_WHOLE: Final = """Every mistake of the [catalogue](explanations.md) is planted in every scenario of the fixtures that
backproof ships"""


@dataclass(frozen=True)
class Arguments:
    """What the command was called with."""

    fixtures: tuple[str, ...] = ()
    sample: int | None = None
    output: Path | None = None

    @property
    def command(self) -> str:
        """The command as it was called."""
        parts = ["backproof selftest", *self.fixtures]
        parts += [f"--sample {self.sample}"] if self.sample else []
        return " ".join([*parts, *([f"--output {self.output}"] if self.output else [])])

    @property
    def planted(self) -> str:
        """How many mistakes are planted, and where."""
        if not self.sample and not self.fixtures:
            return _WHOLE
        what = "Every mistake of the catalogue is"
        if self.sample:
            most = "is" if self.sample == 1 else "are"
            what = f"Of the mistakes of the catalogue, {self.sample:,} at most, drawn at random, {most}"
        where = (
            ", ".join(f"`{one}`" for one in self.fixtures) or "the fixtures that backproof ships"
        )
        return f"{what} planted in every scenario of {where}"


def selftest_page(found: Selftest, arguments: Arguments = Arguments()) -> str:
    """The page with both rates, equivalent mistakes, and the comparison."""
    introduction = _INTRODUCTION.format(command=arguments.command, planted=arguments.planted)
    parts = [
        introduction, _rates(found.rows), *_failures(found), _EQUIVALENT,
        _equivalent(found), _COMPARED, _comparison(found.comparison),
    ]  # fmt: skip
    return "\n".join(parts)


def row_of(row: Row) -> str:
    """A scenario's line of the table."""
    names, count = row.names, len(row.changing)
    return _line(
        f"`{row.scenario}`", len(row.trials), count, _share(row.caught, count),
        _share(names["this"] + names["same"], count), names["this"], names["same"],
    )  # fmt: skip


def _rates(rows: Sequence[Row]) -> str:
    head = _line(
        "scenario", "planted", "change a value", "caught", "named", "this one", "the same answers"
    )
    total = Row("all", tuple(trial for row in rows for trial in row.trials))
    return "\n".join(
        ["## Caught and named\n", head, _rule(7), *map(row_of, rows), row_of(total), ""]
    )


def _failures(found: Selftest) -> Iterator[str]:
    missed = [(s, t) for s, t in found.trials if t.outcome == "missed"]
    unnamed = [(s, t) for s, t in found.trials if t.outcome == "caught" and t.name in _NOT]
    for title, some in (("Missed", missed), ("Caught, and not named", unnamed)):
        if some:
            yield f"### {title}\n"
            yield "\n".join(_failure(scenario, trial.mistake.sentence) for scenario, trial in some)
            yield ""


_NOT: Final = ("none", "other")


def _failure(scenario: str, sentence: str) -> str:
    return f"- `{scenario}`: {sentence}"


def _equivalent(found: Selftest) -> str:
    same = [(s, t) for s, t in found.trials if t.outcome == "equivalent"]
    counts = Counter(trial.reason for _, trial in same)
    lines = [_line("reason", "mistakes", "for example"), _rule(3)]
    for reason, count in counts.most_common():
        scenario, trial = next((s, t) for s, t in same if t.reason == reason)
        lines.append(_line(reason, count, f"`{scenario}`: {trial.mistake.sentence}"))
    return "\n".join([*lines, ""])


def _comparison(one: Comparison) -> str:
    whole = sum(one.planted.values())
    head = ["rule", *(f"{part} ({one.planted[part]:,})" for part in PARTS)]
    lines = [_line(*head, f"all ({whole:,})", "rejects what is right"), _rule(7)]
    for name, tally in one.rules.items():
        if tally.reason:
            lines.append(_line(name, f"not run: {tally.reason}", *[""] * 5))
            continue
        shares = [_share(tally.caught[part], one.planted[part]) for part in PARTS]
        caught = _share(sum(tally.caught.values()), whole)
        shown = f"**{name}**" if name == OURS else name
        lines.append(_line(shown, *shares, caught, f"{tally.rejected} of {one.scenarios}"))
    versions = f"Run with {', '.join(one.versions)}.\n" if one.versions else ""
    return "\n".join([*lines, "", versions])


def _share(some: int, whole: int) -> str:
    """A share in percent, never rounded up to all."""
    if not whole:
        return "–"
    percent = int(1000 * some / whole) / 10
    return "100 %" if some == whole else f"{percent:.1f} %"


def _line(*cells: object) -> str:
    texts = [f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in cells]
    return "| " + " | ".join(text.replace("|", "\\|") for text in texts) + " |"


def _rule(count: int) -> str:
    return "|" + "---|" * count
