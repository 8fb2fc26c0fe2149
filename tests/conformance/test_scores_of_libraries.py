"""Scores other than the liver's against rows of an independent calculator, by both engines, whatever the units.

The calculator rounds; a row agrees when the library's number, which is not rounded, is within half of its last place.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from score_engines import Engines, Patient, engines, rows

EVENTS = {
    "congestive_heart_failure": ("heart_failure",),
    "diabetes": ("diabetes",),
    "hypertension": ("hypertension",),
    "stroke_tia_thromboembolism": ("stroke", "tia", "systemic_embolism"),
    "vascular_disease": ("myocardial_infarction", "peripheral_artery_disease", "aortic_plaque"),
}
"""What each of the calculator's flags may be in a record."""


@pytest.fixture(params=[False, True], ids=["SI", "conventional"])
def both(request: pytest.FixtureRequest) -> Engines:
    """The engines over facts declared in either family of units."""
    return engines(conventional=request.param)


def _agrees(value: float | None, expected: str, places: int) -> bool:
    assert value is not None
    return abs(value - float(expected)) <= 0.5 * 10**-places + 1e-9


@pytest.mark.parametrize(
    ("file", "score", "places"),
    [("bmi.csv", "body.bmi", 1), ("body_surface_area.csv", "body.bsa", 2)],
)
def test_body_measures(both: Engines, file: str, score: str, places: int) -> None:
    """The calculator's body surface area is Mosteller's."""
    for row in rows(file):
        metric: Patient = {
            "weight": {"value": float(row["weight_kg"]), "unit": "kg"},
            "height": {"value": float(row["height_cm"]), "unit": "cm"},
        }
        small: Patient = {
            "weight": {"value": float(row["weight_kg"]) * 1000, "unit": "g"},
            "height": {"value": float(row["height_cm"]) / 100, "unit": "m"},
        }
        for patient in (metric, small):
            assert _agrees(both.value(score, patient), row["expected"], places), row


@pytest.mark.parametrize(
    ("file", "score", "places"),
    [("egfr.csv", "renal.egfr", 0), ("cockcroft_gault.csv", "renal.creatinine_clearance", 1)],
)
def test_kidney_function(both: Engines, file: str, score: str, places: int) -> None:
    for row in rows(file):
        assert row["creatinine_unit"] == "mg/dL"
        amounts = ((float(row["creatinine"]), "mg/dL"), (float(row["creatinine"]) * 10000 / 113.12, "umol/L"))
        for amount, unit in amounts:
            patient: Patient = {
                "creatinine": {"value": amount, "unit": unit},
                "age": int(row["age"]),
                "sex": row["sex"],
            }
            if "weight_kg" in row:
                patient["weight"] = {"value": float(row["weight_kg"]), "unit": "kg"}
            assert _agrees(both.value(score, patient), row["expected"], places), row


def test_fib_4(both: Engines) -> None:
    for row in rows("fib4.csv"):
        patient: Patient = {
            "age": int(row["age"]),
            "alt": {"value": float(row["alt"]), "unit": "U/L"},
            "ast": {"value": float(row["ast"]), "unit": "U/L"},
            "platelets": {"value": float(row["platelets"]), "unit": "10^9/L"},
        }
        assert _agrees(both.value("liver.fib_4", patient), row["expected"], 2), row


def _histories(row: dict[str, str]) -> Iterator[Patient]:
    """The row as a record: each flag by every disease that can stand for it, the others never had."""
    for choice in range(3):
        patient: Patient = {"age": int(row["age"]), "sex": row["sex"]}
        for flag, diseases in EVENTS.items():
            patient |= {disease: [] for disease in diseases}
            if row[flag] == "True":
                patient[diseases[choice % len(diseases)]] = [{"on": "2020-05"}]
        yield patient


def test_cha2ds2_vasc(both: Engines) -> None:
    for row in rows("cha2ds2vasc.csv"):
        for patient in _histories(row):
            assert both.value("cardiology.cha2ds2_vasc", patient) == float(row["expected"]), row


def test_the_calculators_rows_reach_both_sexes_and_every_band_of_age() -> None:
    ages = [int(row["age"]) for row in rows("cha2ds2vasc.csv")]
    assert {(age >= 65) + (age >= 75) for age in ages} == {0, 1, 2}
    for file in ("egfr.csv", "cockcroft_gault.csv", "cha2ds2vasc.csv"):
        assert {row["sex"] for row in rows(file)} == {"male", "female"}


# Scores without rows: published examples and arithmetic done by hand.

