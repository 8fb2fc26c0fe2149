"""Registry records as the command line names them."""

from __future__ import annotations

from pathlib import Path

from protocol_dsl.cli.exits import CouldNotRun
from protocol_dsl.registry.reading import UnreadableRecordError, read_record
from protocol_dsl.registry.record import Record
from protocol_dsl.source import SourceError, read_source


def record_in(name: str) -> Record:
    """The registry record in a file. Raises CouldNotRun."""
    try:
        return read_record(read_source(name).text)
    except SourceError as error:
        raise CouldNotRun(str(error), error.fix) from None
    except UnreadableRecordError as error:
        raise CouldNotRun(f"`{name}` is no registry record: {error}", error.fix) from None


def record_of(identifier: str, folder: Path) -> Record | None:
    """The record of a protocol in a folder of records named by their number; None where there is none."""
    path = folder / f"{identifier.upper()}.json"
    return record_in(str(path)) if path.is_file() else None
