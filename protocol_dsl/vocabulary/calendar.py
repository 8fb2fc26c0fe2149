"""Calendar time: durations, partial dates as intervals, and exact shifting. Standard library only, because the
code generated for a protocol runs on it.

Moments are whole seconds on the local clock, counted from 0001-01-01T00:00:00 (day 1 of the proleptic Gregorian
calendar, as in `datetime.date.toordinal`, times 86400).
"""

from __future__ import annotations

from typing import Literal, NamedTuple

DAY = 86_400
TimeUnit = Literal["minute", "hour", "day", "week", "month", "year"]


class Duration(NamedTuple):
    """A signed count of one calendar unit: `Duration(-2, "month")` is two months before."""

    count: int
    unit: TimeUnit


class When(NamedTuple):
    """A moment as far as it is known: every second from `first` to `last`, both inclusive."""

    first: int
    last: int


BEGINNING = DAY
FOREVER = 3_652_060 * DAY - 1
"""First second of 0001-01-01 and last second of 9999-12-31."""
ANY_TIME = When(BEGINNING, FOREVER)
