"""Conditions asked before a dose: how old a value may be, and what it means that nothing is recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from protocol_dsl.diagnostics import Diagnostic
from protocol_dsl.ir import schedule as ir
from protocol_dsl.ir.features import Feature, Held, Occurs, OccursCount, SampleValue
from protocol_dsl.ir.formulas import Formula
from protocol_dsl.ir.walk import all_features_of
from protocol_dsl.semantics.errors.schedule import NowWithoutValidity, SilenceInSchedule
from protocol_dsl.semantics.rules.subject import Subject
from protocol_dsl.source import Span


def validity(subject: Subject) -> Iterator[Diagnostic]:
    """A lab asked for as it is now says how old its value may be. Each lab is named once."""
    seen: set[str] = set()
    for feature, span in _asked(subject, bands=True):
        match feature.node:
            case SampleValue(name, window, "latest") if window.start is None or not window.start.offsets:
                fact = subject.facts.get(name)
                if fact is not None and fact.kind == "lab" and fact.valid is None and name not in seen:
                    seen.add(name)
                    yield NowWithoutValidity(span, name, fact.span)
            case _:
                continue


def silence(subject: Subject) -> Iterator[Diagnostic]:
    """An event asked about says whether no record means no. Each event is named once."""
    seen: set[str] = set()
    for feature, span in _asked(subject, bands=False):
        match feature.node:
            case Occurs(name) | OccursCount(name) | Held(name):
                fact = subject.facts.get(name)
                if fact is not None and fact.kind == "event" and not fact.closed and name not in seen:
                    seen.add(name)
                    yield SilenceInSchedule(span, name, fact.span)
            case _:
                continue


def _asked(subject: Subject, *, bands: bool) -> Iterator[tuple[Feature, Span]]:
    """The features the schedule's conditions rest on, and where each is asked for."""
    if subject.protocol is None:
        return
    for formula, place in _conditions(subject, bands=bands):
        for name in all_features_of(subject.protocol, formula):
            feature = subject.features[name]
            within = place.start <= feature.span.start and feature.span.end <= place.end
            yield feature, feature.span if within else place


def _conditions(subject: Subject, *, bands: bool) -> Iterator[tuple[Formula, Span]]:
    for give, block in subject.gives:
        if block is not None and block.until is not None:
            yield block.until, block.span
        yield from _of_give(give, bands=bands)


def _of_give(give: ir.Give, *, bands: bool) -> Iterator[tuple[Formula, Span]]:
    for step in give.steps:
        yield from ((policy.condition, policy.span) for policy in step.policies)
        if bands:
            yield from ((band.when, give.span) for band in step.dose.bands)


RULES: tuple[Callable[[Subject], Iterator[Diagnostic]], ...] = (validity, silence)
