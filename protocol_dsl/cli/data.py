"""Data of patients as the command line names them, whatever they are: `run`, `screen` and `why` tell them apart alike.

A new kind of source is recognised here, and is `Patients` or `WideFiles` (one record after another), or a
`Store`: the nine tables, in files or a database, under the names that `Store.relations` gives them.
"""

from __future__ import annotations

from protocol_dsl.cli.exits import CouldNotRun
from protocol_dsl.cli.patients import Patients, patients_of
from protocol_dsl.populations.stores import Store, is_store, store_named
from protocol_dsl.populations.wide_files import WideFiles, wide_named

Data = Patients | WideFiles | Store
DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|", ",": ",", ";": ";", "|": "|"}
"""What parts columns, by the words of `--delimiter`."""


def data_of(names: tuple[str, ...], map_name: str | None, delimiter: str | None) -> Data:
    """What the names on the command line stand for. Raises CouldNotRun, BadPatients."""
    stores = [name for name in names if name != "-" and is_store(name)]
    wide = None if map_name or len(names) != 1 else wide_named(names[0])
    if wide is not None and not stores:
        return wide
    if not stores:
        return patients_of(names, map_name, DELIMITERS.get(delimiter or ""))
    if len(names) > 1:
        raise CouldNotRun(f"`{stores[0]}` holds whole tables of records", "name it alone")
    if map_name is not None:
        raise CouldNotRun(
            f"`{stores[0]}` has its records under the protocol's own names", "leave out `--map`"
        )
    return store_named(stores[0])
