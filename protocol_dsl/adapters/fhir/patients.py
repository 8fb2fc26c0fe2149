"""Patients from FHIR: every resource read once and kept on disk by patient, then one record a patient."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, closing
from typing import Any, BinaryIO

from attrs import define, evolve, field

from protocol_dsl.adapters.fhir.assembly import Assembly
from protocol_dsl.adapters.fhir.bindings import bindings_of
from protocol_dsl.adapters.fhir.code_map import CodeMap
from protocol_dsl.adapters.fhir.entry import Clerk, Entry, part, parts, word
from protocol_dsl.adapters.fhir.histories import TYPES, occurred
from protocol_dsl.adapters.fhir.observations import observed
from protocol_dsl.adapters.fhir.resources import Resource, read_resources
from protocol_dsl.adapters.incoming import BadPatients, Incoming, Watch, unwatched
from protocol_dsl.adapters.remarks import Remark, Remarks
from protocol_dsl.adapters.spool import Spool
from protocol_dsl.ir.facts import Fact
from protocol_dsl.runtime.schema import Schema
from protocol_dsl.vocabulary.calendar import When

Sources = Iterable[tuple[str, Callable[[], AbstractContextManager[BinaryIO]]]]
"""Names of files, as messages show them, and what opens each."""

_PATIENTS = ""
"""The key under which the patients themselves wait; no reference is empty."""
_DRUGS, _PEOPLE = 0, 1
"""The numbers that drugs are kept under, for the prescriptions that refer to them, and Patients, to know them again."""


def read_fhir(
    sources: Sources,
    facts: tuple[Fact, ...],
    schema: Schema,
    remarks: Remarks,
    *,
    chosen: CodeMap | None = None,
    on: When | None = None,
    watch: Watch = unwatched,
) -> Iterator[Incoming]:
    """Every Patient of the files, in their order, with what the other resources say of the facts.

    `on` is the day to judge everyone on where one is set. What leads to no fact, is not final, or cannot be read is
    counted in `remarks`. Memory does not grow with the files.

    Raises:
        BadPatients: no JSON, no FHIR resources, no Patient, two different Patients of one id.
    """
    chosen = chosen or CodeMap()
    clerk = Clerk(bindings_of(facts, schema, chosen, remarks), remarks)
    with closing(Spool()) as spool:
        reader = _Reader(clerk, schema, spool, Assembly(clerk, schema, chosen, on))
        for name, opened in sources:
            with opened() as stream:
                for resource in read_resources(stream, name, watch):
                    reader.take(resource)
        yield from reader.patients()
        clerk.bindings.report(remarks)


@define
class _Reader:
    """One pass over all files."""

    _clerk: Clerk
    _schema: Schema
    _spool: Spool
    _assembly: Assembly
    _first: str = ""
    _types: set[str] = field(factory=set)

    def take(self, resource: Resource) -> None:
        """Keep what a resource says, if it says anything of a fact."""
        self._first = self._first or resource.place
        self._types.add(resource.type)
        match resource.type:
            case "Patient":
                self._take_patient(resource)
            case "Medication":
                code = {"code": resource.body.get("code")}
                for key in {resource.id, resource.address} - {""}:
                    self._spool.put_joined(_DRUGS, _key_of(key), code)
            case "Observation":
                self._keep(resource, observed(resource, self._clerk))
            case kind if kind in TYPES:
                self._take_coded(resource)

    def patients(self) -> Iterator[Incoming]:
        """Every patient with what belongs to them."""
        self._spool.arrange()
        self._spool.seen_before(_PATIENTS, "")
        count = 0
        for id_, address, body, place in self._spool.entries(_PATIENTS):
            waiting = [
                one for key in dict.fromkeys((id_, address)) if key for one in self._spool.entries(key)
            ]
            record, on, origins = self._assembly.record(
                id_, body, [self._whole(one) for one in waiting], place
            )
            yield Incoming(id_, record, place, on=on, origins=origins)
            count += 1
        if not count:
            held = ", ".join(f"`{kind}`" for kind in sorted(self._types)[:8])
            raise BadPatients(
                self._first, f"no Patient is among the resources, only {held}", "add the file of Patients"
            )
        self._report_orphans()

    def _take_patient(self, resource: Resource) -> None:
        body = {key: resource.body[key] for key in _READ if key in resource.body}
        id_ = _key_of(resource.id).removeprefix("urn:uuid:")
        if not id_:
            raise BadPatients(resource.place, "the Patient has no id", 'give it one, as in `"id": "p1"`')
        known = self._spool.joined(_PEOPLE, id_)
        if known is not None:
            if known != body:
                reason = f"the Patient `{id_[:80]}` is here another one than before"
                raise BadPatients(resource.place, reason, "give every patient an id of their own")
            return  # delivered again
        self._spool.put_joined(_PEOPLE, id_, body)
        address = resource.address if resource.address.startswith("urn:") else ""
        for key in {id_, address} - {""}:
            self._spool.seen_before(key, resource.place)
        self._spool.put(_PATIENTS, [id_, address, body, resource.place])

    def _take_coded(self, resource: Resource) -> None:
        body = resource.body
        concept = part(body, "code", "medicationCodeableConcept", "vaccineCode")
        concept = concept or part(part(body, "medication"), "concept")
        reference = part(body, "medicationReference") or part(part(body, "medication"), "reference")
        target = word(reference, "reference")
        if concept or not target:
            self._keep(resource, occurred(resource, concept, self._clerk))
        elif target.startswith("#"):
            held = [one for one in parts(body, "contained") if f"#{one.get('id')}" == target]
            self._keep(resource, occurred(resource, held[0].get("code") if held else None, self._clerk))
        else:
            self._put(resource, ["drug", _key_of(target), body])  # the drug may come later

    def _keep(self, resource: Resource, entries: Iterable[Entry]) -> None:
        kept = [[entry.fact, entry.form, entry.date, entry.data] for entry in entries]
        # A version that was withdrawn says nothing, and must be kept where it may replace one that does.
        if kept or (resource.id and _withdrawn(resource.body)):
            self._put(resource, ["entries", kept])

    def _put(self, resource: Resource, said: list[Any]) -> None:
        subject = part(resource.body, "subject", "patient")
        patient = _key_of(word(subject, "reference"))
        if not patient:
            reason, fix = "a resource names no patient by reference", "refer to it as `Patient/ID`"
            self._clerk.remark(resource.type, reason, fix, "", resource.place)
            return
        updated = word(part(resource.body, "meta"), "lastUpdated")
        key = f"{resource.type}/{resource.id}" if resource.id else ""
        self._spool.put(patient, [key, updated, resource.place, *said])

    def _whole(self, waiting: list[Any]) -> tuple[str, str, list[Entry]]:
        """What was kept of one resource: its key, when it was updated, its entries."""
        key, updated, place, form, *said = waiting
        if form == "entries":
            return key, updated, [evolve(Entry(*one), origin=_origin(key, place)) for one in said[0]]
        name, body = said
        drug = self._spool.joined(_DRUGS, name)
        if drug is None:
            reason, fix = "the drug it refers to is not among the resources", "add the file of Medications"
            self._clerk.remark(body["resourceType"], reason, fix, "", place)
            return key, updated, []
        found = occurred(Resource(body, place), drug.get("code"), self._clerk)
        return key, updated, [evolve(one, origin=_origin(key, place)) for one in found]

    def _report_orphans(self) -> None:
        count, patient = self._spool.orphans()
        if count:
            reason, fix = (
                "resources refer to patients who are not there",
                "add the Patients, or remove the resources",
            )
            first = f"patient {patient[:80]}"
            self._clerk.remarks.add(Remark(what="Patient", reason=reason, fix=fix, first=first, count=count))


_READ = ("gender", "birthDate", "deceasedBoolean", "deceasedDateTime", "active")


def _origin(key: str, place: str) -> str:
    return f"{place} {key}".rstrip()


def _key_of(reference: str) -> str:
    """`Patient/ID`, an absolute address of it, or a version of it, as its id; a `urn:` as it stands."""
    found = re.search(r"(?:^|/)(?:Patient|Medication)/([A-Za-z0-9.\-]+)(?:/_history/[^/]*)?$", reference)
    return found[1] if found else "" if "?" in reference else reference


def _withdrawn(body: dict[str, Any]) -> bool:
    verified = part(body, "verificationStatus").get("coding")
    return body.get("status") in {"entered-in-error", "cancelled"} or "entered-in-error" in str(verified)
