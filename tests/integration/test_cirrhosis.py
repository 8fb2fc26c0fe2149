"""Sixty simulated patients with cirrhosis, from their tables: a verdict for each, and a reason for each unknown."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from math import log
from pathlib import Path
from typing import Any

import pytest
from trialc import FIXTURES, FLAGSHIP, ROOT, Ran, trialc

TABLES = FIXTURES / "patients" / "clinosim_cirrhosis_60"
MAP = ROOT / "protocols" / "maps" / "clinosim.toml"
PATIENTS = 60


@pytest.fixture(scope="module")
def ran() -> Ran:
    if not TABLES.is_dir():
        pytest.skip(f"the patients are absent: {TABLES.relative_to(ROOT.parent)} is not beside the project")
    return trialc("run", FLAGSHIP, TABLES, "--map", MAP, "--format", "ndjson")


@pytest.fixture(scope="module")
def verdicts(ran: Ran) -> list[dict[str, Any]]:
    assert ran.code == 0, ran.err
    return [json.loads(line) for line in ran.out.splitlines()]


def test_everybody_gets_a_verdict(ran: Ran, verdicts: list[dict[str, Any]]) -> None:
    assert len({one["patient"] for one in verdicts}) == len(verdicts) == PATIENTS
    assert {one["verdict"] for one in verdicts} <= {"eligible", "ineligible", "undetermined"}
    assert ran.err.startswith(f"{PATIENTS} patients judged: ")


def test_nothing_in_the_tables_is_lost_in_silence(ran: Ran, verdicts: list[dict[str, Any]]) -> None:
    assert ran.err.count("\n") == 1, "every name and unit of these tables is understood, or ignored by name"
    assert not [problem for one in verdicts for problem in one["problems"]]


def test_each_unknown_says_what_it_needs(verdicts: list[dict[str, Any]]) -> None:
    unknown = [
        criterion for one in verdicts for criterion in one["criteria"] if criterion["outcome"] == "unknown"
    ]
    assert unknown, "these tables leave much open"
    for criterion in unknown:
        assert criterion["needs"], criterion
        assert criterion["residual"].startswith("needs "), criterion
    for one in verdicts:
        open_still = [criterion for criterion in one["criteria"] if criterion["outcome"] == "unknown"]
        needed = {name for criterion in open_still for name in criterion["needs"]}
        assert needed == {missing["feature"] for missing in one["missing"]}


def test_each_decision_says_why(verdicts: list[dict[str, Any]]) -> None:
    decided = [
        criterion for one in verdicts for criterion in one["criteria"] if criterion["outcome"] != "unknown"
    ]
    assert all(criterion["because"] for criterion in decided)


def test_scores_and_ages_agree_with_a_calculation_of_their_own(verdicts: list[dict[str, Any]]) -> None:
    outcomes = {one["patient"]: {c["id"]: c["outcome"] for c in one["criteria"]} for one in verdicts}
    ages = {row["patient_id"]: int(row["age"]) for row in rows("patients.csv")}
    latest: dict[str, dict[str, tuple[str, float]]] = defaultdict(dict)
    for row in rows("lab_results.csv"):
        sample = (row["result_datetime"], float(row["value"]))
        held = latest[row["patient_id"]]
        held[row["lab_name"]] = max(held.get(row["lab_name"], sample), sample)
    compared = 0
    for patient, found in outcomes.items():
        assert (found["I4"] == "passes") == (18 <= ages[patient] <= 65)
        labs = {name: value for name, (_, value) in latest[patient].items()}
        if {"T_Bil", "PT_INR", "Creatinine"} <= labs.keys():
            assert found["I3"] == ("passes" if 17 <= meld(labs) <= 30 else "fails"), (patient, labs)
            compared += 1
    assert compared > PATIENTS // 2


def test_the_day_of_judging_is_that_of_the_last_record(verdicts: list[dict[str, Any]]) -> None:
    last: dict[str, str] = defaultdict(str)
    for row in rows("lab_results.csv"):
        last[row["patient_id"]] = max(last[row["patient_id"]], row["result_datetime"][:10])
    assert {one["patient"]: one["on"] for one in verdicts} == dict(last)


def meld(labs: dict[str, float]) -> float:
    """MELD without aetiology from mg/dL, by its published formula, unrounded parts in plain floats."""
    creatinine = min(max(labs["Creatinine"], 1.0), 4.0)
    score = (
        3.78 * log(max(labs["T_Bil"], 1.0))
        + 11.2 * log(max(labs["PT_INR"], 1.0))
        + 9.57 * log(creatinine)
        + 6.43
    )
    return min(max(int(score + 0.5), 6), 40)


def rows(name: str) -> list[dict[str, str]]:
    with open(Path(TABLES, name), encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))
