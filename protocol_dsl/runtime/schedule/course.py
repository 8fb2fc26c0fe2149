"""What has happened to one patient so far, as rules ask of it."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple, Protocol

from protocol_dsl.runtime.records import Records
from protocol_dsl.runtime.schedule.program import Amount, Input
from protocol_dsl.runtime.series import latest_value
from protocol_dsl.runtime.windows import make_window
from protocol_dsl.vocabulary.calendar import When, days


class Administration(NamedTuple):
    """Something given on a day (a day number). `line` is the id of the line it belongs to, where it is recorded."""

    what: str
    day: int
    dose: str = ""
    line: str = ""


class Course(NamedTuple):
    """One patient's history: what was given, records of labs and events, and days of anchors by name."""

    given: tuple[Administration, ...]
    records: Records
    anchors: Mapping[str, int]


class Conditions(Protocol):
    """Answers the numbered conditions of a program for one patient."""

    def truths(self, now: int, start: int) -> tuple[bool | None, ...]:
        """Every condition as at day `now`, events counted since day `start`, when the regimen began."""
        ...

    def needs(self, number: int, now: int, start: int) -> tuple[str, ...]:
        """What to measure or ask to decide a condition that is unknown."""
        ...


class Unconditional:
    """The conditions of a program that has none."""

    def truths(self, now: int, start: int) -> tuple[bool | None, ...]:  # noqa: ARG002
        """None at all."""
        return ()

    def needs(self, number: int, now: int, start: int) -> tuple[str, ...]:  # noqa: ARG002
        """Nothing."""
        return ()


def body_of(amount: Amount, records: Records, day: int, points: Mapping[str, int]) -> dict[str, Fraction]:
    """The values that an amount is worked out from, as at `day` or at the point it names; what is not known, or
    known only within bounds, or too old, is left out."""
    found: dict[str, Fraction] = {}
    for one in amount.inputs:
        at = points.get(one.at) if one.at else day
        value = None if at is None else _value(one, records, at)
        if value is not None:
            found[one.role] = value * one.scale
    return found


def _value(one: Input, records: Records, day: int) -> Fraction | None:
    recorded = records.facts.get(one.fact)
    if isinstance(recorded, tuple) and not isinstance(recorded, When) and not hasattr(recorded, "_fields"):
        start = None if one.valid is None else (((-one.valid.count, one.valid.unit),), False, True)
        window = make_window(days(day, day), start, ((), False, True))
        recorded = latest_value(recorded, window)
    if isinstance(recorded, (int, float)) and not isinstance(recorded, bool):
        # The decimal that was recorded, not the double nearest to it.
        return Fraction(str(recorded))
    return None
