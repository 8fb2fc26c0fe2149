"""`trialc test --coverage`: what of each condition the examples show, beside the lines of the source."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from trialc import SMALL, trialc

FULL = """
example "INR low"      like "fits" { inr 1.4  expect ineligible by I2 }
example "INR unknown"  like "fits" { unknown inr  expect undetermined by I2 }
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "small.trial").write_text(SMALL, encoding="utf-8")
    return tmp_path


def test_what_was_never_seen_stands_beside_the_line(folder: Path) -> None:
    ran = trialc("test", "small.trial", "--coverage", cwd=folder)
    assert ran.code == 0
    assert (
        "    8  I2  require inr >= 1.5\n"
        "         - international normalized ratio is at least 1.5: 2 true, never false, never unknown, "
        "not shown to decide that the line fails\n"
    ) in ran.out
    assert "% covered:" in ran.out.splitlines()[-1]


def test_a_condition_seen_every_way_that_decides_is_covered(folder: Path) -> None:
    (folder / "small.trial").write_text(SMALL + FULL, encoding="utf-8")
    ran = trialc("test", "small.trial", "--coverage", cwd=folder)
    seen = "+ international normalized ratio is at least 1.5: 2 true, 1 false, 1 unknown"
    assert f'{seen}, decides in "fits" and "INR low"' in ran.out


def test_json_names_the_examples_and_too_little_is_a_finding(folder: Path) -> None:
    ran = trialc("test", "small.trial", "--least", "90", "--format", "json", cwd=folder)
    assert ran.code == 1
    (file,) = json.loads(ran.out)["files"]
    found = file["coverage"]
    (age,) = found["lines"][0]["conditions"]
    assert age["seen"] == {"true": ["fits"], "false": ["too young"], "unknown": []}
    assert age["decides"] == {"passes": "fits", "fails": "too young"}
    assert found["percent"] == pytest.approx(100 * found["shown"] / found["of"], abs=0.01)
    assert trialc("test", "small.trial", "--least", "10", cwd=folder).code == 0
    assert (
        "coverage"
        not in json.loads(trialc("test", "small.trial", "--format", "json", cwd=folder).out)["files"][0]
    )


def test_another_condition_that_hides_it_shows_nothing(folder: Path) -> None:
    """E2 asks of women alone: that a man is not pregnant decides nothing."""
    told = json.loads(trialc("test", "small.trial", "--coverage", "--format", "json", cwd=folder).out)
    line = told["files"][0]["coverage"]["lines"][-1]
    assert [one["decides"] for one in line["conditions"]] == [{"passes": None, "fails": None}] * 2
