"""Anchors, windows and ages: what a feature asks of the calendar, with all that a partial date leaves open.

A window depends only on its anchor. Those anchored to the day of judging are made once for every patient.
"""

from __future__ import annotations

from functools import lru_cache
from math import floor, inf
from typing import NamedTuple

from protocol_dsl.runtime.records import Range, Value, between
from protocol_dsl.vocabulary.calendar import (
    ANY_TIME,
    BEGINNING,
    DAY,
    FOREVER,
    DayUnit,
    TimeUnit,
    When,
    age,
    birth_from_age,
    edge_end,
    edge_start,
    whole_day,
)

Edge = tuple[tuple[tuple[int, TimeUnit], ...], bool, bool]
"""One end of a window, as `ir.features.Edge`: (offsets, strict, farthest)."""


class Window(NamedTuple):
    """A window that opens somewhere from `start_first` to `start_last` and closes somewhere from
    `end_first` to `end_last`, in seconds, all inclusive. Open sides stand at `BEGINNING` and `FOREVER`."""

    start_first: int
    start_last: int
    end_first: int
    end_last: int


class MaybeWhen(When):
    """The moments of an anchor that may not exist at all."""

    __slots__ = ()


class MaybeWindow(Window):
    """A window round an anchor that may not exist: what is asked of it can be ruled out, never be certain."""

    __slots__ = ()


class Stretch(NamedTuple):
    """What a state that lasts over a whole window is asked of: the `window` itself; all time `before` its
    start, where the state must have been seen or begun (the day of the edge included, unless strict); all
    time `until` its start, the day of the edge included; all time from its end on (`through`), to which it
    must have lasted; and the `recent` part of the window, which must hold a sample."""

    window: Window
    before: Window
    until: Window
    through: Window
    recent: Window


_OWN_DAY: Edge = ((), False, True)
_PER_YEAR: dict[DayUnit, tuple[int, int]] = {"month": (12, 12), "week": (365, 366), "day": (365, 366)}


# Patients share days. Typed, because a `MaybeWhen` equals the `When` of the same moments and must not be taken for it.
@lru_cache(maxsize=8192, typed=True)
def make_window(anchor: When | None, start: Edge | None, end: Edge | None) -> Window | None:
    """The window round `anchor`; None when there is no such anchor. A missing edge leaves that side open.
    That of a `MaybeWhen` is a `MaybeWindow`."""
    if anchor is None:
        return None
    first, last = anchor
    start_first, start_last, end_first, end_last = BEGINNING, BEGINNING, FOREVER, FOREVER
    if start is not None:
        offsets, strict, farthest = start
        start_first = edge_start(first, offsets, strict, farthest)
        start_last = start_first if first == last else edge_start(last, offsets, strict, farthest)
    if end is not None:
        offsets, strict, farthest = end
        end_last = edge_end(last, offsets, strict, farthest)
        end_first = end_last if first == last else edge_end(first, offsets, strict, farthest)
    shape = MaybeWindow if isinstance(anchor, MaybeWhen) else Window
    return shape(start_first, start_last, end_first, end_last)


def day_window(anchor: When | None) -> Window | None:
    """The anchor's own day, over which `ongoing` asks."""
    return make_window(anchor, _OWN_DAY, _OWN_DAY)


def if_exists(window: Window, truth: bool | None) -> bool | None:
    """`truth` of what was asked of the window; not certain as long as its anchor may not exist."""
    return None if truth and isinstance(window, MaybeWindow) else truth


def make_stretch(
    anchor: When | None,
    start: Edge | None,
    end: Edge | None,
    recent: tuple[int, TimeUnit] | None = None,
) -> Stretch | None:
    """The stretch from edge `start` to edge `end` round `anchor`; `recent` is how long before the anchor the
    sample inside may stand (a positive count)."""
    opening, end_edge = start or _OWN_DAY, end or _OWN_DAY
    window = make_window(anchor, start, end)
    before = make_window(anchor, None, opening)
    until = make_window(anchor, None, (opening[0], False, opening[2]))
    through = make_window(anchor, end_edge, None)
    since = start if recent is None else (((-recent[0], recent[1]),), False, True)
    latter = make_window(anchor, since, end)
    if window is None or before is None or until is None or through is None or latter is None:
        return None
    return Stretch(window, before, until, through, latter)


def contains(window: Window, when: When) -> bool | None:
    """Whether a moment known as `when` lies in the window."""
    start_first, start_last, end_first, end_last = window
    first, last = when
    if first >= start_last and last <= end_first:
        return True
    return False if last < start_first or first > end_last else None


def overlaps(window: Window, start: When, end: When) -> bool | None:
    """Whether a span from `start` to `end` shares a second with the window."""
    if start.last <= window.end_first and end.first >= window.start_last:
        return True
    return False if start.first > window.end_last or end.last < window.start_first else None


def started_in(window: Window, start: When, _end: When) -> bool | None:
    """Whether a span started in the window."""
    return contains(window, start)


def ended_in(window: Window, _start: When, end: When) -> bool | None:
    """Whether a span ended in the window; what ends at FOREVER never ends, and so in none."""
    start_first, start_last, end_first, end_last = window
    if end_last == FOREVER:
        window = Window(start_first, start_last, min(end_first, FOREVER - 1), FOREVER - 1)
    return contains(window, end)


def named_anchor(recorded: When | None, on: When) -> When:
    """A declared anchor: its recorded date, or still to come, from the day of judging on."""
    return When(on.first // DAY * DAY, FOREVER) if recorded is None else recorded


def date_anchor(recorded: When | None) -> When:
    """The date a fact holds; unrecorded it may be any moment."""
    return ANY_TIME if recorded is None else recorded


def age_at(birth: When | None, stated: Value, unit: DayUnit, on: When, at: When | None) -> Value:
    """Age in completed units on the day of anchor `at`, from the birth date, else from the age in completed
    years `stated` as at `on`. Unknown without either, without a certain anchor, or before birth."""
    if at is None or isinstance(at, MaybeWhen):
        return None
    if birth is not None:
        bounds = age(birth, at, unit)
        return None if bounds is None else _completed_range(*bounds)
    if stated is None:
        return None
    low, high = stated if isinstance(stated, Range) else (stated, stated)
    least = max(floor(low), 0) if low > -inf else 0
    return _age_from_years(least, None if high == inf else floor(high), unit, on, at)


def _age_from_years(low: int, high: int | None, unit: DayUnit, on: When, at: When) -> Value:
    if whole_day(at) != whole_day(on):
        return age_at(birth_from_age(low, high, on), None, unit, on, at)
    if unit == "year":
        return _completed_range(low, high)
    shortest, longest = _PER_YEAR[unit]
    most = None if high is None else longest * high + (11 if unit == "month" else 365)
    if unit == "week":
        return _completed_range(shortest * low // 7, None if most is None else most // 7)
    return _completed_range(shortest * low, most)


def _completed_range(low: int, high: int | None) -> Value:
    return between(float(low), inf if high is None else float(high))
