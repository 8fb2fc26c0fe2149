"""NCT02812121: UC-MSC Infusion for HBV-Related Acute-on-Chronic Liver Failure

Arms and schedule of this protocol as a program, generated; do not edit. Compiled from
nct02812121.trial (sha256 12bfda9e52afc137603f25d329a0724cc8474df174ad264db9c5aa997657be4b).

`plan(arm, anchors)` gives the planned calendar of an arm, `next_actions(arm, given, records, on)`
what is to be done on a day given what has happened, `simulate` a whole course of days.

`conformance(patient, on)` holds what happened to a patient against the plan.

Read each arm beside the sentences of the source that stand above it.
"""


from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple

from protocol_dsl.runtime.conformance.deviations import Conformance
from protocol_dsl.runtime.conformance.treatments import STRICT, Terms
from protocol_dsl.runtime.reading import read_patient
from protocol_dsl.runtime.records import Records
from protocol_dsl.runtime.schedule.actions import Action
from protocol_dsl.runtime.schedule.calling import Calls
from protocol_dsl.runtime.schedule.course import Administration
from protocol_dsl.runtime.schedule.doses import Body
from protocol_dsl.runtime.schedule.program import (
    Amount,
    Arm,
    Dose,
    Element,
    Limit,
    Line,
    Program,
    Rule,
    Step,
    Timing,
)
from protocol_dsl.runtime.schedule.simulate import Row
from protocol_dsl.runtime.schedule.slots import Plan
from protocol_dsl.runtime.schema import FactSchema, Problem, Schema
from protocol_dsl.runtime.series import Samples, latest_value
from protocol_dsl.runtime.stage import Case, Day, Stage, judging_day, stage_named
from protocol_dsl.runtime.verdict import Verdict
from protocol_dsl.runtime.windows import make_window
from protocol_dsl.vocabulary.calendar import Duration, When


@dataclass(slots=True)
class Patient:
    """One patient's records. None: nothing is known. Dated records may stand in any order.

    A number is a float, or a Range when the record only bounds it. `problems` tells what in the
    record is not used as it stands, and why.
    """

    id: str = ""
    # International normalized ratio, plausible 0.5 to 20, recorded to 0.01
    inr: Samples = None
    # Serum albumin, g/L, plausible 5 to 80, recorded to 0.1
    serum_albumin: Samples = None
    # dates of anchors that have come, by name
    anchors: Mapping[str, When] = field(default_factory=dict)
    # answers to questions, by the question's id
    answers: Mapping[str, bool] = field(default_factory=dict)
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
            inr=facts.get("inr"),
            serum_albumin=facts.get("serum_albumin"),
            anchors=records.anchors,
            answers=records.answers,
            problems=problems,
        )


class Features(NamedTuple):
    """What the criteria are judged on, one exact value per feature. None: nothing is known."""

    # serum albumin within the 7 days before now, g/L
    serum_albumin: float | None = None
    # international normalized ratio within the 7 days before now
    inr_2: float | None = None


