"""Reading units: everyday spellings, what is refused and why, dimensions, algebra."""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction

import pytest

from protocol_dsl.vocabulary.quantities import (
    ONE,
    CalendarUnit,
    Dimension,
    SpecialUnit,
    UnknownUnit,
    parse_ucum,
    parse_unit,
)
from protocol_dsl.vocabulary.quantities.clinical import clinical_spellings

# What an author writes, and the code it must come to; one line a code.
SPELLINGS = {
    "mm[Hg]": ["mmHg", "mm Hg", "mm[Hg]", "mmhg", "MMHG"],
    "10*9/L": [
        "10^9/L",
        "x10^9/L",
        "x 10^9/L",
        "10*9/L",
        "10⁹/L",
        "× 10⁹/L",
        "10E9/L",
        "G/L",
        "10^9/l",
        "10(9)/L",
    ],
    "10*3/uL": ["10^3/uL", "10^3/µL", "10³/μL", "K/uL", "k/µL", "x10E3/uL", "10^3/mcL", "K/mcL"],
    "10*6/uL": ["10^6/uL", "M/uL"],
    "10*6{cells}/mL": ["10^6 cells/mL", "x10^6 cells / mL"],
    "/mm3": ["/mm3", "/mm^3", "/mm³", "per mm3", "/cumm", "/cmm"],
    "/uL": ["/uL", "/µL", "/mcL", "1/uL"],
    "{cells}/uL": ["cells/uL", "cells/µL", "cells per microliter", "{cells}/uL"],
    "{cells}": ["cells", "cell"],
    "[iU]/L": ["IU/L", "[iU]/L", "[IU]/L"],
    "m[iU]/mL": ["mIU/mL", "m[IU]/mL"],
    "u[iU]/mL": ["uIU/mL", "µIU/mL"],
    "U/L": ["U/L", "units/L", "U/l"],
    "umol/L": ["umol/L", "µmol/L", "μmol/L", "umol/l", "uM", "µM"],
    "mmol/L": ["mmol/L", "mmol/l", "mM"],
    "ug": ["ug", "µg", "mcg", "microgram", "micrograms"],
    "mg/dL": ["mg/dL", "mg/dl", "mg per dL", "mg / dL"],
    "g/L": ["g/L", "grams per litre", "gm/L"],
    "mL/min/{1.73_m2}": [
        "mL/min/1.73m2",
        "mL/min/1.73 m2",
        "mL/min/1.73 m²",
        "mL/min/1.73m^2",
        "mL/min/(1.73 m2)",
        "mL/min per 1.73 m2",
        "ml/min/1.73m2",
        "mL/min/1,73m2",
        "mL/min/{1.73_m2}",
        "mL/min/1.73_m2",
    ],
    "wk": ["wk", "week", "weeks", "Weeks"],
    "d": ["d", "day", "days"],
    "h": ["h", "hr", "hour", "hours"],
    "min": ["min", "minute", "minutes", "mins"],
    "s": ["s", "sec", "second", "seconds"],
    "%": ["%", "percent", "per cent"],
    "%{predicted}": ["% predicted", "% of predicted"],
    "meq/L": ["mEq/L", "meq/L", "mEq/l"],
    "g/(24.h)": ["g/24h", "g/24 h", "g/24 hours", "g/(24.h)"],
    "mg/(100.mL)": ["mg/100 mL", "mg/100mL"],
    "mg/kg/d": ["mg/kg/day", "mg/(kg.d)", "mg/kg per day"],
    "kg/m2": ["kg/m2", "kg/m²", "kg/m^2", "Kg/m2"],
    "/min": ["bpm", "/min", "per minute"],
    "{beats}/min": ["beats/min", "beats per minute"],
    "Cel": ["°C", "Cel", "degC", "celsius", "º C"],
    "[degF]": ["°F", "[degF]", "fahrenheit"],
    "{INR}": ["INR", "{INR}"],
    "1": ["1"],
    "ug{FEU}/mL": ["ug/mL FEU", "µg/mL FEU", "ug{FEU}/mL", "mcg/mL FEU"],
    "{pack_years}": ["pack-years", "pack years"],
}


