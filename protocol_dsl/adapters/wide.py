"""Patients from a table with one row per patient, its columns named by fact."""

from __future__ import annotations

from collections.abc import Iterator

from protocol_dsl.adapters.incoming import Incoming, Skip, stop
from protocol_dsl.adapters.rows import Table
from protocol_dsl.runtime.schema import Schema
from protocol_dsl.runtime.wide import wide_columns


def read_wide(table: Table, schema: Schema, skip: Skip = stop) -> Iterator[Incoming]:
    """Every row as one patient; a column `on` is the day to judge that patient on. `skip` is told of rows that are
    none. Raises BadPatients."""
    named = [column.header for column in wide_columns(table.columns, schema) if column.part == "id"]
    for row in table.rows(skip):
        on = row.cells.pop("on", None)
        known = row.cells[named[0]] if named else ""
        yield Incoming(known, row.cells, table.place(row.line), wide=True, on=on or None)
