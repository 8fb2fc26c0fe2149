"""Windows and anchors in words: "within the 2 months before screening"."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import assert_never

from protocol_dsl.backends.prose.labels import duration, fact_label, in_sentence
from protocol_dsl.ir.facts import Fact
from protocol_dsl.ir.features import Anchor, DateAnchor, Edge, NamedAnchor, OccurrenceAnchor, Window
from protocol_dsl.ir.formulas import Formula
from protocol_dsl.vocabulary.calendar import Duration


class WindowWords:
    """Words for the windows of one protocol; `where` words an occurrence's filter."""

    def __init__(
        self, facts: Mapping[str, Fact], anchors: Mapping[str, str], where: Callable[[Formula, str], str]
    ) -> None:
        self._facts = facts
        self._anchors = anchors
        self._where = where

    def anchor(self, anchor: Anchor) -> str:
        """ "screening", "the last acute hepatic insult", "the date of diagnosis"."""
        match anchor:
            case NamedAnchor(name):
                return in_sentence(self._anchors.get(name, "")) or name.replace("_", " ")
            case OccurrenceAnchor(event, which, where):
                filtered = "" if where is None else self._where(where, event)
                return f"the {which} {fact_label(self._facts[event])}{filtered}"
            case DateAnchor(fact):
                return fact_label(self._facts[fact])
        assert_never(anchor)

    def window(self, window: Window) -> str:
        """The window with a leading space, or nothing when it only says "up to the day of judging"."""
        anchor = self.anchor(window.anchor)
        words = _between(window.start, window.end, anchor)
        if window.anchor == NamedAnchor("screening") and window.start is None and words == f"up to {anchor}":
            return ""
        return " " + words

    def length(self, window: Window) -> str:
        """How long a state held: "for at least 6 months before screening"."""
        start = window.start
        anchor = self.anchor(window.anchor)
        if start is None:
            return f"at all times up to {anchor}"
        if window.end is not None and window.end.offsets:
            return f"all the time {_between(start, window.end, anchor)}"
        if not start.offsets:
            return f"all the time since {anchor}"
        degree = "more than" if start.strict else "at least"
        ahead = _ahead(start)
        return f"for {degree} {_offsets(start)} {'after' if ahead else 'before'} {anchor}"


def _offsets(edge: Edge) -> str:
    lengths = [duration(offset) for offset in edge.offsets]
    if len(lengths) == 1:
        return lengths[0]
    return f"the {'longer' if edge.farthest else 'shorter'} of {' and '.join(lengths)}"


def _ahead(edge: Edge) -> bool:
    return any(offset.count > 0 for offset in edge.offsets)


def _between(start: Edge | None, end: Edge | None, anchor: str) -> str:
    if start is None and end is None:
        return "at any time"
    if start is None and end is not None:
        return _only_end(end, anchor)
    if end is None and start is not None:
        return _only_start(start, anchor)
    assert start is not None
    assert end is not None
    return _both(start, end, anchor)


def _only_end(end: Edge, anchor: str) -> str:
    if not end.offsets:
        return f"before {anchor}" if end.strict else f"up to {anchor}"
    if _ahead(end):
        return f"{'earlier than' if end.strict else 'up to'} {_offsets(end)} after {anchor}"
    return f"{'more than' if end.strict else 'at least'} {_offsets(end)} before {anchor}"


def _only_start(start: Edge, anchor: str) -> str:
    if not start.offsets:
        return f"after {anchor}" if start.strict else f"since {anchor}"
    if _ahead(start):
        return f"{'more than' if start.strict else 'at least'} {_offsets(start)} after {anchor}"
    return f"{'later than' if start.strict else 'from'} {_offsets(start)} before {anchor} on"


def _both(start: Edge, end: Edge, anchor: str) -> str:
    if not start.offsets and not end.offsets:
        return f"on the day of {anchor}"
    if start.offsets and not end.offsets and not _ahead(start):
        excluded = f", the day of {anchor} left out," if end.strict else ""
        return f"{_within(start)} before {anchor}{excluded}"
    if end.offsets and not start.offsets and _ahead(end):
        excluded = f", the day of {anchor} left out," if start.strict else ""
        return f"{_within(end)} after {anchor}{excluded}"
    if _mirrored(start, end):
        return f"{_within(end)} before or after {anchor}"
    return f"from {_place(start, anchor)} to {_place(end, anchor)}"


def _within(edge: Edge) -> str:
    words = _offsets(edge)
    if edge.strict:
        return f"less than {words}"
    return f"within {words}" if words.startswith("the ") else f"within the {words}"


def _mirrored(start: Edge, end: Edge) -> bool:
    opposite = tuple(Duration(-offset.count, offset.unit) for offset in start.offsets)
    return opposite == end.offsets and start.strict == end.strict and start.farthest == end.farthest


def _place(edge: Edge, anchor: str) -> str:
    if not edge.offsets:
        return anchor
    words = f"{_offsets(edge)} {'after' if _ahead(edge) else 'before'} {anchor}"
    return f"{words} (not included)" if edge.strict else words
