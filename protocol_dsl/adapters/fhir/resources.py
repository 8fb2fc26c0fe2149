"""The resources of a FHIR file, one at a time: NDJSON, a Bundle of any length, a single resource, an array of them."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO

from attrs import frozen

from protocol_dsl.adapters.incoming import BadPatients, Watch, unwatched
from protocol_dsl.adapters.json_text import JsonText
from protocol_dsl.adapters.lines import text_pieces

_FIX = "give a Bundle, or resources one a line"


@frozen
class Resource:
    """One resource: its plain JSON, the file and line it starts on, the address a Bundle gives it ("" for none)."""

    body: dict[str, Any]
    place: str
    address: str = ""

    @property
    def type(self) -> str:
        """The type of resource, such as `Observation`."""
        return str(self.body["resourceType"])

    @property
    def id(self) -> str:
        """Its logical id, else its address, else ""."""
        known = self.body.get("id")
        return known if isinstance(known, str) and known else self.address


def read_resources(stream: BinaryIO, name: str, watch: Watch = unwatched) -> Iterator[Resource]:
    """Every resource of a file, those inside Bundles too, in its order.

    Raises:
        BadPatients: no JSON, an object that is no resource, a compressed file that is damaged.
    """
    text = JsonText(text_pieces(stream, name, watch), name, "resource")
    try:
        if not text.peek():
            raise BadPatients(name, "it is empty", _FIX)
        # A line of a bulk export is one small object; any other file may be one Bundle without end.
        whole = name.removesuffix(".gz").endswith((".ndjson", ".jsonl"))
        while text.peek():
            if text.peek() == "[":
                for _ in text.items():
                    yield from _object(text, whole=True)
            else:
                yield from _object(text, whole)
    except (EOFError, zlib.error, OSError):
        raise BadPatients(
            text.place(), "the compressed file is damaged here", "unpack or fetch it anew"
        ) from None


def _object(text: JsonText, whole: bool) -> Iterator[Resource]:
    text.peek()
    place = text.place()
    if whole or text.peek() != "{":
        yield from _taken(text.value(), place)
        return
    body: dict[str, Any] = {}
    entries = False
    for key in text.members():
        if key in body:
            raise text.fault(f"the key `{key[:80]}` stands twice in one object", "keep one of them")
        if key == "entry" and text.peek() == "[":
            entries, body[key] = True, []
            for _ in text.items():
                place_of_entry = text.place()
                yield from _entry(text.value(), place_of_entry)
        else:
            body[key] = text.value()
    if entries and body.get("resourceType") != "Bundle":
        raise BadPatients(place, "it has entries and is no Bundle", _FIX)
    yield from _taken(body, place)


def _taken(body: object, place: str, address: str = "") -> Iterator[Resource]:
    if not isinstance(body, dict) or not isinstance(body.get("resourceType"), str):
        raise BadPatients(place, "it is no FHIR resource: it has no `resourceType`", _FIX)
    if body["resourceType"] != "Bundle":
        yield Resource(body, place, address)
        return
    entries = body.get("entry", [])
    if not isinstance(entries, list):
        raise BadPatients(place, "`entry` of the Bundle is no array", _FIX)
    for entry in entries:
        yield from _entry(entry, place)


def _entry(entry: object, place: str) -> Iterator[Resource]:
    if not isinstance(entry, dict):
        raise BadPatients(place, "an entry of a Bundle is an object", _FIX)
    address = entry.get("fullUrl")
    if "resource" in entry:  # a response to a transaction has none
        yield from _taken(entry["resource"], place, address if isinstance(address, str) else "")