# What each fact's records look like: units are exact factors (n, d, m, e): value * n/d + m/e.
# fmt: off
SCHEMA = Schema(
    facts={
        "inr": FactSchema("inr", "lab", "International normalized ratio", "", units={"1": (1, 1, 0, 1), "L/L": (1, 1, 0, 1), "l/l": (1, 1, 0, 1), "mL/mL": (1, 1, 0, 1), "ml/ml": (1, 1, 0, 1), "{ratio}": (1, 1, 0, 1), "{INR}": (1, 1, 0, 1), "INR": (1, 1, 0, 1), "{score}": (1, 1, 0, 1), "{index}": (1, 1, 0, 1), "{copies}": (1, 1, 0, 1), "{cells}": (1, 1, 0, 1), "cells": (1, 1, 0, 1), "{pack_years}": (1, 1, 0, 1), "mg/mg": (1, 1, 0, 1), "g/g": (1, 1, 0, 1), "mol/mol": (1, 1, 0, 1)}, low=0.5, high=20.0),
        "serum_albumin": FactSchema("serum_albumin", "lab", "Serum albumin", "g/L", units={"g/L": (1, 1, 0, 1), "mg/dL": (1, 100, 0, 1), "mg/dl": (1, 100, 0, 1), "g/dL": (10, 1, 0, 1), "g/dl": (10, 1, 0, 1), "g/l": (1, 1, 0, 1), "mg/L": (1, 1000, 0, 1), "mg/l": (1, 1000, 0, 1), "ug/L": (1, 1000000, 0, 1), "µg/L": (1, 1000000, 0, 1), "μg/L": (1, 1000000, 0, 1), "mcg/L": (1, 1000000, 0, 1), "ug/l": (1, 1000000, 0, 1), "µg/l": (1, 1000000, 0, 1), "μg/l": (1, 1000000, 0, 1), "mcg/l": (1, 1000000, 0, 1), "ng/L": (1, 1000000000, 0, 1), "ng/l": (1, 1000000000, 0, 1), "ug/dL": (1, 100000, 0, 1), "µg/dL": (1, 100000, 0, 1), "μg/dL": (1, 100000, 0, 1), "mcg/dL": (1, 100000, 0, 1), "ug/dl": (1, 100000, 0, 1), "µg/dl": (1, 100000, 0, 1), "μg/dl": (1, 100000, 0, 1), "mcg/dl": (1, 100000, 0, 1), "ng/dL": (1, 100000000, 0, 1), "ng/dl": (1, 100000000, 0, 1), "ug/mL": (1, 1000, 0, 1), "µg/mL": (1, 1000, 0, 1), "μg/mL": (1, 1000, 0, 1), "mcg/mL": (1, 1000, 0, 1), "ug/ml": (1, 1000, 0, 1), "µg/ml": (1, 1000, 0, 1), "μg/ml": (1, 1000, 0, 1), "mcg/ml": (1, 1000, 0, 1), "ng/mL": (1, 1000000, 0, 1), "ng/ml": (1, 1000000, 0, 1), "pg/mL": (1, 1000000000, 0, 1), "pg/ml": (1, 1000000000, 0, 1), "pg/dL": (1, 100000000000, 0, 1), "pg/dl": (1, 100000000000, 0, 1), "mg/mL": (1, 1, 0, 1), "mg/ml": (1, 1, 0, 1), "g/mL": (1000, 1, 0, 1), "g/ml": (1000, 1, 0, 1), "fg/mL": (1, 1000000000000, 0, 1), "fg/ml": (1, 1000000000000, 0, 1), "g/cm3": (1000, 1, 0, 1)}, low=5.0, high=80.0),
    },
    anchors=("regimen_start",),
    questions={
        "I1.1": "Is there chronic liver disease, diagnosed before or not?",
        "E1.1": "Was there any other serious complication within the previous 2 months?",
        "E4.1": "Is there important organ dysfunction not due to liver disease?",
    },
)
# fmt: on


@lru_cache(maxsize=64)
def _windows(on: When) -> tuple[Any, ...]:
    """The windows that hang on the day of judging alone, made once for all patients."""
    return (
        # within the 7 days before screening
        make_window(on, (((-7, "day"),), False, True), ((), False, True)),
    )


def _features(patient: Patient, on: When) -> Features:
    """First stage: each feature's value from the patient's dated records."""
    (within_the_7_days_before_screening,) = _windows(on)
    # serum albumin within the 7 days before now, g/L
    serum_albumin = latest_value(patient.serum_albumin, within_the_7_days_before_screening)
    # international normalized ratio within the 7 days before now
    inr_2 = latest_value(patient.inr, within_the_7_days_before_screening)
    return Features._make((serum_albumin, inr_2))


