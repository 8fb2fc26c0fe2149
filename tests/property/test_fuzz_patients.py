"""Whatever a patient's record holds, a verdict comes of it, the same from both engines, and nothing odd decides it."""

from __future__ import annotations

import csv
import io
import json
from contextlib import suppress
from functools import cache
from math import isfinite
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from protocol_dsl import pipeline
from protocol_dsl.adapters.incoming import BadPatients
from protocol_dsl.adapters.json_patients import read_json_patients
from protocol_dsl.adapters.rows import Table
from protocol_dsl.adapters.wide import read_wide
from protocol_dsl.cli.checker import Checker
from protocol_dsl.ir.evaluate import evaluate
from protocol_dsl.ir.protocol import Protocol
from protocol_dsl.runtime.reading import read_patient
from protocol_dsl.runtime.records import Range, Sample
from protocol_dsl.runtime.schema import Reading
from protocol_dsl.runtime.wide import read_wide_row
from protocol_dsl.source import read_source
from protocol_dsl.vocabulary.calendar import parse_when

ROOT = Path(__file__).resolve().parents[2]
ON = parse_when("2026-03-02")
fuzz = settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow])

ODD_NUMBERS = ("NaN", "Infinity", "-Infinity", "1e999", "-1e999", "-0", "-0.0", "1e-999", "9" * 400, "1e308")
ODD_DATES = (
    "0000-01-01",
    "99999-01-01",
    "1900-02-29",
    "2026-13-45",
    "2026-02-30",
    "0001-01-01",
    "9999-12-31",
    "9999-12-31T23:59:60",
    "2026-03-02T25:00",
    "",
    "yesterday",
    "²⁰²⁶",
)
DECISIVE = ("total_bilirubin", "inr", "creatinine")


@cache
def flagship() -> tuple[Protocol, Checker]:
    protocol = pipeline.check(read_source(ROOT / "protocols" / "nct02812121.trial")).protocol
    assert protocol is not None
    return protocol, Checker(protocol)


def sample() -> list[dict[str, Any]]:
    """The patients that are shipped."""
    found: list[dict[str, Any]] = json.loads((ROOT / "protocols/patients/sample.json").read_text("utf-8"))
    return [{key: value for key, value in patient.items() if key != "on"} for patient in found]


def judged(reading: Reading) -> dict[str, bool | None]:
    """The outcomes of a patient, on which the engines agree; the verdict can be printed and written."""
    protocol, checker = flagship()
    for value in reading.records.facts.values():
        for one in value if isinstance(value, tuple) and not isinstance(value, Range) else ():
            if isinstance(one, Sample) and isinstance(one.value, float):
                assert isfinite(one.value)
    patient = checker.patient(reading)
    outcomes = checker.outcomes(patient, ON)
    assert evaluate(protocol, reading.records, ON).criteria == outcomes
    verdict = checker.check(patient, ON, "eligibility")
    json.loads(json.dumps(verdict.to_json(), allow_nan=False))
    assert str(verdict)
    return outcomes


def from_json(data: object) -> dict[str, bool | None]:
    return judged(read_patient(data, flagship()[1].schema, ON))  # type: ignore[arg-type]


@pytest.mark.parametrize("fact", DECISIVE)
@pytest.mark.parametrize("number", ODD_NUMBERS, ids=lambda number: number[:12])
def test_odd_numbers_in_json(fact: str, number: str) -> None:
    typical = sample()[0]
    for shape in (
        "%s",
        '{"value": %s}',
        '{"value": %s, "unit": "mg/dL"}',
        '[{"value": %s, "on": "2026-03-01"}]',
        '"%s"',
    ):
        text = json.dumps({**typical, fact: "PLACE"}).replace('"PLACE"', shape % number)
        with suppress(BadPatients):
            for patient in read_json_patients(io.BytesIO(text.encode()), "odd.json"):
                outcomes = from_json(patient.record)
                assert {None, False} & set(outcomes.values()), "none of these is a typical value"


@pytest.mark.parametrize("number", ODD_NUMBERS, ids=lambda number: number[:12])
def test_odd_limits_of_normal(number: str) -> None:
    for limit in ("uln", "lln"):
        entry = {"value": 342, "on": "2026-03-01", limit: json.loads(number)}
        from_json({**sample()[0], "total_bilirubin": entry})


@pytest.mark.parametrize("cell", [*ODD_NUMBERS, *ODD_DATES, "<", "<NaN", ">=inf", "1,000", "١٢"])
def test_odd_cells_of_a_table(cell: str) -> None:
    columns = (
        "id",
        "age",
        "birth_date",
        "inr",
        "inr date",
        "inr unit",
        "total_bilirubin",
        "total_bilirubin uln",
        "ascites",
    )
    out = io.StringIO()
    csv.writer(out).writerows(
        [columns, *([f"P{n}"] + [cell if n == k else "" for k in range(8)] for n in range(8))]
    )
    schema = flagship()[1].schema
    table = Table(io.BytesIO(out.getvalue().encode()), "odd.csv", ",")
    seen = 0
    for patient in read_wide(table, schema):
        judged(read_wide_row({key: str(value) for key, value in patient.record.items()}, schema, ON))
        seen += 1
    assert seen == 8


@pytest.mark.parametrize("date", ODD_DATES)
def test_odd_dates(date: str) -> None:
    for extra in (
        {"birth_date": date},
        {"inr": {"value": 1.8, "on": date}},
        {"hbsag": [{"value": "positive", "on": date}, {"value": "positive", "on": "2026-02-01"}]},
        {"gi_bleeding": [{"on": date}]},
        {"ascites": [{"from": date, "to": "2026-02-01"}]},
        {"ascites": [{"from": "2026-02-01", "to": date}]},
        {"acute_hepatic_insult": [{"from": date, "ongoing": True}]},
    ):
        from_json({**sample()[0], **extra})


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from([*ODD_NUMBERS, *ODD_DATES, "<40", ">= 3", "positive", "2026-02"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["value", "on", "from", "to", "unit", "uln", "lln", "ongoing", "occurrences", "complete", "x"]
            )
            | st.text(max_size=4),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


@fuzz
@given(st.data())
def test_any_json_in_place_of_a_fact(data: st.DataObject) -> None:
    schema = flagship()[1].schema
    names = [*schema.facts, "id", "anchors", "answers", "no_such_fact"]
    changed = data.draw(st.dictionaries(st.sampled_from(names), values, min_size=1, max_size=4))
    from_json({**data.draw(st.sampled_from(sample())), **changed})


@fuzz
@given(st.binary(max_size=200))
def test_any_bytes_as_patients(content: bytes) -> None:
    schema = flagship()[1].schema
    for read in (
        lambda: read_json_patients(io.BytesIO(content), "bytes"),
        lambda: read_wide(Table(io.BytesIO(content), "bytes", ","), schema),
    ):
        with suppress(BadPatients):
            list(read())


@pytest.mark.parametrize("opening", ["[", '{"a":', '[{"inr": ['])
def test_json_nested_ten_thousand_deep(opening: str) -> None:
    with pytest.raises(BadPatients):
        list(read_json_patients(io.BytesIO((opening * 10_000).encode()), "deep.json"))


def test_cut_off_patients() -> None:
    text = (ROOT / "protocols/patients/sample.json").read_text("utf-8")
    rng = Random(1)
    for end in sorted(rng.sample(range(1, len(text) - 2), 60)):
        with pytest.raises(BadPatients):
            list(read_json_patients(io.BytesIO(text[:end].encode()), "cut.json"))
