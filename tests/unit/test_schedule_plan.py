"""Planned calendars, form by form."""

from __future__ import annotations

from datetime import date
from time import process_time

import pytest
from schedule_sample import MONDAY, compiled, dates, slots, study_days

from protocol_dsl.runtime.schedule.clock import local_day, study_day
from protocol_dsl.runtime.schedule.plan import calendar_of
from protocol_dsl.runtime.schedule.program import ScheduleError

FORMS = {
    "once": ("give drug once", [1]),
    "daily for a duration is half-open": ("give drug daily for 1 week", [1, 2, 3, 4, 5, 6, 7]),
    "weekly for 8 weeks": ("give drug weekly for 8 weeks", [1, 8, 15, 22, 29, 36, 43, 50]),
    "from day to day is closed": (
        "give drug weekly from day 1 to day 57",
        [1, 8, 15, 22, 29, 36, 43, 50, 57],
    ),
    "for so many doses": ("give drug every 3 weeks for 3 doses", [1, 22, 43]),
    "rolling, as planned": ("give drug every 3 weeks after the last dose for 3 doses", [1, 22, 43]),
    "on days": ("give drug on days 1, 8, 15", [1, 8, 15]),
    "twice daily": ("give drug twice daily for 2 days", [1, 1, 2, 2]),
    "steps": ("give drug 20 mg daily for 3 days ; then 10 mg weekly for 2 doses", [1, 2, 3, 4, 11]),
    "a step after days": ("give drug on days 1, 3 ; then weekly for 2 doses", [1, 3, 4, 11]),
    "cycles": ("cycles c of 21 days for 2 cycles { give drug on days 1, 8 }", [1, 8, 22, 29]),
    "in some cycles": (
        "cycles c of 21 days for 3 cycles { give drug on day 2 in cycles 1, 3 }",
        [2, 44],
    ),
    "daily in a cycle": ("cycles c of 3 days for 2 cycles { give drug daily }", [1, 2, 3, 4, 5, 6]),
    "every 12 hours": ("give drug every 12 hours for 2 days", [1, 1, 2, 2]),
    "every 36 hours": ("give drug every 36 hours for 4 doses", [1, 2, 4, 5]),
}


@pytest.mark.parametrize(("text", "expected"), FORMS.values(), ids=FORMS)
def test_days_of_a_form(text: str, expected: list[int]) -> None:
    assert study_days(f'arm a "A" experimental {{ {text} }}') == expected


def test_months_are_counted_from_the_start_and_clamped() -> None:
    made = calendar_of(compiled('arm a "A" experimental { give drug monthly for 4 doses }'), "a",
                {"day_1": date(2026, 1, 31).toordinal()})  # fmt: skip
    found = [date.fromordinal(slot.day or 0).isoformat() for slot in made.slots]
    assert found == ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]


def test_hours_within_a_day() -> None:
    found = slots('arm a "A" experimental { give drug every 12 hours for 2 days }')
    assert [slot.minute for slot in found] == [0, 720, 0, 720]


def test_several_times_a_week_may_fall_on_any_of_its_days() -> None:
    found = slots('arm a "A" experimental { give drug 3 times weekly for 1 week }')
    assert [(slot.study_day, (slot.window_last or 0) - (slot.day or 0)) for slot in found] == [(1, 6)] * 3


def test_windows_are_inclusive_and_signed() -> None:
    (slot,) = slots('arm a "A" experimental { give drug once window -1 to +2 days }')
    assert (slot.window_first, slot.window_last) == (MONDAY.toordinal() - 1, MONDAY.toordinal() + 2)


def test_no_window_means_that_none_is_stated() -> None:
    (slot,) = slots('arm a "A" experimental { give drug once }')
    assert (slot.window_first, slot.window_last) == (None, None)


def test_an_open_run_goes_to_the_horizon() -> None:
    text = 'arm a "A" experimental { give drug daily give mate weekly for 2 weeks }'
    assert study_days(text) == [1, 2, 3, 4, 5, 6, 7, 8]
    assert study_days(text, until=date(2026, 1, 6)) == [1, 2]
    assert all(slot.open_ended for slot in slots(text))
    assert not any(slot.open_ended for slot in slots(text, "mate"))


def test_an_open_run_alone_shows_its_first_dose() -> None:
    assert study_days('arm a "A" experimental { give drug daily }') == [1]


def test_with_and_after_each() -> None:
    text = 'arm a "A" experimental { give drug weekly for 2 weeks  give mate 48 hours after each drug }'
    assert study_days(text, "mate") == [3, 10]
    text = 'arm a "A" experimental { give drug weekly for 2 weeks  give mate with each drug }'
    assert study_days(text, "mate") == [1, 8]


