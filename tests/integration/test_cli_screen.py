"""`trialc screen`: the verdicts of `trialc run`, whatever the data and the engine, counted right and resumed."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from datetime import date, datetime
from pathlib import Path
from random import Random

import duckdb
import pyarrow
import pyarrow.csv
import pyarrow.parquet
import pytest
from trialc import FIXTURES, FLAGSHIP, ROOT, SAMPLE, Ran, trialc

from protocol_dsl.backends.sql import dialect_named, feature_query
from protocol_dsl.ir.evaluate import evaluate
from protocol_dsl.pipeline import load
from protocol_dsl.populations import in_place
from protocol_dsl.populations.duckdb import judged
from protocol_dsl.populations.engines import numbered
from protocol_dsl.populations.loading import record_tables
from protocol_dsl.testing.patients import Patients

SIXTY = FIXTURES / "patients" / "clinosim_cirrhosis_60"
MAPS = ROOT / "protocols" / "maps"
PATIENTS = 800


def verdicts(out: Path) -> dict[str, tuple[str, ...]]:
    """By patient the criteria (`passes`, `fails`, `unknown`) and the verdict, as a screening wrote them."""
    words = {"true": "passes", "false": "fails", "": "unknown"}
    found = {}
    with open(out / "verdicts.csv", encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            name, *criteria, verdict, _missing = row.values()
            found[name] = (*(words[one] for one in criteria), verdict)
    return found


def run(*arguments: str | Path) -> dict[str, tuple[str, ...]]:
    """The same, as `trialc run` gives them."""
    ran = trialc("run", FLAGSHIP, *arguments, "--format", "csv")
    assert ran.code == 0, ran.err
    rows = list(csv.reader(io.StringIO(ran.out)))[1:]
    return {row[0]: (*row[3:-2], row[2]) for row in rows}


def screen(out: Path, *arguments: str | Path) -> Ran:
    ran = trialc("screen", FLAGSHIP, *arguments, "--out", out)
    assert ran.code == 0, ran.err
    return ran


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_the_sample_as_run_judges_it(tmp_path: Path, engine: str) -> None:
    ran = screen(tmp_path, SAMPLE, "--engine", engine)
    assert verdicts(tmp_path) == run(SAMPLE)
    assert list(verdicts(tmp_path)) == list(run(SAMPLE)), "in the order of the file"
    assert ran.out.startswith("12 screened: 3 eligible, 5 ineligible, 4 undetermined\n")
    assert "no plausible `creatinine` lies outside" in ran.err


def test_sixty_patients_from_tables_and_from_fhir(tmp_path: Path) -> None:
    if not SIXTY.is_dir():
        pytest.skip(f"the patients are absent: {SIXTY.relative_to(ROOT.parent)} is not beside the project")
    for name in ("clinosim.toml", "clinosim-fhir.toml"):
        screen(tmp_path / name, SIXTY, "--map", MAPS / name)
        assert verdicts(tmp_path / name) == run(SIXTY, "--map", MAPS / name)
        assert len(verdicts(tmp_path / name)) == 60


def read(drawn, protocol):
    """A drawn patient as a reader would give it: what is not plausible is unknown."""
    records, on = drawn
    ranges = {fact.name: fact.plausible for fact in protocol.facts if fact.plausible and fact.kind == "lab"}
    facts = dict(records.facts)
    for name, plausible in ranges.items():
        if facts.get(name):
            facts[name] = tuple(
                one if outside(one.value, plausible) is False else one._replace(value=None)
                for one in facts[name]
            )
    return records._replace(facts=facts), on


def outside(value, plausible):
    if value is None:
        return False
    low, high = value if isinstance(value, tuple) else (value, value)
    return high < plausible.low or low > plausible.high


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, tuple[str, ...]]]:
    """Generated patients in the nine tables, as Parquet, as CSV and as a DuckDB file, and what the reference says."""
    protocol, rng = load(FLAGSHIP), Random(7)
    patients = Patients(protocol)
    drawn = numbered(read(patients.draw(rng), protocol) for _ in range(PATIENTS))
    words = {True: "passes", False: "fails", None: "unknown"}
    expected = {}
    for records, on in drawn:
        judged = evaluate(protocol, records, on)
        expected[records.id] = (*(words[one] for one in judged.criteria.values()), judged.verdict)
    folder = tmp_path_factory.mktemp("records")
    (folder / "parquet").mkdir()
    (folder / "csv").mkdir()
    with duckdb.connect(str(folder / "records.duckdb")) as connection:
        for name, table in record_tables(drawn).items():
            pyarrow.parquet.write_table(table, folder / "parquet" / f"{name}.parquet")
            pyarrow.csv.write_csv(table, folder / "csv" / f"{name}.csv")
            connection.register("given", table)
            connection.execute(f"CREATE TABLE {name} AS SELECT * FROM given")
            connection.unregister("given")
    return folder, expected


@pytest.mark.parametrize(
    ("place", "engine"), [("parquet", "polars"), ("csv", "duckdb"), ("records.duckdb", "polars")]
)
def test_generated_patients_as_the_reference_judges_them(
    made, tmp_path: Path, place: str, engine: str
) -> None:
    folder, expected = made
    ran = screen(tmp_path, folder / place, "--engine", engine)
    assert verdicts(tmp_path) == expected
    assert "not used as recorded" not in ran.err, "what the reader of patients writes is all in order"


def test_attrition_counts_what_the_verdicts_say(made, tmp_path: Path) -> None:
    folder, expected = made
    screen(tmp_path, folder / "parquet")
    told = json.loads((tmp_path / "attrition.json").read_text(encoding="utf-8"))
    outcomes = Counter(one[-1] for one in expected.values())
    assert told["patients"] == PATIENTS
    assert {word: told[word] for word in outcomes} == dict(outcomes)
    left = list(expected.values())
    for place, step in enumerate(told["steps"]):
        own = Counter(one[place] for one in expected.values())
        assert (step["passes"], step["fails"], step["unknown"]) == (
            own["passes"],
            own["fails"],
            own["unknown"],
        )
        assert step["fails_only"] == sum(
            one.count("fails") == 1 for one in expected.values() if one[place] == "fails"
        )
        assert step["excluded"] == sum(one[place] == "fails" for one in left)
        left = [one for one in left if one[place] != "fails"]
        assert step["remaining"] == len(left)
        assert step["settled"] == sum(set(one[: place + 1]) == {"passes"} for one in left)
    assert step["remaining"] == outcomes["eligible"] + outcomes["undetermined"]
    assert step["settled"] == outcomes["eligible"]
    with open(tmp_path / "verdicts.csv", encoding="utf-8", newline="") as stream:
        open_still = [
            row["missing"].split(", ") for row in csv.DictReader(stream) if row["verdict"] == "undetermined"
        ]
    wants = Counter(want for wanted in open_still for want in wanted)
    alone = Counter(wanted[0] for wanted in open_still if len(wanted) == 1)
    assert {one["needs"]: one["patients"] for one in told["wanting"]} == dict(wants)
    assert {one["needs"]: one["only"] for one in told["wanting"] if one["only"]} == dict(alone)


def test_the_funnel_shows_the_counts(made, tmp_path: Path) -> None:
    folder, _ = made
    screen(tmp_path, folder / "parquet")
    told = json.loads((tmp_path / "attrition.json").read_text(encoding="utf-8"))
    page = (tmp_path / "funnel.html").read_text(encoding="utf-8")
    picture = page[page.index("<svg") : page.index("</svg>")]
    assert f">{told['patients']:,} screened<" in picture
    assert f">{told['eligible']:,} eligible<" in picture
    assert f">{told['undetermined']:,} undetermined<" in picture
    for step in told["steps"]:
        assert f">{step['remaining']:,}<" in picture
        assert f">{step['excluded']:,} excluded" in picture
    assert "<script" not in page
    assert not re.search(r"(?:src|href)=.http", page)
    assert [line.partition(",")[0] for line in (tmp_path / "attrition.csv").read_text().splitlines()] == [
        "criterion",
        *(step["criterion"] for step in told["steps"]),
    ]


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(in_place, "_MOST", 170)
    monkeypatch.setattr(in_place, "_LEAST", 170)


def test_an_interrupted_screening_goes_on(made, tmp_path: Path, small_parts, monkeypatch) -> None:
    folder, expected = made
    write, written = in_place.RangePart.write, []

    def interrupted(part, path):
        if len(written) == 3:
            raise KeyboardInterrupt
        written.append(part)
        return write(part, path)

    monkeypatch.setattr(in_place.RangePart, "write", interrupted)
    ran = trialc("screen", FLAGSHIP, folder / "parquet", "--out", tmp_path)
    assert ran.code == 130
    assert "3 parts finished: the same command with `--resume` goes on from there" in ran.err
    assert not (tmp_path / "attrition.json").exists()
    monkeypatch.setattr(
        in_place.RangePart, "write", lambda part, path: written.append(part) or write(part, path)
    )
    again = screen(tmp_path, folder / "parquet", "--resume")
    assert "3 parts finished before, and not judged again" in again.err
    assert len(written) == -(-PATIENTS // 170)
    assert verdicts(tmp_path) == expected
    other = screen(tmp_path, folder / "csv", "--resume")
    assert "so the screening starts anew" in other.err
    assert verdicts(tmp_path) == expected


def test_changed_data_are_screened_anew(tmp_path: Path) -> None:
    patients = tmp_path / "patients.json"
    patients.write_text('[{"id": "P1", "age": 45, "on": "2026-03-02"}]', encoding="utf-8")
    screen(tmp_path / "out", patients)
    assert "finished before" in screen(tmp_path / "out", patients, "--resume").err
    patients.write_text('[{"id": "P2", "age": 45, "on": "2026-03-02"}]', encoding="utf-8")
    assert "starts anew" in screen(tmp_path / "out", patients, "--resume").err
    assert list(verdicts(tmp_path / "out")) == ["P2"]


FAULTY = {
    "patients": "patient,judged_from,judged_to\n"
    "A,2026-03-02 00:00:00,2026-03-02 23:59:59\nB,2026-03-02 00:00:00,2026-03-02 23:59:59\n",
    "givens": "patient,fact,truth,low,high,choice,earliest,latest\n"
    "A,sex,,,,femme,,\nA,lactating,true,,,,,\nB,shoe_size,,44,44,,,\nX,sex,,,,male,,\n",
    "histories": "patient,fact,complete\nA,inr,\nB,creatinine,\n",
    "samples": "patient,fact,earliest,latest,low,high,choice,upper_limit,lower_limit\n"
    "A,inr,2026-03-01 00:00:00,2026-03-01 23:59:59,180,180,,,\n"
    "B,creatinine,2026-03-01 00:00:00,2026-03-01 23:59:59,nan,nan,,,\n"
    "B,hcv_rna,2026-03-01 00:00:00,2026-03-01 23:59:59,,,detected,,\n",
}


def test_what_is_not_understood_in_tables_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "records"
    folder.mkdir()
    for name, text in FAULTY.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    ran = trialc("screen", FLAGSHIP, folder, "--out", tmp_path / "out", "--strict")
    assert ran.code == 1
    for said in (
        "givens: `shoe_size`: the protocol knows no such name in this table",
        "givens: rows are of patients who are not in `patients` (once, at patient X)",
        "inr: `180.0`: it lies outside what is plausible (once, at patient A)",
        "creatinine: `nan`: it is no number that can be read (once, at patient B)",
        "hcv_rna: `detected`: the protocol declares no such choice (once, at patient B)",
        "hcv_rna: patients with rows in `samples` have none in `histories`",
        "sex: `femme`: the protocol declares no such choice (once, at patient A)",
    ):
        assert said in ran.err
    a, b = verdicts(tmp_path / "out").values()
    assert a[-1] == b[-1] == "undetermined"


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("patients", "patient\nA\n", "its table `patients` lacks `judged_from`, `judged_to`"),
        (
            "patients",
            FAULTY["patients"] + "A,2026-03-02 00:00:00,2026-03-02 23:59:59\n",
            "several rows of `A`",
        ),
        ("patients", FAULTY["patients"].replace("2026-03-02 23", "2026-03-03 23"), "not judged on one day"),
        ("samples", "patient,fact\nA,inr\n", "its table `samples` lacks `earliest`, `latest`"),
        ("samples", FAULTY["samples"].replace("180,180", "high,high"), "its tables cannot be read: "),
    ],
)
def test_tables_that_cannot_be_screened(tmp_path: Path, name: str, text: str, said: str) -> None:
    folder = tmp_path / "records"
    folder.mkdir()
    for table, rows in (FAULTY | {name: text}).items():
        (folder / f"{table}.csv").write_text(rows, encoding="utf-8")
    ran = trialc("screen", FLAGSHIP, folder, "--out", tmp_path / "out")
    assert ran.code == 2
    assert said in ran.err


def test_who_cannot_be_read_is_told_and_the_others_are_judged(tmp_path: Path) -> None:
    patients = tmp_path / "patients.json"
    patients.write_text(
        '[{"id": "P1", "on": "soon"}, {"id": "P2", "on": "2026-03-02"}, {"id": "P2"}]', encoding="utf-8"
    )
    ran = trialc("screen", FLAGSHIP, patients, "--out", tmp_path / "out")
    assert ran.code == 1
    assert list(verdicts(tmp_path / "out")) == ["P2"]
    assert "2 not judged:" in ran.err
    again = trialc("screen", FLAGSHIP, patients, "--out", tmp_path / "out", "--resume")
    assert again.code == 1
    assert "2 not judged:" in again.err


def test_no_patient_at_all(tmp_path: Path) -> None:
    patients = tmp_path / "none.json"
    patients.write_text("[]", encoding="utf-8")
    assert screen(tmp_path / "out", patients).out.startswith("0 screened: 0 eligible")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--memory", "lots"], "`lots` is no amount of memory"),
        (["--memory", "1MB"], "less than the engines take"),
        (["--on", "soon"], "--on: "),
        (["--stage", "later"], "has no stage `later`"),
        (["--engine", "postgresql"], "needs to know where the server is"),
    ],
)
def test_what_cannot_be_asked_for(tmp_path: Path, arguments: list[str], said: str) -> None:
    ran = trialc("screen", FLAGSHIP, SAMPLE, "--out", tmp_path, *arguments)
    assert ran.code == 2
    assert said in ran.err


def test_features_in_columns(made, tmp_path: Path) -> None:
    folder, expected = made
    tables = {file.stem: pyarrow.parquet.read_table(file) for file in (folder / "parquet").iterdir()}
    told = judged(feature_query(load(FLAGSHIP), dialect_named("duckdb")), tables)
    (tmp_path / "features").mkdir()
    for number, first in enumerate(range(0, PATIENTS, 300)):
        pyarrow.parquet.write_table(told.slice(first, 300), tmp_path / "features" / f"part-{number}.parquet")
    screen(tmp_path / "out", tmp_path / "features")
    found = verdicts(tmp_path / "out")
    # What is not plausible is judged by the features as they stand.
    assert list(found) == told["patient"].to_pylist()
    assert found == expected
    pyarrow.parquet.write_table(told.drop_columns(["inr_low", "inr_high"]), tmp_path / "some.parquet")
    ran = trialc("screen", FLAGSHIP, tmp_path / "some.parquet", "--out", tmp_path / "other")
    assert ran.code == 2
    assert "there is no column `inr` (nor `inr_low` and `inr_high`)" in ran.err


def test_facts_in_columns_of_parquet(tmp_path: Path) -> None:
    rows = {
        "id": ["A", "B"],
        "on": [date(2026, 3, 2)] * 2,
        "age": [45.0, 17.0],
        "sex": ["male", "female"],
        "pregnant": [None, True],
        "inr": [1.8, None],
        "inr date": [datetime(2026, 3, 1)] * 2,
    }
    pyarrow.parquet.write_table(pyarrow.table(rows), tmp_path / "wide.parquet")
    (tmp_path / "wide.csv").write_text(
        "id,on,age,sex,pregnant,inr,inr date\nA,2026-03-02,45,male,,1.8,2026-03-01\n"
        "B,2026-03-02,17,female,yes,,2026-03-01\n"
    )
    screen(tmp_path / "out", tmp_path / "wide.parquet")
    assert verdicts(tmp_path / "out") == run(tmp_path / "wide.csv")