@pytest.mark.parametrize(
    ("written", "code"), [(text, code) for code, texts in SPELLINGS.items() for text in texts]
)
def test_everyday_spellings(written: str, code: str) -> None:
    unit = parse_unit(written)
    assert unit.code == code
    assert unit.text == written
    assert unit == parse_unit(code)


REFUSED = {
    "mgdl": ("no unit `mgdl`", ("mg/dL",)),
    "Mg/dL": ("small and capital letters differ", ("mg/dL",)),
    "MG/DL": ("no unit `DL`", ("mg/dL",)),
    "MMOL/L": ("no unit `MMOL`", ("mmol/L",)),
    "u/L": ("the atomic mass unit", ("U/L",)),
    "C": ("the coulomb", ("Cel",)),
    "iU/L": ("no unit `iU`", ("[iU]/L",)),
    "mm/Hg": ("no unit `Hg`", ("mm[Hg]",)),
    "109/L": ("raised figure was lost", ("10*9/L",)),
    "x 109/L": ("raised figure was lost", ("x 10*9/L",)),
    "umol/2.h": ("needs parentheses", ("umol/(2.h)",)),
    "1.5.g": ("whole numbers", ()),
    "ULN": ("limit of normal", ()),
    "x ULN": ("limit of normal", ()),
    "pH": ("plain number", ()),
    "[pH]": ("plain number", ()),
    "": ("nothing is written", ("1",)),
    "(": ("a unit is missing", ()),
    "(g": ("not closed", ("g",)),
    "g/": ("a unit is missing", ("g",)),
    "m0": ("exponent must lie", ()),
    "10*999": ("exponent must lie", ()),
    "0.g": ("cannot hold the number", ()),
    "g" * 300: ("longer than 200", ()),
}


@pytest.mark.parametrize("text", REFUSED, ids=lambda text: text[:12] or "empty")
def test_what_is_no_unit_is_refused_with_advice(text: str) -> None:
    reason, first = REFUSED[text]
    with pytest.raises(UnknownUnit) as caught:
        parse_unit(text)
    assert reason in str(caught.value)
    assert set(first) <= set(caught.value.suggestions)
    assert caught.value.text == text
    for suggestion in caught.value.suggestions:
        parse_unit(suggestion)


def test_the_message_names_text_reason_and_fix() -> None:
    with pytest.raises(UnknownUnit) as caught:
        parse_unit("mgdl")
    assert str(caught.value) == "`mgdl` is not a unit: UCUM has no unit `mgdl`; did you mean `mg/dL`"


def test_a_suggestion_that_is_no_unit_itself_is_not_given() -> None:
    for text in ("gmg/924.h", "1013/[u9"):
        with pytest.raises(UnknownUnit) as caught:
            parse_unit(text)
        for suggestion in caught.value.suggestions:
            parse_unit(suggestion)


def test_a_message_about_a_long_text_stays_short() -> None:
    with pytest.raises(UnknownUnit) as caught:
        parse_unit("x" * 100_000)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize("text", ["month", "months", "mo", "mg/mo", "year", "Years", "a", "/a", "g/a", "yr"])
def test_calendar_lengths_are_not_units(text: str) -> None:
    with pytest.raises(CalendarUnit, match="durations of the calendar, not units"):
        parse_unit(text)


@pytest.mark.parametrize("text", ["dB", "B[SPL]", "Np", "[p'diop]", "[hp'_X]"])
def test_scales_that_factors_cannot_serve(text: str) -> None:
    with pytest.raises(SpecialUnit, match="not measured on a plain scale"):
        parse_unit(text)


@pytest.mark.parametrize("text", ["Cel/min", "J/(kg.Cel)", "Cel2", "/Cel"])
def test_a_scale_with_its_own_zero_stands_alone(text: str) -> None:
    with pytest.raises(SpecialUnit, match="write `K` for a difference"):
        parse_unit(text)


