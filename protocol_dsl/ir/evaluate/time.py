"""Windows by definition, with plain `datetime` arithmetic: shares no code with that of the fast engines.

Moments are seconds as in `protocol_dsl.vocabulary.calendar`; whatever would leave the years 1 to 9999 stays
at their first or last second.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, timedelta
from typing import NamedTuple

from protocol_dsl.ir.evaluate.kleene import Truth, decided
from protocol_dsl.ir.features import Edge, Window
from protocol_dsl.vocabulary.calendar import BEGINNING, DAY, FOREVER, Duration, When

EPOCH = datetime(1, 1, 1)


class Limits(NamedTuple):
    """A window: its first second lies in [start_first, start_last], its last in [end_first, end_last]."""

    start_first: int
    start_last: int
    end_first: int
    end_last: int


class Place(NamedTuple):
    """What an offset reaches: a whole day, or one second when the offset counts minutes or hours."""

    first: int
    last: int


def date_of(second: int) -> date:
    """The calendar day a second lies in."""
    return (EPOCH + timedelta(seconds=second - DAY)).date()


def day_place(day: date) -> Place:
    """From 00:00:00 to 23:59:59 of `day`."""
    first = int((datetime(day.year, day.month, day.day) - EPOCH).total_seconds()) + DAY
    return Place(first, first + 86_399)


def days_of(when: When) -> When:
    """`when` widened to whole days."""
    return When(day_place(date_of(when.first)).first, day_place(date_of(when.last)).last)


def reached(second: int, offset: Duration) -> Place:
    """The place `offset` from `second`: the moment for minutes and hours, else the whole day."""
    match offset.unit:
        case "minute" | "hour":
            moment = clamped(second + offset.count * (60 if offset.unit == "minute" else 3600))
            return Place(moment, moment)
        case "day" | "week":
            return day_place(_days_later(date_of(second), offset.count * (7 if offset.unit == "week" else 1)))
        case "month" | "year":
            return day_place(
                _months_later(date_of(second), offset.count * (12 if offset.unit == "year" else 1))
            )


def _days_later(day: date, count: int) -> date:
    try:
        return day + timedelta(days=count)
    except OverflowError:
        return date.max if count > 0 else date.min


def _months_later(day: date, count: int) -> date:
    months = day.year * 12 + (day.month - 1) + count
    year, month = months // 12, months % 12 + 1
    if year < date.min.year or year > date.max.year:
        return date.max if count > 0 else date.min
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def clamped(second: int) -> int:
    """`second`, or the nearest end of time."""
    return max(BEGINNING, min(second, FOREVER))


def opening(place: Place, strict: bool) -> int:
    """First second of a window that starts at `place`."""
    return clamped(place.last + 1 if strict else place.first)


def closing(place: Place, strict: bool) -> int:
    """Last second of a window that ends at `place`."""
    return clamped(place.first - 1 if strict else place.last)


def start_place(second: int, edge: Edge) -> Place:
    """Where a window anchored at `second` starts, whether the place itself is in it or not."""
    return _chosen(edge, {place: opening(place, edge.strict) for place in _places(second, edge)})


def end_place(second: int, edge: Edge) -> Place:
    """Where a window anchored at `second` ends, whether the place itself is in it or not."""
    return _chosen(edge, {place: closing(place, edge.strict) for place in _places(second, edge)})


def _places(second: int, edge: Edge) -> list[Place]:
    if not edge.offsets:
        return [day_place(date_of(second))]
    return [reached(second, offset) for offset in edge.offsets]


def _chosen(edge: Edge, edges: dict[Place, int]) -> Place:
    backwards = any(offset.count < 0 for offset in edge.offsets)
    earliest = backwards == edge.farthest
    return (min if earliest else max)(edges, key=lambda place: edges[place])


def window_limits(window: Window, anchor: When) -> Limits:
    """The limits of `window` for an anchor somewhere in `anchor`; an open side reaches the end of time."""
    start_first, start_last, end_first, end_last = BEGINNING, BEGINNING, FOREVER, FOREVER
    if window.start is not None:
        start_first, start_last = (
            opening(start_place(second, window.start), window.start.strict) for second in anchor
        )
    if window.end is not None:
        end_first, end_last = (closing(end_place(second, window.end), window.end.strict) for second in anchor)
    return Limits(start_first, start_last, end_first, end_last)


def day_limits(anchor: When) -> Limits:
    """The anchor's own day as a window."""
    first, last = day_place(date_of(anchor.first)), day_place(date_of(anchor.last))
    return Limits(first.first, last.first, first.last, last.last)


def lies_in(when: When, limits: Limits) -> Truth:
    """Whether a moment somewhere in `when` lies in the window."""
    return decided(
        when.first >= limits.start_last and when.last <= limits.end_first,
        when.last < limits.start_first or when.first > limits.end_last,
    )


def overlaps(start: When, end: When, limits: Limits) -> Truth:
    """Whether what lasts from `start` to `end` shares a second with the window."""
    return decided(
        start.last <= limits.end_first and end.first >= limits.start_last,
        start.first > limits.end_last or end.last < limits.start_first,
    )


def ended_in(end: When, limits: Limits) -> Truth:
    """Whether an end lies in the window; FOREVER is the end of what never ends, and lies in none."""
    before_forever = limits._replace(
        end_first=min(limits.end_first, FOREVER - 1), end_last=min(limits.end_last, FOREVER - 1)
    )
    return lies_in(end, before_forever)
