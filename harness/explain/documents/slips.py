"""Slips of the pen: digits exchanged, dropped, doubled or inserted, the point moved, a sign lost."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from harness.explain.explanation import Explanation
from harness.notation.syntax import Number
from harness.verdicts import decimals
from harness.verdicts.decimals import Value

_LONGEST = 40


def slips(text: str) -> Iterator[tuple[str, str, float]]:
    """Everything that one slip can make of a decimal: the text, the slip, and its size."""
    mantissa, mark, exponent = text.partition("e")
    sign = "-" if mantissa.startswith("-") else ""
    body, tail = mantissa.lstrip("+-"), mark + exponent
    yield (
        ("" if sign else "-") + body + tail,
        "the minus sign is lost" if sign else "a minus sign is added",
        0.8,
    )
    whole, _, fraction = body.partition(".")
    digits = whole + fraction
    for shift in (1, -1, 2, -2):
        place = len(whole) + shift
        padded = digits if place > 0 else "0" * (1 - place) + digits
        place = max(place, 1)
        if place <= len(padded):
            moved = padded[:place].lstrip("0") or "0"
            rest = padded[place:]
            yield (
                sign + moved + ("." + rest if rest else "") + tail,
                "the decimal point is moved",
                0.8 + abs(shift) / 10,
            )
    for k, digit in enumerate(body):
        if not digit.isdigit():
            continue
        following = body[k + 1 : k + 2]
        if following.isdigit() and following != digit:
            yield (
                sign + body[:k] + following + digit + body[k + 2 :] + tail,
                f"the digits {digit} and {following} are exchanged",
                0.9,
            )
        yield sign + body[:k] + body[k + 1 :] + tail, f"a digit {digit} is dropped", 1.0
        yield sign + body[:k] + digit + body[k:] + tail, f"a digit {digit} is doubled", 1.0
        for other in "0123456789":
            if other != digit:
                yield (
                    sign + body[:k] + other + body[k + 1 :] + tail,
                    f"a digit {digit} is printed as {other}",
                    1.2,
                )
    for k in range(len(body) + 1):
        for other in "0123456789":
            yield sign + body[:k] + other + body[k:] + tail, f"a digit {other} is inserted", 1.4


def like(printed: Number, more: int) -> Number:
    """A decimal with so many decimals more, or fewer, whatever its digits."""
    mantissa, mark, exponent = printed.text.lower().partition("e")
    whole, _, fraction = mantissa.partition(".")
    count = max(0, len(fraction) + more)
    text = whole + ("." + "0" * count if count else "") + mark + exponent
    return Number(text, printed.value)


def plain(text: str) -> str:
    """A decimal without what makes no difference: ``.5`` is ``0.5``."""
    sign = "-" if text.startswith("-") else ""
    body = text.lstrip("+-").lower()
    return sign + ("0" + body if body.startswith(".") else body)


def explained(printed: Number, sources: list[tuple[Value, str]]) -> tuple[list[Explanation], int]:
    """The slips that make what is printed of the right digits; ``sources`` are exact values, each
    with words for it. Also how many texts were tried."""
    if "/" in printed.text:
        return [], 0
    found: list[Explanation] = []
    tried: set[str] = set()
    seen: set[str] = set()
    for value, words in sources:
        for more in (0, 1, -1, 2):
            right = plain(decimals.rounded(value, like(printed, more)))
            if right in seen or right == plain(printed.text) or len(right) > _LONGEST:
                continue
            seen.add(right)
            made = list(slips(right))
            tried.update(text for text, _, _ in made)
            found += [
                Explanation(
                    f"{slip}: {words} {right}", "slip of the pen", "this number",
                    f"{right} -> {printed.text}", printed.text,
                    size=size + 0.2 * abs(more), sort="slip",
                    peers=sum(_kind(other) == _kind(slip) for _, other, _ in made), value=_moved(slip, value, printed),
                )
                for text, slip, size in made
                if text == plain(printed.text) and Fraction(Decimal(right)) != printed.value
            ]  # fmt: skip
    return [replace(one, candidates=len(tried)) for one in found], len(tried)


def _kind(slip: str) -> str:
    return "".join(c for c in slip if not c.isdigit())


def _moved(slip: str, value: Value, printed: Number) -> float | None:
    """What a slip makes of the value itself, where it keeps all digits."""
    exact = float(value.enclose(64).mid())
    if "sign" in slip:
        return -exact
    if "point" in slip and exact:
        return exact * 10.0 ** round(math.log10(abs(float(printed.value) / exact)))
    return None
