"""The rest of the schedule: study clock, epochs, visits, assessments, randomization, escalation."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import assert_never

from attrs import evolve

from protocol_dsl.diagnostics import suggest
from protocol_dsl.ir import schedule as ir
from protocol_dsl.lowering import treatment
from protocol_dsl.lowering.criteria import citations
from protocol_dsl.lowering.session import Session
from protocol_dsl.semantics.durations import whole_duration
from protocol_dsl.semantics.errors import names as errors
from protocol_dsl.syntax import nodes
from protocol_dsl.syntax.nodes import schedule, time, words
from protocol_dsl.syntax.nodes import visits as syntax
from protocol_dsl.vocabulary.calendar import Duration


def schedule_of(tree: nodes.Tree, session: Session) -> ir.Schedule:
    """Everything the file says of arms, treatment and time."""
    made = ir.Schedule()
    for item in tree.items:
        made = _with(made, item, session)
    return made


def _with(made: ir.Schedule, item: nodes.Item, session: Session) -> ir.Schedule:
    match item:
        case schedule.DayOne():
            return evolve(made, day_one=_anchor_words(item.anchor))
        case schedule.DaysFrom():
            return evolve(made, numbered_from=int(item.number.value))
        case schedule.Intervention():
            return evolve(made, interventions=(*made.interventions, treatment.intervention(item, session)))
        case schedule.Regimen():
            return evolve(made, regimens=(*made.regimens, treatment.regimen(item, session)))
        case schedule.Arm():
            return evolve(made, arms=(*made.arms, treatment.arm(item, session)))
        case _:
            return _with_plan(made, item, session)


def _with_plan(made: ir.Schedule, item: nodes.Item, session: Session) -> ir.Schedule:
    match item:
        case syntax.Epoch():
            return evolve(made, epochs=(*made.epochs, _epoch(item, session)))
        case syntax.Visit():
            return evolve(made, visits=(*made.visits, _visit(item, session)))
        case syntax.Visits():
            return evolve(made, visits=(*made.visits, _visits(item, session)))
        case syntax.Assess():
            return evolve(made, assessments=(*made.assessments, _assessment(item, session)))
        case syntax.Timeline():
            return evolve(made, timelines=(*made.timelines, _timeline(item)))
        case syntax.Randomize():
            return evolve(made, randomization=_randomization(item, session))
        case syntax.Escalation():
            return evolve(made, escalation=_escalation(item, session))
        case _:
            return made


def _anchor_words(node: time.AnchorRef) -> str:
    return node.name.text if node.which is None else f"{node.which} {node.name.text}"


def _label(label: words.Text | None, name: words.Name) -> str:
    return label.text if label else name.text.replace("_", " ")


def _epoch(node: syntax.Epoch, session: Session) -> ir.Epoch:
    duration = None if node.duration is None else whole_duration(node.duration, session.found)
    start = node.start.text if node.start else None
    until = node.until.text if node.until else None
    return ir.Epoch(node.name.text, _label(node.label, node.name), start, until, duration, node.span)


def _point(node: syntax.NumberedPoint | syntax.NamedPoint) -> ir.Point:
    if isinstance(node, syntax.NamedPoint):
        return ir.Point(of=node.name.text)
    return ir.Point(int(node.number.value), node.unit)


def _visit(node: syntax.Visit, session: Session) -> ir.Visit:
    text = " ".join(session.source.slice(node.span).split("{")[0].split())
    cited = tuple(citations(node.sources))
    window = None if node.tolerance is None else treatment.tolerance(node.tolerance)
    at = _visit_at(node.at, session)
    return ir.Visit(node.name.text, _label(node.label, node.name), at, (), window, text, cited, node.span)


def _visit_at(
    node: syntax.VisitDay | syntax.NumberedPoint | syntax.NamedPoint | syntax.VisitOffset, session: Session
) -> ir.Point:
    match node:
        case syntax.VisitDay():
            return ir.Point(int(node.day.value), "day")
        case syntax.VisitOffset():
            offset = whole_duration(node.duration, session.found) or Duration(0, "day")
            signed = Duration(-offset.count, offset.unit) if node.direction == "before" else offset
            of = f"each {node.anchor.name.text}" if node.each else _anchor_words(node.anchor)
            return ir.Point(of=of, offset=signed)
        case syntax.NumberedPoint() | syntax.NamedPoint():
            return _point(node)
        case _:
            assert_never(node)


def _visits(node: syntax.Visits, session: Session) -> ir.Visit:
    text = " ".join(session.source.slice(node.span).split("{")[0].split())
    cited = tuple(citations(node.sources))
    runs = tuple(_run(run, session) for run in node.runs)
    tolerances = [run.tolerance for run in node.runs if run.tolerance is not None]
    window = treatment.tolerance(tolerances[0]) if tolerances else None
    return ir.Visit(node.name.text, _label(node.label, node.name), None, runs, window, text, cited, node.span)


def _run(node: syntax.VisitRun, session: Session) -> ir.VisitRun:
    interval = whole_duration(node.every, session.found) or Duration(1, "day")
    first = None if node.first is None else _point(node.first)
    last = None if node.last is None else _point(node.last)
    window = None if node.tolerance is None else treatment.tolerance(node.tolerance)
    return ir.VisitRun(interval, first, last, window)


def _assessment(node: syntax.Assess, session: Session) -> ir.Assessment:
    text = " ".join(session.source.slice(node.span).split())
    what = tuple(each.text for each in node.what)
    for each in node.what:
        if isinstance(each, words.Name) and each.text in session.scope.facts:
            session.used.add(each.text)
    if node.around is not None:
        return ir.Assessment(what, (f"{node.direction} each {node.around.text}",), text, node.span)
    known = [*session.scope.visits, *session.scope.epochs, *session.scope.anchors, "screening"]
    for place in node.places:
        _named(place.name, known, session)
    places = tuple(f"each {place.name.text}" if place.each else place.name.text for place in node.places)
    return ir.Assessment(what, places, text, node.span)


def _named(name: words.Name, known: Iterable[str], session: Session) -> None:
    names = tuple(known)
    if name.text not in names and name.text not in session.scope.damaged:
        session.found.add(errors.UnknownName(name.span, name.text, suggest(name.text, names)))


def _timeline(node: syntax.Timeline) -> ir.Timeline:
    what: list[tuple[str, tuple[Duration, ...]]] = []
    for each in node.assessments:
        sign = -1 if each.direction == "before" else 1
        times = tuple(Duration(sign * int(number.value), each.unit) for number in each.times)
        what.extend((item.text, times) for item in each.what)
    return ir.Timeline(node.name.text, node.around.text, tuple(what), node.span)


def _randomization(node: syntax.Randomize, session: Session) -> ir.Randomization:
    for name in node.arms:
        _named(name, session.scope.arms, session)
    made = ir.Randomization(tuple(name.text for name in node.arms), span=node.span)
    for clause in node.clauses:
        match clause:
            case syntax.Ratio():
                made = evolve(made, ratio=tuple(int(number.value) for number in clause.numbers))
            case syntax.Blocks():
                made = evolve(made, blocks=tuple(int(size.value) for size in clause.sizes))
            case syntax.Strata():
                made = evolve(made, strata=tuple(_stratum(stratum, session) for stratum in clause.strata))
            case syntax.Method():
                made = evolve(made, method=clause.method.text)
            case _:
                assert_never(clause)
    return made


def _stratum(node: syntax.Stratum, session: Session) -> ir.Stratum:
    scope = session.scope
    _named(node.by, scope.expression_names(), session)
    session.used.add(node.by.text)
    cuts: tuple[Fraction, ...] = tuple(cut.value for cut in node.cuts)
    return ir.Stratum(node.by.text, cuts)


def _escalation(node: syntax.Escalation, session: Session) -> ir.Escalation:
    made = ir.Escalation((), text=" ".join(session.source.slice(node.span).split()), span=node.span)
    for clause in node.clauses:
        match clause:
            case syntax.EscalationLevels():
                made = evolve(made, levels=tuple(level.text for level in clause.levels))
            case syntax.EscalationCohort():
                made = evolve(made, cohort_size=int(clause.size.value))
            case syntax.EscalationGap():
                made = evolve(made, gap=whole_duration(clause.duration, session.found))
            case syntax.EscalationNext():
                made = evolve(made, advance=clause.text.text)
            case _:
                continue
    return made
