"""The study's clock: which day is the first, and how far from it a planned point lies."""

from __future__ import annotations

from protocol_dsl.semantics.rules.subject import Subject
from protocol_dsl.syntax.nodes import schedule, visits
from protocol_dsl.vocabulary.calendar import Duration, shift_day

STARTS = tuple(738_521 + month for month in (0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334))
"""The first day of each month of 2023, as day 1 of a study: months differ in length."""


def first_day(subject: Subject) -> int:
    """The number of the study's first day: 1, or 0 after `days from 0`."""
    said = next(iter(subject.all(schedule.DaysFrom)), None)
    return 0 if said is not None and said.number.value == 0 else 1


def day_offset(number: int, subject: Subject) -> int:
    """Days after the first day of the study: day 1 is 0, day -1 is -1, there being no day 0."""
    return number - 1 if number > 0 and first_day(subject) == 1 else number


def day_number(offset: int, subject: Subject) -> int:
    """The reverse of `day_offset`."""
    return offset + 1 if offset >= 0 and first_day(subject) == 1 else offset


Planned = visits.VisitDay | visits.NumberedPoint


def planned_day(point: Planned, start: int, subject: Subject) -> int:
    """The calendar day of a planned point for a patient whose first day is `start`."""
    if isinstance(point, visits.VisitDay):
        return start + day_offset(int(point.day.value), subject)
    if point.unit == "day":
        return start + day_offset(int(point.number.value), subject)
    return shift_day(start, Duration(int(point.number.value), point.unit))
