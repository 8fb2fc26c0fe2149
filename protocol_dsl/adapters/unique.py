"""Every patient once, whatever files they come from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing

from protocol_dsl.adapters.incoming import BadPatient, Incoming, Skip, stop
from protocol_dsl.adapters.spool import Spool


def unique(patients: Iterable[Incoming], skip: Skip = stop) -> Iterator[Incoming]:
    """The patients as they come; those without an id are not compared. `skip` is told of an id seen before."""
    with closing(Spool()) as spool:
        for patient in patients:
            first = spool.seen_before(patient.id, patient.place) if patient.id else None
            if first is not None:
                reason = f"the patient `{patient.id[:80]}` stands at {first} already"
                fix = "give every patient an id of their own"
                skip(BadPatient(patient.place, reason, fix, patient.id))
            else:
                yield patient
