"""PostgreSQL: a server that is there already."""

from __future__ import annotations

from typing import Any

import psycopg
import pyarrow as pa

from protocol_dsl.backends.sql import Query
from protocol_dsl.backends.sql.tables import TABLES, created
from protocol_dsl.populations.loading import RecordTables


def judged(query: Query, tables: RecordTables, server: str) -> pa.Table:
    """The rows of a query (in dialect `postgresql`) over tables copied to a server, where they last as long as the
    connection. `server` is an address such as `postgresql://user@host/base`."""
    with psycopg.connect(server) as connection:
        for table in TABLES:
            connection.execute(created(table, temporary=True).sql("postgres"))
            _copy(connection, table.name, tables[table.name])
            connection.execute(f"ANALYZE {table.name}")
        return rows(query, connection)


def rows(query: Query, connection: Any) -> pa.Table:
    """The rows of a query over the tables of a connection."""
    found = connection.execute(query.text)
    columns = list(zip(*found.fetchall(), strict=True)) or [()] * len(query.columns)
    return pa.table([pa.array(values) for values in columns], names=list(query.columns))


def _copy(connection: Any, name: str, table: pa.Table) -> None:
    with connection.cursor().copy(f"COPY {name} FROM STDIN") as copy:
        for batch in table.to_batches():
            for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                copy.write_row(row)
