"""The flagship compiled and loaded, and the values and records it is measured on."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import cache
from math import inf, nan
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any

from protocol_dsl import pipeline
from protocol_dsl.backends import python
from protocol_dsl.ir.protocol import Protocol
from protocol_dsl.source import read_source

FLAGSHIP = Path(__file__).parents[1] / "protocols" / "nct02812121.trial"
TODAY = date(2026, 3, 2)
Draw = Callable[[Random], Any]


@cache
def flagship() -> Protocol:
    """The compiled flagship. Raises ValueError when it does not compile."""
    protocol = pipeline.check(read_source(FLAGSHIP)).protocol
    if protocol is None:
        raise ValueError(f"{FLAGSHIP.name} does not compile; `trialc check` tells why")
    return protocol


@cache
def checker() -> ModuleType:
    """The flagship's generated checker, as a module."""
    module = sys.modules["flagship_checker"] = ModuleType("flagship_checker")  # dataclasses look it up there
    text = python.emit(flagship())[0].text
    exec(compile(text, "flagship_checker.py", "exec"), module.__dict__)
    return module


def _number(low: float, high: float, step: float) -> Draw:
    return lambda rng: float(round(rng.randint(round(low / step), round(high / step)) * step, 6))


def _truth(share: float) -> Draw:
    return lambda rng: rng.random() < share


def _finding(positive: float) -> Draw:
    return lambda rng: "positive" if rng.random() < positive else "negative"


_FEATURES: dict[str, tuple[float, Draw]] = {
    # id of the feature: the share of patients of whom it is not known, and its value in the others
    "total_bilirubin": (0.05, _number(15, 600, 0.1)),
    "total_bilirubin_upper": (0.1, lambda rng: rng.choice((17.1, 20.5, 21.0))),
    "inr": (0.05, _number(0.8, 3.5, 0.01)),
    "prothrombin_activity": (0.15, _number(15, 90, 1)),
    "ascites_started_within_4_weeks_after_last_acute_hepatic_insult": (0.08, _truth(0.6)),
    "encephalopathy_started_within_4_weeks_after_last_acute_hepatic_insult": (0.08, _truth(0.3)),
    "answer_i1_1": (0.15, _truth(0.95)),
    "hbsag_is_positive_for_more_than_6_months": (0.1, _truth(0.85)),
    "dialysis_twice_in_past_week": (0.0, _truth(0.05)),
    "creatinine": (0.05, _number(40, 400, 0.1)),
    "age": (0.02, lambda rng: float(rng.randint(15, 80))),
    "gi_bleeding_within_2_months_before_screening": (0.08, _truth(0.1)),
    "serious_infection_within_2_months_before_screening": (0.08, _truth(0.1)),
    "answer_e1_1": (0.15, _truth(0.05)),
    "autoimmune_disease_ongoing": (0.08, _truth(0.05)),
    "anti_hav_igm": (0.1, _finding(0.03)),
    "anti_hev_igm": (0.1, _finding(0.03)),
    "anti_hcv": (0.1, _finding(0.06)),
    "hcv_rna": (0.5, _finding(0.03)),
    "hcv_rna_unsettled": (0.01, _truth(0.0)),
    "anti_hdv": (0.1, _finding(0.04)),
    "hdv_rna": (0.6, _finding(0.03)),
    "hdv_rna_unsettled": (0.01, _truth(0.0)),
    "answer_e4_1": (0.15, _truth(0.05)),
    "malignancy_ever": (0.05, _truth(0.05)),
    "sex": (0.01, lambda rng: rng.choice(("male", "male", "female"))),
    "pregnant": (0.3, _truth(0.05)),
    "lactating": (0.3, _truth(0.04)),
    "liver_lesion_where_imaging_is_one_of_ultrasound_ct_mr_ever": (0.08, _truth(0.08)),
    "bioartificial_liver_support_ever": (0.05, _truth(0.05)),
    "liver_transplantation_ever": (0.03, _truth(0.03)),
}


def feature_names() -> dict[str, str]:
    """The name of each feature in `Features`, by its id."""
    return {key: row.name for key, row in checker()._ELIGIBILITY.features.items()}


