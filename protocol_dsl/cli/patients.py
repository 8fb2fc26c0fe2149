"""Files of patients as the command line names them, opened and told apart."""

from __future__ import annotations

import gzip
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from itertools import chain
from pathlib import Path
from typing import BinaryIO, cast

from attrs import evolve, frozen

from protocol_dsl.adapters.fhir.code_map import CodeMap, code_map_of
from protocol_dsl.adapters.fhir.patients import read_fhir
from protocol_dsl.adapters.incoming import BadPatients, Incoming, Skip, Watch
from protocol_dsl.adapters.json_patients import read_json_patients
from protocol_dsl.adapters.mapping import LARGEST_MAP, Map, section_of, tables_of
from protocol_dsl.adapters.remarks import Remarks
from protocol_dsl.adapters.rows import Table
from protocol_dsl.adapters.tables import read_tables
from protocol_dsl.adapters.unique import unique
from protocol_dsl.adapters.wide import read_wide
from protocol_dsl.cli.exits import CouldNotRun
from protocol_dsl.ir.facts import Fact
from protocol_dsl.runtime.schema import Schema
from protocol_dsl.vocabulary.calendar import When

_JSON = frozenset({".json", ".ndjson", ".jsonl"})
_CSV = frozenset({".csv", ".tsv", ".txt"})
_TABLES = ("patients", "series", "events")
_SNIFFED = 512
_SEARCHED = 65_536
_GZIP = b"\x1f\x8b"
_TYPED = re.compile(rb'"(?:resourceType|fullUrl)"\s*:')
_FHIR = (".ndjson", ".jsonl", ".json", ".ndjson.gz", ".jsonl.gz", ".json.gz")
_NO_MAP = "name the files in it, give a map of its tables with `--map`, or a folder of FHIR resources"


@frozen
class Patients:
    """Where patients come from: `names` of files, `fhir` those of FHIR resources, or with `map` the folder that its
    tables are in. `codes` is what a site's own codes mean."""

    names: tuple[str, ...] = ()
    fhir: tuple[str, ...] = ()
    map: Map | None = None
    codes: CodeMap | None = None
    delimiter: str | None = None

    @property
    def paths(self) -> tuple[Path, ...]:
        """Every file that will be read, standard input left out."""
        paths = tuple(Path(name) for name in (*self.names, *self.fhir) if name != "-")
        return paths if self.map is None else tuple(paths[0] / file for file in self.map.files)

    @property
    def told(self) -> list[str]:
        """The names as they are told."""
        return [*self.names, *self.fhir]

    def total(self) -> int | None:
        """Bytes that will be read, None when not known."""
        if "-" in self.names or not all(path.is_file() and path.suffix != ".gz" for path in self.paths):
            return None
        return sum(path.stat().st_size for path in self.paths)

    def read(
        self,
        facts: tuple[Fact, ...],
        schema: Schema,
        remarks: Remarks,
        on: When | None,
        watch: Watch,
        skip: Skip,
    ) -> Iterator[Incoming]:
        """Every patient; `on` is the day to judge them on, where one is set. `skip` is told what cannot be read.
        Raises CouldNotRun."""
        if self.map is not None:
            folder = Path(self.names[0])
            found = read_tables(self.map, lambda file: _opened(folder / file), schema, remarks, watch, skip)
            yield from _as_far_as_it_goes(found, skip)
            return
        sources = [_as_far_as_it_goes(self._file(name, schema, watch, skip), skip) for name in self.names]
        if self.fhir:
            files = [(_shown(name), partial(_unpacked, name)) for name in self.fhir]
            resources = read_fhir(files, facts, schema, remarks, chosen=self.codes, on=on, watch=watch)
            sources.append(_as_far_as_it_goes(resources, skip))
        yield from unique(chain.from_iterable(sources), skip)

    def _file(self, name: str, schema: Schema, watch: Watch, skip: Skip) -> Iterator[Incoming]:
        with _stream(name) as stream:
            if _is_json(name, stream):
                yield from read_json_patients(stream, _shown(name), watch, skip)
            else:
                delimiter = self.delimiter or ("\t" if name.endswith(".tsv") else ",")
                yield from read_wide(Table(stream, _shown(name), delimiter, watch), schema, skip)


def _as_far_as_it_goes(patients: Iterator[Incoming], skip: Skip) -> Iterator[Incoming]:
    """The patients up to where a file cannot be read on, which `skip` is told."""
    some = False
    try:
        for patient in patients:
            some = True
            yield patient
    except BadPatients as error:
        if some:
            error.reason += ", and what follows it was not read"
        skip(error)


def patients_of(names: tuple[str, ...], map_name: str | None, delimiter: str | None) -> Patients:
    """Check what was named on the command line, and read the map. Raises CouldNotRun, BadPatients."""
    if map_name is None:
        return _told_apart(names, delimiter)
    with _opened(Path(map_name)) as stream:
        section = section_of(stream.read(LARGEST_MAP + 1), map_name)
    if not any(key in section.names for key in _TABLES):
        found = _told_apart(names, delimiter)
        if found.names:
            fix = "give a map of tables, or files of FHIR resources"
            raise CouldNotRun(f"`{map_name}` is a map of codes, and `{found.names[0]}` is no FHIR", fix)
        return evolve(found, codes=code_map_of(section, map_name))
    if len(names) != 1 or not Path(names[0]).is_dir():
        raise CouldNotRun("`--map` reads the tables of one folder", "name that folder in place of PATIENTS")
    if delimiter is not None:
        raise CouldNotRun("`--delimiter` is for tables without a map", "write `delimiter` in the map")
    return Patients(names, map=tables_of(section, map_name))


def _told_apart(names: tuple[str, ...], delimiter: str | None) -> Patients:
    """FHIR and other files; of a folder, all its files of JSON and those of the folders in it."""
    plain: list[str] = []
    fhir: list[str] = []
    for name in names:
        if name != "-" and Path(name).is_dir():
            inside = sorted(str(path) for path in Path(name).rglob("*") if path.name.endswith(_FHIR))
            if not inside:
                raise CouldNotRun(f"`{name}` is a directory without FHIR resources", _NO_MAP)
            fhir += inside
        else:
            (fhir if _is_fhir(name) else plain).append(name)
    return Patients(tuple(plain), tuple(fhir), delimiter=delimiter)


def _is_fhir(name: str) -> bool:
    """Whether a file begins as one of FHIR resources does. What can be read only once is merely peeked at."""
    if name != "-" and not Path(name).is_file():
        return False
    with _stream(name) as stream:
        peeked = stream.peek(_SNIFFED) if hasattr(stream, "peek") else b""
        head = bytes(peeked) if name == "-" else stream.read(_SEARCHED)
    if head.startswith(_GZIP):
        return name.endswith(_FHIR)
    return head.lstrip(b"\xef\xbb\xbf \t\r\n[")[:1] == b"{" and _TYPED.search(head) is not None


@contextmanager
def _unpacked(name: str) -> Iterator[BinaryIO]:
    with _stream(name) as stream:
        yield cast("BinaryIO", gzip.GzipFile(fileobj=stream)) if name.endswith(".gz") else stream


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
