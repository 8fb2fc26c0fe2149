"""A course of laboratory values as a table: a row for each day, a column `on`, and a column for each fact."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from attrs import frozen

from protocol_dsl.cli.exits import CouldNotRun
from protocol_dsl.cli.scheduling import day_of
from protocol_dsl.runtime.reading import read_patient
from protocol_dsl.runtime.schema import SERIES, FactSchema, Reading, Schema
from protocol_dsl.vocabulary.calendar import from_date

_HEADER = "write a first line such as `on,serum_albumin,inr`"


@frozen
class CourseTable:
    """What a table holds: each day with its cells, and the patient's records that come of it."""

    days: Mapping[date, Mapping[str, str]]
    reading: Reading


def read_course(name: str, schema: Schema) -> CourseTable:
    """Read a course. An empty cell says nothing; in the column of an event, any other than `no` is an occurrence on
    that day. Raises CouldNotRun for a table that cannot be read."""
    try:
        text = Path(name).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise CouldNotRun(f"cannot read `{name}`: {str(reason).lower()}", "name a table in CSV") from None
    rows = csv.DictReader(text.splitlines())
    columns = [column.strip() for column in rows.fieldnames or ()]
    if "on" not in columns:
        raise CouldNotRun(f"`{name}` has no column `on` for the day of each row", _HEADER)
    _known(name, columns, schema)
    days: dict[date, dict[str, str]] = {}
    for row in rows:
        cells = {
            str(key).strip(): (value or "").strip() for key, value in row.items() if isinstance(value, str)
        }
        if not any(cells.values()):
            continue
        day = day_of(cells.pop("on", ""), f"{name}, line {rows.line_num}")
        if day in days:
            raise CouldNotRun(
                f"{name}, line {rows.line_num}: {day.isoformat()} stands there twice", "one row a day"
            )
        days[day] = cells
    if not days:
        raise CouldNotRun(f"`{name}` holds no day", "write a row for each day")
    ordered = dict(sorted(days.items()))
    return CourseTable(ordered, _reading(ordered, schema))


def _known(name: str, columns: list[str], schema: Schema) -> None:
    for column in columns:
        if column != "on" and column not in schema.facts:
            known = ", ".join(schema.facts) or "nothing"
            reason = f"`{name}` has a column `{column}`, which no rule of the schedule looks at"
            raise CouldNotRun(reason, f"the schedule looks at {known}")


def _reading(days: Mapping[date, Mapping[str, str]], schema: Schema) -> Reading:
    data: dict[str, object] = {"id": "course"}
    for name, fact in schema.facts.items():
        found = [(day, cells[name]) for day, cells in days.items() if cells.get(name)]
        if found:
            data[name] = _recorded(fact, found)
    return read_patient(data, schema, from_date(max(days)))


def _recorded(fact: FactSchema, found: list[tuple[date, str]]) -> object:
    if fact.kind in SERIES:
        return [{"on": day.isoformat(), "value": text} for day, text in found]
    if fact.kind == "event":
        occurred = [{"on": day.isoformat()} for day, text in found if text.lower() != "no"]
        return {"occurrences": occurred, "complete": False}
    return found[-1][1]
