"""Recorded errata against what was found: each must be an erratum, and its correction right."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from typing import Final

from harness.fixture import Erratum, Line
from harness.notation.rationals import rational
from harness.notation.syntax import Number, signed_number
from harness.notation.tokens import normalised
from harness.verdicts import decimals
from harness.verdicts.decimals import Value
from harness.verdicts.findings import Finding, Judged, Refuted
from harness.verdicts.forms import normal, opposite
from harness.verdicts.values import Values

#: So many of what a line prints are named where a record speaks of nothing in it.
_MOST_NAMED: Final = 5


def compare_with_records(line: Line, findings: Iterable[Finding], values: Values) -> Judged:
    """The line's findings, marked as recorded where they are, and the records that are refuted.

    A record stands for every erratum of its text to which its correction is right.
    """
    findings = list(findings)
    refuted: list[Refuted] = []
    for erratum in line.errata:
        meant = {
            k: reading
            for k, found in enumerate(findings)
            if (reading := _meant(erratum, found)) is not None
        }
        refutations = {
            k: _refutation(line, reading, findings[k], values) for k, reading in meant.items()
        }
        for k, reason in refutations.items():
            if reason is None:
                findings[k] = replace(
                    findings[k], recorded=True, should_be=meant[k].should_be, cause=erratum.cause
                )
        if not meant:
            refuted.append(Refuted(erratum, _unmatched(erratum, findings)))
        elif None not in refutations.values():
            wrong = [k for k in meant if findings[k].is_erratum]
            refuted.append(Refuted(erratum, refutations[(wrong or list(meant))[0]] or ""))
    return Judged(line, tuple(findings), tuple(refuted))


def _meant(erratum: Erratum, found: Finding) -> Erratum | None:
    """An erratum as it speaks of what was found, which is named as in the line or as in the report;
    None where it speaks of something else."""
    if _plain(erratum.printed) in _names(found):
        return erratum
    correction = signed_number(erratum.correction)
    if not found.either_sign or correction is None:
        return None
    other = replace(found, printed=opposite(Number(found.printed, Fraction(0))).text)
    if _plain(erratum.printed) not in _names(other):
        return None
    turned = opposite(correction)
    return replace(erratum, printed=found.printed, should_be=turned.text, correction=turned)


def _names(found: Finding) -> set[str]:
    whole = (
        f"{found.printed} for {found.quantity}"
        if found.kind == "operand"
        else f"{found.quantity} = {found.printed}"
    )
    return {_plain(found.printed), _plain(whole)}


def _plain(text: str) -> str:
    return "".join(normalised(text).split())


def _unmatched(erratum: Erratum, findings: Iterable[Finding]) -> str:
    """That an erratum speaks of nothing in its line, and of what it might, errata first."""
    texts = [found.printed for found in sorted(findings, key=lambda found: not found.is_erratum)]
    judged = list(dict.fromkeys(texts))
    listed = ", ".join(map(repr, judged[:_MOST_NAMED])) + ", …" * (len(judged) > _MOST_NAMED)
    return (
        f"nothing that is judged in this line is printed {erratum.printed!r}; "
        f"judged {'is' if len(judged) == 1 else 'are'} {listed}"
    )


def _refutation(line: Line, erratum: Erratum, found: Finding, values: Values) -> str | None:
    """Why a recorded erratum does not stand for what was found; None where it does."""
    if not found.is_erratum:
        return f"recorded as an erratum, but {erratum.printed!r} is {found.verdict}"
    if found.kind == "formula":
        verdict, _ = values.identity(line.subject.bound, erratum.correction)
        holds = verdict == "holds"
        return (
            None if holds else f"the recorded correction {erratum.should_be!r} does not hold either"
        )
    if found.value is None or _is_calculation(line, found):
        return _of_calculation(erratum, found, values)
    return _of_number(erratum, found, found.value)


def _is_calculation(line: Line, found: Finding) -> bool:
    """Whether it is a whole calculation that was found; a quotient such as 1/2 is a number."""
    return any(
        part.kind == "calculation"
        and part.text == found.printed
        and not isinstance(normal(part.bound), Number)
        for part in line.claims
    )


def _of_number(erratum: Erratum, found: Finding, value: Value) -> str | None:
    quotient = "/" in found.printed
    number = signed_number(erratum.correction)
    if number is None and quotient and (fraction := rational(erratum.correction)) is not None:
        number = Number(erratum.should_be, fraction)
    if number is None:
        return f"the recorded correction {erratum.should_be!r} is no decimal"
    if decimals.verdict(value, number) != "correct":
        return f"the recorded correction {erratum.should_be} is not right; exact is {found.exact}"
    if quotient and decimals.equals(value, number.value):
        return None
    return _too_short(erratum, number, found)


def _of_calculation(erratum: Erratum, found: Finding, values: Values) -> str | None:
    told = f"the recorded correction {erratum.should_be!r}"
    if values.shape(erratum.correction):
        return f"{told} is no single number"
    unknown = values.unknown(erratum.correction)
    if found.value is None:
        # it is wrong whatever should stand there: nothing is known to compare with
        return f"{told}: {unknown}" if unknown and not values.free_in(erratum.correction) else None
    if unknown:
        return f"{told} is not right either: {unknown}"
    right = values.comes_to(erratum.correction, found.value)
    return None if right else f"{told} is not right either"


def _too_short(erratum: Erratum, number: Number, found: Finding) -> str | None:
    """With few enough digits everything is a correct rounding, 0 of all that is small."""
    told = f"the recorded correction {erratum.should_be} has fewer"
    if "/" in found.printed:
        enough = decimals.significant_digits(number) >= sum(map(str.isdigit, found.printed))
        return None if enough else f"{told} digits than {found.printed}"
    places, printed = decimals.unit(number), decimals.unit(Number(found.printed, number.value))
    if places <= printed or (found.value and found.value.stated):
        return None
    return f"{told} decimals than {found.printed}"
