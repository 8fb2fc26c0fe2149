"""Verdicts as Parquet, in the same columns whichever engine judged."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from protocol_dsl.backends.frame import frame_of, frame_scope
from protocol_dsl.backends.judging import OutcomeNames, outcome_names
from protocol_dsl.ir.protocol import Protocol


def outcome_columns(protocol: Protocol) -> OutcomeNames:
    """The names of verdicts' columns, as every engine gives them."""
    scope = frame_scope()
    frame_of(protocol, scope)
    return outcome_names(protocol, scope)


def verdict_schema(protocol: Protocol, patient: pa.DataType) -> pa.Schema:
    """The patient, then by stage the criteria (true, false, null), the verdict, and what is missing."""
    names = outcome_columns(protocol)
    columns = [("patient", patient)]
    for stage in protocol.stages:
        columns += [(names.criteria[one.id], pa.bool_()) for one in stage.criteria]
        columns += [(names.verdicts[stage.name], pa.string()), (names.missing[stage.name], pa.string())]
    return pa.schema(columns)


def write_verdicts(table: pa.Table, protocol: Protocol, path: Path) -> None:
    """Write the rows an engine gave."""
    schema = verdict_schema(protocol, table.schema.field("patient").type)
    pq.write_table(table.select(schema.names).cast(schema), path, compression="zstd")
