"""FHIR resources as records: what each kind says of a fact, what is left out, what is reported, what is refused."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Callable
from contextlib import closing
from typing import Any, BinaryIO

import pytest

from protocol_dsl.adapters.fhir.code_map import CodeMap, code_map_of
from protocol_dsl.adapters.fhir.patients import read_fhir
from protocol_dsl.adapters.incoming import BadPatients, Incoming
from protocol_dsl.adapters.mapping import section_of
from protocol_dsl.adapters.remarks import Remarks
from protocol_dsl.ir.facts import Code, Fact
from protocol_dsl.runtime.reading import read_patient
from protocol_dsl.runtime.schema import AttributeSchema, FactSchema, Schema
from protocol_dsl.runtime.stage import judging_day
from protocol_dsl.vocabulary.calendar import When

_UNITS = {"umol/L": (1, 1, 0, 1), "mg/dL": (17104, 1000, 0, 1)}
_SCHEMAS = (
    FactSchema("sex", "choice", choices=("female", "male"), builtin=True),
    FactSchema("birth_date", "date", builtin=True),
    FactSchema("bilirubin", "lab", unit="umol/L", units=_UNITS),
    FactSchema("systolic", "measure", unit="mm[Hg]", units={"mm[Hg]": (1, 1, 0, 1)}),
    FactSchema("hbsag", "finding", choices=("positive", "negative")),
    FactSchema("ecog", "choice", choices=("0", "1", "2")),
    FactSchema("weight", "number", unit="kg", units={"kg": (1, 1, 0, 1), "g": (1, 1000, 0, 1)}),
    FactSchema("pregnant", "yes_no"),
    FactSchema("dialysis", "yes_no", closed=True),
    FactSchema("bleeding", "event"),
    FactSchema("hepatitis", "event", closed=True),
    FactSchema(
        "steroid", "event", attributes=(AttributeSchema("dose", "number", unit="mg", units={"mg": (1, 1, 0, 1)}),)
    ),
)  # fmt: skip
SCHEMA = Schema({fact.name: fact for fact in _SCHEMAS})
_CODES = {
    "bilirubin": (Code("loinc", "14631-6", "umol/L"), Code("loinc", "1975-2", "mg/dL")),
    "systolic": (Code("loinc", "8480-6", "mm[Hg]"),),
    "hbsag": (Code("loinc", "5195-3"),),
    "ecog": (Code("loinc", "89247-1"),),
    "weight": (Code("loinc", "29463-7"),),
    "pregnant": (Code("loinc", "82810-3"), Code("snomed", "77386006")),
    "bleeding": (Code("icd10", "K92"), Code("icd10", "I85.0")),
    "dialysis": (Code("loinc", "72058-1"),),
    "hepatitis": (Code("icd10", "B18.1"), Code("snomed", "61977001")),
    "steroid": (Code("rxnorm", "8640"), Code("atc", "H02AB"), Code("inn", "prednisone")),
}
FACTS = tuple(Fact(name, SCHEMA.facts[name].kind, name, codes=codes) for name, codes in _CODES.items())
PATIENT = {"resourceType": "Patient", "id": "p1", "gender": "female", "birthDate": "1980-05"}
_LOINC, _SNOMED, _RXNORM = (
    "http://loinc.org",
    "http://snomed.info/sct",
    "http://www.nlm.nih.gov/research/umls/rxnorm",
)
_ICD, _CM, _ATC = (
    "http://hl7.org/fhir/sid/icd-10",
    "http://hl7.org/fhir/sid/icd-10-cm",
    "http://www.whocc.no/atc",
)


def concept(system: str, code: str, display: str = "") -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code, "display": display}]}


def observation(code: str, **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Observation", "status": "final", "code": concept(_LOINC, code),
        "subject": {"reference": "Patient/p1"}, "effectiveDateTime": "2026-03-01T08:00:00Z", **more,
    }  # fmt: skip


def quantity(value: float, code: str = "mg/dL", **more: Any) -> dict[str, Any]:
    return {"valueQuantity": {"value": value, "unit": code, "code": code, **more}}


def limited(*ranges: dict[str, Any]) -> dict[str, Any]:
    return observation("1975-2", **quantity(2), referenceRange=list(ranges))


def resource(kind: str, code: dict[str, Any], **more: Any) -> dict[str, Any]:
    key = "medicationCodeableConcept" if kind.startswith("Medication") else "code"
    return {"resourceType": kind, key: code, "subject": {"reference": "Patient/p1"}, **more}


def condition(
    code: str, clinical: str = "active", verified: str = "confirmed", **more: Any
) -> dict[str, Any]:
    said = {"clinicalStatus": concept("c", clinical), "verificationStatus": concept("v", verified)}
    return resource("Condition", concept(_ICD, code), **said, **more)


def patients(
    data: bytes, chosen: CodeMap | None = None, on: When | None = None, name: str = "x.ndjson"
) -> tuple[list[Incoming], Remarks]:
    remarks = Remarks()

    def opened() -> closing[BinaryIO]:
        return closing(io.BytesIO(data))

    return list(read_fhir([(name, opened)], FACTS, SCHEMA, remarks, chosen=chosen, on=on)), remarks


def lines(*resources: dict[str, Any]) -> bytes:
    return "\n".join(map(json.dumps, resources)).encode()


def record(
    *resources: dict[str, Any], chosen: CodeMap | None = None, on: str | None = None
) -> tuple[dict[str, Any], list[str]]:
    """The record of the one patient, which the reader takes without a problem, and what was remarked."""
    found, remarks = patients(lines(PATIENT, *resources), chosen, judging_day(on) if on else None)
    return dict(found[0].record), [one.text() for one in remarks]


def fact(name: str, *resources: dict[str, Any], on: str | None = None, chosen: CodeMap | None = None) -> Any:
    found, remarks = record(*resources, on=on, chosen=chosen)
    assert not remarks
    return found.get(name)


def map_of(text: str) -> CodeMap:
    return code_map_of(section_of(text.encode(), "map.toml"), "map.toml")


def test_a_patient_has_a_sex_and_a_partial_birth_date() -> None:
    found, remarks = record()
    assert found == {"id": "p1", "sex": "female", "birth_date": "1980-05"}
    assert not remarks


def test_a_deceased_patient_is_reported() -> None:
    _, remarks = patients(lines({**PATIENT, "deceasedDateTime": "2026-01-01"}))
    assert "deceased" in next(iter(remarks)).reason


SAMPLES: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "its own unit": ("bilirubin", observation("14631-6", **quantity(2)), {"value": 2, "unit": "mg/dL"}),
    "a bound": (
        "bilirubin", observation("1975-2", **quantity(0.1, comparator="<")), {"value": "<0.1", "unit": "mg/dL"},
    ),
    "the unit of its code": (
        "bilirubin", observation("1975-2", valueQuantity={"value": 2}), {"value": 2, "unit": "mg/dL"},
    ),
    "a printed unit where the code is none": (
        "bilirubin", observation("1975-2", valueQuantity={"value": 2, "unit": "mg/dL", "code": "local"}),
        {"value": 2, "unit": "mg/dL"},
    ),
    "its limits": (
        "bilirubin",
        observation("1975-2", **quantity(2), referenceRange=[{"low": {"value": 0.1}, "high": {"value": 1.2}}]),
        {"value": 2, "unit": "mg/dL", "lln": 0.1, "uln": 1.2},
    ),
    "a number in a text": ("bilirubin", observation("1975-2", valueString="<0.5"), {"value": "<0.5", "unit": "mg/dL"}),
    "error is an unknown value": (
        "bilirubin", observation("1975-2", dataAbsentReason=concept("r", "error")), {"value": None},
    ),
    "a qualifier": (
        "hbsag", observation("5195-3", valueCodeableConcept=concept(_SNOMED, "11214006", "Reactive")),
        {"value": "positive"},
    ),
    "a text": ("hbsag", observation("5195-3", valueString="Not detected"), {"value": "negative"}),
}  # fmt: skip


@pytest.mark.parametrize("case", SAMPLES)
def test_an_observation_is_a_sample(case: str) -> None:
    name, body, expected = SAMPLES[case]
    assert fact(name, body) == [{**expected, "on": "2026-03-01T08:00:00Z"}]


def test_a_component_is_a_sample_of_its_own_code() -> None:
    parts = [{"code": concept(_LOINC, "8480-6"), **quantity(120, "mm[Hg]")}]
    assert fact("systolic", observation("85354-9", component=parts))[0]["value"] == 120


@pytest.mark.parametrize("status", ["entered-in-error", "cancelled", "registered"])
def test_a_withdrawn_observation_says_nothing(status: str) -> None:
    assert fact("bilirubin", observation("1975-2", **quantity(2), status=status)) is None


@pytest.mark.parametrize(
    ("ranges", "words"),
    [
        (({"high": {"value": 1}}, {"high": {"value": 2}}), "several"),
        (({"text": "up to 1.2"},), "up to 1.2"),
        (({"high": {"value": 17, "code": "umol/L"}},), "17 umol/L"),
    ],
)
def test_a_range_of_no_use_is_not_taken_for_none(ranges, words) -> None:
    found, _ = record(limited(*ranges))
    assert (found["bilirubin"][0]["uln"], found["bilirubin"][0]["lln"]) == (words, words)


def test_a_test_not_performed_is_no_value() -> None:
    assert fact("bilirubin", observation("1975-2", dataAbsentReason=concept("r", "not-performed"))) is None


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (observation("1975-2", **quantity(2), status="preliminary"), "not final"),
        (observation("14631-6", valueQuantity={"value": 2}) | {"code": concept("urn:lab", "B")}, "states no unit"),
        (limited({"high": {"value": 1}}, {"high": {"value": 2}}), "several ranges"),
        (limited({"text": "up to 1.2"}), "text alone"),
        (limited({"high": {"value": 1, "code": "umol/L"}}), "another unit"),
        (observation("5195-3", valueString="borderline"), "none of the fact's values"),
        (observation("718-7", **quantity(12)), "leads to no fact"),
        (condition("K92.2", verified="provisional"), "provisional"),
        (resource("AllergyIntolerance", concept(_RXNORM, "8640")), "allergy"),
        (resource("Condition", concept(_CM, "I85.00")), "refines"),
        (observation("1975-2", **quantity(2), subject={"reference": "Patient/p9"}), "who are not there"),
        (observation("1975-2", **quantity(2), subject={"display": "somebody"}), "names no patient"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_reported(body: dict[str, Any], said: str) -> None:
    chosen = CodeMap("map.toml", codes=map_of('[codes]\n"urn:lab|B" = "bilirubin"').codes)
    _, remarks = record(body, chosen=chosen)
    assert [one for one in remarks if said in one], remarks


def test_an_unknown_unit_and_an_implausible_date_are_for_the_reader_of_records() -> None:
    found, _ = record(observation("1975-2", **quantity(2, "furlong"), effectiveDateTime=None))
    problems = read_patient(found, SCHEMA, judging_day("2026-03-05")).problems
    assert [problem.path for problem in problems] == ["bilirubin[0].on", "bilirubin[0].unit"]


SPANS: dict[str, tuple[str, dict[str, Any], list[dict[str, Any]]]] = {
    "active": ("bleeding", condition("K92.2", onsetDateTime="2026-02"), [{"from": "2026-02", "ongoing": True}]),
    "ended": (
        "bleeding", condition("K92.2", "resolved", onsetDateTime="2026-01-01", abatementDateTime="2026-01-09"),
        [{"from": "2026-01-01", "to": "2026-01-09"}],
    ),
    "resolved by the day it was said": (
        "bleeding", condition("K92.2", "resolved", onsetDateTime="2026-01-01", meta={"lastUpdated": "2026-02-01"}),
        [{"from": "2026-01-01", "ongoing": False}],
    ),
    "resolved after the day of judging, or when is not known": (
        "bleeding", condition("K92.2", "resolved", onsetDateTime="2026-01-01"), [{"from": "2026-01-01"}],
    ),
    "in remission": ("bleeding", condition("K92.2", "remission", onsetDateTime="2026-01-01"), [{"from": "2026-01-01"}]),
    "a subcode": (
        "bleeding", resource("Condition", concept(_CM, "K92.2"), onsetDateTime="2026"), [{"from": "2026"}],
    ),
    "a procedure": (
        "bleeding", resource("Procedure", concept(_ICD, "K92"), status="completed", performedDateTime="2026-01-01"),
        [{"on": "2026-01-01"}],
    ),
    "a procedure of R5": (
        "bleeding",
        resource("Procedure", concept(_ICD, "K92"), status="completed", occurrencePeriod={"start": "2026-01-01"}),
        [{"from": "2026-01-01"}],
    ),
    "an order with its dose": (
        "steroid",
        resource(
            "MedicationRequest", concept(_RXNORM, "8640"), status="active", intent="order", authoredOn="2026-01-01",
            dosageInstruction=[{"doseAndRate": [{"doseQuantity": {"value": 20, "code": "mg"}}]}],
        ),
        [{"from": "2026-01-01", "ongoing": True, "dose": {"value": 20, "unit": "mg"}}],
    ),
    "a drug by its class": (
        "steroid",
        resource(
            "MedicationAdministration", concept(_ATC, "H02AB06"), status="completed", effectiveDateTime="2026-01-02"
        ),
        [{"on": "2026-01-02"}],
    ),
    "a drug of R5 by its name": (
        "steroid",
        {
            "resourceType": "MedicationStatement", "status": "recorded", "subject": {"reference": "Patient/p1"},
            "medication": {"concept": {"text": "Prednisone"}},
            "effectivePeriod": {"start": "2026-01-02", "end": "2026-01-04"},
        },
        [{"from": "2026-01-02", "to": "2026-01-04"}],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", SPANS)
def test_a_resource_is_an_occurrence(case: str) -> None:
    name, body, expected = SPANS[case]
    assert fact(name, body, on="2026-03-05") == {"occurrences": expected}


@pytest.mark.parametrize(
    "body",
    [
        condition("K92.2", verified="refuted"),
        condition("K92.2", verified="entered-in-error"),
        resource("Procedure", concept(_ICD, "K92"), status="not-done"),
        resource("MedicationRequest", concept(_RXNORM, "8640"), status="active", doNotPerform=True),
        resource("MedicationRequest", concept(_RXNORM, "8640"), status="cancelled", intent="order"),
    ],
)
def test_what_did_not_happen_says_nothing(body: dict[str, Any]) -> None:
    assert record(body)[0] == record()[0]


def test_an_unsure_diagnosis_keeps_absence_from_being_said() -> None:
    found, _ = record(condition("B18.1", verified="provisional"))
    assert found["hepatitis"] == {"occurrences": [], "complete": False}


@pytest.mark.parametrize(
    "body",
    [
        resource("Condition", concept(_CM, "B18.12")),
        resource("AllergyIntolerance", concept(_SNOMED, "61977001")),
    ],
)
def test_a_code_that_may_mean_it_keeps_absence_from_being_said(body: dict[str, Any]) -> None:
    assert record(body)[0]["hepatitis"] == {"occurrences": [], "complete": False}
    settled = map_of('allergies = []\nignore = ["icd10cm|B18.12"]')
    assert "hepatitis" not in record(body, chosen=settled)[0]


def test_an_answer_that_is_not_understood_is_no_no() -> None:
    found, _ = record(observation("72058-1", valueString="perhaps"))
    assert read_patient(found, SCHEMA, judging_day("2026-03-05")).records.facts["dialysis"] is None
    assert read_patient(record()[0], SCHEMA, judging_day("2026-03-05")).records.facts["dialysis"] is False


def test_a_yes_comes_of_what_goes_on_and_a_no_only_of_an_answer() -> None:
    pregnant = {"coding": [{"system": _SNOMED, "code": "77386006"}]}
    assert fact("pregnant", condition("X") | {"code": pregnant}) is True
    assert fact("pregnant", observation("82810-3", valueBoolean=False)) is False
    found, _ = record(condition("X", "resolved") | {"code": pregnant})
    reading = read_patient(found, SCHEMA, judging_day("2026-03-05"))
    assert reading.records.facts["pregnant"] is None
    assert reading.problems


def test_one_value_is_the_latest_by_the_day_of_judging() -> None:
    weights = [
        observation("29463-7", **quantity(value, "kg"), effectiveDateTime=day)
        for value, day in ((60, "2026-01-01"), (62, "2026-02-01"), (90, "2026-04-01"))
    ]
    assert fact("weight", *weights, on="2026-03-05") == {"value": 62, "unit": "kg"}
    _, remarks = record(weights[0], observation("29463-7", **quantity(70, "kg"), effectiveDateTime="2026"))
    assert "which is the latest" in remarks[0]


def test_references_of_a_bundle_and_drugs_that_come_later() -> None:
    urn = "urn:uuid:0c5d2b1e-0000-4000-8000-000000000001"
    order = {
        "resourceType": "MedicationRequest", "status": "stopped", "authoredOn": "2026-01-01",
        "subject": {"reference": urn}, "medicationReference": {"reference": "Medication/m1"},
    }  # fmt: skip
    body = {
        "entry": [
            {"fullUrl": "urn:uuid:x", "resource": order},
            {"fullUrl": urn, "resource": PATIENT},
            {"resource": {"resourceType": "Medication", "id": "m1", "code": concept(_RXNORM, "8640")}},
            {
                "resource": observation(
                    "5195-3", valueString="POS", subject={"reference": "http://h/fhir/Patient/p1"}
                )
            },
        ],
        "resourceType": "Bundle",
    }
    chosen = map_of('[codes]\n"loinc|5195-3" = { fact = "hbsag", values = { POS = "positive" } }')
    for name in ("bundle.json", "bundle.ndjson"):
        found, remarks = patients(json.dumps(body).encode(), chosen, judging_day("2026-03-05"), name)
        assert found[0].record["steroid"] == {"occurrences": [{"from": "2026-01-01"}]}
        assert found[0].record["hbsag"] == [{"value": "positive", "on": "2026-03-01T08:00:00Z"}]
        assert not len(remarks)


def test_the_version_updated_last_counts() -> None:
    first = observation("1975-2", **quantity(2), id="o1", meta={"lastUpdated": "2026-03-02"})
    later = observation("1975-2", **quantity(3), id="o1", meta={"lastUpdated": "2026-03-03"})
    for given in ((first, later), (later, first)):
        found, remarks = record(*given)
        assert [sample["value"] for sample in found["bilirubin"]] == [3]
        assert "several versions" in remarks[0]
    found, _ = record(first, {**later, "status": "entered-in-error"})
    assert "bilirubin" not in found
    assert fact("bilirubin", first, first) is not None, "the same again is the same"


def test_a_map_completes_ignores_and_tells_allergies_apart() -> None:
    chosen = map_of('complete = ["bleeding"]\nignore = ["*"]\nallergies = ["steroid"]')
    allergy = resource("AllergyIntolerance", concept(_RXNORM, "8640"), clinicalStatus=concept("c", "active"))
    order = resource("MedicationRequest", concept(_RXNORM, "8640"), status="active", authoredOn="2026-01-01")
    found, remarks = record(allergy, order, observation("718-7", **quantity(12)), chosen=chosen)
    assert found["bleeding"] == {"occurrences": [], "complete": True}
    assert found["steroid"] == {"occurrences": [{"ongoing": True}]}
    assert not remarks


def test_a_map_is_held_to_check_digits_and_declared_facts() -> None:
    _, remarks = record(chosen=map_of('[codes]\n"loinc|1975-3" = "bilirubin"\n"snomed|77386006" = "pregnat"'))
    assert any("its check digit would be 2" in one for one in remarks)
    assert any("did you mean `pregnant`" in one for one in remarks)


def test_the_last_record_is_the_day_to_judge_on() -> None:
    found, _ = patients(
        lines(PATIENT, observation("1975-2", **quantity(2)), condition("K92", onsetDateTime="2026")),
        map_of('on = "last record"'),
    )
    assert found[0].on == "2026-03-01"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b'{"resourceType": "Patient", "id": "p1"}\n{"resourceType": "Obs', "x.ndjson:2"),
        (b'{"id": "p1"}', "no FHIR resource"),
        (b'[1]', "no FHIR resource"),
        (b'{"resourceType": "Bundle", "entry": 3}', "no array"),
        (b'{"resourceType": "Bundle", "entry": [3]}', "is an object"),
        (lines(observation("1975-2")), "no Patient"),
        (lines(PATIENT, {**PATIENT, "gender": "male"}), "another one than before"),
        (b'{"resourceType": "Patient"}', "has no id"),
        (b"\xff\xfe", "UTF-16"),
        (b'{"a": "' + b"x" * 20_000_000, "larger than"),
    ],
)  # fmt: skip
def test_what_is_no_fhir_is_refused(data: bytes, said: str) -> None:
    for name in ("x.ndjson",) if said.startswith("x.") else ("x.ndjson", "x.json"):
        with pytest.raises(BadPatients) as refused:
            patients(data, name=name)
        assert said in str(refused.value)
        assert refused.value.fix


def test_a_damaged_archive_is_refused() -> None:
    packed = gzip.compress(lines(PATIENT) * 50)

    def opened() -> closing[Any]:
        return closing(gzip.GzipFile(fileobj=io.BytesIO(packed[:-20])))

    with pytest.raises(BadPatients, match="damaged"):
        list(read_fhir([("x.ndjson.gz", opened)], FACTS, SCHEMA, Remarks()))


_TWISTED = (
    "code", "status", "subject", "effectiveDateTime", "valueQuantity", "referenceRange", "component", "meta", "id",
)  # fmt: skip
ODDITIES: tuple[Callable[[dict[str, Any]], None], ...] = tuple(
    (lambda body, key=key, odd=odd: body.__setitem__(key, odd))
    for key in _TWISTED
    for odd in (None, 3, "x", [], {}, [3], {"coding": 3}, {"coding": [{"code": 3}]}, {"reference": 3}, {"value": [1]})
)  # fmt: skip


def test_no_shape_of_a_resource_breaks_the_reading() -> None:
    for twist in ODDITIES:
        body = observation("1975-2", **quantity(2), referenceRange=[{"high": {"value": 1}}])
        twist(body)
        found, _ = patients(lines(PATIENT, body))
        read_patient(found[0].record, SCHEMA, judging_day("2026-03-05"))
