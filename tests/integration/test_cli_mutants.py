"""`trialc mutants`: which mistakes the examples of a file notice, and the examples that would notice the others."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from trialc import trialc

FILE = """\
protocol SMALL "Small" { }
fact weight     : number in kg  plausible 20 to 250, recorded to 0.1  "Weight"
fact nyha       : ordered one of I, II, III, IV  "NYHA class"
fact creatinine : lab in umol/L plausible 10 to 3000, recorded to 0.1  valid 7 days  "Creatinine" {
  molar_mass 113.12 g/mol
  code loinc "2160-0" in mg/dL
}
fact bleeding   : event "Bleeding"
fact hbsag      : finding positive, negative "HBsAg"
inclusion I1 "Heavy"    { source "s" require weight >= 50 kg or nyha <= II }
inclusion I2 "Positive" { source "s" require hbsag is positive for more than 6 months }
exclusion E1 "Bled"     { source "s" reject bleeding within 2 months before screening }
exclusion E2 "Kidney"   { source "s" reject creatinine > 1.5 mg/dL }
example "typical" on 2026-03-02 {
  weight 70 kg  nyha III  creatinine 80 umol/L  no bleeding
  hbsag positive on 2019-05-14, positive on 2026-02-08
  expect eligible
}
"""
TESTS = """
def tests(checker):
    patient = {"on": "2026-03-02", "weight": {"value": 50, "unit": "kg"}}
    assert checker(patient).criteria["I1"] == "passes"
    assert checker({**patient, "weight": {"value": 49, "unit": "kg"}}).criteria["I1"] == "unknown"

def broken(checker):
    return False
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "small.trial").write_text(FILE, encoding="utf-8")
    (tmp_path / "own_tests.py").write_text(TESTS, encoding="utf-8")
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.delitem(sys.modules, "own_tests", raising=False)
    return tmp_path


def test_the_examples_it_proposes_notice_what_was_not_noticed(folder: Path) -> None:
    before = trialc("mutants", "small.trial", cwd=folder)
    assert before.code == 1
    assert "I1, line 10:  strictness: weight is at least 50 kg -> weight is above 50 kg" in before.out
    assert "wrong unit: creatinine recorded in mg/dL -> read as umol/L" in before.out
    blocks = before.out.split("against the source first\n\n")[1].split("\n\n")[0]
    (folder / "small.trial").write_text(FILE + blocks + "\n", encoding="utf-8")
    assert trialc("test", "small.trial", cwd=folder).code == 0
    after = trialc("mutants", "small.trial", cwd=folder)
    assert (after.code, after.err) == (0, "")
    assert "100.0 % of those that are known to matter are noticed" in after.out
    assert "Not noticed" not in after.out


def test_a_mistake_that_changes_nothing_is_proved_equivalent(folder: Path) -> None:
    found = json.loads(trialc("mutants", "small.trial", "--format", "json", cwd=folder).out)
    (same,) = [one for one in found["mutants"] if one["kind"] == "strictness" and one["criteria"] == ["E2"]]
    # 1.5 mg/dL is 132.603… umol/L, which nobody records to a tenth.
    assert same["state"] == "equivalent"
    assert found["counts"]["killed"] + found["counts"]["survived"] > 20
    assert {one["state"] for one in found["mutants"] if one["patient"]} == {"survived"}


def test_tests_of_ones_own_are_scored_and_a_share_of_them_may_do(folder: Path) -> None:
    own = trialc("mutants", "small.trial", "--suite", "own_tests:tests", "--format", "json", cwd=folder)
    assert own.code == 1
    killed = [one for one in json.loads(own.out)["mutants"] if one["state"] == "killed"]
    assert killed
    assert all(one["criteria"] == ["I1"] and one["by"].startswith("AssertionError") for one in killed)
    assert trialc("mutants", "small.trial", "--least", "5", cwd=folder).code == 0


def test_tests_that_find_the_protocol_wrong_score_nothing(folder: Path) -> None:
    refused = trialc("mutants", "small.trial", "--suite", "own_tests:broken", cwd=folder)
    assert (refused.code, refused.out) == (2, "")
    assert "`own_tests:broken` finds the protocol itself wrong (they return False)" in refused.err


def test_a_file_without_examples_is_told_what_to_do(folder: Path) -> None:
    (folder / "bare.trial").write_text(FILE[: FILE.index("example")], encoding="utf-8")
    refused = trialc("mutants", "bare.trial", cwd=folder)
    assert refused.code == 2
    assert "write some, or name tests with `--suite`" in refused.err