NAMES = {
    "mass per volume": ["mg/dL", "g/L"],
    "amount per volume": ["umol/L"],
    "mass": ["kg"],
    "amount": ["mmol"],
    "number per volume": ["10*9/L", "/uL", "{cells}/uL"],
    "dimensionless": ["%", "{INR}", "1", "10*9", "mg/g", "mmol/mol"],
    "international units per volume": ["IU/L"],
    "catalytic activity per volume": ["U/L"],
    "equivalents per volume": ["mEq/L"],
    "osmoles per mass": ["mosm/kg"],
    "pressure": ["mmHg", "kPa"],
    "mass per area": ["kg/m2"],
    "volume per time": ["mL/min"],
    "volume per mass per time": ["mL/kg/h"],
    "flow per body surface, or speed": ["mL/min/1.73m2"],
    "temperature": ["°C", "K"],
    "number per time": ["bpm"],
    "[arb'U] per volume": ["[arb'U]/mL"],
    "number per [HPF]": ["/HPF"],
    "g-1·m4·s2": ["mL/cm[H2O]"],
}


@pytest.mark.parametrize(("text", "name"), [(text, name) for name, texts in NAMES.items() for text in texts])
def test_dimensions_read_well(text: str, name: str) -> None:
    assert str(parse_unit(text).dimension) == name


def test_dimensions_are_values() -> None:
    density = Dimension.of(g=1, m=-3)
    assert density == Dimension((("m", -3), ("g", 1), ("s", 0)))
    assert len({density, Dimension.of(m=-3, g=1)}) == 1
    assert density * Dimension.of(m=3) / Dimension.of(g=1) == Dimension()
    assert (density**2).exponent("m") == -6


ALGEBRA = {
    "mg": ("mg/dL", "*", "dL"),
    "mg/dL": ("mg", "/", "dL"),
    "kg/m2": ("kg", "/", "m2"),
    "1": ("U/L", "/", "U/L"),
    "/uL": ("1", "/", "uL"),
    "g.m/(24.h)": ("g/24h", "*", "m"),
    "ug/kg/min": ("ug", "/", "kg.min"),
}


@pytest.mark.parametrize("code", ALGEBRA)
def test_algebra_gives_readable_codes(code: str) -> None:
    left, sign, right = ALGEBRA[code]
    a, b = parse_unit(left), parse_unit(right)
    result = a * b if sign == "*" else a / b
    assert result.code == code
    assert result == parse_unit(code)


def test_algebra_knows_one_and_refuses_scales() -> None:
    celsius = parse_unit("Cel")
    assert celsius * ONE == celsius == ONE * celsius == celsius / ONE == celsius**1
    with pytest.raises(SpecialUnit):
        celsius * parse_unit("K")
    with pytest.raises(SpecialUnit):
        ONE / celsius
    with pytest.raises(SpecialUnit):
        celsius**2


def test_an_indexed_rate_times_a_body_surface_is_a_plain_rate() -> None:
    egfr, surface = parse_unit("mL/min/1.73m2"), parse_unit("m2")
    assert (egfr * surface).dimension == parse_unit("mL/min").dimension
    assert egfr.factor * Fraction("1.73") == parse_unit("mL/min/m2").factor
    assert parse_ucum("mL/min/{1.73_m2}").dimension == parse_unit("mL/min").dimension


def test_every_listed_clinical_spelling_is_a_unit() -> None:
    spellings = clinical_spellings()
    assert len(spellings) == len(set(spellings))
    assert {parse_unit(each).text for each in spellings} == set(spellings)


def test_reading_a_unit_loads_no_units_library_and_no_parser_generator() -> None:
    program = (
        "import sys; from protocol_dsl.vocabulary.quantities import parse_unit; parse_unit('mg/dL');"
        " print([name for name in ('pint', 'ucumvert', 'lark') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
