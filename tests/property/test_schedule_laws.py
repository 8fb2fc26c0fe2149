"""Laws of schedules: engine and reference agree, recurrences are those of RRULE, calendar files read back."""

from __future__ import annotations

from datetime import date, datetime
from random import Random

import icalendar
import pytest
from attrs import evolve
from dateutil import rrule

from protocol_dsl.runtime.schedule.ics import ics_text
from protocol_dsl.runtime.schedule.plan import calendar_of
from protocol_dsl.runtime.schedule.program import (
    Arm,
    Cycles,
    Element,
    Limit,
    Line,
    Program,
    Step,
    Timing,
    Tolerance,
)
from protocol_dsl.testing import schedules
from protocol_dsl.testing.schedules import (
    Case,
    compare_schedules,
    disagreement,
    engine_actions,
    random_case,
)
from protocol_dsl.vocabulary.calendar import Duration

CASES = 3_000


def test_engine_and_reference_agree() -> None:
    kinds, differs = compare_schedules(CASES)
    assert not differs, differs
    assert all(
        kinds[kind] > CASES // 1_000
        for kind in ("give", "reduce", "ask", "delay", "skip", "stop", "wait", "done")
    )


def test_the_comparison_reaches_every_kind_of_line() -> None:
    """Lines that go with others, that wait for others, that lie in an epoch, and doses of every kind come due."""
    due = [line for number in range(CASES) for line in due_lines(random_case(Random(f"kinds/{number}")))]
    assert (
        {element.after != () for element, _ in due}
        == {element.epoch != "" for element, _ in due}
        == {True, False}
    )
    assert {step.timing.kind for _, line in due for step in line.steps} >= {
        "with",
        "after",
        "rolling",
        "grid",
        "days",
    }
    doses = [step.dose for _, line in due for step in line.steps]
    assert {dose.amount.basis for dose in doses if dose.amount} == {"", "kg", "m2", "AUC"}
    assert any(dose.bands for dose in doses)
    assert any(dose.levels for dose in doses)


def due_lines(case: Case) -> list[tuple[Element, Line]]:
    """The lines of a case to be given on its day."""
    found = engine_actions(case)
    return [
        (element, line)
        for element in case.arm.elements
        for part in element.parts
        for line in (part.lines if isinstance(part, Cycles) else (part,))
        if found[line.id].kind in {"give", "reduce"}
    ]


def test_the_comparison_notices_a_faulty_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    cases = [random_case(Random(f"0/{number}")) for number in range(60)]
    assert not any(disagreement(case) for case in cases)
    a_day_late = lambda case: engine_actions(evolve(case, start=case.start + 1))  # noqa: E731
    monkeypatch.setattr(schedules, "engine_actions", a_day_late)
    assert sum(bool(disagreement(case)) for case in cases) > 10


def one_line(step: Step) -> Program:
    """A program that gives one thing."""
    return Program(
        "P",
        "",
        (Arm("a", "A, or; B", (Element("a", (Line("a/x", "x", "X, \\ y; é" * 9, (step,)),)),)),),
    )


@pytest.mark.parametrize("number", range(200))
def test_recurrences_are_those_of_rrule(number: int) -> None:
    random = Random(f"rrule {number}")
    unit, frequency = random.choice([("day", rrule.DAILY), ("week", rrule.WEEKLY)])
    interval, first = random.randint(1, 9), date.fromordinal(random.randint(730_000, 745_000))
    begun = datetime(first.year, first.month, first.day)
    if random.random() < 0.5:
        count = random.randint(1, 40)
        limit, rule = (
            Limit(doses=count),
            rrule.rrule(frequency, interval=interval, dtstart=begun, count=count),
        )
    else:
        last = random.randint(1, 200)
        end = datetime.fromordinal(first.toordinal() + last - 1)
        limit = Limit(first_day=1, last_day=last)
        rule = rrule.rrule(frequency, interval=interval, dtstart=begun, until=end)
    step = Step(Timing("grid", Duration(interval, unit)), limit=limit)
    made = calendar_of(one_line(step), "a", {"day_1": first.toordinal()})
    assert [slot.day for slot in made.slots] == [one.toordinal() for one in rule]


@pytest.mark.parametrize("number", range(40))
def test_months_are_those_of_rrule_where_every_month_has_the_day(number: int) -> None:
    # RRULE leaves out months that lack the day, where a schedule takes their last; up to the 28th they agree.
    random = Random(f"months {number}")
    first = date(random.randint(2000, 2030), random.randint(1, 12), random.randint(1, 28))
    interval, count = random.randint(1, 5), random.randint(1, 30)
    begun = datetime(first.year, first.month, first.day)
    step = Step(Timing("grid", Duration(interval, "month")), limit=Limit(doses=count))
    made = calendar_of(one_line(step), "a", {"day_1": first.toordinal()})
    rule = rrule.rrule(rrule.MONTHLY, interval=interval, dtstart=begun, count=count)
    assert [slot.day for slot in made.slots] == [one.toordinal() for one in rule]


def test_a_calendar_file_reads_back() -> None:
    step = Step(
        Timing("grid", Duration(1, "week")),
        limit=Limit(doses=8),
        window=Tolerance(Duration(-1, "day"), Duration(2, "day")),
    )
    made = calendar_of(one_line(step), "a", {"day_1": date(2026, 1, 5).toordinal()})
    text = ics_text(made, "P;1")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert "\n" not in text.replace("\r\n", "")
    events = icalendar.Calendar.from_ical(text).walk("VEVENT")
    assert [event["UID"] for event in events] == [f"a/x/{n}@P;1" for n in range(1, 9)]
    assert [event["DTSTART"].dt.toordinal() for event in events] == [slot.day for slot in made.slots]
    assert {str(event["SUMMARY"]) for event in events} == {"X, \\ y; é" * 9}
    assert "Window 2026-01-04 to 2026-01-07" in str(events[0]["DESCRIPTION"])