def judge_schedule(features: Features) -> Verdict:
    """Second stage: the criteria of schedule, in order. True: passes, False: fails, None: cannot
    be told. The verdict keeps the features and reads them again when it is read.
    """
    verdict = Verdict()
    verdict.values = features
    verdict.stage = _SCHEDULE
    try:
        # a plain tuple comes apart faster than a named one
        (serum_albumin, inr_2) = features + ()

        # condition_1, inclusion: until serum_albumin >= 35 g/L
        # - require until serum_albumin >= 35 g/L
        condition_1: bool | None
        if serum_albumin is None:
            condition_1 = None
        elif serum_albumin >= 35.0:
            condition_1 = True
        elif serum_albumin < 35.0:
            condition_1 = False
        else:
            condition_1 = None

        # condition_2, inclusion: until inr < 1.5
        # - require until inr < 1.5
        condition_2: bool | None
        if inr_2 is None:
            condition_2 = None
        elif inr_2 < 1.5:
            condition_2 = True
        elif inr_2 >= 1.5:
            condition_2 = False
        else:
            condition_2 = None

        verdict.codes = (condition_1, condition_2)
    except TypeError:  # a value that is only bounded ("<40") is weighed by its bounds
        verdict.codes = _SCHEDULE.weigh(features)
    return verdict


def conditions(records: Records, now: When, start: When) -> Verdict:
    """Every condition of the schedule as at the day `now`, events counted since the day `start`."""
    dated = records._replace(anchors={**records.anchors, "regimen_start": start})
    return check(Patient.from_records(dated), now)


def check(patient: Patient, on: Day = None, stage: str = "schedule") -> Verdict:
    """The conditions of one patient as at the day `on`, with what decided them."""
    day = judging_day(on)
    verdict = stage_named(_STAGES, stage)(_features(patient, day))
    verdict.case = Case(patient, day)
    return verdict


# What verdicts are told from: the features, and the criteria above as data.
# fmt: off
_FEATURES: tuple[tuple[Any, ...], ...] = (
    ("serum_albumin", "serum_albumin", "number", "serum albumin within the 7 days before now", "serum albumin within the 7 days before now", "g/L", "latest value", "serum_albumin", 0, "", ((0, "day"), (-7, "day")), "serum albumin", ()),
    ("inr_2", "inr_2", "number", "international normalized ratio within the 7 days before now", "international normalized ratio within the 7 days before now", "", "latest value", "inr", 0, "", ((0, "day"), (-7, "day")), "international normalized ratio", ()),
)
# fmt: on
# fmt: off
_NODES: tuple[tuple[Any, ...], ...] = (
    ("value", "serum_albumin"),
    ("const", 35.0),
    ("compare", ">=", 0, 1, "serum albumin within the 7 days before now", "at least 35 g/L", "below 35 g/L"),
    ("value", "inr_2"),
    ("const", 1.5),
    ("compare", "<", 3, 4, "international normalized ratio within the 7 days before now", "below 1.5", "at least 1.5"),
)
# fmt: on
# fmt: off
_SCHEDULE_CRITERIA: tuple[tuple[Any, ...], ...] = (
    ("condition_1", "inclusion", "until serum_albumin >= 35 g/L", (("require", "until serum_albumin >= 35 g/L", 2),)),
    ("condition_2", "inclusion", "until inr < 1.5", (("require", "until inr < 1.5", 5),)),
)
# fmt: on
_SCHEDULE = Stage(
    name="schedule",
    protocol="NCT02812121",
    title="UC-MSC Infusion for HBV-Related Acute-on-Chronic Liver Failure",
    digest="12bfda9e52afc137603f25d329a0724cc8474df174ad264db9c5aa997657be4b",
    features=_FEATURES,
    nodes=_NODES,
    criteria=_SCHEDULE_CRITERIA,
    windows=_windows,
    filters={},
    judge=check,
)
_STAGES = {
    "schedule": judge_schedule,
}


