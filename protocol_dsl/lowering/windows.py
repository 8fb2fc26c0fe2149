"""Time phrases into windows: a direction and an anchor named, both ends inclusive unless `more than` or `less than`."""

from __future__ import annotations

from typing import assert_never

from protocol_dsl.diagnostics import Fix, suggest
from protocol_dsl.ir.features import Anchor, DateAnchor, Edge, NamedAnchor, OccurrenceAnchor, Window
from protocol_dsl.lowering.session import Abandon, Context
from protocol_dsl.semantics.durations import durations
from protocol_dsl.semantics.errors import names as name_errors
from protocol_dsl.semantics.errors import time as errors
from protocol_dsl.source import Span
from protocol_dsl.syntax.nodes import time as syntax
from protocol_dsl.vocabulary.calendar import Duration

HERE = Edge(())
Lengths = tuple[tuple[Duration, ...], bool]


def window(node: syntax.Window, context: Context) -> Window:
    """The window a phrase stands for; a phrase without direction or anchor is refused."""
    match node:
        case syntax.Within():
            lengths, anchor = _measured(node, context)
            return _within(lengths, node.direction or "before", anchor)
        case syntax.Beyond():
            lengths, anchor = _measured(node, context)
            return _beyond(node.extent, lengths, node.direction or "before", anchor)
        case syntax.OpenWindow():
            anchor = anchor_of(node.anchor, context)
            if node.direction == "before or after":
                return Window(anchor, None, None)
            return Window(anchor, None, HERE) if node.direction == "before" else Window(anchor, HERE, None)
        case syntax.Since():
            return Window(anchor_of(node.anchor, context), HERE, None)
        case syntax.OnTheDay():
            return Window(anchor_of(node.anchor, context), HERE, HERE)
        case _:
            assert_never(node)


def _measured(node: syntax.Within | syntax.Beyond, context: Context) -> tuple[Lengths, Anchor]:
    session = context.session
    lengths = durations(node.duration, session.scope.interventions, session.found)
    words = session.source.slice(node.span)
    if node.direction is None:
        put = Fix.insert(node.span.end, " before screening")
        session.found.add(errors.WindowWithoutDirection(node.span, words, fixes=(put,)))
        raise Abandon
    if node.anchor is None:
        session.found.add(errors.WindowWithoutAnchor(node.span, words, node.direction))
        raise Abandon
    anchor = anchor_of(node.anchor, context)
    if lengths is None:
        raise Abandon
    return lengths, anchor


def _edge(lengths: Lengths, sign: int, *, strict: bool = False) -> Edge:
    moved = tuple(Duration(sign * length.count, length.unit) for length in lengths[0])
    return Edge(moved, strict, lengths[1])


def _anchor_edge(lengths: Lengths) -> Edge:
    """The anchor's own end of a window: its whole day, or its moment when the window is counted in hours."""
    fine = all(length.unit in {"minute", "hour"} for length in lengths[0])
    return Edge((Duration(0, "hour"),)) if fine else HERE


def _within(lengths: Lengths, direction: str, anchor: Anchor) -> Window:
    own = _anchor_edge(lengths)
    if direction == "before":
        return Window(anchor, _edge(lengths, -1), own)
    if direction == "after":
        return Window(anchor, own, _edge(lengths, 1))
    return Window(anchor, _edge(lengths, -1), _edge(lengths, 1))


def _beyond(extent: str, lengths: Lengths, direction: str, anchor: Anchor) -> Window:
    """`at least 4 weeks before A` reaches back without end; `less than` and `at most` reach up to the anchor."""
    own, strict = _anchor_edge(lengths), extent in {"more than", "less than"}
    far = extent in {"at least", "more than"}
    if direction == "before":
        edge = _edge(lengths, -1, strict=strict)
        return Window(anchor, None, edge) if far else Window(anchor, edge, own)
    edge = _edge(lengths, 1, strict=strict)
    if direction == "after":
        return Window(anchor, edge, None) if far else Window(anchor, own, edge)
    return Window(anchor, _edge(lengths, -1, strict=strict), edge)


def held_window(node: syntax.Held | syntax.Unchanged, context: Context) -> Window:
    """The time a state was held, or in which it must not have changed: from that long before the anchor up to it."""
    found = context.session.found
    if node.extent not in {"at least", "more than"}:
        found.add(errors.WrongExtent(node.span, node.extent))
        raise Abandon
    lengths = durations(node.duration, context.session.scope.interventions, found)
    anchor = context.anchor if node.anchor is None else anchor_of(node.anchor, context)
    if lengths is None:
        raise Abandon
    # A state must stand by the start; a change must not lie after it, so there `at least` leaves the start out.
    start = _edge(lengths, -1, strict=(node.extent == "more than") == isinstance(node, syntax.Held))
    return Window(anchor, start, _anchor_edge(lengths))


def anchor_of(node: syntax.AnchorRef, context: Context) -> Anchor:
    """The point in time a name stands for; an event needs `first` or `last`."""
    session, name = context.session, node.name.text
    if name == "screening" or name in session.scope.anchors:
        return NamedAnchor(name)
    fact = session.scope.facts.get(name)
    if fact is None:
        _unknown_anchor(name, node.name.span, context)
    elif fact.kind == "date":
        session.used.add(name)
        return DateAnchor(name)
    elif fact.kind == "event":
        session.used.add(name)
        if node.which is not None:
            return OccurrenceAnchor(name, node.which)
        session.found.add(errors.RecurringAnchor(node.span, name))
    else:
        session.found.add(errors.NotAnAnchor(node.span, name))
    raise Abandon


def _unknown_anchor(name: str, span: Span, context: Context) -> None:
    scope = context.session.scope
    if name not in scope.damaged:
        close = suggest(name, scope.anchor_names())
        fix = f'declare it: `anchor {name} "…"`'
        context.session.found.add(name_errors.UnknownName(span, name, close, fix))
