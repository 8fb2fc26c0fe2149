"""Whatever a file of patients holds: patients, or a refusal that names the place and the fix; never anything else."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable

from hypothesis import example, given, settings
from hypothesis import strategies as st

from protocol_dsl.adapters.incoming import BadPatients, Incoming
from protocol_dsl.adapters.json_patients import read_json_patients
from protocol_dsl.adapters.mapping import read_map
from protocol_dsl.adapters.remarks import Remarks
from protocol_dsl.adapters.rows import Table
from protocol_dsl.adapters.tables import read_tables
from protocol_dsl.adapters.wide import read_wide
from protocol_dsl.runtime.schema import FactSchema, Schema

SCHEMA = Schema({"inr": FactSchema("inr", "lab"), "bleeding": FactSchema("bleeding", "event")})
JSON = (
    b'[{"id": "P1", "on": "2026-03-02", "inr": [{"value": "<1.5", "on": "2026-03-01"}]}, {"id": "\xc3\xa9"}]'
)
CSV = b'id,inr,bleeding\r\nP1,1.5,none\r\n"P,2","1.8",2026-01-05;2026-02-06/ongoing\r\n'
MAP = (
    b'on = "last record"\n[patients]\nfile = "p"\nid = "id"\n[[series]]\nfile = "s"\npatient = "id"\nname = "lab"\n'
    b'value = "value"\n[series.facts]\nINR = { fact = "inr", unit = "1" }\n[[events]]\nfile = "s"\npatient = "id"\n'
    b'name = "lab"\n[events.facts]\n"B*" = "bleeding"\n'
)
TABLES = {"p": b"id\nP1\nP2\n", "s": b"id,lab,value\nP1,INR,1.5\nP2,B1,\n"}


def mutated(data: bytes) -> st.SearchStrategy[bytes]:
    """The data with a piece of it cut out, doubled or replaced."""
    places = st.tuples(st.integers(0, len(data)), st.integers(0, 12))
    pieces = st.one_of(
        st.binary(max_size=4), st.sampled_from([b'"', b"\n", b",", b"{", b"]", b"\0", b"\xef\xbb\xbf"])
    )
    return st.builds(lambda place, new: data[: place[0]] + new + data[sum(place) :], places, pieces)


def settled(read: Callable[[], Iterable[Incoming]]) -> None:
    """Reading comes to an end: with patients, or with a refusal made for people."""
    said = ["nothing"]
    try:
        said += [patient.place for patient in read()]
    except BadPatients as refusal:
        said += [refusal.place, refusal.reason, refusal.fix]
    assert all(said)
    assert not [words for words in said if words.endswith(".")]


@given(st.one_of(st.binary(max_size=200), mutated(JSON)))
@example(b"[" * 5_000)
@example(b'{"a": NaN, "b": -Infinity, "c": 1e999}')
@settings(max_examples=300, deadline=None)
def test_any_json(data: bytes) -> None:
    settled(lambda: read_json_patients(io.BytesIO(data), "p.json"))


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda part: st.lists(part) | st.dictionaries(st.text(), part),
    )
)
@settings(max_examples=100, deadline=None)
def test_any_value_as_a_patient(value: object) -> None:
    settled(lambda: read_json_patients(io.BytesIO(json.dumps(value).encode()), "p.json"))


@given(st.one_of(st.binary(max_size=200), mutated(CSV)), st.sampled_from([",", ";", "\t", "|"]))
@settings(max_examples=300, deadline=None)
def test_any_table(data: bytes, delimiter: str) -> None:
    settled(lambda: read_wide(Table(io.BytesIO(data), "p.csv", delimiter), SCHEMA))


@given(st.one_of(st.binary(max_size=200), mutated(MAP)))
@settings(max_examples=300, deadline=None)
def test_any_map(data: bytes) -> None:
    def read() -> Iterable[Incoming]:
        chosen = read_map(data, "m.toml")
        return read_tables(chosen, opened, SCHEMA, Remarks())

    settled(read)


@given(mutated(TABLES["p"]), mutated(TABLES["s"]))
@settings(max_examples=200, deadline=None)
def test_any_tables(patients: bytes, rows: bytes) -> None:
    held = {"p": patients, "s": rows}
    settled(
        lambda: read_tables(read_map(MAP, "m.toml"), lambda name: io.BytesIO(held[name]), SCHEMA, Remarks())
    )


def opened(name: str) -> io.BytesIO:
    """A file of the tables; the mutated map may name one that is not there."""
    if name not in TABLES:
        raise BadPatients(name, "there is no such file", "check the name")
    return io.BytesIO(TABLES[name])
