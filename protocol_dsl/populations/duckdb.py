"""DuckDB: the embedded engine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pyarrow as pa

from protocol_dsl.adapters.incoming import BadPatients
from protocol_dsl.backends.sql import Query
from protocol_dsl.populations.loading import RecordTables
from protocol_dsl.populations.stores import quoted


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


UNREADABLE = (duckdb.ConversionException, duckdb.InvalidInputException, duckdb.IOException)
"""What is raised of files and cells that are not what they should be."""
_SHARE = 0.5
"""Of the memory allowed what DuckDB may take: the rest is for Python, for Polars, and for what is handed over."""


@contextmanager
def bounded(memory: int, spill: Path) -> Iterator[Any]:
    """A connection that keeps to its share of so many bytes, and spills to a folder beyond that."""
    with duckdb.connect() as connection, TemporaryDirectory(prefix=".spill-", dir=spill) as folder:
        bind(connection, memory, folder)
        yield connection


def bind(connection: Any, memory: int, folder: str) -> None:
    """Keep a connection to its share of so many bytes."""
    connection.execute(f"SET memory_limit = '{int(memory * _SHARE)}B'")
    connection.execute("SET temp_directory = $1", [folder])
    connection.execute("SET enable_progress_bar = false")


def attach(connection: Any, file: str) -> None:
    """Open a DuckDB file as `records`, to be read. Raises BadPatients."""
    try:
        connection.execute(f"ATTACH {quoted(file)} AS records (READ_ONLY)")
    except duckdb.Error as error:
        reason = str(error).split("\n", 1)[0]
        raise BadPatients(file, f"DuckDB cannot open it: {reason}", "close it where it is open") from None


def tables_of(file: str) -> list[tuple[str, str]]:
    """The tables and views of a DuckDB file, each with its schema. Raises BadPatients."""
    with duckdb.connect() as connection:
        attach(connection, file)
        found = connection.execute(
            "SELECT table_name, table_schema FROM information_schema.tables WHERE table_catalog = 'records'"
        )
        return [(table, schema) for table, schema in found.fetchall()]
