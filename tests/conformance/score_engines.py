"""Every score of the libraries in one protocol, asked of both engines; the facts in SI or in conventional units."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

from protocol_dsl.cli.checker import Checker
from protocol_dsl.ir.evaluate import evaluate
from protocol_dsl.ir.protocol import Protocol
from protocol_dsl.ir.schema import schema_of
from protocol_dsl.pipeline import check
from protocol_dsl.runtime.reading import read_patient
from protocol_dsl.source import SourceFile
from protocol_dsl.vocabulary.calendar import parse_when

FIXTURES = Path(__file__).parents[3] / "shared/fixtures/scores"
ON = parse_when("2026-03-02")
LIBRARIES = ("body", "laboratory", "renal", "liver", "cardiology", "oncology")
SCORES = {
    "body.bmi": "kg/m2",
    "body.bsa": "m2",
    "body.bsa_du_bois": "m2",
    "laboratory.anion_gap": "mmol/L",
    "laboratory.corrected_calcium": "mmol/L",
    "laboratory.homa_ir": "",
    "renal.egfr": "mL/min/1.73m2",
    "renal.creatinine_clearance": "mL/min",
    "renal.egfr_mdrd": "mL/min/1.73m2",
    "liver.meld": "",
    "liver.meld_aetiology": "",
    "liver.meld_na": "",
    "liver.meld_3": "",
    "liver.child_pugh": "",
    "liver.albi": "",
    "liver.albi_grade": "",
    "liver.fib_4": "",
    "liver.apri": "",
    "cardiology.qtc_fridericia": "ms",
    "cardiology.qtc_bazett": "ms",
    "cardiology.cha2ds2_vasc": "",
    "cardiology.has_bled": "",
    "oncology.ecog_from_karnofsky": "",
}
"""The plain number of each score is taken in this unit."""
CONVENTIONAL = {
    "creatinine": "lab in mg/dL",
    "bilirubin": "lab in mg/dL",
    "albumin": "lab in g/dL",
    "calcium": "lab in mg/dL",
    "fasting_glucose": "lab in mg/dL",
    "weight": "measure in g",
    "height": "measure in m",
}
"""Facts declared otherwise than the libraries declare them; molar masses stay theirs."""

Patient = dict[str, object]


class Engines:
    """The reference evaluator and the generated checker of one protocol that holds all scores."""

    def __init__(self, declared: Mapping[str, str]) -> None:
        result = check(SourceFile("scores.trial", _protocol(declared)))
        assert result.protocol is not None, result.diagnostics
        self.protocol: Protocol = result.protocol
        self.facts = {fact.name: fact for fact in self.protocol.facts}
        self.schema = schema_of(self.protocol)
        self.checker = Checker(self.protocol)

    def values(self, patient: Patient) -> dict[str, float | None]:
        """Every score of the reference."""
        reading = read_patient(patient, self.schema, ON)
        assert not reading.problems, reading.problems
        found = evaluate(self.protocol, reading.records, ON).definitions
        return {score: found[_probe(score)] for score in SCORES}  # type: ignore[misc]

    def value(self, score: str, patient: Patient) -> float | None:
        """One score, on which the generated checker agrees: it passes just above the number and fails just below."""
        value = self.values(patient)[score]
        if value is None:
            assert self._outcome(score, {**patient, "bound": 0}) is None
            return None
        step = max(abs(value), 1.0) * 1e-9
        assert self._outcome(score, {**patient, "bound": value + step}) is True
        assert self._outcome(score, {**patient, "bound": value - step}) is False
        return value

    def _outcome(self, score: str, patient: Patient) -> bool | None:
        reading = read_patient(patient, self.schema, ON)
        outcomes = self.checker.outcomes(self.checker.patient(reading), ON)
        return outcomes[score.replace(".", "_")]


@cache
def engines(*, conventional: bool = False) -> Engines:
    """The engines with the facts as the libraries declare them, or in conventional units."""
    return Engines(CONVENTIONAL if conventional else {})


def rows(name: str) -> list[dict[str, str]]:
    """The rows of the independent calculator; without them the test is skipped, and says so."""
    path = FIXTURES / name
    if not path.exists():
        pytest.skip("the rows of the calculator are absent: ../shared/fixtures/scores")
    with path.open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def _probe(score: str) -> str:
    return f"plain_{score.replace('.', '_')}"


def _protocol(declared: Mapping[str, str]) -> str:
    lines = [f"use {name}" for name in LIBRARIES]
    lines += ['protocol SCORES "Scores" { }', "fact bound : number"]
    lines += [f"fact {name} : {kind}" for name, kind in declared.items()]
    for score, unit in SCORES.items():
        plain = f"{score} in {unit}" if unit else score
        name = score.replace(".", "_")
        lines.append(f"define {_probe(score)} = {plain}")
        lines.append(f'inclusion {name} "{score}" {{ require {_probe(score)} <= bound }}')
    return "\n".join(lines)
