"""Laws that hold for every unit: conversion is exact and consistent, algebra agrees with magnitudes."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from protocol_dsl.vocabulary.quantities import (
    DIMENSIONLESS,
    ONE,
    Incommensurable,
    Unit,
    UnitError,
    UnknownUnit,
    commensurable,
    conversion,
    convert,
    nearest_double,
    parse_ucum,
    parse_unit,
    spellings_for,
)
from protocol_dsl.vocabulary.quantities.clinical import clinical_spellings

values = st.fractions(min_value=-(10**6), max_value=10**6, max_denominator=10**6)
molar_masses = st.fractions(min_value=Fraction(1, 10), max_value=10**6, max_denominator=1000)
units = st.deferred(lambda: st.sampled_from(clinical_spellings()).map(parse_unit))
plain_units = units.filter(lambda unit: not unit.special)


@st.composite
def kin(draw: st.DrawFn, count: int) -> tuple[Unit, ...]:
    """Units that convert to each other, scales with their own zero included, and the molar mass for it."""
    first = draw(units)
    spellings = [text for text, _ in spellings_for(first, Fraction(100))]
    return (first, *(parse_unit(draw(st.sampled_from(spellings))) for _ in range(count - 1)))


@given(values, kin(2), molar_masses)
def test_there_and_back_is_exact(value: Fraction, pair: tuple[Unit, ...], molar_mass: Fraction) -> None:
    a, b = pair
    assert convert(convert(value, a, b, molar_mass), b, a, molar_mass) == value


@given(values, kin(3), molar_masses)
def test_a_detour_changes_nothing(value: Fraction, trio: tuple[Unit, ...], molar_mass: Fraction) -> None:
    a, b, c = trio
    assume(commensurable(a, c, molar_mass) and commensurable(b, c, molar_mass))
    detour = convert(convert(value, a, b, molar_mass), b, c, molar_mass)
    assert detour == convert(value, a, c, molar_mass)


@given(units, units, st.none() | molar_masses)
def test_commensurable_foretells_conversion(a: Unit, b: Unit, molar_mass: Fraction | None) -> None:
    assert commensurable(a, b, molar_mass) == commensurable(b, a, molar_mass)
    if commensurable(a, b, molar_mass):
        conversion(a, b, molar_mass)
    else:
        with pytest.raises(Incommensurable):
            conversion(a, b, molar_mass)


@given(plain_units, plain_units)
def test_algebra_agrees_with_magnitudes(a: Unit, b: Unit) -> None:
    assert (a * b).factor == a.factor * b.factor
    assert (a / b).dimension == a.dimension / b.dimension
    assert conversion(a * b / b, a).scale == 1
    assert conversion(a / b, (b / a) ** -1).scale == 1
    assert (a**3).dimension == (a * a * a).dimension
    assert (a**3).factor == (a * a * a).factor
    assert a * ONE == ONE * a == a
    assert a**0 == ONE
    assert (a / a).factor == 1
    assert (a / a).dimension == DIMENSIONLESS


@given(plain_units, plain_units)
def test_the_code_of_a_computed_unit_reads_back(a: Unit, b: Unit) -> None:
    for computed in (a * b, a / b, b**2 / a, a**-2):
        again = parse_ucum(computed.code)
        surfaces = sum(t.exponent for t in computed.terms if t.annotation == "{1.73_m2}" and not t.symbol)
        assert again.factor * Fraction("1.73") ** surfaces == computed.factor


@given(units)
def test_canonical_codes_are_fixed_points(unit: Unit) -> None:
    assert parse_unit(unit.code) == unit
    assert parse_unit(unit.code).code == unit.code


@given(st.text(alphabet="mglLdukUIMol/.*^10923{}[]() xX-+%µ²°é", max_size=24) | st.text(max_size=12))
def test_no_text_breaks_the_reader(text: str) -> None:
    outcome = _read(text)
    if isinstance(outcome, Unit):
        assert outcome.factor > 0
        return
    assert outcome.text == text
    assert str(outcome).startswith("`")
    for suggestion in outcome.suggestions:
        assert isinstance(_read(suggestion), Unit), suggestion


def _read(text: str) -> Unit | UnknownUnit:
    try:
        return parse_unit(text)
    except UnknownUnit as error:
        return error


@given(st.fractions())
def test_the_nearest_double_has_no_nearer_neighbour(value: Fraction) -> None:
    try:
        double = nearest_double(value)
    except UnitError:
        assert abs(value) > Fraction(1.7976931348623157e308)
        return
    for neighbour in (math.nextafter(double, math.inf), math.nextafter(double, -math.inf)):
        assert math.isinf(neighbour) or abs(Fraction(double) - value) <= abs(Fraction(neighbour) - value)
