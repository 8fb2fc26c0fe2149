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
                # The verdict on the first is on its way out: a stream cannot take back what it has written.
                reason = (
                    f"the patient `{patient.id[:80]}` stands at {first} already, and only that one is judged"
                )
                fix = "give every patient an id of their own; is it one patient, keep the record that holds"
                skip(BadPatient(patient.place, reason, fix, patient.id))
            else:
                yield patient
