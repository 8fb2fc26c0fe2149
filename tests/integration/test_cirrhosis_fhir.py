"""The same sixty simulated patients from their FHIR resources and from their tables: the same verdicts both ways."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest
from trialc import FIXTURES, FLAGSHIP, ROOT, trialc

FOLDER = FIXTURES / "patients" / "clinosim_cirrhosis_60"
MAPS = ROOT / "protocols" / "maps"
ABSENT = f"the patients are absent: {FOLDER.relative_to(ROOT.parent)} is not beside the project"


def verdicts(folder: Path, map_: Path) -> dict[str, dict[str, Any]]:
    """Verdicts by patient number."""
    ran = trialc("run", FLAGSHIP, folder, "--map", map_, "--format", "ndjson")
    assert ran.code == 0, ran.err
    return {
        numbers().get(one["patient"], one["patient"]): one for one in map(json.loads, ran.out.splitlines())
    }


def resources(kind: str) -> list[dict[str, Any]]:
    with gzip.open(FOLDER / f"{kind}.ndjson.gz") as lines:
        return [json.loads(line) for line in lines]


def numbers() -> dict[str, str]:
    """The number that the tables call a patient by, for each id of the resources."""
    return {one["id"]: one["identifier"][0]["value"] for one in resources("Patient")}


def reasons(verdict: dict[str, Any]) -> list[str]:
    """Why, by the day: the resources give the time a sample was taken, the tables that of its result. They state
    ages, the resources birth dates."""
    said = (reason for one in verdict["criteria"] for reason in one["because"])
    return [re.sub(r"T\d\d:\d\d:\d\d| \(born [0-9-]+\)", "", reason) for reason in said]


def differences(tables: dict[str, Any], fhir: dict[str, Any]) -> set[tuple[str, str, str]]:
    assert tables.keys() == fhir.keys()
    return {
        (one["id"], one["outcome"], other["outcome"])
        for name, verdict in tables.items()
        for one, other in zip(verdict["criteria"], fhir[name]["criteria"], strict=True)
        if one["outcome"] != other["outcome"]
    }


@pytest.mark.skipif(not FOLDER.is_dir(), reason=ABSENT)
def test_where_both_say_the_same_the_verdicts_are_the_same(tmp_path: Path) -> None:
    """Ranges of normal stand only in the resources, complications of a stay only in the tables."""
    for kind in ("Patient", "Observation", "Condition"):
        bare = [
            {key: value for key, value in one.items() if key != "referenceRange"} for one in resources(kind)
        ]
        (tmp_path / f"{kind}.ndjson").write_text("\n".join(map(json.dumps, bare)), "utf-8")
    whole = (MAPS / "clinosim.toml").read_text("utf-8")
    series_alone = tmp_path / "series.toml"
    series_alone.write_text(whole[: whole.index("# Complications")], "utf-8")
    tables, fhir = verdicts(FOLDER, series_alone), verdicts(tmp_path, MAPS / "clinosim-fhir.toml")
    assert tables.keys() == fhir.keys()
    for name, verdict in tables.items():
        other = fhir[name]
        assert (verdict["verdict"], verdict["on"]) == (other["verdict"], other["on"])
        assert [one["outcome"] for one in verdict["criteria"]] == [
            one["outcome"] for one in other["criteria"]
        ]
        assert reasons(verdict) == reasons(other)


@pytest.mark.skipif(not FOLDER.is_dir(), reason=ABSENT)
def test_what_one_of_them_alone_says_is_all_that_differs() -> None:
    tables, fhir = verdicts(FOLDER, MAPS / "clinosim.toml"), verdicts(FOLDER, MAPS / "clinosim-fhir.toml")
    assert differences(tables, fhir) == {
        ("I1", "unknown", "fails"),  # by the upper limit of normal, which the tables do not print
        ("E1", "fails", "unknown"),  # by a complication, which no Condition states
    }


CAREBUNDLE = FIXTURES / "patients" / "carebundle"


@pytest.mark.skipif(not CAREBUNDLE.is_dir(), reason="the patients are absent")
def test_a_bulk_export_needs_no_map() -> None:
    ran = trialc("run", FLAGSHIP, CAREBUNDLE, "--format", "ndjson", "--on", "2026-02-01")
    assert ran.code == 0, ran.err
    found = [json.loads(line) for line in ran.out.splitlines()]
    assert len(found) == len((CAREBUNDLE / "Patient.ndjson").read_text("utf-8").splitlines())
    assert {one["verdict"] for one in found} == {"ineligible", "undetermined"}
    for kind in ("Observation", "Condition", "MedicationRequest", "AllergyIntolerance"):
        assert f"  {kind}: " in ran.err, "what leads to no fact is counted"
