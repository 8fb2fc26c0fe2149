"""Patients in the JSON form: one object, an array of them, or one after another (NDJSON), as a stream."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from protocol_dsl.adapters.incoming import BadPatients, Incoming, Watch, unwatched
from protocol_dsl.adapters.json_text import JsonText
from protocol_dsl.adapters.lines import text_pieces


def read_json_patients(stream: BinaryIO, name: str, watch: Watch = unwatched) -> Iterator[Incoming]:
    """Every patient, in the order of the file; a key `on` is the day to judge that patient on.

    Raises:
        BadPatients: no JSON, an entry that is no object, a key written twice, a FHIR resource.
    """
    text = JsonText(text_pieces(stream, name, watch), name)
    first = text.peek()
    if first == "":
        raise BadPatients(name, "it is empty", "give a patient, as in {}".format('`{"id": "P1", "age": 45}`'))
    if first == "[":
        yield from _array(text)
        return
    while text.peek():
        yield _patient(text)


def _array(text: JsonText) -> Iterator[Incoming]:
    text.take("[", "a bracket belongs here")
    if text.peek() == "]":
        text.take("]", "")
    else:
        yield _patient(text)
        while text.peek() == ",":
            text.take(",", "")
            yield _patient(text)
        text.take("]", "a comma or the closing bracket of the array belongs here")
    if text.peek():
        raise text.fault("more text follows the array", "keep one array, or one patient a line")


def _patient(text: JsonText) -> Incoming:
    text.peek()
    place = text.place()
    record = text.value()
    if not isinstance(record, dict):
        fix = 'write each patient as an object, as in `{"id": "P1", "age": 45}`'
        raise BadPatients(place, "a patient is an object of facts by name", fix)
    if "resourceType" in record:
        fix = "give the facts by name, or the tables with `--map`"
        raise BadPatients(place, "this is a FHIR resource, not a patient's facts", fix)
    on = record.pop("on", None)
    if on is not None and not isinstance(on, str):
        raise BadPatients(place, "`on` is no date", 'write it as `"on": "2026-03-05"`')
    known = record.get("id")
    return Incoming(str(known) if isinstance(known, (str, int)) else "", record, place, on=on)
