"""Parquet files with one row a patient: features in columns, or facts as in a CSV file with a row a patient."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from math import isnan
from pathlib import Path

from attrs import frozen

from protocol_dsl.adapters.incoming import BadPatients, Incoming, Skip
from protocol_dsl.adapters.unique import unique
from protocol_dsl.backends.frame import Frame, frame_of, frame_scope
from protocol_dsl.ir.protocol import Protocol
from protocol_dsl.populations.parts import Written
from protocol_dsl.runtime.schema import Schema
from protocol_dsl.runtime.wide import wide_columns

ROWS = 2_000_000
"""Rows of a frame of features that are judged as one part; they are streamed, so this is no matter of memory."""


@frozen
class WideFiles:
    """Files of one form. `patients` takes their columns for facts; `has_features` tells that they hold features."""

    name: str
    paths: tuple[Path, ...]

    @property
    def told(self) -> list[str]:
        """The name as it is told."""
        return [self.name]

    def total(self) -> int | None:
        """How many bytes will be read is not known: columns are read that are asked for."""
        return None

    def has_features(self, protocol: Protocol) -> bool:
        """Whether the columns are those of a frame of features, all of them or nearly."""
        import pyarrow.parquet  # noqa: PLC0415 - slow to load

        try:
            held = set(pyarrow.parquet.read_schema(self.paths[0]).names)
        except (pyarrow.ArrowInvalid, OSError) as error:
            reason = " ".join(str(error).split())[:200]
            raise BadPatients(
                str(self.paths[0]), f"it is no Parquet file: {reason}", "check the file"
            ) from None
        frame = frame_of(protocol, frame_scope())
        facts = {fact.name for fact in protocol.facts}
        wanted = [_columns(frame, feature.id) - facts for feature in protocol.features]
        wanted = [names for names in wanted if names]
        return 2 * sum(bool(names & held) for names in wanted) > len(wanted)

    def patients(self, schema: Schema, skip: Skip) -> Iterator[Incoming]:
        """Every row as one patient, its columns named by fact; `skip` is told of an id seen before."""
        yield from unique(self._rows(schema), skip)

    def _rows(self, schema: Schema) -> Iterator[Incoming]:
        import pyarrow.parquet  # noqa: PLC0415 - slow to load

        for path in self.paths:
            with pyarrow.parquet.ParquetFile(path) as file:
                columns = wide_columns(file.schema_arrow.names, schema)
                named = next((column.header for column in columns if column.part == "id"), None)
                number = 0
                for batch in file.iter_batches(10_000):
                    for row in batch.to_pylist():
                        number += 1
                        cells = {name: _cell(value) for name, value in row.items()}
                        on = cells.pop("on", None)
                        id_ = cells[named] if named else ""
                        yield Incoming(id_, cells, f"{path}:{number}", wide=True, on=on or None)


@frozen
class FramePart:
    """A stretch of a frame of features."""

    files: WideFiles
    protocol: Protocol
    first: int
    count: int

    def write(self, path: Path) -> Written:
        """Judge it. Raises BadPatients when columns are missing or of the wrong type."""
        from protocol_dsl.backends.columns import FrameError  # noqa: PLC0415 - slow to load
        from protocol_dsl.backends.columns.files import FrameFiles  # noqa: PLC0415 - slow to load

        try:
            FrameFiles(self.files.paths).judge(self.protocol, self.first, self.count, path)
        except FrameError as error:
            fix = "chapter 11 of the manual tells how columns of features are named"
            raise BadPatients(self.files.name, str(error), fix) from None
        return Written(self.count)


def frame_parts(files: WideFiles, protocol: Protocol) -> tuple[list[FramePart], int]:
    """A frame of features in parts, and how many patients it holds."""
    from protocol_dsl.backends.columns.files import FrameFiles  # noqa: PLC0415 - slow to load

    rows = FrameFiles(files.paths).rows()
    return [
        FramePart(files, protocol, first, min(ROWS, rows - first)) for first in range(0, rows, ROWS)
    ], rows


def wide_named(name: str) -> WideFiles | None:
    """Parquet files with a row a patient: one, or all of a folder that holds nothing else; None for other names."""
    path = Path(name)
    if path.is_dir():
        inside = sorted(one for one in path.iterdir() if not one.name.startswith((".", "_")))
        whole = inside and all(one.suffix == ".parquet" for one in inside)
        return WideFiles(name, tuple(inside)) if whole else None
    return WideFiles(name, (path,)) if path.suffix == ".parquet" and path.is_file() else None


def _columns(frame: Frame, feature: str) -> set[str]:
    names = {held[feature] for held in (frame.plain, frame.low) if feature in held}
    return names | {name for (owner, _), name in frame.has.items() if owner == feature}


def _cell(value: object) -> str:
    """A value as a cell of a CSV file holds it."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime() if value.time() == datetime.min.time():
            return value.date().isoformat()
        case date():
            return value.isoformat()
        case float() if isnan(value):
            return ""
    return str(value)
