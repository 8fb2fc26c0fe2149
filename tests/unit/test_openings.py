"""What an unknown criterion waits for, in the words of whoever can find it out."""

from __future__ import annotations

import pytest
from checker_loading import load as load_checker

from protocol_dsl.pipeline import load

DAY = "2026-03-02"
TEXT = """
protocol X1 "Openings" { }
anchor first_dose "First dose"
fact surgery   : event "Surgery"
fact steroid   : event with dose: number in mg "Steroid"
fact test      : finding positive, negative "Pregnancy test"
fact inr       : lab valid 7 days "INR"
fact diagnosis : date "Date of diagnosis"
exclusion SURGERY "Surgery" { source "x" reject surgery within 28 days before screening }
exclusion AHEAD "Ahead" { source "x" reject surgery within 28 days before first_dose }
exclusion SINCE "Since" { source "x" reject surgery since last steroid }
exclusion DOSE "Dose" { source "x" reject some steroid where dose >= 10 mg ever }
exclusion COUNT "Count" { source "x" reject at least 2 steroid within 6 months before screening }
inclusion TEST "Test" { source "x" require test is negative within 7 days before screening }
inclusion INR "INR" { source "x" require inr < 2 }
inclusion DATE "Diagnosed" { source "x" require diagnosis at least 6 months before screening }
"""
EXACT = [{"on": "2026-02-20"}]
CASES = [
    ("SURGERY", {}, "needs records of surgery (or that there are none)"),
    ("SURGERY", {"surgery": [{"on": "2026-02"}]}, "needs exact dates of surgery (known: 2026-02)"),
    (
        "SURGERY",
        {"surgery": [{"from": "2025-01-01"}]},
        "needs exact dates of surgery (known: 2025-01-01 to an unknown end)",
    ),
    (
        "SURGERY",
        {"surgery": {"occurrences": [], "complete": False}},
        "needs the complete history of surgery",
    ),
    ("AHEAD", {"surgery": EXACT}, "open until first dose, judge again then"),
    ("AHEAD", {}, "needs records of surgery (or that there are none); open until first dose, judge again then"),
    (
        "AHEAD",
        {"surgery": [], "anchors": {"first_dose": "2026-04-01"}},
        "open until first dose (2026-04-01), judge again then",
    ),
    (
        "AHEAD",
        {"surgery": EXACT, "anchors": {"first_dose": "2026"}},
        "needs the exact date of first dose (known: 2026)",
    ),
    ("SINCE", {"surgery": EXACT}, "needs records of steroid (or that there are none)"),
    (
        "SINCE",
        {"surgery": EXACT, "steroid": [{"on": "2026-02"}]},
        "needs exact dates of steroid (known: 2026-02)",
    ),
    ("DOSE", {"steroid": EXACT}, "needs fuller records of steroid (known: 2026-02-20)"),
    ("COUNT", {"steroid": EXACT * 2}, "needs exact dates of steroid (known: 2026-02-20 and 2026-02-20)"),
    (
        "TEST",
        {"test": [{"value": one, "on": DAY} for one in ("positive", "negative")]},
        f"needs pregnancy test within the 7 days before screening (known: positive on {DAY} and negative on {DAY})",
    ),
    ("INR", {"inr": {"value": 1.5, "on": "2026-01-05"}}, "needs INR not older than 7 days (last: 1.5 on 2026-01-05)"),
    ("INR", {"inr": "1,5"}, f"needs INR not older than 7 days (known: no legible value on {DAY})"),
    ("INR", {"inr": "<3"}, "needs an exact INR not older than 7 days (known: below 3)"),
    ("DATE", {}, "needs date of diagnosis"),
    ("DATE", {"diagnosis": "2025"}, "needs the exact date of diagnosis (known: 2025)"),
]  # fmt: skip


@pytest.fixture(scope="module")
def checker(tmp_path_factory: pytest.TempPathFactory):
    path = tmp_path_factory.mktemp("openings") / "openings.trial"
    path.write_text(TEXT)
    return load_checker(load(path))


@pytest.mark.parametrize(("criterion", "patient", "words"), CASES)
def test_what_is_open(checker, criterion, patient, words) -> None:
    verdict = checker.check(checker.Patient.from_json(patient, on=DAY), on=DAY)
    told = {one.id: one for one in verdict.criteria}[criterion]
    assert told.residual.partition("; passes if ")[0] == words


def test_one_record_that_several_wait_for_is_asked_once(checker) -> None:
    text = str(checker.check(checker.Patient.from_json({"surgery": EXACT}, on=DAY), on=DAY))
    assert text.count("- records of steroid (or that there are none)") == 1
    assert "(would settle SINCE, DOSE, and COUNT)" in text
