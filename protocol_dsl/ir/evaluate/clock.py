"""Days and times of the reference of schedules, by the calendar of the standard library."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from protocol_dsl.vocabulary.calendar import Duration

Time = tuple[int, int]
"""A day, and minutes after the hour at which its clock started."""


def later(day: int, duration: Duration, times: int = 1) -> int:
    """The day some durations after another; a month ends on its last day where it is too short, and hours count by
    whole days of 24, what is left of them staying on the day."""
    moved = date.fromordinal(day)
    count = duration.count * times
    if duration.unit in {"hour", "minute"}:
        whole = timedelta(hours=abs(count)) if duration.unit == "hour" else timedelta(minutes=abs(count))
        return day + (whole.days if count > 0 else -whole.days)
    if duration.unit in {"day", "week"}:
        return (moved + timedelta(days=count * (7 if duration.unit == "week" else 1))).toordinal()
    months = moved.year * 12 + moved.month - 1 + count * (12 if duration.unit == "year" else 1)
    year, month = months // 12, months % 12 + 1
    return date(year, month, min(moved.day, monthrange(year, month)[1])).toordinal()


def minutes_of(duration: Duration) -> int | None:
    """How many minutes hours or minutes are; None of what counts by days."""
    return {"hour": 60 * duration.count, "minute": duration.count}.get(duration.unit)


def past(day: int, duration: Duration, times: int = 1) -> int:
    """The first day after a run that long: a day of which it takes some hours is not yet past."""
    return later(day, duration, times) + ((minutes_of(duration) or 0) * times % 1440 > 0)


def later_time(time: Time, duration: Duration) -> Time:
    """The time some hours later or earlier than another: whole days of 24 hours first, what is left of them staying
    on the day unless it runs past its end."""
    day, minute = time
    minutes = minutes_of(duration)
    if minutes is None:
        return later(day, duration), minute
    left = minute + (minutes % 1440 if minutes > 0 else -(-minutes % 1440))
    return later(day, duration) + (left >= 1440), left % 1440 if left > 0 else left