# Group MSC-1 (msc_1).
# Source: Patients in Group MSC-1 received standard medical treatment and infusions of umbilical
#   cord blood mesenchymal stem cells via peripheral veins once a week for 8 weeks.
# fmt: off
ARM_MSC_1 = Arm(
    name="msc_1",
    label="Group MSC-1",
    elements=(
        Element(
            name="msc_1",
            parts=(
                Line(
                    id="msc_1/uc_msc",
                    what="uc_msc",
                    label="Umbilical cord blood mesenchymal stem cells",
                    steps=(
                        Step(
                            timing=Timing(kind="grid", interval=Duration(1, "week")),
                            limit=Limit(duration=Duration(8, "week")),
                        ),
                    ),
                    route="peripheral intravenous infusion",
                    text="give uc_msc by peripheral intravenous infusion weekly for 8 weeks",
                ),
            ),
        ),
        Element(
            name="msc_1/standard_medical_treatment",
            parts=(
                Line(
                    id="msc_1/standard_medical_treatment/provide",
                    what="bed rest",
                    label="bed rest",
                    steps=(Step(timing=Timing(kind="prescribed")),),
                    verb="provide",
                    text='provide "bed rest" as prescribed',
                ),
                Line(
                    id="msc_1/standard_medical_treatment/nutrition",
                    what="nutrition",
                    label="Nutritional supplementation",
                    steps=(Step(timing=Timing(kind="prescribed")),),
                    background=True,
                    text="give nutrition as prescribed",
                ),
                Line(
                    id="msc_1/standard_medical_treatment/albumin",
                    what="albumin",
                    label="Human serum albumin",
                    steps=(
                        Step(
                            timing=Timing(kind="grid", interval=Duration(1, "day")),
                            dose=Dose(
                                text="10 g",
                                amount=Amount(low=Fraction(10), high=Fraction(10), unit="g"),
                            ),
                            rules=(
                                Rule(
                                    action="until",
                                    when=0,
                                    latched=True,
                                    text="until serum_albumin >= 35 g/L",
                                ),
                            ),
                        ),
                    ),
                    background=True,
                    text="give albumin 10 g daily until serum_albumin >= 35 g/L",
                ),
                Line(
                    id="msc_1/standard_medical_treatment/plasma",
                    what="plasma",
                    label="Plasma",
                    steps=(
                        Step(
                            timing=Timing(kind="grid", interval=Duration(1, "day")),
                            dose=Dose(
                                text="200 to 400 mL",
                                amount=Amount(low=Fraction(200), high=Fraction(400), unit="mL"),
                            ),
                            rules=(
                                Rule(action="until", when=1, latched=True, text="until inr < 1.5"),
                            ),
                        ),
                    ),
                    background=True,
                    text="give plasma 200 to 400 mL daily until inr < 1.5",
                ),
                Line(
                    id="msc_1/standard_medical_treatment/antiviral",
                    what="antiviral",
                    label="Antiviral therapy",
                    steps=(Step(timing=Timing(kind="prescribed")),),
                    background=True,
                    text="give antiviral as prescribed",
                ),
                Line(
                    id="msc_1/standard_medical_treatment/glycyrrhizin",
                    what="glycyrrhizin",
                    label="Glycyrrhizin",
                    steps=(Step(timing=Timing(kind="prescribed")),),
                    background=True,
                    text="give glycyrrhizin as prescribed",
                ),
                Line(
                    id="msc_1/standard_medical_treatment/s_adenosylmethionine",
                    what="s_adenosylmethionine",
                    label="S-adenosylmethionine",
                    steps=(Step(timing=Timing(kind="prescribed")),),
                    background=True,
                    text="give s_adenosylmethionine as prescribed",
                ),
                Line(
                    id="msc_1/standard_medical_treatment/complication_care",
                    what="complication_care",
                    label="Treatment for complications",
                    steps=(Step(timing=Timing(kind="as_needed")),),
                    permitted=True,
                    background=True,
                    text='may give complication_care as needed "infection, encephalopathy, hepatorenal syndrome, intestinal paralysis"',
                ),
            ),
        ),
    ),
    sources=(
        "Patients in Group MSC-1 received standard medical treatment and infusions of umbilical cord blood mesenchymal stem cells via peripheral veins once a week for 8 weeks.",
    ),
)
# fmt: on


