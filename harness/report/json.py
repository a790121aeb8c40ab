"""The report as one JSON object; the contract is docs/json.md."""

from __future__ import annotations

import json
import math
from collections import Counter
from typing import Any, Final

from harness import __version__
from harness.agreement import Agreement, Pair
from harness.check import ChapterReport, DocumentReport, Report
from harness.verdicts import Finding, Judged
from harness.verdicts.findings import FORMULA_VERDICTS, NUMBER_VERDICTS

SCHEMA: Final = "backproof.report/1"


def as_json(report: Report) -> str:
    """The report as JSON text; infinite and undefined numbers are strings in it."""
    return json.dumps(as_object(report), ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def as_object(report: Report) -> dict[str, Any]:
    """The report as plain dictionaries and lists."""
    summary = report.summary
    return {
        "schema": SCHEMA,
        "backproof": __version__,
        "implementations": [
            {
                "name": witness.name,
                "version": witness.version,
                "status": witness.status,
                "reason": witness.reason,
            }
            for witness in report.witnesses
        ],
        "documents": [_document(document) for document in report.documents],
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


def _counts(counter: Counter[str], verdicts: tuple[str, ...]) -> dict[str, int]:
    return {verdict: counter[verdict] for verdict in verdicts}


def _document(document: DocumentReport) -> dict[str, Any]:
    about = document.fixture.document
    return {
        "id": about.id,
        "title": about.title,
        "file": document.fixture.file,
        "scenarios": [_scenario(chapter) for chapter in document.chapters],
        "lines": [
            _line(chapter.chapter.scenario.id, judged)
            for chapter in document.chapters
            for judged in chapter.lines
        ],
    }


def _scenario(chapter: ChapterReport) -> dict[str, Any]:
    return {
        "id": chapter.chapter.scenario.id,
        "witnesses": {agreement.witness: _witness(agreement) for agreement in chapter.agreements},
        "pairs": [_pair(pair) for pair in chapter.pairs],
    }


def _witness(agreement: Agreement) -> dict[str, Any]:
    first = agreement.first_divergence
    return {
        "status": agreement.status,
        "quantities": agreement.quantities,
        "asked": agreement.asked,
        "unanswered": [str(quantity) for quantity in agreement.unanswered],
        "undecided": [str(quantity) for quantity in agreement.undecided],
        "worst_ulps": _number(agreement.worst_ulps),
        "worst_of_bound": _number(agreement.worst_of_bound),
        "divergences": agreement.divergences,
        "first_divergence": None
        if first is None
        else {
            "quantity": str(first.quantity),
            "got": _number(first.got),
            "exact": first.expected,
            "of_bound": _number(first.of_bound),
        },
        "reason": agreement.reason,
    }


def _pair(pair: Pair) -> dict[str, Any]:
    return {
        "witnesses": [pair.first, pair.second],
        "quantities": pair.quantities,
        "worst_ulps": _number(pair.worst_ulps),
        "disagreements": [str(quantity) for quantity in pair.disagreements],
    }


def _number(value: float | None) -> float | str | None:
    return value if value is None or math.isfinite(value) else str(value)


def _line(scenario: str, judged: Judged) -> dict[str, Any]:
    return {
        "scenario": scenario,
        "section": judged.line.section,
        "text": judged.line.text,
        "line": judged.line.line,
        "findings": [_finding(finding) for finding in judged.findings],
        "refuted": [
            {
                "printed": refuted.erratum.printed,
                "line": refuted.erratum.line,
                "reason": refuted.reason,
            }
            for refuted in judged.refuted
        ],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "kind": finding.kind,
        "quantity": finding.quantity,
        "printed": finding.printed,
        "exact": finding.exact,
        "verdict": finding.verdict,
        "should_be": finding.should_be,
        "recorded": finding.recorded,
        "explanation": None,
        "routes": {
            "full_precision": finding.full_precision,
            "printed_operands": finding.printed_operands,
        },
        "reason": finding.reason,
    }
