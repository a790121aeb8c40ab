"""Recorded errata against what was found: each must be an erratum, and its correction right."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from harness.fixture import Erratum, Line
from harness.notation.syntax import Name, signed_number
from harness.verdicts import decimals
from harness.verdicts.findings import Finding, Judged, Refuted
from harness.verdicts.values import Values


def compare_with_records(line: Line, findings: Iterable[Finding], values: Values) -> Judged:
    """The line's findings, marked as recorded where they are, and the records that are refuted."""
    findings = list(findings)
    refuted: list[Refuted] = []
    for erratum in line.errata:
        places = [
            k
            for k, found in enumerate(findings)
            if _plain(found.printed) == _plain(erratum.printed)
        ]
        wrong = [k for k in places if findings[k].is_erratum]
        reason = _refutation(line, erratum, [findings[k] for k in places], values)
        if reason:
            refuted.append(Refuted(erratum, reason))
            continue
        for k in wrong:
            findings[k] = replace(findings[k], recorded=True, should_be=erratum.should_be)
    return Judged(line, tuple(findings), tuple(refuted))


def _plain(text: str) -> str:
    return "".join(text.split())


def _refutation(line: Line, erratum: Erratum, found: list[Finding], values: Values) -> str | None:
    """Why a recorded erratum does not stand; None where it does."""
    if not found:
        return f"nothing that is judged in this line is printed {erratum.printed!r}"
    wrong = [finding for finding in found if finding.is_erratum]
    if not wrong:
        return f"recorded as an erratum, but {erratum.printed!r} is {found[0].verdict}"
    if wrong[0].kind == "formula":
        return _formula_correction(line, erratum, values)
    if wrong[0].kind == "number":
        return _number_correction(line, erratum, values)
    return _operand_correction(erratum, wrong)


def _formula_correction(line: Line, erratum: Erratum, values: Values) -> str | None:
    verdict, _ = values.identity(line.parts[0].bound, erratum.correction)
    if verdict == "holds":
        return None
    return f"the recorded correction {erratum.should_be!r} does not hold either"


def _number_correction(line: Line, erratum: Erratum, values: Values) -> str | None:
    subject, number = line.parts[0].bound, signed_number(erratum.correction)
    if number is None:
        return f"the recorded correction {erratum.should_be!r} is no decimal"
    value = values.value(subject)
    if isinstance(subject, Name) and values.given(subject):
        right = decimals.equals(value, number.value)
    else:
        right = decimals.verdict(value, number) == "correct"
    if right:
        return None
    return f"the recorded correction {erratum.should_be} is not right; exact is {decimals.shown(value)}"


def _operand_correction(erratum: Erratum, wrong: list[Finding]) -> str | None:
    """An operand is right where it is the exact value, rounded to the places of the correction."""
    number = signed_number(erratum.correction)
    if number is None:
        return f"the recorded correction {erratum.should_be!r} is no decimal"
    for finding in wrong:
        if finding.exact is None:
            continue
        exact = decimals.Value.of_text(finding.exact)
        if decimals.verdict(exact, number) == "correct":
            return None
    return f"the recorded correction {erratum.should_be} is not right; exact is {wrong[0].exact}"
