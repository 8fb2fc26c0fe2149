"""Study days and visits: counted from a day 1 that is declared, after consent, and before the study is over."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from protocol_dsl.diagnostics import Diagnostic
from protocol_dsl.semantics.errors.types import EmptyRange
from protocol_dsl.semantics.errors.visits import (
    DayOneElsewhere,
    DayOneMissing,
    DayZero,
    UnreachableVisit,
    VisitAfterItself,
    VisitBeforeConsent,
)
from protocol_dsl.semantics.rules.clock import STARTS, Planned, day_number, first_day, planned_day
from protocol_dsl.semantics.rules.subject import Subject
from protocol_dsl.source import Span
from protocol_dsl.syntax.nodes import schedule, time, visits, words
from protocol_dsl.vocabulary.calendar import Duration, shift_day


def day_one(subject: Subject) -> Iterator[Diagnostic]:
    """Days are counted from a day 1 the file declares."""
    declared, first = subject.all(schedule.DayOne), first_day(subject)
    for node in declared:
        if node.number.value.denominator == 1 and node.number.value != first:
            yield DayOneElsewhere(node.number.span, node.number.text, str(first))
    place = next(iter(_days_used(subject)), None)
    if not declared and place is not None and not subject.errors:
        yield DayOneMissing(place)


def _days_used(subject: Subject) -> Iterator[Span]:
    """Where the study's own clock is read; days in a regimen or a cycle are local to it."""
    for _, point in _points(subject):
        yield point.span
    for arm in subject.all(schedule.Arm):
        for give in (part for part in arm.parts if isinstance(part, schedule.Give)):
            for step in give.steps:
                for clause in step.clauses:
                    if isinstance(clause, schedule.OnDays | schedule.FromTo):
                        yield clause.span


def _points(subject: Subject) -> Iterator[tuple[words.Name, Planned]]:
    """Every planned point on the study's clock, with its visit."""
    for visit in subject.all(visits.Visit):
        if isinstance(visit.at, visits.VisitDay | visits.NumberedPoint):
            yield visit.name, visit.at
    for many in subject.all(visits.Visits):
        for run in many.runs:
            for point in (run.first, run.last):
                if isinstance(point, visits.NumberedPoint):
                    yield many.name, point


def no_day_zero(subject: Subject) -> Iterator[Diagnostic]:
    """There is no day 0 unless days count from 0."""
    if first_day(subject) == 0:
        return
    for visit in subject.all(visits.VisitDay):
        if visit.day.value == 0:
            yield DayZero(visit.day.span)
    for point in subject.all(visits.NumberedPoint):
        if point.unit == "day" and point.number.value == 0:
            yield DayZero(point.span)
    for on in subject.all(schedule.OnDays):
        yield from (DayZero(day.span) for day in on.days if day.value == 0)


def after_consent(subject: Subject) -> Iterator[Diagnostic]:
    """A visit before day 1 needs a part of the study before day 1."""
    said = next(iter(subject.all(schedule.DayOne)), None)
    consent = said is not None and said.anchor.name.text == "consent"
    if not consent and (_epoch_of_day_one(subject) or 0) > 0:
        return
    if not consent and subject.all(visits.Epoch) and _epoch_of_day_one(subject) is None:
        return
    for name, point in _points(subject):
        if planned_day(point, STARTS[0], subject) < STARTS[0]:
            yield _before_consent(name, point, consent, subject)


def _before_consent(name: words.Name, point: Planned, consent: bool, subject: Subject) -> VisitBeforeConsent:
    place = subject.words(point.span)
    if consent:
        fix = f"plan it on day {first_day(subject)} or later, or count from another day than consent"
        return VisitBeforeConsent(point.span, name.text, place, "and day 1 is consent", fix)
    reason = "and no epoch begins before day 1"
    fix = "declare the epoch it belongs to, such as `epoch screening from consent until eligible`"
    return VisitBeforeConsent(point.span, name.text, place, reason, fix)