def test_until_some_time_after_the_first_of_another() -> None:
    text = 'arm a "A" experimental { give drug on day 3  give mate daily until 5 days after first drug }'
    assert study_days(text, "mate") == [1, 2, 3, 4, 5, 6, 7]


REGIMENS = """
regimen first_part  { give drug 10 mg weekly for 2 weeks }
regimen second_part { give mate on days 1, 3 }
regimen sized with dose { give drug dose once }
"""


def test_regimens_one_after_another() -> None:
    text = REGIMENS + 'arm a "A" experimental { follow first_part, then follow second_part }'
    assert study_days(text) == [1, 8]
    assert study_days(text, "mate") == [15, 17]


def test_what_follows_something_open_has_no_day() -> None:
    text = """
    regimen open_part { give drug daily until albumin_level >= 35 g/L }
    regimen next_part { give mate once }
    arm a "A" experimental { follow open_part, then follow next_part }"""
    (slot,) = slots(text, "mate")
    assert (slot.day, slot.note) == (None, "starts when what comes before it has ended")


def test_parameters_of_a_regimen() -> None:
    (slot,) = slots(REGIMENS + 'arm a "A" experimental { follow sized with dose 450 mg }')
    assert slot.dose == "450 mg"


def test_periods_bound_what_is_followed_in_them() -> None:
    text = """
    epoch period_1 for 2 weeks
    epoch washout  for 1 week
    epoch period_2 for 2 weeks
    regimen active { give drug weekly }
    arm a "A" experimental { in period_1 follow active  in period_2 follow active }"""
    assert study_days(text) == [1, 8, 22, 29]
    assert [slot.id for slot in slots(text)][::2] == [
        "a/period_1/active/drug/1",
        "a/period_2/active/drug/1",
    ]


def test_visits_and_runs_of_visits() -> None:
    text = """
    visit baseline on day 1
    visit week_12 at week 12 window -3 to +3 days
    visits follow_up every 4 weeks from week 4 to week 12 window ±7 days, then every 1 month to month 6
    arm a "A" experimental { give drug once }"""
    assert study_days(text, "baseline") == [1]
    assert study_days(text, "week_12") == [85]
    run = slots(text, "follow_up")
    assert [slot.study_day for slot in run][:3] == [29, 57, 85]
    assert [date.fromordinal(slot.day or 0).isoformat() for slot in run][3:] == [
        "2026-04-30",
        "2026-05-30",
        "2026-06-30",
    ]
    assert [slot.window_first is None for slot in run] == [False, False, False, True, True, True]


def test_months_of_visits_do_not_drift() -> None:
    text = 'visits fu every 1 month from month 1 to month 4\narm a "A" experimental { give drug once }'
    made = calendar_of(compiled(text), "a", {"day_1": date(2025, 12, 31).toordinal()})
    found = [date.fromordinal(slot.day or 0).isoformat() for slot in made.slots if slot.what == "fu"]
    assert found == ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]


def test_assessments() -> None:
    text = """
    visit baseline on day 1
    visits fu every 1 week from week 1 to week 2
    assess neutrophils at screening, baseline, each fu
    assess platelets before each drug
    timeline pk around each drug { assess "PK sample" at 5, 10 minutes after }
    arm a "A" experimental { give drug on days 1, 8 }"""
    found = slots(text, "neutrophils")
    assert [(slot.id, slot.study_day) for slot in found] == [
        ("a/baseline/neutrophils", 1), ("a/fu/1/neutrophils", 8), ("a/fu/2/neutrophils", 15),
        ("a/screening/neutrophils", None),
    ]  # fmt: skip
    assert [(slot.of, slot.note) for slot in slots(text, "platelets")] == [
        ("a/drug/1", "before the dose"), ("a/drug/2", "before the dose"),
    ]  # fmt: skip
    assert [(slot.minute, slot.study_day) for slot in slots(text, "PK sample")] == [
        (5, 1),
        (10, 1),
        (5, 8),
        (10, 8),
    ]


