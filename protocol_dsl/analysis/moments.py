"""The days worth recording something on: the edges of windows, one day beside them, and a day well inside."""

from __future__ import annotations

from collections.abc import Iterable

from protocol_dsl.ir.evaluate.time import Limits, window_limits
from protocol_dsl.ir.features import (
    DateAnchor,
    DateWithin,
    Edge,
    Feature,
    NamedAnchor,
    OccurrenceAnchor,
    Window,
)
from protocol_dsl.vocabulary.calendar import BEGINNING, DAY, FOREVER, When, days

_SPAN = 40
"""Days back where a window is open: well inside, without going back further than anybody remembers."""


def day_number(when: When) -> int:
    """The day number a moment falls on."""
    return when.first // DAY


def anchored_to(feature: Feature, name: str) -> list[Window]:
    """The windows of a feature that are counted from fact, event or anchor `name`."""
    window = getattr(feature.node, "window", None)
    if not isinstance(window, Window):
        return []
    match window.anchor:
        case NamedAnchor(own) | DateAnchor(own):
            return [window] if own == name else []
        case OccurrenceAnchor(event):
            return [window] if event == name else []


def reach(windows: Iterable[Window]) -> int:
    """How many days windows reach, at most."""
    lengths = {"minute": 1, "hour": 1, "day": 1, "week": 7, "month": 31, "year": 366}
    edges = [edge for window in windows for edge in (window.start, window.end) if isinstance(edge, Edge)]
    return max((abs(one.count) * lengths[one.unit] for edge in edges for one in edge.offsets), default=0)


def marks(windows: Iterable[Window], anchor: When) -> list[When]:
    """Moments at, inside and one step beside the edges of windows counted from `anchor`: inside first."""
    inside: list[When] = []
    beside: list[When] = []
    for window in windows:
        limits = window_limits(window, anchor)
        step = DAY if _whole_days(window) else 1
        low, high = limits.start_first, limits.end_last
        inside.append(_inside(limits, anchor, step))
        for edge, inner in (
            (low, 0),
            (low, -step),
            (low, -2 * step),
            (high, 0),
            (high, step),
            (high, 2 * step),
        ):
            if BEGINNING < edge < FOREVER - step:
                beside.append(_at(edge + inner, step))
    return list(dict.fromkeys([*inside, *beside]))


def _whole_days(window: Window) -> bool:
    edges = [edge for edge in (window.start, window.end) if edge is not None]
    return not any(one.unit in {"minute", "hour"} for edge in edges for one in edge.offsets)


def _inside(limits: Limits, anchor: When, step: int) -> When:
    low, high = limits.start_last, limits.end_first
    if low <= BEGINNING and high >= FOREVER:
        return _at(anchor.first - _SPAN * DAY, DAY)
    if low <= BEGINNING:
        return _at(high - _SPAN * DAY, DAY)
    if high >= FOREVER:
        return _at(low + DAY, DAY)
    return _at(low + (high - low) // 2, step) if low <= high else _at(high, step)


def _at(moment: int, step: int) -> When:
    moment = min(max(moment, BEGINNING), FOREVER)
    return days(moment // DAY, moment // DAY) if step == DAY else When(moment, moment)


def held_dates(feature: Feature, fact: str) -> bool:
    """Whether the feature asks where the date of `fact` lies."""
    node = feature.node
    if not isinstance(node, DateWithin):
        return False
    return (node.of.fact if isinstance(node.of, DateAnchor) else node.of.event) == fact
