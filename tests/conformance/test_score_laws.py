"""Laws of the scores: no unit changes them, and they rise and fall where medicine says so."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from score_engines import SCORES, Patient, engines

EVENTS = ("heart_failure", "hypertension", "diabetes", "stroke", "tia", "systemic_embolism", "cirrhosis")
EVENTS += (
    "myocardial_infarction",
    "peripheral_artery_disease",
    "aortic_plaque",
    "dialysis",
    "kidney_transplant",
)
FLAGS = ("dialysis_twice_in_past_week", "cholestatic_or_alcoholic", "labile_inr", "bleeding_tendency")
FLAGS += ("bleeding_prone_drug",)
GRADED = ("ascites_grade", "encephalopathy_grade")
NUMBERS = tuple(
    fact.name for fact in engines().protocol.facts if fact.plausible is not None and not fact.builtin
)
STEPS = {"liver.child_pugh", "liver.albi_grade", "oncology.ecog_from_karnofsky"}
STEPS |= {"cardiology.cha2ds2_vasc", "cardiology.has_bled", "liver.meld", "liver.meld_na", "liver.meld_3"}
STEPS |= {"liver.meld_aetiology"}
OTHER_UNIT = {"creatinine": "mg/dL", "bilirubin": "mg/dL", "calcium": "mg/dL", "fasting_glucose": "mg/dL"}
OTHER_UNIT |= {"albumin": "g/dL", "weight": "g", "height": "m", "qt_interval": "s"}


def amounts(name: str) -> st.SearchStrategy[Fraction]:
    """Any value the fact can have, on the step it is recorded to, in its own unit."""
    plausible = engines().facts[name].plausible
    assert plausible is not None
    step = plausible.step or Fraction(1)
    lowest = max(plausible.low, step)
    return st.integers(0, int((plausible.high - lowest) / step)).map(lambda steps: lowest + steps * step)


def limit(name: str) -> Fraction:
    """An upper limit of normal: 40 where that is plausible."""
    plausible = engines().facts[name].plausible
    assert plausible is not None
    return Fraction(40) if plausible.low <= 40 <= plausible.high else plausible.high


def record(name: str, amount: Fraction) -> object:
    """The amount as a record in the library's own unit; a limit of normal goes with every lab."""
    fact = engines().facts[name]
    if fact.kind == "number":
        return float(amount)
    sample: dict[str, object] = {"value": float(amount)}
    if fact.unit != "1":
        sample["unit"] = fact.unit_text
    if fact.kind == "lab":
        sample["uln"] = float(limit(name))
    return sample


@st.composite
def patients(draw: st.DrawFn) -> Patient:
    """A whole adult record: everything a score rests on is known."""
    patient: Patient = {"age": draw(st.integers(18, 110)), "sex": draw(st.sampled_from(("female", "male")))}
    patient |= {name: record(name, draw(amounts(name))) for name in NUMBERS}
    patient |= {name: draw(st.sampled_from(([], [{"on": "2020"}]))) for name in EVENTS}
    patient |= {name: draw(st.booleans()) for name in FLAGS}
    patient |= {name: draw(st.sampled_from(engines().facts[name].choices)) for name in GRADED}
    return patient


def respelled(patient: Patient) -> Patient:
    """The same patient in the other unit of each amount, converted exactly and then rounded once to a double."""
    scales = {name: engines().facts[name].units for name in OTHER_UNIT}
    other: Patient = {}
    for name, unit in OTHER_UNIT.items():
        scale = next(each.scale for each in scales[name] if each.text == unit)
        sample: dict[str, object] = dict(patient[name])  # type: ignore[call-overload]
        exact = Fraction(str(sample["value"])) / scale
        other[name] = {**sample, "value": float(exact), "unit": unit}
        if "uln" in sample:
            other[name] = {**sample, "value": float(exact), "unit": unit, "uln": float(limit(name) / scale)}
    return {**patient, **other}


