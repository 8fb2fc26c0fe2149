"""The source lines under a span, with the span underlined, aligned as a terminal shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from protocol_dsl.diagnostics.display import columns, shown
from protocol_dsl.diagnostics.fix import Edit, applied
from protocol_dsl.diagnostics.region import Region, region
from protocol_dsl.source import Position, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from protocol_dsl.diagnostics.fix import Fix
    from protocol_dsl.source import SourceFile

WIDTH = 160
"""Columns of a source line shown at most; a longer line is windowed round the underlined words."""

MARKED_WIDTH = 100
"""Columns of underlined words kept in a window before what stands on their left gives way."""


REWRITTEN = 4
"""Lines of a fix that are shown at most."""

ELISION = "..."
"""Stands in the gutter for the lines left out."""


@attrs.frozen
class Row:
    """One row of an excerpt: what stands in the gutter, the line, and the underline with its label."""

    gutter: str
    text: str
    mark: str = ""


def excerpt(source: SourceFile, span: Span, label: str, sign: str) -> tuple[Row, ...]:
    """The rows that show `span`, underlined with `sign` and labelled; none for a span without a place.

    A span over several lines is shown by its first and last line, and the one between if it is just one.
    """
    place = region(source, _without_trailing_blanks(source, span))
    return () if place is None else tuple(_rows(source, place, label, sign))


def rewritten(source: SourceFile, fix: Fix) -> tuple[Row, ...]:
    """The lines that a fix changes, as they read afterwards; the first few of a fix that changes many."""
    rows: list[Row] = []
    for number in sorted({source.position(edit.span.start).line for edit in fix.edits}):
        first = source.offset(Position(number, 1))
        inside = [edit for edit in fix.edits if source.position(edit.span.start).line == number]
        until = max(source.position(edit.span.end).line for edit in inside)
        last = source.offset(Position(until, len(source.line(until)) + 1))
        moved = [Edit(Span(edit.span.start - first, edit.span.end - first), edit.text) for edit in inside]
        changed = applied(source.text[first:last], moved)
        at = moved[0].span.start
        rows += [Row(str(number + i), _view(line, *((at, at) if i == 0 else (0, 0)))[0])
                 for i, line in enumerate(changed.split("\n"))]  # fmt: skip
    return tuple(rows[:REWRITTEN])


def _rows(source: SourceFile, place: Region, label: str, sign: str) -> Iterator[Row]:
    first, last = place.start.line, place.end.line
    if first == last:
        yield from _words_before(source, first)
        yield from _underlined(source, first, (place.start.column - 1, place.end.column - 1), label, sign)
        return
    line = source.line(first)
    yield from _underlined(source, first, (place.start.column - 1, len(line.rstrip())), "", sign)
    if last - first == 2:
        yield Row(str(first + 1), _view(source.line(first + 1), 0, 0)[0])
    elif last - first > 2:
        yield Row(ELISION, "")
    line = source.line(last)
    yield from _underlined(source, last, (len(line) - len(line.lstrip()), place.end.column - 1), label, sign)


def _words_before(source: SourceFile, number: int) -> Iterator[Row]:
    """The last line with words above a blank one, which alone (the end of the file, say) shows nothing."""
    if source.line(number).strip():
        return
    above = next((n for n in range(number - 1, 0, -1) if source.line(n).strip()), None)
    if above is not None:
        yield Row(str(above), _view(source.line(above), 0, 0)[0])
        if above < number - 1:
            yield Row(ELISION, "")


def _underlined(
    source: SourceFile, number: int, run: tuple[int, int], label: str, sign: str
) -> Iterator[Row]:
    text, left, width = _view(source.line(number), *run)
    yield Row(str(number), text)
    yield Row("", " " * left, f"{sign * width} {label}".rstrip())


def _view(line: str, start: int, end: int) -> tuple[str, int, int]:
    """The line as printed, the columns before the run of characters ``[start, end)``, and those under it."""
    first, last = _window(line, start, max(start, end))
    head, tail = "…" if first > 0 else "", "…" if last < len(line) else ""
    text = head + "".join(map(shown, line[first:last])) + tail
    left = len(head) + _measure(line[first:start])
    return text.rstrip(), left, max(1, _measure(line[start : min(end, last)]))


def _window(line: str, start: int, end: int) -> tuple[int, int]:
    """The characters to show: all of a line that fits, else those round the run, up to `WIDTH` columns."""
    if len(line) <= WIDTH * 2 and _measure(line) <= WIDTH:
        return 0, len(line)
    room = WIDTH - 2  # an ellipsis on either side
    marked = min(MARKED_WIDTH, _measure(line[start : min(end, start + MARKED_WIDTH)]))
    first, used = _reach_left(line, start, (room - marked) // 2)
    last, used = _reach_right(line, start, used, room)
    if last == len(line):
        first, _ = _reach_left(line, start, room - _measure(line[start:]))
    return first, last


def _reach_left(line: str, start: int, room: int) -> tuple[int, int]:
    used = 0
    while start > 0 and used + _room_for(line[start - 1]) <= room:
        start -= 1
        used += _room_for(line[start])
    return start, used


def _reach_right(line: str, end: int, used: int, room: int) -> tuple[int, int]:
    while end < len(line) and used + _room_for(line[end]) <= room:
        used += _room_for(line[end])
        end += 1
    return end, used


def _room_for(character: str) -> int:
    # A character without width takes room all the same, or a heap of them would be shown entire.
    return max(1, columns(character))


def _measure(text: str) -> int:
    return sum(map(columns, text))


def _without_trailing_blanks(source: SourceFile, span: Span) -> Span:
    """A span that runs into the blanks after its words is underlined as far as the words go.

    One that holds nothing but blanks keeps those of its first line.
    """
    words = source.slice(span)
    kept = len(words.rstrip()) or len(words.partition("\n")[0])
    return Span(span.start, span.start + kept) if span.known else span
