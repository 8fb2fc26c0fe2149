"""The ledger of allocated patients as a file: read, gone on with and replaced while nobody else can."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from protocol_dsl.allocation.ledger import Entry, read_ledger, write_ledger
from protocol_dsl.cli.exits import CouldNotRun
from protocol_dsl.cli.outputs import replacing


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Keep every other allocation away from a ledger: two at once would take the same place. Raises CouldNotRun."""
    lock = path.with_name(f"{path.name}.lock")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
    except FileExistsError:
        fix = f"wait until it has ended; if none is under way, remove `{lock}`"
        raise CouldNotRun(f"another allocation holds the ledger `{path}`", fix) from None
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise CouldNotRun(
            f"cannot write beside `{path}`: {reason}", "choose another place with `--ledger`"
        ) from None
    try:
        yield
    finally:
        lock.unlink(missing_ok=True)


def entries_in(path: Path) -> tuple[Entry, ...]:
    """The entries of a ledger; none when it does not exist yet. Raises CouldNotRun, AllocationError."""
    try:
        with open(path, encoding="utf-8", newline="") as stream:
            return read_ledger(stream, str(path))
    except FileNotFoundError:
        return ()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise CouldNotRun(f"cannot read `{path}`: {reason}", "check the path of `--ledger`") from None


def replace(path: Path, entries: tuple[Entry, ...]) -> None:
    """Write the whole ledger in place of the file. Raises CouldNotRun."""
    with replacing(path) as stream:
        write_ledger(stream, entries)
