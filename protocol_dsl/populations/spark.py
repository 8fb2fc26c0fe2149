"""Spark SQL: the user's own session, or one on this machine."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from attrs import frozen

from protocol_dsl.backends.sql import Query, verdict_query
from protocol_dsl.backends.sql.usable import SUFFIX, Usable
from protocol_dsl.backends.tables import TABLES, Table
from protocol_dsl.populations.loading import RecordTables
from protocol_dsl.populations.parts import Written
from protocol_dsl.populations.stores import Store
from protocol_dsl.populations.vetting import Vetting, foreign_names, refuse_lacking


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
    """The rows of a query over the tables (or views) of a session."""
    return result(query, spark).toArrow()


def result(query: Query, spark: Any) -> Any:
    """The data frame of a query over the tables (or views) of a session. Spark writes a step out anew wherever it is
    read, so those read more than once are kept."""
    for step in query.steps:
        found = spark.sql(step.text)
        if not step.name:
            return found
        kept = found.localCheckpoint() if step.uses > 1 else found
        kept.createOrReplaceTempView(step.name)
    raise AssertionError("a query ends with a step without a name")


@frozen
class Distributed:
    """All patients of a store of files, judged by a session: their records are parted by patient, and verdicts go from
    the executors to Parquet, none through the driver."""

    store: Store
    usable: Usable
    master: str

    def write(self, path: Path) -> Written:
        """Judge everybody; `path` becomes a folder. Raises BadPatients."""
        spark = session(self.master)

        def execute(text: str) -> list[Any]:
            return [tuple(row) for row in spark.sql(text).collect()]

        try:
            for table in TABLES:
                self._view(table, spark)
            vetting = Vetting(self.usable, execute, self.store.name)
            remarks = (*foreign_names(self.usable, execute), *vetting.remarks())
            for name, select in vetting.mended():
                spark.sql(select).repartition("patient").localCheckpoint().createOrReplaceTempView(name)
            found = result(verdict_query(self.usable.protocol, self.usable.dialect), spark)
            found.write.mode("overwrite").parquet(str(path.resolve()))
            return Written(spark.table("patients").count(), 0, remarks)
        finally:
            spark.stop()

    def _view(self, table: Table, spark: Any) -> None:
        """The table as it was given; and usable, parted by patient and kept on the executors' disks."""
        relation = None
        if table.name in self.store.relations:
            relation = f"{table.name}_found"
            read = self._read(table, spark)
            refuse_lacking(self.usable, table, read.columns, self.store.name)
            read.createOrReplaceTempView(relation)
        spark.sql(self.usable.given(table, relation)).createOrReplaceTempView(f"{table.name}{SUFFIX}")
        usable = spark.sql(self.usable.select(table)).repartition("patient")
        usable.localCheckpoint().createOrReplaceTempView(table.name)

    def _read(self, table: Table, spark: Any) -> Any:
        paths = [str(path.resolve()) for path in self.store.files[table.name]]
        if paths[0].endswith(".parquet"):
            return spark.read.option("mergeSchema", "true").parquet(*paths)
        return spark.read.option("header", "true").option("nullValue", "").csv(paths)