# Group MSC-2 (msc_2).
# Source: Patients in Group MSC-1 received standard medical treatment and infusions of umbilical
#   cord blood mesenchymal stem cells via peripheral veins once a week for 4 weeks.
# fmt: off
ARM_MSC_2 = Arm(
    name="msc_2",
    label="Group MSC-2",
    elements=(
        Element(
            name="msc_2",
            parts=(
                Line(
                    id="msc_2/uc_msc",
                    what="uc_msc",
                    label="Umbilical cord blood mesenchymal stem cells",
                    steps=(
                        Step(
                            timing=Timing(kind="grid", interval=Duration(1, "week")),
                            limit=Limit(duration=Duration(4, "week")),
                        ),
                    ),
                    route="peripheral intravenous infusion",
                    text="give uc_msc by peripheral intravenous infusion weekly for 4 weeks",
                ),
            ),
        ),
        Element(
            name="msc_2/standard_medical_treatment",
            parts=(
                Line(
                    id="msc_2/standard_medical_treatment/provide",
                    what="bed rest",
                    label="bed rest",
                    steps=(Step(timing=Timing(kind="prescribed")),),
                    verb="provide",
                    text='provide "bed rest" as prescribed',
                ),
                Line(
                    id="msc_2/standard_medical_treatment/nutrition",
                    what="nutrition",
                    label="Nutritional supplementation",
                    steps=(Step(timing=Timing(kind="prescribed")),),
                    background=True,
                    text="give nutrition as prescribed",
                ),
                Line(
                    id="msc_2/standard_medical_treatment/albumin",
                    what="albumin",
                    label="Human serum albumin",
                    steps=(
                        Step(
                            timing=Timing(kind="grid", interval=Duration(1, "day")),
                            dose=Dose(
                                text="10 g",
                                amount=Amount(low=Fraction(10), high=Fraction(10), unit="g"),
                            ),
                            rules=(
                                Rule(
                                    action="until",
                                    when=0,
                                    latched=True,
                                    text="until serum_albumin >= 35 g/L",
                                ),
                            ),
                        ),
                    ),
                    background=True,
                    text="give albumin 10 g daily until serum_albumin >= 35 g/L",
                ),
                Line(
                    id="msc_2/standard_medical_treatment/plasma",
                    what="plasma",
                    label="Plasma",
                    steps=(
                        Step(
                            timing=Timing(kind="grid", interval=Duration(1, "day")),
                            dose=Dose(
                                text="200 to 400 mL",
                                amount=Amount(low=Fraction(200), high=Fraction(400), unit="mL"),
                            ),
                            rules=(
                                Rule(action="until", when=1, latched=True, text="until inr < 1.5"),
                            ),
                        ),
                    ),
                    background=True,
                    text="give plasma 200 to 400 mL daily until inr < 1.5",
                ),
                Line(
                    id="msc_2/standard_medical_treatment/antiviral",
                    what="antiviral",
                    label="Antiviral therapy",
                    steps=(Step(timing=Timing(kind="prescribed")),),
                    background=True,
                    text="give antiviral as prescribed",
                ),
                Line(
                    id="msc_2/standard_medical_treatment/glycyrrhizin",
                    what="glycyrrhizin",
                    label="Glycyrrhizin",
                    steps=(Step(timing=Timing(kind="prescribed")),),
                    background=True,
                    text="give glycyrrhizin as prescribed",
                ),
                Line(
                    id="msc_2/standard_medical_treatment/s_adenosylmethionine",
                    what="s_adenosylmethionine",
                    label="S-adenosylmethionine",
                    steps=(Step(timing=Timing(kind="prescribed")),),
                    background=True,
                    text="give s_adenosylmethionine as prescribed",
                ),
                Line(
                    id="msc_2/standard_medical_treatment/complication_care",
                    what="complication_care",
                    label="Treatment for complications",
                    steps=(Step(timing=Timing(kind="as_needed")),),
                    permitted=True,
                    background=True,
                    text='may give complication_care as needed "infection, encephalopathy, hepatorenal syndrome, intestinal paralysis"',
                ),
            ),
        ),
    ),
    sources=(
        "Patients in Group MSC-1 received standard medical treatment and infusions of umbilical cord blood mesenchymal stem cells via peripheral veins once a week for 4 weeks.",
    ),
)
# fmt: on


