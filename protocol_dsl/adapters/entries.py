"""Rows of long tables as entries of the JSON form of a patient."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from protocol_dsl.adapters.mapping import EventTable, SeriesTable, Target

Cells = Mapping[str, str]


def names_in(table: SeriesTable | EventTable, cells: Cells) -> tuple[str, ...]:
    """The names a row speaks of: one, or several parted by the table's `split`."""
    name = cells[table.name]
    if isinstance(table, EventTable) and table.split is not None:
        return tuple(part.strip() for part in name.split(table.split) if part.strip())
    return (name,)


def columns_of(table: SeriesTable | EventTable) -> tuple[str, ...]:
    """Every column the table reads, besides that of a join."""
    named: list[str | None] = [table.patient, table.name]
    if isinstance(table, SeriesTable):
        named += [table.value, table.unit, table.date, table.upper, table.lower]
    else:
        named += [table.start, table.end, *table.attributes.values()]
    return tuple(column for column in named if column is not None)


def entry(table: SeriesTable | EventTable, target: Target, cells: Cells) -> tuple[str, dict[str, Any]]:
    """The date of a row ("" when it has none), and the sample or occurrence it stands for."""
    if isinstance(table, SeriesTable):
        return _sample(table, target, cells)
    return _occurrence(table, cells)


def value(text: str, target: Target, unit: str | None = None) -> object:
    """A cell as a value of the JSON form; an empty one is a value nobody knows."""
    known = target.values.get(text, text) if text else None
    stated = unit or target.unit
    return {"value": known, "unit": stated} if stated else known


def _sample(table: SeriesTable, target: Target, cells: Cells) -> tuple[str, dict[str, Any]]:
    measured = value(cells.get(table.value, ""), target, _cell(cells, table.unit))
    sample = measured if isinstance(measured, dict) else {"value": measured}
    date = _cell(cells, table.date)
    more = {"on": date, "uln": _cell(cells, table.upper), "lln": _cell(cells, table.lower)}
    return date or "", {**sample, **_filled(more)}


def _occurrence(table: EventTable, cells: Cells) -> tuple[str, dict[str, Any]]:
    start, end = _cell(cells, table.start), _cell(cells, table.end)
    span = {"from": start, "to": end} if table.end else {"on": start}
    attributes = {name: _cell(cells, column) for name, column in table.attributes.items()}
    return max(start or "", end or ""), _filled({**span, **attributes})


def _cell(cells: Cells, column: str | None) -> str | None:
    return (cells.get(column) or None) if column else None


def _filled(cells: Mapping[str, str | None]) -> dict[str, Any]:
    return {key: text for key, text in cells.items() if text}
