"""Breaking a line that is too long, at the place a reader would."""

from __future__ import annotations

from typing import TYPE_CHECKING

from protocol_dsl.formatter.cells import TABLES, kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from protocol_dsl.formatter.pieces import Piece

WIDTH = 120
TABLE_WIDTH = 150
"""A table may be wider than other text, and so may a row of one with its block: it is read downwards."""


def width(pieces: Sequence[Piece], gaps: Sequence[int]) -> int:
    """Of the pieces side by side; of a text in several lines its last line counts."""
    return sum(gaps) + sum(len(piece.text.rpartition("\n")[2]) for piece in pieces)


def parts(pieces: Sequence[Piece], gaps: Sequence[int], indent: int) -> list[Sequence[Piece]] | None:
    """The line in two or more, None where it is short enough or nothing in it can be parted.

    A block in one line is opened up first, then statements side by side are parted, then lists and conditions.
    """
    wide = indent + width(pieces, gaps)
    opened = _opened(pieces)
    in_table = opened and kind(pieces[0].head or "") in TABLES
    if wide <= (TABLE_WIDTH if in_table else WIDTH):
        return None
    return opened or _parted(pieces, gaps, indent)


def _opened(pieces: Sequence[Piece]) -> list[Sequence[Piece]] | None:
    opening = next((place for place, one in enumerate(pieces) if one.partner in pieces), None)
    if opening is None:
        return None
    closing = next(place for place, one in enumerate(pieces) if one is pieces[opening].partner)
    inside = pieces[opening + 1 : closing]
    if not inside:
        return None
    starts = [place for place in statements(inside) if place]
    edges = [0, opening + 1, *(opening + 1 + place for place in starts), closing]
    return [pieces[start:end] for start, end in zip(edges, [*edges[1:], len(pieces)], strict=True)]


def statements(pieces: Sequence[Piece]) -> Iterator[int]:
    """Where statements begin that are not inside another's block."""
    closing: Piece | None = None
    for place, piece in enumerate(pieces):
        if closing is None and piece.head:
            yield place
        if closing is None and piece.partner is not None:
            closing = piece.partner
        if piece is closing:
            closing = None


def _parted(pieces: Sequence[Piece], gaps: Sequence[int], indent: int) -> list[Sequence[Piece]] | None:
    places = [place for place in statements(pieces) if place] or _outermost(pieces)
    fitting = [place for place in places if indent + width(pieces[:place], gaps[:place]) <= WIDTH]
    if not places:
        return None
    place = fitting[-1] if fitting else places[0]
    return [pieces[:place], pieces[place:]]


def _outermost(pieces: Sequence[Piece]) -> list[int]:
    """Where a statement may go on in another line, outside as many brackets as can be."""
    found: dict[int, list[int]] = {}
    depth = 0
    for place, piece in enumerate(pieces):
        depth -= piece.text in {")", "}"}
        if place and _may_begin_a_line(pieces[place - 1], piece):
            found.setdefault(depth, []).append(place)
        depth += piece.text in {"(", "{"}
    return found[min(found)] if found else []


def _may_begin_a_line(before: Piece, piece: Piece) -> bool:
    return (
        (before.text == "," and piece.cell is None)
        or piece.text in {"and", "or", "unless", "else"}
        or piece.cell in {"valid", "label", "limit", "plausible"}
        or (before.text == "=" and before.cell == "value")
    )
