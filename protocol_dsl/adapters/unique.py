"""Every patient once, whatever files they come from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing

from protocol_dsl.adapters.incoming import BadPatients, Incoming
from protocol_dsl.adapters.spool import Spool


def unique(patients: Iterable[Incoming]) -> Iterator[Incoming]:
    """The patients as they come; those without an id are not compared. Raises BadPatients for an id seen before."""
    with closing(Spool()) as spool:
        for patient in patients:
            first = spool.seen_before(patient.id, patient.place) if patient.id else None
            if first is not None:
                reason = f"the patient `{patient.id[:80]}` stands at {first} already"
                raise BadPatients(patient.place, reason, "give every patient an id of their own")
            yield patient
