"""Tables: statements of one kind, one below the other, with their parts in columns."""

from __future__ import annotations

from statistics import median_low
from typing import TYPE_CHECKING

from protocol_dsl.formatter.cells import GRID, GRID_COLUMNS, TABLES, Table, kind
from protocol_dsl.formatter.pieces import COMMENT
from protocol_dsl.formatter.wrapping import TABLE_WIDTH, statements, width

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from protocol_dsl.formatter.lines import Line

_INSIDE = frozenset({"background", "expect"})
"""Columns inside the braces of a statement in one line."""
_FAR = 16
"""A cell this much wider than the middle one of its column widens the column for nobody."""


_Cells = list[tuple[int, str]]
"""Where in a line its cells begin, with their columns."""


def align(lines: Sequence[Line]) -> None:
    """Set the gaps of the lines that make up tables."""
    for table, rows in _tables(lines):
        cells = [_cells(row, table) for row in rows]
        gap = table.gap if len(rows) > 1 else table.alone
        for row, found in zip(rows, cells, strict=True):
            for place, column in found:
                row.gaps[place] = 1 if column in table.close else gap
        _align_rows(table, rows, cells)


def _tables(lines: Sequence[Line]) -> Iterator[tuple[Table, list[Line]]]:
    """Neighbours in a block, of one kind, with no blank line, comment or other statement between."""
    open_tables: dict[int, tuple[str, list[Line]]] = {}
    for line in lines:
        first = line.pieces[0]
        if first.head is None and first.rule != COMMENT:
            continue
        name, rows = open_tables.get(line.block, ("", []))
        if _name(line) != name or line.blank_before:
            if name in TABLES:
                yield TABLES[name], rows
            open_tables[line.block] = name, rows = _name(line), []
        rows.append(line)
    yield from ((TABLES[name], rows) for name, rows in open_tables.values() if name in TABLES)


def _name(line: Line) -> str:
    """The table that the line may be a row of."""
    heads = [piece.head for piece in (line.pieces[place] for place in statements(line.pieces)) if piece.head]
    if len(set(heads)) != 1:
        return COMMENT
    return GRID if len(heads) > 1 else kind(heads[0])


def _cells(line: Line, table: Table) -> _Cells:
    """Where the line's cells begin, of those in the table's order."""
    if table is TABLES[GRID]:
        return [
            (place, GRID_COLUMNS[number]) for number, place in enumerate(statements(line.pieces)) if number
        ]
    found: _Cells = []
    depth, last = 0, -1
    for place, piece in enumerate(line.pieces):
        depth -= piece.text in {")", "}"}
        if place and piece.cell in table.columns and depth == (piece.cell in _INSIDE):
            ragged = piece.cell == "body" and piece.partner not in line.pieces
            if table.place(piece.cell) > last and not ragged:
                last = table.place(piece.cell)
                found.append((place, piece.cell))
        depth += piece.text in {"(", "{"}
    return found


def _align_rows(table: Table, rows: Sequence[Line], cells: Sequence[_Cells]) -> None:
    """Align what can be: a row that would grow too wide gives up its last column, and so on."""
    kept = [list(row.gaps) for row in rows]
    for column in table.columns:
        _align(column, rows, cells)
    fits = [_fits(row, before) for row, before in zip(rows, kept, strict=True)]
    if not all(fits):
        for row, gaps in zip(rows, kept, strict=True):
            row.gaps = gaps
        fewer = [found if fit else found[:-1] for found, fit in zip(cells, fits, strict=True)]
        _align_rows(table, rows, fewer)


def _fits(row: Line, before: list[int]) -> bool:
    """Whether all but the prose at the end of the row is within reach of the eye."""
    end = len(row.pieces) - (row.pieces[-1].text[0] == '"')
    return row.gaps == before or row.indent + width(row.pieces[:end], row.gaps[:end]) <= TABLE_WIDTH


def _align(column: str, rows: Sequence[Line], cells: Sequence[_Cells]) -> None:
    places = [next((place for place, name in found if name == column), None) for found in cells]
    ends = {
        number: width(row.pieces[:place], [*row.gaps[:place], row.gaps[place]])
        for number, (row, place) in enumerate(zip(rows, places, strict=True))
        if place is not None
    }
    if len(ends) < 2:
        return
    usual = median_low(ends.values())
    edge = max(end for end in ends.values() if end <= usual + _FAR)
    for number, end in ends.items():
        place = places[number]
        if place is not None and end < edge:
            rows[number].gaps[place] += edge - end
