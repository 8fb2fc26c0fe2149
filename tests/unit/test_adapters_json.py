"""Patients in JSON: what is read, and what is refused with the place and the fix."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from protocol_dsl.adapters.incoming import BadPatients
from protocol_dsl.adapters.json_patients import read_json_patients
from protocol_dsl.adapters.json_text import LARGEST_VALUE


class Dripping(io.BytesIO):
    """A stream that gives a few bytes at a time, as a slow pipe does."""

    def read(self, size: int | None = -1) -> bytes:
        return super().read(3 if size is None or size < 0 else min(size, 3))


def records(text: str | bytes, stream: type[io.BytesIO] = io.BytesIO) -> list[Any]:
    data = text.encode() if isinstance(text, str) else text
    return [one.record for one in read_json_patients(stream(data), "p.json")]


@pytest.mark.parametrize("stream", [io.BytesIO, Dripping])
@pytest.mark.parametrize(
    "text",
    [
        '{"id": "P1", "inr": 1.5}\n{"id": "P2", "inr": "<40"}',
        '[{"id": "P1", "inr": 1.5}, {"id": "P2", "inr": "<40"}]',
        ' \n[\r\n{"id": "P1",\n "inr": 1.5}\n,\n{"id": "P2", "inr": "<40"}\n]\n\n',
        '\ufeff{"id": "P1", "inr": 1.5}{"id": "P2", "inr": "<40"}',
    ],
)
def test_an_array_and_one_after_another_are_the_same(text: str, stream: type[io.BytesIO]) -> None:
    assert records(text, stream) == [{"id": "P1", "inr": 1.5}, {"id": "P2", "inr": "<40"}]


def test_patients_larger_than_a_piece_are_read_whole() -> None:
    large = {"id": "P1", "inr": [{"value": n, "on": "2026-03-01"} for n in range(20_000)]}
    assert records(json.dumps([large, {"id": "é" * 70_000}, large])) == [large, {"id": "é" * 70_000}, large]


def test_the_day_to_judge_on_stands_beside_the_facts() -> None:
    (one,) = read_json_patients(io.BytesIO(b'{"id": 7, "on": "2026-03-05", "inr": 1}'), "p.json")
    assert (one.id, one.on, one.record) == ("7", "2026-03-05", {"id": 7, "inr": 1})


def test_each_patient_knows_its_line() -> None:
    text = b'[\n{"id": "a"},\n\n{"id":\n"b"}, {"id": "c"}]'
    assert [one.place for one in read_json_patients(io.BytesIO(text), "p.json")] == [
        "p.json:2",
        "p.json:4",
        "p.json:5",
    ]


def test_an_empty_array_holds_nobody() -> None:
    assert records("[ ]") == []


@pytest.mark.parametrize(
    ("text", "place", "reason"),
    [
        ("", "p.json", "it is empty"),
        ("  \n ", "p.json", "it is empty"),
        ("[1]", "p.json:1", "a patient is an object of facts by name"),
        ('"P1"', "p.json:1", "a patient is an object of facts by name"),
        ('[{"a": 1}\n{"a": 2}]', "p.json:2", "a comma or the closing bracket of the array belongs here"),
        ('[{"a": 1}] {"a": 2}', "p.json:1", "more text follows the array"),
        ('{"a": 1}\n{"a": tru}\n{"a": 3}', "p.json:2", "it is no JSON at column 7: a value is missing"),
        ('{"a": 1}\n{"a" 1}', "p.json:2", "it is no JSON at column 6: a colon belongs here"),
        ('{"a": 1,\n\n "b": }', "p.json:3", "it is no JSON at column 7: a value is missing"),
        ('{"a": "b', "p.json:1", "it is no JSON at column 7: a text is not closed"),
        ('{"a": 1', "p.json:1", "it is no JSON at column 8: a comma belongs here"),
        ('{"inr": 1, "inr": 2}', "p.json:1", "the key `inr` stands twice in one object"),
        ('{"a": ' + "[" * 100_000, "p.json:1", "brackets are nested too deep"),
        ('{"a": ' + "9" * 5_000 + "}", "p.json:1", "a number has too many digits"),
        ('{"resourceType": "Patient"}', "p.json:1", "this is a FHIR resource, not a patient's facts"),
        ('{"on": 20260305}', "p.json:1", "`on` is no date"),
        (b'{"a": 1}\n{"b": "\xe9"}', "p.json:2", "byte 0xE9 is not UTF-8"),
        (b'{"a": "\xc3', "p.json:1", "byte 0xC3 is not UTF-8"),
        (b'{"a":\n\0}', "p.json:2", "it holds a NUL byte, so it is not text"),
        (b"\xff\xfe{\0}\0", "p.json", "it is written in UTF-16"),
        (b"\x1f\x8b\x08\x00", "p.json", "it is a compressed file"),
    ],
)
def test_what_is_no_patient_is_refused(text: str | bytes, place: str, reason: str) -> None:
    with pytest.raises(BadPatients) as caught:
        records(text)
    assert (caught.value.place, caught.value.reason) == (place, reason)
    assert caught.value.fix


def test_an_endless_patient_is_refused_before_it_fills_the_memory() -> None:
    with pytest.raises(BadPatients, match="one patient is larger than 16 MB"):
        records('{"a": "' + "x" * (3 * LARGEST_VALUE))


def test_the_patients_before_a_fault_are_given() -> None:
    patients = read_json_patients(io.BytesIO(b'{"id": "a"}\n{"id": }'), "p.json")
    assert next(patients).id == "a"
    with pytest.raises(BadPatients):
        next(patients)
