"""Maps of long tables: which file and column hold what, read from TOML.

    on = "last record"                  # the day to judge on, or a date; `on` under [patients] is a column
    delimiter = ","                     # of every file

    [patients]                          # one row a patient
    file = "patients.csv"
    id = "patient_id"
    [patients.facts]                    # column = fact, for facts of one value
    age = "age"
    weight_kg = { fact = "weight", unit = "kg" }
    sex = { fact = "sex", values = { F = "female", M = "male" } }

    [[series]]                          # one row a result
    file = "lab_results.csv"
    patient = "patient_id"
    name = "lab_name"                   # columns: which lab, its value, unit, date, limits of normal
    value = "value"
    unit = "unit"
    date = "result_datetime"
    upper = "uln"
    lower = "lln"
    ignore = ["pH"]                     # names that are not needed
    [series.facts]                      # name in the file = fact
    T_Bil = "total_bilirubin"
    HBsAg = { fact = "hbsag", values = { POS = "positive", NEG = "negative" } }

    [[events]]                          # one row an occurrence
    file = "diagnoses.csv"
    patient = "patient_id"
    name = "code"                       # several in one cell: split = "|"
    start = "start"                     # columns of its dates
    end = "end"
    join = { file = "encounters.csv", column = "encounter_id" }   # adds the columns of the row with the same
    complete = false                    # true: what is not in the file did not happen
    attributes = { dose = "dose_mg" }   # attribute = column
    [events.facts]                      # a name may end in `*`
    "K92*" = "gi_bleeding"

Paths are relative to the folder of the patients.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping

from attrs import field, frozen

from protocol_dsl.adapters.incoming import BadPatients
from protocol_dsl.adapters.rows import DELIMITERS
from protocol_dsl.adapters.section import Section

LAST_RECORD = "last record"
LARGEST_MAP = 1_000_000
"""Bytes of the largest map that is read."""


@frozen
class Target:
    """Where a name or column leads: the fact, the unit of values that carry none, other words for values."""

    fact: str
    unit: str | None = None
    values: Mapping[str, str] = field(factory=dict)


@frozen
class Names:
    """Names that stand in a column, each with its target; those ending in `*` match what begins so."""

    exact: Mapping[str, Target]
    prefixes: tuple[tuple[str, Target], ...]
    ignored: frozenset[str]

    @property
    def targets(self) -> tuple[Target, ...]:
        """Every target."""
        return (*self.exact.values(), *(target for _, target in self.prefixes))

    def find(self, name: str) -> Target | None:
        """The target of a name: its own, else that of the longest beginning."""
        if name in self.exact:
            return self.exact[name]
        return next((target for start, target in self.prefixes if name.startswith(start)), None)


@frozen
class Join:
    """Columns of the row of another file that has the same value in `column`."""

    file: str
    column: str


@frozen
class PatientTable:
    """The table with one row a patient."""

    file: str
    id: str
    on: str | None
    facts: Mapping[str, Target]

    @property
    def targets(self) -> tuple[Target, ...]:
        """Every target."""
        return tuple(self.facts.values())


@frozen
class SeriesTable:
    """A table with one row a result. All but `file`, `names` and `join` are columns."""

    file: str
    patient: str
    name: str
    value: str
    unit: str | None
    date: str | None
    upper: str | None
    lower: str | None
    names: Names
    join: Join | None = None


@frozen
class EventTable:
    """A table with one row an occurrence."""

    file: str
    patient: str
    name: str
    start: str | None
    end: str | None
    split: str | None
    complete: bool
    attributes: Mapping[str, str]
    names: Names
    join: Join | None = None


@frozen
class Map:
    """A whole map, and the `place` it was read from."""

    place: str
    on: str | None
    delimiter: str
    patients: PatientTable
    series: tuple[SeriesTable, ...]
    events: tuple[EventTable, ...]

    @property
    def files(self) -> tuple[str, ...]:
        """Every file as often as it is read."""
        tables: tuple[SeriesTable | EventTable, ...] = (*self.series, *self.events)
        joined = [table.join.file for table in tables if table.join is not None]
        return (self.patients.file, *joined, *(table.file for table in tables))


def read_map(data: bytes, place: str) -> Map:
    """Read a map. Raises BadPatients: no UTF-8, no TOML, a key unknown, missing or of another kind."""
    return tables_of(section_of(data, place), place)


def section_of(data: bytes, place: str) -> Section:
    """The whole of a TOML file. Raises BadPatients: too large, no UTF-8, no TOML."""
    if len(data) > LARGEST_MAP:
        raise BadPatients(place, "it is too large for a map", "name a TOML file")
    try:
        entries = tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise BadPatients(place, "it is not UTF-8", "save it as UTF-8") from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise BadPatients(place, f"it is no TOML: {str(error)[:200]}", "mend the map there") from None
    return Section(entries, place, "")


def tables_of(top: Section, place: str) -> Map:
    """The map that a TOML file states. Raises BadPatients."""
    found = Map(
        place,
        top.text("on"),
        _delimiter(top),
        _patients(top.table("patients")),
        tuple(_series(table) for table in top.tables("series")),
        tuple(_events(table) for table in top.tables("events")),
    )
    top.finish()
    return found


def _delimiter(top: Section) -> str:
    said = top.text("delimiter") or ","
    if said not in DELIMITERS:
        raise top.fault(f"`delimiter` cannot be `{said[:20]}`", 'use one of `,`, `;`, `|` and `"\\t"`')
    return said


def _patients(table: Section) -> PatientTable:
    found = PatientTable(
        table.needed("file"),
        table.needed("id"),
        table.text("on"),
        targets_of(table.table("facts", optional=True)),
    )
    table.finish()
    return found


def _series(table: Section) -> SeriesTable:
    found = SeriesTable(
        file=table.needed("file"),
        patient=table.needed("patient"),
        name=table.needed("name"),
        value=table.needed("value"),
        unit=table.text("unit"),
        date=table.text("date"),
        upper=table.text("upper"),
        lower=table.text("lower"),
        names=_names(table),
        join=_join(table),
    )
    table.finish()
    return found


def _events(table: Section) -> EventTable:
    found = EventTable(
        file=table.needed("file"),
        patient=table.needed("patient"),
        name=table.needed("name"),
        start=table.text("start"),
        end=table.text("end"),
        split=table.text("split"),
        complete=table.truth("complete"),
        attributes=table.texts("attributes"),
        names=_names(table),
        join=_join(table),
    )
    if found.split == "":
        raise table.fault("`split` is empty", 'name what parts the entries, as in `split = "|"`')
    table.finish()
    return found


def _names(table: Section) -> Names:
    targets = targets_of(table.table("facts"))
    starts = sorted((name for name in targets if name.endswith("*")), key=len, reverse=True)
    return Names(
        {name: target for name, target in targets.items() if not name.endswith("*")},
        tuple((name[:-1], targets[name]) for name in starts),
        frozenset(table.words("ignore")),
    )


def _join(table: Section) -> Join | None:
    if not table.has("join"):
        return None
    join = table.table("join")
    found = Join(join.needed("file"), join.needed("column"))
    join.finish()
    return found


def targets_of(table: Section) -> dict[str, Target]:
    """Where every name in a table leads."""
    return {name: _target(table, name) for name in table.names}


def _target(table: Section, name: str) -> Target:
    if table.is_text(name):
        return Target(table.needed(name))
    entry = table.table(name)
    found = Target(entry.needed("fact"), entry.text("unit"), entry.texts("values"))
    entry.finish()
    return found
