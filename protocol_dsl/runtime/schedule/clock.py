"""Days of a schedule: moving along the calendar, local days, and the number a study gives a day.

A moment within a plan is a day number (`datetime.date.toordinal`) and minutes after the hour the clock started at.
"""

from __future__ import annotations

from protocol_dsl.runtime.schedule.program import Point, Tolerance
from protocol_dsl.vocabulary.calendar import Duration, shift_day

MINUTES = {"minute": 1, "hour": 60}
DAY_MINUTES = 1440


def moved(day: int, duration: Duration, times: int = 1, minute: int = 0) -> tuple[int, int]:
    """The moment `times` durations from `minute` of `day`; months are counted from `day` at once, never one after
    another, so that a clamped end of month does not drift.

    Hours count whole days of 24 first. Nobody fixed the hour at which a day's clock starts, so what lies less than a
    day before it stays on that day, at a negative minute: a sample 30 minutes before a dose is taken on the dose's day.
    """
    total = duration.count * times
    if duration.unit not in MINUTES:
        return shift_day(day, (total, duration.unit)), minute
    minutes = total * MINUTES[duration.unit]
    days = abs(minutes) // DAY_MINUTES * (1 if minutes > 0 else -1)
    reached = minute + minutes - days * DAY_MINUTES
    late = int(reached >= DAY_MINUTES)
    return day + days + late, reached - late * DAY_MINUTES


def after(day: int, duration: Duration, times: int = 1) -> int:
    """The day `times` durations away."""
    return moved(day, duration, times)[0]


def end_of(day: int, duration: Duration, times: int = 1) -> int:
    """The first day that lies wholly outside a run of that length: a part of a day counts as one."""
    reached, minutes = moved(day, duration, times)
    return reached + (minutes > 0)


def window_of(day: int, window: Tolerance | None) -> tuple[int | None, int | None]:
    """The first and last day of a tolerance; None twice where the source states none."""
    return (None, None) if window is None else (after(day, window.before), after(day, window.after))


def local_day(start: int, number: int, numbered_from: int) -> int:
    """Day `number` of a clock whose first day is `start`. Without a day 0, day -1 is the day before day 1."""
    if numbered_from == 0:
        return start + number
    return start + number - 1 if number > 0 else start + number


def study_day(day: int, day_one: int, numbered_from: int) -> int:
    """What the study calls `day`."""
    away = day - day_one
    return away if numbered_from == 0 or away < 0 else away + 1


def numbered(point: Point, day_one: int, numbered_from: int) -> int:
    """The day of `day n`, `week n` (7n days after day 1) or `month n` (calendar months, clamped)."""
    number = point.number or 0
    if point.unit == "day":
        return local_day(day_one, number, numbered_from)
    return shift_day(day_one, (number, point.unit))
