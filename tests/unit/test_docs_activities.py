"""The schedule of activities: a crossover trial whole, and the days of encounters one by one."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from protocol_dsl import pipeline
from protocol_dsl.backends.docs import emit
from protocol_dsl.backends.docs.view import document
from protocol_dsl.backends.encounters import encounters, epoch_offsets
from protocol_dsl.ir.protocol import Protocol
from protocol_dsl.source import SourceFile, read_source

CROSSOVER = Path(__file__).parents[1] / "corpus" / "good" / "schedule" / "crossover.trial"


def compiled(text: str) -> Protocol:
    found = pipeline.check(SourceFile("t.trial", text))
    assert found.protocol is not None, found.diagnostics
    return found.protocol


HEAD = """
protocol T1 "Trial" {{ }}
anchor consent "Consent"
anchor randomization "Randomization"
intervention drug "Drug" {{ kind drug }}
intervention other "Other" {{ kind drug }}
fact inr : lab "INR" {{ valid 1 day }}
day {first} is randomization
"""


def plan(more: str, first: int = 1) -> Protocol:
    counted = "days from 0\n" if first == 0 else ""
    return compiled(HEAD.format(first=first) + counted + more)


def table(protocol: Protocol):
    return document(protocol, None, "").activities


@pytest.fixture(scope="module")
def crossover() -> Protocol:
    found = pipeline.check(read_source(CROSSOVER)).protocol
    assert found is not None
    return found


def test_the_whole_table_of_a_crossover(crossover):
    made = table(crossover)
    assert made.epochs == (("Screening", 1), ("Period 1", 2), ("Period 2", 2), ("Follow-up", 5))
    assert [column.when for column in made.columns] == [
        "", "day 1", "day 28", "week 6 (day 43)", "day 70", "week 14 (day 99)", "week 18 (day 127)",
        "week 22 (day 155)", "3 months after week 22", "6 months after week 22",
    ]  # fmt: skip
    assert [column.window for column in made.columns] == [
        "",
        "",
        "±3 days",
        "±1 day",
        "±3 days",
        *["±7 days"] * 5,
    ]
    marks = {row.label: "".join("x" if mark else "." for mark in row.marks) for row in made.rows}
    assert marks == {
        "Forced expiratory volume in one second": "xxxxxxxxxx",
        "Adverse events": ".xxxxxxxxx",
        "Pregnancy test": "xx........",
        "Peak flow": ".xxxx.....",
        "Active inhaler": ".xxxx.....",
        "Placebo inhaler": ".xxxx.....",
    }
    assert dict(made.footnotes) == {
        "a": "Before each active inhaler",
        "b": "10 mg, twice daily for 4 weeks",
        "c": "Active then placebo: Period 1; Placebo then active: Period 2",
        "d": "Also between visits: days 2 to 27, 44 to 69",
        "e": "Active then placebo: Period 2; Placebo then active: Period 1",
    }
    assert [row.notes for row in made.rows][-2:] == [("b", "c", "d"), ("b", "d", "e")]


def test_the_three_forms_hold_the_same_marks(crossover):
    made = table(crossover)
    texts = {one.path: one.text for one in emit(crossover)}
    rows = list(csv.reader(io.StringIO(texts["schedule_of_activities.csv"])))
    assert [row[0] for row in rows[:4]] == ["Epoch", "Visit", "Day", "Window"]
    assert {len(row) for row in rows[: 4 + len(made.rows)]} == {len(made.columns) + 1}
    count = sum(sum(row.marks) for row in made.rows)
    assert sum(row.count("X") for row in rows) == count
    assert texts["protocol.html"].count('×<span class="sr">planned</span>') == count
    section = texts["protocol.md"].partition("Schedule of activities")[2].partition("<a id")[0]
    assert section.count("×") == count
    lines = [line for line in section.splitlines() if line.startswith("|")]
    assert {line.count("|") for line in lines} == {len(made.columns) + 2}
    for _, text in made.footnotes:
        assert text in texts["protocol.html"]


def test_without_visits_there_is_no_table_and_no_file():
    protocol = plan('arm a "A" experimental { give drug 5 mg daily }')
    assert not table(protocol).shown
    assert not [one.path for one in emit(protocol) if one.path.endswith(".csv")]
    assert "states no visits" in emit(protocol)[0].text


@pytest.mark.parametrize(
    ("visit", "found"),
    [
        ("visit v on day 8", [("day 8", 7)]),
        ("visit v on day -7", [("day -7", -7)]),
        ("visit v at week 2", [("week 2", 14)]),
        ("visit v at month 3", [("month 3", None)]),
        ("visit b on day 8\nvisit v 3 days after b", [("day 8", 7), ("3 days after b", 10)]),
        ("visit v 30 days after last drug", [("30 days after last drug", None)]),
        ("visits v every 4 weeks from week 4 to week 12", [("week 4", 28), ("week 8", 56), ("week 12", 84)]),
        ("visits v every 3 days from day 1 to day 7", [("day 1", 0), ("day 4", 3), ("day 7", 6)]),
        ("visits v every 2 weeks to week 4", [("week 2", 14), ("week 4", 28)]),
        (
            "visits v every 3 months from month 3 to month 9",
            [(f"month {month}", None) for month in (3, 6, 9)],
        ),
        (
            "visits v every 12 months from month 12 to month 36",
            [(f"month {month}", None) for month in (12, 24, 36)],
        ),
        ("visits v every 4 weeks from week 4", [("every 4 weeks from week 4", None)]),
        (
            "visits v every 3 months from month 1 to month 4, then every 4 weeks to month 6",
            [
                ("month 1", None),
                ("month 4", None),
                ("4 weeks after month 4", None),
                ("8 weeks after month 4", None),
            ],
        ),
    ],
)
def test_encounters_have_the_days_the_protocol_fixes(visit, found):
    arm = 'arm a "A" experimental { give drug 5 mg weekly for 4 weeks }\n'
    epoch = "epoch early from consent until randomization\n"
    made = encounters(plan(epoch + arm + visit).schedule)
    assert [(one.point, one.offset) for one in made] == found


def test_days_counted_from_zero_are_offsets():
    made = encounters(plan("visit a on day 0\nvisit b on day 7\nvisit c at week 1", first=0).schedule)
    assert [(one.name, one.offset) for one in made] == [("a", 0), ("b", 7), ("c", 7)]
    columns = table(plan("visit a on day 0\nvisit b on day 7\nassess inr at a, b", first=0)).columns
    assert [column.when for column in columns] == ["day 0", "day 7"]


def test_a_run_whose_length_hangs_on_the_calendar_is_one_column():
    # Up to a calendar month: whether day 31 is within it depends on the month.
    made = encounters(plan("visits v every 3 days from day 1 to month 1").schedule)
    assert [(one.point, one.open_ended) for one in made] == [("every 3 days from day 1 to month 1", True)]


def test_a_long_run_is_one_column_and_time_orders_the_rest():
    protocol = plan(
        "visits weekly every 1 week from week 1 to week 20 window ±1 day\nvisit early on day 3\n"
        "visit late at week 30\nassess inr at each weekly, early, late"
    )
    assert len(encounters(protocol.schedule)) == 22
    columns = table(protocol).columns
    assert [column.label for column in columns] == ["Early", "Weekly", "Late"]
    assert columns[1].when == "20 visits, week 1 to week 20"


EPOCHS = """
epoch screening_period "Screening" from consent until randomization
epoch treatment for 8 weeks
epoch rest "Rest" for 1 month
epoch after_rest "After" for 2 weeks
visit run_up on day -3
visit last_dose_day at week 7
visit boundary at week 8
visit resting at week 10
visit afterwards at month 3
"""


def test_epochs_hold_what_lies_in_them_on_every_calendar():
    schedule = plan(EPOCHS).schedule
    assert epoch_offsets(schedule) == (None, 0, 56, None)
    held = {one.name: one.epoch for one in encounters(schedule)}
    # Day 57 begins the rest; a month and two weeks after week 8, month 3 lies in the last epoch in some years only.
    assert held == {
        "run_up": 0,
        "last_dose_day": 1,
        "boundary": 2,
        "resting": 2,
        "afterwards": held["afterwards"],
    }
    assert held["afterwards"] in {3, None}


def test_what_is_given_outside_visits_says_so():
    protocol = plan(
        'visit base on day 1\narm a "A" experimental { give drug 5 mg weekly for 3 weeks  '
        'give other 1 mg as needed "pain" }\n'
        'arm b "B" experimental { give drug 5 mg on day 1  may give other 1 mg as needed "pain" }'
    )
    made = table(protocol)
    notes = dict(made.footnotes)
    said = {row.label: [notes[letter] for letter in row.notes] for row in made.rows}
    assert said["Drug"][:2] == ["A: 5 mg, weekly for 3 weeks", "B: 5 mg, on day 1"]
    assert said["Drug"][2:] == ["Also between visits: days 8, 15"]
    assert said["Other"] == [
        "A: 1 mg, as needed, for pain", "B: permitted, 1 mg, as needed, for pain", "Not planned on the day of a visit",
    ]  # fmt: skip
    assert [row.marks for row in made.rows] == [(True,), (False,)]


def test_doses_in_cycles_mark_the_visits_they_fall_on():
    protocol = plan(
        'arm a "A" experimental { cycles block of 21 days for 2 cycles { give drug 5 mg on days 1, 8 } }\n'
        "visit one on day 1\nvisit two on day 22\nvisit three on day 30\n"
        'assess inr before each drug\ntimeline pk around each drug { assess "PK sample" at 5, 10 minutes after }'
    )
    made = table(protocol)
    assert {row.label: row.marks for row in made.rows} == dict.fromkeys(
        ("INR", "PK sample", "Drug"), (True, True, False)
    )
    texts = [text for _, text in made.footnotes]
    assert "Before each drug" in texts
    assert "5 minutes after and 10 minutes after each drug" in texts
    assert "5 mg, on days 1 and 8 in cycles of 21 days" in texts
    assert "Also between visits: days 8, 29" in texts