def test_samples_round_a_dose_fall_on_the_day_their_clock_time_comes_to() -> None:
    text = """
    timeline pk around each drug {
      assess "PK sample" at 30 minutes before
      assess "PK sample" at 0, 90 minutes after
      assess "PK sample" at 2, 13, 24, 25 hours after
      assess "Diary" at 24, 25 hours before
    }
    arm a "A" experimental { give drug every 12 hours for 2 doses }"""
    # The doses are at hours 0 and 12 of day 1. Before a dose stays on the day; 13 hours after the second is hour 25.
    assert [(slot.of, slot.minute, slot.study_day) for slot in slots(text, "PK sample")] == [
        ("a/drug/1", -30, 1), ("a/drug/1", 0, 1), ("a/drug/1", 90, 1), ("a/drug/1", 120, 1),
        ("a/drug/1", 780, 1),
        ("a/drug/2", -30, 1), ("a/drug/2", 0, 1), ("a/drug/2", 90, 1), ("a/drug/2", 120, 1),
        ("a/drug/1", 1440, 2), ("a/drug/1", 1500, 2),
        ("a/drug/2", 780, 2), ("a/drug/2", 1440, 2), ("a/drug/2", 1500, 2),
    ]  # fmt: skip
    # 24 and 25 hours before: the day before, whichever dose; there is no day 0.
    assert [(slot.minute, slot.study_day) for slot in slots(text, "Diary")] == [(-1440, -1), (-1500, -1)] * 2


@pytest.mark.parametrize(
    ("offset", "expected"),
    [
        ("30 minutes before", [(1, -30), (1, 690)]),
        ("13 hours before", [(1, -780), (1, -60)]),
        ("25 hours before", [(-1, -60), (-1, 660)]),
        ("90 minutes after", [(1, 90), (1, 810)]),
        ("12 hours after", [(1, 720), (2, 0)]),
        ("14 hours after", [(1, 840), (2, 120)]),
        ("36 hours after", [(2, 720), (3, 0)]),
    ],
)
def test_what_is_given_some_hours_round_a_dose(offset: str, expected: list[tuple[int, int]]) -> None:
    text = f'arm a "A" experimental {{ give drug every 12 hours for 2 doses give mate {offset} each drug }}'
    assert [(slot.study_day, slot.minute) for slot in slots(text, "mate")] == expected


@pytest.mark.parametrize(
    ("window", "first", "last"),
    [("±30 minutes", 0, 0), ("±2 hours", 0, 0), ("-24 to +23 hours", -1, 0), ("-47 to +48 hours", -1, 2)],
)
def test_a_window_of_hours_opens_whole_days(window: str, first: int, last: int) -> None:
    (slot,) = slots(f'arm a "A" experimental {{ give drug once window {window} }}')
    assert (slot.window_first, slot.window_last) == (MONDAY.toordinal() + first, MONDAY.toordinal() + last)


def test_relative_visits() -> None:
    text = """
    visit safety 30 days after last drug
    visit call 2 days after each drug
    arm a "A" experimental { give drug weekly for 2 weeks }"""
    assert study_days(text, "safety") == [38]
    assert study_days(text, "call") == [3, 10]


def test_days_from_zero() -> None:
    assert study_days('days from 0\narm a "A" experimental { give drug on days 0, 7 }') == [0, 7]


def test_days_before_day_one() -> None:
    assert [study_day(day, 100, 1) for day in (98, 99, 100, 101)] == [-2, -1, 1, 2]
    assert [local_day(100, number, 1) for number in (-2, -1, 1, 2)] == [98, 99, 100, 101]


def test_day_one_under_its_names() -> None:
    program = compiled('day 1 is first drug\narm a "A" experimental { give drug once }')
    for name in ("first drug", "first_drug", "first_dose", "day_1"):
        assert calendar_of(program, "a", {name: MONDAY.toordinal()}).day_one == MONDAY.toordinal()
    with pytest.raises(ScheduleError, match=r"no date for day 1.*`first drug`"):
        calendar_of(program, "a", {})


def test_an_unknown_arm_is_named() -> None:
    with pytest.raises(ScheduleError, match="`b` is no arm of T1; its arms are `a`"):
        calendar_of(compiled('arm a "A" experimental { give drug once }'), "b", {"day_1": 1})


def test_ids_are_unique() -> None:
    text = (
        REGIMENS
        + """
    arm a "A" experimental {
      give drug once  give drug weekly for 2 weeks  follow first_part  follow first_part
    }"""
    )
    ids = [slot.id for slot in slots(text)]
    assert len(ids) == len(set(ids)) == 7


def test_five_years_daily_are_planned_quickly() -> None:
    program = compiled('arm a "A" experimental { give drug 10 mg daily for 5 years }')
    anchors = {"day_1": MONDAY.toordinal()}
    best = min(_timed(program, anchors) for _ in range(7))
    assert best < 0.02, f"{best * 1000:.1f} ms"  # twice the aim of 10 ms, for a busy machine


def _timed(program, anchors) -> float:  # type: ignore[no-untyped-def]
    begun = process_time()
    made = calendar_of(program, "a", anchors)
    assert len(made.slots) == 1826
    return process_time() - begun


def test_dates() -> None:
    assert dates('arm a "A" experimental { give drug weekly for 2 weeks }') == [
        "2026-01-05",
        "2026-01-12",
    ]
