"""The calls of a generated schedule: dates in, plans and actions out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from types import MappingProxyType

from protocol_dsl.runtime.conformance.amounts import Scales
from protocol_dsl.runtime.conformance.check import check_patient
from protocol_dsl.runtime.conformance.deviations import Conformance
from protocol_dsl.runtime.conformance.happened import DoseUnits, Vocabulary
from protocol_dsl.runtime.conformance.reading import read_happened
from protocol_dsl.runtime.conformance.treatments import STRICT, Terms
from protocol_dsl.runtime.records import Records
from protocol_dsl.runtime.schedule.actions import Action
from protocol_dsl.runtime.schedule.course import Administration, Conditions, Course, Unconditional
from protocol_dsl.runtime.schedule.doses import Body
from protocol_dsl.runtime.schedule.engine import action_on, actions_on
from protocol_dsl.runtime.schedule.judged import ConditionCheck, Judged
from protocol_dsl.runtime.schedule.layout import day_one_of
from protocol_dsl.runtime.schedule.plan import calendar_of
from protocol_dsl.runtime.schedule.program import Program
from protocol_dsl.runtime.schedule.simulate import Row, simulated
from protocol_dsl.runtime.schedule.slots import Plan
from protocol_dsl.runtime.schema import Schema

Dates = Mapping[str, date]
NO_FACTS = Schema({})
"""The records of a schedule that asks nothing."""


class Calls:
    """A program, the code that answers its conditions (None: it asks none), how the records they look at are read, and
    the units that doses may be recorded in."""

    def __init__(
        self,
        program: Program,
        judge: ConditionCheck | None,
        schema: Schema = NO_FACTS,
        units: DoseUnits = MappingProxyType({}),
    ) -> None:
        self._program, self._judge, self._schema = program, judge, schema
        self._scales = Scales(units)

    def plan(self, arm: str, anchors: Dates, until: date | None = None, body: Body | None = None) -> Plan:
        """The planned calendar of an arm. Raises ScheduleError."""
        return calendar_of(
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
        return actions_on(self._program, arm, course, self._conditions(records), on.toordinal())

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
        return action_on(self._program, arm, course, self._conditions(records), on.toordinal(), what)

    def simulate(
        self, arm: str, records: Records, anchors: Dates, until: date, given: tuple[Administration, ...] = ()
    ) -> tuple[Row, ...]:
        """The days from day 1 to `until`. Raises ScheduleError."""
        named = _days(anchors)
        first = day_one_of(self._program, named)
        conditions = self._conditions(records)
        last = until.toordinal()
        return simulated(self._program, arm, records, conditions, named, first, last, given)

    def conformance(
        self,
        data: object,
        on: date,
        arm: str = "",
        terms: Terms = STRICT,
        aliases: Mapping[str, str] | None = None,
    ) -> Conformance:
        """What happened to a patient against the plan. Raises ScheduleError for an arm there is not."""
        day = on.toordinal()
        vocabulary = self._vocabulary(tuple(sorted((aliases or {}).items())))
        patient = read_happened(data, vocabulary, self._schema, day, arm)
        conditions = self._conditions(patient.records)
        return check_patient(self._program, self._scales, patient, conditions, day, terms)

    @lru_cache(maxsize=8)  # noqa: B019 - one for each program, which lives as long
    def _vocabulary(self, aliases: tuple[tuple[str, str], ...]) -> Vocabulary:
        return Vocabulary(self._program, dict(aliases))

    def _conditions(self, records: Records) -> Conditions:
        return Unconditional() if self._judge is None else Judged(self._judge, records)


def _days(anchors: Dates) -> dict[str, int]:
    return {name: day.toordinal() for name, day in anchors.items()}
