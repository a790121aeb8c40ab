"""Random numbers as documents have them, and rows of them, all of them text."""

from __future__ import annotations

from hypothesis import strategies as st

Shape = tuple[int, ...]


def numbers(most: int = 2) -> st.SearchStrategy[str]:
    """A small number that is not 0: dyadic, which float64 holds, or a decimal, which it does not."""
    dyadic = st.integers(1, 8 * most).map(lambda k: f"{k / 8:g}")
    decimal = st.integers(1, 100 * most).map(lambda k: f"{k / 100:.2f}")
    return st.tuples(st.sampled_from(["", "-"]), dyadic | decimal).map("".join)


def shares() -> st.SearchStrategy[str]:
    """A number from 0 to 1."""
    return st.sampled_from(["0", "1", "0.5", "0.25", "0.1", "0.99"])


def rows(shape: Shape, each: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """A number, or nested lists of numbers."""
    if not shape:
        return each
    inner = st.lists(rows(shape[1:], each), min_size=shape[0], max_size=shape[0])
    return inner.map(lambda found: f"[{', '.join(found)}]")


def some(names: list[str], least: int = 0) -> st.SearchStrategy[list[str]]:
    """Some of the names, in their order."""
    chosen = st.sets(st.sampled_from(names), min_size=least) if names else st.just(set[str]())
    return chosen.map(lambda found: [name for name in names if name in found])
