"""Drafts of criteria: what is plain becomes a line; whatever might be more does not."""

from __future__ import annotations

import pytest

from protocol_dsl.registry.blocks import blocks
from protocol_dsl.registry.drafting import drafts
from protocol_dsl.registry.items import criteria
from protocol_dsl.registry.record import Record, Sentence

FIELDS = {"age": "18 to 75 years", "sex": "female"}


def drafted(section: str, text: str, heading: str = "", before: str = "", after: str = "") -> list[str]:
    sentence = Sentence(section, "1", text, text, heading)
    return [one.condition for one in drafts(sentence, FIELDS, before, after)]


@pytest.mark.parametrize(
    ("section", "text", "lines"),
    [
        ("inclusion", "Age ≥ 18 years.", ["age >= 18 years"]),
        ("inclusion", "Patients aged 18-75 years old, inclusive", ["age >= 18 years and age <= 75 years"]),
        ("exclusion", "Younger than 18 years old", ["age < 18 years"]),
        ("inclusion", "Female", ["sex is female"]),
        ("inclusion", "Not pregnant or nursing", ["not pregnancy.pregnant_or_breastfeeding"]),
        ("exclusion", "Pregnant women", ["(sex is female and pregnant)"]),
        ("inclusion", "Absolute neutrophil count (ANC) of at least 1,500/mm^3", ["neutrophils >= 1500 /uL"]),
        ("inclusion", "Platelets =< 100 x 10^9/L", []),
        ("inclusion", "Platelets ≥ 100 × 10^9/L", ["platelets >= 100 10^9/L"]),
        ("inclusion", "Total bilirubin ≤1.5 x upper limit of normal (ULN)", ["bilirubin <= 1.5 ULN"]),
        ("inclusion", "AST and ALT ≤ 3 × ULN", ["alt <= 3 ULN and ast <= 3 ULN"]),
        ("exclusion", "ALT or AST > 3 times the ULN", ["alt > 3 ULN or ast > 3 ULN"]),
        ("exclusion", "Serum creatinine > 2 mg/dL", ["creatinine > 2 mg/dL"]),
        ("inclusion", "ECOG performance status 0, 1, or 2", ["ecog <= 2"]),
        ("inclusion", "Karnofsky 60-100%", ["karnofsky >= 60 %"]),
        ("exclusion", "BMI > 35 kg/m²", ["body.bmi > 35 kg/m2"]),
        (
            "exclusion",
            "Major surgery within the last 4 weeks",
            ["major_surgery within 4 weeks before screening"],
        ),
        (
            "inclusion",
            "At least 1 week since prior radiotherapy",
            ["no radiotherapy less than 1 week before screening"],
        ),
        (
            "inclusion",
            "Hemoglobin ≥ 9 g/dL and platelets ≥ 75 x 10^9/L",
            ["hemoglobin >= 9 g/dL", "platelets >= 75 10^9/L"],
        ),
    ],
)
def test_plain_sentences(section: str, text: str, lines: list[str]) -> None:
    assert drafted(section, text) == lines


@pytest.mark.parametrize(
    ("section", "text"),
    [
        ("inclusion", "Age ≥ 21 years"),  # the record's own field says 18
        ("inclusion", "Age > 18 years"),  # the field does not tell whether 18 is in
        ("inclusion", "18 to 75 years"),  # of what?
        ("inclusion", "Male"),
        ("inclusion", "Platelets ≥ 100"),
        ("inclusion", "Platelets ≥ 100 x 109/L"),  # an exponent was lost
        ("inclusion", "Platelets ≥ 100,000/mm3 unless due to the disease"),
        ("inclusion", "Platelets ≥ 1.000/mm3 or transfused"),
        ("inclusion", "Creatinine ≤ 1.5 times normal"),
        ("inclusion", "Creatinine > 2 mg/dL"),  # more likely an exclusion
        ("exclusion", "Platelets ≥ 100,000/mm3"),
        ("inclusion", "AST or ALT ≤ 3 × ULN"),
        ("exclusion", "AST and ALT > 3 × ULN"),
        ("inclusion", "Direct bilirubin ≤ 1.5 mg/dL"),
        ("inclusion", "Creatinine ≤ 1.5 mg/dL or creatinine clearance ≥ 60 mL/min"),
        ("exclusion", "Pregnant or unwilling to use contraception"),
        ("exclusion", "Not pregnant"),
        ("inclusion", "At least 4 weeks since prior radiotherapy and recovered"),
        ("exclusion", "Minor or major surgery within 4 weeks"),
    ],
)
def test_sentences_that_may_say_more(section: str, text: str) -> None:
    assert drafted(section, text) == []


def test_headings_and_neighbours_bear_on_a_sentence() -> None:
    text = "Platelets at least 100,000/mm3"
    line = ["platelets >= 100000 /uL"]
    assert drafted("inclusion", text, "Hematopoietic:") == line
    assert drafted("inclusion", text, "Cohort B:") == []
    assert drafted("inclusion", text, after="Bilirubin normal") == line
    assert drafted("inclusion", text, after="OR") == []
    assert drafted("inclusion", text, after="in the absence of transfusion") == []
    assert drafted("inclusion", text, after="transfusions allowed") == []
    assert drafted("inclusion", text, before="Any one of the following") == []
    assert drafted("inclusion", "18 and over", "Age:") == ["age >= 18 years"]
    assert drafted("inclusion", "18 and over", "Duration:") == []


def test_the_heading_of_a_stage_bears_on_no_sentence() -> None:
    assert drafted("inclusion", "Age ≥18 years;", "Registration:") == ["age >= 18 years"]
    assert drafted("inclusion", "Age ≥18 years;", "Donors:") == []


def test_items_below_a_sentence_stay_with_it_unless_all_are_wanted() -> None:
    text = (
        "Inclusion Criteria:\n\n* Adequate bone marrow function:\n   * Hemoglobin ≥ 9 g/dL\n   * Recovered\n"
        "* One of these:\n   * Platelets ≥ 50 x 10^9/L\n   * Transfused\n"
        "\nExclusion Criteria:\n\n* Any of the following:\n   * Pregnancy\n* Renal failure\n   * Creatinine > 2 mg/dL\n"
    )
    made = blocks(Record("", {}, criteria(text)))
    assert [(one.name, one.sentence.pointer, len(one.drafts)) for one in made] == [
        ("I1", "inclusion 1.1", 1),
        ("I2", "inclusion 1.2", 0),
        ("I3", "inclusion 2", 0),
        ("E1", "exclusion 1.1", 1),
        ("E2", "exclusion 2", 0),
    ]
