"""One slip in a whole protocol is one finding: what stands round it, pointers and questions with it, stays sound."""

from __future__ import annotations

import pytest

from protocol_dsl.pipeline import check
from protocol_dsl.source import SourceFile

WHOLE = """\
protocol T1 "A trial" { }
fact stroke : event "Stroke"
fact inr : lab "INR"
intervention drug "Drug" { kind drug  source intervention 1 #0d68901d }
inclusion I1 "INR" {
  source inclusion 1 #0a1b2c3d  note "as printed"
  require inr < 3
  require answer yes to "Is consent given?" by investigator
}
exclusion E1 "Stroke" { source exclusion 1 #0a1b2c3e  reject stroke ever }
arm a "Arm A" { source arm 1 #0a1b2c3f  give drug 10 mg daily }
example "one" on 2026-03-02 { inr 2  no stroke  answer yes to "Is consent given?"  expect eligible }
"""


def codes(text: str) -> list[str]:
    """Of what is said of a file."""
    return [one.code for one in check(SourceFile("a.trial", text)).diagnostics]


def test_the_whole_is_sound() -> None:
    assert codes(WHOLE) == []


@pytest.mark.parametrize(
    ("written", "slip"),
    [
        ("reject stroke", "rejetc stroke"),
        ("require inr", "inr"),
        ("inr < 3", "inr inr < 3"),
        ("< 3", "below 3"),
        ("require answer yes", "require answer yse"),
        ("give drug 10 mg daily", "give drug 10 mg qd"),
        ("by investigator", "by"),
        ("kind drug", "kin drug"),
        ("expect eligible", "expet eligible"),
    ],
)
def test_one_slip_is_one_finding(written: str, slip: str) -> None:
    assert len(codes(WHOLE.replace(written, slip, 1))) == 1
