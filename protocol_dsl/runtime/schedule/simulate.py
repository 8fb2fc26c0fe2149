"""A whole course of days: what a patient's records call for, dose after dose."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from protocol_dsl.runtime.records import Records
from protocol_dsl.runtime.schedule.actions import Action
from protocol_dsl.runtime.schedule.course import Administration, Conditions, Course
from protocol_dsl.runtime.schedule.engine import actions_on
from protocol_dsl.runtime.schedule.program import Program

MOST_DOSES_A_DAY = 48
"""More doses of one line on one day than any schedule calls for."""


class Row(NamedTuple):
    """One day: its number, what was called for, and what remains to be said of every line at its end."""

    day: int
    actions: tuple[Action, ...]
    standing: tuple[Action, ...]


def simulated(
    program: Program,
    arm: str,
    records: Records,
    conditions: Conditions,
    anchors: Mapping[str, int],
    first: int,
    last: int,
    given: tuple[Administration, ...] = (),
) -> tuple[Row, ...]:
    """The days from `first` to `last`.

    Every dose called for is taken to be given that day, visits and assessments to take place as planned; `given` is
    what was given besides. `actions` are what the day calls for, or what changes; a wait is no action.
    """
    course = Course(given, records, anchors)
    rows = []
    for day in range(first, last + 1):
        called: list[Action] = []
        for _ in range(MOST_DOSES_A_DAY):
            standing = actions_on(program, arm, course, conditions, day)
            due = [one for one in standing if _taken(one, day)]
            if not due:
                break
            called += due
            doses = tuple(Administration(one.what, day, one.dose, one.line) for one in due)
            course = course._replace(given=(*course.given, *doses))
        called += [one for one in standing if one.kind in {"ask", "delay", "skip", "stop"}]
        rows.append(Row(day, tuple(called), standing))
    return tuple(rows)


def _taken(one: Action, day: int) -> bool:
    """Whether what an action calls for takes place that day."""
    if one.kind in {"visit", "assess"}:
        return one.day is not None and one.day <= day
    return one.kind in {"give", "reduce"} and not one.permitted
