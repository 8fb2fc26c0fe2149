"""Counts, days and names of parts: whole numbers where only those count, ranges that hold something, each name once."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from protocol_dsl.diagnostics import Diagnostic
from protocol_dsl.semantics.errors.names import DuplicateName
from protocol_dsl.semantics.errors.slips import DividesByZero, LongerThanLife
from protocol_dsl.semantics.errors.types import EmptyRange, NotWhole
from protocol_dsl.semantics.rules.subject import Subject, inside, repeated
from protocol_dsl.syntax.nodes import criteria, expressions, facts, schedule, time, visits, words

_DAYS = -1_000_000
"""The least a day may be: any."""

_LIFE = 130
"""Years: nobody is known to have lived as long."""
_PER_YEAR = {"minute": 525_600, "hour": 8_760, "day": 365, "week": 52, "month": 12, "year": 1}

_COUNTED: tuple[tuple[type[object], str, str, int], ...] = (
    (criteria.HeaderEnrollment, "number", "an enrollment", 0),
    (criteria.HeaderAge, "low", "an age", 0),
    (criteria.HeaderAge, "high", "an age", 0),
    (schedule.DayOne, "number", "a day", _DAYS),
    (schedule.DaysFrom, "number", "the first day", 0),
    (schedule.OnDays, "days", "a day", _DAYS),
    (schedule.OnDays, "cycles", "the number of a cycle", 1),
    (schedule.ForDoses, "number", "a number of doses", 1),
    (schedule.FromTo, "first", "a day", 0),
    (schedule.FromTo, "last", "a day", 0),
    (schedule.Amount, "doses", "a number of doses", 1),
    (schedule.Cycles, "number", "a number of cycles", 1),
    (schedule.Tolerance, "before", "a window", _DAYS),
    (schedule.Tolerance, "after", "a window", _DAYS),
    (visits.VisitDay, "day", "a day", _DAYS),
    (visits.NumberedPoint, "number", "a point in time", _DAYS),
    (visits.TimelineAssess, "times", "a time", 0),
    (visits.Ratio, "numbers", "a part of a ratio", 1),
    (visits.Blocks, "sizes", "a block size", 1),
    (visits.EscalationCohort, "size", "a cohort", 1),
)


def whole_numbers(subject: Subject) -> Iterator[Diagnostic]:
    """Half a day, dose or arm is none."""
    for kind, name, what, least in _COUNTED:
        for node in subject.all(kind):
            value = getattr(node, name)
            for numeral in value if isinstance(value, tuple) else (value,):
                if numeral is not None and not _whole(numeral, least):
                    yield NotWhole(numeral.span, what, numeral.text, least)


def _whole(numeral: words.Numeral, least: int) -> bool:
    return numeral.value.denominator == 1 and numeral.value >= least


def empty_ranges(subject: Subject) -> Iterator[Diagnostic]:
    """Ranges of days, ages and windows whose ends are the wrong way round."""
    for node in subject.all(schedule.FromTo):
        if node.first.value > node.last.value:
            yield EmptyRange(node.span, f"day {node.first.text}", f"day {node.last.text}")
    for tolerance in subject.all(schedule.Tolerance):
        if tolerance.before.value > tolerance.after.value:
            yield EmptyRange(tolerance.span, tolerance.before.text, tolerance.after.text)
    for age in subject.all(criteria.HeaderAge):
        alike = age.low_unit in {None, age.high_unit}
        if age.low is not None and age.high is not None and alike and age.low.value > age.high.value:
            yield EmptyRange(age.span, age.low.text, f"{age.high.text} {age.high_unit}s")


def zero_divisors(subject: Subject) -> Iterator[Diagnostic]:
    """What is divided by zero is known of nobody."""
    for node in subject.all(expressions.Product):
        for operator, divisor in zip(node.operators, node.operands[1:], strict=True):
            if operator == "/" and isinstance(divisor, expressions.Quantity) and divisor.number.value == 0:
                yield DividesByZero(divisor.span, subject.words(node.span))


def lengths(subject: Subject) -> Iterator[Diagnostic]:
    """No window and no state reaches further than a life."""
    for length in subject.all(time.PlainDuration):
        years = length.number.value / _PER_YEAR[length.unit]
        if years > _LIFE:
            yield LongerThanLife(length.span, subject.words(length.span), int(years))


def names_of_parts(subject: Subject) -> Iterator[Diagnostic]:
    """Stages, timelines, cycles, parameters and attributes carry each name once in their place."""
    for names in _spaces(subject):
        for again, first in repeated(names):
            yield DuplicateName(again.span, again.text, first.span)


def _spaces(subject: Subject) -> Iterator[tuple[words.Name, ...]]:
    yield tuple(stage.name for stage in subject.all(criteria.Stage))
    yield tuple(timeline.name for timeline in subject.all(visits.Timeline))
    yield from (node.parameters for node in subject.all(facts.Define))
    yield from (node.parameters for node in subject.all(schedule.Regimen))
    yield from (tuple(one.name for one in event.attributes) for event in subject.all(facts.KindEvent))
    yield from (node.levels for node in subject.all(visits.EscalationLevels))
    owners = (*subject.all(schedule.Regimen), *subject.all(schedule.Arm))
    yield from (
        tuple(one.name for one in inside(node) if isinstance(one, schedule.Cycles)) for node in owners
    )


RULES: tuple[Callable[[Subject], Iterator[Diagnostic]], ...] = (
    whole_numbers,
    empty_ranges,
    zero_divisors,
    lengths,
    names_of_parts,
)
