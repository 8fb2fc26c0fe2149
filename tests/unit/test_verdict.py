"""Verdicts: what they say, to people and to programs, and from which day they turn."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import checker_sample as sample
import pytest
from checker_loading import load

from protocol_dsl.ir.features import Feature, Given, NamedAnchor, Occurs
from protocol_dsl.ir.formulas import Known, Not, Truth
from protocol_dsl.ir.protocol import Stage
from protocol_dsl.runtime.records import Range
from protocol_dsl.runtime.verdict import WIDTH, Verdict

CHECKER = load(sample.FLAGSHIP)
WIDE = load(sample.WIDE)
ON = "2026-03-02"
ELIGIBLE: dict[str, Any] = {
    "id": "P1",
    "sex": "female",
    "birth_date": "1980-05",
    "total_bilirubin": {"value": 342, "on": "2026-03-01", "uln": 17.1},
    "inr": {"value": 1.8, "on": "2026-03-01"},
    "creatinine": {"value": 88, "on": "2026-03-01"},
    "hbsag": [{"value": "positive", "on": "2025-04-10"}, {"value": "positive", "on": "2026-02-20"}],
    "acute_hepatic_insult": [{"on": "2026-01-20"}],
    "ascites": [{"on": "2026-02-02"}],
    "gi_bleeding": [],
    "serious_infection": [],
    "pregnant": False,
    "answers": {"E4.1": False},
}


def patient(**changes: Any) -> dict[str, Any]:
    return {name: value for name, value in (ELIGIBLE | changes).items() if value != "unknown"}


def check(**changes: Any) -> Verdict:
    verdict: Verdict = CHECKER.check(patient(**changes), ON)
    return verdict


def criterion(verdict: Verdict, name: str) -> Any:
    return next(one for one in verdict.criteria if one.id == name)


def test_eligible_with_the_values_that_decided() -> None:
    verdict = check()
    assert verdict.outcome == "eligible"
    assert verdict.eligible is True
    assert verdict.missing == ()
    assert criterion(verdict, "I1").because == (
        "serum total bilirubin was 342 umol/L on 2026-03-01 (its upper limit of normal is 17.1 umol/L on"
        " 2026-03-01); at least 10 times its upper limit of normal is required",
        "INR was 1.8 on 2026-03-01; at least 1.5 is required",
        "ascites that started within the 4 weeks after the last acute hepatic insult (2026-02-02)",
    )
    assert criterion(verdict, "I2").because == (
        "hepatitis B surface antigen is positive for more than 6 months before screening"
        " (positive on 2025-04-10 and positive on 2026-02-20)",
    )
    assert criterion(verdict, "I3").because[0].startswith("MELD score was 24.3")
    assert criterion(verdict, "I4").because == (
        "age was 45 years (born 1980-05); at least 18 years and at most 65 years are required",
    )


def test_a_failed_exclusion_names_the_record() -> None:
    verdict = check(gi_bleeding=[{"on": "2025-01-01"}, {"from": "2026-01-05", "to": "2026-01-10"}])
    assert verdict.outcome == "ineligible"
    assert verdict.eligible is False
    assert criterion(verdict, "E1").outcome == "fails"
    assert criterion(verdict, "E1").because == (
        "gastrointestinal bleeding within the 2 months before screening (2026-01-05 to 2026-01-10); this excludes",
    )


def test_a_failed_limit_names_value_and_limit() -> None:
    assert criterion(check(birth_date="1950-01-01"), "I4").because == (
        "age was 76 years (born 1950-01-01); at most 65 years is required",
    )


def test_a_residual_says_what_is_needed_and_what_it_must_be() -> None:
    verdict = check(inr="unknown")
    assert verdict.outcome == "undetermined"
    assert verdict.eligible is None
    first = criterion(verdict, "I1")
    assert first.needs == ("inr", "prothrombin_activity")
    assert first.residual == (
        "needs INR or prothrombin activity; passes if INR is at least 1.5 or prothrombin activity is below 40 %"
    )
    assert (
        criterion(verdict, "I3").residual == "needs INR; passes if MELD score is at least 17 and at most 30"
    )


def test_a_residual_leaves_out_what_is_met() -> None:
    verdict = check(sex="unknown", pregnant=True)
    assert criterion(verdict, "E5").residual == "needs sex; passes if sex is not female"


def test_a_bounded_value_is_told_as_one() -> None:
    verdict = check(inr="unknown", prothrombin_activity="<50")
    assert criterion(verdict, "I1").residual.startswith(
        "needs INR or an exact prothrombin activity (known: below 50 %); passes if"
    )
    decided = check(inr="unknown", prothrombin_activity="<40")
    assert (
        "prothrombin activity was below 40 % on 2026-03-02; below 40 % is required"
        in criterion(decided, "I1").because
    )


def test_missing_in_the_order_of_what_it_settles() -> None:
    verdict = check(inr="unknown", hbsag="unknown", ascites="unknown")
    assert [(one.feature, one.settles, one.needed_by) for one in verdict.missing] == [
        ("inr", ("I3",), ("I1", "I3")),
        ("hbsag_held", ("I2",), ("I2",)),
        ("prothrombin_activity", (), ("I1",)),
        ("ascites_after_insult", (), ("I1",)),
        ("encephalopathy_after_insult", (), ("I1",)),
    ]
    assert {one.feature: one.words for one in verdict.missing}[
        "ascites_after_insult"
    ] == "records of ascites (or that there are none)"


def test_decided_by_absence_of_a_record() -> None:
    bleeding = Feature("bleeding", Occurs("gi_bleeding", sample.before(2, "month")), "truth", "1", "")
    line = sample.require(Not(Known(Truth("bleeding"))))
    stage = Stage("eligibility", sample.SCREENING, (sample.criterion("E1", "Known bleeding", line),))
    checker = load(sample.protocol(stage, features=(bleeding,), definitions=(), questions=()))
    verdict = checker.check({"id": "P1"}, ON)
    assert verdict.codes == (True,)
    assert verdict.criteria[0].because == (
        "decided by absence of a record: no record shows gastrointestinal bleeding within the 2 months before"
        " screening",
    )
    assert checker.check({"id": "P1", "gi_bleeding": [{"on": "2026-02-01"}]}, ON).codes == (False,)


@pytest.mark.parametrize(
    ("changes", "limit", "day"),
    [
        ({"gi_bleeding": [{"on": "2026-01-10"}]}, "2026-12-31", date(2026, 3, 11)),
        ({"gi_bleeding": [{"on": "2026-01-10"}]}, "2026-03-10", None),
        ({"birth_date": "2008-05-17"}, "2026-12-31", date(2026, 5, 17)),
        ({"birth_date": "1950-01-01"}, "2030-01-01", None),
        (
            {"gi_bleeding": [{"on": "2026-01-10"}], "birth_date": "2008-05-17"},
            "2026-12-31",
            date(2026, 5, 17),
        ),
    ],
)
def test_eligible_from(changes: dict[str, Any], limit: str, day: date | None) -> None:
    verdict = check(**changes)
    found = verdict.eligible_from(limit)
    assert found == day
    if day is not None:
        assert CHECKER.check(patient(**changes), day).outcome == "eligible"
        before = date.fromordinal(day.toordinal() - 1)
        assert CHECKER.check(patient(**changes), before).outcome != "eligible"


def test_values_without_a_patient_have_no_later_day() -> None:
    verdict = CHECKER.check_row({"age": 17.0})
    assert verdict.outcome == "ineligible"
    assert criterion(verdict, "I4").because == ("age was 17 years; at least 18 years is required",)
    with pytest.raises(ValueError, match="carry no dates"):
        verdict.eligible_from("2030-01-01")


def test_a_row_may_hold_bounds() -> None:
    row = {"prothrombin_activity": Range(float("-inf"), 39.0), "inr": Range(1.6, 2.0)}
    assert criterion(CHECKER.check_row(row), "I1").outcome == "unknown"
    assert "prothrombin" not in criterion(CHECKER.check_row(row), "I1").residual


def test_problems_are_told() -> None:
    verdict = check(inr=99, bogus=1)
    assert any("bogus" in problem for problem in verdict.problems)
    assert any("99" in problem for problem in verdict.problems)
    assert criterion(verdict, "I3").outcome == "unknown"


@pytest.mark.parametrize(
    "changes", [{}, {"inr": "unknown", "bogus": 2}, {"gi_bleeding": [{"on": "2026-01-10"}]}]
)
def test_json_there_and_back(changes: dict[str, Any]) -> None:
    verdict = check(**changes)
    text = json.dumps(verdict.to_json(), allow_nan=False)
    again = Verdict.from_json(json.loads(text))
    assert again == verdict
    assert str(again) == str(verdict)
    assert again.to_json() == verdict.to_json()
    assert again.outcome == verdict.outcome
    assert json.loads(text)["verdict"] == verdict.outcome


@pytest.mark.parametrize(
    "data", [{}, {"criteria": 3}, {"criteria": [{"id": "I1"}], "missing": [], "problems": []}]
)
def test_json_that_is_no_verdict(data: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="no verdict in JSON"):
        Verdict.from_json(data)


PRINTED = """\
NCT02812121 UC-MSC Infusion for HBV-Related Acute-on-Chronic Liver Failure
Patient P1 as at 2026-03-02: UNDETERMINED

  unknown  I1  Acute-on-chronic liver failure
               needs INR or prothrombin activity; passes if INR is at least 1.5 or
               prothrombin activity is below 40 %
  unknown  I3  MELD score 17 to 30
               needs INR; passes if MELD score is at least 17 and at most 30
  passes   I2  HBsAg positive
               hepatitis B surface antigen is positive for more than 6 months before
               screening (positive on 2025-04-10 and positive on 2026-02-20)
