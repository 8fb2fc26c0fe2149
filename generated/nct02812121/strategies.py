"""Patients made from the protocol, as strategies of hypothesis.

Generated; do not edit. It reads `protocol.json`, which stands beside it, and needs two packages:
`pip install protocol-dsl hypothesis`.

    from hypothesis import given
    from strategies import only_fails

    @given(only_fails("E8"))
    def test_my_checker(patient):
        assert my_checker(patient.data) == "ineligible"

`patient.data` is the patient in JSON form, `patient.on` the day of judging. Nothing is filtered by its verdict; a
failing patient shrinks to what differs from the typical one.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

from hypothesis.strategies import SearchStrategy

from protocol_dsl.ir.to_json import from_json
from protocol_dsl.testing.strategies import MadePatient, Strategies

Patients = SearchStrategy[MadePatient]

Criterion = Literal[
    # Acute-on-chronic liver failure
    "I1",
    # HBsAg positive for more than 6 months
    "I2",
    # MELD score 17 to 30
    "I3",
    # Age 18 to 65 years
    "I4",
    # Serious complication within 2 months
    "E1",
    # Autoimmune disease
    "E2",
    # Superinfection with another hepatitis virus
    "E3",
    # Other organ dysfunction, or malignancy
    "E4",
    # Pregnancy or lactation
    "E5",
    # Liver tumor or nodules on imaging
    "E6",
    # Bioartificial liver support
    "E7",
    # Previous liver transplantation
    "E8",
]

Fact = Literal[
    # Age
    "age",
    # Birth date
    "birth_date",
    # Sex
    "sex",
    # Serum total bilirubin
    "total_bilirubin",
    # International normalized ratio
    "inr",
    # Prothrombin activity
    "prothrombin_activity",
    # Serum creatinine
    "creatinine",
    # Serum albumin
    "serum_albumin",
    # Dialysis at least twice in the past week
    "dialysis_twice_in_past_week",
    # Hepatitis B surface antigen
    "hbsag",
    # Hepatitis A virus IgM antibody
    "anti_hav_igm",
    # Hepatitis C virus antibody
    "anti_hcv",
    # Hepatitis C virus RNA
    "hcv_rna",
    # Hepatitis D virus antibody
    "anti_hdv",
    # Hepatitis D virus RNA
    "hdv_rna",
    # Hepatitis E virus IgM antibody
    "anti_hev_igm",
    # Acute hepatic insult
    "acute_hepatic_insult",
    # Ascites on physical examination
    "ascites",
    # Hepatic encephalopathy on physical examination
    "encephalopathy",
    # Liver tumor or nodule
    "liver_lesion",
    # Autoimmune disease
    "autoimmune_disease",
    # Malignant tumor
    "malignancy",
    # Gastrointestinal bleeding
    "gi_bleeding",
    # Serious infection
    "serious_infection",
    # Bioartificial liver support therapy
    "bioartificial_liver_support",
    # Liver transplantation
    "liver_transplantation",
    # Pregnancy
    "pregnant",
    # Lactation
    "lactating",
]


@cache
def made() -> Strategies:
    """The strategies of this protocol, made when first asked for."""
    return Strategies(from_json(Path(__file__).with_name("protocol.json").read_text(encoding="utf-8")))


def suite() -> tuple[MadePatient, ...]:
    """The explicit suite: the same patients on every run, to be asked about before any is drawn."""
    return made().suite()


def patients() -> Patients:
    """Patients of every kind."""
    return made().patients()


def eligible() -> Patients:
    """Patients who pass every criterion."""
    return made().eligible()


def ineligible() -> Patients:
    """Patients who fail some criterion."""
    return made().ineligible()


def undetermined() -> Patients:
    """Patients who fail no criterion, with one at least unknown."""
    return made().undetermined()


def only_fails(criterion: Criterion) -> Patients:
    """Patients who fail one criterion and pass all others."""
    return made().only_fails(criterion)


def boundary(criterion: Criterion) -> Patients:
    """Patients with a value on, or one recording step beside, a threshold of one criterion."""
    return made().boundary(criterion)


def missing(*facts: Fact) -> Patients:
    """Eligible patients, then without these facts."""
    return made().missing(*facts)
