"""Spark SQL: the user's own session, or one on this machine."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from protocol_dsl.backends.sql import Query
from protocol_dsl.populations.loading import RecordTables


def session(master: str = "local[2]") -> Any:
    """A session; stop it with `.stop()`."""
    from pyspark.sql import SparkSession  # noqa: PLC0415 - half a minute to start

    builder = SparkSession.builder.master(master).appName("trialc")
    settings = {
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "2",
        "spark.ui.showConsoleProgress": "false",
    }
    for name, value in settings.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def judged(query: Query, tables: RecordTables, spark: Any) -> pa.Table:
    """The rows of a query (in dialect `spark`) over tables handed to a session as Parquet."""
    with TemporaryDirectory() as folder:
        for name, table in tables.items():
            path = Path(folder, f"{name}.parquet")
            pq.write_table(table, path)
            spark.read.parquet(str(path)).createOrReplaceTempView(name)
        return rows(query, spark)


def rows(query: Query, spark: Any) -> pa.Table:
    """The rows of a query over the tables (or views) of a session. Spark writes a step out anew wherever it is read, so
    those read more than once are kept."""
    for step in query.steps:
        found = spark.sql(step.text)
        if not step.name:
            return found.toArrow()
        kept = found.localCheckpoint() if step.uses > 1 else found
        kept.createOrReplaceTempView(step.name)
    raise AssertionError("a query ends with a step without a name")
