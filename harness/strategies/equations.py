"""Random equations over numbers, vectors and matrices, with the numbers that they are given."""

from __future__ import annotations

import re

from hypothesis import strategies as st

from harness.strategies.formulas import Names, formulas
from harness.strategies.numbers import Shape, numbers, rows, some
from harness.strategies.training import trainings

_SHAPES: list[Shape] = [(), (1,), (2,), (3,), (4,), (2, 2), (2, 3), (3, 1), (3, 3)]
_LETTERS = ("x", "v", "W")


@st.composite
def equations(draw: st.DrawFn) -> str:
    """The text of a fixture with one to four equations, and a loss that depends on all of them."""
    shapes = draw(st.lists(st.sampled_from(_SHAPES), min_size=1, max_size=4))
    given: Names = {f"{_LETTERS[len(shape)]}{k}": shape for k, shape in enumerate(shapes, 1)}
    names = dict(given)
    lines: list[str] = []
    for k in range(1, draw(st.integers(1, 4)) + 1):
        shape = draw(st.sampled_from(_SHAPES))
        lines.append(f"y{k} = {draw(formulas(names, shape, draw(st.integers(1, 3))))}")
        names[f"y{k}"] = shape
    computed = {name: names[name] for name in names if name not in given}
    terms = [draw(_reduced(name, shape)) for name, shape in computed.items()]
    lines.append(f"L = {' + '.join([*terms, draw(formulas(names, (), 2))])}")
    used = {name for line in lines for name in re.findall(r"\w+", line)}
    given = {name: shape for name, shape in given.items() if name in used}
    return draw(_fixtures(given, computed, lines))


def _reduced(name: str, shape: Shape) -> st.SearchStrategy[str]:
    """One number of all that a name holds."""
    if not shape:
        return st.just(name)
    return st.sampled_from(["sum", "mean", "norm", "var"]).map(lambda word: f"{word}({name})")


@st.composite
def _fixtures(draw: st.DrawFn, given: Names, computed: Names, lines: list[str]) -> str:
    parameters = list(given)
    training = None
    trains: bool = draw(st.booleans())
    if parameters and trains:
        trained = draw(some(parameters, 1))
        others = {name: given[name] for name in parameters if name not in trained}
        training = draw(trainings(trained, others, loss="L"))
    values = {
        name: draw(rows(shape, numbers()))
        for name, shape in given.items()
        if training is None or name not in training.samples
    }
    asked = [f"dL/d{name}" for name in draw(some([*given, *computed]))]
    of, by = draw(some(list(computed))), draw(some(list(given)))
    asked += [f"d{one}/d{other}" for one in of[:2] for other in by[:2]]
    if training and training.updates:
        asked += [f"L@{training.updates}"]
        asked += [f"dL/d{name}@{training.updates}" for name in draw(some(parameters))]
    asked += given or ["L"]  # a formula may speak of an element and then drop it
    return "\n".join(
        [
            "document: {id: random, title: Random equations}",
            "scenarios:",
            "  - id: equations",
            "    equations:",
            *(f'      - "{line}"' for line in lines),
            f"    values: {{{', '.join(f'{name}: {value}' for name, value in values.items())}}}",
            *([f"    training: {training.text}"] if training else []),
            "    claims:",
            "      Lines:",
            *(f"        - {line} = {line}" for line in asked),
            "",
        ]
    )
