"""Exact conversion, its refusals, the spellings a record may use, and doubles."""

from __future__ import annotations

import sys
from fractions import Fraction

import pytest

from protocol_dsl.vocabulary.quantities import (
    ONE,
    Conversion,
    Incommensurable,
    Quantity,
    UnitError,
    commensurable,
    conversion,
    convert,
    nearest_double,
    parse_unit,
    spellings_for,
)

BILIRUBIN = Fraction("584.66")

# value, from, to, molar mass, and the exact result worked out from the definitions of the units.
CONVERSIONS = [
    ("1", "mg/dL", "umol/L", "584.66", Fraction(10, 1) / Fraction("584.66") * 1000),
    ("1", "mg/dL", "umol/L", "113.12", Fraction(10_000) / Fraction("113.12")),
    ("17.1", "umol/L", "mmol/L", None, Fraction("0.0171")),
    ("30", "mg/mmol", "mg/g", "113.12", Fraction(30_000) / Fraction("113.12")),
    ("37", "Cel", "K", None, Fraction("310.15")),
    ("98.6", "[degF]", "Cel", None, Fraction(37)),
    ("-40", "°C", "°F", None, Fraction(-40)),
    ("150", "10*9/L", "/uL", None, Fraction(150_000)),
    ("150", "K/uL", "10^9/L", None, Fraction(150)),
    ("100000", "/mm3", "10^9/L", None, Fraction(100)),
    ("760", "mmHg", "kPa", None, Fraction("101.32472")),
    ("1", "IU/mL", "IU/L", None, Fraction(1000)),
    ("1", "ukat/L", "U/L", None, Fraction(60)),
    ("1.5", "g/24h", "mg/d", None, Fraction(1500)),
    ("90", "mL/min/1.73m2", "mL/min/m2", None, Fraction(90) / Fraction("1.73")),
    ("40", "%", "1", None, Fraction(2, 5)),
    ("2", "weeks", "days", None, Fraction(14)),
    ("1", "[lb_av]", "kg", None, Fraction("0.45359237")),
]


@pytest.mark.parametrize(("value", "from_", "to", "molar_mass", "result"), CONVERSIONS)
def test_conversion_is_exact(
    value: str, from_: str, to: str, molar_mass: str | None, result: Fraction
) -> None:
    mass = None if molar_mass is None else Fraction(molar_mass)
    assert convert(Fraction(value), parse_unit(from_), parse_unit(to), mass) == result


REFUSALS = [
    ("mg/dL", "umol/L", None, "through a molar mass; declare `molar_mass"),
    ("mg/dL", "umol/L", "0", "molar mass of 0 g/mol is not possible"),
    ("mg/dL", "umol/L", "-5", "above zero"),
    ("mg/dL", "mmHg", "584.66", "mass per volume is not pressure; use a unit of pressure"),
    ("meq/L", "mmol/L", None, "charge of the ion"),
    ("mosm/kg", "mmol/kg", "58.44", "dissociation"),
    ("IU/L", "U/L", None, "usually means `U/L`"),
    ("[iU]/L", "[arb'U]/L", None, "international units"),
    ("[arb'U]/mL", "[CFU]/mL", None, "convert only to themselves"),
    ("mmol/mol", "%", None, "not a plain fraction"),
    ("ng/mL FEU", "ng/mL DDU", None, "D-dimer"),
    ("mL/min", "mL/min/1.73m2", None, "multiply or divide by it"),
    ("mg/m2", "mg", None, "body surface"),
]


@pytest.mark.parametrize(("from_", "to", "molar_mass", "words"), REFUSALS)
def test_refusals_say_why_and_what_to_do(from_: str, to: str, molar_mass: str | None, words: str) -> None:
    a, b = parse_unit(from_), parse_unit(to)
    mass = None if molar_mass is None else Fraction(molar_mass)
    assert not commensurable(a, b, mass)
    with pytest.raises(Incommensurable) as caught:
        conversion(a, b, mass)
    message = str(caught.value)
    assert words in message
    assert message.startswith(f"`{from_}` does not convert to `{to}`: ")
    assert message.endswith(f"; {caught.value.fix}")
    assert (caught.value.from_, caught.value.to) == (a, b)


