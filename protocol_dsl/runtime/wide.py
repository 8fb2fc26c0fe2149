"""Reads a table with one row per patient: columns named by fact, with companions for unit, date and limits.

For a fact `inr` the columns are `inr`, or `inr (unit)` or `inr [unit]`, and beside it `inr unit`, `inr
date` (or `inr on`), `inr uln`, `inr lln`, joined by a blank or `_`. An event's cell holds `no` or `none`,
or its occurrences parted by `;`: `2026-01-05`, `2026-01-01/2026-01-10`, `2026-01-01/` (end unknown),
`2026-01-01/ongoing`. An empty cell is unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from protocol_dsl.runtime.reading import read_patient
from protocol_dsl.runtime.scalars import Place, did_you_mean
from protocol_dsl.runtime.schema import FactSchema, Problem, Reading, Schema
from protocol_dsl.vocabulary.calendar import When

_COMPANIONS: Final = {"date": "on", "on": "on", "unit": "unit", "uln": "uln", "lln": "lln"}
_UNIT_IN_HEADER: Final = re.compile(r"(.*?)\s*(?:\((.*)\)|\[(.*)\])")
_QUANTITIES: Final = frozenset({"lab", "measure", "number"})
_PARTS: Final[dict[str, tuple[str, ...]]] = {
    "lab": ("value", "unit", "on", "uln", "lln"),
    "measure": ("value", "unit", "on", "uln", "lln"),
    "finding": ("value", "on"),
    "number": ("value", "unit"),
}
_CONTRADICTED: Final[dict[str, object]] = {"event": {"occurrences": [{"ongoing": None}]}}
"""What stands for cells that contradict each other: an entry of which nothing is known."""

_IDS: Final = frozenset({"id", "patient", "patient_id"})


class Column(NamedTuple):
    """What a column holds: a `part` of fact, anchor or question `name`. `part` is `id`, `anchors`, `answers`,
    `value`, `unit`, `on`, `uln`, `lln`, or `unknown`; `unit` is the one its header states."""

    header: str
    part: str
    name: str
    unit: str | None = None


def wide_columns(headers: Iterable[object], schema: Schema) -> tuple[Column, ...]:
    """What each column of a table holds, worked out once for all its rows."""
    named = {" ".join(text.split()): question for question, text in schema.questions.items()}
    return tuple(_column(header, schema, named) for header in headers if isinstance(header, str))


def _column(header: str, schema: Schema, questions: Mapping[str, str]) -> Column:
    text = " ".join(header.removeprefix("\ufeff").split())
    if text in schema.facts:
        return Column(header, "value", text)
    if text in schema.anchors:
        return Column(header, "anchors", text)
    if text in schema.questions or text in questions:
        return Column(header, "answers", questions.get(text, text))
    if text.casefold() in _IDS:
        return Column(header, "id", text)
    if found := _UNIT_IN_HEADER.fullmatch(text):
        unit = found[2] if found[2] is not None else found[3]
        if found[1] in schema.facts and schema.facts[found[1]].kind in _QUANTITIES:
            return Column(header, "value", found[1], unit.strip())
    for name, last in (text.rpartition(joint)[::2] for joint in (" ", "_")):
        part = _COMPANIONS.get(last.casefold())
        if part is not None and name in schema.facts and part in _PARTS.get(schema.facts[name].kind, ()):
            return Column(header, part, name)
    return Column(header, "unknown", text)


def read_wide_row(
    row: Mapping[str, str], schema: Schema, on: When, columns: tuple[Column, ...] | None = None
) -> Reading:
    """Read one row of a table as `read_patient` reads a patient; pass `columns` when many rows share them."""
    problems: list[Problem] = []
    anchors: dict[str, str] = {}
    answers: dict[str, str] = {}
    data: dict[str, object] = {"anchors": anchors, "answers": answers}
    cells: dict[str, dict[str, str]] = {}
    for column in wide_columns(row, schema) if columns is None else columns:
        cell = row.get(column.header)
        text = cell.strip() if isinstance(cell, str) else ""
        if column.part == "unknown":
            fix = did_you_mean(column.name, (*schema.facts, *schema.anchors), "remove the column")
            Place(problems).refuse(column.header, "no fact of this name is declared", fix)
        elif text and column.part == "id":
            data["id"] = text
        elif text and column.part in {"anchors", "answers"}:
            (anchors if column.part == "anchors" else answers)[column.name] = text
        elif text:
            parts = cells.setdefault(column.name, {})
            _put(parts, column, text, Place(problems).key(column.header))
    data.update((name, _entry(parts, schema.facts[name])) for name, parts in cells.items())
    if any(not isinstance(header, str) for header in row):
        Place(problems).refuse("", "the row has more cells than the table has columns", "check its commas")
    reading = read_patient({name: value for name, value in data.items() if value is not None}, schema, on)
    return Reading(reading.records, (*problems, *reading.problems))


def _put(parts: dict[str, str], column: Column, text: str, place: Place) -> None:
    stated = {column.part: text} if column.unit is None else {column.part: text, "unit": column.unit}
    for part, words in stated.items():
        if parts.setdefault(part, words) != words:
            place.refuse(words, f"another column gives the {part} of `{column.name}`", "keep one of them")
            parts["contradiction"] = part


def _entry(parts: Mapping[str, str], fact: FactSchema) -> object:
    """The JSON form of a fact's cells; None when its own cell is empty."""
    text, kind = parts.get("value"), fact.kind
    if not text:
        return None
    if "contradiction" in parts:
        return _CONTRADICTED.get(kind, {"value": None})
    if kind == "event":
        return _event_cell(text)
    if kind == "set":
        return [] if text == "none" and "none" not in fact.choices else _listed(text) or text
    return dict(parts) if kind in _PARTS else text


def _event_cell(text: str) -> object:
    if text.casefold() in {"no", "none"}:
        return []
    if text.casefold() in {"yes", "true"}:
        return True
    return [_occurrence(part) for part in _listed(text)] or text


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


def _occurrence(text: str) -> object:
    start, slash, end = (part.strip() for part in text.partition("/"))
    if not slash or "/" in end:
        return {"on": text}  # `05/03/2025` is no span; as a date it is told what is amiss
    if end.casefold() == "ongoing":
        return {"from": start or None, "ongoing": True}
    return {"from": start or None, "to": end or None}
