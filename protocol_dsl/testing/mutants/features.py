"""Mistakes in what is asked of dated records: which record, of which time, counted from what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from attrs import evolve, frozen

from protocol_dsl.ir.features import (
    Age,
    Anchor,
    Consecutive,
    DateAnchor,
    DateWithin,
    Edge,
    FeatureNode,
    Held,
    NamedAnchor,
    OccurrenceAnchor,
    Occurs,
    OccursCount,
    SampleMean,
    SampleValue,
    Window,
)
from protocol_dsl.ir.formulas import Formula
from protocol_dsl.testing.mutants.formulas import Kind, Reading
from protocol_dsl.vocabulary.calendar import Duration

_PICKS: Mapping[str, str] = {"latest": "first", "first": "latest", "highest": "lowest", "lowest": "highest"}
_MOMENTS: Mapping[str, str] = {"overlaps": "started", "started": "overlaps", "ended": "overlaps"}
_WHICH: Mapping[str, str] = {"first": "last", "last": "first"}
_DAYS: Mapping[str, int] = {"month": 30, "year": 365}
_SCREENING = NamedAnchor("screening")
Changed = tuple[Kind, FeatureNode]


@frozen
class Misreading:
    """The mistakes in features; `anchors` are those a window can be counted from, `reading` makes those in filters."""

    anchors: Sequence[str]
    reading: Reading

    def of(self, node: FeatureNode) -> Iterator[Changed]:
        """Every mistake in one feature."""
        if isinstance(node, Age):
            yield from (("anchor", evolve(node, anchor=one)) for one in self._others(node.anchor))
        window = getattr(node, "window", None)
        if isinstance(window, Window):
            yield from ((kind, _put(node, window=one)) for kind, one in self._windows(window))
        if isinstance(node, DateWithin):
            yield from ((kind, _put(node, of=one)) for kind, one in self._anchors(node.of) if _dated(one))
        yield from _records(node)
        where = getattr(node, "where", None)
        if where is not None:
            yield from ((kind, _put(node, where=one)) for kind, one in self._filters(where))
            if not isinstance(node, Held | Consecutive):
                yield "condition left out", _put(node, where=None)

    def _filters(self, where: Formula) -> Iterator[tuple[Kind, Any]]:
        for slip in self.reading.slips(where):
            yield slip.kind, slip.whole

    def _windows(self, window: Window) -> Iterator[tuple[Kind, Window]]:
        for name in ("start", "end"):
            if getattr(window, name) is not None:
                yield from (("window end", _put(window, **{name: one})) for one in _ends(window, name))
        turned = evolve(window, start=_turned(window.end), end=_turned(window.start))
        if turned != window:
            yield "window direction", turned
        yield from ((kind, evolve(window, anchor=one)) for kind, one in self._anchors(window.anchor))

    def _anchors(self, anchor: Anchor) -> Iterator[tuple[Kind, Anchor]]:
        if isinstance(anchor, OccurrenceAnchor):
            yield "which record", _put(anchor, which=_WHICH[anchor.which])
            if anchor.where is not None:
                yield "condition left out", evolve(anchor, where=None)
                yield from ((kind, evolve(anchor, where=one)) for kind, one in self._filters(anchor.where))
        yield from (("anchor", one) for one in self._others(anchor))

    def _others(self, anchor: Anchor) -> Iterator[NamedAnchor]:
        others = (NamedAnchor(name) for name in self.anchors)
        yield from (one for one in (_SCREENING, *others) if one != anchor)


def _dated(anchor: Anchor) -> bool:
    return isinstance(anchor, DateAnchor | OccurrenceAnchor)


def _records(node: FeatureNode) -> Iterator[Changed]:
    """Which of several records, how many of them, and which moment of an occurrence."""
    match node:
        case SampleValue():
            yield "which record", _put(node, pick=_PICKS[node.pick])
        case SampleMean(_, _, int(last)) if last > 1:
            yield from (("threshold", evolve(node, last=count)) for count in (last - 1, last + 1))
        case Consecutive(_, _, count):
            yield from (("threshold", evolve(node, count=one)) for one in (count - 1, count + 1) if one)
        case Held(_, _, _, Duration() as recent):
            nearer = recent._replace(count=recent.count - 1)
            yield from (("window end", evolve(node, recent=one)) for one in (nearer, None))
        case Occurs() | OccursCount():
            if isinstance(node, Occurs):
                other = "every" if node.quantifier == "some" else "some"
                yield "any for all", _put(node, quantifier=other)
            if node.moment == "ongoing":
                ever = Window(node.window.anchor, None, Edge(()))
                yield "moment", _put(node, moment="overlaps", window=ever)
            elif (
                node.window.start is not None or node.moment != "overlaps"
            ):  # else all that overlaps started in it
                yield "moment", _put(node, moment=_MOMENTS[node.moment])


def _ends(window: Window, name: str) -> Iterator[Edge]:
    """One end in the window or out of it; the day on the other side; months and years as so many days."""
    edge: Edge = getattr(window, name)
    outwards = (-1 if name == "start" else 1) * (-1 if edge.strict else 1)
    if len(edge.offsets) > 1:
        yield evolve(edge, farthest=not edge.farthest)
        return
    yield evolve(edge, strict=not edge.strict)
    match edge.offsets:
        case (Duration(count, "month" | "year" as unit),):
            yield evolve(edge, offsets=(Duration(count * _DAYS[unit], "day"),))
        case (Duration(count, "week"),):
            yield evolve(edge, offsets=(Duration(7 * count + outwards, "day"),))
        case (Duration(count, unit),):
            yield evolve(edge, offsets=(Duration(count + outwards, unit),))
        case _ if window.anchor != _SCREENING:  # of the days after screening nothing is recorded yet
            yield evolve(edge, offsets=(Duration(outwards, "day"),))


def _turned(edge: Edge | None) -> Edge | None:
    if edge is None:
        return None
    return evolve(edge, offsets=tuple(Duration(-one.count, one.unit) for one in edge.offsets))


def _put(node: Any, **changed: object) -> Any:
    return evolve(node, **changed)
