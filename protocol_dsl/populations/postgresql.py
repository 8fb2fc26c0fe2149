"""PostgreSQL: a server that is there already."""

from __future__ import annotations

import re
from typing import Any

import psycopg
import pyarrow as pa

from protocol_dsl.adapters.incoming import BadPatients
from protocol_dsl.backends.sql import Query
from protocol_dsl.backends.sql.creating import created
from protocol_dsl.backends.tables import TABLES
from protocol_dsl.populations.loading import RecordTables

UNREADABLE = (psycopg.DataError, psycopg.errors.InsufficientPrivilege)
"""What is raised of values that are not what they should be, and of tables that must not be read."""


def connected(server: str) -> Any:
    """A connection. Raises BadPatients when there is none to be had."""
    try:
        # Compiling a query of hundreds of expressions takes longer than running it.
        return psycopg.connect(server, options="-c jit=off")
    except psycopg.Error as error:
        reason = str(error).strip().split("\n", 1)[0]
        fix = "check the address, `postgresql://user@host/base`, and that the server runs"
        raise BadPatients(shown(server), f"PostgreSQL does not answer: {reason}", fix) from None


def tables_of(server: str) -> list[tuple[str, str]]:
    """The tables and views on the search path of a server, each with its schema, the first on the path last. Raises
    BadPatients."""
    with connected(server) as connection:
        found = connection.execute(
            "SELECT table_name, table_schema FROM information_schema.tables "
            "WHERE table_schema = ANY (current_schemas(false)) "
            "ORDER BY array_position(current_schemas(false), table_schema::name) DESC"
        )
        return [(table, schema) for table, schema in found.fetchall()]


def shown(server: str) -> str:
    """An address as it may be shown: without a password."""
    return re.sub(r"(://[^:/@]*):[^@]*@", r"\1@", server)


def judged(query: Query, tables: RecordTables, server: str) -> pa.Table:
    """The rows of a query (in dialect `postgresql`) over tables copied to a server, where they last as long as the
    connection. `server` is an address such as `postgresql://user@host/base`."""
    with connected(server) as connection:
        copied(tables, connection)
        return rows(query, connection)


def copied(tables: RecordTables, connection: Any, *, temporary: bool = True) -> None:
    """Make the tables of records on a server, and fill them."""
    for table in TABLES:
        connection.execute(created(table, temporary=temporary).sql("postgres"))
        _copy(connection, table.name, tables[table.name])
        connection.execute(f"ANALYZE {table.name}")


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
