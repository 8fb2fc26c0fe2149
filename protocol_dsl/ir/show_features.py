"""Features as one line each: type, what is asked, over which window, with which filter."""

from __future__ import annotations

from typing import assert_never

from protocol_dsl.ir.features import (
    Age,
    Anchor,
    Answer,
    Consecutive,
    DateAnchor,
    DateWithin,
    Edge,
    Feature,
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
from protocol_dsl.ir.show_formulas import inline
from protocol_dsl.vocabulary.calendar import Duration


def feature_words(feature: Feature) -> str:
    """`id: type [in unit] = what is asked "words"`."""
    unit = f" in {feature.unit}" if feature.type == "number" and feature.unit != "1" else ""
    return f'{feature.id}: {feature.type}{unit} = {node_words(feature.node)} "{feature.words}"'


def node_words(node: FeatureNode) -> str:
    """What a feature asks."""
    match node:
        case Given(fact):
            return fact
        case Unsettled(fact, window, moment, where):
            asked = "" if window is None else f"{_filter(where)} {moment} {window_words(window)}"
            return f"{fact}{asked} unsettled"
        case Age(unit, anchor):
            return f"age in {unit}s at {anchor_words(anchor)}"
        case Answer(question):
            return f"answer {question}"
        case DateWithin(of, window):
            return f"{anchor_words(of)} {window_words(window)}"
        case Held(fact, window, where, recent):
            since = f" recent {duration_words(recent)}" if recent else ""
            return f"held {fact}{_filter(where)} {window_words(window)}{since}"
        case Unchanged(fact, window, where):
            return f"unchanged {fact}{_filter(where)} {window_words(window)}"
        case Occurs(event, window, moment, quantifier, where):
            return f"{quantifier} {event}{_filter(where)} {moment} {window_words(window)}"
        case OccursCount(event, window, moment, where):
            return f"count of {event}{_filter(where)} {moment} {window_words(window)}"
        case _:
            return _series_words(node)


def _series_words(node: SampleValue | SampleMean | SampleCount | SampleChange | Consecutive) -> str:
    window = window_words(node.window)
    match node:
        case SampleValue(fact, _, pick, part):
            return f"{pick} {fact}{'' if part == 'value' else f' {part} limit'} {window}"
        case SampleMean(fact, _, last):
            return f"mean of {'all' if last is None else f'last {last}'} {fact} {window}"
        case SampleCount(fact, _, where):
            return f"count of {fact}{_filter(where)} {window}"
        case SampleChange(fact, _, relative):
            return f"{'relative ' if relative else ''}change of {fact} {window}"
        case Consecutive(fact, _, count, where):
            return f"{count} consecutive {fact}{_filter(where)} {window}"
        case _:
            assert_never(node)


def _filter(where: Formula | None) -> str:
    return "" if where is None else f" where {inline(where)}"


def window_words(window: Window) -> str:
    """`in [start .. end] of anchor`: a square bracket keeps its edge in the window, a round one does not."""
    start, end = window.start, window.end
    opening = "(" if start is None or start.strict else "["
    closing = ")" if end is None or end.strict else "]"
    edges = f"{opening}{edge_words(start)} .. {edge_words(end)}{closing}"
    return f"in {edges} of {anchor_words(window.anchor)}"


def edge_words(edge: Edge | None) -> str:
    """`-14 day`, `0`, `farthest of -4 week, -30 day`, or `ever` for an open side."""
    if edge is None:
        return "ever"
    if not edge.offsets:
        return "0"
    offsets = [f"{one.count:+d} {one.unit}" for one in edge.offsets]
    if len(offsets) == 1:
        return offsets[0]
    return f"{'farthest' if edge.farthest else 'nearest'} of {', '.join(offsets)}"


def anchor_words(anchor: Anchor) -> str:
    """The anchor's name, or which occurrence's start it is."""
    match anchor:
        case NamedAnchor(name):
            return name
        case DateAnchor(fact):
            return f"date {fact}"
        case OccurrenceAnchor(event, which, where):
            return f"{which} {event}{_filter(where)}"
        case _:
            assert_never(anchor)


def duration_words(duration: Duration) -> str:
    """`14 day`."""
    return f"{duration.count} {duration.unit}"
