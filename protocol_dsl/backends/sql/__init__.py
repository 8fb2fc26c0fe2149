"""A protocol as one SQL query over tables of records (`tables`), in the dialects known to come out right."""

from __future__ import annotations

from protocol_dsl.backends.base import Artifact
from protocol_dsl.backends.sql.dialects import DIALECTS, Dialect, DialectError, dialect_named
from protocol_dsl.backends.sql.query import Query, feature_query, verdict_query
from protocol_dsl.backends.sql.render import query_text, tables_text
from protocol_dsl.ir.protocol import Protocol

__all__ = [
    "DIALECTS", "Dialect", "DialectError", "Query", "dialect_named", "emit", "feature_query", "query_text",
    "tables_text", "verdict_query",
]  # fmt: skip


def emit(protocol: Protocol, dialect: Dialect) -> tuple[Artifact, ...]:
    """`verdicts.<dialect>.sql`, one row a patient, and `records.<dialect>.sql`, the empty tables it reads."""
    title = f"{protocol.header.id}: {protocol.header.title}"
    what = (
        "One row a patient: each criterion true (passes), false (fails) or null (unknown), the verdict, and what is "
        "still missing. Made from the protocol by trialc; do not edit."
    )
    verdicts = query_text(verdict_query(protocol, dialect), title, what)
    return (
        Artifact(f"verdicts.{dialect.name}.sql", verdicts),
        Artifact(f"records.{dialect.name}.sql", tables_text(dialect)),
    )
