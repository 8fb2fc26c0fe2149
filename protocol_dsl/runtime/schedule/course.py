"""What has happened to one patient so far, as rules ask of it."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple, Protocol, TypeGuard

from protocol_dsl.runtime.records import FactValue, History, Records, Sample
from protocol_dsl.runtime.schedule.program import Amount, Input
from protocol_dsl.runtime.series import latest_value
from protocol_dsl.runtime.windows import make_window
from protocol_dsl.vocabulary.calendar import DAY, days


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


def known_by(records: Records, day: int) -> Records:
    """What of the records had happened by the end of `day`: a rule asked then cannot have known what came later."""
    last = (day + 1) * DAY - 1
    facts: dict[str, FactValue] = {}
    for name, value in records.facts.items():
        if isinstance(value, History):
            begun = tuple(one for one in value.occurrences if one.start.first <= last)
            facts[name] = value._replace(occurrences=begun)
        elif _is_series(value):
            facts[name] = tuple(one for one in value if one.when.first <= last)
        else:
            facts[name] = value
    return records._replace(facts=facts)


def _is_series(value: FactValue) -> TypeGuard[tuple[Sample, ...]]:
    return isinstance(value, tuple) and not hasattr(value, "_fields")


def sampled_on(records: Records, fact: str) -> list[int]:
    """The days on which a series has a value, as far as their dates tell one day."""
    recorded = records.facts.get(fact)
    values = recorded if _is_series(recorded) else ()
    return [one.when.first // DAY for one in values if one.when.first // DAY == one.when.last // DAY]


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
    if _is_series(recorded):
        start = None if one.valid is None else (((-one.valid.count, one.valid.unit),), False, True)
        window = make_window(days(day, day), start, ((), False, True))
        return _exact(latest_value(recorded, window))
    return _exact(recorded)


def _exact(recorded: object) -> Fraction | None:
    if isinstance(recorded, (int, float)) and not isinstance(recorded, bool):
        # The decimal that was recorded, not the double nearest to it.
        return Fraction(str(recorded))
    return None
