"""Features by definition: where the window stands, then what the records in it come to."""

from __future__ import annotations

from typing import assert_never

from protocol_dsl.ir.evaluate import events, series
from protocol_dsl.ir.evaluate.age import age
from protocol_dsl.ir.evaluate.anchors import Anchored, anchored
from protocol_dsl.ir.evaluate.formulas import truth
from protocol_dsl.ir.evaluate.kleene import Truth
from protocol_dsl.ir.evaluate.patient import Item, Patient, Scalar
from protocol_dsl.ir.evaluate.time import Limits, day_limits, lies_in, window_limits
from protocol_dsl.ir.features import (
    Age,
    Answer,
    Consecutive,
    DateWithin,
    Edge,
    FeatureNode,
    Given,
    Held,
    NamedAnchor,
    OccurrenceAnchor,
    Occurs,
    OccursCount,
    SampleChange,
    SampleCount,
    SampleMean,
    SampleValue,
    Unchanged,
    Unsettled,
    Window,
)
from protocol_dsl.ir.formulas import Formula
from protocol_dsl.runtime.records import History, Range
from protocol_dsl.vocabulary.calendar import Duration, When

Windowed = (
    SampleValue
    | SampleMean
    | SampleCount
    | SampleChange
    | Consecutive
    | Held
    | Occurs
    | OccursCount
    | DateWithin
    | Unchanged
)


def feature_value(node: FeatureNode, patient: Patient) -> Scalar:
    """The value of one feature of a patient; None is unknown."""
    match node:
        case Given(fact):
            value = patient.recorded(fact)
            return value if isinstance(value, (bool, float, Range, str, frozenset)) else None
        case Unsettled():
            return _unsettled(node, patient)
        case Age(unit, anchor):
            at = anchored(anchor, patient)
            if at.exists is not True:
                return None
            return age(unit, patient.recorded("birth_date"), patient.recorded("age"), patient.on, at.when)
        case Answer(question):
            return patient.records.answers.get(question)
        case _:
            return _in_its_window(node, patient)


def _unsettled(node: Unsettled, patient: Patient) -> Truth:
    if patient.records.facts.get(node.fact, ()) is None:
        return None
    if node.window is None:
        return False
    anchor = anchored(node.window.anchor, patient)
    if anchor.exists is False:
        return False
    limits = window_limits(node.window, anchor.when)
    if patient.facts[node.fact].kind != "event":
        return None if series.leave_open(patient.samples(node.fact), limits) else False
    met = day_limits(anchor.when) if node.moment == "ongoing" else limits
    passes = _Filter(node.where, patient)
    return None if events.leave_open(patient.history(node.fact), met, node.moment, passes) else False


def _in_its_window(node: Windowed, patient: Patient) -> Scalar:
    """What is anchored to nothing is false, none or unknown; to what may not exist, so or as it would be."""
    anchor = anchored(node.window.anchor, patient)
    if anchor.exists is False:
        return _absent(node)
    value = _windowed_value(node, anchor.when, patient)
    return value if anchor.exists else _perhaps_absent(node, value)


def _absent(node: Windowed) -> Scalar:
    match node:
        case Consecutive() | Held() | Occurs() | DateWithin() | Unchanged():
            return False
        case SampleCount() | OccursCount():
            return 0.0
        case SampleValue() | SampleMean() | SampleChange():
            return None
        case _:
            assert_never(node)


def _perhaps_absent(node: Windowed, value: Scalar) -> Scalar:
    if value == _absent(node):
        return value
    if isinstance(node, SampleCount | OccursCount) and isinstance(value, (float, Range)):
        return Range(0.0, value.high if isinstance(value, Range) else value)
    return None


def _windowed_value(node: Windowed, anchor: When, patient: Patient) -> Scalar:
    limits = window_limits(node.window, anchor)
    match node:
        case Held() | Unchanged():
            return _of_stretch(node, anchor, patient)
        case Occurs() | OccursCount():
            met = day_limits(anchor) if node.moment == "ongoing" else limits
            return _of_event(node, met, anchor, patient)
        case DateWithin():
            return _date_within(_to_come(node, limits, anchor, patient), limits)
        case _:
            return _of_series(node, limits, patient)


