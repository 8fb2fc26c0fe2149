"""Generated patients through an engine: records to tables, one query, rows back to values of the ir."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pyarrow as pa

from protocol_dsl.backends.sql import Query, dialect_named, feature_query, verdict_query
from protocol_dsl.backends.tables import TABLES
from protocol_dsl.ir.evaluate import Scalar
from protocol_dsl.ir.protocol import Protocol
from protocol_dsl.populations.decoding import features, outcomes
from protocol_dsl.populations.engines import EngineName, Judge, numbered
from protocol_dsl.populations.loading import RecordTables, record_tables
from protocol_dsl.populations.stores import StoreEngine
from protocol_dsl.runtime.records import Records
from protocol_dsl.vocabulary.calendar import When

Run = Callable[[RecordTables], pa.Table]
Rows = Callable[[Any], pa.Table]
"""The verdicts of all patients in the tables of a connection."""


def judge_with(name: EngineName, protocol: Protocol, where: str) -> Judge:
    """The engine of that name."""
    if name == "polars":
        query = feature_query(protocol, dialect_named("duckdb"))
        return _judge(protocol, query, _polars(protocol, query, missing=False))
    query = verdict_query(protocol, dialect_named(name), features=True)
    return _judge(protocol, query, _RUNS[name](query, where))


def verdicts_with(name: EngineName, protocol: Protocol, where: str) -> Run:
    """The engine of that name, from tables of records to verdicts with what is missing."""
    if name == "polars":
        return _polars(protocol, feature_query(protocol, dialect_named("duckdb")), missing=True)
    return _RUNS[name](verdict_query(protocol, dialect_named(name)), where)


def rows_with(name: EngineName, protocol: Protocol, where: str, store: StoreEngine) -> Rows:
    """The engine of that name, over the tables of a store's connection: in place where it holds them itself."""
    dialect = dialect_named(store)
    if name == "polars":
        features = feature_query(protocol, dialect)
        return lambda connection: in_columns(protocol, _rows(features, connection, store), missing=True)
    if name == store:
        query = verdict_query(protocol, dialect)
        return lambda connection: _rows(query, connection, store)
    run = verdicts_with(name, protocol, where)
    return lambda connection: run(
        {
            table.name: connection.sql(
                f"SELECT {', '.join(one.name for one in table.columns)} FROM {table.name}"
            ).to_arrow_table()
            for table in TABLES
        }
    )


def _rows(query: Query, connection: Any, store: StoreEngine) -> pa.Table:
    if store == "duckdb":
        from protocol_dsl.populations import duckdb  # noqa: PLC0415 - slow to load

        return duckdb.rows(query, connection)
    from protocol_dsl.populations import postgresql  # noqa: PLC0415 - slow to load

    return postgresql.rows(query, connection)


def _judge(protocol: Protocol, query: Query, run: Run) -> Judge:
    def judge(patients: Sequence[tuple[Records, When]]) -> list[Mapping[str, Scalar]]:
        rows = {row["patient"]: row for row in run(record_tables(numbered(patients))).to_pylist()}
        found: list[Mapping[str, Scalar]] = []
        for place, _ in enumerate(patients):
            row = rows[str(place)]
            values = {f"feature {name}": value for name, value in features(row, query.frame, protocol)}
            found.append({**outcomes(row, query.outcomes), **values})
        return found

    return judge


def _duckdb(query: Query, _where: str) -> Run:
    from protocol_dsl.populations import duckdb  # noqa: PLC0415 - slow to load

    return lambda tables: duckdb.judged(query, tables)


def _postgresql(query: Query, where: str) -> Run:
    from protocol_dsl.populations import postgresql  # noqa: PLC0415 - slow to load

    return lambda tables: postgresql.judged(query, tables, where)


def _spark(query: Query, where: str) -> Run:
    from protocol_dsl.populations import spark  # noqa: PLC0415 - slow to load

    session = spark.session(where or "local[2]")
    return lambda tables: spark.judged(query, tables, session)


_RUNS: Mapping[EngineName, Callable[[Query, str], Run]] = {
    "duckdb": _duckdb,
    "postgresql": _postgresql,
    "spark": _spark,
}


def _polars(protocol: Protocol, query: Query, *, missing: bool) -> Run:
    """Records reduced by DuckDB, criteria judged by Polars."""
    from protocol_dsl.populations import duckdb  # noqa: PLC0415 - slow to load

    return lambda tables: in_columns(protocol, duckdb.judged(query, tables), missing=missing)


def in_columns(protocol: Protocol, told: pa.Table, *, missing: bool) -> pa.Table:
    """A table of patients and features with the outcomes beside them, judged by Polars."""
    from protocol_dsl.backends.columns import check_frame  # noqa: PLC0415 - slow to load

    judged = check_frame(protocol, told, missing=missing)
    for name in judged.column_names:
        told = told.append_column(name, judged[name])
    return told
