"""A screening in the making: data of any kind cut into parts for one engine, and what is written of all of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from attrs import frozen

from protocol_dsl.adapters.incoming import BadPatients
from protocol_dsl.adapters.remarks import Remarks
from protocol_dsl.artifacts import build_funnel
from protocol_dsl.backends.attrition import Attrition
from protocol_dsl.backends.sql import dialect_named
from protocol_dsl.backends.sql.usable import Usable
from protocol_dsl.cli.data import Data
from protocol_dsl.cli.exits import CouldNotRun
from protocol_dsl.cli.outputs import replacing
from protocol_dsl.cli.patients import Patients
from protocol_dsl.cli.progress import Advance
from protocol_dsl.ir.protocol import Protocol, Stage
from protocol_dsl.ir.schema import schema_of
from protocol_dsl.populations.counting import counted_verdicts
from protocol_dsl.populations.engines import EngineName
from protocol_dsl.populations.in_place import in_place
from protocol_dsl.populations.judging import rows_with, verdicts_with
from protocol_dsl.populations.parts import Ledger, Part
from protocol_dsl.populations.stores import Store
from protocol_dsl.populations.streamed import SpooledPart, Streamed
from protocol_dsl.populations.wide_files import ROWS, WideFiles, frame_parts
from protocol_dsl.vocabulary.calendar import When

_MOST = 10_000
"""Patients read one after another that are judged together: more is no faster."""
_RECORD = 32_768
"""Bytes that the records of one such patient take while they are judged, at a guess that is rarely passed."""


@frozen
class Run:
    """What is to be judged: parts of at most `size` patients, made with what is to be told of progress. `total` is in
    patients where `by_patients` is set, else in bytes. `remarks` and `refusals` hold what was not understood, and who
    cannot be judged, besides those of the parts, once all of them are judged."""

    parts: Callable[[Advance], Iterator[Part]]
    size: int
    total: int | None
    by_patients: bool
    remarks: Remarks
    refusals: list[BadPatients]


@contextmanager
def begun(
    protocol: Protocol, data: Data, engine: EngineName, where: str, on: When | None, memory: int, folder: Path
) -> Iterator[Run]:
    """The data cut into parts. Raises BadPatients, CouldNotRun."""
    if isinstance(data, WideFiles) and data.has_features(protocol):
        if engine != "polars" or on is not None:
            what = f"engine `{engine}`" if engine != "polars" else "`--on`"
            raise CouldNotRun(f"`{data.name}` holds features, for which {what} is too late", "leave it out")
        stretches, rows_there = frame_parts(data, protocol)
        yield Run(lambda _: iter(stretches), ROWS, rows_there, True, Remarks(), [])
        return
    if isinstance(data, Patients | WideFiles):
        remarks, refusals = Remarks(), list[BadPatients]()
        size = min(_MOST, memory // 4 // _RECORD)
        run = None if engine == "spark" else verdicts_with(engine, protocol, where)

        def parts(advance: Advance) -> Iterator[Part]:
            schema = schema_of(protocol)
            coming = (
                data.read(protocol.facts, schema, remarks, on, advance, refusals.append)
                if isinstance(data, Patients)
                else data.patients(schema, refusals.append)
            )
            some = Streamed(protocol, on, run).parts(coming, size)
            if engine != "spark":
                return some
            return iter([SpooledPart(some, folder, lambda store: _distributed(store, protocol, on, where))])

        yield Run(parts, size, data.total(), False, remarks, refusals)
        return
    if engine == "spark":
        if not data.files:
            raise CouldNotRun(f"Spark cannot read `{data.name}`", "give it a folder of Parquet or CSV files")
        part = _distributed(data, protocol, on, where)
        yield Run(lambda _: iter([part]), 0, None, True, Remarks(), [])
        return
    rows = rows_with(engine, protocol, where, data.engine)
    with in_place(data, Usable(protocol, dialect_named(data.engine), on), rows, memory, folder) as placed:
        remarks = placed.prepare()
        size, patients = placed.size()
        yield Run(lambda _: placed.parts(size), size, patients, True, remarks, [])


def _distributed(store: Store, protocol: Protocol, on: When | None, master: str) -> Part:
    from protocol_dsl.populations.spark import Distributed  # noqa: PLC0415 - the user's own package

    return Distributed(store, Usable(protocol, dialect_named("spark"), on), master)


def write_outcome(protocol: Protocol, stage: Stage, ledger: Ledger, folder: Path, memory: int) -> Attrition:
    """Count the verdicts, and write the counts beside them; the counts. Raises CouldNotRun."""
    counts = counted_verdicts(protocol, stage, ledger.files, folder, memory)
    for name, text in (
        ("attrition.json", json.dumps(counts.to_json(), indent=1, ensure_ascii=False) + "\n"),
        ("attrition.csv", counts.to_csv()),
        ("wanting.csv", counts.wanting_csv()),
        ("funnel.html", build_funnel(protocol, counts).text),
    ):
        with replacing(folder / name) as stream:
            stream.write(text)
    return counts