# Group Control (control).
# Source: Patients in Group Control received standard medical treatment, including bed rest,
#   nutritional supplementation, administration of human serum albumin (10g per day until serum
#   albumin was 35g/L) and plasma (200 ml to 400 ml per day until the international normalized ratio
#   was less than 1.5), anti-viral therapy, glycyrrhizin,S-adenosylmethionine and appropriate
#   treatment for complications (such as infection, encephalopathy, hepatorenal syndrome and
#   intestinal paralysis).
# fmt: off
ARM_CONTROL = Arm(
    name="control",
    label="Group Control",
    elements=(
        Element(
            name="control/standard_medical_treatment",
            parts=(
                Line(
                    id="control/standard_medical_treatment/provide",
                    what="bed rest",
                    label="bed rest",
                    steps=(Step(timing=Timing(kind="prescribed")),),
                    verb="provide",
                    text='provide "bed rest" as prescribed',
                ),
                Line(
                    id="control/standard_medical_treatment/nutrition",
                    what="nutrition",
                    label="Nutritional supplementation",
                    steps=(Step(timing=Timing(kind="prescribed")),),
                    background=True,
                    text="give nutrition as prescribed",
                ),
                Line(
                    id="control/standard_medical_treatment/albumin",
                    what="albumin",
                    label="Human serum albumin",
                    steps=(
                        Step(
                            timing=Timing(kind="grid", interval=Duration(1, "day")),
                            dose=Dose(
                                text="10 g",
                                amount=Amount(low=Fraction(10), high=Fraction(10), unit="g"),
                            ),
                            rules=(
                                Rule(
                                    action="until",
                                    when=0,
                                    latched=True,
                                    text="until serum_albumin >= 35 g/L",
                                ),
                            ),
                        ),
                    ),
                    background=True,
                    text="give albumin 10 g daily until serum_albumin >= 35 g/L",
                ),
                Line(
                    id="control/standard_medical_treatment/plasma",
                    what="plasma",
                    label="Plasma",
                    steps=(
                        Step(
                            timing=Timing(kind="grid", interval=Duration(1, "day")),
                            dose=Dose(
                                text="200 to 400 mL",
                                amount=Amount(low=Fraction(200), high=Fraction(400), unit="mL"),
                            ),
                            rules=(
                                Rule(action="until", when=1, latched=True, text="until inr < 1.5"),
                            ),
                        ),
                    ),
                    background=True,
                    text="give plasma 200 to 400 mL daily until inr < 1.5",
                ),
                Line(
                    id="control/standard_medical_treatment/antiviral",
                    what="antiviral",
                    label="Antiviral therapy",
                    steps=(Step(timing=Timing(kind="prescribed")),),
                    background=True,
                    text="give antiviral as prescribed",
                ),
                Line(
                    id="control/standard_medical_treatment/glycyrrhizin",
                    what="glycyrrhizin",
                    label="Glycyrrhizin",
                    steps=(Step(timing=Timing(kind="prescribed")),),
                    background=True,
                    text="give glycyrrhizin as prescribed",
                ),
                Line(
                    id="control/standard_medical_treatment/s_adenosylmethionine",
                    what="s_adenosylmethionine",
                    label="S-adenosylmethionine",
                    steps=(Step(timing=Timing(kind="prescribed")),),
                    background=True,
                    text="give s_adenosylmethionine as prescribed",
                ),
                Line(
                    id="control/standard_medical_treatment/complication_care",
                    what="complication_care",
                    label="Treatment for complications",
                    steps=(Step(timing=Timing(kind="as_needed")),),
                    permitted=True,
                    background=True,
                    text='may give complication_care as needed "infection, encephalopathy, hepatorenal syndrome, intestinal paralysis"',
                ),
            ),
        ),
    ),
    sources=(
        "Patients in Group Control received standard medical treatment, including bed rest, nutritional supplementation, administration of human serum albumin (10g per day until serum albumin was 35g/L) and plasma (200 ml to 400 ml per day until the international normalized ratio was less than 1.5), anti-viral therapy, glycyrrhizin,S-adenosylmethionine and appropriate treatment for complications (such as infection, encephalopathy, hepatorenal syndrome and intestinal paralysis).",
    ),
)
# fmt: on


