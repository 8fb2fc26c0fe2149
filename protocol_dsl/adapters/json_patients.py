"""Patients in the JSON form: one object, an array of them, or one after another (NDJSON), as a stream."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from protocol_dsl.adapters.incoming import BadPatient, BadPatients, Incoming, Skip, Watch, stop, unwatched
from protocol_dsl.adapters.json_text import JsonText
from protocol_dsl.adapters.lines import text_pieces


def read_json_patients(
    stream: BinaryIO, name: str, watch: Watch = unwatched, skip: Skip = stop
) -> Iterator[Incoming]:
    """Every patient, in the order of the file; a key `on` is the day to judge that patient on. `skip` is told of an
    entry that is no object, a key written twice, a FHIR resource, and of a line that is no JSON where each is one.

    Raises:
        BadPatients: no JSON, in an array or at the start.
    """
    text = JsonText(text_pieces(stream, name, watch), name)
    first = text.peek()
    if first == "":
        raise BadPatients(name, "it is empty", "give a patient, as in {}".format('`{"id": "P1", "age": 45}`'))
    if first == "[":
        yield from _array(text, skip)
    else:
        yield from _one_after_another(text, skip)


def _array(text: JsonText, skip: Skip) -> Iterator[Incoming]:
    places = _Places(text)
    text.take("[", "a bracket belongs here")
    if text.peek() == "]":
        text.take("]", "")
    else:
        yield from _usable(text, places, skip)
        while text.peek() == ",":
            text.take(",", "")
            yield from _usable(text, places, skip)
        text.take("]", "a comma or the closing bracket of the array belongs here")
    if text.peek():
        raise text.fault("more text follows the array", "keep one array, or one patient a line")


def _usable(text: JsonText, places: _Places, skip: Skip) -> Iterator[Incoming]:
    try:
        yield _patient(text, places.next())
    except BadPatient as error:
        skip(error)


def _one_after_another(text: JsonText, skip: Skip) -> Iterator[Incoming]:
    places = _Places(text)
    while text.peek():
        try:
            yield _patient(text, places.next())
        except BadPatients as error:
            if text.broken:
                raise
            skip(error)
            if not isinstance(error, BadPatient):
                text.resume()


class _Places:
    """Where each patient begins, in words that no two share: `p.json:3`, `p.json:3#2`."""

    def __init__(self, text: JsonText) -> None:
        self._text = text
        self._last, self._count = "", 0

    def next(self) -> str:
        """The place of the patient that comes next."""
        self._text.peek()
        place = self._text.place()
        self._count = self._count + 1 if place == self._last else 1
        self._last = place
        return place if self._count == 1 else f"{place}#{self._count}"


def _patient(text: JsonText, place: str) -> Incoming:
    record = text.value()
    if not isinstance(record, dict):
        fix = 'write each patient as an object, as in `{"id": "P1", "age": 45}`'
        raise BadPatient(place, "a patient is an object of facts by name", fix)
    if "resourceType" in record:
        fix = "give the facts by name, or the tables with `--map`"
        raise BadPatient(place, "this is a FHIR resource, not a patient's facts", fix)
    on, known = record.pop("on", None), record.get("id")
    patient = str(known) if isinstance(known, (str, int)) else ""
    if on is not None and not isinstance(on, str):
        raise BadPatient(place, "`on` is no date", 'write it as `"on": "2026-03-05"`', patient)
    return Incoming(patient, record, place, on=on)
