"""Patients who come one after another, judged some thousands at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

import pyarrow.compute as pc
from attrs import frozen

from protocol_dsl.adapters.incoming import BadPatients, Incoming
from protocol_dsl.adapters.reader import PatientReader
from protocol_dsl.ir.protocol import Protocol
from protocol_dsl.ir.schema import schema_of
from protocol_dsl.populations.judging import Run
from protocol_dsl.populations.loading import is_judged_on, record_tables
from protocol_dsl.populations.parts import Refusal, Written
from protocol_dsl.populations.verdicts import write_verdicts
from protocol_dsl.vocabulary.calendar import When


@frozen
class Streamed:
    """Judges patients by a protocol; `on` is the day to judge everyone on, where one is set."""

    protocol: Protocol
    on: When | None
    run: Run

    def parts(self, patients: Iterable[Incoming], size: int) -> Iterator[StreamedPart]:
        """The patients in their order, `size` at a time."""
        coming = iter(patients)
        while some := tuple(islice(coming, size)):
            yield StreamedPart(self, some)


@frozen
class StreamedPart:
    """Some patients as they came in."""

    streamed: Streamed
    patients: tuple[Incoming, ...]

    def write(self, path: Path) -> Written:
        """Read and judge them, and write the verdicts in the order of the patients."""
        protocol = self.streamed.protocol
        reader = PatientReader(schema_of(protocol), self.streamed.on)
        read, refusals = [], []
        for one in self.patients:
            try:
                reading, on = reader.read(one)
                if not is_judged_on(on):
                    reason = "populations are judged on one day of the years 1000 to 9000"
                    raise BadPatients(one.place, reason, "mend the day to judge on", one.id)
            except BadPatients as error:
                refusals.append(Refusal(error.place, error.reason, error.fix, error.patient))
            else:
                read.append((reading.records, on))
        tables = record_tables(read)
        verdicts = self.streamed.run(tables)
        places = pc.index_in(tables["patients"]["patient"], value_set=verdicts["patient"].combine_chunks())
        write_verdicts(verdicts.take(places), protocol, path)
        return Written(verdicts.num_rows, reader.undated, tuple(reader.remarks), tuple(refusals))
