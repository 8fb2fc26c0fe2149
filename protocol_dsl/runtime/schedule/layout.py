"""Where the clocks of an arm stand: the study's day 1, epochs, regimens one after another, cycles, steps."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from protocol_dsl.runtime.schedule.clock import after, end_of
from protocol_dsl.runtime.schedule.program import (
    UNDATED,
    Arm,
    Cycles,
    Element,
    Line,
    Program,
    ScheduleError,
    Step,
)
from protocol_dsl.runtime.schedule.recurrence import Clock, dues, ending_day

Anchors = Mapping[str, int]
"""Days (numbers) by name: `day_1`, `first_dose`, `first uc_msc`, `randomization`, …"""

DayOf = Callable[[str], int | None]
"""The day of `first X`, `last X` or an anchor, as far as it is known or planned."""


class StepRun(NamedTuple):
    """A run of one step: its clock, and the cycle's number (0: none)."""

    line: Line
    step: Step
    clock: Clock


class Extent(NamedTuple):
    """The first day of something and the first day past it; None where the protocol does not fix them."""

    start: int | None
    end: int | None


def names_of_day_one(program: Program) -> tuple[str, ...]:
    """Every name under which day 1 may be given."""
    words = program.day_one
    names = ["day_1", *([words, words.replace(" ", "_")] if words else [])]
    if words.startswith("first ") or not words:
        names.append("first_dose")
    return tuple(dict.fromkeys(names))


def day_one_of(program: Program, anchors: Anchors) -> int:
    """The study's day 1. Raises ScheduleError where it is not given."""
    names = names_of_day_one(program)
    for name in names:
        if name in anchors:
            return anchors[name]
    said = f"day 1 is {program.day_one}" if program.day_one else "the protocol does not say what day 1 is"
    raise ScheduleError(
        f"no date for day 1 is given ({said})", f"give one of {', '.join(f'`{one}`' for one in names)}"
    )


def epoch_spans(program: Program, anchors: Anchors, day_one: int) -> dict[str, Extent]:
    """Every epoch. One without a dated start follows the one before; the first that neither an anchor nor another
    epoch dates, but that has a duration, starts on day 1."""
    spans: dict[str, Extent] = {}
    cursor: int | None = None
    placed = False
    for epoch in program.epochs:
        start = cursor if not epoch.start else _anchored(program, epoch.start, anchors, day_one)
        if start is None and not epoch.start and epoch.duration is not None and not placed:
            start = day_one
        end = _anchored(program, epoch.end, anchors, day_one) if epoch.end else None
        if epoch.duration is not None and start is not None:
            end = end_of(start, epoch.duration)
        placed = placed or start is not None
        spans[epoch.name] = Extent(start, end)
        cursor = end
    return spans


def _anchored(program: Program, name: str, anchors: Anchors, day_one: int) -> int | None:
    return day_one if name == program.day_one else anchors.get(name)


def steps_of(line: Line, clock: Clock, event: DayOf) -> Iterator[StepRun]:
    """The steps of a line one after another, as planned; stops at the first whose start nothing fixes."""
    start: int | None = clock.start
    for step in line.steps:
        if start is None:
            return
        here = clock._replace(start=start, bound=bound_of(step, event))
        yield StepRun(line, step, here)
        start = ending_day(step, here)


def bound_of(step: Step, event: DayOf) -> int | None:
    """The day that `until 1 year after first X` comes to; None where X has no date."""
    limit = step.limit
    day = event(limit.event) if limit.event else None
    return day if day is None or limit.offset is None else after(day, limit.offset)


def cycle_clocks(block: Cycles, clock: Clock) -> Iterator[Clock]:
    """The clock of each cycle in turn; endless where their number is not fixed."""
    number = 0
    while block.number is None or number < block.number:
        start, end = end_of(clock.start, block.length, number), end_of(clock.start, block.length, number + 1)
        if clock.end is not None and start >= clock.end:
            return
        past = end if clock.end is None else min(end, clock.end)
        yield Clock(start, start, past, number + 1, numbered_from=clock.numbered_from)
        number += 1


def element_end(element: Element, clock: Clock, event: DayOf) -> int | None:
    """The day on which all of a regimen has run its course as planned; None where something in it is open."""
    if clock.end is not None:
        return clock.end
    ends = [end for part in element.parts if (end := part_end(part, clock, event)) != clock.start]
    if None in ends:
        return None
    return max((end for end in ends if end is not None), default=clock.start)


def part_end(part: Line | Cycles, clock: Clock, event: DayOf) -> int | None:
    """The day after a line or block has run its course; what has no days takes none."""
    if isinstance(part, Cycles):
        return None if part.number is None else end_of(clock.start, part.length, part.number)
    if part.permitted or all(_takes_no_time(step) for step in part.steps):
        return clock.start
    stretches = list(steps_of(part, clock, event))
    if len(stretches) < len(part.steps):
        return None
    return ending_day(stretches[-1].step, stretches[-1].clock)


def _takes_no_time(step: Step) -> bool:
    kinds = UNDATED | {"with", "after"}
    return step.timing.kind in kinds and step.limit.duration is None and step.limit.last_day is None


def element_clocks(
    program: Program, arm: Arm, day_one: int, spans: Mapping[str, Extent], event: DayOf
) -> list[Clock | None]:
    """The clock of each element of an arm as planned; None for one that starts when something open has ended."""
    clocks: list[Clock | None] = []
    for element in arm.elements:
        start: int | None = day_one
        end: int | None = None
        if element.epoch:
            start, end = spans.get(element.epoch, Extent(None, None))
        if element.after:
            ends = [_natural_end(arm.elements[one], clocks[one], event) for one in element.after]
            start = None if None in ends else max(one for one in ends if one is not None)
        clocks.append(
            None if start is None else Clock(start, start, end, numbered_from=program.numbered_from)
        )
    return clocks


def _natural_end(element: Element, clock: Clock | None, event: DayOf) -> int | None:
    return None if clock is None else element_end(element, clock._replace(end=None), event)


def is_open(stretch: StepRun) -> bool:
    """Whether nothing but a condition, or nothing at all, ends the run."""
    kinds = {"grid", "rolling"}
    return (
        stretch.step.timing.kind in kinds and stretch.step.limit.doses is None and _closing(stretch) is None
    )


def _closing(stretch: StepRun) -> int | None:
    clock, limit = stretch.clock, stretch.step.limit
    bounded = clock.end is not None or clock.bound is not None
    return 0 if bounded or limit.duration is not None or limit.last_day is not None else None


def first_day_of(line: Line, clocks: Iterable[Clock]) -> int | None:
    """The first day of a line on the first of its clocks that has one; None where it has none."""
    step = line.steps[0]
    for clock in clocks:
        due = next(dues(step, clock), None)
        if due is not None:
            return due.day
        if clock.cycle >= max(step.timing.cycles, default=1):
            return None
    return None
