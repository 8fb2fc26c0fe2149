"""NCT02812121: UC-MSC Infusion for HBV-Related Acute-on-Chronic Liver Failure

The criteria of this protocol as a program, generated; do not edit. Compiled from nct02812121.trial
(sha256 12bfda9e52afc137603f25d329a0724cc8474df174ad264db9c5aa997657be4b).

`check(patient, on)` judges one patient as at a day, `check_many` a stream of them; a patient is a
`Patient` or the JSON form it reads. `is_eligible` only tells whether. `check_features` and
`check_row` judge values that are at hand already.

Read `judge_eligibility` beside the protocol: each criterion stands under its own sentence. An
outcome is True (passes), False (fails) or None: what is not recorded is unknown, never no.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from math import floor, log
from operator import itemgetter
from typing import Any, NamedTuple

from protocol_dsl.runtime.events import anchor_of, occurs
from protocol_dsl.runtime.reading import read_patient
from protocol_dsl.runtime.records import History, Occurrence, Records, Sample, Value
from protocol_dsl.runtime.schema import AttributeSchema, FactSchema, Problem, Schema
from protocol_dsl.runtime.series import UPPER, Samples, latest_value, series_held
from protocol_dsl.runtime.stage import Case, Day, Stage, judging_day, stage_named
from protocol_dsl.runtime.unsettled import unread_facts, unsettled_series
from protocol_dsl.runtime.values import choice, exact, truth
from protocol_dsl.runtime.verdict import Verdict
from protocol_dsl.runtime.windows import age_at, day_window, make_stretch, make_window
from protocol_dsl.vocabulary.calendar import When


@dataclass(slots=True)
class Patient:
    """One patient's records. None: nothing is known. Dated records may stand in any order.

    A number is a float, or a Range when the record only bounds it. `problems` tells what in the
    record is not used as it stands, and why.
    """

    id: str = ""
    # Age, plausible 0 to 130, recorded to 1
    age: Value = None
    # Birth date
    birth_date: When | None = None
    # Sex, one of male or female
    sex: str | None = None
    # Serum total bilirubin, umol/L, plausible 0 to 1500, recorded to 0.1
    total_bilirubin: Samples = None
    # International normalized ratio, plausible 0.5 to 20, recorded to 0.01
    inr: Samples = None
    # Prothrombin activity, %, plausible 0 to 200, recorded to 1
    prothrombin_activity: Samples = None
    # Serum creatinine, umol/L, plausible 10 to 3000, recorded to 0.1
    creatinine: Samples = None
    # Serum albumin, g/L, plausible 5 to 80, recorded to 0.1
    serum_albumin: Samples = None
    # Dialysis at least twice in the past week, absent if not recorded
    dialysis_twice_in_past_week: bool | None = False
    # Hepatitis B surface antigen, one of positive or negative
    hbsag: Samples = None
    # Hepatitis A virus IgM antibody, one of positive or negative
    anti_hav_igm: Samples = None
    # Hepatitis C virus antibody, one of positive or negative
    anti_hcv: Samples = None
    # Hepatitis C virus RNA, one of positive or negative
    hcv_rna: Samples = None
    # Hepatitis D virus antibody, one of positive or negative
    anti_hdv: Samples = None
    # Hepatitis D virus RNA, one of positive or negative
    hdv_rna: Samples = None
    # Hepatitis E virus IgM antibody, one of positive or negative
    anti_hev_igm: Samples = None
    # Acute hepatic insult
    acute_hepatic_insult: History | None = None
    # Ascites on physical examination
    ascites: History | None = None
    # Hepatic encephalopathy on physical examination
    encephalopathy: History | None = None
    # Liver tumor or nodule
    liver_lesion: History | None = None
    # Autoimmune disease
    autoimmune_disease: History | None = None
    # Malignant tumor
    malignancy: History | None = None
    # Gastrointestinal bleeding
    gi_bleeding: History | None = None
    # Serious infection
    serious_infection: History | None = None
    # Bioartificial liver support therapy
    bioartificial_liver_support: History | None = None
    # Liver transplantation
    liver_transplantation: History | None = None
    # Pregnancy
    pregnant: bool | None = None
    # Lactation
    lactating: bool | None = None
    # dates of anchors that have come, by name
    anchors: Mapping[str, When] = field(default_factory=dict)
    # answers to questions, by the question's id
    answers: Mapping[str, bool] = field(default_factory=dict)
    # facts of which there is a record that nobody can read
    unread: frozenset[str] = frozenset()
    problems: tuple[Problem, ...] = ()

    @classmethod
    def from_json(cls, data: Mapping[str, Any], on: Day = None) -> Patient:
        """Read a patient's JSON form; values without a date are taken as of the day `on`
        (today).
        """
        reading = read_patient(data, SCHEMA, judging_day(on))
        return cls.from_records(reading.records, reading.problems)

    @classmethod
    def from_records(cls, records: Records, problems: tuple[Problem, ...] = ()) -> Patient:
        """Take over records that have been read already."""
        facts: Mapping[str, Any] = records.facts
        return cls(
            id=records.id,
            age=facts.get("age"),
            birth_date=facts.get("birth_date"),
            sex=facts.get("sex"),
            total_bilirubin=facts.get("total_bilirubin"),
            inr=facts.get("inr"),
            prothrombin_activity=facts.get("prothrombin_activity"),
            creatinine=facts.get("creatinine"),
            serum_albumin=facts.get("serum_albumin"),
            dialysis_twice_in_past_week=facts.get("dialysis_twice_in_past_week", False),
            hbsag=facts.get("hbsag"),
            anti_hav_igm=facts.get("anti_hav_igm"),
            anti_hcv=facts.get("anti_hcv"),
            hcv_rna=facts.get("hcv_rna"),
            anti_hdv=facts.get("anti_hdv"),
            hdv_rna=facts.get("hdv_rna"),
            anti_hev_igm=facts.get("anti_hev_igm"),
            acute_hepatic_insult=facts.get("acute_hepatic_insult"),
            ascites=facts.get("ascites"),
            encephalopathy=facts.get("encephalopathy"),
            liver_lesion=facts.get("liver_lesion"),
            autoimmune_disease=facts.get("autoimmune_disease"),
            malignancy=facts.get("malignancy"),
            gi_bleeding=facts.get("gi_bleeding"),
            serious_infection=facts.get("serious_infection"),
            bioartificial_liver_support=facts.get("bioartificial_liver_support"),
            liver_transplantation=facts.get("liver_transplantation"),
            pregnant=facts.get("pregnant"),
            lactating=facts.get("lactating"),
            anchors=records.anchors,
            answers=records.answers,
            unread=unread_facts(facts),
            problems=problems,
        )


class Features(NamedTuple):
    """What the criteria are judged on, one exact value per feature. None: nothing is known."""

    # serum total bilirubin, umol/L
    total_bilirubin: float | None = None
    # upper limit of normal of serum total bilirubin, umol/L
    total_bilirubin_upper: float | None = None
    # international normalized ratio
    inr: float | None = None
    # prothrombin activity, %
    prothrombin_activity: float | None = None
    # ascites on physical examination that started within the 4 weeks after the last acute hepatic
    #   insult
    ascites_started_within_4_weeks_after_last_acute_hepatic: bool | None = None
    # hepatic encephalopathy on physical examination that started within the 4 weeks after the last
    #   acute hepatic insult
    encephalopathy_started_within_4_weeks_after_last_acute: bool | None = None
    # the investigator answers yes to “Is there chronic liver disease, diagnosed before or not?”
    answer_i1_1: bool | None = None
    # hepatitis B surface antigen is positive for more than 6 months before screening
    hbsag_is_positive_for_more_than_6_months: bool | None = None
    # dialysis at least twice in the past week
    dialysis_twice_in_past_week: bool | None = None
    # serum creatinine, umol/L
    creatinine: float | None = None
    # age, years
    age: float | None = None
    # gastrointestinal bleeding within the 2 months before screening
    gi_bleeding_within_2_months_before_screening: bool | None = None
    # serious infection within the 2 months before screening
    serious_infection_within_2_months_before_screening: bool | None = None
    # the investigator answers yes to “Was there any other serious complication within the previous
    #   2 months?”
    answer_e1_1: bool | None = None
    # autoimmune disease ongoing at screening
    autoimmune_disease_ongoing: bool | None = None
    # hepatitis A virus IgM antibody
    anti_hav_igm: str | None = None
    # hepatitis E virus IgM antibody
    anti_hev_igm: str | None = None
    # hepatitis C virus antibody
    anti_hcv: str | None = None
    # hepatitis C virus RNA
    hcv_rna: str | None = None
    # hepatitis D virus antibody
    anti_hdv: str | None = None
    # hepatitis D virus RNA
    hdv_rna: str | None = None
    # what is recorded of hepatitis C virus RNA leaves it open
    hcv_rna_unsettled: bool | None = None
    # what is recorded of hepatitis D virus RNA leaves it open
    hdv_rna_unsettled: bool | None = None
    # the investigator answers yes to “Is there important organ dysfunction not due to liver
    #   disease?”
    answer_e4_1: bool | None = None
    # malignant tumor at any time
    malignancy_ever: bool | None = None
    sex: str | None = None
    # pregnancy
    pregnant: bool | None = None
    # lactation
    lactating: bool | None = None
    # liver tumor or nodule with imaging ultrasound, CT, or MR at any time
    liver_lesion_where_imaging_is_one_of_ultrasound_ct_mr_ever: bool | None = None
    # bioartificial liver support therapy at any time
    bioartificial_liver_support_ever: bool | None = None
    # liver transplantation at any time
    liver_transplantation_ever: bool | None = None


# What each fact's records look like: units are exact factors (n, d, m, e): value * n/d + m/e.
# fmt: off
SCHEMA = Schema(
    facts={
        "age": FactSchema("age", "number", "Age", "", low=0.0, high=130.0, builtin=True),
        "birth_date": FactSchema("birth_date", "date", "Birth date", "", builtin=True),
        "sex": FactSchema("sex", "choice", "Sex", "", choices=("male", "female"), builtin=True),
        "total_bilirubin": FactSchema("total_bilirubin", "lab", "Serum total bilirubin", "umol/L", units={"umol/L": (1, 1, 0, 1), "mg/dL": (500000, 29233, 0, 1), "mg/dl": (500000, 29233, 0, 1), "g/dL": (500000000, 29233, 0, 1), "g/dl": (500000000, 29233, 0, 1), "g/L": (50000000, 29233, 0, 1), "g/l": (50000000, 29233, 0, 1), "mg/L": (50000, 29233, 0, 1), "mg/l": (50000, 29233, 0, 1), "ug/L": (50, 29233, 0, 1), "µg/L": (50, 29233, 0, 1), "μg/L": (50, 29233, 0, 1), "mcg/L": (50, 29233, 0, 1), "ug/l": (50, 29233, 0, 1), "µg/l": (50, 29233, 0, 1), "μg/l": (50, 29233, 0, 1), "mcg/l": (50, 29233, 0, 1), "ng/L": (1, 584660, 0, 1), "ng/l": (1, 584660, 0, 1), "ug/dL": (500, 29233, 0, 1), "µg/dL": (500, 29233, 0, 1), "μg/dL": (500, 29233, 0, 1), "mcg/dL": (500, 29233, 0, 1), "ug/dl": (500, 29233, 0, 1), "µg/dl": (500, 29233, 0, 1), "μg/dl": (500, 29233, 0, 1), "mcg/dl": (500, 29233, 0, 1), "ng/dL": (1, 58466, 0, 1), "ng/dl": (1, 58466, 0, 1), "ug/mL": (50000, 29233, 0, 1), "µg/mL": (50000, 29233, 0, 1), "μg/mL": (50000, 29233, 0, 1), "mcg/mL": (50000, 29233, 0, 1), "ug/ml": (50000, 29233, 0, 1), "µg/ml": (50000, 29233, 0, 1), "μg/ml": (50000, 29233, 0, 1), "mcg/ml": (50000, 29233, 0, 1), "ng/mL": (50, 29233, 0, 1), "ng/ml": (50, 29233, 0, 1), "pg/mL": (1, 584660, 0, 1), "pg/ml": (1, 584660, 0, 1), "pg/dL": (1, 58466000, 0, 1), "pg/dl": (1, 58466000, 0, 1), "mg/mL": (50000000, 29233, 0, 1), "mg/ml": (50000000, 29233, 0, 1), "g/mL": (50000000000, 29233, 0, 1), "g/ml": (50000000000, 29233, 0, 1), "fg/mL": (1, 584660000, 0, 1), "fg/ml": (1, 584660000, 0, 1), "mmol/L": (1000, 1, 0, 1), "mmol/l": (1000, 1, 0, 1), "µmol/L": (1, 1, 0, 1), "μmol/L": (1, 1, 0, 1), "umol/l": (1, 1, 0, 1), "µmol/l": (1, 1, 0, 1), "μmol/l": (1, 1, 0, 1), "nmol/L": (1, 1000, 0, 1), "nmol/l": (1, 1000, 0, 1), "pmol/L": (1, 1000000, 0, 1), "pmol/l": (1, 1000000, 0, 1), "fmol/L": (1, 1000000000, 0, 1), "fmol/l": (1, 1000000000, 0, 1), "mol/L": (1000000, 1, 0, 1), "mol/l": (1000000, 1, 0, 1), "umol/mL": (1000, 1, 0, 1), "µmol/mL": (1000, 1, 0, 1), "μmol/mL": (1000, 1, 0, 1), "umol/ml": (1000, 1, 0, 1), "µmol/ml": (1000, 1, 0, 1), "μmol/ml": (1000, 1, 0, 1), "nmol/mL": (1, 1, 0, 1), "nmol/ml": (1, 1, 0, 1), "pmol/mL": (1, 1000, 0, 1), "pmol/ml": (1, 1000, 0, 1), "mmol/dL": (10000, 1, 0, 1), "mmol/dl": (10000, 1, 0, 1), "umol/dL": (10, 1, 0, 1), "µmol/dL": (10, 1, 0, 1), "μmol/dL": (10, 1, 0, 1), "umol/dl": (10, 1, 0, 1), "µmol/dl": (10, 1, 0, 1), "μmol/dl": (10, 1, 0, 1), "g/cm3": (50000000000, 29233, 0, 1)}, low=0.0, high=1500.0),
        "inr": FactSchema("inr", "lab", "International normalized ratio", "", units={"1": (1, 1, 0, 1), "L/L": (1, 1, 0, 1), "l/l": (1, 1, 0, 1), "mL/mL": (1, 1, 0, 1), "ml/ml": (1, 1, 0, 1), "{ratio}": (1, 1, 0, 1), "{INR}": (1, 1, 0, 1), "INR": (1, 1, 0, 1), "{score}": (1, 1, 0, 1), "{index}": (1, 1, 0, 1), "{copies}": (1, 1, 0, 1), "{cells}": (1, 1, 0, 1), "cells": (1, 1, 0, 1), "{pack_years}": (1, 1, 0, 1), "mg/mg": (1, 1, 0, 1), "g/g": (1, 1, 0, 1), "mol/mol": (1, 1, 0, 1)}, low=0.5, high=20.0),
        "prothrombin_activity": FactSchema("prothrombin_activity", "lab", "Prothrombin activity", "%", units={"%": (1, 1, 0, 1), "1": (100, 1, 0, 1), "L/L": (100, 1, 0, 1), "l/l": (100, 1, 0, 1), "mL/mL": (100, 1, 0, 1), "ml/ml": (100, 1, 0, 1), "[ppm]": (1, 10000, 0, 1), "[ppth]": (1, 10, 0, 1), "mg/mg": (100, 1, 0, 1), "g/g": (100, 1, 0, 1)}, low=0.0, high=200.0),
        "creatinine": FactSchema("creatinine", "lab", "Serum creatinine", "umol/L", units={"umol/L": (1, 1, 0, 1), "mg/dL": (62500, 707, 0, 1), "mg/dl": (62500, 707, 0, 1), "g/dL": (62500000, 707, 0, 1), "g/dl": (62500000, 707, 0, 1), "g/L": (6250000, 707, 0, 1), "g/l": (6250000, 707, 0, 1), "mg/L": (6250, 707, 0, 1), "mg/l": (6250, 707, 0, 1), "ug/L": (25, 2828, 0, 1), "µg/L": (25, 2828, 0, 1), "μg/L": (25, 2828, 0, 1), "mcg/L": (25, 2828, 0, 1), "ug/l": (25, 2828, 0, 1), "µg/l": (25, 2828, 0, 1), "μg/l": (25, 2828, 0, 1), "mcg/l": (25, 2828, 0, 1), "ng/L": (1, 113120, 0, 1), "ng/l": (1, 113120, 0, 1), "ug/dL": (125, 1414, 0, 1), "µg/dL": (125, 1414, 0, 1), "μg/dL": (125, 1414, 0, 1), "mcg/dL": (125, 1414, 0, 1), "ug/dl": (125, 1414, 0, 1), "µg/dl": (125, 1414, 0, 1), "μg/dl": (125, 1414, 0, 1), "mcg/dl": (125, 1414, 0, 1), "ng/dL": (1, 11312, 0, 1), "ng/dl": (1, 11312, 0, 1), "ug/mL": (6250, 707, 0, 1), "µg/mL": (6250, 707, 0, 1), "μg/mL": (6250, 707, 0, 1), "mcg/mL": (6250, 707, 0, 1), "ug/ml": (6250, 707, 0, 1), "µg/ml": (6250, 707, 0, 1), "μg/ml": (6250, 707, 0, 1), "mcg/ml": (6250, 707, 0, 1), "ng/mL": (25, 2828, 0, 1), "ng/ml": (25, 2828, 0, 1), "pg/mL": (1, 113120, 0, 1), "pg/ml": (1, 113120, 0, 1), "pg/dL": (1, 11312000, 0, 1), "pg/dl": (1, 11312000, 0, 1), "mg/mL": (6250000, 707, 0, 1), "mg/ml": (6250000, 707, 0, 1), "g/mL": (6250000000, 707, 0, 1), "g/ml": (6250000000, 707, 0, 1), "fg/mL": (1, 113120000, 0, 1), "fg/ml": (1, 113120000, 0, 1), "mmol/L": (1000, 1, 0, 1), "mmol/l": (1000, 1, 0, 1), "µmol/L": (1, 1, 0, 1), "μmol/L": (1, 1, 0, 1), "umol/l": (1, 1, 0, 1), "µmol/l": (1, 1, 0, 1), "μmol/l": (1, 1, 0, 1), "nmol/L": (1, 1000, 0, 1), "nmol/l": (1, 1000, 0, 1), "pmol/L": (1, 1000000, 0, 1), "pmol/l": (1, 1000000, 0, 1), "fmol/L": (1, 1000000000, 0, 1), "fmol/l": (1, 1000000000, 0, 1), "mol/L": (1000000, 1, 0, 1), "mol/l": (1000000, 1, 0, 1), "umol/mL": (1000, 1, 0, 1), "µmol/mL": (1000, 1, 0, 1), "μmol/mL": (1000, 1, 0, 1), "umol/ml": (1000, 1, 0, 1), "µmol/ml": (1000, 1, 0, 1), "μmol/ml": (1000, 1, 0, 1), "nmol/mL": (1, 1, 0, 1), "nmol/ml": (1, 1, 0, 1), "pmol/mL": (1, 1000, 0, 1), "pmol/ml": (1, 1000, 0, 1), "mmol/dL": (10000, 1, 0, 1), "mmol/dl": (10000, 1, 0, 1), "umol/dL": (10, 1, 0, 1), "µmol/dL": (10, 1, 0, 1), "μmol/dL": (10, 1, 0, 1), "umol/dl": (10, 1, 0, 1), "µmol/dl": (10, 1, 0, 1), "μmol/dl": (10, 1, 0, 1), "g/cm3": (6250000000, 707, 0, 1)}, low=10.0, high=3000.0),
        "serum_albumin": FactSchema("serum_albumin", "lab", "Serum albumin", "g/L", units={"g/L": (1, 1, 0, 1), "mg/dL": (1, 100, 0, 1), "mg/dl": (1, 100, 0, 1), "g/dL": (10, 1, 0, 1), "g/dl": (10, 1, 0, 1), "g/l": (1, 1, 0, 1), "mg/L": (1, 1000, 0, 1), "mg/l": (1, 1000, 0, 1), "ug/L": (1, 1000000, 0, 1), "µg/L": (1, 1000000, 0, 1), "μg/L": (1, 1000000, 0, 1), "mcg/L": (1, 1000000, 0, 1), "ug/l": (1, 1000000, 0, 1), "µg/l": (1, 1000000, 0, 1), "μg/l": (1, 1000000, 0, 1), "mcg/l": (1, 1000000, 0, 1), "ng/L": (1, 1000000000, 0, 1), "ng/l": (1, 1000000000, 0, 1), "ug/dL": (1, 100000, 0, 1), "µg/dL": (1, 100000, 0, 1), "μg/dL": (1, 100000, 0, 1), "mcg/dL": (1, 100000, 0, 1), "ug/dl": (1, 100000, 0, 1), "µg/dl": (1, 100000, 0, 1), "μg/dl": (1, 100000, 0, 1), "mcg/dl": (1, 100000, 0, 1), "ng/dL": (1, 100000000, 0, 1), "ng/dl": (1, 100000000, 0, 1), "ug/mL": (1, 1000, 0, 1), "µg/mL": (1, 1000, 0, 1), "μg/mL": (1, 1000, 0, 1), "mcg/mL": (1, 1000, 0, 1), "ug/ml": (1, 1000, 0, 1), "µg/ml": (1, 1000, 0, 1), "μg/ml": (1, 1000, 0, 1), "mcg/ml": (1, 1000, 0, 1), "ng/mL": (1, 1000000, 0, 1), "ng/ml": (1, 1000000, 0, 1), "pg/mL": (1, 1000000000, 0, 1), "pg/ml": (1, 1000000000, 0, 1), "pg/dL": (1, 100000000000, 0, 1), "pg/dl": (1, 100000000000, 0, 1), "mg/mL": (1, 1, 0, 1), "mg/ml": (1, 1, 0, 1), "g/mL": (1000, 1, 0, 1), "g/ml": (1000, 1, 0, 1), "fg/mL": (1, 1000000000000, 0, 1), "fg/ml": (1, 1000000000000, 0, 1), "g/cm3": (1000, 1, 0, 1)}, low=5.0, high=80.0),
        "dialysis_twice_in_past_week": FactSchema("dialysis_twice_in_past_week", "yes_no", "Dialysis at least twice in the past week", "", closed=True),
        "hbsag": FactSchema("hbsag", "finding", "Hepatitis B surface antigen", "", choices=("positive", "negative")),
        "anti_hav_igm": FactSchema("anti_hav_igm", "finding", "Hepatitis A virus IgM antibody", "", choices=("positive", "negative")),
        "anti_hcv": FactSchema("anti_hcv", "finding", "Hepatitis C virus antibody", "", choices=("positive", "negative")),
        "hcv_rna": FactSchema("hcv_rna", "finding", "Hepatitis C virus RNA", "", choices=("positive", "negative")),
        "anti_hdv": FactSchema("anti_hdv", "finding", "Hepatitis D virus antibody", "", choices=("positive", "negative")),
        "hdv_rna": FactSchema("hdv_rna", "finding", "Hepatitis D virus RNA", "", choices=("positive", "negative")),
        "anti_hev_igm": FactSchema("anti_hev_igm", "finding", "Hepatitis E virus IgM antibody", "", choices=("positive", "negative")),
        "acute_hepatic_insult": FactSchema("acute_hepatic_insult", "event", "Acute hepatic insult", ""),
        "ascites": FactSchema("ascites", "event", "Ascites on physical examination", ""),
        "encephalopathy": FactSchema("encephalopathy", "event", "Hepatic encephalopathy on physical examination", ""),
        "liver_lesion": FactSchema("liver_lesion", "event", "Liver tumor or nodule", "", attributes=(AttributeSchema("nature", "choice", "", choices=("tumor", "cirrhotic_nodule")), AttributeSchema("imaging", "choice", "", choices=("ultrasound", "CT", "MR", "other")),)),
        "autoimmune_disease": FactSchema("autoimmune_disease", "event", "Autoimmune disease", ""),
        "malignancy": FactSchema("malignancy", "event", "Malignant tumor", ""),
        "gi_bleeding": FactSchema("gi_bleeding", "event", "Gastrointestinal bleeding", ""),
        "serious_infection": FactSchema("serious_infection", "event", "Serious infection", ""),
        "bioartificial_liver_support": FactSchema("bioartificial_liver_support", "event", "Bioartificial liver support therapy", ""),
        "liver_transplantation": FactSchema("liver_transplantation", "event", "Liver transplantation", ""),
        "pregnant": FactSchema("pregnant", "yes_no", "Pregnancy", ""),
        "lactating": FactSchema("lactating", "yes_no", "Lactation", ""),
    },
    anchors=(),
    questions={
        "I1.1": "Is there chronic liver disease, diagnosed before or not?",
        "E1.1": "Was there any other serious complication within the previous 2 months?",
        "E4.1": "Is there important organ dysfunction not due to liver disease?",
    },
)
# fmt: on


def hbsag_filter(record: Sample) -> bool | None:
    """Whether the record is of hepatitis B surface antigen positive."""
    value = choice(record.value)
    if value == "positive":
        return True
    if value == "negative":
        return False
    return None


def liver_lesion_filter(record: Occurrence) -> bool | None:
    """Whether the record is of liver tumor or nodule with imaging ultrasound, CT, or MR."""
    imaging = choice(record.attributes.get("imaging"))
    if imaging in ("ultrasound", "CT", "MR"):
        return True
    if imaging == "other":
        return False
    return None


@lru_cache(maxsize=64)
def _windows(on: When) -> tuple[Any, ...]:
    """The windows that hang on the day of judging alone, made once for all patients."""
    return (
        # within the 7 days before screening
        make_window(on, (((-7, "day"),), False, True), ((), False, True)),
        # held less than 6 months before screening
        make_stretch(on, (((-6, "month"),), True, True), ((), False, True)),
        # within the 2 months before screening
        make_window(on, (((-2, "month"),), False, True), ((), False, True)),
        # day of screening
        day_window(on),
        # within the 30 days before screening
        make_window(on, (((-30, "day"),), False, True), ((), False, True)),
        # up to screening
        make_window(on, None, ((), False, True)),
    )


def _features(patient: Patient, on: When) -> Features:
    """First stage: each feature's value from the patient's dated records."""
    (
        within_the_7_days_before_screening,
        held_less_than_6_months_before_screening,
        within_the_2_months_before_screening,
        day_of_screening,
        within_the_30_days_before_screening,
        up_to_screening,
    ) = _windows(on)
    # serum total bilirubin, umol/L
    total_bilirubin = latest_value(patient.total_bilirubin, within_the_7_days_before_screening)
    # upper limit of normal of serum total bilirubin, umol/L
    total_bilirubin_upper = latest_value(
        patient.total_bilirubin, within_the_7_days_before_screening, UPPER
    )
    # international normalized ratio
    inr = latest_value(patient.inr, within_the_7_days_before_screening)
    # prothrombin activity, %
    prothrombin_activity = latest_value(
        patient.prothrombin_activity, within_the_7_days_before_screening
    )
    at_the_last_acute_hepatic_insult = anchor_of(patient.acute_hepatic_insult, "last", None, on)
    within_the_4_weeks_after_the_last_acute_hepatic_insult = make_window(
        at_the_last_acute_hepatic_insult, ((), False, True), (((4, "week"),), False, True)
    )
    # ascites on physical examination that started within the 4 weeks after the last acute hepatic
    #   insult
    ascites_started_within_4_weeks_after_last_acute_hepatic = occurs(
        patient.ascites, within_the_4_weeks_after_the_last_acute_hepatic_insult, "started"
    )
    # hepatic encephalopathy on physical examination that started within the 4 weeks after the last
    #   acute hepatic insult
    encephalopathy_started_within_4_weeks_after_last_acute = occurs(
        patient.encephalopathy, within_the_4_weeks_after_the_last_acute_hepatic_insult, "started"
    )
    # the investigator answers yes to “Is there chronic liver disease, diagnosed before or not?”
    answer_i1_1 = patient.answers.get("I1.1")
    # hepatitis B surface antigen is positive for more than 6 months before screening
    hbsag_is_positive_for_more_than_6_months = series_held(
        patient.hbsag, held_less_than_6_months_before_screening, hbsag_filter
    )
    # dialysis at least twice in the past week
    dialysis_twice_in_past_week = patient.dialysis_twice_in_past_week
    # serum creatinine, umol/L
    creatinine = latest_value(patient.creatinine, within_the_7_days_before_screening)
    # age, years
    age = age_at(patient.birth_date, patient.age, "year", on, on)
    # gastrointestinal bleeding within the 2 months before screening
    gi_bleeding_within_2_months_before_screening = occurs(
        patient.gi_bleeding, within_the_2_months_before_screening
    )
    # serious infection within the 2 months before screening
    serious_infection_within_2_months_before_screening = occurs(
        patient.serious_infection, within_the_2_months_before_screening
    )
    # the investigator answers yes to “Was there any other serious complication within the previous
    #   2 months?”
    answer_e1_1 = patient.answers.get("E1.1")
    # autoimmune disease ongoing at screening
    autoimmune_disease_ongoing = occurs(patient.autoimmune_disease, day_of_screening, "ongoing")
    # hepatitis A virus IgM antibody
    anti_hav_igm = latest_value(patient.anti_hav_igm, within_the_30_days_before_screening)
    # hepatitis E virus IgM antibody
    anti_hev_igm = latest_value(patient.anti_hev_igm, within_the_30_days_before_screening)
    # hepatitis C virus antibody
    anti_hcv = latest_value(patient.anti_hcv, within_the_30_days_before_screening)
    # hepatitis C virus RNA
    hcv_rna = latest_value(patient.hcv_rna, within_the_30_days_before_screening)
    # hepatitis D virus antibody
    anti_hdv = latest_value(patient.anti_hdv, within_the_30_days_before_screening)
    # hepatitis D virus RNA
    hdv_rna = latest_value(patient.hdv_rna, within_the_30_days_before_screening)
    # what is recorded of hepatitis C virus RNA leaves it open
    hcv_rna_unsettled = unsettled_series(
        "hcv_rna", patient.unread, patient.hcv_rna, within_the_30_days_before_screening
    )
    # what is recorded of hepatitis D virus RNA leaves it open
    hdv_rna_unsettled = unsettled_series(
        "hdv_rna", patient.unread, patient.hdv_rna, within_the_30_days_before_screening
    )
    # the investigator answers yes to “Is there important organ dysfunction not due to liver
    #   disease?”
    answer_e4_1 = patient.answers.get("E4.1")
    # malignant tumor at any time
    malignancy_ever = occurs(patient.malignancy, up_to_screening)
    sex = patient.sex
    # pregnancy
    pregnant = patient.pregnant
    # lactation
    lactating = patient.lactating
    # liver tumor or nodule with imaging ultrasound, CT, or MR at any time
    liver_lesion_where_imaging_is_one_of_ultrasound_ct_mr_ever = occurs(
        patient.liver_lesion, up_to_screening, where=liver_lesion_filter
    )
    # bioartificial liver support therapy at any time
    bioartificial_liver_support_ever = occurs(patient.bioartificial_liver_support, up_to_screening)
    # liver transplantation at any time
    liver_transplantation_ever = occurs(patient.liver_transplantation, up_to_screening)
    return Features._make(
        (
            total_bilirubin,
            total_bilirubin_upper,
            inr,
            prothrombin_activity,
            ascites_started_within_4_weeks_after_last_acute_hepatic,
            encephalopathy_started_within_4_weeks_after_last_acute,
            answer_i1_1,
            hbsag_is_positive_for_more_than_6_months,
            dialysis_twice_in_past_week,
            creatinine,
            age,
            gi_bleeding_within_2_months_before_screening,
            serious_infection_within_2_months_before_screening,
            answer_e1_1,
            autoimmune_disease_ongoing,
            anti_hav_igm,
            anti_hev_igm,
            anti_hcv,
            hcv_rna,
            anti_hdv,
            hdv_rna,
            hcv_rna_unsettled,
            hdv_rna_unsettled,
            answer_e4_1,
            malignancy_ever,
            sex,
            pregnant,
            lactating,
            liver_lesion_where_imaging_is_one_of_ultrasound_ct_mr_ever,
            bioartificial_liver_support_ever,
            liver_transplantation_ever,
        ),
    )


def judge_eligibility(features: Features) -> Verdict:
    """Second stage: the criteria of eligibility, in order. True: passes, False: fails, None:
    cannot be told. The verdict keeps the features and reads them again when it is read.
    """
    verdict = Verdict()
    verdict.values = features
    verdict.stage = _ELIGIBILITY
    try:
        # a plain tuple comes apart faster than a named one
        (
            total_bilirubin,
            total_bilirubin_upper,
            inr,
            prothrombin_activity,
            ascites_started_within_4_weeks_after_last_acute_hepatic,
            encephalopathy_started_within_4_weeks_after_last_acute,
            answer_i1_1,
            hbsag_is_positive_for_more_than_6_months,
            dialysis_twice_in_past_week,
            creatinine,
            age,
            gi_bleeding_within_2_months_before_screening,
            serious_infection_within_2_months_before_screening,
            answer_e1_1,
            autoimmune_disease_ongoing,
            anti_hav_igm,
            anti_hev_igm,
            anti_hcv,
            hcv_rna,
            anti_hdv,
            hdv_rna,
            hcv_rna_unsettled,
            hdv_rna_unsettled,
            answer_e4_1,
            malignancy_ever,
            sex,
            pregnant,
            lactating,
            liver_lesion_where_imaging_is_one_of_ultrasound_ct_mr_ever,
            bioartificial_liver_support_ever,
            liver_transplantation_ever,
        ) = features + ()

        # I1, inclusion: Acute-on-chronic liver failure
        # | Patients with ACLF-which is characterized by acute hepatic insult manifesting as
        # | jaundice (serum total bilirubin ≥ 10×ULN umol/L) and coagulopathy (international
        # | normalized ratio≥ 1.5 or prothrombin activity < 40%), complicated within 4 weeks by
        # | ascites and/or encephalopathy as determined by physical examination, in patients with
        # | previously diagnosed or undiagnosed chronic liver disease;
        # Note: '10×ULN umol/L' gives a unit to a multiple: read as ten times the upper limit of
        #   normal of the laboratory that measured it.
        # Note: The 4 weeks are counted from the onset of jaundice of the last acute insult, which
        #   is where the definition of ACLF counts them from.
        # Note: Whether the chronic liver disease was known before does not matter; that there is
        #   one is for the investigator to say.
        i1: bool | None
        if (
            # - require total_bilirubin >= 10 ULN
            total_bilirubin is not None
            and total_bilirubin_upper is not None
            and total_bilirubin >= 9.99999999999 * total_bilirubin_upper
            # - require inr >= 1.5 or prothrombin_activity < 40 %
            and (
                (inr is not None and inr >= 1.5)
                or (prothrombin_activity is not None and prothrombin_activity < 40.0)
            )
            # - require any of { ascites, encephalopathy } started within 4 weeks after last
            #   acute_hepatic_insult
            and (
                ascites_started_within_4_weeks_after_last_acute_hepatic is True
                or encephalopathy_started_within_4_weeks_after_last_acute is True
            )
            # - require answer yes to "Is there chronic liver disease, diagnosed before or not?" by
            #   investigator because judgement
            and answer_i1_1 is True
        ):
            i1 = True
        elif (
            (
                total_bilirubin is not None
                and total_bilirubin_upper is not None
                and total_bilirubin < 9.99999999999 * total_bilirubin_upper
            )
            or (
                inr is not None
                and inr < 1.5
                and prothrombin_activity is not None
                and prothrombin_activity >= 40.0
            )
            or (
                ascites_started_within_4_weeks_after_last_acute_hepatic is False
                and encephalopathy_started_within_4_weeks_after_last_acute is False
            )
            or answer_i1_1 is False
        ):
            i1 = False
        else:
            i1 = None

        # I2, inclusion: HBsAg positive for more than 6 months
        # | Positive serum hepatitis B surface antigen (HBsAg) for more than 6 months;
        # Note: Needs a positive test from before the 6 months, one since, and no negative one
        #   between.
        # - require hbsag is positive for more than 6 months
        i2: bool | None
        if hbsag_is_positive_for_more_than_6_months is True:
            i2 = True
        elif hbsag_is_positive_for_more_than_6_months is False:
            i2 = False
        else:
            i2 = None

        # I3, inclusion: MELD score 17 to 30
        # | End-stage liver disease scores ranging from 17-30,;
        # Note: The page never says MELD. Read as the Model for End-Stage Liver Disease score
        #   without sodium, rounded; the bounds belong to the range. The form with the aetiology
        #   term gives the same number, the disease being viral.
        # Note: The item goes on '; 4.18-65 years of age.', a criterion of its own that lost its
        #   place: see I4.
        # - require liver.meld between 17 and 30
        liver_meld_limit: float | None
        if dialysis_twice_in_past_week is True or (
            creatinine is not None and creatinine >= 353.6067892503536
        ):
            liver_meld_limit = 4.0
        elif (
            dialysis_twice_in_past_week is False
            and creatinine is not None
            and creatinine < 353.6067892503536
        ):
            liver_meld_limit = 1.0 if creatinine < 88.4016973125884 else creatinine * 0.011312
        else:
            liver_meld_limit = None
        # liver.meld: MELD score, variant MELD without aetiology term, rounded, 6 to 40 [Kamath PS,
        #   Wiesner RH, Malinchoc M, et al. A model to predict survival in patients with end-stage
        #   liver disease. Hepatology 2001; Wiesner R, Edwards E, Freeman R, et al. Model for end-
        #   stage liver disease (MELD) and allocation of donor livers. Gastroenterology 2003]
        liver_meld: float | None = None
        if total_bilirubin is not None and inr is not None and liver_meld_limit is not None:
            try:
                liver_meld_log = (
                    0.0 if total_bilirubin < 17.103957855847842 else log(total_bilirubin * 0.058466)
                )
                liver_meld_log_2 = 0.0 if inr < 1.0 else log(inr)
                liver_meld_term = float(
                    floor(
                        3.78 * liver_meld_log
                        + 11.2 * liver_meld_log_2
                        + 9.57 * log(liver_meld_limit)
                        + 6.43
                        + 0.5,
                    ),
                )
                liver_meld_term_2 = 6.0 if liver_meld_term < 6.0 else liver_meld_term
                liver_meld = 40.0 if liver_meld_term_2 > 40.0 else liver_meld_term_2
            except (ArithmeticError, ValueError):
                pass
        i3: bool | None
        if liver_meld is None:
            i3 = None
        elif 16.999999999983 <= liver_meld <= 30.00000000003:
            i3 = True
        elif liver_meld < 16.999999999983 or liver_meld > 30.00000000003:
            i3 = False
        else:
            i3 = None

        # I4, inclusion: Age 18 to 65 years
        # | 4.18-65 years of age.
        # Note: Printed inside item 3. Completed years: a patient is 65 until the day before the
        #   66th birthday.
        # - require age between 18 years and 65 years
        i4: bool | None
        if age is None:
            i4 = None
        elif 18.0 <= age <= 65.0:
            i4 = True
        elif age < 18.0 or age > 65.0:
            i4 = False
        else:
            i4 = None

        # E1, exclusion: Serious complication within 2 months
        # | Serious complications within the previous 2 months (e.g. gastrointestinal bleeding,
        # | serious infection );
        # Note: The two complications named are examples, so the investigator is asked for any
        #   other. Ascites and encephalopathy, which I1 asks for, are not meant.
        e1: bool | None
        if (
            # - reject any of { gi_bleeding, serious_infection } within 2 months before screening
            gi_bleeding_within_2_months_before_screening is False
            and serious_infection_within_2_months_before_screening is False
            # - reject answer yes to "Was there any other serious complication within the previous 2
            #   months?" by investigator because judgement
            and answer_e1_1 is False
        ):
            e1 = True
        elif (
            gi_bleeding_within_2_months_before_screening is True
            or serious_infection_within_2_months_before_screening is True
            or answer_e1_1 is True
        ):
            e1 = False
        else:
            e1 = None

        # E2, exclusion: Autoimmune disease
        # | Concomitant autoimmune disease;
        # Note: Concomitant: present at screening, treated or not.
        # - reject autoimmune_disease ongoing
        e2: bool | None
        if autoimmune_disease_ongoing is False:
            e2 = True
        elif autoimmune_disease_ongoing is True:
            e2 = False
        else:
            e2 = None

        # E3, exclusion: Superinfection with another hepatitis virus
        # | Superinfection with other hepatitis viruses;
        # Note: Other than B: A, C, D and E. IgM antibody shows acute hepatitis A or E. Antibody
        #   against C or D outlasts the infection, so a negative RNA test overrules it; where the
        #   antibody is negative, RNA need not be measured, but RNA once found counts.
        e3: bool | None
        if (
            # - reject any of { anti_hav_igm is positive, anti_hev_igm is positive }
            anti_hav_igm == "negative"
            and anti_hev_igm == "negative"
            # - reject anti_hcv is positive unless hcv_rna is negative
            and (anti_hcv == "negative" or hcv_rna == "negative")
            # - reject anti_hdv is positive unless hdv_rna is negative
            and (anti_hdv == "negative" or hdv_rna == "negative")
            # - reject known any of { hcv_rna is positive, hdv_rna is positive }
            and (
                (
                    not (
                        (hcv_rna is not None and hcv_rna == "positive")
                        or (hdv_rna is not None and hdv_rna == "positive")
                    )
                    and hcv_rna_unsettled is False
                    and hdv_rna_unsettled is False
                )
                or (hcv_rna == "negative" and hdv_rna == "negative")
            )
        ):
            e3 = True
        elif (
            (anti_hav_igm is not None and anti_hav_igm == "positive")
            or (anti_hev_igm is not None and anti_hev_igm == "positive")
            or (hcv_rna is not None and hcv_rna == "positive")
            or (hdv_rna is not None and hdv_rna == "positive")
        ):
            e3 = False
        else:
            e3 = None

        # E4, exclusion: Other organ dysfunction, or malignancy
        # | Important organ dysfunctions not due to liver disease or malignancies;
        # Note: Two readings: dysfunction due neither to liver disease nor to malignancy, or: such
        #   dysfunction, or a malignancy. Taken as the second, the stricter and the usual one; a
        #   malignancy counts whenever it was.
        e4: bool | None
        if (
            # - reject answer yes to "Is there important organ dysfunction not due to liver
            #   disease?" by investigator because judgement
            answer_e4_1 is False
            # - reject malignancy ever
            and malignancy_ever is False
        ):
            e4 = True
        elif answer_e4_1 is True or malignancy_ever is True:
            e4 = False
        else:
            e4 = None

        # E5, exclusion: Pregnancy or lactation
        # | Pregnancy and lactation;
        # Note: 'And' read as or: either one excludes.
        e5: bool | None
        if (
            # - reject pregnant
            (sex == "male" or pregnant is False)
            # - reject lactating
            and (sex == "male" or lactating is False)
        ):
            e5 = True
        elif (sex == "female" and pregnant is True) or (sex == "female" and lactating is True):
            e5 = False
        else:
            e5 = None

        # E6, exclusion: Liver tumor or nodules on imaging
        # | Liver tumor or nodules secondary to cirrhosis proven by ultrasound, computerized
        # | tomography (CT), or magnetic resonance (MR) imaging;
        # Note: 'Secondary to cirrhosis' is read with the nodules; a liver tumor of any origin
        #   excludes. A lesion once shown is held to be there.
        # - reject some liver_lesion where imaging is one of {ultrasound, CT, MR} ever
        e6: bool | None
        if liver_lesion_where_imaging_is_one_of_ultrasound_ct_mr_ever is False:
            e6 = True
        elif liver_lesion_where_imaging_is_one_of_ultrasound_ct_mr_ever is True:
            e6 = False
        else:
            e6 = None

        # E7, exclusion: Bioartificial liver support
        # | Bioartificial liver support therapy;
        # Note: No time is given: read as ever, now included.
        # - reject bioartificial_liver_support ever
        e7: bool | None
        if bioartificial_liver_support_ever is False:
            e7 = True
        elif bioartificial_liver_support_ever is True:
            e7 = False
        else:
            e7 = None

        # E8, exclusion: Previous liver transplantation
        # | Previous liver transplantation.
        # - reject liver_transplantation ever
        e8: bool | None
        if liver_transplantation_ever is False:
            e8 = True
        elif liver_transplantation_ever is True:
            e8 = False
        else:
            e8 = None

        verdict.codes = (i1, i2, i3, i4, e1, e2, e3, e4, e5, e6, e7, e8)
    except TypeError:  # a value that is only bounded ("<40") is weighed by its bounds
        verdict.codes = _ELIGIBILITY.weigh(features)
    return verdict


def check(
    patient: Patient | Mapping[str, Any], on: Day = None, stage: str = "eligibility"
) -> Verdict:
    """Judge a patient as at the day `on`: a date, a datetime, ISO text, or today.

    Raises ValueError for a day or stage there is not.
    """
    day = judging_day(on)
    if not isinstance(patient, Patient):
        patient = Patient.from_json(patient, day)
    verdict = stage_named(_STAGES, stage)(_features(patient, day))
    verdict.case = Case(patient, day)
    return verdict


def check_many(
    patients: Iterable[Patient | Mapping[str, Any]],
    on: Day = None,
    stage: str = "eligibility",
) -> Iterator[Verdict]:
    """Judge patients as at one day, one verdict each, in their order."""
    day = judging_day(on)
    for patient in patients:
        yield check(patient, day, stage)


def is_eligible(patient: Patient | Mapping[str, Any], on: Day = None) -> bool | None:
    """Whether a patient is eligible; None where that cannot be told."""
    day = judging_day(on)
    if not isinstance(patient, Patient):
        patient = Patient.from_json(patient, day)
    try:
        return _is_eligible(patient, day)
    except TypeError:
        return check(patient, day).eligible


check_features = judge_eligibility

_values_of_row = itemgetter(
    "total_bilirubin",
    "total_bilirubin_upper",
    "inr",
    "prothrombin_activity",
    "ascites_started_within_4_weeks_after_last_acute_hepatic_insult",
    "encephalopathy_started_within_4_weeks_after_last_acute_hepatic_insult",
    "answer_i1_1",
    "hbsag_is_positive_for_more_than_6_months",
    "dialysis_twice_in_past_week",
    "creatinine",
    "age",
    "gi_bleeding_within_2_months_before_screening",
    "serious_infection_within_2_months_before_screening",
    "answer_e1_1",
    "autoimmune_disease_ongoing",
    "anti_hav_igm",
    "anti_hev_igm",
    "anti_hcv",
    "hcv_rna",
    "anti_hdv",
    "hdv_rna",
    "hcv_rna_unsettled",
    "hdv_rna_unsettled",
    "answer_e4_1",
    "malignancy_ever",
    "sex",
    "pregnant",
    "lactating",
    "liver_lesion_where_imaging_is_one_of_ultrasound_ct_mr_ever",
    "bioartificial_liver_support_ever",
    "liver_transplantation_ever",
)


def check_row(row: Mapping[str, Any]) -> Verdict:
    """Judge values at hand, in a mapping by feature id, as `judge_eligibility` does; a key that is
    not there is not known.

    Raises ValueError for a value of the wrong kind and for a key that is no feature.
    """
    verdict = Verdict()
    verdict.values = row
    verdict.stage = _ELIGIBILITY
    try:
        (
            total_bilirubin,
            total_bilirubin_upper,
            inr,
            prothrombin_activity,
            ascites_started_within_4_weeks_after_last_acute_hepatic,
            encephalopathy_started_within_4_weeks_after_last_acute,
            answer_i1_1,
            hbsag_is_positive_for_more_than_6_months,
            dialysis_twice_in_past_week,
            creatinine,
            age,
            gi_bleeding_within_2_months_before_screening,
            serious_infection_within_2_months_before_screening,
            answer_e1_1,
            autoimmune_disease_ongoing,
            anti_hav_igm,
            anti_hev_igm,
            anti_hcv,
            hcv_rna,
            anti_hdv,
            hdv_rna,
            hcv_rna_unsettled,
            hdv_rna_unsettled,
            answer_e4_1,
            malignancy_ever,
            sex,
            pregnant,
            lactating,
            liver_lesion_where_imaging_is_one_of_ultrasound_ct_mr_ever,
            bioartificial_liver_support_ever,
            liver_transplantation_ever,
        ) = _values_of_row(row)

        # I1: Acute-on-chronic liver failure
        i1: bool | None
        if (
            # - require total_bilirubin >= 10 ULN
            total_bilirubin is not None
            and total_bilirubin_upper is not None
            and total_bilirubin >= 9.99999999999 * total_bilirubin_upper
            # - require inr >= 1.5 or prothrombin_activity < 40 %
            and (
                (inr is not None and inr >= 1.5)
                or (prothrombin_activity is not None and prothrombin_activity < 40.0)
            )
            # - require any of { ascites, encephalopathy } started within 4 weeks after last
            #   acute_hepatic_insult
            and (
                ascites_started_within_4_weeks_after_last_acute_hepatic is True
                or encephalopathy_started_within_4_weeks_after_last_acute is True
            )
            # - require answer yes to "Is there chronic liver disease, diagnosed before or not?" by
            #   investigator because judgement
            and answer_i1_1 is True
        ):
            i1 = True
        elif (
            (
                total_bilirubin is not None
                and total_bilirubin_upper is not None
                and total_bilirubin < 9.99999999999 * total_bilirubin_upper
            )
            or (
                inr is not None
                and inr < 1.5
                and prothrombin_activity is not None
                and prothrombin_activity >= 40.0
            )
            or (
                ascites_started_within_4_weeks_after_last_acute_hepatic is False
                and encephalopathy_started_within_4_weeks_after_last_acute is False
            )
            or answer_i1_1 is False
        ):
            i1 = False
        else:
            i1 = None

        # I2: HBsAg positive for more than 6 months
        # - require hbsag is positive for more than 6 months
        i2: bool | None
        if hbsag_is_positive_for_more_than_6_months is True:
            i2 = True
        elif hbsag_is_positive_for_more_than_6_months is False:
            i2 = False
        else:
            i2 = None

        # I3: MELD score 17 to 30
        # - require liver.meld between 17 and 30
        liver_meld_limit: float | None
        if dialysis_twice_in_past_week is True or (
            creatinine is not None and creatinine >= 353.6067892503536
        ):
            liver_meld_limit = 4.0
        elif (
            dialysis_twice_in_past_week is False
            and creatinine is not None
            and creatinine < 353.6067892503536
        ):
            liver_meld_limit = 1.0 if creatinine < 88.4016973125884 else creatinine * 0.011312
        else:
            liver_meld_limit = None
        # liver.meld: MELD score, variant MELD without aetiology term, rounded, 6 to 40 [Kamath PS,
        #   Wiesner RH, Malinchoc M, et al. A model to predict survival in patients with end-stage
        #   liver disease. Hepatology 2001; Wiesner R, Edwards E, Freeman R, et al. Model for end-
        #   stage liver disease (MELD) and allocation of donor livers. Gastroenterology 2003]
        liver_meld: float | None = None
        if total_bilirubin is not None and inr is not None and liver_meld_limit is not None:
            try:
                liver_meld_log = (
                    0.0 if total_bilirubin < 17.103957855847842 else log(total_bilirubin * 0.058466)
                )
                liver_meld_log_2 = 0.0 if inr < 1.0 else log(inr)
                liver_meld_term = float(
                    floor(
                        3.78 * liver_meld_log
                        + 11.2 * liver_meld_log_2
                        + 9.57 * log(liver_meld_limit)
                        + 6.43
                        + 0.5,
                    ),
                )
                liver_meld_term_2 = 6.0 if liver_meld_term < 6.0 else liver_meld_term
                liver_meld = 40.0 if liver_meld_term_2 > 40.0 else liver_meld_term_2
            except (ArithmeticError, ValueError):
                pass
        i3: bool | None
        if liver_meld is None:
            i3 = None
        elif 16.999999999983 <= liver_meld <= 30.00000000003:
            i3 = True
        elif liver_meld < 16.999999999983 or liver_meld > 30.00000000003:
            i3 = False
        else:
            i3 = None

        # I4: Age 18 to 65 years
        # - require age between 18 years and 65 years
        i4: bool | None
        if age is None:
            i4 = None
        elif 18.0 <= age <= 65.0:
            i4 = True
        elif age < 18.0 or age > 65.0:
            i4 = False
        else:
            i4 = None

        # E1: Serious complication within 2 months
        e1: bool | None
        if (
            # - reject any of { gi_bleeding, serious_infection } within 2 months before screening
            gi_bleeding_within_2_months_before_screening is False
            and serious_infection_within_2_months_before_screening is False
            # - reject answer yes to "Was there any other serious complication within the previous 2
            #   months?" by investigator because judgement
            and answer_e1_1 is False
        ):
            e1 = True
        elif (
            gi_bleeding_within_2_months_before_screening is True
            or serious_infection_within_2_months_before_screening is True
            or answer_e1_1 is True
        ):
            e1 = False
        else:
            e1 = None

        # E2: Autoimmune disease
        # - reject autoimmune_disease ongoing
        e2: bool | None
        if autoimmune_disease_ongoing is False:
            e2 = True
        elif autoimmune_disease_ongoing is True:
            e2 = False
        else:
            e2 = None

        # E3: Superinfection with another hepatitis virus
        e3: bool | None
        if (
            # - reject any of { anti_hav_igm is positive, anti_hev_igm is positive }
            anti_hav_igm == "negative"
            and anti_hev_igm == "negative"
            # - reject anti_hcv is positive unless hcv_rna is negative
            and (anti_hcv == "negative" or hcv_rna == "negative")
            # - reject anti_hdv is positive unless hdv_rna is negative
            and (anti_hdv == "negative" or hdv_rna == "negative")
            # - reject known any of { hcv_rna is positive, hdv_rna is positive }
            and (
                (
                    not (
                        (hcv_rna is not None and hcv_rna == "positive")
                        or (hdv_rna is not None and hdv_rna == "positive")
                    )
                    and hcv_rna_unsettled is False
                    and hdv_rna_unsettled is False
                )
                or (hcv_rna == "negative" and hdv_rna == "negative")
            )
        ):
            e3 = True
        elif (
            (anti_hav_igm is not None and anti_hav_igm == "positive")
            or (anti_hev_igm is not None and anti_hev_igm == "positive")
            or (hcv_rna is not None and hcv_rna == "positive")
            or (hdv_rna is not None and hdv_rna == "positive")
        ):
            e3 = False
        else:
            e3 = None

        # E4: Other organ dysfunction, or malignancy
        e4: bool | None
        if (
            # - reject answer yes to "Is there important organ dysfunction not due to liver
            #   disease?" by investigator because judgement
            answer_e4_1 is False
            # - reject malignancy ever
            and malignancy_ever is False
        ):
            e4 = True
        elif answer_e4_1 is True or malignancy_ever is True:
            e4 = False
        else:
            e4 = None

        # E5: Pregnancy or lactation
        e5: bool | None
        if (
            # - reject pregnant
            (sex == "male" or pregnant is False)
            # - reject lactating
            and (sex == "male" or lactating is False)
        ):
            e5 = True
        elif (sex == "female" and pregnant is True) or (sex == "female" and lactating is True):
            e5 = False
        else:
            e5 = None

        # E6: Liver tumor or nodules on imaging
        # - reject some liver_lesion where imaging is one of {ultrasound, CT, MR} ever
        e6: bool | None
        if liver_lesion_where_imaging_is_one_of_ultrasound_ct_mr_ever is False:
            e6 = True
        elif liver_lesion_where_imaging_is_one_of_ultrasound_ct_mr_ever is True:
            e6 = False
        else:
            e6 = None

        # E7: Bioartificial liver support
        # - reject bioartificial_liver_support ever
        e7: bool | None
        if bioartificial_liver_support_ever is False:
            e7 = True
        elif bioartificial_liver_support_ever is True:
            e7 = False
        else:
            e7 = None

        # E8: Previous liver transplantation
        # - reject liver_transplantation ever
        e8: bool | None
        if liver_transplantation_ever is False:
            e8 = True
        elif liver_transplantation_ever is True:
            e8 = False
        else:
            e8 = None

        verdict.codes = (i1, i2, i3, i4, e1, e2, e3, e4, e5, e6, e7, e8)
    except (KeyError, TypeError):  # a value that is only bounded ("<40") is weighed by its bounds
        verdict.codes = _ELIGIBILITY.weigh(row)
    return verdict


def is_eligible_features(features: Features) -> bool | None:
    """Whether the values make eligible; left at the first criterion that fails."""
    try:
        return _is_eligible_features(features)
    except TypeError:
        return check_features(features).eligible


def _is_eligible_features(features: Features) -> bool | None:
    # a plain tuple comes apart faster than a named one
    (
        total_bilirubin,
        total_bilirubin_upper,
        inr,
        prothrombin_activity,
        ascites_started_within_4_weeks_after_last_acute_hepatic,
        encephalopathy_started_within_4_weeks_after_last_acute,
        answer_i1_1,
        hbsag_is_positive_for_more_than_6_months,
        dialysis_twice_in_past_week,
        creatinine,
        age,
        gi_bleeding_within_2_months_before_screening,
        serious_infection_within_2_months_before_screening,
        answer_e1_1,
        autoimmune_disease_ongoing,
        anti_hav_igm,
        anti_hev_igm,
        anti_hcv,
        hcv_rna,
        anti_hdv,
        hdv_rna,
        hcv_rna_unsettled,
        hdv_rna_unsettled,
        answer_e4_1,
        malignancy_ever,
        sex,
        pregnant,
        lactating,
        liver_lesion_where_imaging_is_one_of_ultrasound_ct_mr_ever,
        bioartificial_liver_support_ever,
        liver_transplantation_ever,
    ) = features + ()
    undecided = False
    # I1: Acute-on-chronic liver failure
    if not (
        total_bilirubin is not None
        and total_bilirubin_upper is not None
        and total_bilirubin >= 9.99999999999 * total_bilirubin_upper
        and (
            (inr is not None and inr >= 1.5)
            or (prothrombin_activity is not None and prothrombin_activity < 40.0)
        )
        and (
            ascites_started_within_4_weeks_after_last_acute_hepatic is True
            or encephalopathy_started_within_4_weeks_after_last_acute is True
        )
        and answer_i1_1 is True
    ):
        if (
            (
                total_bilirubin is not None
                and total_bilirubin_upper is not None
                and total_bilirubin < 9.99999999999 * total_bilirubin_upper
            )
            or (
                inr is not None
                and inr < 1.5
                and prothrombin_activity is not None
                and prothrombin_activity >= 40.0
            )
            or (
                ascites_started_within_4_weeks_after_last_acute_hepatic is False
                and encephalopathy_started_within_4_weeks_after_last_acute is False
            )
            or answer_i1_1 is False
        ):
            return False
        undecided = True
    # I2: HBsAg positive for more than 6 months
    if hbsag_is_positive_for_more_than_6_months is not True:
        if hbsag_is_positive_for_more_than_6_months is False:
            return False
        undecided = True
    liver_meld_limit: float | None
    if dialysis_twice_in_past_week is True or (
        creatinine is not None and creatinine >= 353.6067892503536
    ):
        liver_meld_limit = 4.0
    elif (
        dialysis_twice_in_past_week is False
        and creatinine is not None
        and creatinine < 353.6067892503536
    ):
        liver_meld_limit = 1.0 if creatinine < 88.4016973125884 else creatinine * 0.011312
    else:
        liver_meld_limit = None
    liver_meld: float | None = None
    if total_bilirubin is not None and inr is not None and liver_meld_limit is not None:
        try:
            liver_meld_log = (
                0.0 if total_bilirubin < 17.103957855847842 else log(total_bilirubin * 0.058466)
            )
            liver_meld_log_2 = 0.0 if inr < 1.0 else log(inr)
            liver_meld_term = float(
                floor(
                    3.78 * liver_meld_log
                    + 11.2 * liver_meld_log_2
                    + 9.57 * log(liver_meld_limit)
                    + 6.43
                    + 0.5,
                ),
            )
            liver_meld_term_2 = 6.0 if liver_meld_term < 6.0 else liver_meld_term
            liver_meld = 40.0 if liver_meld_term_2 > 40.0 else liver_meld_term_2
        except (ArithmeticError, ValueError):
            pass
    # I3: MELD score 17 to 30
    if not (liver_meld is not None and 16.999999999983 <= liver_meld <= 30.00000000003):
        if liver_meld is not None and (liver_meld < 16.999999999983 or liver_meld > 30.00000000003):
            return False
        undecided = True
    # I4: Age 18 to 65 years
    if not (age is not None and 18.0 <= age <= 65.0):
        if age is not None and (age < 18.0 or age > 65.0):
            return False
        undecided = True
    # E1: Serious complication within 2 months
    if not (
        gi_bleeding_within_2_months_before_screening is False
        and serious_infection_within_2_months_before_screening is False
        and answer_e1_1 is False
    ):
        if (
            gi_bleeding_within_2_months_before_screening is True
            or serious_infection_within_2_months_before_screening is True
            or answer_e1_1 is True
        ):
            return False
        undecided = True
    # E2: Autoimmune disease
    if autoimmune_disease_ongoing is not False:
        if autoimmune_disease_ongoing is True:
            return False
        undecided = True
    # E3: Superinfection with another hepatitis virus
    if not (
        anti_hav_igm == "negative"
        and anti_hev_igm == "negative"
        and (anti_hcv == "negative" or hcv_rna == "negative")
        and (anti_hdv == "negative" or hdv_rna == "negative")
        and (
            (
                not (
                    (hcv_rna is not None and hcv_rna == "positive")
                    or (hdv_rna is not None and hdv_rna == "positive")
                )
                and hcv_rna_unsettled is False
                and hdv_rna_unsettled is False
            )
            or (hcv_rna == "negative" and hdv_rna == "negative")
        )
    ):
        if (
            (anti_hav_igm is not None and anti_hav_igm == "positive")
            or (anti_hev_igm is not None and anti_hev_igm == "positive")
            or (hcv_rna is not None and hcv_rna == "positive")
            or (hdv_rna is not None and hdv_rna == "positive")
        ):
            return False
        undecided = True
    # E4: Other organ dysfunction, or malignancy
    if not (answer_e4_1 is False and malignancy_ever is False):
        if answer_e4_1 is True or malignancy_ever is True:
            return False
        undecided = True
    # E5: Pregnancy or lactation
    if not ((sex == "male" or pregnant is False) and (sex == "male" or lactating is False)):
        if (sex == "female" and pregnant is True) or (sex == "female" and lactating is True):
            return False
        undecided = True
    # E6: Liver tumor or nodules on imaging
    if liver_lesion_where_imaging_is_one_of_ultrasound_ct_mr_ever is not False:
        if liver_lesion_where_imaging_is_one_of_ultrasound_ct_mr_ever is True:
            return False
        undecided = True
    # E7: Bioartificial liver support
    if bioartificial_liver_support_ever is not False:
        if bioartificial_liver_support_ever is True:
            return False
        undecided = True
    # E8: Previous liver transplantation
    if liver_transplantation_ever is not False:
        if liver_transplantation_ever is True:
            return False
        undecided = True
    return None if undecided else True


def _is_eligible(patient: Patient, on: When) -> bool | None:
    (
        within_the_7_days_before_screening,
        held_less_than_6_months_before_screening,
        within_the_2_months_before_screening,
        day_of_screening,
        within_the_30_days_before_screening,
        up_to_screening,
    ) = _windows(on)
    total_bilirubin = exact(
        latest_value(patient.total_bilirubin, within_the_7_days_before_screening)
    )
    total_bilirubin_upper = exact(
        latest_value(patient.total_bilirubin, within_the_7_days_before_screening, UPPER)
    )
    inr = exact(latest_value(patient.inr, within_the_7_days_before_screening))
    prothrombin_activity = exact(
        latest_value(patient.prothrombin_activity, within_the_7_days_before_screening)
    )
    at_the_last_acute_hepatic_insult = anchor_of(patient.acute_hepatic_insult, "last", None, on)
    within_the_4_weeks_after_the_last_acute_hepatic_insult = make_window(
        at_the_last_acute_hepatic_insult, ((), False, True), (((4, "week"),), False, True)
    )
    ascites_started_within_4_weeks_after_last_acute_hepatic = truth(
        occurs(patient.ascites, within_the_4_weeks_after_the_last_acute_hepatic_insult, "started")
    )
    encephalopathy_started_within_4_weeks_after_last_acute = truth(
        occurs(
            patient.encephalopathy,
            within_the_4_weeks_after_the_last_acute_hepatic_insult,
            "started",
        ),
    )
    answer_i1_1 = truth(patient.answers.get("I1.1"))
    undecided = False
    # I1: Acute-on-chronic liver failure
    if not (
        total_bilirubin is not None
        and total_bilirubin_upper is not None
        and total_bilirubin >= 9.99999999999 * total_bilirubin_upper
        and (
            (inr is not None and inr >= 1.5)
            or (prothrombin_activity is not None and prothrombin_activity < 40.0)
        )
        and (
            ascites_started_within_4_weeks_after_last_acute_hepatic is True
            or encephalopathy_started_within_4_weeks_after_last_acute is True
        )
        and answer_i1_1 is True
    ):
        if (
            (
                total_bilirubin is not None
                and total_bilirubin_upper is not None
                and total_bilirubin < 9.99999999999 * total_bilirubin_upper
            )
            or (
                inr is not None
                and inr < 1.5
                and prothrombin_activity is not None
                and prothrombin_activity >= 40.0
            )
            or (
                ascites_started_within_4_weeks_after_last_acute_hepatic is False
                and encephalopathy_started_within_4_weeks_after_last_acute is False
            )
            or answer_i1_1 is False
        ):
            return False
        undecided = True
    hbsag_is_positive_for_more_than_6_months = truth(
        series_held(patient.hbsag, held_less_than_6_months_before_screening, hbsag_filter)
    )
    # I2: HBsAg positive for more than 6 months
    if hbsag_is_positive_for_more_than_6_months is not True:
        if hbsag_is_positive_for_more_than_6_months is False:
            return False
        undecided = True
    creatinine = exact(latest_value(patient.creatinine, within_the_7_days_before_screening))
    dialysis_twice_in_past_week = truth(patient.dialysis_twice_in_past_week)
    liver_meld_limit: float | None
    if dialysis_twice_in_past_week is True or (
        creatinine is not None and creatinine >= 353.6067892503536
    ):
        liver_meld_limit = 4.0
    elif (
        dialysis_twice_in_past_week is False
        and creatinine is not None
        and creatinine < 353.6067892503536
    ):
        liver_meld_limit = 1.0 if creatinine < 88.4016973125884 else creatinine * 0.011312
    else:
        liver_meld_limit = None
    liver_meld: float | None = None
    if total_bilirubin is not None and inr is not None and liver_meld_limit is not None:
        try:
            liver_meld_log = (
                0.0 if total_bilirubin < 17.103957855847842 else log(total_bilirubin * 0.058466)
            )
            liver_meld_log_2 = 0.0 if inr < 1.0 else log(inr)
            liver_meld_term = float(
                floor(
                    3.78 * liver_meld_log
                    + 11.2 * liver_meld_log_2
                    + 9.57 * log(liver_meld_limit)
                    + 6.43
                    + 0.5,
                ),
            )
            liver_meld_term_2 = 6.0 if liver_meld_term < 6.0 else liver_meld_term
            liver_meld = 40.0 if liver_meld_term_2 > 40.0 else liver_meld_term_2
        except (ArithmeticError, ValueError):
            pass
    # I3: MELD score 17 to 30
    if not (liver_meld is not None and 16.999999999983 <= liver_meld <= 30.00000000003):
        if liver_meld is not None and (liver_meld < 16.999999999983 or liver_meld > 30.00000000003):
            return False
        undecided = True
    age = exact(age_at(patient.birth_date, patient.age, "year", on, on))
    # I4: Age 18 to 65 years
    if not (age is not None and 18.0 <= age <= 65.0):
        if age is not None and (age < 18.0 or age > 65.0):
            return False
        undecided = True
    gi_bleeding_within_2_months_before_screening = truth(
        occurs(patient.gi_bleeding, within_the_2_months_before_screening)
    )
    serious_infection_within_2_months_before_screening = truth(
        occurs(patient.serious_infection, within_the_2_months_before_screening)
    )
    answer_e1_1 = truth(patient.answers.get("E1.1"))
    # E1: Serious complication within 2 months
    if not (
        gi_bleeding_within_2_months_before_screening is False
        and serious_infection_within_2_months_before_screening is False
        and answer_e1_1 is False
    ):
        if (
            gi_bleeding_within_2_months_before_screening is True
            or serious_infection_within_2_months_before_screening is True
            or answer_e1_1 is True
        ):
            return False
        undecided = True
    autoimmune_disease_ongoing = truth(
        occurs(patient.autoimmune_disease, day_of_screening, "ongoing")
    )
    # E2: Autoimmune disease
    if autoimmune_disease_ongoing is not False:
        if autoimmune_disease_ongoing is True:
            return False
        undecided = True
    anti_hav_igm = choice(latest_value(patient.anti_hav_igm, within_the_30_days_before_screening))
    anti_hev_igm = choice(latest_value(patient.anti_hev_igm, within_the_30_days_before_screening))
    anti_hcv = choice(latest_value(patient.anti_hcv, within_the_30_days_before_screening))
    hcv_rna = choice(latest_value(patient.hcv_rna, within_the_30_days_before_screening))
    anti_hdv = choice(latest_value(patient.anti_hdv, within_the_30_days_before_screening))
    hdv_rna = choice(latest_value(patient.hdv_rna, within_the_30_days_before_screening))
    hcv_rna_unsettled = truth(
        unsettled_series(
            "hcv_rna", patient.unread, patient.hcv_rna, within_the_30_days_before_screening
        ),
    )
    hdv_rna_unsettled = truth(
        unsettled_series(
            "hdv_rna", patient.unread, patient.hdv_rna, within_the_30_days_before_screening
        ),
    )
    # E3: Superinfection with another hepatitis virus
    if not (
        anti_hav_igm == "negative"
        and anti_hev_igm == "negative"
        and (anti_hcv == "negative" or hcv_rna == "negative")
        and (anti_hdv == "negative" or hdv_rna == "negative")
        and (
            (
                not (
                    (hcv_rna is not None and hcv_rna == "positive")
                    or (hdv_rna is not None and hdv_rna == "positive")
                )
                and hcv_rna_unsettled is False
                and hdv_rna_unsettled is False
            )
            or (hcv_rna == "negative" and hdv_rna == "negative")
        )
    ):
        if (
            (anti_hav_igm is not None and anti_hav_igm == "positive")
            or (anti_hev_igm is not None and anti_hev_igm == "positive")
            or (hcv_rna is not None and hcv_rna == "positive")
            or (hdv_rna is not None and hdv_rna == "positive")
        ):
            return False
        undecided = True
    answer_e4_1 = truth(patient.answers.get("E4.1"))
    malignancy_ever = truth(occurs(patient.malignancy, up_to_screening))
    # E4: Other organ dysfunction, or malignancy
    if not (answer_e4_1 is False and malignancy_ever is False):
        if answer_e4_1 is True or malignancy_ever is True:
            return False
        undecided = True
    sex = choice(patient.sex)
    pregnant = truth(patient.pregnant)
    lactating = truth(patient.lactating)
    # E5: Pregnancy or lactation
    if not ((sex == "male" or pregnant is False) and (sex == "male" or lactating is False)):
        if (sex == "female" and pregnant is True) or (sex == "female" and lactating is True):
            return False
        undecided = True
    liver_lesion_where_imaging_is_one_of_ultrasound_ct_mr_ever = truth(
        occurs(patient.liver_lesion, up_to_screening, where=liver_lesion_filter)
    )
    # E6: Liver tumor or nodules on imaging
    if liver_lesion_where_imaging_is_one_of_ultrasound_ct_mr_ever is not False:
        if liver_lesion_where_imaging_is_one_of_ultrasound_ct_mr_ever is True:
            return False
        undecided = True
    bioartificial_liver_support_ever = truth(
        occurs(patient.bioartificial_liver_support, up_to_screening)
    )
    # E7: Bioartificial liver support
    if bioartificial_liver_support_ever is not False:
        if bioartificial_liver_support_ever is True:
            return False
        undecided = True
    liver_transplantation_ever = truth(occurs(patient.liver_transplantation, up_to_screening))
    # E8: Previous liver transplantation
    if liver_transplantation_ever is not False:
        if liver_transplantation_ever is True:
            return False
        undecided = True
    return None if undecided else True


# What verdicts are told from: the features, and the criteria above as data.
# fmt: off
_FEATURES: tuple[tuple[Any, ...], ...] = (
    ("total_bilirubin", "total_bilirubin", "number", "serum total bilirubin", "serum total bilirubin not older than 7 days", "umol/L", "latest value", "total_bilirubin", 0, "", ((0, "day"), (-7, "day")), "serum total bilirubin", ()),
    ("total_bilirubin_upper", "total_bilirubin_upper", "number", "upper limit of normal of serum total bilirubin", "upper limit of normal of serum total bilirubin", "umol/L", "latest upper", "total_bilirubin", 0, "", ((0, "day"), (-7, "day")), "serum total bilirubin", ()),
    ("inr", "inr", "number", "international normalized ratio", "international normalized ratio not older than 7 days", "", "latest value", "inr", 0, "", ((0, "day"), (-7, "day")), "international normalized ratio", ()),
    ("prothrombin_activity", "prothrombin_activity", "number", "prothrombin activity", "prothrombin activity not older than 7 days", "%", "latest value", "prothrombin_activity", 0, "", ((0, "day"), (-7, "day")), "prothrombin activity", ()),
    ("ascites_started_within_4_weeks_after_last_acute_hepatic_insult", "ascites_started_within_4_weeks_after_last_acute_hepatic", "truth", "ascites on physical examination that started within the 4 weeks after the last acute hepatic insult", "records of ascites on physical examination (or that there are none)", "", "occurrences", "ascites", -1, "", ((0, "day"), (4, "week")), "ascites on physical examination", (("event", "acute_hepatic_insult", "acute hepatic insult"),)),
    ("encephalopathy_started_within_4_weeks_after_last_acute_hepatic_insult", "encephalopathy_started_within_4_weeks_after_last_acute", "truth", "hepatic encephalopathy on physical examination that started within the 4 weeks after the last acute hepatic insult", "records of hepatic encephalopathy on physical examination (or that there are none)", "", "occurrences", "encephalopathy", -1, "", ((0, "day"), (4, "week")), "hepatic encephalopathy on physical examination", (("event", "acute_hepatic_insult", "acute hepatic insult"),)),
    ("answer_i1_1", "answer_i1_1", "truth", "the investigator answers yes to “Is there chronic liver disease, diagnosed before or not?”", "the investigator's answer to “Is there chronic liver disease, diagnosed before or not?”", "", "", "", -1, "", (), "", ()),
    ("hbsag_is_positive_for_more_than_6_months", "hbsag_is_positive_for_more_than_6_months", "truth", "hepatitis B surface antigen is positive for more than 6 months before screening", "dated values of hepatitis B surface antigen", "", "samples", "hbsag", 1, "hbsag_filter", ((0, "day"), (-6, "month")), "hepatitis B surface antigen", ()),
    ("dialysis_twice_in_past_week", "dialysis_twice_in_past_week", "truth", "dialysis at least twice in the past week", "dialysis at least twice in the past week", "", "", "dialysis_twice_in_past_week", -1, "", ((0, "day"),), "dialysis at least twice in the past week", ()),
    ("creatinine", "creatinine", "number", "serum creatinine", "serum creatinine not older than 7 days", "umol/L", "latest value", "creatinine", 0, "", ((0, "day"), (-7, "day")), "serum creatinine", ()),
    ("age", "age", "number", "age", "age", "years", "birth", "", -1, "", ((0, "year"),), "", ()),
    ("gi_bleeding_within_2_months_before_screening", "gi_bleeding_within_2_months_before_screening", "truth", "gastrointestinal bleeding within the 2 months before screening", "records of gastrointestinal bleeding (or that there are none)", "", "occurrences", "gi_bleeding", 2, "", ((0, "day"), (-2, "month")), "gastrointestinal bleeding", ()),
    ("serious_infection_within_2_months_before_screening", "serious_infection_within_2_months_before_screening", "truth", "serious infection within the 2 months before screening", "records of serious infection (or that there are none)", "", "occurrences", "serious_infection", 2, "", ((0, "day"), (-2, "month")), "serious infection", ()),
    ("answer_e1_1", "answer_e1_1", "truth", "the investigator answers yes to “Was there any other serious complication within the previous 2 months?”", "the investigator's answer to “Was there any other serious complication within the previous 2 months?”", "", "", "", -1, "", (), "", ()),
    ("autoimmune_disease_ongoing", "autoimmune_disease_ongoing", "truth", "autoimmune disease ongoing at screening", "records of autoimmune disease (or that there are none)", "", "occurrences", "autoimmune_disease", 3, "", ((0, "day"),), "autoimmune disease", ()),
    ("anti_hav_igm", "anti_hav_igm", "choice", "hepatitis A virus IgM antibody", "hepatitis A virus IgM antibody not older than 30 days", "", "latest value", "anti_hav_igm", 4, "", ((0, "day"), (-30, "day")), "hepatitis A virus IgM antibody", ()),
    ("anti_hev_igm", "anti_hev_igm", "choice", "hepatitis E virus IgM antibody", "hepatitis E virus IgM antibody not older than 30 days", "", "latest value", "anti_hev_igm", 4, "", ((0, "day"), (-30, "day")), "hepatitis E virus IgM antibody", ()),
    ("anti_hcv", "anti_hcv", "choice", "hepatitis C virus antibody", "hepatitis C virus antibody not older than 30 days", "", "latest value", "anti_hcv", 4, "", ((0, "day"), (-30, "day")), "hepatitis C virus antibody", ()),
    ("hcv_rna", "hcv_rna", "choice", "hepatitis C virus RNA", "hepatitis C virus RNA not older than 30 days", "", "latest value", "hcv_rna", 4, "", ((0, "day"), (-30, "day")), "hepatitis C virus RNA", ()),
    ("anti_hdv", "anti_hdv", "choice", "hepatitis D virus antibody", "hepatitis D virus antibody not older than 30 days", "", "latest value", "anti_hdv", 4, "", ((0, "day"), (-30, "day")), "hepatitis D virus antibody", ()),
    ("hdv_rna", "hdv_rna", "choice", "hepatitis D virus RNA", "hepatitis D virus RNA not older than 30 days", "", "latest value", "hdv_rna", 4, "", ((0, "day"), (-30, "day")), "hepatitis D virus RNA", ()),
    ("hcv_rna_unsettled", "hcv_rna_unsettled", "truth", "what is recorded of hepatitis C virus RNA leaves it open", "a clear record of hepatitis C virus RNA", "", "", "hcv_rna", 4, "", ((0, "day"), (-30, "day")), "hepatitis C virus RNA", ()),
    ("hdv_rna_unsettled", "hdv_rna_unsettled", "truth", "what is recorded of hepatitis D virus RNA leaves it open", "a clear record of hepatitis D virus RNA", "", "", "hdv_rna", 4, "", ((0, "day"), (-30, "day")), "hepatitis D virus RNA", ()),
    ("answer_e4_1", "answer_e4_1", "truth", "the investigator answers yes to “Is there important organ dysfunction not due to liver disease?”", "the investigator's answer to “Is there important organ dysfunction not due to liver disease?”", "", "", "", -1, "", (), "", ()),
    ("malignancy_ever", "malignancy_ever", "truth", "malignant tumor at any time", "records of malignant tumor (or that there are none)", "", "occurrences", "malignancy", 5, "", ((0, "day"),), "malignant tumor", ()),
    ("sex", "sex", "choice", "sex", "sex", "", "", "sex", -1, "", ((0, "day"),), "sex", ()),
    ("pregnant", "pregnant", "truth", "pregnancy", "pregnancy", "", "", "pregnant", -1, "", ((0, "day"),), "pregnancy", ()),
    ("lactating", "lactating", "truth", "lactation", "lactation", "", "", "lactating", -1, "", ((0, "day"),), "lactation", ()),
    ("liver_lesion_where_imaging_is_one_of_ultrasound_ct_mr_ever", "liver_lesion_where_imaging_is_one_of_ultrasound_ct_mr_ever", "truth", "liver tumor or nodule with imaging ultrasound, CT, or MR at any time", "records of liver tumor or nodule (or that there are none)", "", "occurrences", "liver_lesion", 5, "liver_lesion_filter", ((0, "day"),), "liver tumor or nodule", ()),
    ("bioartificial_liver_support_ever", "bioartificial_liver_support_ever", "truth", "bioartificial liver support therapy at any time", "records of bioartificial liver support therapy (or that there are none)", "", "occurrences", "bioartificial_liver_support", 5, "", ((0, "day"),), "bioartificial liver support therapy", ()),
    ("liver_transplantation_ever", "liver_transplantation_ever", "truth", "liver transplantation at any time", "records of liver transplantation (or that there are none)", "", "occurrences", "liver_transplantation", 5, "", ((0, "day"),), "liver transplantation", ()),
)
# fmt: on
# fmt: off
_NODES: tuple[tuple[Any, ...], ...] = (
    ("value", "total_bilirubin"),
    ("value", "total_bilirubin_upper"),
    ("scaled", "*", 1, 9.99999999999),
    ("compare", ">=", 0, 2, "serum total bilirubin", "at least 10 times its upper limit of normal", "below 10 times its upper limit of normal"),
    ("value", "inr"),
    ("const", 1.5),
    ("compare", ">=", 4, 5, "international normalized ratio", "at least 1.5", "below 1.5"),
    ("value", "prothrombin_activity"),
    ("const", 40.0),
    ("compare", "<", 7, 8, "prothrombin activity", "below 40 %", "at least 40 %"),
    ("any", (6, 9)),
    ("truth", "ascites_started_within_4_weeks_after_last_acute_hepatic_insult", "ascites on physical examination that started within the 4 weeks after the last acute hepatic insult", "no ascites on physical examination that started within the 4 weeks after the last acute hepatic insult"),
    ("truth", "encephalopathy_started_within_4_weeks_after_last_acute_hepatic_insult", "hepatic encephalopathy on physical examination that started within the 4 weeks after the last acute hepatic insult", "no hepatic encephalopathy on physical examination that started within the 4 weeks after the last acute hepatic insult"),
    ("any", (11, 12)),
    ("truth", "answer_i1_1", "the investigator answers yes to “Is there chronic liver disease, diagnosed before or not?”", "the investigator answers no to “Is there chronic liver disease, diagnosed before or not?”"),
    ("truth", "hbsag_is_positive_for_more_than_6_months", "hepatitis B surface antigen is positive for more than 6 months before screening", "hepatitis B surface antigen is not positive for more than 6 months before screening"),
    ("const", 6.0),
    ("const", 17.103957855847842),
    ("compare", "<", 0, 17, "serum total bilirubin", "below 17.104 umol/L", "at least 17.104 umol/L"),
    ("const", 1.0),
    ("scaled", "*", 0, 0.058466),
    ("choose", 18, 19, 20),
    ("call", "ln", (21,)),
    ("scaled", "*", 22, 3.78),
    ("compare", "<", 4, 19, "international normalized ratio", "below 1", "at least 1"),
    ("choose", 24, 19, 4),
    ("call", "ln", (25,)),
    ("scaled", "*", 26, 11.2),
    ("arithmetic", "+", 23, 27),
    ("truth", "dialysis_twice_in_past_week", "dialysis at least twice in the past week", "no dialysis at least twice in the past week"),
    ("value", "creatinine"),
    ("const", 353.6067892503536),
    ("compare", ">=", 30, 31, "serum creatinine", "at least 353.607 umol/L", "below 353.607 umol/L"),
    ("any", (29, 32)),
    ("const", 4.0),
    ("const", 88.4016973125884),
    ("compare", "<", 30, 35, "serum creatinine", "below 88.4017 umol/L", "at least 88.4017 umol/L"),
    ("scaled", "*", 30, 0.011312),
    ("choose", 36, 19, 37),
    ("choose", 33, 34, 38),
    ("call", "ln", (39,)),
    ("scaled", "*", 40, 9.57),
    ("arithmetic", "+", 28, 41),
    ("const", 6.43),
    ("arithmetic", "+", 42, 43),
    ("call", "round", (44,)),
    ("call", "max", (16, 45)),
    ("call", "min", (8, 46)),
    ("named", 47, "MELD score", ""),
    ("const", 16.999999999983),
    ("compare", ">=", 48, 49, "MELD score", "at least 17", "below 17"),
    ("const", 30.00000000003),
    ("compare", "<=", 48, 51, "MELD score", "at most 30", "above 30"),
    ("all", (50, 52)),
    ("value", "age"),
    ("const", 18.0),
    ("compare", ">=", 54, 55, "age", "at least 18 years", "below 18 years"),
    ("const", 65.0),
    ("compare", "<=", 54, 57, "age", "at most 65 years", "above 65 years"),
    ("all", (56, 58)),
    ("truth", "gi_bleeding_within_2_months_before_screening", "gastrointestinal bleeding within the 2 months before screening", "no gastrointestinal bleeding within the 2 months before screening"),
    ("truth", "serious_infection_within_2_months_before_screening", "serious infection within the 2 months before screening", "no serious infection within the 2 months before screening"),
    ("any", (60, 61)),
    ("not", 62),
    ("truth", "answer_e1_1", "the investigator answers yes to “Was there any other serious complication within the previous 2 months?”", "the investigator answers no to “Was there any other serious complication within the previous 2 months?”"),
    ("not", 64),
    ("truth", "autoimmune_disease_ongoing", "autoimmune disease ongoing at screening", "no autoimmune disease ongoing at screening"),
    ("not", 66),
    ("one_of", "anti_hav_igm", ("positive",), "hepatitis A virus IgM antibody", "positive", "not positive"),
    ("one_of", "anti_hev_igm", ("positive",), "hepatitis E virus IgM antibody", "positive", "not positive"),
    ("any", (68, 69)),
    ("not", 70),
    ("one_of", "anti_hcv", ("positive",), "hepatitis C virus antibody", "positive", "not positive"),
    ("not", 72),
    ("one_of", "hcv_rna", ("negative",), "hepatitis C virus RNA", "negative", "not negative"),
    ("any", (73, 74)),
    ("one_of", "anti_hdv", ("positive",), "hepatitis D virus antibody", "positive", "not positive"),
    ("not", 76),
    ("one_of", "hdv_rna", ("negative",), "hepatitis D virus RNA", "negative", "not negative"),
    ("any", (77, 78)),
    ("truth", "hcv_rna_unsettled", "what is recorded of hepatitis C virus RNA leaves it open", "what is recorded of hepatitis C virus RNA is clear"),
    ("truth", "hdv_rna_unsettled", "what is recorded of hepatitis D virus RNA leaves it open", "what is recorded of hepatitis D virus RNA is clear"),
    ("any", (80, 81)),
    ("one_of", "hcv_rna", ("positive",), "hepatitis C virus RNA", "positive", "not positive"),
    ("one_of", "hdv_rna", ("positive",), "hepatitis D virus RNA", "positive", "not positive"),
    ("any", (83, 84)),
    ("known", 85, 82),
    ("not", 86),
    ("truth", "answer_e4_1", "the investigator answers yes to “Is there important organ dysfunction not due to liver disease?”", "the investigator answers no to “Is there important organ dysfunction not due to liver disease?”"),
    ("not", 88),
    ("truth", "malignancy_ever", "malignant tumor at any time", "no malignant tumor at any time"),
    ("not", 90),
    ("one_of", "sex", ("female",), "sex", "female", "not female"),
    ("not", 92),
    ("truth", "pregnant", "pregnancy", "no pregnancy"),
    ("not", 94),
    ("any", (93, 95)),
    ("truth", "lactating", "lactation", "no lactation"),
    ("not", 97),
    ("any", (93, 98)),
    ("truth", "liver_lesion_where_imaging_is_one_of_ultrasound_ct_mr_ever", "liver tumor or nodule with imaging ultrasound, CT, or MR at any time", "no liver tumor or nodule with imaging ultrasound, CT, or MR at any time"),
    ("not", 100),
    ("truth", "bioartificial_liver_support_ever", "bioartificial liver support therapy at any time", "no bioartificial liver support therapy at any time"),
    ("not", 102),
    ("truth", "liver_transplantation_ever", "liver transplantation at any time", "no liver transplantation at any time"),
    ("not", 104),
)
# fmt: on
# fmt: off
_ELIGIBILITY_CRITERIA: tuple[tuple[Any, ...], ...] = (
    ("I1", "inclusion", "Acute-on-chronic liver failure", (("require", "require total_bilirubin >= 10 ULN", 3), ("require", "require inr >= 1.5 or prothrombin_activity < 40 %", 10), ("require", "require any of { ascites, encephalopathy } started within 4 weeks after last acute_hepatic_insult", 13), ("require", 'require answer yes to "Is there chronic liver disease, diagnosed before or not?" by investigator because judgement', 14))),
    ("I2", "inclusion", "HBsAg positive for more than 6 months", (("require", "require hbsag is positive for more than 6 months", 15),)),
    ("I3", "inclusion", "MELD score 17 to 30", (("require", "require liver.meld between 17 and 30", 53),)),
    ("I4", "inclusion", "Age 18 to 65 years", (("require", "require age between 18 years and 65 years", 59),)),
    ("E1", "exclusion", "Serious complication within 2 months", (("reject", "reject any of { gi_bleeding, serious_infection } within 2 months before screening", 63), ("reject", 'reject answer yes to "Was there any other serious complication within the previous 2 months?" by investigator because judgement', 65))),
    ("E2", "exclusion", "Autoimmune disease", (("reject", "reject autoimmune_disease ongoing", 67),)),
    ("E3", "exclusion", "Superinfection with another hepatitis virus", (("reject", "reject any of { anti_hav_igm is positive, anti_hev_igm is positive }", 71), ("reject", "reject anti_hcv is positive unless hcv_rna is negative", 75), ("reject", "reject anti_hdv is positive unless hdv_rna is negative", 79), ("reject", "reject known any of { hcv_rna is positive, hdv_rna is positive }", 87))),
    ("E4", "exclusion", "Other organ dysfunction, or malignancy", (("reject", 'reject answer yes to "Is there important organ dysfunction not due to liver disease?" by investigator because judgement', 89), ("reject", "reject malignancy ever", 91))),
    ("E5", "exclusion", "Pregnancy or lactation", (("reject", "reject pregnant", 96), ("reject", "reject lactating", 99))),
    ("E6", "exclusion", "Liver tumor or nodules on imaging", (("reject", "reject some liver_lesion where imaging is one of {ultrasound, CT, MR} ever", 101),)),
    ("E7", "exclusion", "Bioartificial liver support", (("reject", "reject bioartificial_liver_support ever", 103),)),
    ("E8", "exclusion", "Previous liver transplantation", (("reject", "reject liver_transplantation ever", 105),)),
)
# fmt: on
_ELIGIBILITY = Stage(
    name="eligibility",
    protocol="NCT02812121",
    title="UC-MSC Infusion for HBV-Related Acute-on-Chronic Liver Failure",
    digest="12bfda9e52afc137603f25d329a0724cc8474df174ad264db9c5aa997657be4b",
    features=_FEATURES,
    nodes=_NODES,
    criteria=_ELIGIBILITY_CRITERIA,
    windows=_windows,
    filters={"hbsag_filter": hbsag_filter, "liver_lesion_filter": liver_lesion_filter},
    judge=check,
)
_STAGES = {
    "eligibility": judge_eligibility,
}
