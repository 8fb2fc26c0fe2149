"""`trialc diff` on the flagship and an amended copy."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from trialc import FLAGSHIP, trialc


@pytest.fixture
def amended(tmp_path: Path) -> Path:
    text = FLAGSHIP.read_text("utf-8")
    path = tmp_path / "amended.trial"
    path.write_text(text.replace("between 18 years and 65 years", "between 18 years and 60 years"), "utf-8")
    return path


def test_the_same_file_means_the_same() -> None:
    result = trialc("diff", str(FLAGSHIP), str(FLAGSHIP))
    assert result.code == 0
    assert "Eligibility means the same" in result.out


def test_a_narrower_age_is_told_with_a_patient(amended: Path) -> None:
    result = trialc("diff", str(FLAGSHIP), str(amended))
    assert result.code == 1
    assert "ceases to be eligible: birth_date on " in result.out
    assert "I4  Age 18 to 65 years: narrower" in result.out
    assert "becomes eligible" not in result.out


@pytest.mark.parametrize("form", ["markdown", "json"])
def test_other_forms(amended: Path, form: str) -> None:
    result = trialc("diff", str(FLAGSHIP), str(amended), "--format", form)
    assert result.code == 1
    if form == "json":
        told = json.loads(result.out)
        assert [one["id"] for one in told["criteria"] if one["relation"] != "same"] == ["I4"]
    else:
        assert "| I4 | `require age between 18 years and 65 years` |" in result.out
