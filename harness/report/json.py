"""The report as one JSON object; the contract is docs/json.md."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from harness import __version__
from harness.agreement import Agreement, Pair
from harness.check import ChapterReport, DocumentReport, Report
from harness.explain import Explained
from harness.explain.documents.targets import Spot
from harness.explain.witnesses.suspects import Diagnosis
from harness.explaining import Explanations
from harness.report.causes import causes_objects
from harness.verdicts import Finding, Judged
from harness.verdicts.findings import FORMULA_VERDICTS, NUMBER_VERDICTS
from harness.witnesses import Witness

SCHEMA: Final = "backproof.report/1"
_NONE: Final = Explanations({}, {})


def as_json(report: Report, ascii_only: bool = False, explained: Explanations | None = None) -> str:
    """The report as JSON text; infinite and undefined numbers are strings in it."""
    found = as_object(report, explained)
    text = json.dumps(found, ensure_ascii=ascii_only, indent=1, allow_nan=False)
    return text + "\n"


def as_object(report: Report, explained: Explanations | None = None) -> dict[str, Any]:
    """The report as plain dictionaries and lists."""
    summary = report.summary
    return {
        "schema": SCHEMA,
        "backproof": __version__,
        "implementations": [
            _implementation(witness, report.failed) for witness in report.witnesses
        ],
        "documents": [_document(document, explained or _NONE) for document in report.documents],
        "summary": {
            "numbers": _counts(summary.numbers, NUMBER_VERDICTS),
            "formulas": _counts(summary.formulas, FORMULA_VERDICTS),
            "operands": _counts(summary.operands, NUMBER_VERDICTS),
            "errata": {
                "recorded": summary.recorded,
                "unrecorded": summary.unrecorded,
                "refuted": summary.refuted,
            },
            "disagreements": summary.disagreements,
        },
    }


def _implementation(witness: Witness, failed: Mapping[str, str]) -> dict[str, Any]:
    """One that failed on any scenario has failed, with the first reason."""
    return {
        "name": witness.name,
        "version": witness.version,
        "status": "failed" if witness.name in failed else witness.status,
        "reason": failed.get(witness.name, witness.reason),
    }


def _counts(counter: Counter[str], verdicts: tuple[str, ...]) -> dict[str, int]:
    return {verdict: counter[verdict] for verdict in verdicts}


def _document(document: DocumentReport, explained: Explanations) -> dict[str, Any]:
    about = document.fixture.document
    return {
        "id": about.id,
        "title": about.title,
        "file": document.fixture.file,
        "scenarios": [
            _scenario(chapter, document.fixture.file, explained) for chapter in document.chapters
        ],
        "lines": [
            _line(chapter.chapter.scenario.id, row, judged, document.fixture.file, explained)
            for chapter in document.chapters
            for row, judged in enumerate(chapter.lines)
        ],
        "causes": None if explained is _NONE else causes_objects(explained.of(document)),
    }


def _scenario(chapter: ChapterReport, file: str, explained: Explanations) -> dict[str, Any]:
    name = chapter.chapter.scenario.id
    return {
        "id": name,
        "witnesses": {
            agreement.witness: _witness(
                agreement, explained.witnesses.get((file, name, agreement.witness))
            )
            for agreement in chapter.agreements
        },
        "pairs": [_pair(pair) for pair in chapter.pairs],
    }


def _witness(agreement: Agreement, diagnosis: Diagnosis | None) -> dict[str, Any]:
    first = agreement.first_divergence
    return {
        "status": agreement.status,
        "quantities": agreement.quantities,
        "asked": agreement.asked,
        "unanswered": [str(quantity) for quantity in agreement.unanswered],
        "undecided": [
            {"quantity": str(found.quantity), "got": _number(found.got), "reason": found.reason}
            for found in agreement.undecided
        ],
        "worst_ulps": _number(agreement.worst_ulps),
        "worst_of_bound": _number(agreement.worst_of_bound),
        "divergences": agreement.divergences,
        "by_update": len(agreement.by_update),
        "first_divergence": None
        if first is None
        else {
            "quantity": str(first.quantity),
            "got": _number(first.got),
            "exact": first.expected,
            "of_bound": _number(first.of_bound),
            "ulps": _number(first.ulps),
        },
        "reason": agreement.reason,
        "explanation": None if diagnosis is None else diagnosis.explanation.as_object(),
    }


def _pair(pair: Pair) -> dict[str, Any]:
    return {
        "witnesses": [pair.first, pair.second],
        "quantities": pair.quantities,
        "worst_ulps": _number(pair.worst_ulps),
        "apart": [str(quantity) for quantity in pair.apart],
    }


def _number(value: float | None) -> float | str | None:
    return value if value is None or math.isfinite(value) else str(value)


def _line(
    scenario: str, row: int, judged: Judged, file: str, explained: Explanations
) -> dict[str, Any]:
    return {
        "scenario": scenario,
        "section": judged.line.section,
        "text": judged.line.text,
        "line": judged.line.line,
        "findings": [
            _finding(finding, explained.errata.get((file, scenario, Spot(row, place))))
            for place, finding in enumerate(judged.findings)
        ],
        "refuted": [
            {
                "printed": refuted.erratum.printed,
                "line": refuted.erratum.line,
                "reason": refuted.reason,
            }
            for refuted in judged.refuted
        ],
    }


def _finding(finding: Finding, told: tuple[Finding, Explained] | None) -> dict[str, Any]:
    return {
        "kind": finding.kind,
        "quantity": finding.quantity,
        "printed": finding.printed,
        "exact": finding.exact,
        "verdict": finding.verdict,
        "should_be": finding.should_be,
        "recorded": finding.recorded,
        "explanation": None if told is None else told[1].best.as_object(),
        "cause": None
        if finding.cause is None
        else {
            "sentence": finding.cause,
            "found": None if told is None else told[1].bears_out(finding.cause),
        },
        "routes": {
            "full_precision": finding.full_precision,
            "printed_operands": finding.printed_operands,
        },
        "reason": finding.reason,
    }
