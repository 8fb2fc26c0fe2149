"""DuckDB: the embedded engine."""

from __future__ import annotations

from typing import Any

import duckdb
import pyarrow as pa

from protocol_dsl.backends.sql import Query
from protocol_dsl.populations.loading import RecordTables


def judged(query: Query, tables: RecordTables, *, threads: int | None = None) -> pa.Table:
    """The rows of a query (in dialect `duckdb`) over tables in memory."""
    with duckdb.connect() as connection:
        if threads is not None:
            connection.execute(f"SET threads = {threads:d}")
        for name, table in tables.items():
            connection.register(f"{name}_given", table)
            connection.execute(f"CREATE TABLE {name} AS SELECT * FROM {name}_given")
        return rows(query, connection)


def rows(query: Query, connection: Any) -> pa.Table:
    """The rows of a query over the tables of a connection."""
    return connection.sql(query.text).to_arrow_table()
