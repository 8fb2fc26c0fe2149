"""The days that a give is planned on, as far as the protocol alone fixes them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from protocol_dsl.ir.schedule import Step, Timing, Tolerance
from protocol_dsl.vocabulary.calendar import Duration

DAYS: dict[str, int] = {"day": 1, "week": 7}
"""Units that are a fixed number of days; a month is not."""

MOST = 400
"""More occurrences than anyone would print."""


def fixed_days(duration: Duration | None) -> int | None:
    """How many days a duration always is; None for months, years, hours and minutes."""
    if duration is None or duration.unit not in DAYS:
        return None
    return duration.count * DAYS[duration.unit]


def planned_days(step: Step) -> tuple[int, ...]:
    """Days of the step's own clock (its first is day 1) with a planned occurrence; empty when the protocol does not
    bound or fix them: open-ended, measured in calendar months, or tied to another dose."""
    timing, limit = step.timing, step.limit
    if timing.kind == "days" and not timing.cycles:
        return timing.days
    if timing.kind == "once":
        return (limit.first_day or 1,)
    interval = fixed_days(timing.interval)
    if timing.kind not in {"grid", "rolling"} or not interval:
        return ()
    days = _bounded(step, timing, interval)
    return tuple(days) if days is not None and len(days) <= MOST else ()


def _bounded(step: Step, timing: Timing, interval: int) -> range | None:
    """Half-open for a duration, closed for `from day … to day …`; one entry a day however many doses it holds."""
    limit = step.limit
    first = limit.first_day or 1
    whole = fixed_days(limit.duration)
    if whole is not None:
        return range(first, first + whole, interval)
    if limit.doses is not None:
        return range(first, first + interval * -(-limit.doses // timing.per_interval), interval)
    return range(first, limit.last_day + 1, interval) if limit.last_day is not None else None


def window_days(days: Iterable[int], tolerances: Collection[Tolerance | None]) -> tuple[tuple[int, int], ...]:
    """The first and the last day of the window round each day, where there is one window for all, in whole days."""
    if len(tolerances) != 1 or None in tolerances:
        return ()
    (one,) = tolerances
    ends = (None, None) if one is None else (fixed_days(one.before), fixed_days(one.after))
    if ends[0] is None or ends[1] is None:
        return ()
    return tuple((day + ends[0], day + ends[1]) for day in days)


def cycle_days(step: Step, cycle: Duration, count: int | None) -> tuple[int, ...]:
    """Days of the block's clock with a planned occurrence of a step given in cycles of fixed length and number."""
    each, timing = fixed_days(cycle), step.timing
    within = timing.days if timing.kind == "days" else planned_days(step)
    if not each or not count or count * len(within) > MOST:
        return ()
    cycles = [one for one in range(1, count + 1) if not timing.cycles or one in timing.cycles]
    return tuple(each * (one - 1) + day for one in cycles for day in within)


def step_starts(steps: tuple[Step, ...], first: int = 1) -> Iterator[int | None]:
    """The day each step begins: the first on `first`, each other when the one before has run its course; None as
    soon as the protocol does not fix that day."""
    start: int | None = first
    for step in steps:
        yield start
        start = _end(step, start)


def _end(step: Step, start: int | None) -> int | None:
    """The day after the step's course: its whole duration, or the slot after its last dose."""
    if start is None:
        return None
    whole = fixed_days(step.limit.duration)
    if whole is not None:
        return start + whole
    interval, days = fixed_days(step.timing.interval), planned_days(step)
    if step.limit.last_day is not None:
        return start + step.limit.last_day
    return start + days[-1] - 1 + interval if days and interval else None
