"""Scales and their bands: MMSE, NYHA, and the flag of measurable disease, value by value."""

from __future__ import annotations

from functools import cache

import pytest

from protocol_dsl.ir.evaluate import evaluate
from protocol_dsl.ir.protocol import Protocol
from protocol_dsl.ir.schema import schema_of
from protocol_dsl.pipeline import check
from protocol_dsl.runtime.reading import read_patient
from protocol_dsl.source import SourceFile
from protocol_dsl.vocabulary.calendar import parse_when

ON = parse_when("2026-03-02")
BANDS = {"severe": range(10), "moderate": range(10, 21), "mild": range(21, 27)}
"""NICE technology appraisal 217: mild 21 to 26, moderate 10 to 20, severe below 10."""


@cache
def protocol() -> Protocol:
    lines = ["use neurology", "use cardiology", "use oncology", 'protocol SCALES "Scales" { }']
    asked = {f"mmse_{band}": f"neurology.mmse_{band}" for band in BANDS}
    asked |= {"nyha": "cardiology.nyha_iii_or_iv", "measurable": "measurable_disease"}
    lines += [f'inclusion {name} "{name}" {{ require {condition} }}' for name, condition in asked.items()]
    result = check(SourceFile("scales.trial", "\n".join(lines)))
    assert result.protocol is not None, result.diagnostics
    return result.protocol


def outcomes(patient: dict[str, object]) -> dict[str, bool | None]:
    """What comes of each condition."""
    reading = read_patient(patient, schema_of(protocol()), ON)
    assert not reading.problems
    return dict(evaluate(protocol(), reading.records, ON).criteria)


@pytest.mark.parametrize("total", range(31))
def test_a_total_lies_in_its_band_alone(total: int) -> None:
    found = outcomes({"mmse": total})
    assert {band for band in BANDS if found[f"mmse_{band}"]} == {
        band for band, totals in BANDS.items() if total in totals
    }


@pytest.mark.parametrize(("grade", "advanced"), [("I", False), ("II", False), ("III", True), ("IV", True)])
def test_the_upper_half_of_nyha_is_advanced(grade: str, advanced: bool) -> None:
    assert outcomes({"nyha": grade})["nyha"] is advanced


def test_the_flag_is_what_was_recorded_and_nothing_else() -> None:
    for flag in (True, False):
        assert outcomes({"measurable_disease": flag})["measurable"] is flag
    assert set(outcomes({}).values()) == {None}
