"""One line of a schedule under way: which occurrence comes next, step after step, cycle after cycle.

Days here are base days: as planned, before the days by which delays have moved the line.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import NamedTuple

from protocol_dsl.runtime.schedule.clock import end_of, moved
from protocol_dsl.runtime.schedule.layout import DayOf, bound_of, cycle_clocks
from protocol_dsl.runtime.schedule.program import UNDATED, Cycles, Line, Step
from protocol_dsl.runtime.schedule.recurrence import Clock, Due, closing_day, dues, ending_day, first_day


class Next(NamedTuple):
    """The occurrence that comes next: its number, its base day, its step with its place, its cycle, and the base day on
    which another follows (None: none is planned)."""

    number: int
    due: Due
    step: Step
    place: int
    cycle: int
    following: int | None


class Told(NamedTuple):
    """What became of an occurrence: from which base day a rolling one goes on, and whether `until` ends its step."""

    base: int
    over: bool = False


class Runner:
    """A line with days of its own. `next` is the occurrence that comes next, None once there is none; `ended` the real
    day on which a rule ended the line, `base_end` the base day on which it had run its course; `latched` the places
    of rules that have latched, by step; `shift` the days by which delays have moved the line."""

    def __init__(self, line: Line, clock: Clock, block: Cycles | None, event: DayOf) -> None:
        self.line = line
        self.latched: dict[int, frozenset[int]] = {}
        self.shift = 0
        self.ended: int | None = None
        self.base_end: int | None = None
        self._event = event
        self._clock = clock
        self._block = block
        self._number = 0
        self._over: set[int] = set()
        self._walk = self._walked()
        self.next: Next | None = next(self._walk, None)

    def taken(self, base: int) -> None:
        """The next occurrence was given on the base day `base`."""
        self._tell(Told(base))

    def passed(self) -> None:
        """The next occurrence is lost."""
        if self.next is not None:
            self._tell(Told(self.next.due.day))

    def step_over(self, base: int, day: int) -> None:
        """`until` has ended the present step on the base day `base`, the real `day`: the next step starts then."""
        self._tell(Told(base, over=True))
        if self.next is None:
            self.ended, self.base_end = day, None

    def stop(self, day: int) -> None:
        """The line ends on the real `day`."""
        self.ended, self.next, self.base_end = day, None, None

    def bound(self) -> int | None:
        """The real day that `until … after first X` comes to for the present step."""
        return None if self.next is None else bound_of(self.next.step, self._event)

    def _tell(self, told: Told) -> None:
        try:
            self.next = self._walk.send(told)
        except StopIteration:
            self.next = None

    def _walked(self) -> Generator[Next, Told, None]:
        clocks = [self._clock] if self._block is None else cycle_clocks(self._block, self._clock)
        start: int | None = None
        for clock in clocks:
            if self._block is not None and self._past_its_cycles(clock.cycle):
                break
            start = yield from self._steps(clock)
            if start is None or len(self._over) == len(self.line.steps):
                return
        block = self._block
        if block is None:
            self.base_end = start
        elif block.number is not None:
            self.base_end = end_of(self._clock.start, block.length, block.number)

    def _past_its_cycles(self, cycle: int) -> bool:
        named = [step.timing.cycles for step in self.line.steps]
        return all(named) and cycle > max(max(cycles) for cycles in named)

    def _steps(self, clock: Clock) -> Generator[Next, Told, int | None]:
        """The steps on one clock; gives the base day after the last, None where the line is over or stays open."""
        start: int | None = clock.start
        for place, step in enumerate(self.line.steps):
            if start is None:
                return None
            if place in self._over:
                continue
            here = clock._replace(start=start)
            if step.timing.kind in UNDATED:
                start = self._end(step, here)
            elif step.timing.kind == "rolling":
                start = yield from self._rolling(place, step, here)
            else:
                start = yield from self._dated(place, step, here)
        return start

    def _dated(self, place: int, step: Step, clock: Clock) -> Generator[Next, Told, int | None]:
        run = dues(step, clock)
        due = next(run, None)
        while due is not None:
            coming = next(run, None)
            following = self._after_step(place, step, clock) if coming is None else coming.day
            told = yield self._offered(due, step, place, clock, following)
            if told.over:
                self._over.add(place)
                return told.base
            due = coming
        return self._end(step, clock)

    def _end(self, step: Step, clock: Clock) -> int | None:
        """The base day on which a step has run its course: by itself, or at `until … after first X`."""
        return self._bounded(step, ending_day(step, clock))

    def _bounded(self, step: Step, end: int | None) -> int | None:
        bound = bound_of(step, self._event)
        ends = [end, None if bound is None else bound - self.shift]
        return min((one for one in ends if one is not None), default=None)

    def _after_step(self, place: int, step: Step, clock: Clock) -> int | None:
        """The base day on which what comes after a step starts."""
        return ending_day(step, clock) if place + 1 < len(self.line.steps) else clock.end

    def _rolling(self, place: int, step: Step, clock: Clock) -> Generator[Next, Told, int | None]:
        """Given on its planned day, a dose counts as given at its planned hour; on another, its hour is not known."""
        closing, interval, doses = closing_day(step, clock), step.timing.interval, 0
        due = Due(first_day(step, clock))
        while interval is not None and (closing is None or due.day < closing):
            if step.limit.doses is not None and doses >= step.limit.doses:
                return self._bounded(step, due.day + (due.minute > 0))
            told = yield self._offered(due, step, place, clock, None)
            if told.over:
                self._over.add(place)
                return told.base
            doses += 1
            due = Due(*moved(told.base, interval, minute=due.minute if told.base == due.day else 0))
        return self._bounded(step, closing)

    def _offered(self, due: Due, step: Step, place: int, clock: Clock, following: int | None) -> Next:
        self._number += 1
        return Next(self._number, due, step, place, clock.cycle, following)
