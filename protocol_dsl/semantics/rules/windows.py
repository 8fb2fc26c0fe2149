"""Windows of visits: each day belongs to one visit at most."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import takewhile

from attrs import frozen

from protocol_dsl.diagnostics import Diagnostic
from protocol_dsl.semantics.errors.visits import OverlappingWindows
from protocol_dsl.semantics.rules.clock import STARTS, day_number, planned_day
from protocol_dsl.semantics.rules.subject import Subject
from protocol_dsl.source import Span
from protocol_dsl.syntax.nodes import schedule, time, visits, words
from protocol_dsl.vocabulary.calendar import Duration, TimeUnit, shift_day

_MOST = 200
"""Visits of one run that are looked at: later ones repeat what these show."""


@frozen
class _Occasion:
    """One planned visit: calendar days, for a patient whose first day is one of `STARTS`."""

    name: words.Name
    planned: int
    first: int
    last: int
    span: Span
    windowed: bool


def overlaps(subject: Subject) -> Iterator[Diagnostic]:
    """Two visits planned on different days that could both take place on a third. Each pair is named once."""
    seen: set[tuple[str, str]] = set()
    for start in STARTS if _counts_months(subject) else STARTS[:1]:
        occasions = sorted(_occasions(start, subject), key=lambda one: (one.first, one.planned))
        for position, one in enumerate(occasions):
            for other in takewhile(lambda later: later.first <= one.last, occasions[position + 1 :]):  # noqa: B023
                pair = (one.name.text, other.name.text)
                if one.planned != other.planned and (one.windowed or other.windowed) and pair not in seen:
                    seen |= {pair, pair[::-1]}
                    yield _finding(one, other, start, subject)


def _finding(a: _Occasion, b: _Occasion, start: int, subject: Subject) -> OverlappingWindows:
    one, other = (a, b) if a.planned < b.planned else (b, a)
    shared = f"day {day_number(max(one.first, other.first) - start, subject)}"
    places = [
        f"that of `{each.name.text}` planned on day {day_number(each.planned - start, subject)}"
        for each in (one, other)
    ]
    marked, related = (other, one) if one.span.start <= other.span.start else (one, other)
    return OverlappingWindows(marked.span, places[1], places[0], shared, related.span)


def _counts_months(subject: Subject) -> bool:
    units = {point.unit for point in subject.all(visits.NumberedPoint)}
    lengths = {length.unit for length in subject.all(time.PlainDuration)}
    return "month" in units | lengths | {window.unit for window in subject.all(schedule.Tolerance)}


def _occasions(start: int, subject: Subject) -> Iterator[_Occasion]:
    for visit in subject.all(visits.Visit):
        if isinstance(visit.at, visits.VisitDay | visits.NumberedPoint) and _whole(visit.tolerance):
            planned = planned_day(visit.at, start, subject)
            span = visit.tolerance.span if visit.tolerance else visit.at.span
            yield _occasion(visit.name, planned, visit.tolerance, span)
    for many in subject.all(visits.Visits):
        # The window of the first run that states one is the window of all.
        window = next((run.tolerance for run in many.runs if run.tolerance is not None), None)
        if _whole(window):
            for run in many.runs:
                for planned in _planned(run, start, subject):
                    span = run.tolerance.span if run.tolerance else run.span
                    yield _occasion(many.name, planned, window, span)


def _whole(window: schedule.Tolerance | None) -> bool:
    ends = () if window is None else (window.before.value, window.after.value)
    return all(end.denominator == 1 for end in ends)


def _occasion(name: words.Name, planned: int, window: schedule.Tolerance | None, span: Span) -> _Occasion:
    if window is None:
        return _Occasion(name, planned, planned, planned, span, False)
    first = _moved(planned, int(window.before.value), window.unit)
    last = _moved(planned, int(window.after.value), window.unit)
    return _Occasion(name, planned, first, last, span, True)


def _moved(day: int, count: int, unit: TimeUnit) -> int:
    """A window in hours stays on its day."""
    return day if unit in {"minute", "hour"} else shift_day(day, Duration(count, unit))


def _planned(run: visits.VisitRun, start: int, subject: Subject) -> Iterator[int]:
    """The planned days of a run that says where it begins and ends. Each is counted from the first, so that
    months do not drift."""
    every = run.every
    if not isinstance(run.first, visits.NumberedPoint) or not isinstance(every, time.PlainDuration):
        return
    if every.number.value.denominator != 1 or every.number.value < 1 or every.unit in {"minute", "hour"}:
        return
    end = planned_day(run.last, start, subject) if isinstance(run.last, visits.NumberedPoint) else None
    for turn in range(_MOST if end is not None else 2):
        day = _turn(run.first, turn * int(every.number.value), every.unit, start, subject)
        if end is not None and day > end:
            return
        yield day


def _turn(first: visits.NumberedPoint, count: int, unit: TimeUnit, start: int, subject: Subject) -> int:
    if first.unit == unit == "month":
        return shift_day(start, Duration(int(first.number.value) + count, "month"))
    return shift_day(planned_day(first, start, subject), Duration(count, unit))


RULES: tuple[Callable[[Subject], Iterator[Diagnostic]], ...] = (overlaps,)