def feature_rows(count: int, seed: int = 1, odd: float = 0.0) -> list[dict[str, Any]]:
    """Values by feature id of `count` patients; None where a value is not known. The share `odd` of all values is
    such as a record cannot mean: NaN, an infinity, a word that is no choice, a number or a word for a truth.

    Raises ValueError when the flagship's features are no longer those described here.
    """
    expected = feature_names()
    if expected.keys() != _FEATURES.keys():
        raise ValueError(f"describe here: {sorted(expected.keys() ^ _FEATURES.keys())}")
    rng = Random(seed)
    rows = [{key: _drawn(*_FEATURES[key], rng) for key in expected} for _ in range(count)]
    for row in rows if odd else ():
        row.update({key: _odd(value, rng) for key, value in row.items() if rng.random() < odd})
    return rows


def _drawn(missing: float, draw: Draw, rng: Random) -> Any:
    return None if rng.random() < missing else draw(rng)


def patient_forms(count: int, seed: int = 2) -> list[dict[str, Any]]:
    """The JSON form of `count` patients with dated records of every kind the flagship asks for."""
    rng = Random(seed)
    return [_patient(f"P{number}", rng) for number in range(count)]


def _odd(value: Any, rng: Random) -> Any:
    if isinstance(value, float):
        return rng.choice((nan, inf, -inf))
    if isinstance(value, bool):
        return rng.choice((int(value), "yes", "no", ""))
    return "indeterminate" if isinstance(value, str) else value


_LABS: Mapping[str, tuple[float, float, float]] = {
    "total_bilirubin": (100, 600, 0.1),
    "inr": (1.2, 3.0, 0.01),
    "prothrombin_activity": (15, 60, 1),
    "creatinine": (50, 200, 0.1),
    "serum_albumin": (20, 40, 0.1),
}
_TESTS = ("anti_hav_igm", "anti_hev_igm", "anti_hcv", "hcv_rna", "anti_hdv", "hdv_rna")
_HAPPENED: Mapping[str, tuple[float, int]] = {
    "gi_bleeding": (0.15, 200),
    "serious_infection": (0.15, 200),
    "autoimmune_disease": (0.08, 2000),
    "malignancy": (0.05, 3000),
    "liver_lesion": (0.1, 400),
    "bioartificial_liver_support": (0.05, 300),
    "liver_transplantation": (0.03, 3000),
}


def _patient(name: str, rng: Random) -> dict[str, Any]:
    form: dict[str, Any] = {
        "id": name,
        "sex": rng.choice(("male", "male", "female")),
        "birth_date": _day(rng, 16 * 365, 75 * 365),
        "pregnant": rng.random() < 0.05,
        "lactating": rng.random() < 0.05,
        "hbsag": [
            {"value": "positive", "on": _day(rng, 190, 3000)},
            {"value": "positive" if rng.random() < 0.95 else "negative", "on": _day(rng, 0, 100)},
        ],
        "acute_hepatic_insult": [{"on": _day(rng, 10, 35)}],
        "ascites": [{"from": _day(rng, 0, 30), "ongoing": True}] if rng.random() < 0.7 else [],
        "encephalopathy": [{"on": _day(rng, 0, 30)}] if rng.random() < 0.3 else [],
        "answers": {"I1.1": True, "E1.1": rng.random() < 0.05, "E4.1": rng.random() < 0.05},
    }
    for lab, (low, high, step) in _LABS.items():
        form[lab] = [_lab(rng, lab, low, high, step) for _ in range(rng.randint(1, 4))]
    for test in _TESTS:
        if rng.random() < 0.8:
            form[test] = {"value": _finding(0.03)(rng), "on": _day(rng, 0, 35)}
    for event, (share, reach) in _HAPPENED.items():
        form[event] = [_occurrence(rng, event, reach)] if rng.random() < share else []
    return {key: value for key, value in form.items() if key == "id" or rng.random() > 0.03}


def _lab(rng: Random, lab: str, low: float, high: float, step: float) -> dict[str, Any]:
    sample: dict[str, Any] = {"value": _number(low, high, step)(rng), "on": _day(rng, 0, 20)}
    return {**sample, "uln": 17.1} if lab == "total_bilirubin" and rng.random() < 0.9 else sample


def _occurrence(rng: Random, event: str, reach: int) -> dict[str, Any]:
    start = rng.randint(0, reach)
    found: dict[str, Any] = {"from": _before(start), "to": _before(rng.randint(0, start))}
    if event == "liver_lesion":
        found |= {"nature": "tumor", "imaging": rng.choice(("ultrasound", "CT", "MR", "other"))}
    return found


def _day(rng: Random, least: int, most: int) -> str:
    return _before(rng.randint(least, most))


def _before(days: int) -> str:
    return (TODAY - timedelta(days=days)).isoformat()
