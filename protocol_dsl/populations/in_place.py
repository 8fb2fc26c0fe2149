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
from protocol_dsl.backends.sql.usable import (
    IMPLAUSIBLE,
    MISPLACED,
    NO_NUMBER,
    NO_TIME,
    SUFFIX,
    UNDECLARED,
    Usable,
)
from protocol_dsl.backends.tables import TABLES, Table
from protocol_dsl.populations.judging import Rows
from protocol_dsl.populations.parts import Written
from protocol_dsl.populations.stores import Store
from protocol_dsl.populations.verdicts import write_verdicts

_ONE_ROW_EACH = ("patients", "givens", "anchors", "answers", "histories")
_DATED = ("samples", "occurrences")
_FIXES = {
    NO_NUMBER: "leave both ends empty where a number is not known",
    IMPLAUSIBLE: "check the value and its unit",
    UNDECLARED: "write it as the protocol does",
    MISPLACED: "move it there",
    NO_TIME: "give both moments, the earlier one first",
}
_SHOWN = 200
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
        remarks = Remarks()
        for table in TABLES:
            self._view(table)
            found = self.usable.foreign(table)
            for name, times in [] if found is None else self.run(found):
                remarks.add(
                    Remark(
                        what=table.name,
                        reason="the protocol knows no such name in this table",
                        fix="leave such rows out, or check the spelling",
                        words=str(name),
                        count=times,
                    )
                )
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
            self.run(f"DROP TABLE IF EXISTS {table.name}")
            self.run(f"CREATE TEMPORARY TABLE {table.name} AS {select}")
        self._refuse_repetitions()
        remarks = [*self._faults(), *self._without_history(), *self._orphans()]
        if self.store.engine == "postgresql":
            for table in TABLES:
                self.run(f"ANALYZE {table.name}")
        return remarks

    def run(self, text: str) -> list[Any]:
        """The rows that a statement gives, all taken, so that the next may follow."""
        found = self.connection.execute(text)
        return list(found.fetchall()) if found.description else []

    def _view(self, table: Table) -> None:
        relation = self.store.relations.get(table.name)
        if relation is not None:
            here = self._columns_of(relation)
            lacking = ", ".join(f"`{name}`" for name in self.usable.needs(table) if name not in here)
            if lacking:
                held = ", ".join(f"`{name}`" for name in here[:12])
                day = "; `--on DATE` sets a day to judge on" if table.name == "patients" else ""
                reason = f"its table `{table.name}` lacks {lacking}"
                raise BadPatients(self.store.name, reason, f"its columns are {held}{day}")
        self.run(f"CREATE TEMPORARY VIEW {table.name}{SUFFIX} AS {self.usable.given(table, relation)}")

    def _columns_of(self, relation: str) -> list[str]:
        found = self.connection.execute(f"SELECT * FROM {relation} AS given LIMIT 0")
        return [column[0] for column in found.description]

    def _refuse_repetitions(self) -> None:
        for table in TABLES:
            if table.name in _ONE_ROW_EACH:
                key = ", ".join(table.one_row_each)
                found = self.run(f"SELECT {key} FROM {table.name} GROUP BY {key} HAVING COUNT(*) > 1 LIMIT 1")
                if found:
                    whose = ", ".join(f"`{part}`" for part in found[0])
                    reason = f"its table `{table.name}` has several rows of {whose}"
                    raise BadPatients(self.store.name, reason, "keep one row of each")
        found = self.run(self.usable.undated())
        if found:
            reason = f"patient `{found[0][0]}` is not judged on one day of the years 1000 to 9000"
            raise BadPatients(
                self.store.name, reason, "mend `judged_from` and `judged_to`, or say `--on DATE`"
            )

    def _faults(self) -> Iterator[Remark]:
        for table in TABLES:
            named = {"attributes": "attribute", "patients": "patient"}.get(table.name, table.columns[1].name)
            rows = self.run(
                f"SELECT {named}, fault, said, COUNT(*), MIN(CAST(patient AS VARCHAR)) FROM {table.name} "
                f"WHERE fault IS NOT NULL GROUP BY {named}, fault, said ORDER BY 4 DESC, 1, 3 LIMIT {_SHOWN}"
            )
            for name, fault, said, times, patient in rows:
                yield Remark(
                    what=str(name), reason=fault, fix=_FIXES[fault], words=str(said)[:80],
                    first=f"patient {patient}", count=times,
                )  # fmt: skip
        # Of a set that holds a choice nobody knows, it is not known what else it holds.
        self.run(
            "UPDATE givens SET truth = NULL WHERE EXISTS (SELECT 1 FROM members WHERE fault IS NOT NULL "
            "AND members.patient = givens.patient AND members.fact = givens.fact)"
        )

    def _without_history(self) -> Iterator[Remark]:
        """Facts with records of which `histories` does not say that anybody looked: there was somebody who did."""
        for table in _DATED:
            lacking = (
                f"SELECT DISTINCT patient, fact FROM {table} AS dated WHERE NOT EXISTS "
                "(SELECT 1 FROM histories WHERE histories.patient = dated.patient AND histories.fact = dated.fact)"
            )
            rows = self.run(
                f"SELECT fact, COUNT(*), MIN(CAST(patient AS VARCHAR)) FROM ({lacking}) AS lacking GROUP BY fact"
            )
            for fact, times, patient in rows:
                yield Remark(
                    what=fact, reason=f"patients with rows in `{table}` have none in `histories`",
                    fix="add them; they are taken as histories that may not be complete", first=f"patient {patient}",
                    count=times,
                )  # fmt: skip
            if rows:
                self.run(
                    f"INSERT INTO histories (patient, fact, complete) SELECT patient, fact, "
                    f"{'NULL' if table == 'samples' else 'FALSE'} FROM ({lacking}) AS lacking"
                )

    def _orphans(self) -> Iterator[Remark]:
        for table in ("givens", "histories"):
            ((times, patient),) = self.run(
                f"SELECT COUNT(*), MIN(CAST(patient AS VARCHAR)) FROM {table} AS one WHERE NOT EXISTS "
                "(SELECT 1 FROM patients WHERE patients.patient = one.patient)"
            )
            if times:
                yield Remark(
                    what=table, reason="rows are of patients who are not in `patients`",
                    fix="add the patients, or remove the rows", first=f"patient {patient}", count=times,
                )  # fmt: skip


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