def near(one: float | None, other: float | None) -> bool:
    """Equal but for the rounding of doubles."""
    assert one is not None
    assert other is not None
    return one == pytest.approx(other, rel=1e-9, abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(patients())
def test_the_unit_a_fact_is_declared_or_recorded_in_changes_no_score(patient: Patient) -> None:
    wanted = engines().values(patient)
    for spelled in (patient, respelled(patient)):
        for found in (engines().values(spelled), engines(conventional=True).values(spelled)):
            assert all(near(found[score], wanted[score]) for score in SCORES)


@settings(max_examples=25, deadline=None)
@given(patients())
def test_the_generated_checker_works_out_what_the_reference_does(patient: Patient) -> None:
    for score in SCORES:
        assert engines().value(score, patient) is not None


UP, DOWN = 1, -1
LAWS = (
    ("body.bmi", "weight", UP),
    ("body.bmi", "height", DOWN),
    ("body.bsa", "weight", UP),
    ("body.bsa", "height", UP),
    ("body.bsa_du_bois", "weight", UP),
    ("body.bsa_du_bois", "height", UP),
    ("laboratory.anion_gap", "sodium", UP),
    ("laboratory.anion_gap", "chloride", DOWN),
    ("laboratory.anion_gap", "bicarbonate", DOWN),
    ("laboratory.corrected_calcium", "calcium", UP),
    ("laboratory.corrected_calcium", "albumin", DOWN),
    ("laboratory.homa_ir", "fasting_glucose", UP),
    ("laboratory.homa_ir", "fasting_insulin", UP),
    ("renal.egfr", "creatinine", DOWN),
    ("renal.egfr", "age", DOWN),
    ("renal.egfr_mdrd", "creatinine", DOWN),
    ("renal.egfr_mdrd", "age", DOWN),
    ("renal.creatinine_clearance", "creatinine", DOWN),
    ("renal.creatinine_clearance", "age", DOWN),
    ("renal.creatinine_clearance", "weight", UP),
    ("liver.meld", "bilirubin", UP),
    ("liver.meld", "creatinine", UP),
    ("liver.meld", "inr", UP),
    ("liver.meld_na", "bilirubin", UP),
    ("liver.meld_na", "inr", UP),
    ("liver.meld_na", "sodium", DOWN),
    ("liver.meld_3", "bilirubin", UP),
    ("liver.meld_3", "creatinine", UP),
    ("liver.meld_3", "inr", UP),
    ("liver.child_pugh", "bilirubin", UP),
    ("liver.child_pugh", "albumin", DOWN),
    ("liver.child_pugh", "inr", UP),
    ("liver.albi", "bilirubin", UP),
    ("liver.albi", "albumin", DOWN),
    ("liver.albi_grade", "bilirubin", UP),
    ("liver.fib_4", "age", UP),
    ("liver.fib_4", "ast", UP),
    ("liver.fib_4", "alt", DOWN),
    ("liver.fib_4", "platelets", DOWN),
    ("liver.apri", "ast", UP),
    ("liver.apri", "platelets", DOWN),
    ("cardiology.qtc_fridericia", "qt_interval", UP),
    ("cardiology.qtc_fridericia", "heart_rate", UP),
    ("cardiology.qtc_bazett", "qt_interval", UP),
    ("cardiology.qtc_bazett", "heart_rate", UP),
    ("cardiology.cha2ds2_vasc", "age", UP),
    ("cardiology.has_bled", "systolic_blood_pressure", UP),
    ("oncology.ecog_from_karnofsky", "karnofsky", DOWN),
)


@pytest.mark.parametrize(("score", "fact", "direction"), LAWS)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_a_score_follows_its_fact(score: str, fact: str, direction: int, data: st.DataObject) -> None:
    """Never against the direction; without steps, strictly with it wherever the fact moves."""
    patient = data.draw(patients())
    drawn = st.integers(18, 110).map(Fraction) if fact == "age" else amounts(fact)
    low, high = sorted((data.draw(drawn), data.draw(drawn)))
    given_ = [int(each) if fact == "age" else record(fact, each) for each in (low, high)]
    before, after = (engines().values({**patient, fact: each})[score] for each in given_)
    assert before is not None
    assert after is not None
    assert direction * (after - before) >= -1e-9 * abs(before)
    if score not in STEPS and low < high:
        assert after != before


@pytest.mark.parametrize("score", ["cardiology.cha2ds2_vasc", "cardiology.has_bled"])
@settings(max_examples=25, deadline=None)
@given(patient=patients(), event=st.sampled_from(EVENTS), flag=st.sampled_from(FLAGS))
def test_no_disease_lowers_a_risk(score: str, patient: Patient, event: str, flag: str) -> None:
    without = engines().values({**patient, event: [], flag: False})[score]
    with_them = engines().values({**patient, event: [{"on": "2020"}], flag: True})[score]
    assert without is not None
    assert with_them is not None
    assert without <= with_them


@settings(max_examples=25, deadline=None)
@given(patient=patients(), name=st.sampled_from((*NUMBERS, *GRADED)))
def test_what_a_score_rests_on_being_missing_never_makes_another_number(patient: Patient, name: str) -> None:
    """A score without one of its facts is what it was, where another fact settles the step, or unknown."""
    whole = engines().values(patient)
    partial = engines().values({key: value for key, value in patient.items() if key != name})
    assert all(partial[score] in (None, whole[score]) for score in SCORES)
