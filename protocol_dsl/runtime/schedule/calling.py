"""The calls of a generated schedule: dates in, plans and actions out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from protocol_dsl.runtime.records import Records
from protocol_dsl.runtime.schedule import engine
from protocol_dsl.runtime.schedule import plan as planning
from protocol_dsl.runtime.schedule import simulate as simulating
from protocol_dsl.runtime.schedule.actions import Action
from protocol_dsl.runtime.schedule.course import Administration, Conditions, Course, Unconditional
from protocol_dsl.runtime.schedule.doses import Body
from protocol_dsl.runtime.schedule.judged import Judge, Judged
from protocol_dsl.runtime.schedule.layout import day_one_of
from protocol_dsl.runtime.schedule.program import Program
from protocol_dsl.runtime.schedule.simulate import Row
from protocol_dsl.runtime.schedule.slots import Plan

Dates = Mapping[str, date]


class Calls:
    """A program and the code that answers its conditions (None: it asks none)."""

    def __init__(self, program: Program, judge: Judge | None) -> None:
        self._program, self._judge = program, judge

    def plan(self, arm: str, anchors: Dates, until: date | None = None, body: Body | None = None) -> Plan:
        """The planned calendar of an arm. Raises ScheduleError."""
        return planning.plan(
            self._program, arm, _days(anchors), None if until is None else until.toordinal(), body
        )

    def next_actions(
        self,
        arm: str,
        given: tuple[Administration, ...],
        records: Records,
        on: date,
        anchors: Dates | None = None,
    ) -> tuple[Action, ...]:
        """What is to be done on a day. Raises ScheduleError."""
        course = Course(given, records, _days(anchors or {}))
        return engine.next_actions(self._program, arm, course, self._conditions(records), on.toordinal())

    def next_action(
        self,
        arm: str,
        given: tuple[Administration, ...],
        records: Records,
        on: date,
        anchors: Dates | None = None,
        what: str | None = None,
    ) -> Action:
        """The most pressing of them, or that of one drug. Raises ScheduleError."""
        course = Course(given, records, _days(anchors or {}))
        return engine.next_action(self._program, arm, course, self._conditions(records), on.toordinal(), what)

    def simulate(
        self, arm: str, records: Records, anchors: Dates, until: date, given: tuple[Administration, ...] = ()
    ) -> tuple[Row, ...]:
        """The days from day 1 to `until`. Raises ScheduleError."""
        named = _days(anchors)
        first = day_one_of(self._program, named)
        conditions = self._conditions(records)
        last = until.toordinal()
        return simulating.simulate(self._program, arm, records, conditions, named, first, last, given)

    def _conditions(self, records: Records) -> Conditions:
        return Unconditional() if self._judge is None else Judged(self._judge, records)


def _days(anchors: Dates) -> dict[str, int]:
    return {name: day.toordinal() for name, day in anchors.items()}
