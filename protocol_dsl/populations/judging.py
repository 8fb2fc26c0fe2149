"""Generated patients through an engine: records to tables, one query, rows back to values of the ir."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pyarrow as pa

from protocol_dsl.backends.sql import Query, dialect_named, feature_query, verdict_query
from protocol_dsl.ir.evaluate import Scalar
from protocol_dsl.ir.protocol import Protocol
from protocol_dsl.populations.decoding import features, outcomes
from protocol_dsl.populations.engines import EngineName, Judge, numbered
from protocol_dsl.populations.loading import RecordTables, record_tables
from protocol_dsl.runtime.records import Records
from protocol_dsl.vocabulary.calendar import When

Run = Callable[[RecordTables], pa.Table]


def judge_with(name: EngineName, protocol: Protocol, where: str) -> Judge:
    """The engine of that name."""
    if name == "polars":
        query = feature_query(protocol, dialect_named("duckdb"))
        return _judge(protocol, query, _polars(protocol, query))
    query = verdict_query(protocol, dialect_named(name), features=True)
    return _judge(protocol, query, _RUNS[name](query, where))


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


def _polars(protocol: Protocol, query: Query) -> Run:
    """Records reduced by DuckDB, criteria judged by Polars."""
    from protocol_dsl.backends.columns import check_frame  # noqa: PLC0415 - slow to load
    from protocol_dsl.populations import duckdb  # noqa: PLC0415 - slow to load

    def run(tables: RecordTables) -> pa.Table:
        told = duckdb.judged(query, tables)
        judged = check_frame(protocol, told)
        for name in judged.column_names:
            told = told.append_column(name, judged[name])
        return told

    return run
