"""Patients from long tables: one file of patients, others with one row a result or occurrence, by a map."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from typing import Any, BinaryIO

from attrs import define, field

from protocol_dsl.adapters.entries import columns_of, entry, names_in, value
from protocol_dsl.adapters.incoming import BadPatient, BadPatients, Incoming, Skip, Watch, stop, unwatched
from protocol_dsl.adapters.mapping import LAST_RECORD, EventTable, Map, SeriesTable, Target
from protocol_dsl.adapters.remarks import Remark, Remarks
from protocol_dsl.adapters.rows import Table
from protocol_dsl.adapters.spool import Spool
from protocol_dsl.diagnostics import suggest
from protocol_dsl.runtime.schema import SERIES, Schema

Open = Callable[[str], BinaryIO]
"""Opens a file of the map by its name. Raises BadPatients or OSError."""


def read_tables(
    chosen: Map,
    opened: Open,
    schema: Schema,
    remarks: Remarks,
    watch: Watch = unwatched,
    skip: Skip = stop,
) -> Iterator[Incoming]:
    """Every row of the patient table with the entries of the other tables that belong to it.

    Names that lead to no declared fact, rows of nobody, and the like are counted in `remarks`. Entries are
    gathered on disk, so that memory does not grow with the tables. `skip` is told of rows of the patient table that
    are no patient, or one again.

    Raises:
        BadPatients: a column is missing, a fact is of the wrong kind, a row of another table does not fit its header.
    """
    check_facts(chosen, schema, remarks)
    with closing(Spool()) as spool:
        reader = _Reader(chosen, opened, schema, remarks, watch, spool)
        reader.gather()
        yield from reader.patients(skip)
        reader.report_orphans()


def check_facts(chosen: Map, schema: Schema, remarks: Remarks) -> None:
    """Count facts that the protocol does not declare. Raises BadPatients for one under the wrong table."""
    for kinds, heading, targets in (
        ({"yes_no", "number", "choice", "set", "date", *SERIES}, "patients", chosen.patients.targets),
        (SERIES, "series", [target for table in chosen.series for target in table.names.targets]),
        ({"event"}, "events", [target for table in chosen.events for target in table.names.targets]),
    ):
        for target in targets:
            fact = schema.facts.get(target.fact)
            if fact is None:
                near = suggest(target.fact, schema.facts, 1)
                fix = f"did you mean `{near[0]}`?" if near else "remove it, unless another protocol needs it"
                reason = "the protocol declares no such fact"
                remarks.add(Remark(what=chosen.place, reason=reason, fix=fix, words=target.fact))
            elif fact.kind not in kinds:
                kind = fact.kind.replace("_", "/")
                reason = f"`{fact.name}` is declared as {kind}, which does not belong under `{heading}`"
                raise BadPatients(chosen.place, reason, "move it to the table of its kind")


@define
class _Reader:
    """One pass over all tables of a map."""

    _map: Map
    _opened: Open
    _schema: Schema
    _remarks: Remarks
    _watch: Watch
    _spool: Spool
    _complete: dict[str, bool] = field(init=False, factory=dict)
    """Events that the tables speak of, and whether what is not in them did not happen."""

    def gather(self) -> None:
        """Read every table but that of the patients."""
        tables: tuple[SeriesTable | EventTable, ...] = (*self._map.series, *self._map.events)
        for number, table in enumerate(tables):
            joined = self._gather_joined(number, table)
            with self._opened(table.file) as stream:
                self._gather_rows(number, table, self._table(stream, table.file), joined)
        for events in self._map.events:
            for fact in {target.fact for target in events.names.targets} & self._schema.facts.keys():
                self._complete[fact] = self._complete.get(fact, True) and events.complete
        self._spool.arrange()

    def patients(self, skip: Skip) -> Iterator[Incoming]:
        """Every patient, in the order of the patient table."""
        chosen = self._map.patients
        with self._opened(chosen.file) as stream:
            table = self._table(stream, chosen.file)
            for column in (chosen.id, *chosen.facts, *([chosen.on] if chosen.on else [])):
                table.need(column)
            for row in table.rows(skip):
                patient, place = row.cells[chosen.id], table.place(row.line)
                fault = self._fault_of_id(patient, place)
                if fault is not None:
                    skip(fault)
                    continue
                record, last, origins = self._record(patient, row.cells, place)
                said = row.cells[chosen.on] if chosen.on else self._map.on
                on = (last if said == LAST_RECORD else said) or None
                yield Incoming(patient, record, place, on=on, origins=origins)

    def report_orphans(self) -> None:
        """Count entries of patients that the patient table does not hold."""
        count, patient = self._spool.orphans()
        if count:
            self._remarks.add(
                Remark(
                    what=self._map.patients.file,
                    reason="other tables have rows of patients who are not in it",
                    fix="add the patients, or remove the rows",
                    first=f"patient {patient}",
                    count=count,
                )
            )

    def _table(self, stream: BinaryIO, name: str) -> Table:
        return Table(stream, name, self._map.delimiter, self._watch)

    def _gather_joined(self, number: int, table: SeriesTable | EventTable) -> tuple[str, ...]:
        """Keep the rows that a table refers to; their columns."""
        if table.join is None:
            return ()
        with self._opened(table.join.file) as stream:
            rows = self._table(stream, table.join.file)
            column = rows.need(table.join.column)
            for row in rows:
                shared = row.cells[column]
                if shared and not self._spool.put_joined(number, shared, row.cells):
                    reason = f"the {column} `{shared[:40]}` stands in two rows, so no one row matches it"
                    raise BadPatients(rows.place(row.line), reason, "join by a column without repetitions")
            return rows.columns

    def _gather_rows(
        self, number: int, table: SeriesTable | EventTable, rows: Table, joined: tuple[str, ...]
    ) -> None:
        for column in (*columns_of(table), *([table.join.column] if table.join else [])):
            if column not in joined:
                rows.need(column)
        for row in rows:
            place = rows.place(row.line)
            cells = self._with_joined(number, table, row.cells, place)
            patient = cells.get(table.patient, "")
            if not patient:
                reason, fix = "a row names no patient", f"fill in the column `{table.patient}`"
                self._remarks.add(Remark(what=rows.name, reason=reason, fix=fix, first=place))
                continue
            for name in names_in(table, cells):
                target = self._target(table, name, place)
                if target is not None:
                    self._spool.put(patient, [target.fact, *entry(table, target, cells), place])

    def _with_joined(
        self, number: int, table: SeriesTable | EventTable, cells: dict[str, str], place: str
    ) -> Mapping[str, str]:
        if table.join is None:
            return cells
        shared = cells[table.join.column]
        joined = self._spool.joined(number, shared)
        if joined is None:
            reason = f"no row of {table.join.file} has this {table.join.column}"
            fix = "what would come from there is unknown"
            self._remarks.add(Remark(what=table.file, reason=reason, fix=fix, words=shared[:40], first=place))
            joined = {table.name: ""}
        return {**joined, **cells}

    def _target(self, table: SeriesTable | EventTable, name: str, place: str) -> Target | None:
        target = table.names.find(name)
        if target is None:
            if name and name not in table.names.ignored:
                reason = "the map leads this name to no fact"
                fix = "add it to `facts` of the map, or to its `ignore`"
                self._remarks.add(
                    Remark(what=table.file, reason=reason, fix=fix, words=name[:80], first=place)
                )
            return None
        return target if target.fact in self._schema.facts else None

    def _record(
        self, patient: str, cells: Mapping[str, str], place: str
    ) -> tuple[dict[str, Any], str, dict[str, list[str]]]:
        """The patient in JSON form, the day of the last entry, and by fact the rows that its entries come from."""
        record: dict[str, Any] = {"id": patient}
        for column, target in self._map.patients.facts.items():
            if target.fact in self._schema.facts and cells[column]:
                record[target.fact] = value(cells[column], target)
        origins = {fact: [place] for fact in record if fact != "id"}
        last = ""
        entries: dict[str, list[Any]] = {fact: [] for fact, complete in self._complete.items() if complete}
        for fact, date, one, origin in self._spool.entries(patient):
            last = max(last, date[:10])
            entries.setdefault(fact, []).append(one)
            origins.setdefault(fact, []).append(origin)
        for fact, found in entries.items():
            if fact in self._complete:
                record[fact] = {"occurrences": found} | ({"complete": True} if self._complete[fact] else {})
            else:
                record[fact] = [*([record[fact]] if fact in record else []), *found]
        return record, last, origins

    def _fault_of_id(self, patient: str, place: str) -> BadPatient | None:
        if not patient:
            return BadPatient(place, "the patient has no id", f"fill in the column `{self._map.patients.id}`")
        first = self._spool.seen_before(patient, place)
        if first is None:
            return None
        reason = f"the patient `{patient[:80]}` stands at {first} already"
        return BadPatient(place, reason, "keep one row a patient", patient)
