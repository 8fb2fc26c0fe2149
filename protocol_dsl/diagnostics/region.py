"""A span as every output format needs it: inside the text, with its lines and columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from protocol_dsl.source import Span

if TYPE_CHECKING:
    from protocol_dsl.source import Position, SourceFile


@attrs.frozen
class Region:
    """A span cut to its text; `end` is the position just after the last character."""

    span: Span
    start: Position
    end: Position

    @property
    def on_one_line(self) -> bool:
        """Whether start and end share a line."""
        return self.start.line == self.end.line


def region(source: SourceFile, span: Span) -> Region | None:
    """Where `span` lies in `source`, or None for a span without a place."""
    if not span.known:
        return None
    start = min(span.start, len(source.text))
    end = max(start, min(span.end, len(source.text)))
    return Region(Span(start, end), source.position(start), source.position(end))
