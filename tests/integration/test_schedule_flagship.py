"""The arms of the flagship protocol: calendars, and the rules of albumin and plasma on two courses."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from types import ModuleType

import pytest
from click.testing import CliRunner

from protocol_dsl import artifacts, pipeline
from protocol_dsl.cli.shell import trialc
from protocol_dsl.runtime.records import Records, Sample
from protocol_dsl.source import read_source
from protocol_dsl.vocabulary.calendar import days

FILE = Path(__file__).resolve().parents[2] / "protocols" / "nct02812121.trial"
FIRST = date(2026, 1, 5)


@pytest.fixture(scope="module")
def schedule() -> ModuleType:
    protocol = pipeline.check(read_source(FILE)).protocol
    assert protocol is not None
    (artifact,) = artifacts.build_schedule(protocol)
    module = sys.modules["flagship_schedule"] = ModuleType("flagship_schedule")
    exec(compile(artifact.text, "<flagship>", "exec"), module.__dict__)
    return module


@pytest.mark.parametrize(
    ("arm", "study_days"), [("msc_1", [1, 8, 15, 22, 29, 36, 43, 50]), ("msc_2", [1, 8, 15, 22])]
)
def test_infusions(schedule: ModuleType, arm: str, study_days: list[int]) -> None:
    made = schedule.plan(arm, {"first_dose": FIRST})
    infusions = [slot for slot in made.slots if slot.what == "uc_msc"]
    assert [slot.study_day for slot in infusions] == study_days
    assert [slot.id for slot in infusions] == [f"{arm}/uc_msc/{n}" for n in range(1, len(study_days) + 1)]
    assert date.fromordinal(infusions[-1].day) == FIRST + timedelta(days=study_days[-1] - 1)


def test_control_gets_standard_treatment_alone(schedule: ModuleType) -> None:
    made = schedule.plan("control", {"first_dose": FIRST}, date(2026, 1, 11))
    assert {slot.what for slot in made.slots if slot.day is not None} == {"albumin", "plasma"}
    assert [slot.study_day for slot in made.slots if slot.what == "albumin"] == [
        1,
        2,
        3,
        4,
        5,
        6,
        7,
    ]
    assert {slot.status for slot in made.slots if slot.what == "complication_care"} == {"permitted"}


def course(**facts: list[float]) -> Records:
    """Daily values from the first day on."""
    return Records(
        "p",
        {
            name: tuple(
                Sample(days(FIRST.toordinal() + n, FIRST.toordinal() + n), value)
                for n, value in enumerate(values)
            )
            for name, values in facts.items()
        },
    )


def given(rows, what: str) -> list[int]:  # type: ignore[no-untyped-def]
    """Study days on which something is called for."""
    return [
        row.day - FIRST.toordinal() + 1
        for row in rows
        for one in row.actions
        if one.what == what and one.kind == "give"
    ]


def test_a_patient_who_recovers(schedule: ModuleType) -> None:
    records = course(serum_albumin=[28.0, 31.0, 34.9, 35.0, 33.0], inr=[2.1, 1.5, 1.49, 1.8, 1.9])
    rows = schedule.simulate("control", records, {"first_dose": FIRST}, FIRST + timedelta(days=9))
    assert given(rows, "albumin") == [1, 2, 3], "until 35 g/L, and not again at 33"
    assert given(rows, "plasma") == [1, 2], "until below 1.5, and not again at 1.8"


def test_a_patient_who_does_not_recover(schedule: ModuleType) -> None:
    records = course(serum_albumin=[28.0] * 10, inr=[2.0] * 10)
    rows = schedule.simulate("control", records, {"first_dose": FIRST}, FIRST + timedelta(days=9))
    assert given(rows, "albumin") == given(rows, "plasma") == list(range(1, 11))


def test_without_a_fresh_value_it_asks(schedule: ModuleType) -> None:
    rows = schedule.simulate(
        "control",
        course(serum_albumin=[28.0], inr=[2.0]),
        {"first_dose": FIRST},
        FIRST + timedelta(days=8),
    )
    assert given(rows, "albumin") == [1, 2, 3, 4, 5, 6, 7, 8], "a value is valid for 7 days"
    asked = [one for one in rows[8].actions if one.kind == "ask"]
    assert [one.what for one in asked] == ["albumin", "plasma"]
    assert asked[0].ask[0].startswith("measure serum albumin")


def test_the_command_writes_a_calendar(tmp_path: Path) -> None:
    arguments = [
        "schedule",
        str(FILE),
        "--arm",
        "msc_2",
        "--anchor",
        "first_dose=2026-01-05",
        "--format",
        "csv",
    ]
    result = CliRunner().invoke(trialc, arguments, standalone_mode=False)
    assert result.exception is None
    infusions = [line for line in result.output.splitlines() if line.startswith("msc_2/uc_msc/")]
    assert [line.split(",")[6] for line in infusions] == [
        "2026-01-05",
        "2026-01-12",
        "2026-01-19",
        "2026-01-26",
    ]


def test_the_command_simulates_a_course(tmp_path: Path) -> None:
    table = tmp_path / "course.csv"
    table.write_text("on,serum_albumin,inr\n2026-01-05,28,2\n2026-01-07,35,1.49\n", encoding="utf-8")
    arguments = ["simulate", str(FILE), "--arm", "control", "--course", str(table)]
    result = CliRunner().invoke(trialc, arguments, standalone_mode=False)
    assert result.exception is None
    assert result.output.count("give   Human serum albumin 10 g") == 2
    assert "done   Plasma: until inr < 1.5: so since 2026-01-07" in result.output


def test_a_misspelt_anchor_is_refused() -> None:
    arguments = ["schedule", str(FILE), "--arm", "msc_2", "--anchor", "first_doze=2026-01-05"]
    result = CliRunner().invoke(trialc, arguments, standalone_mode=False)
    assert "nothing in the schedule hangs on `first_doze`" in str(result.exception)
    assert getattr(result.exception, "fix", "") == "did you mean `first_dose`?"


def test_an_open_ended_second_step_is_printed_once() -> None:
    file = str(FILE.with_name("nct00461903.trial"))
    asked = ["schedule", file, "--arm", "perindopril_arm", "--anchor", "randomization=2026-01-05"]
    printed = CliRunner().invoke(trialc, [*asked, "--until", "2026-02-10"]).output
    assert [line.split()[2] for line in printed.splitlines() if "Perindopril 8 mg" in line] == ["15"]
    (before,) = (line for line in printed.splitlines() if "Perindopril 4 mg" in line)
    assert before.startswith("2026-01-05  day    1  to 2026-01-18, day 14, daily: Perindopril 4 mg")
    assert before.endswith("/1 to 14]")


def test_what_is_assessed_on_one_occasion_is_one_line() -> None:
    file = str(FILE.with_name("nct00495274.trial"))
    asked = ["schedule", file, "--arm", "healthy_men", "--anchor", "first_dose=2026-01-05"]
    printed = CliRunner().invoke(trialc, asked).output.splitlines()
    assert printed[4].startswith(
        "2026-01-05  day    1  assess SB-649868 level (30, 60, 90, 120, 180, 240, 300, 360, 480, 720 minutes after"
    )
    assert "(1440 minutes after the dose)" in printed[5]


ALONE = """
import json, runpy, sys
from datetime import date
made = runpy.run_path(sys.argv[1])
first = date(2026, 1, 5)
patient = json.loads(sys.argv[2])
print(repr([tuple(slot) for slot in made["plan"]("msc_1", {"first_dose": first}).slots]))
print(repr([tuple(one) for one in made["conformance"](patient, date(2026, 3, 20)).findings]))
print(sorted(name for name in sys.modules if name.partition(".")[0] in {"attrs", "attr", "protocol_dsl"}))
"""
PATIENT = {
    "id": "P-1",
    "arm": "msc_1",
    "anchors": {"first_dose": "2026-01-05"},
    "administrations": [
        {"treatment": "uc_msc", "on": str(FIRST + timedelta(days=7 * n + n // 4))} for n in range(8)
    ],
    "serum_albumin": [{"value": 28, "unit": "g/L", "on": "2026-01-05"}],
}


def test_the_standalone_form_runs_on_a_bare_interpreter(schedule: ModuleType, tmp_path: Path) -> None:
    protocol = pipeline.check(read_source(FILE)).protocol
    assert protocol is not None
    (artifact,) = artifacts.build_schedule(protocol, standalone=True)
    path = tmp_path / artifact.path
    path.write_text(artifact.text, encoding="utf-8")
    bare = [sys.executable, "-I", "-S", "-c", ALONE, str(path), json.dumps(PATIENT)]
    found = subprocess.run(bare, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert found.returncode == 0, found.stderr
    slots, findings, imported = found.stdout.splitlines()
    assert imported == "[]"
    assert slots == repr([tuple(slot) for slot in schedule.plan("msc_1", {"first_dose": FIRST}).slots])
    known = schedule.conformance(PATIENT, date(2026, 3, 20)).findings
    assert findings == repr([tuple(one) for one in known])
    assert {one.kind for one in known} == {"late", "missed", "undecided"}
