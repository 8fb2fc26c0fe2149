"""Files of patients as the command line names them, opened and told apart."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from attrs import frozen

from protocol_dsl.adapters.incoming import BadPatients, Incoming, Watch
from protocol_dsl.adapters.json_patients import read_json_patients
from protocol_dsl.adapters.mapping import LARGEST_MAP, Map, read_map
from protocol_dsl.adapters.remarks import Remarks
from protocol_dsl.adapters.rows import Table
from protocol_dsl.adapters.tables import read_tables
from protocol_dsl.adapters.unique import unique
from protocol_dsl.adapters.wide import read_wide
from protocol_dsl.cli.exits import CouldNotRun
from protocol_dsl.runtime.schema import Schema

_JSON = frozenset({".json", ".ndjson", ".jsonl"})
_CSV = frozenset({".csv", ".tsv", ".txt"})
_SNIFFED = 512
_NO_MAP = "name the files in it, or give a map of its tables with `--map`"


@frozen
class Patients:
    """Where patients come from: `names` of files, or with `map` the folder that its tables are in."""

    names: tuple[str, ...]
    map: Map | None
    delimiter: str | None

    def total(self) -> int | None:
        """Bytes that will be read, None when not known."""
        paths = [Path(name) for name in self.names]
        if self.map is not None:
            paths = [paths[0] / file for file in self.map.files]
        if not all(path.is_file() for path in paths):
            return None
        return sum(path.stat().st_size for path in paths)

    def read(self, schema: Schema, remarks: Remarks, watch: Watch) -> Iterator[Incoming]:
        """Every patient. Raises BadPatients, CouldNotRun."""
        if self.map is not None:
            folder = Path(self.names[0])
            return read_tables(self.map, lambda file: _opened(folder / file), schema, remarks, watch)
        return unique(patient for name in self.names for patient in self._file(name, schema, watch))

    def _file(self, name: str, schema: Schema, watch: Watch) -> Iterator[Incoming]:
        with _stream(name) as stream:
            if _is_json(name, stream):
                yield from read_json_patients(stream, _shown(name), watch)
            else:
                delimiter = self.delimiter or ("\t" if name.endswith(".tsv") else ",")
                yield from read_wide(Table(stream, _shown(name), delimiter, watch), schema)


def patients_of(names: tuple[str, ...], map_name: str | None, delimiter: str | None) -> Patients:
    """Check what was named on the command line, and read the map. Raises CouldNotRun, BadPatients."""
    if map_name is None:
        for name in names:
            if name != "-" and Path(name).is_dir():
                raise CouldNotRun(f"`{name}` is a directory", _NO_MAP)
        return Patients(names, None, delimiter)
    if len(names) != 1 or not Path(names[0]).is_dir():
        raise CouldNotRun("`--map` reads the tables of one folder", "name that folder in place of PATIENTS")
    if delimiter is not None:
        raise CouldNotRun("`--delimiter` is for tables without a map", "write `delimiter` in the map")
    with _opened(Path(map_name)) as stream:
        return Patients(names, read_map(stream.read(LARGEST_MAP + 1), map_name), None)


@contextmanager
def _stream(name: str) -> Iterator[BinaryIO]:
    if name != "-":
        with _opened(Path(name)) as stream:
            yield stream
    elif sys.stdin is None:
        raise CouldNotRun("standard input is closed", "name a file instead of `-`")
    else:
        yield sys.stdin.buffer


def _opened(path: Path) -> BinaryIO:
    try:
        return open(path, "rb")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        fix = "check the path and the spelling"
        raise CouldNotRun(f"cannot read `{path}`: {reason.lower()}", fix) from None


def _is_json(name: str, stream: BinaryIO) -> bool:
    suffix = Path(name).suffix.lower()
    if suffix in _JSON or suffix in _CSV:
        return suffix in _JSON
    peeked = stream.peek(_SNIFFED) if hasattr(stream, "peek") else b""
    return bytes(peeked).removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in {b"{", b"["}


def _shown(name: str) -> str:
    return "<stdin>" if name == "-" else name


def refused(error: BadPatients) -> CouldNotRun:
    """What is wrong with the patients, as the command line says it."""
    return CouldNotRun(f"{error.place}: {error.reason}", error.fix)
