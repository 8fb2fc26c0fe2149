"""Records that stand in the nine tables already: files of Parquet or CSV, a DuckDB file, a PostgreSQL server."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from attrs import frozen

from protocol_dsl.adapters.incoming import BadPatients
from protocol_dsl.backends.tables import PATIENTS, TABLES

StoreEngine = Literal["duckdb", "postgresql"]
_SUFFIXES = (".parquet", ".csv", ".csv.gz", ".tsv")
_MAGIC = b"DUCK"
_MAGIC_AT = 8
_SERVER = re.compile(r"postgres(?:ql)?://")


@frozen
class Store:
    """Where the nine tables stand. `relations` says of each table that is there what SQL selects from: the name of a
    table or view, a function that reads files, a query in parentheses; a table that is not there is empty. `engine`
    is what understands them, `address` the DuckDB file or the server they belong to ("" for files), `files` holds by
    table those that they are read from.
    """

    name: str
    engine: StoreEngine
    relations: Mapping[str, str]
    address: str = ""
    files: Mapping[str, Sequence[Path]] = {}

    @property
    def paths(self) -> tuple[Path, ...]:
        """Every file that will be read."""
        own = (Path(self.address),) if self.engine == "duckdb" and self.address else ()
        return (*own, *(path for paths in self.files.values() for path in paths))

    @property
    def told(self) -> list[str]:
        """The name as it is told."""
        return [self.name]

    @property
    def unreadable(self) -> tuple[type[Exception], ...]:
        """What is raised when records are not what their columns should hold."""
        if self.engine == "postgresql":
            from protocol_dsl.populations import postgresql  # noqa: PLC0415 - loads the driver

            return postgresql.UNREADABLE
        from protocol_dsl.populations import duckdb  # noqa: PLC0415 - loads the engine

        return duckdb.UNREADABLE

    @contextmanager
    def connected(self, memory: int, spill: Path) -> Iterator[Any]:
        """A connection in which the relations are understood, bounded in memory, spilling to a folder. Raises
        BadPatients."""
        if self.engine == "postgresql":
            from protocol_dsl.populations import postgresql  # noqa: PLC0415 - loads the driver

            with postgresql.connected(self.address) as connection:
                yield connection
        else:
            from protocol_dsl.populations import duckdb  # noqa: PLC0415 - loads the engine

            with duckdb.bounded(memory, spill) as connection:
                if self.address:
                    duckdb.attach(connection, self.address)
                yield connection


def is_store(name: str) -> bool:
    """Whether a name is that of records in the nine tables."""
    return _SERVER.match(name) is not None or _is_duckdb(Path(name)) or bool(_tables_in(Path(name)))


def store_named(name: str) -> Store:
    """The store of that name. Raises BadPatients when it has no patients."""
    if _SERVER.match(name):
        return _on_server(name)
    if _is_duckdb(Path(name)):
        return _in_duckdb(name)
    tables = _tables_in(Path(name))
    return store_of(name, tables)


def store_of(name: str, tables: Mapping[str, Sequence[Path]]) -> Store:
    """The store of files, by the table they hold."""
    return Store(name, "duckdb", {table: _reader(paths) for table, paths in tables.items()}, files=tables)


def _is_duckdb(path: Path) -> bool:
    if not path.is_file():
        return False
    with open(path, "rb") as stream:
        return stream.read(_MAGIC_AT + len(_MAGIC))[_MAGIC_AT:] == _MAGIC


def _tables_in(folder: Path) -> dict[str, list[Path]]:
    """The files of each table in a folder, `patients.parquet` or a folder `patients` of such; nothing when there is no
    table of patients with its key, or no other table."""
    if not folder.is_dir():
        return {}
    found: dict[str, list[Path]] = {}
    for table in TABLES:
        paths = [path for suffix in _SUFFIXES if (path := folder / f"{table.name}{suffix}").is_file()]
        inside = folder / table.name
        if not paths and inside.is_dir():
            paths = sorted(path for path in inside.iterdir() if path.name.endswith(_SUFFIXES))
        if paths:
            found[table.name] = paths
    whole = PATIENTS.name in found and len(found) > 1 and _has_key(found[PATIENTS.name][0])
    return found if whole else {}


def _has_key(path: Path) -> bool:
    """Whether the patients of a file stand under the key of the nine tables: other systems have files of that name."""
    return path.name.endswith(".parquet") or PATIENTS.columns[0].name in _header(path)


def _reader(paths: Sequence[Path]) -> str:
    files = ", ".join(quoted(str(path)) for path in paths)
    if paths[0].name.endswith(".parquet"):
        return f"read_parquet([{files}], union_by_name = true)"
    # Cells are read as what the column holds: one that is not stops the reading, with its line.
    kinds = {column.name: column.type for table in TABLES for column in table.columns}
    here = dict.fromkeys(name for path in paths for name in _header(path) if name in kinds)
    types = ", ".join(f"{quoted(name)}: {quoted(_CELLS[kinds[name]])}" for name in here)
    return f"read_csv([{files}], header = true, nullstr = '', types = {{{types}}}, union_by_name = true)"


_CELLS = {
    "key": "VARCHAR", "text": "VARCHAR", "double": "DOUBLE", "truth": "BOOLEAN", "moment": "TIMESTAMP",
    "integer": "BIGINT",
}  # fmt: skip


def _header(path: Path) -> list[str]:
    with gzip.open(path) if path.suffix == ".gz" else open(path, "rb") as stream:
        line = stream.readline(4096).decode("utf-8-sig", "replace").strip()
    return [name.strip().strip('"') for name in re.split(r"[,;\t|]", line)]


def _in_duckdb(name: str) -> Store:
    from protocol_dsl.populations import duckdb  # noqa: PLC0415 - loads the engine

    return Store(name, "duckdb", _of_base(duckdb.tables_of(name), "records.", name), name)


def _on_server(name: str) -> Store:
    from protocol_dsl.populations import postgresql  # noqa: PLC0415 - loads the driver

    rows = postgresql.tables_of(name)
    return Store(postgresql.shown(name), "postgresql", _of_base(rows, "", postgresql.shown(name)), name)


def _of_base(rows: list[tuple[str, str]], before: str, name: str) -> dict[str, str]:
    """The tables of records among those of a database. Raises BadPatients when the patients are not there."""
    ours = {table.name for table in TABLES}
    found = {table: f'{before}"{schema}"."{table}"' for table, schema in rows if table in ours}
    if PATIENTS.name not in found:
        held = ", ".join(f"`{table}`" for table in sorted({table for table, _ in rows})[:8]) or "none"
        fix = (
            "`trialc build --target sql` writes the tables of records; chapter 11 of the manual tells of them"
        )
        raise BadPatients(name, f"it has no table `{PATIENTS.name}`; its tables are {held}", fix)
    return found


def quoted(text: str) -> str:
    """A text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"
