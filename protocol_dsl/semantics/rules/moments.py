"""Names the schedule counts from: doses, visits, events and moments of the study that exist, and which of several."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from protocol_dsl.diagnostics import Diagnostic, suggest
from protocol_dsl.ir.sizing import FORMULAS
from protocol_dsl.semantics.errors.names import UnknownName
from protocol_dsl.semantics.errors.time import RecurringAnchor
from protocol_dsl.semantics.rules.subject import Subject, inside
from protocol_dsl.syntax.nodes import expressions, schedule, time, visits, words

MOMENTS = ("consent", "screening", "eligible", "enrollment", "randomization")
"""Moments every study has, whether or not a criterion's window needs them as an anchor."""


def each_of(subject: Subject) -> Iterator[Diagnostic]:
    """`with each …`, `before each …`, `around each …`: something that happens more than once."""
    known = {*_given(subject), *_events(subject), *subject.scope.visits}
    yield from _unknown((node.name for node in subject.all(schedule.WithEach)), known, subject)
    yield from _unknown((node.name for node in subject.all(schedule.OffsetEach)), known, subject)
    yield from _unknown((node.around for node in subject.all(visits.Timeline)), known, subject)
    around = (node.around for node in subject.all(visits.Assess) if node.around is not None)
    yield from _unknown(around, known, subject)


def counted_from(subject: Subject) -> Iterator[Diagnostic]:
    """What day 1 is, what a visit is planned from, and what a bound ends after."""
    several = {*_given(subject), *_events(subject)}
    known = {*several, *_single(subject), *_dates(subject)}
    for anchor, each in _anchors(subject):
        yield from _unknown((anchor.name,), known, subject)
        if anchor.name.text in several - _single(subject) and anchor.which is None and not each:
            yield RecurringAnchor(anchor.span, anchor.name.text)


def _anchors(subject: Subject) -> Iterator[tuple[time.AnchorRef, bool]]:
    """Every anchor of the schedule, and whether it says `each`."""
    for node in subject.all(schedule.DayOne):
        yield node.anchor, False
    for offset in subject.all(visits.VisitOffset):
        yield offset.anchor, offset.each
    for until in subject.all(schedule.Until):
        match until.condition:
            case expressions.Windowed(operand=expressions.Quantity(), temporals=temporals):
                yield from ((one, False) for one in inside(temporals) if isinstance(one, time.AnchorRef))
            case _:
                continue


def points(subject: Subject) -> Iterator[Diagnostic]:
    """Where an epoch begins and ends, and where a visit is planned by name."""
    known = {*_single(subject), *_given(subject), *_events(subject), *_dates(subject)}
    for epoch in subject.all(visits.Epoch):
        yield from _unknown((name for name in (epoch.start, epoch.until) if name is not None), known, subject)
    yield from _unknown((point.name for point in subject.all(visits.NamedPoint)), known, subject)


def weighed_by(subject: Subject) -> Iterator[Diagnostic]:
    """`using weight`: a fact or definition of the file, or a named formula for the body surface."""
    known = {*FORMULAS, *subject.facts, *subject.scope.definitions}
    names = (amount.using for amount in subject.all(schedule.Amount) if amount.using is not None)
    yield from _unknown(names, known, subject)


def _given(subject: Subject) -> set[str]:
    """Whatever is given, performed or repeated."""
    done = (give.what.text for give in subject.all(schedule.Give) if isinstance(give.what, words.Name))
    cycles = (node.name.text for node in subject.all(schedule.Cycles))
    return {*subject.scope.interventions, *subject.scope.regimens, *done, *cycles}


def _events(subject: Subject) -> set[str]:
    return {fact.name for fact in subject.facts.values() if fact.kind == "event"}


def _dates(subject: Subject) -> set[str]:
    return {fact.name for fact in subject.facts.values() if fact.kind == "date"}


def _single(subject: Subject) -> set[str]:
    """Points of the study with one date."""
    scope = subject.scope
    return {*MOMENTS, *scope.anchors, *scope.visits, *scope.epochs}


def _unknown(names: Iterable[words.Name], known: set[str], subject: Subject) -> Iterator[Diagnostic]:
    for name in names:
        if name.text not in known and name.text not in subject.scope.damaged:
            yield UnknownName(name.span, name.text, suggest(name.text, known))


RULES: tuple[Callable[[Subject], Iterator[Diagnostic]], ...] = (each_of, counted_from, points, weighed_by)
