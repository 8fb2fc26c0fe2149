"""Records judged where they stand: some patients at a time, by the range of their keys, are made usable, reduced and
judged by the engine that holds them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from attrs import frozen

from protocol_dsl.adapters.incoming import BadPatients
from protocol_dsl.adapters.remarks import Remark, Remarks
from protocol_dsl.backends.sql.usable import SUFFIX, Usable
from protocol_dsl.backends.tables import TABLES, Table
from protocol_dsl.populations.judging import Rows
from protocol_dsl.populations.parts import Written
from protocol_dsl.populations.stores import Store
from protocol_dsl.populations.verdicts import write_verdicts
from protocol_dsl.populations.vetting import Vetting, foreign_names, refuse_lacking

_SHARE, _ROW = 0.2, 96
"""Of the memory what the records of a part may take, at so many bytes a row."""
_LEAST, _MOST = 1_000, 500_000


@contextmanager
def in_place(store: Store, usable: Usable, rows: Rows, memory: int, spill: Path) -> Iterator[InPlace]:
    """The patients of a store, its tables looked at. Raises BadPatients."""
    with store.connected(memory, spill) as connection:
        try:
            yield InPlace(store, usable, rows, memory, connection)
        except store.unreadable as error:
            reason = " ".join(str(error).split())[:300]
            raise BadPatients(store.name, f"its tables cannot be read: {reason}", "mend that place") from None


@frozen
class InPlace:
    """The patients of a store, some of them at a time, judged within `memory` bytes."""

    store: Store
    usable: Usable
    rows: Rows
    memory: int
    connection: Any

    def prepare(self) -> Remarks:
        """Look at the tables as they were given: what in them the protocol does not know. Raises BadPatients."""
        for table in TABLES:
            self._view(table)
        remarks = Remarks()
        for one in foreign_names(self.usable, self.run):
            remarks.add(one)
        return remarks

    def size(self) -> tuple[int, int]:
        """How many patients are judged together, by their rows and the memory; how many there are."""
        rows = {one.name: self.run(f"SELECT COUNT(*) FROM {one.name}{SUFFIX}")[0][0] for one in TABLES}
        patients = rows["patients"]
        each = max(1.0, sum(rows.values()) / max(1, patients)) * _ROW
        return max(_LEAST, min(_MOST, int(self.memory * _SHARE / each))), patients

    def parts(self, size: int) -> Iterator[RangePart]:
        """The patients in the order of their keys, `size` at a time; the first and the last range are open, so that
        rows of nobody are seen too."""
        ordered = "SELECT patient, ROW_NUMBER() OVER (ORDER BY patient) AS place FROM patients_given"
        found = self.run(
            f"SELECT patient FROM ({ordered}) AS numbered WHERE place % {size} = 1 ORDER BY place"
            if size > 1
            else "SELECT patient FROM patients_given ORDER BY patient"
        )
        starts = [None, *(key for (key,) in found[1:])]
        for start, end in zip(starts, [*starts[1:], None], strict=True):
            yield RangePart(self, start, end)

    def load(self, start: object, end: object) -> list[Remark]:
        """The tables of the patients from one key to before another, usable; what in them is not. Raises
        BadPatients."""
        for table in TABLES:
            select = self.usable.select(table, start, end)
            self.run(f"DROP TABLE IF EXISTS {self._own(table.name)}")
            self.run(f"CREATE TEMPORARY TABLE {table.name} AS {select}")
        vetting = Vetting(self.usable, self.run, self.store.name)
        remarks = vetting.remarks()
        for name, select in vetting.mended():
            self.run(f"CREATE TEMPORARY TABLE {name}_mended AS {select}")
            self.run(f"DROP TABLE {self._own(name)}")
            self.run(f"ALTER TABLE {self._own(name)}_mended RENAME TO {name}")
        if self.store.engine == "postgresql":
            for table in TABLES:
                self.run(f"ANALYZE {table.name}")
        return remarks

    def run(self, text: str) -> list[Any]:
        """The rows that a statement gives, all taken, so that the next may follow."""
        found = self.connection.execute(text)
        return list(found.fetchall()) if found.description else []

    def _own(self, name: str) -> str:
        """A temporary table of ours, and never one of the user's that has the same name."""
        return f"pg_temp.{name}" if self.store.engine == "postgresql" else name

    def _view(self, table: Table) -> None:
        relation = self.store.relations.get(table.name)
        if relation is not None:
            refuse_lacking(self.usable, table, self._columns_of(relation), self.store.name)
        self.run(f"CREATE TEMPORARY VIEW {table.name}{SUFFIX} AS {self.usable.given(table, relation)}")

    def _columns_of(self, relation: str) -> list[str]:
        found = self.connection.execute(f"SELECT * FROM {relation} AS given LIMIT 0")
        return [column[0] for column in found.description]


@frozen
class RangePart:
    """The patients from one key to before another."""

    screened: InPlace
    start: object
    end: object

    def write(self, path: Path) -> Written:
        """Judge them in place."""
        remarks = self.screened.load(self.start, self.end)
        verdicts = self.screened.rows(self.screened.connection).sort_by("patient")
        write_verdicts(verdicts, self.screened.usable.protocol, path)
        return Written(verdicts.num_rows, 0, tuple(remarks))
