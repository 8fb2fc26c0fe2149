"""Patients' records as the tables that queries read (`backends.tables`), in Arrow."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import pyarrow as pa
from attrs import field, frozen

from protocol_dsl.backends.tables import JUDGED_YEARS, TABLES, ColumnType, Table
from protocol_dsl.runtime.numerals import LARGEST_READING
from protocol_dsl.runtime.records import ILLEGIBLE, FactValue, History, Range, Records, Sample
from protocol_dsl.vocabulary.calendar import DAY, When

EPOCH = date(1970, 1, 1).toordinal() * DAY
_FIRST, _LAST = (date(year, 1, 1).toordinal() * DAY for year in JUDGED_YEARS)
_TYPES: Mapping[ColumnType, pa.DataType] = {
    "key": pa.string(),
    "text": pa.string(),
    "double": pa.float64(),
    "truth": pa.bool_(),
    "moment": pa.timestamp("us"),
    "integer": pa.int64(),
}
Row = tuple[Any, ...]
RecordTables = Mapping[str, pa.Table]
"""The tables of records by name."""


def arrow_schema(table: Table) -> pa.Schema:
    """The columns of a table of records."""
    return pa.schema([(column.name, _TYPES[column.type]) for column in table.columns])


def record_tables(patients: Iterable[tuple[Records, When]]) -> RecordTables:
    """The tables of some patients, each with the day of judging; patients' ids tell them apart.

    Raises:
        ValueError: two patients have one id, or a day of judging is not one of the years 1000 to 9000.
    """
    rows = _Rows()
    for records, on in patients:
        rows.add(records, on)
    return rows.tables()


def is_judged_on(on: When) -> bool:
    """Whether queries can judge as at `on`: one day, or a moment of one, in the years they reckon with."""
    return on.first >= _FIRST and on.last < _LAST and on.first // DAY == on.last // DAY


@frozen
class _Rows:
    rows: dict[str, list[Row]] = field(factory=lambda: {table.name: [] for table in TABLES})
    _seen: set[str] = field(factory=set)

    def add(self, records: Records, on: When) -> None:
        patient = records.id
        if patient in self._seen:
            raise ValueError(f"two patients have the id `{patient}`; give each one of its own")
        if not is_judged_on(on):
            raise ValueError(f"patient `{patient}` is not judged on one day of the years 1000 to 9000")
        self._seen.add(patient)
        self._put("patients", patient, *on)
        for name, value in records.facts.items():
            self._fact(patient, name, value)
        for name, when in records.anchors.items():
            self._put("anchors", patient, name, *when)
        for question, answer in records.answers.items():
            self._put("answers", patient, question, answer)

    def _put(self, table: str, *row: Any) -> None:
        self.rows[table].append(row)

    def _fact(self, patient: str, name: str, value: FactValue) -> None:
        match value:
            case History():
                self._history(patient, name, value)
            case When():
                self._put("givens", patient, name, None, None, None, None, *value)
            case Range() | float() | int() | str() | bool() | None:
                truth = value if isinstance(value, bool) else None
                number = value if isinstance(value, (float, Range)) else None
                choice = value if isinstance(value, str) else None
                self._put("givens", patient, name, truth, *ends(number), choice, None, None)
            case frozenset():
                self._put("givens", patient, name, True, None, None, None, None, None)
                for member in sorted(value):
                    self._put("members", patient, name, member)
            case _:
                self._put("histories", patient, name, None)
                for sample in value:
                    self._sample(patient, name, sample)

    def _sample(self, patient: str, name: str, sample: Sample) -> None:
        text = sample.value if isinstance(sample.value, str) else None
        number = None if isinstance(sample.value, str) else sample.value
        limits = [
            math.inf if limit == ILLEGIBLE else ends(limit)[0] for limit in (sample.upper, sample.lower)
        ]
        self._put("samples", patient, name, *sample.when, *ends(number), text, *limits)

    def _history(self, patient: str, name: str, history: History) -> None:
        self._put("histories", patient, name, history.complete)
        for occurrence in history.occurrences:
            number = len(self.rows["occurrences"])
            self._put("occurrences", patient, name, number, *occurrence.start, *occurrence.end)
            for attribute, value in occurrence.attributes.items():
                truth = value if isinstance(value, bool) else None
                text = value if isinstance(value, str) else None
                amount = ends(value)[0] if isinstance(value, float) else None
                self._put("attributes", patient, number, attribute, amount, text, truth)

    def tables(self) -> RecordTables:
        found = {}
        for table in TABLES:
            rows = self.rows[table.name]
            columns = list(zip(*rows, strict=True)) if rows else [()] * len(table.columns)
            arrays = [
                pa.array(_seconds(values) if column.type == "moment" else values, type=_TYPES[column.type])
                for column, values in zip(table.columns, columns, strict=True)
            ]
            found[table.name] = pa.table(arrays, schema=arrow_schema(table))
        return found


def _seconds(values: Iterable[int | None]) -> list[int | None]:
    return [None if value is None else (value - EPOCH) * 1_000_000 for value in values]


def ends(value: float | Range | None) -> tuple[float | None, float | None]:
    """The least and the greatest that a number may be; nothing for what is no number, or larger than any reading."""
    if value is None:
        return None, None
    low, high = value if isinstance(value, Range) else (value, value)
    if math.isnan(low) or math.isnan(high) or low > high:
        return None, None
    if low == high and abs(low) > LARGEST_READING:
        return None, None
    return low, high