# fmt: off
PROGRAM = Program(
    protocol="NCT02812121",
    title="UC-MSC Infusion for HBV-Related Acute-on-Chronic Liver Failure",
    arms=(ARM_MSC_1, ARM_MSC_2, ARM_CONTROL,),
    day_one="first uc_msc",
    conditions=(
        "serum albumin within the 7 days before now is at least 35 g/L",
        "international normalized ratio within the 7 days before now is below 1.5",
    ),
    digest="12bfda9e52afc137603f25d329a0724cc8474df174ad264db9c5aa997657be4b",
)
# Spellings of units that convert to the unit of a dose, exactly: a value times n / d.
DOSE_UNITS: dict[str, dict[str, tuple[int, int]]] = {
    "g": {"mg": (1, 1000), "ug": (1, 1000000), "µg": (1, 1000000), "μg": (1, 1000000), "mcg": (1, 1000000), "ng": (1, 1000000000), "pg": (1, 1000000000000), "kg": (1000, 1), "[lb_av]": (45359237, 100000), "lb": (45359237, 100000), "[oz_av]": (45359237, 1600000)},
    "mL": {"L": (1000, 1), "l": (1000, 1), "ml": (1, 1), "uL": (1, 1000), "µL": (1, 1000), "μL": (1, 1000), "ul": (1, 1000), "dL": (100, 1), "dl": (100, 1), "fL": (1, 1000000000000), "fl": (1, 1000000000000), "cc": (1, 1), "m3": (1000000, 1), "cm3": (1, 1), "mm3": (1, 1000)},
}
# fmt: on
ARMS: dict[str, Arm] = {
    "msc_1": ARM_MSC_1,
    "msc_2": ARM_MSC_2,
    "control": ARM_CONTROL,
}
_CALLS = Calls(PROGRAM, conditions, SCHEMA, units=DOSE_UNITS)


def plan(
    arm: str, anchors: Mapping[str, date], until: date | None = None, body: Body | None = None
) -> Plan:
    """The planned calendar of an arm; `anchors` are dates by name, that of day 1 among them.

    Open-ended runs are planned to `until`, else to the last day on which anything bounded falls.
    `body` (weight in kg, height in cm, surface in m2, gfr in mL/min) sizes doses. Raises
    ScheduleError for an arm or a day 1 there is not.
    """
    return _CALLS.plan(arm, anchors, until, body)


def next_actions(
    arm: str,
    given: tuple[Administration, ...],
    records: Records,
    on: date,
    anchors: Mapping[str, date] | None = None,
) -> tuple[Action, ...]:
    """What is to be done on a day, one action for each line of the arm that has days: give, reduce,
    ask, delay, skip, stop, wait or done.

    `given` is what was administered so far. Raises ScheduleError as `plan` does.
    """
    return _CALLS.next_actions(arm, given, records, on, anchors)


def next_action(
    arm: str,
    given: tuple[Administration, ...],
    records: Records,
    on: date,
    anchors: Mapping[str, date] | None = None,
    what: str | None = None,
) -> Action:
    """The most pressing of `next_actions`, or that of one drug."""
    return _CALLS.next_action(arm, given, records, on, anchors, what)


def simulate(
    arm: str,
    records: Records,
    anchors: Mapping[str, date],
    until: date,
    given: tuple[Administration, ...] = (),
) -> tuple[Row, ...]:
    """The days from day 1 to `until`, each with its actions, as if every dose were given on the
    day it is called for, `given` apart.
    """
    return _CALLS.simulate(arm, records, anchors, until, given)


def conformance(
    patient: Mapping[str, Any],
    on: date,
    arm: str = "",
    terms: Terms = STRICT,
    names: Mapping[str, str] | None = None,
) -> Conformance:
    """What happened to a patient against the plan, as at the day `on`: missed, early, late, extra,
    wrong dose, wrong arm, given though a rule said otherwise, and what cannot be decided.

    `patient` is plain data: `id`, `arm`, `anchors`, `administrations` (treatment, on, to, dose,
    unit), `visits` (visit, on), `assessments` (assessment, on), `ended`, and facts. `arm` is that
    of a patient who names none, `names` leads the records' words to declared names. Raises
    ScheduleError for an arm there is not.
    """
    return _CALLS.conformance(patient, on, arm, terms, names)
