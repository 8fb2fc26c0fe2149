"""Files written by the command line: whole or not at all."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import TextIO

from protocol_dsl.backends.base import Artifact, BinaryArtifact
from protocol_dsl.cli.exits import CouldNotRun
from protocol_dsl.ir.protocol import Protocol


def folder_of(protocol: Protocol) -> str:
    """The folder a protocol's artifacts go to, below the output folder."""
    return protocol.header.id.lower()


def write_artifacts(folder: Path, artifacts: Iterable[Artifact | BinaryArtifact]) -> tuple[Path, ...]:
    """Write every artifact below `folder`, and tell where. Raises CouldNotRun."""
    written = []
    for artifact in artifacts:
        inside = PurePosixPath(artifact.path)
        if inside.is_absolute() or ".." in inside.parts:
            raise CouldNotRun(
                f"`{artifact.path}` lies outside the output folder", "choose another protocol id"
            )
        path = folder.joinpath(*inside.parts)
        with replacing(path) as stream:
            if isinstance(artifact, BinaryArtifact):
                stream.buffer.write(artifact.content)
            else:
                stream.write(artifact.text)
        written.append(path)
    return tuple(written)


@contextmanager
def replacing(path: Path) -> Iterator[TextIO]:
    """A UTF-8 text file that takes the place of `path` when all went well, and leaves it alone otherwise.

    Raises:
        CouldNotRun: the file or its folder cannot be written.
    """
    try:
        path = path.resolve()
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            raise CouldNotRun(f"cannot write `{path}`: it is a directory", "name a file")
        if path.exists() and not path.is_file():  # a pipe or device is written to, never replaced
            with open(path, "w", encoding="utf-8", newline="\n") as stream:
                yield stream
            return
        number, draft = tempfile.mkstemp(prefix=f".{path.name[:100]}.", dir=path.parent)
    except OSError as error:
        raise _unwritable(path, error) from None
    try:
        with open(number, "w", encoding="utf-8", newline="\n") as stream:
            yield stream
        os.chmod(draft, 0o666 & ~_umask())
        os.replace(draft, path)
    except BaseException as error:
        Path(draft).unlink(missing_ok=True)
        if isinstance(error, OSError) and not isinstance(error, BrokenPipeError):
            raise _unwritable(path, error) from None
        raise


@contextmanager
def output(name: str | None) -> Iterator[TextIO]:
    """Standard output for None and `-`, else the file of that name, as `replacing`."""
    if name is not None and name != "-":
        with replacing(Path(name)) as stream:
            yield stream
    elif sys.stdout is None:
        raise CouldNotRun("standard output is closed", "name a file with `--out`")
    else:
        yield sys.stdout


def _unwritable(path: Path, error: OSError) -> CouldNotRun:
    reason = (error.strerror or str(error)).lower()
    return CouldNotRun(f"cannot write `{path}`: {reason}", "choose a place that can be written, with `--out`")


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
