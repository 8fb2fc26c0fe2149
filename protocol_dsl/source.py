"""A protocol file as text, places inside it, and the one bounded way to read it from disk.

Offsets count characters (not bytes) of the normalised text: no byte order mark, every line ended by a
single ``\\n``. Lines and columns are 1-based; a column counts characters.
"""

from __future__ import annotations

import errno
import os
import stat
from bisect import bisect_right
from functools import cached_property
from typing import Literal

import attrs

MAX_BYTES = 10_000_000
"""Largest file that is read, in bytes: some hundred times the longest protocol anybody has written."""

SourceErrorKind = Literal["missing", "directory", "unreadable", "too_large", "not_utf8", "binary"]


@attrs.frozen(order=True)
class Position:
    """A place as an editor shows it: 1-based line, 1-based column in characters."""

    line: int
    column: int


@attrs.frozen
class Span:
    """The half-open run of characters ``[start, end)`` of one file."""

    start: int
    end: int

    @property
    def known(self) -> bool:
        """False for `NOWHERE` alone: the thing has no place in the file."""
        return self.start >= 0

    def merge(self, other: Span) -> Span:
        """The smallest span that covers both; `NOWHERE` adds nothing."""
        if not self.known:
            return other
        if not other.known:
            return self
        return Span(min(self.start, other.start), max(self.end, other.end))

    def covers(self, offset: int) -> bool:
        """Whether the cursor at `offset` touches the span (its end included, as editors count it)."""
        return self.known and self.start <= offset <= self.end


NOWHERE = Span(-1, -1)
"""The span of what concerns the file as a whole, or was made by the compiler."""


@attrs.frozen
class SourceFile:
    """The text of one file, with the path the user named it by."""

    path: str
    text: str = attrs.field(repr=False)

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """Every line without its line end; a text that ends in a line end has an empty last line."""
        return tuple(self.text.split("\n"))

    @cached_property
    def _line_starts(self) -> tuple[int, ...]:
        starts, offset = [], 0
        for line in self.lines:
            starts.append(offset)
            offset += len(line) + 1
        return tuple(starts)

    def position(self, offset: int) -> Position:
        """Line and column of `offset`; one outside the text counts as the nearest end of it."""
        inside = max(0, min(offset, len(self.text)))
        line = bisect_right(self._line_starts, inside)
        return Position(line, inside - self._line_starts[line - 1] + 1)

    def offset(self, position: Position) -> int:
        """Offset of `position`; one past the end of its line (or file) counts as that end."""
        if position.line < 1:
            return 0
        if position.line > len(self.lines):
            return len(self.text)
        length = len(self.lines[position.line - 1])
        return self._line_starts[position.line - 1] + max(0, min(position.column - 1, length))

    def line(self, number: int) -> str:
        """The text of the 1-based line `number`, without its line end; empty when there is no such line."""
        return self.lines[number - 1] if 1 <= number <= len(self.lines) else ""

    def slice(self, span: Span) -> str:
        """The user's own words under `span`; empty for `NOWHERE`."""
        return self.text[span.start : max(span.start, span.end)] if span.known else ""


class SourceError(Exception):
    """A file that cannot be read as a protocol: `kind` for programs, `reason` and `fix` for people."""

    def __init__(self, path: str, kind: SourceErrorKind, reason: str, fix: str) -> None:
        super().__init__(f"cannot read `{path}`: {reason}")
        self.path = path
        self.kind: SourceErrorKind = kind
        self.reason = reason
        self.fix = fix


def read_source(path: str | os.PathLike[str]) -> SourceFile:
    """Read a protocol file: at most `MAX_BYTES`, UTF-8 with or without a byte order mark.

    Raises:
        SourceError: the file is missing, a directory, unreadable, too large, not UTF-8, or binary.
    """
    name = os.fspath(path)
    return decode_source(name, _read_bounded(name))


def decode_source(path: str, data: bytes) -> SourceFile:
    """Turn the bytes of a file (or of standard input) into a `SourceFile`; raises as `read_source`."""
    if len(data) > MAX_BYTES:
        raise _too_large(path)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise SourceError(path, "not_utf8", "it is written in UTF-16", "save it as UTF-8")
    nul = data.find(b"\0")
    if nul >= 0:
        place = f"it holds a NUL byte on line {_line_of(data, nul)}"
        raise SourceError(
            path, "binary", f"{place}, so it is not text", "name a .trial file saved as UTF-8 text"
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _not_utf8(path, error) from None
    return SourceFile(path, text.replace("\r\n", "\n").replace("\r", "\n"))


def _read_bounded(path: str) -> bytes:
    try:
        status = os.stat(path)
        if stat.S_ISDIR(status.st_mode):
            raise SourceError(path, "directory", "it is a directory", "name a .trial file inside it")
        if status.st_size > MAX_BYTES:
            raise _too_large(path)
        # A pipe or device tells no size (and a file may grow): one byte past the limit settles it.
        with open(path, "rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        raise _unopenable(path, error) from None


def _unopenable(path: str, error: OSError | ValueError) -> SourceError:
    if isinstance(error, (FileNotFoundError, NotADirectoryError)):
        return SourceError(path, "missing", "there is no such file", "check the path and the spelling")
    if isinstance(error, PermissionError):
        return SourceError(path, "unreadable", "permission is denied", "ask for read permission on the file")
    if isinstance(error, OSError) and error.errno == errno.ENAMETOOLONG:
        return SourceError(path, "unreadable", "the path is too long", "use a shorter path")
    words = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return SourceError(path, "unreadable", words.lower(), "name a readable .trial file")


def _too_large(path: str) -> SourceError:
    limit = f"{MAX_BYTES // 1_000_000} MB"
    return SourceError(path, "too_large", f"it is larger than {limit}", f"keep a protocol below {limit}")


def _not_utf8(path: str, error: UnicodeDecodeError) -> SourceError:
    byte = error.object[error.start]
    reason = f"byte 0x{byte:02X} on line {_line_of(error.object, error.start)} is not UTF-8"
    return SourceError(path, "not_utf8", reason, "save it as UTF-8")


def _line_of(data: bytes, offset: int) -> int:
    before = data[:offset]
    return before.count(b"\n") + before.count(b"\r") - before.count(b"\r\n") + 1
