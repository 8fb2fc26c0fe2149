"""`trialc new`: a first file from a record, or from nothing."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from trialc import trialc

RECORD = {
    "protocolSection": {
        "identificationModule": {
            "nctId": "NCT00000001",
            "briefTitle": 'A "quoted" \\\\ title',
            "orgStudyIdInfo": {"id": "GOG-1"},
            "secondaryIdInfos": [{"id": "2007-1"}],
        },
        "designModule": {"studyType": "INTERVENTIONAL", "phases": ["EARLY_PHASE1"]},
        "conditionsModule": {"conditions": ["Anemia"]},
        "eligibilityModule": {
            "eligibilityCriteria": "Inclusion Criteria:\n\n* Aged 18 to 65 years\n* Written consent\n"
            "* Adequate organ function:\n   * Platelets \\>= 100,000/mm3\n   * ALT and AST \\<= 2.5 x ULN\n"
            "\nExclusion Criteria:\n\n* Major surgery within 4 weeks before randomization\n",
            "sex": "ALL",
            "minimumAge": "18 Years",
            "maximumAge": "65 Years",
        },
        "armsInterventionsModule": {
            "armGroups": [
                {"label": "Iron", "type": "EXPERIMENTAL", "interventionNames": ["Drug: Iron"]},
                {"label": "安慰剂", "type": "PLACEBO_COMPARATOR"},
            ],
            "interventions": [{"type": "DIETARY_SUPPLEMENT", "name": "Iron", "armGroupLabels": ["Iron"]}],
        },
    }
}


@pytest.fixture
def record(tmp_path: Path) -> Path:
    path = tmp_path / "record.json"
    path.write_text(json.dumps(RECORD), "utf-8")
    return path


def test_a_scaffold_builds_only_once_its_drafts_are_confirmed(record: Path, tmp_path: Path) -> None:
    out = tmp_path / "a.trial"
    ran = trialc("new", "NCT00000001", "--from", record, "--out", out)
    assert ran.code == 0, ran.err
    assert "5 criterion blocks: 4 drafted, 1 asked" in ran.err
    checked = trialc("check", out)
    assert checked.code == 1
    assert set(re.findall(r"error\[(\w+)\]", checked.out + checked.err)) == {"R065"}
    assert trialc("build", out, "--out", tmp_path / "built").code == 1
    assert not (tmp_path / "built").exists()
    out.write_text(out.read_text("utf-8").replace("draft re", "re"), "utf-8")
    assert trialc("build", out, "--out", tmp_path / "built").code == 0
    assert trialc("fmt", "--check", out).code == 0
    assert trialc("trace", out, "--against", record).code == 0


def test_what_is_written(record: Path) -> None:
    text = trialc("new", "NCT00000001", "--from", record).out
    for line in (
        "phase              early_1",
        'identifier         "GOG-1"\n  identifier         "2007-1"',
        "draft require age >= 18 years and age <= 65 years",
        'require answer yes to "Written consent" by investigator',
        "draft require platelets >= 100000 /uL",
        "draft require alt <= 2.5 ULN and ast <= 2.5 ULN",
        "draft reject major_surgery within 4 weeks before randomization",
        'anchor randomization "Randomization"',
        "kind dietary_supplement",
        'arm arm_2 "安慰剂" placebo_comparator {',
    ):
        assert re.sub(r"\s+", " ", line) in re.sub(r"\s+", " ", text), text


def test_a_blank_file_is_whole_and_its_example_holds(tmp_path: Path) -> None:
    out = tmp_path / "a.trial"
    assert trialc("new", "NCT00000009", "--out", out).code == 0
    assert trialc("check", out).code == 0
    assert trialc("test", out).code == 0
    assert trialc("fmt", "--check", out).code == 0


def test_no_file_is_written_over(record: Path, tmp_path: Path) -> None:
    out = tmp_path / "a.trial"
    out.write_text("mine", "utf-8")
    ran = trialc("new", "NCT00000001", "--from", record, "--out", out)
    assert ran.code == 2
    assert "is there already" in ran.err
    assert out.read_text("utf-8") == "mine"


def test_the_number_is_the_record_s(record: Path) -> None:
    ran = trialc("new", "NCT00000002", "--from", record)
    assert ran.code == 2
    assert "is the record of `NCT00000001`" in ran.err
    assert trialc("new", "a b").code == 2


def test_a_record_in_the_place_of_the_number_is_told_where_it_belongs(record: Path) -> None:
    ran = trialc("new", record)
    assert ran.code == 2
    assert f"trialc new NCT04780204 --from {record}" in ran.err