def test_a_ratio_of_amounts_compares_with_a_bare_number() -> None:
    ratio = parse_unit("umol/L") / parse_unit("mmol/L")
    assert conversion(ratio, ONE) == Conversion(Fraction(1, 1000))


def test_a_quantity_converts_and_reads() -> None:
    normal = Quantity(Fraction(1), parse_unit("mg/dL"))
    assert normal.to(parse_unit("g/L")) == Quantity(Fraction(1, 100), parse_unit("g/L"))
    assert normal.to(parse_unit("umol/L"), BILIRUBIN).value == Fraction(10_000) / BILIRUBIN
    assert str(normal) == "1 mg/dL"


RECORDS = {
    "umol/L": (["umol/L", "µmol/L", "μmol/L", "umol/l", "mmol/L"], ["mg/dL", "meq/L", ""]),
    "10^9/L": (["10^9/L", "10*9/L", "10*3/uL", "10^3/uL", "K/uL", "/mm3", "cells/uL"], ["%", ""]),
    "%": (["%", "1", "L/L"], ["{INR}", "mmol/mol", "mg/kg", "mg/g"]),
    "{INR}": (["{INR}", "INR", "1"], ["%", "{score}"]),
    "1": (["1", "{INR}", "{score}", "{ratio}"], ["", "%", "mg/g"]),
    "mg/g": (["mg/g", "ug/mg", "µg/mg"], ["%", "1", "mmol/mol"]),
    "mmol/mol": (["mmol/mol"], ["%", "1", "mg/g"]),
    "ng/mL": (["ng/mL", "ug/L"], ["ng/mL FEU"]),
    "ng/mL FEU": (["ng/mL FEU", "ug{FEU}/mL", "ng/mL"], ["ng/mL DDU"]),
    "mL/min/1.73m2": (["mL/min/1.73m2", "mL/min/{1.73_m2}", "mL/min/1.73 m2"], ["mL/min"]),
    "U/L": (["U/L", "ukat/L", "µkat/L"], ["IU/L", "[iU]/L"]),
    "°C": (["°C", "Cel", "[degF]", "K"], ["mmHg"]),
}


@pytest.mark.parametrize("text", RECORDS)
def test_records_arrive_in_these_spellings_and_no_others(text: str) -> None:
    accepted, refused = RECORDS[text]
    unit = parse_unit(text)
    table = dict(spellings_for(unit))
    assert set(accepted) <= set(table)
    assert not set(refused) & set(table)
    assert next(iter(table)) == text
    for spelling, factors in table.items():
        assert factors == conversion(parse_unit(spelling), unit)


def test_a_molar_mass_opens_the_mass_spellings() -> None:
    table = dict(spellings_for(parse_unit("umol/L"), BILIRUBIN))
    assert table["mg/dL"] == Conversion(Fraction(10_000) / BILIRUBIN)
    assert table["umol/L"] == Conversion(Fraction(1))


def test_a_unit_outside_the_list_is_its_own_first_spelling() -> None:
    table = spellings_for(parse_unit("mg/(100.mL)"))
    assert table[0] == ("mg/(100.mL)", Conversion(Fraction(1)))


@pytest.mark.parametrize("text", ["0.1", "17.104", "1e22", "123456789012345678901", "-2.5e-310"])
def test_the_nearest_double_is_what_the_literal_means(text: str) -> None:
    assert nearest_double(Fraction(text)) == float(text)


def test_a_number_beyond_doubles_is_refused() -> None:
    assert nearest_double(Fraction(sys.float_info.max)) == sys.float_info.max
    with pytest.raises(UnitError, match="too large"):
        nearest_double(Fraction(10) ** 400)