PAPER: tuple[tuple[str, Patient, float], ...] = (
    ("laboratory.anion_gap", {"sodium": 140, "chloride": 104, "bicarbonate": 24}, 12),
    # 8.0 mg/dL at albumin 2.0 g/dL: 8.0 + 0.8 * 2 = 9.6 mg/dL, that is 96 mg/L over 40.078 g/mol
    (
        "laboratory.corrected_calcium",
        {"calcium": {"value": 8, "unit": "mg/dL"}, "albumin": {"value": 2, "unit": "g/dL"}},
        96 / 40.078,
    ),
    # 4.5 mmol/L and 5 mU/L are the paper's healthy reference: resistance 1
    ("laboratory.homa_ir", {"fasting_glucose": {"value": 4.5, "unit": "mmol/L"}, "fasting_insulin": 5}, 1),
    # at 60 a minute nothing is corrected; 117.1875 a minute leave 0.512 s, whose cube root is 0.8
    ("cardiology.qtc_fridericia", {"qt_interval": 400, "heart_rate": 60}, 400),
    ("cardiology.qtc_bazett", {"qt_interval": 400, "heart_rate": 60}, 400),
    ("cardiology.qtc_fridericia", {"qt_interval": 320, "heart_rate": 117.1875}, 400),
    ("cardiology.qtc_bazett", {"qt_interval": 300, "heart_rate": 240}, 600),
    # 100 umol/L: 0.66 * 2 - 0.085 * 40 = -2.08, grade 2
    (
        "liver.albi",
        {"bilirubin": {"value": 100, "unit": "umol/L"}, "albumin": {"value": 40, "unit": "g/L"}},
        -2.08,
    ),
    (
        "liver.albi_grade",
        {"bilirubin": {"value": 100, "unit": "umol/L"}, "albumin": {"value": 40, "unit": "g/L"}},
        2,
    ),
    # twice the limit over 100
    ("liver.apri", {"ast": {"value": 80, "unit": "U/L", "uln": 40}, "platelets": 100}, 2),
    # at creatinine and age 1 every power is 1 but for the age below
    (
        "renal.egfr_mdrd",
        {"creatinine": {"value": 1, "unit": "mg/dL"}, "age": 64, "sex": "female"},
        175 * 64**-0.203 * 0.742,
    ),
    (
        "body.bsa_du_bois",
        {"weight": {"value": 70, "unit": "kg"}, "height": {"value": 170, "unit": "cm"}},
        1.8097,
    ),
)


@pytest.mark.parametrize(("score", "patient", "wanted"), PAPER, ids=[each[0] for each in PAPER])
def test_by_hand(both: Engines, score: str, patient: Patient, wanted: float) -> None:
    given = {
        name: value
        if isinstance(value, dict) or name in {"age", "sex"}
        else {"value": value, "unit": _unit(name)}
        for name, value in patient.items()
    }
    assert both.value(score, given) == pytest.approx(wanted, rel=5e-5)


def _unit(name: str) -> str:
    return engines().facts[name].unit_text or "1"


@pytest.mark.parametrize(
    ("karnofsky", "ecog"),
    [(100, 0), (90, 0), (80, 1), (70, 1), (60, 2), (50, 2), (40, 3), (30, 3), (20, 4), (10, 4), (0, 5)],
)
def test_karnofsky_as_ecog(both: Engines, karnofsky: int, ecog: int) -> None:
    assert both.value("oncology.ecog_from_karnofsky", {"karnofsky": karnofsky}) == ecog


SPARED: Patient = {
    "age": 65,
    "systolic_blood_pressure": 160,
    "dialysis": [],
    "kidney_transplant": [],
    "creatinine": {"value": 199.9, "unit": "umol/L"},
    "cirrhosis": [],
    "bilirubin": {"value": 20, "unit": "umol/L", "uln": 20},
    "stroke": [],
    "bleeding_tendency": False,
    "labile_inr": False,
    "bleeding_prone_drug": False,
    "alcoholic_drinks_per_week": 7,
}
POINTS: Patient = {
    "age": 66,
    "systolic_blood_pressure": 161,
    "creatinine": {"value": 200, "unit": "umol/L"},
    "cirrhosis": [{"on": "2020"}],
    "stroke": [{"on": "2020"}],
    "bleeding_tendency": True,
    "labile_inr": True,
    "bleeding_prone_drug": True,
    "alcoholic_drinks_per_week": 8,
}


def test_has_bled_gives_a_point_for_each_and_none_one_step_before(both: Engines) -> None:
    assert both.value("cardiology.has_bled", SPARED) == 0
    for name, value in POINTS.items():
        assert both.value("cardiology.has_bled", {**SPARED, name: value}) == 1, name
    assert both.value("cardiology.has_bled", {**SPARED, **POINTS}) == 9


@pytest.mark.parametrize(
    "score",
    ["renal.egfr", "renal.creatinine_clearance", "renal.egfr_mdrd", "liver.fib_4"],
)
def test_outside_its_domain_a_score_is_unknown(both: Engines, score: str) -> None:
    patient: Patient = {
        "age": 18,
        "sex": "female",
        "creatinine": {"value": 1, "unit": "mg/dL"},
        "weight": {"value": 60, "unit": "kg"},
        "alt": 30,
        "ast": 30,
        "platelets": 200,
    }
    assert both.value(score, patient) is not None
    assert both.value(score, {**patient, "age": 17}) is None
    del patient["age"]
    assert both.value(score, patient) is None
