"""The JSON report is a contract: this is its schema, after section 7 of the design."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any, Final

import jsonschema
import pytest

from harness.check import check
from harness.report.json import as_json, as_object
from harness.shipped import shipped_fixtures
from harness.witnesses import Witness, load, load_plug_in
from tests.conftest import shipped_report
from tests.fakes.scenarios import RECORDED, REFUTED, TINY, equations, made, tiny

FAKES = Path(__file__).parent / "fakes"

NUMBER_VERDICTS = [
    "correct", "truncated", "carried", "last-digit", "inherited", "wrong", "undecided", "unchecked",
]  # fmt: skip
FORMULA_VERDICTS = ["holds", "false", "undecided"]
ERRATA = {"last-digit", "inherited", "wrong", "false"}


def obliged(**properties: Any) -> dict[str, Any]:
    """An object with these keys at least; more may come later."""
    return {"type": "object", "properties": properties, "required": list(properties)}


def many(items: Any) -> dict[str, Any]:
    return {"type": "array", "items": items}


def one_of(*words: str | None) -> dict[str, Any]:
    return {"enum": list(words)}


TEXT: Final = {"type": "string"}
TEXT_OR_NULL: Final = {"type": ["string", "null"]}
COUNT: Final = {"type": "integer", "minimum": 0}
#: A float; one that JSON cannot write is a string.
FLOAT: Final = {"anyOf": [{"type": "number"}, one_of("inf", "-inf", "nan")]}
FLOAT_OR_NULL: Final = {"anyOf": [FLOAT, {"type": "null"}]}
_EXPLANATION: Final[dict[str, Any]] = {
    **dict.fromkeys(["sentence", "mistake", "scope", "computation", "reproduces"], TEXT),
    "candidates": COUNT,
    "chance": {"type": ["number", "null"], "minimum": 0, "maximum": 1},
}
EXPLANATION: Final = {
    "anyOf": [
        obliged(**_EXPLANATION, also=many(obliged(**_EXPLANATION, also=many({})))),
        {"type": "null"},
    ]
}
DIVERGENCE: Final = obliged(
    quantity=TEXT, got=FLOAT, exact=TEXT, of_bound=FLOAT, ulps=FLOAT_OR_NULL
)
WITNESS: Final = obliged(
    status=one_of("agrees", "disagrees", "unsupported", "failed"),
    quantities=COUNT,
    asked=COUNT,
    unanswered=many(TEXT),
    undecided=many(obliged(quantity=TEXT, got=FLOAT, reason=TEXT)),
    worst_ulps=FLOAT_OR_NULL,
    worst_of_bound=FLOAT_OR_NULL,
    divergences=COUNT,
    first_divergence={"anyOf": [DIVERGENCE, {"type": "null"}]},
    reason=TEXT_OR_NULL,
    explanation=EXPLANATION,
)
PAIR: Final = obliged(
    witnesses={"type": "array", "items": TEXT, "minItems": 2, "maxItems": 2},
    quantities=COUNT,
    worst_ulps=FLOAT,
    apart=many(TEXT),
)
#: At least 20 significant digits, counted from the first that is not zero; or zero.
EXACT: Final = {
    "anyOf": [
        {"type": "null"},
        {"type": "string", "pattern": r"^-?[0.]*([1-9]\.?(\d\.?){19,}|0)(e[+-]?\d+)?$"},
    ]
}
FINDING: Final = {
    **obliged(
        kind=one_of("number", "formula", "operand"),
        quantity=TEXT,
        printed=TEXT,
        exact=EXACT,
        verdict=one_of(*NUMBER_VERDICTS, *FORMULA_VERDICTS),
        should_be=TEXT_OR_NULL,
        recorded={"type": "boolean"},
        explanation=EXPLANATION,
        cause={
            "anyOf": [
                obliged(sentence=TEXT, found={"type": ["boolean", "null"]}),
                {"type": "null"},
            ]
        },
        routes=obliged(full_precision=TEXT_OR_NULL, printed_operands=TEXT_OR_NULL),
        reason=TEXT_OR_NULL,
    ),
    "if": {"properties": {"kind": {"const": "formula"}}},
    "then": {"properties": {"verdict": one_of(*FORMULA_VERDICTS)}},
    "else": {"properties": {"verdict": one_of(*NUMBER_VERDICTS)}},
}
LINE: Final = obliged(
    scenario=TEXT,
    section=TEXT,
    text=TEXT,
    line={"type": "integer", "minimum": 1},
    findings=many(FINDING),
    refuted=many(obliged(printed=TEXT, line=COUNT, reason=TEXT)),
)
DOCUMENT: Final = obliged(
    id=TEXT,
    title=TEXT,
    file=TEXT,
    scenarios=many(
        obliged(
            id=TEXT,
            witnesses={"type": "object", "additionalProperties": WITNESS},
            pairs=many(PAIR),
        )
    ),
    lines=many(LINE),
)
SCHEMA: Final = obliged(
    schema={"const": "backproof.report/1"},
    backproof=TEXT,
    implementations=many(
        obliged(
            name=TEXT,
            version=TEXT_OR_NULL,
            status=one_of("ran", "unavailable", "failed"),
            reason=TEXT_OR_NULL,
        )
    ),
    documents=many(DOCUMENT),
    summary=obliged(
        numbers=obliged(**dict.fromkeys(NUMBER_VERDICTS, COUNT)),
        formulas=obliged(**dict.fromkeys(FORMULA_VERDICTS, COUNT)),
        operands=obliged(**dict.fromkeys(NUMBER_VERDICTS, COUNT)),
        errata=obliged(recorded=COUNT, unrecorded=COUNT, refuted=COUNT),
        disagreements=COUNT,
    ),
)


def reported(folder: Path, text: str, *specs: str) -> dict[str, Any]:
    """The report on a fixture, by way of its text, checked against the schema."""
    witnesses = [load_plug_in(f"{FAKES}/{spec}") for spec in specs] or [load("loops")]
    report: dict[str, Any] = json.loads(as_json(check([made(folder, text)], witnesses)))
    jsonschema.validate(report, SCHEMA)
    return report


def only_witness(report: dict[str, Any]) -> dict[str, Any]:
    [scenario] = report["documents"][0]["scenarios"]
    [witness] = scenario["witnesses"].values()
    return witness  # type: ignore[no-any-return]


def test_the_report_on_the_shipped_fixtures_is_as_the_schema_says() -> None:
    report = json.loads(as_json(shipped_report()))
    jsonschema.validate(report, SCHEMA)
    assert [document["id"] for document in report["documents"]] == [
        path.stem for path in shipped_fixtures()
    ]


def test_the_counts_of_the_summary_are_those_of_the_lines() -> None:
    report = as_object(shipped_report())
    findings = [
        finding
        for document in report["documents"]
        for line in document["lines"]
        for finding in line["findings"]
    ]
    for kind in ("number", "formula", "operand"):
        counted = Counter(one["verdict"] for one in findings if one["kind"] == kind)
        assert {v: n for v, n in report["summary"][f"{kind}s"].items() if n} == dict(counted)
    errata = Counter(one["recorded"] for one in findings if one["verdict"] in ERRATA)
    assert report["summary"]["errata"]["recorded"] == errata[True] > 0
    assert report["summary"]["errata"]["unrecorded"] == errata[False]


@pytest.mark.parametrize(
    ("spec", "status"),
    [
        pytest.param("right.py:by_text", "agrees", id="agrees"),
        pytest.param("right.py:partial", "agrees", id="answers a part"),
        pytest.param("right.py:more_than_asked", "agrees", id="answers more"),
        pytest.param("wrong.py:flipped_sign", "disagrees", id="disagrees"),
        pytest.param("wrong.py:nan_everywhere", "disagrees", id="is never a number"),
        pytest.param("wrong.py:infinite_loss", "disagrees", id="is infinite"),
        pytest.param("misbehaving.py:raises", "failed", id="raises"),
        pytest.param("misbehaving.py:unsupported", "unsupported", id="cannot run it"),
    ],
)
def test_whatever_an_implementation_does_the_report_is_valid(
    spec: str, status: str, tmp_path: Path
) -> None:
    assert only_witness(reported(tmp_path, TINY, spec))["status"] == status


def test_one_that_disagrees_is_told_with_where_it_differs_first(tmp_path: Path) -> None:
    witness = only_witness(reported(tmp_path, TINY, "wrong.py:flipped_sign"))
    first = witness["first_divergence"]
    assert first["quantity"] == "dE_total/dw5"
    assert float(first["exact"]) == pytest.approx(-first["got"])
    assert witness["divergences"] == 1
    assert witness["worst_of_bound"] == first["of_bound"]


def test_not_a_number_is_written_as_text(tmp_path: Path) -> None:
    witness = only_witness(reported(tmp_path, TINY, "wrong.py:nan_everywhere"))
    assert witness["first_divergence"]["got"] == "nan"
    assert witness["worst_ulps"] == "inf"


def test_one_that_failed_anywhere_has_failed(tmp_path: Path) -> None:
    report = reported(tmp_path, TINY, "misbehaving.py:raises", "right.py:by_text")
    told = [(one["status"], one["reason"]) for one in report["implementations"]]
    raised = "raised ValueError: the weights do not fit together (misbehaving.py:18)"
    assert told == [("failed", raised), ("ran", None)]


def test_one_that_is_not_installed_is_told(tmp_path: Path) -> None:
    absent = Witness("absent", None, None, "unavailable", "torch is not installed")
    report = as_object(check([made(tmp_path, TINY)], [absent]))
    jsonschema.validate(report, SCHEMA)
    assert report["implementations"] == [
        {
            "name": "absent",
            "version": None,
            "status": "unavailable",
            "reason": "torch is not installed",
        }
    ]
    assert report["documents"][0]["scenarios"][0]["witnesses"] == {}


def test_what_cannot_be_judged_is_told_with_the_answer(tmp_path: Path) -> None:
    text = equations("y = log(x)", values="{x: 0}", claims="[y = 1]")
    absurd = Witness("absurd", None, lambda task: {"y": float("-inf")})
    report = as_object(check([made(tmp_path, text)], [absurd]))
    jsonschema.validate(report, SCHEMA)
    [undecided] = only_witness(report)["undecided"]
    assert (undecided["quantity"], undecided["got"]) == ("y", "-inf")
    [finding] = report["documents"][0]["lines"][0]["findings"]
    assert (finding["verdict"], finding["exact"]) == ("unchecked", None)
    assert finding["reason"]


@pytest.mark.parametrize("printed", ["0.370750", ".37075", "+0.37075", "3.7075e-1", "0.4"])
def test_a_number_is_told_as_it_is_printed_and_with_25_digits(printed: str, tmp_path: Path) -> None:
    report = reported(tmp_path, tiny(f"net_h1 = {printed}"))
    [finding] = report["documents"][0]["lines"][0]["findings"]
    assert finding["printed"] == printed
    assert finding["exact"] == "0.3707500000000000000000000"


@pytest.mark.parametrize(("text", "recorded"), [(RECORDED, True), (REFUTED, False)])
def test_a_recorded_erratum_is_told_from_one_that_is_none(
    text: str, recorded: bool, tmp_path: Path
) -> None:
    [line] = reported(tmp_path, text)["documents"][0]["lines"]
    assert [finding["recorded"] for finding in line["findings"]] == [recorded]
    assert bool(line["refuted"]) is not recorded
    assert line["section"] == "One Update"
    assert line["line"] > 1


def test_names_of_all_alphabets_are_kept_and_may_be_escaped(tmp_path: Path) -> None:
    report = check([made(tmp_path, equations("ŷ = x", values="{x: 1}", claims="[ŷ = 1]"))], [])
    assert '"text": "ŷ = 1"' in as_json(report)
    assert as_json(report, ascii_only=True).isascii()
    assert json.loads(as_json(report, ascii_only=True)) == json.loads(as_json(report))
