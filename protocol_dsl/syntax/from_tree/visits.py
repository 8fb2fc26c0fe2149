"""Builders of epochs, visits, assessments, randomization and escalation."""

from __future__ import annotations

from typing import Any

from protocol_dsl.syntax.from_tree.words import (
    Children,
    name,
    name_or_text,
    names,
    nodes,
    numeral,
    numerals,
    of,
    one_of,
    singular,
    spaced_once,
    text,
    text_or_none,
    whole,
)
from protocol_dsl.syntax.nodes import visits as tree
from protocol_dsl.syntax.nodes.facts import Note, SourcePointer, SourceText
from protocol_dsl.syntax.nodes.schedule import ForDuration
from protocol_dsl.syntax.nodes.words import Name, Numeral, Text

_DIRECTIONS = ("BEFORE", "AFTER", "BEFORE_OR_AFTER")


def epoch(children: Children) -> tree.Epoch:
    """`epoch NAME ["label"] [from X] [until Y | for 2 weeks]`"""
    _, named, label, _, start, *end = children
    bound = one_of(end, ForDuration)
    return tree.Epoch(
        name=name(named),
        label=text_or_none(label),
        start=None if start is None else name(start),
        until=next(iter(names(end)), None),
        duration=None if bound is None else bound.duration,
        span=whole(children),
    )


def visit(children: Children) -> tree.Visit:
    """`visit NAME ["label"] WHEN [window …] [{ … }]`"""
    _, named, label, at, tolerance, *remarks = children
    return tree.Visit(
        name=name(named),
        label=text_or_none(label),
        at=at,
        tolerance=tolerance,
        sources=of(remarks, SourceText, SourcePointer),
        notes=of(remarks, Note),
        span=whole(children),
    )


def visit_day(children: Children) -> tree.VisitDay:
    """`on day 1`"""
    return tree.VisitDay(children[2], whole(children))


def visit_point(children: Children) -> tree.NumberedPoint | tree.NamedPoint:
    """`at week 12`, `at screening`"""
    point: tree.NumberedPoint | tree.NamedPoint = children[1]
    return point


def visit_offset(children: Children) -> tree.VisitOffset:
    """`30 days after [each] x`"""
    duration, direction, each, anchor = children
    return tree.VisitOffset(duration, spaced_once(direction), each is not None, anchor, whole(children))


def numbered_point(children: Children) -> tree.NumberedPoint:
    """`week 12`"""
    return tree.NumberedPoint(singular(children[0]), children[1], whole(children))


def named_point(children: Children) -> tree.NamedPoint:
    """`screening`"""
    return tree.NamedPoint(name(children[0]), whole(children))


def visits(children: Children) -> tree.Visits:
    """`visits NAME ["label"] RUN [, then RUN] [{ … }]`"""
    return tree.Visits(
        name=name(children[1]),
        label=text_or_none(children[2]),
        runs=of(children, tree.VisitRun),
        sources=of(children, SourceText, SourcePointer),
        notes=of(children, Note),
        span=whole(children),
    )


def visit_run(children: Children) -> tree.VisitRun:
    """`every 4 weeks [from week 4] [to week 24] [window …]`"""
    _, every, _, first, _, last, tolerance = children
    return tree.VisitRun(every, first, last, tolerance, whole(children))


def assess(children: Children) -> tree.Assess:
    """`assess a, b at screening, each follow_up`, `assess cbc before each paclitaxel`"""
    places = of(children, tree.AssessPlace)
    if places:
        return tree.Assess(_assessed(children), places, None, None, whole(children))
    direction, _, around = children[-3:]
    return tree.Assess(_assessed(children[:-3]), (), spaced_once(direction), name(around), whole(children))


def assess_place(children: Children) -> tree.AssessPlace:
    """`[each] follow_up`"""
    return tree.AssessPlace(children[0] is not None, name(children[1]), whole(children))


def timeline(children: Children) -> tree.Timeline:
    """`timeline NAME around each DRUG { … }`"""
    named, around = name(children[1]), name(children[4])
    return tree.Timeline(named, around, nodes(children), whole(children))


def timeline_assess(children: Children) -> tree.TimelineAssess:
    """`assess pk at 5, 10 minutes after`"""
    unit, direction = children[-2:]
    return tree.TimelineAssess(
        _assessed(children), numerals(children), singular(unit), spaced_once(direction), whole(children)
    )


def randomize(children: Children) -> tree.Randomize:
    """`randomize to a, b …`"""
    return tree.Randomize(names(children), nodes(children), whole(children))


def ratio(children: Children) -> tree.Ratio:
    """`in ratio 1:1`"""
    return tree.Ratio(numerals(children), whole(children))


def blocks(children: Children) -> tree.Blocks:
    """`in blocks of 3, 6`"""
    return tree.Blocks(numerals(children), whole(children))


def strata(children: Children) -> tree.Strata:
    """`stratified by a and by b`"""
    return tree.Strata(nodes(children), whole(children))


def stratum(children: Children) -> tree.Stratum:
    """`meld [cut at 24]`"""
    return tree.Stratum(name(children[0]), of(children, Numeral), whole(children))


def method(children: Children) -> tree.Method:
    """`by method minimisation`"""
    return tree.Method(name_or_text(children[2]), whole(children))


def escalation(children: Children) -> tree.Escalation:
    """`escalation { … }`"""
    return tree.Escalation(nodes(children), whole(children))


def escalation_levels(children: Children) -> tree.EscalationLevels:
    """`levels low, mid, high`"""
    return tree.EscalationLevels(names(children), whole(children))


def escalation_cohort(children: Children) -> tree.EscalationCohort:
    """`cohort of 3`"""
    return tree.EscalationCohort(numeral(children[2]), whole(children))


def escalation_gap(children: Children) -> tree.EscalationGap:
    """`at least 28 days between cohorts`"""
    return tree.EscalationGap(children[1], whole(children))


def escalation_next(children: Children) -> tree.EscalationNext:
    """`next level by judgement "CRM"`"""
    return tree.EscalationNext(text(children[4]), whole(children))


def _assessed(children: Children) -> tuple[Name | Text, ...]:
    words: tuple[Any, ...] = tuple(
        name_or_text(child) for child in children if getattr(child, "type", "") in ("NAME", "STRING")
    )
    return words
