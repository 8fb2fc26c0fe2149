"""Patients who come one after another, judged some thousands at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow.compute as pc
import pyarrow.parquet as pq
from attrs import frozen

from protocol_dsl.adapters.incoming import BadPatients, Incoming
from protocol_dsl.adapters.reader import PatientReader
from protocol_dsl.backends.tables import TABLES
from protocol_dsl.ir.protocol import Protocol
from protocol_dsl.ir.schema import schema_of
from protocol_dsl.populations.judging import Run
from protocol_dsl.populations.loading import RecordTables, is_judged_on, record_tables
from protocol_dsl.populations.parts import Part, Refusal, Written
from protocol_dsl.populations.stores import Store, store_of
from protocol_dsl.populations.verdicts import write_verdicts
from protocol_dsl.vocabulary.calendar import When


@frozen
class Streamed:
    """Judges patients by a protocol; `on` is the day to judge everyone on, where one is set."""

    protocol: Protocol
    on: When | None
    run: Run | None = None

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
        tables, written = self.tables()
        assert self.streamed.run is not None
        verdicts = self.streamed.run(tables)
        places = pc.index_in(tables["patients"]["patient"], value_set=verdicts["patient"].combine_chunks())
        write_verdicts(verdicts.take(places), self.streamed.protocol, path)
        return written

    def tables(self) -> tuple[RecordTables, Written]:
        """Their records, and what came of the reading."""
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
        told = Written(len(read), reader.undated, tuple(reader.remarks), tuple(refusals))
        return record_tables(read), told


@frozen
class SpooledPart:
    """All patients, their records written to a folder of Parquet files first, for an engine that reads them there."""

    parts: Iterable[StreamedPart]
    folder: Path
    judge: Callable[[Store], Part]

    def write(self, path: Path) -> Written:
        """Read, write and judge them."""
        files: dict[str, list[Path]] = {table.name: [] for table in TABLES}
        read: list[Written] = []
        with TemporaryDirectory(prefix=".records-", dir=self.folder) as spool:
            for number, part in enumerate(self.parts):
                tables, told = part.tables()
                read.append(told)
                for name, table in tables.items():
                    file = Path(spool, f"{name}-{number:05}.parquet")
                    pq.write_table(table, file)
                    files[name].append(file)
            judged = self.judge(
                store_of(str(self.folder), {name: paths for name, paths in files.items() if paths})
            )
            judged.write(path)
        return Written(
            sum(one.patients for one in read),
            sum(one.undated for one in read),
            tuple(remark for one in read for remark in one.remarks),
            tuple(refusal for one in read for refusal in one.refusals),
        )
