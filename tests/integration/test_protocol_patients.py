"""Patients made of every protocol of the project: those ordered eligible are, in the checker that is built as well."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from trialc import ROOT

from protocol_dsl.cli.checker import Checker
from protocol_dsl.ir.evaluate import evaluate
from protocol_dsl.ir.schema import schema_of
from protocol_dsl.pipeline import load
from protocol_dsl.runtime.reading import read_patient
from protocol_dsl.testing.strategies import Strategies, drawn

PROTOCOLS = sorted((ROOT / "protocols").glob("*.trial"))


@pytest.mark.parametrize("path", PROTOCOLS, ids=lambda path: path.stem)
def test_eligible_patients_are_found_and_judged_alike(path: Path) -> None:
    protocol = load(path)
    maker, checker, schema = Strategies(protocol).maker, Checker(protocol), schema_of(protocol)
    everything = maker.outcomes({})
    assert maker.possible(everything)
    rng = Random(path.stem)
    for roots, verdicts in ((everything, {"eligible"}), ((), {"eligible", "ineligible", "undetermined"})):
        for _ in range(3):
            patient = drawn(maker, roots, rng)
            reading = read_patient(patient.data, schema, patient.on)
            # What a later stage asks about may lie after the day of judging.
            assert {one.reason for one in reading.problems} <= {"it lies after the day of judging"}
            found = evaluate(protocol, reading.records, patient.on)
            assert found.verdict in verdicts
            assert checker.outcomes(checker.patient(reading), patient.on) == found.criteria
