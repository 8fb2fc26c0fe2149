"""What is to be done next for a patient: the lines of an arm walked through what has happened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from protocol_dsl.runtime.schedule.actions import URGENCY, Action
from protocol_dsl.runtime.schedule.attending import attendances, attended
from protocol_dsl.runtime.schedule.course import Conditions, Course
from protocol_dsl.runtime.schedule.dosing import RELATIVE, Dosing, undated
from protocol_dsl.runtime.schedule.following import Follower
from protocol_dsl.runtime.schedule.layout import Anchors
from protocol_dsl.runtime.schedule.machine import Machine, Pool
from protocol_dsl.runtime.schedule.program import Cycles, Element, Line, Program, ScheduleError
from protocol_dsl.runtime.schedule.recurrence import Clock
from protocol_dsl.runtime.schedule.runner import Runner
from protocol_dsl.runtime.schedule.telling import ActionWords
from protocol_dsl.runtime.schedule.visits import Visiting

LOOK_AHEAD = 400
"""How many days past the day asked about are planned, for visits that doses are sized at."""


class Running(NamedTuple):
    """A machine and the lines it moves; `machine` None: what comes before has not ended."""

    lines: tuple[Line, ...]
    machine: Machine | None


def actions_on(
    program: Program, arm: str, course: Course, conditions: Conditions, on: int
) -> tuple[Action, ...]:
    """What is to be done on day `on` for each line of `arm` that has days, in the order of the protocol, then for each
    visit and each thing assessed.

    What was recorded after `on` is not looked at. Raises ScheduleError for an unknown arm, no day 1, or a dose of a
    drug that the arm does not give.
    """
    return Walk(program, arm, course, conditions, on).actions()


def action_on(
    program: Program, arm: str, course: Course, conditions: Conditions, on: int, what: str | None = None
) -> Action:
    """The most pressing of `actions_on`, or that of one drug. Raises ScheduleError as they do, and where the arm
    gives no such drug on days of its own."""
    found = [one for one in actions_on(program, arm, course, conditions, on) if what in {None, one.what}]
    if not found:
        named = f"`{what}`" if what else "anything"
        raise ScheduleError(
            f"arm `{arm}` does not give {named} on days of its own", "name a drug that it schedules"
        )
    return min(found, key=lambda one: URGENCY.index(one.kind))


class Walk:
    """The lines of an arm walked through what has happened up to day `on`. `pool` hands out the administrations."""

    def __init__(
        self,
        program: Program,
        arm: str,
        course: Course,
        conditions: Conditions,
        on: int,
        pool: type[Pool] = Pool,
    ) -> None:
        self._program, self._conditions, self._on = program, conditions, on
        self._arm = program.arm(arm)
        self._course = course
        self._check_given()
        self._given = [one for one in course.given if one.day <= on]
        self._pool = pool(course.given, on)
        self.dosing = Dosing(program, self._arm, self._anchors())
        self.dosing.cut = self.dosing.horizon = on + LOOK_AHEAD

    def actions(self) -> tuple[Action, ...]:
        """One action for each line with days, each visit and each thing assessed."""
        running = self.run()
        telling = ActionWords(self._course.records, self._conditions, self.points(), self._on)
        found = {one.line: one for each in running for one in telling.of(each.lines, each.machine)}
        dated = [line for line, _, _ in self.dosing.lines() if not undated(line)]
        doses = tuple(found[line.id] for line in dated)
        return (*doses, *attendances(self._program, Visiting(self.dosing), self._course, doses, self._on))

    def _check_given(self) -> None:
        parts = [part for element in self._arm.elements for part in element.parts]
        lines = [line for part in parts for line in (part.lines if isinstance(part, Cycles) else (part,))]
        known = dict.fromkeys(line.what for line in lines)
        for one in self._course.given:
            if one.what not in known and one.what not in attended(self._program):
                names = ", ".join(f"`{name}`" for name in known) or "nothing"
                raise ScheduleError(
                    f"`{one.what}` is not given in arm `{self._arm.name}`", f"it gives {names}"
                )

    def _anchors(self) -> Anchors:
        anchors = dict(self._course.anchors)
        visits = {visit.name for visit in self._program.visits}
        for what in dict.fromkeys(one.what for one in self._given):
            first = min(one.day for one in self._given if one.what == what)
            anchors.setdefault(f"first {what}", first)
            if what in visits:
                anchors.setdefault(
                    what, first
                )  # what is planned from a visit counts from the day it took place
        return anchors

    def run(self) -> list[Running]:
        """The machines of the arm, in the order of the protocol, those that follow others last."""
        running: list[Running] = []
        followers: list[tuple[Line, int, int]] = []
        ends: list[int | None] = []
        for element, planned in zip(self._arm.elements, self.dosing.clocks, strict=True):
            clock = self._clock(element, planned, ends)
            own = list(self._element(element, clock))
            ends.append(self._end(own, clock))
            for part in element.parts:
                for line in part.lines if isinstance(part, Cycles) else (part,):
                    if not undated(line) and line.steps[0].timing.kind in RELATIVE:
                        followers.append((line, -1 if clock is None else clock.start, len(running)))
            running += own
        for line, start, _ in followers:
            running.append(self._follower(line, start, running))
        return running

    def _clock(self, element: Element, planned: Clock | None, ends: list[int | None]) -> Clock | None:
        """The clock of an element: where it follows others, it starts when they have really ended."""
        if not element.after:
            return planned
        before = [ends[number] for number in element.after]
        if None in before:
            return None
        start = max(day for day in before if day is not None)
        end = self.dosing.spans[element.epoch].end if element.epoch in self.dosing.spans else None
        return Clock(start, start, end, numbered_from=self._program.numbered_from)

    def _element(self, element: Element, clock: Clock | None) -> Iterator[Running]:
        for part in element.parts:
            block = part if isinstance(part, Cycles) else None
            every = part.lines if isinstance(part, Cycles) else (part,)
            lines = tuple(
                line for line in every if not undated(line) and line.steps[0].timing.kind not in RELATIVE
            )
            if not lines:
                continue
            if clock is None:
                yield Running(lines, None)
                continue
            runners = [Runner(line, clock, block, self.dosing.event) for line in lines]
            yield Running(lines, Machine(runners, self._pool, self._conditions, clock.start, self._on))

    def _end(self, own: list[Running], clock: Clock | None) -> int | None:
        """The day on which an element had ended; None while something in it goes on."""
        if clock is None:
            return None
        ends: list[int | None] = [clock.start]
        for one in own:
            if not all(line.permitted for line in one.lines):
                ends.append(None if one.machine is None else one.machine.end())
        if None in ends:
            return None
        end = max(day for day in ends if day is not None)
        return end if end <= self._on else None

    def _follower(self, line: Line, start: int, running: list[Running]) -> Running:
        if start < 0:
            return Running((line,), None)
        of = line.steps[0].timing.of
        doses = self._times(of, running) + sorted(self._coming(of, running))[:1]
        runner = Follower(line, doses, self.dosing.event)
        return Running((line,), Machine([runner], self._pool, self._conditions, start, self._on))

    def _times(self, what: str, running: list[Running]) -> list[tuple[int, int]]:
        """The days and minutes at which a drug was given; of what counts for no occurrence, minute 0."""
        machines = [one.machine for one in running if one.machine is not None]
        known = [
            time
            for machine in machines
            for runner in machine.runners
            if runner.line.what == what
            for time in machine.given[runner.line.id]
        ]
        others = Counter(one.day for one in self._given if one.what == what)
        others.subtract(day for day, _ in known)
        return sorted([*known, *((day, 0) for day in others.elements())])

    def _coming(self, what: str, running: list[Running]) -> Iterator[tuple[int, int]]:
        """The days and minutes at which a drug is due, or planned next."""
        for one in running:
            for runner in one.machine.runners if one.machine is not None else ():
                if one.machine is None or runner.line.what != what or runner.next is None:
                    continue
                standing = one.machine.standing.get(runner.line.id)
                planned = runner.next.due.day + one.machine.shift if standing is None else standing.planned
                if standing is None or standing.ruling is None:
                    yield planned, runner.next.due.minute
                elif standing.ruling.kind in {"give", "reduce"}:
                    yield self._on, runner.next.due.minute if planned == self._on else 0

    def points(self) -> dict[str, int]:
        """The days of the points at which values for doses are taken."""
        visiting = Visiting(self.dosing)
        names = {
            one.at
            for line, _, _ in self.dosing.lines()
            for step in line.steps
            for amount in (step.dose.amount, *step.dose.levels, *(band.amount for band in step.dose.bands))
            for one in (() if amount is None else amount.inputs)
            if one.at
        }
        return {name: day for name in names if (day := visiting.day_of(name)) is not None}
