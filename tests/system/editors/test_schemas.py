"""What machines read is of the form its readers demand: SARIF by the schema of OASIS, JUnit by that of Jenkins."""

from __future__ import annotations

import json
import os
from pathlib import Path

import jsonschema
import xmlschema

from tests.integration.trialc import FLAGSHIP, ROOT, SMALL, trialc

SCHEMAS = Path(os.environ["SCHEMAS"])
CORPUS = sorted((ROOT / "tests" / "corpus").glob("*/**/*.trial"))


def schema(name: str) -> Path:
    (found,) = SCHEMAS.rglob(name)
    return found


def test_sarif_of_every_corpus_file_is_valid() -> None:
    validator = jsonschema.Draft7Validator(json.loads(schema("sarif-2.1.0*.json").read_text("utf-8")))
    log = json.loads(trialc("check", "--format", "sarif", *CORPUS).out)
    assert len(log["runs"]) == len(CORPUS)
    rules = {rule["id"] for run in log["runs"] for rule in run["tool"]["driver"].get("rules", ())}
    assert len(rules) > 100, "findings of most codes are among them"
    assert [error.json_path + ": " + error.message for error in validator.iter_errors(log)] == []


def test_junit_is_valid(tmp_path: Path) -> None:
    failing = tmp_path / "fails.trial"
    failing.write_text(SMALL.replace("inr 1.8", "inr 1.2"), "utf-8")
    ran = trialc("test", "--format", "junit", FLAGSHIP, failing)
    assert ran.code == 1
    errors = xmlschema.XMLSchema(schema("jenkins-junit.xsd")).iter_errors(ran.out)
    assert [str(error.reason) for error in errors] == []
