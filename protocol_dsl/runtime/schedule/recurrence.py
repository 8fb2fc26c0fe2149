"""The days on which a step falls due, as the protocol alone plans them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import NamedTuple

from protocol_dsl.runtime.schedule.clock import MINUTES, after, end_of, local_day, moved
from protocol_dsl.runtime.schedule.program import UNDATED, Step
from protocol_dsl.vocabulary.calendar import LAST_DAY

_WHOLE_DAYS = {"day": 1, "week": 7}


class Clock(NamedTuple):
    """What a step runs on: the first day of its clock, the day the step itself starts, the first day past the clock
    (None: open), the cycle it is in (0: none), and the first day past `until … after …` (None: none, or not known)."""

    day_one: int
    start: int
    end: int | None = None
    cycle: int = 0
    bound: int | None = None
    numbered_from: int = 1


class Due(NamedTuple):
    """One occurrence: its `day`, `minute` after the hour of the first, and by how many `spare` days it may be later
    because the source says only how many fall within an interval (`3 times weekly`)."""

    day: int
    minute: int = 0
    spare: int = 0


def dues(step: Step, clock: Clock) -> Iterator[Due]:
    """Every occurrence in order; endless where nothing bounds it."""
    if step.timing.kind in UNDATED | {"with", "after"}:
        return
    limit, closing = step.limit, closing_day(step, clock)
    for number, due in enumerate(_unbounded(step, clock)):
        past = closing is not None and due.day >= closing
        if past or due.day > LAST_DAY or (limit.doses is not None and number >= limit.doses):
            return
        yield due


def closing_day(step: Step, clock: Clock) -> int | None:
    """The first day on which nothing falls due any more, as far as days bound the step."""
    ends = [] if clock.end is None else [clock.end]
    limit = step.limit
    if limit.duration is not None:
        ends.append(end_of(first_day(step, clock), limit.duration))
    if limit.last_day is not None:
        ends.append(local_day(clock.day_one, limit.last_day, clock.numbered_from) + 1)
    if clock.bound is not None:
        ends.append(clock.bound)
    return min(ends, default=None)


def ending_day(step: Step, clock: Clock) -> int | None:
    """The day on which the next step starts: after the whole duration, or one interval after the last dose; None when
    only a condition, or nothing, ends the step."""
    timing, limit = step.timing, step.limit
    if timing.kind in UNDATED | {"with", "after"} and limit.duration is None and limit.last_day is None:
        return clock.end if clock.bound is None else clock.bound
    ends = [] if (closing := closing_day(step, clock)) is None else [closing]
    if timing.kind in {"days", "once"}:
        # What `until … after first X` leaves of them does not bring the end forward to before that day.
        days = [due.day for due in dues(step, clock._replace(bound=None))]
        ends.append(days[-1] + 1 if days else clock.start)
    elif limit.doses is not None and timing.interval is not None:
        ends.append(end_of(first_day(step, clock), timing.interval, -(-limit.doses // timing.per)))
    return min(ends, default=None)


def first_day(step: Step, clock: Clock) -> int:
    """The day the step's run starts: its own start, or the local day it is written from."""
    if step.limit.first_day is None:
        return clock.start
    return local_day(clock.day_one, step.limit.first_day, clock.numbered_from)


def _unbounded(step: Step, clock: Clock) -> Iterator[Due]:
    timing = step.timing
    if timing.kind == "once":
        yield Due(first_day(step, clock))
        return
    if timing.kind == "days":
        if not timing.cycles or clock.cycle in timing.cycles:
            days = sorted({local_day(clock.day_one, day, clock.numbered_from) for day in timing.days})
            yield from (Due(day) for day in days)
        return
    yield from _grid(step, first_day(step, clock))


def _grid(step: Step, start: int) -> Iterator[Due]:
    timing = step.timing
    if timing.interval is None:
        return
    if timing.per == 1 and timing.interval.unit in _WHOLE_DAYS:  # the common case, several times as fast
        pace = timing.interval.count * _WHOLE_DAYS[timing.interval.unit]
        yield from map(Due, range(start, LAST_DAY, pace))
        return
    one_day = timing.interval.unit in MINUTES or timing.interval == (1, "day")
    for turn in count():
        day, minute = moved(start, timing.interval, turn)
        if day >= LAST_DAY:
            return
        spare = 0 if timing.per == 1 or one_day else after(start, timing.interval, turn + 1) - day - 1
        due = Due(day, minute, spare)
        for _ in range(timing.per):
            yield due
