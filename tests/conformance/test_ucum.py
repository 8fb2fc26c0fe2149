"""The UCUM functional tests, row by row, against the strict reader.

A row is left out only for a reason found by computation, and the rows left out are asserted, so that a change
in either direction shows.
"""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree

import pytest

from protocol_dsl.vocabulary.quantities import (
    Incommensurable,
    SpecialUnit,
    Unit,
    UnknownUnit,
    conversion,
    convert,
    parse_ucum,
    parse_unit,
)

SUITE = Path(__file__).parents[3] / "shared/fixtures/suites/ucum/UcumFunctionalTests.2.xml"


@pytest.fixture(scope="module")
def suite() -> dict[str, list[dict[str, str]]]:
    if not SUITE.exists():
        pytest.skip("the UCUM functional tests are absent: ../shared/fixtures/suites/ucum")
    root = ElementTree.parse(SUITE).getroot()
    return {section.tag: [dict(row.attrib) for row in section.iter("case")] for section in root}


def _parsed(code: str) -> Unit | None:
    try:
        return parse_ucum(code)
    except UnknownUnit:
        return None


def _left_out_of_validation(row: dict[str, str], rows: list[dict[str, str]]) -> str | None:
    try:
        parse_ucum(row["unit"])
    except SpecialUnit:
        return "a logarithmic scale, which conversion by factors cannot serve"
    except UnknownUnit:
        shape = re.compile(r"\}[A-Za-z]")
        refused = [each for each in rows if each["valid"] == "false" and shape.search(each["unit"])]
        if row["valid"] == "true" and shape.search(row["unit"]) and refused:
            return "an annotation directly before a unit, which another row of the suite refuses"
    return None


def test_every_validation_row(suite: dict[str, list[dict[str, str]]]) -> None:
    rows = suite["validation"]
    reasons = {row["id"]: _left_out_of_validation(row, rows) for row in rows}
    wrong = [
        row
        for row in rows
        if not reasons[row["id"]] and (_parsed(row["unit"]) is not None) != (row["valid"] == "true")
    ]
    assert wrong == []
    assert len(rows) == 525
    assert Counter(filter(None, reasons.values())) == {
        "a logarithmic scale, which conversion by factors cannot serve": 2,
        "an annotation directly before a unit, which another row of the suite refuses": 1,
    }


def _agrees(value: Fraction, printed: str) -> bool:
    """True if `value`, rounded to the digits printed, is the number printed."""
    last_digit = Fraction(10) ** int(Decimal(printed).as_tuple().exponent)
    return abs(value - Fraction(printed)) <= last_digit / 2


def _converted(row: dict[str, str], source: str | None = None) -> Fraction:
    return convert(Fraction(row["value"]), parse_ucum(source or row["srcUnit"]), parse_ucum(row["dstUnit"]))


def _left_out_of_conversion(row: dict[str, str]) -> str | None:
    source = row["srcUnit"]
    grouped = re.sub(r"/(\d+\.\w+)$", r"/(\1)", source)
    if grouped != source and _agrees(_converted(row, grouped), row["outcome"]):
        return "a divisor read as a group, where UCUM goes from left to right"
    if source.endswith("/mg") and _converted(row) == Fraction(row["outcome"]) * 10**6:
        return "a milligram below the line multiplied by its prefix instead of divided"
    return None


def test_every_conversion_row(suite: dict[str, list[dict[str, str]]]) -> None:
    rows = suite["conversion"]
    reasons = {row["id"]: _left_out_of_conversion(row) for row in rows}
    wrong = [row for row in rows if not reasons[row["id"]] and not _agrees(_converted(row), row["outcome"])]
    assert wrong == []
    assert len(rows) == 29
    assert {key: reason for key, reason in reasons.items() if reason} == {
        "3-111": "a milligram below the line multiplied by its prefix instead of divided",
        "3-115": "a divisor read as a group, where UCUM goes from left to right",
    }


def test_the_rows_the_suite_itself_rounds(suite: dict[str, list[dict[str, str]]]) -> None:
    rows = [row for row in suite["conversion"] if not _left_out_of_conversion(row)]
    rounded = {row["id"] for row in rows if _converted(row) != Fraction(row["outcome"])}
    assert rounded == {"3-113", "3-118", "3-119", "3-124", "3-128"}


def test_every_multiplication_row_and_its_division(suite: dict[str, list[dict[str, str]]]) -> None:
    rows = suite["multiplication"]
    assert len(rows) == 2
    for row in rows:
        first, second, product = (parse_ucum(row[key]) for key in ("u1", "u2", "uRes"))
        value = Fraction(row["v1"]) * Fraction(row["v2"])
        assert convert(value, first * second, product) == Fraction(row["vRes"])
        assert convert(value / Fraction(row["v2"]), product / second, first) == Fraction(row["v1"])


def test_the_everyday_reader_agrees_with_ucum_or_refuses(suite: dict[str, list[dict[str, str]]]) -> None:
    """What `parse_unit` refuses of valid UCUM is this list; the rest means the same to both readers."""
    refused = set()
    for code in {row["unit"] for row in suite["validation"]}:
        strict = _parsed(code)
        if strict is None:
            continue
        try:
            assert parse_unit(code) == strict, code
        except UnknownUnit:
            refused.add(code)
    assert refused == {"", "a", "mo", "a/m", "umol/2.h", "Ms", "pH", "S"}


def test_the_mole_and_arbitrary_units_deviate_from_ucum_on_purpose() -> None:
    for from_, to in (("mol", "10*23"), ("meq", "mmol"), ("osm", "mol"), ("[iU]", "[arb'U]"), ("[iU]", "1")):
        with pytest.raises(Incommensurable):
            conversion(parse_ucum(from_), parse_ucum(to))
