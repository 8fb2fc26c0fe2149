"""`trialc why`: the verdict of `trialc run`, and the rows behind it, whatever they are read from."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow.parquet
import pytest
from trialc import FIXTURES, FLAGSHIP, ROOT, SAMPLE, SMALL, trialc

from protocol_dsl.ir.schema import schema_of
from protocol_dsl.pipeline import load
from protocol_dsl.populations.loading import record_tables
from protocol_dsl.runtime.reading import read_patient
from protocol_dsl.vocabulary.calendar import parse_when

SIXTY = FIXTURES / "patients" / "clinosim_cirrhosis_60"
MAPS = ROOT / "protocols" / "maps"
HEADING = "\n\nWhat it rests on:\n"
PATIENT = {
    "id": "P1",
    "age": 45,
    "sex": "male",
    "inr": [{"value": 1.8, "on": "2026-03-01"}, {"value": 1.2, "on": "2025-03-01"}],
    "total_bilirubin": {"value": 34, "unit": "umol/L", "on": "2026-03-01"},
    "bleeding": [{"on": "2026-01-15"}, {"on": "2020-01-15"}],
}


def test_the_verdict_is_that_of_run() -> None:
    for patient in ("eligible-typical", "undetermined-dates-too-vague", "ineligible-bled-in-february"):
        why = trialc("why", FLAGSHIP, SAMPLE, "--patient", patient)
        assert why.code == 0, why.err
        told = trialc("run", FLAGSHIP, SAMPLE).out.split("-" * 88 + "\n")
        (same,) = [one for one in told if f"Patient {patient} " in one]
        assert why.out.split(HEADING)[0] == same.rstrip("\n")


def test_rows_of_json() -> None:
    told = trialc("why", FLAGSHIP, SAMPLE, "--patient", "undetermined-dates-too-vague").out.split(HEADING)[1]
    place = told[told.index("protocols/patients/sample.json:") :].split(" ")[0]
    assert f"{place} hbsag[1]  2026-02-09  positive" in told
    assert f"{place} total_bilirubin  2026-03-01  256 umol/L, uln 17.1" in told
    assert f"{place} birth_date    1960" in told
    assert "    Hepatitis C virus RNA\n      nothing recorded" in told
    assert "dialysis_twice_in_past_week" not in told, "nothing is recorded of it: its absence decides"


@pytest.fixture
def small(tmp_path: Path) -> Path:
    file = tmp_path / "small.trial"
    file.write_text(SMALL, encoding="utf-8")
    return file


def test_rows_outside_of_a_window_are_counted(small: Path, tmp_path: Path) -> None:
    table = tmp_path / "patients.csv"
    table.write_text(
        "id,age,sex,inr,inr date,bleeding\nP1,45,male,1.8,2026-03-01,2026-01-15;2020-01-15\n",
        encoding="utf-8",
    )
    told = trialc("why", small, table, "--patient", "P1", "--on", "2026-03-02").out.split(HEADING)[1]
    assert f"{table}:2 inr  2026-03-01  1.8, inr date: 2026-03-01" in told
    assert (
        f"{table}:2 bleeding[0]  2026-01-15  2026-01-15;2020-01-15\n      (1 record outside its window)"
        in told
    )


def stored(small: Path, folder: Path) -> None:
    """The patient in the nine tables: Parquet, and a DuckDB file."""
    protocol, on = load(small), parse_when("2026-03-02")
    tables = record_tables([(read_patient(PATIENT, schema_of(protocol), on).records, on)])
    (folder / "records").mkdir()
    with duckdb.connect(str(folder / "records.duckdb")) as connection:
        for name, table in tables.items():
            pyarrow.parquet.write_table(table, folder / "records" / f"{name}.parquet")
            connection.register("given", table)
            connection.execute(f"CREATE TABLE {name} AS SELECT * FROM given")
            connection.unregister("given")


@pytest.mark.parametrize(
    ("place", "row"), [("records", "samples.parquet row 1"), ("records.duckdb", "samples row 1")]
)
def test_rows_of_tables_of_records(small: Path, tmp_path: Path, place: str, row: str) -> None:
    stored(small, tmp_path)
    told = trialc("why", small, tmp_path / place, "--patient", "P1")
    assert told.code == 0, told.err
    verdict, rows = told.out.split(HEADING)
    assert "Patient P1 as at 2026-03-02: INELIGIBLE" in verdict
    assert f"{row}  2026-03-01  1.8\n" in rows
    assert "occurrences" in rows
    assert "(1 record outside its window)" in rows
    lost = trialc("why", small, tmp_path / place, "--patient", "P9")
    assert lost.code == 2
    assert "holds no patient `P9`" in lost.err


def test_rows_of_a_hospitals_tables_and_of_fhir() -> None:
    if not SIXTY.is_dir():
        pytest.skip(f"the patients are absent: {SIXTY.relative_to(ROOT.parent)} is not beside the project")
    tables = trialc("why", FLAGSHIP, SIXTY, "--map", MAPS / "clinosim.toml", "--patient", "FORCED-0003")
    line = next(one for one in tables.out.splitlines() if one.strip().startswith("lab_results.csv:"))
    number, date, value = line.partition(":")[2].split(maxsplit=2)
    recorded = (SIXTY / "lab_results.csv").read_text("utf-8").splitlines()[int(number) - 1]
    assert date[:10] in recorded
    assert value.split()[0] in recorded.split(",")
    found = trialc("run", FLAGSHIP, SIXTY, "--map", MAPS / "clinosim-fhir.toml", "--format", "brief").out
    patient = found.split()[0]
    fhir = trialc("why", FLAGSHIP, SIXTY, "--map", MAPS / "clinosim-fhir.toml", "--patient", patient)
    assert "Observation.ndjson.gz:" in fhir.out
    assert " Observation/" in fhir.out


def test_nobody_of_that_id() -> None:
    ran = trialc("why", FLAGSHIP, SAMPLE, "--patient", "nobody")
    assert ran.code == 2
    assert "holds no patient `nobody`" in ran.err