"""
PRINTED_END = """
To settle what is unknown:
  - INR (would settle I1 and I3)
  - prothrombin activity (would settle I1)

Not used as it was recorded:
"""


def test_printed_for_a_coordinator() -> None:
    text = str(check(inr="unknown", bogus=1))
    assert text.startswith(PRINTED)
    assert PRINTED_END in text
    assert max(len(line) for line in text.split("\n")) <= WIDTH


def test_each_stage_has_its_own_verdict() -> None:
    verdict = WIDE.check(patient(), ON, "registration")
    assert [one.id for one in verdict.criteria] == ["W1", "W2", "W3"]
    assert "for registration" in str(verdict)
    assert verdict.to_json()["stage"] == "registration"


def test_a_declared_anchor_moves_what_hangs_on_it() -> None:
    early = {"anchors": {"randomization": "2026-03-05"}, "diagnosis": "2026-01-01", "gi_bleeding": []}
    late = early | {"diagnosis": "2026-02-20"}
    assert criterion(WIDE.check(patient(**early), ON), "W16").outcome == "passes"
    assert criterion(WIDE.check(patient(**late), ON), "W16").outcome == "fails"


def test_nothing_is_told_before_it_is_read() -> None:
    verdict = check()
    assert not hasattr(verdict, "_report")
    assert verdict.outcome == "eligible"
    assert not hasattr(verdict, "_report")
    assert verdict.criteria
    assert hasattr(verdict, "_report")


def test_a_yes_no_fact_in_words() -> None:
    stage = Stage(
        "eligibility",
        NamedAnchor("screening"),
        (sample.criterion("E1", "Pregnancy", sample.reject(Truth("pregnant"))),),
    )
    pregnant = Feature("pregnant", Given("pregnant"), "truth", "1", "")
    checker = load(sample.protocol(stage, features=(pregnant,), definitions=(), questions=()))
    assert checker.check({"id": "P", "pregnant": True}, ON).criteria[0].because == (
        "pregnancy; this excludes",
    )
    assert checker.check({"id": "P", "pregnant": False}, ON).criteria[0].because == ("no pregnancy",)
    assert checker.check({"id": "P"}, ON).criteria[0].residual == "needs pregnancy; passes if no pregnancy"
