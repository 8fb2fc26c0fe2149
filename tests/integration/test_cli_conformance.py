"""`trialc conformance` as its user meets it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from trialc import FLAGSHIP, Ran, trialc

EX = """USUBJID,EXTRT,EXDOSE,EXDOSU,EXSTDTC,EXENDTC,EXDOSFRQ
P1,Umbilical cord blood mesenchymal stem cells,,,2026-01-05,2026-01-05,ONCE
P1,UC-MSC,,,2026-01-14,2026-01-14,ONCE
P1,UC MSC,,,2026-01-19T08:30,,
P1,HUMAN SERUM ALBUMIN,10,g,2026-01-05,2026-01-07,QD
P1,HUMAN SERUM ALBUMIN,20,g,2026-01-08,,
P1,PLASMA,300,mL,2026-01-05,,
"""
DM = """USUBJID,ARMCD,RFSTDTC
P1,msc_2,2026-01-05
P2,SCRNFAIL,
"""
LB = """USUBJID,LBTESTCD,LBORRES,LBORRESU,LBDTC
P1,ALB,2.8,g/dL,2026-01-05
P1,ALB,36,g/L,2026-01-09
P1,INR,1.8,,2026-01-05
P1,INR,1.2,,2026-01-06
P1,NA,140,mmol/L,2026-01-06
"""
ALB = ("--name", "ALB=serum_albumin", "--name", "INR=inr")


@pytest.fixture
def records(tmp_path: Path) -> Path:
    for name, text in (("ex.csv", EX), ("dm.csv", DM), ("lb.csv", LB)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def conformance(*words: str | Path) -> Ran:
    return trialc("conformance", FLAGSHIP, *words)


PER_KG = """
protocol P1 "Cells" { }
fact weight : number in kg  plausible 20 to 250  "Body weight"
inclusion I1 "Adults" { source "Adults" require age >= 18 years }
intervention cells "Cells" { kind biological }
arm a "A" experimental { source "2 mL/kg" give cells 2 mL/kg weekly for 1 week }
"""


def test_a_listing(records: Path) -> None:
    ran = conformance(records, "--on", "2026-01-26", *ALB)
    assert ran.code == 1
    assert "P1  Group MSC-2 (msc_2), day 1 on 2026-01-05" in ran.out
    assert "give uc_msc by peripheral intravenous infusion weekly for 4 weeks" in ran.out
    assert "day 8, 2026-01-12: on 2026-01-14, 2 days late  [msc_2/uc_msc/2]" in ran.out
    assert "day 4, 2026-01-08: 20 g given, 10 g planned (+100 %)" in ran.out
    assert "1 late, 1 wrong-dose" in ran.err
    assert "P2" not in ran.out


def test_json_and_python_say_the_same(records: Path) -> None:
    made = json.loads(conformance(records, "--on", "2026-01-26", "--format", "json", *ALB).out)
    assert made["summary"]["late"] == made["summary"]["wrong-dose"] == 1
    (late,) = (one for one in made["patients"][0]["findings"] if one["kind"] == "late")
    assert (late["slot"], late["planned"], late["actual"], late["days_off"]) == (
        "msc_2/uc_msc/2",
        "2026-01-12",
        "2026-01-14",
        2,
    )
    assert late["place"].endswith("ex.csv:3")


def test_nothing_amiss(records: Path) -> None:
    (records / "ex.csv").write_text(EX.replace("-14", "-12").replace("20,g", "10,g"), encoding="utf-8")
    ran = conformance(records, "--on", "2026-01-26", *ALB)
    assert (ran.code, "no deviation" in ran.err) == (0, True)
    undecided = conformance(records, "--on", "2026-01-26")
    assert (undecided.code, "undecided" in undecided.err) == (0, True)
    assert "`--name WORDS=serum_albumin`" in undecided.err
    assert conformance(records, "--on", "2026-01-26", "--strict").code == 1


def test_patients_in_json(tmp_path: Path) -> None:
    whole = {
        "id": "P9",
        "total_bilirubin": [{"value": 300, "on": "2026-01-04"}],
        "administrations": [{"treatment": "uc_msc", "on": "2026-01-05"}],
    }
    (tmp_path / "p.json").write_text(json.dumps([whole]), encoding="utf-8")
    ran = conformance(tmp_path / "p.json", "--arm", "msc_2", "--on", "2026-01-05")
    assert (ran.code, ran.err) == (0, "1 patient held against the plan: no deviation\n")


def test_plain_columns(tmp_path: Path) -> None:
    (tmp_path / "d.csv").write_text("patient,treatment,on\nA,uc_msc,2026-01-05\n", encoding="utf-8")
    ran = conformance(tmp_path, "--arm", "control", "--anchor", "day_1=2026-01-05", "--on", "2026-01-05")
    assert (ran.code, ran.out.count("wrong-arm  ")) == (1, 2)


def test_a_fact_of_one_value_takes_the_last_result(tmp_path: Path) -> None:
    protocol = tmp_path / "p.trial"
    protocol.write_text(PER_KG, encoding="utf-8")
    (tmp_path / "dm.csv").write_text("patient,arm,first_dose\nS,a,2026-01-05\n", encoding="utf-8")
    (tmp_path / "ex.csv").write_text(
        "patient,treatment,on,dose,unit\nS,cells,2026-01-05,140,mL\n", encoding="utf-8"
    )
    weights = "patient,fact,on,value,unit\nS,weight,2026-01-04,70,kg\nS,weight,2026-01-02,60,kg\n"
    (tmp_path / "vs.csv").write_text(weights, encoding="utf-8")
    files = [tmp_path / name for name in ("dm.csv", "ex.csv", "vs.csv")]
    ran = trialc("conformance", protocol, *files, "--on", "2026-01-06", "--strict")
    assert (ran.code, ran.err) == (0, "1 patient held against the plan: no deviation\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("{}/none.csv",), "no such file"),
        (("{}", "--arm", "msc_9"), "`msc_9` is no arm"),
        (("{}", "--on", "2026-13-01"), "there is no month 13"),
        (("{}", "--name", "ALB=albumine"), "did you mean `albumin`?"),
        (("{}", "--name", "ALB"), "names nothing"),
        (("{}", "--anchor", "first_doze=2026-01-01"), "did you mean `first_dose`?"),
        (("{}/odd.tab",), "tell no administrations"),
        (("{}/empty",), "holds no table"),
        (("{}/ragged.tab",), "the row has 1 cells, the header 2"),
        (("{}/nobody.tab",), "no column names the patient"),
    ],
)
def test_what_cannot_be_run_is_said(records: Path, words: tuple[str, ...], said: str) -> None:
    (records / "empty").mkdir()
    for name, text in (
        ("odd", "a,b\n1,2\n"),
        ("ragged", "patient,treatment\nA\n"),
        ("nobody", "treatment,on\nA,B\n"),
    ):
        (records / f"{name}.tab").write_text(text, encoding="utf-8")
    ran = conformance(*(one.replace("{}", str(records)) for one in words))
    assert ran.code == 2
    assert said in ran.err


def test_patients_who_stand_twice_are_refused(tmp_path: Path) -> None:
    (tmp_path / "p.json").write_text('[{"id": "P1"}, {"id": "P1"}]', encoding="utf-8")
    ran = conformance(tmp_path)
    assert (ran.code, "is there already" in ran.err) == (2, True)
