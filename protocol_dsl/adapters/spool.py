"""Rows of long tables, gathered by patient on disk, so that memory does not grow with the table."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from typing import Any


class Spool:
    """A temporary store that its process alone can see and that is gone when it is closed."""

    def __init__(self) -> None:
        # An empty name is a temporary database, kept in memory while it is small and on disk beyond that.
        self._base = sqlite3.connect("", isolation_level=None)
        for statement in (
            "PRAGMA journal_mode = OFF",
            "PRAGMA synchronous = OFF",
            "CREATE TABLE entries (patient TEXT, entry TEXT)",
            "CREATE TABLE joined (source INTEGER, value TEXT, cells TEXT, PRIMARY KEY (source, value))",
            "CREATE TABLE seen (patient TEXT PRIMARY KEY, place TEXT) WITHOUT ROWID",
            "BEGIN",
        ):
            self._base.execute(statement)

    def close(self) -> None:
        """Forget everything."""
        self._base.close()

    def put(self, patient: str, entry: list[Any]) -> None:
        """Keep an entry of plain JSON data for a patient."""
        self._base.execute("INSERT INTO entries VALUES (?, ?)", (patient, json.dumps(entry)))

    def arrange(self) -> None:
        """Make the entries ready to be taken by patient, after the last `put`."""
        self._base.execute("CREATE INDEX by_patient ON entries (patient)")

    def entries(self, patient: str) -> Iterator[list[Any]]:
        """The entries of a patient, in the order they were put."""
        found = self._base.execute("SELECT entry FROM entries WHERE patient = ? ORDER BY rowid", (patient,))
        return (json.loads(entry) for (entry,) in found)

    def put_joined(self, source: int, value: str, cells: Mapping[str, Any]) -> bool:
        """Keep the cells of a row that others refer to by `value`; False when it is there already."""
        statement = "INSERT OR IGNORE INTO joined VALUES (?, ?, ?)"
        return self._base.execute(statement, (source, value, json.dumps(cells))).rowcount > 0

    def joined(self, source: int, value: str) -> dict[str, Any] | None:
        """The cells kept for `value`."""
        query = "SELECT cells FROM joined WHERE source = ? AND value = ?"
        found = self._base.execute(query, (source, value)).fetchone()
        return None if found is None else json.loads(found[0])

    def seen_before(self, patient: str, place: str) -> str | None:
        """Note that a patient stands at `place`; the place of the first time, None when this is it."""
        statement = "INSERT OR IGNORE INTO seen VALUES (?, ?)"
        if self._base.execute(statement, (patient, place)).rowcount:
            return None
        found = self._base.execute("SELECT place FROM seen WHERE patient = ?", (patient,)).fetchone()
        return str(found[0])

    def orphans(self) -> tuple[int, str]:
        """How many entries belong to patients never seen, and the first such patient."""
        query = "SELECT count(*), min(patient) FROM entries WHERE patient NOT IN (SELECT patient FROM seen)"
        count, patient = self._base.execute(query).fetchone()
        return int(count), patient or ""
