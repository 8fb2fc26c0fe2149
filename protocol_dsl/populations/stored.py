"""One patient of a store, read back from the nine tables, with the place of every row."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from attrs import define, evolve, field

from protocol_dsl.adapters.incoming import Incoming
from protocol_dsl.adapters.remarks import Remark
from protocol_dsl.backends.sql import dialect_named
from protocol_dsl.backends.sql.usable import SUFFIX, Usable
from protocol_dsl.backends.tables import (
    ANCHORS,
    ANSWERS,
    ATTRIBUTES,
    GIVENS,
    HISTORIES,
    MEMBERS,
    OCCURRENCES,
    PATIENTS,
    SAMPLES,
    Table,
)
from protocol_dsl.ir.protocol import Protocol
from protocol_dsl.populations.in_place import InPlace, in_place
from protocol_dsl.populations.loading import EPOCH
from protocol_dsl.populations.stores import Store, quoted
from protocol_dsl.runtime.records import (
    ILLEGIBLE,
    Attributes,
    FactValue,
    History,
    Occurrence,
    Records,
    Sample,
    Value,
    between,
)
from protocol_dsl.runtime.schema import Problem, Reading
from protocol_dsl.vocabulary.calendar import When

Row = Mapping[str, Any]


def stored_patient(
    store: Store, protocol: Protocol, on: When | None, patient: str, spill: Path
) -> tuple[Incoming, Reading, When] | None:
    """A patient as recorded and as read, with the day of judging; None when there is none of that id. Raises
    BadPatients."""
    memory = 1 << 30
    with store.connected(memory, spill) as connection:
        store, places = _placed(store, connection)
    usable = Usable(protocol, dialect_named(store.engine), on, places)
    with in_place(store, usable, _unjudged, memory, spill) as placed:
        placed.prepare()
        found = placed.run(
            f"SELECT patient FROM patients{SUFFIX} WHERE CAST(patient AS VARCHAR) = {quoted(patient)} LIMIT 1"
        )
        if not found:
            return None
        key = found[0][0]
        after = placed.run(f"SELECT MIN(patient) FROM patients{SUFFIX} WHERE patient > {_literal(key)}")
        remarks = placed.load(key, after[0][0])
        return _Back(placed, protocol, patient).read(store.name, remarks)


def _unjudged(_: Any) -> Any:
    raise AssertionError("one patient is judged by the checker")


def _literal(key: object) -> str:
    return str(key) if isinstance(key, int) else quoted(str(key))


def _placed(store: Store, connection: Any) -> tuple[Store, dict[str, str]]:
    """The store, and by table what says where a row of it stands, as far as that can be said."""
    relations, places = dict(store.relations), {}
    for table, relation in store.relations.items():
        if relation.startswith(("read_parquet(", "read_csv(")):
            parquet = relation.startswith("read_parquet(")
            more = ", filename = true" + (", file_row_number = true" if parquet else "")
            relations[table] = f"{relation[:-1]}{more})"
            row = " || ' row ' || (file_row_number + 1)" if parquet else ""
            places[table] = f"parse_filename(filename){row}"
        else:
            row = "rowid + 1" if store.engine == "duckdb" else "ctid"
            place = f"'{table} row ' || CAST({row} AS VARCHAR)"
            places[table] = place if _understood(connection, place, relation) else f"'{table}'"
    return evolve(store, relations=relations), places


def _understood(connection: Any, place: str, relation: str) -> bool:
    """Whether rows of a relation have a number: those of a view have none."""
    try:
        connection.execute(f"SELECT {place} FROM {relation} AS given LIMIT 0").fetchall()
    except Exception:
        if hasattr(connection, "rollback"):
            connection.rollback()
        return False
    return True


@define
class _Back:
    """Reads the one patient of the tables back."""

    placed: InPlace
    protocol: Protocol
    patient: str
    facts: dict[str, FactValue] = field(factory=dict)
    shown: dict[str, Any] = field(factory=dict)
    origins: dict[str, list[str]] = field(factory=dict)

    def read(self, name: str, remarks: list[Remark]) -> tuple[Incoming, Reading, When]:
        """What `stored_patient` gives."""
        self._givens()
        self._series()
        anchors = {row["anchor"]: _when(row) for row in self._rows(ANCHORS)}
        answers = {row["question"]: row["answer"] for row in self._rows(ANSWERS) if row["answer"] is not None}
        (judged,) = self._rows(PATIENTS)
        problems = tuple(Problem(one.what, one.words, one.reason, one.fix) for one in remarks)
        records = Records(self.patient, self.facts, anchors, answers)
        incoming = Incoming(self.patient, self.shown, name, origins=self.origins)
        return (
            incoming,
            Reading(records, problems),
            When(_second(judged["judged_from"]), _second(judged["judged_to"])),
        )

    def _rows(self, table: Table) -> list[Row]:
        names = [one.name for one in table.columns]
        if table != HISTORIES:  # mended, they are just that
            names += ["fault", "said"]
            names += ["place"] if table.name in self.placed.usable.places else []
        rows = self.placed.run(f"SELECT {', '.join(names)} FROM {table.name}")
        return [dict(zip(names, row, strict=True)) for row in rows]

    def _note(self, fact: str, row: Row, value: object) -> None:
        self.origins.setdefault(fact, []).append(str(row.get("place", "")))
        self.shown.setdefault(fact, []).append(row["said"] if row["fault"] else value)

    def _givens(self) -> None:
        kinds = {fact.name: fact.kind for fact in self.protocol.facts}
        members: dict[str, set[str]] = {}
        for row in self._rows(MEMBERS):
            members.setdefault(row["fact"], set()).add(row["member"])
        for row in self._rows(GIVENS):
            fact, kind = row["fact"], kinds[row["fact"]]
            value: FactValue = None
            if kind == "set":
                value = frozenset(members.get(fact, ())) if row["truth"] else None
            elif kind == "date":
                value = None if row["earliest"] is None else _when(row)
            elif kind == "number":
                value = _number(row)
            else:
                value = row["truth"] if kind == "yes_no" else row["choice"]
            self.facts[fact] = value
            self._note(fact, row, _told(value))

    def _series(self) -> None:
        kinds = {fact.name: fact.kind for fact in self.protocol.facts}
        samples: dict[str, list[Sample]] = {}
        occurrences: dict[str, list[Occurrence]] = {}
        for row in self._rows(SAMPLES):
            value = row["choice"] if kinds[row["fact"]] == "finding" else _number(row)
            limits = [_limit(row[name]) for name in ("upper_limit", "lower_limit")]
            samples.setdefault(row["fact"], []).append(Sample(_when(row), value, *limits))
            upper = "" if row["upper_limit"] is None else f", upper limit {row['upper_limit']:g}"
            self._note(row["fact"], row, f"{_told(value)}{upper}")
        attributes = self._attributes()
        for row in self._rows(OCCURRENCES):
            own = attributes.get(row["occurrence"], {})
            one = Occurrence(_when(row, "start_"), _when(row, "end_"), own)
            occurrences.setdefault(row["fact"], []).append(one)
            self._note(
                row["fact"],
                row,
                ", ".join(f"{name} {_told(value)}" for name, value in own.items()) or "recorded",
            )
        for row in self._rows(HISTORIES):
            fact = row["fact"]
            if kinds[fact] == "event":
                self.facts[fact] = History(tuple(occurrences.get(fact, ())), row["complete"] is True)
            else:
                self.facts[fact] = tuple(samples.get(fact, ()))

    def _attributes(self) -> dict[int, Attributes]:
        found: dict[int, dict[str, float | str | bool | None]] = {}
        for row in self._rows(ATTRIBUTES):
            value = next((row[name] for name in ("number", "choice", "truth") if row[name] is not None), None)
            found.setdefault(row["occurrence"], {})[row["attribute"]] = value
        return dict(found)


def _number(row: Row) -> Value:
    return None if row["low"] is None else between(row["low"], row["high"])


def _limit(limit: float | None) -> Any:
    return ILLEGIBLE if limit == float("inf") else limit


def _when(row: Row, prefix: str = "") -> When:
    return When(_second(row[f"{prefix}earliest"]), _second(row[f"{prefix}latest"]))


def _second(moment: datetime) -> int:
    elapsed = moment.replace(tzinfo=None) - datetime(1970, 1, 1)
    return EPOCH + elapsed.days * 86_400 + elapsed.seconds


def _told(value: object) -> object:
    match value:
        case frozenset():
            return ", ".join(sorted(map(str, value))) or "none"
        case float():
            return f"{value:.15g}"
        case (float() as low, float() as high):
            return f"{low:g} to {high:g}"
        case bool():
            return "yes" if value else "no"
    return "unknown" if value is None else value
