"""`trialc analyze`: what it prints, in every format, and its exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from trialc import FLAGSHIP, SMALL

from protocol_dsl.cli.shell import run

CLASH = """
protocol CLASH1 "Nobody" { }
fact inr : lab plausible 0.5 to 20, recorded to 0.1 "INR"
inclusion I1 "Low"  { source "INR below 1" require inr < 1 }
inclusion I2 "High" { source "Twice the INR above 4" require 2 * inr > 4 }
"""


def written(folder: Path, text: str) -> str:
    """A file of that text."""
    path = folder / "some.trial"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_the_flagship_is_shown_with_patients(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["analyze", str(FLAGSHIP)]) == 0
    out = capsys.readouterr().out
    assert "A patient who passes everything:\n  birth_date on 1981-01-17" in out
    assert "\n  I4  birth_date on 1960-03-02 (aged 66)\n" in out
    assert '"no creatinine yet": creatinine 80 umol/L' in out
    assert out.endswith("nothing found\n")


def test_a_clash_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["analyze", written(tmp_path, CLASH)]) == 1
    out = capsys.readouterr().out
    assert "No patient passes everything." in out
    assert "error[A001]: no patient can be eligible: nobody passes `I1` and `I2` together" in out


def test_everything_is_in_the_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["analyze", written(tmp_path, SMALL), "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    (stage,) = found["stages"]
    assert stage["satisfiable"] == "possible"
    assert [one["id"] for one in stage["criteria"]] == ["I1", "I2", "I3", "E1", "E2"]
    assert {one["alone"] for one in stage["criteria"]} == {"possible"}
    assert found["summary"]["undecided"] == 0


def test_sarif_names_the_rule(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["analyze", written(tmp_path, CLASH), "--format", "sarif"]) == 1
    log = json.loads(capsys.readouterr().out)
    assert [one["ruleId"] for one in log["runs"][0]["results"]] == ["A001"]


def test_another_day_of_judging(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["analyze", written(tmp_path, SMALL), "--on", "2024-02-29"]) == 0
    assert "judged on 2024-02-29" in capsys.readouterr().out


@pytest.mark.parametrize("day", ["tomorrow", "2026-02-30", "2026-03"])
def test_a_day_that_is_none_is_refused(tmp_path: Path, day: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["analyze", written(tmp_path, SMALL), "--on", day]) == 2
    assert f"`{day}`" in capsys.readouterr().err
