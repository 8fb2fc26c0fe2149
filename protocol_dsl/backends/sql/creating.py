"""The statements that make the tables of records."""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp

from protocol_dsl.backends.tables import ColumnType, Table

SQL_TYPES: Mapping[ColumnType, str] = {
    "key": "TEXT", "text": "TEXT", "double": "DOUBLE", "truth": "BOOLEAN", "moment": "TIMESTAMPNTZ",
    "integer": "BIGINT",
}  # fmt: skip


def created(table: Table, *, temporary: bool = False) -> exp.Create:
    """The statement that makes an empty table; a `temporary` one lasts as long as the connection."""
    columns = [
        exp.ColumnDef(this=exp.to_identifier(one.name), kind=exp.DataType.build(SQL_TYPES[one.type]))
        for one in table.columns
    ]
    return exp.Create(
        this=exp.Schema(this=exp.to_table(table.name), expressions=columns),
        kind="TABLE",
        properties=exp.Properties(expressions=[exp.TemporaryProperty()]) if temporary else None,
    )
