"""Places as the protocol of editors counts them: lines and columns from 0, columns in UTF-16 code units."""

from __future__ import annotations

from lsprotocol import types

from protocol_dsl.source import Position, SourceFile, Span


def position(source: SourceFile, offset: int) -> types.Position:
    """Where a character stands."""
    place = source.position(offset)
    before = source.line(place.line)[: place.column - 1]
    return types.Position(place.line - 1, _units(before))


def range_of(source: SourceFile, span: Span) -> types.Range:
    """Where a run of characters stands; the first character for what concerns the whole file."""
    start, end = (span.start, span.end) if span.known else (0, 0)
    return types.Range(position(source, start), position(source, end))


def offset(source: SourceFile, place: types.Position) -> int:
    """The character at a place; one past the end of its line counts as that end."""
    column = 0
    for character in source.line(place.line + 1):
        if place.character <= 0:
            break
        place = types.Position(place.line, place.character - _units(character))
        column += 1
    return source.offset(Position(place.line + 1, column + 1))


def whole(source: SourceFile) -> types.Range:
    """All of a text."""
    return range_of(source, Span(0, len(source.text)))


def _units(text: str) -> int:
    return len(text) + sum(character > "\uffff" for character in text)