def _epoch_of_day_one(subject: Subject) -> int | None:
    """Which epoch begins with day 1; None when that cannot be told."""
    said = next(iter(subject.all(schedule.DayOne)), None)
    for position, epoch in enumerate(subject.all(visits.Epoch)):
        if said is not None and epoch.start is not None and epoch.start.text == said.anchor.name.text:
            return position
    return None


def within_study(subject: Subject) -> Iterator[Diagnostic]:
    """No visit after the last epoch has ended, where the epochs say how long they last."""
    begin, epochs = _epoch_of_day_one(subject), subject.all(visits.Epoch)
    if begin is None or any(epoch.start is not None for epoch in epochs[begin + 1 :]):
        return
    lengths = [_length(epoch) for epoch in epochs[begin:]]
    known = [length for length in lengths if length is not None]
    if len(known) < len(lengths):
        return
    for name, point in _points(subject):
        if all(planned_day(point, start, subject) > _shifted(start, known) for start in STARTS):
            last = day_number(_shifted(STARTS[0], known) - STARTS[0], subject)
            reason = f"the last epoch, `{epochs[-1].name.text}`, is over on day {last}"
            fix = f"plan it earlier, or let `{epochs[-1].name.text}` last longer"
            yield UnreachableVisit(point.span, name.text, reason, f"after day {last}", fix)


def _length(epoch: visits.Epoch) -> Duration | None:
    length = epoch.duration
    if not isinstance(length, time.PlainDuration) or length.number.value.denominator != 1:
        return None
    return Duration(int(length.number.value), length.unit) if length.unit not in {"minute", "hour"} else None


def _shifted(start: int, lengths: list[Duration]) -> int:
    for length in lengths:
        start = shift_day(start, length)
    return start


def runs(subject: Subject) -> Iterator[Diagnostic]:
    """A run of visits ends after it begins, and after the run before it has ended."""
    for many in subject.all(visits.Visits):
        before: visits.NumberedPoint | None = None
        for run in many.runs:
            first, last = _numbered(run.first), _numbered(run.last)
            if first is not None and last is not None and _earlier(last, first, subject):
                yield EmptyRange(run.span, _words(first), _words(last))
            elif before is not None and last is not None and not _earlier(before, last, subject):
                reason = f"it ends at {_words(last)}, and the visits before it go on until {_words(before)}"
                fix = "correct the last point of one of the two"
                yield UnreachableVisit(last.span, many.name.text, reason, "already past", fix)
            before = last or before


def _numbered(point: visits.NumberedPoint | visits.NamedPoint | None) -> visits.NumberedPoint | None:
    return point if isinstance(point, visits.NumberedPoint) else None


def _earlier(one: visits.NumberedPoint, other: visits.NumberedPoint, subject: Subject) -> bool:
    return all(planned_day(one, start, subject) < planned_day(other, start, subject) for start in STARTS)


def _words(point: visits.NumberedPoint) -> str:
    return f"{point.unit} {point.number.text}"


def circles(subject: Subject) -> Iterator[Diagnostic]:
    """A visit planned from a visit that is planned from it has no date."""
    steps = {
        visit.name.text: visit.at.anchor.name
        for visit in subject.all(visits.Visit)
        if isinstance(visit.at, visits.VisitOffset)
    }
    done: set[str] = set()
    for start in steps:
        path: list[str] = []
        here = start
        while here in steps and here not in done:
            done.add(here)
            path.append(here)
            step, here = steps[here], steps[here].text
            if here in path:
                circle = [*path[path.index(here) :], here]
                yield VisitAfterItself(step.span, here, " → ".join(f"`{name}`" for name in circle))


RULES: tuple[Callable[[Subject], Iterator[Diagnostic]], ...] = (
    day_one,
    no_day_zero,
    after_consent,
    within_study,
    runs,
    circles,
)