def _of_series(
    node: SampleValue | SampleMean | SampleCount | SampleChange | Consecutive,
    limits: Limits,
    patient: Patient,
) -> Scalar:
    samples = patient.samples(node.fact)
    match node:
        case SampleValue(_, _, pick, part):
            return series.picked(samples, limits, pick, part)
        case SampleMean(_, _, last):
            return series.mean(samples, limits, last)
        case SampleCount(_, _, where):
            return series.count(samples, limits, _Filter(where, patient))
        case SampleChange(_, _, relative):
            return series.change(samples, limits, relative)
        case Consecutive(_, _, count, where):
            return series.consecutive(samples, limits, count, _Filter(where, patient))
        case _:
            assert_never(node)


def _of_event(node: Occurs | OccursCount, limits: Limits, anchor: When, patient: Patient) -> Scalar:
    every = isinstance(node, Occurs) and node.quantifier == "every"
    # One that does not meet the window counts against `every`: any up to the anchor.
    reaches = day_limits(anchor).end_last if every else limits.end_last
    history, passes = (
        _history(node.event, node.window, reaches, anchor, patient),
        _Filter(node.where, patient),
    )
    if isinstance(node, OccursCount):
        return events.occurs_count(history, limits, node.moment, passes)
    return events.occurs(history, limits, node.moment, node.quantifier, passes)


def _history(event: str, window: Window, reaches: int, anchor: When, patient: Patient) -> History | None:
    history = patient.history(event)
    if window.anchor == NamedAnchor("screening") or not isinstance(window.anchor, NamedAnchor):
        return history
    return events.until_now(history, reaches, anchor, patient.on)


def _of_stretch(node: Held | Unchanged, anchor: When, patient: Patient) -> Truth:
    passes = _Filter(node.where, patient)
    recent = node.recent if isinstance(node, Held) else None
    stretch = _stretch(node.window, anchor, recent)
    if patient.facts[node.fact].kind == "event":
        reaches = (stretch.before if isinstance(node, Held) else stretch.limits).end_last
        history = _history(node.fact, node.window, reaches, anchor, patient)
        if isinstance(node, Held):
            return events.held(history, stretch, passes)
        return events.unchanged(history, stretch.limits, passes)
    samples = patient.samples(node.fact)
    if isinstance(node, Held):
        return series.held(samples, stretch, passes)
    return series.unchanged(samples, _before(node.window, anchor), stretch.limits)


def _before(window: Window, anchor: When) -> Limits:
    """All time before the window opens."""
    start = window.start or Edge(())
    return window_limits(
        Window(window.anchor, None, Edge(start.offsets, not start.strict, start.farthest)), anchor
    )


def _to_come(node: DateWithin, limits: Limits, anchor: When, patient: Patient) -> Anchored:
    """The date asked for, as of a named anchor still to come: a later occurrence may be the last then, and the
    first where none has surely started."""
    date, today = anchored(node.of, patient), day_limits(patient.on).end_last
    screening = node.window.anchor == NamedAnchor("screening")
    if screening or not isinstance(node.window.anchor, NamedAnchor) or anchor.last <= today:
        return date
    if not isinstance(node.of, OccurrenceAnchor) or (node.of.which == "first" and date.exists):
        return date
    latest = max(anchor.last, limits.end_last)
    if date.exists is False:
        return Anchored(When(today + 1, max(latest, today + 1)), exists=None)
    return Anchored(When(date.when.first, max(latest, date.when.last)), date.exists)


def _date_within(date: Anchored, limits: Limits) -> Truth:
    if date.exists is False:
        return False
    inside = lies_in(date.when, limits)
    return inside if date.exists or inside is False else None


def _stretch(window: Window, anchor: When, recent: Duration | None) -> series.Stretch:
    start, end = window.start or Edge(()), window.end or Edge(())
    limits = window_limits(window, anchor)
    since = Edge((Duration(-recent.count, recent.unit),)) if recent else window.start
    return series.Stretch(
        limits=limits,
        before=window_limits(Window(window.anchor, None, start), anchor),
        until=window_limits(Window(window.anchor, None, Edge(start.offsets, False, start.farthest)), anchor),
        through=window_limits(Window(window.anchor, end, None), anchor),
        recent=window_limits(Window(window.anchor, since, window.end), anchor),
    )


class _Filter:
    """A `where` as a test of one record; without one, all pass."""

    def __init__(self, where: Formula | None, patient: Patient) -> None:
        self.where = where
        self.patient = patient

    def __call__(self, item: Item) -> Truth:
        return True if self.where is None else truth(self.where, self.patient, item)
