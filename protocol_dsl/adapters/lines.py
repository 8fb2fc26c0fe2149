"""Text of patient files, by lines or pieces, and never more than a bounded part of it in memory."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import BinaryIO

from protocol_dsl.adapters.incoming import BadPatients, Watch, unwatched

LONGEST_LINE = 4_000_000
"""Bytes of the longest line that is read: no patient's row comes near."""

_PIECE = 65_536
_BOM = b"\xef\xbb\xbf"


def text_lines(stream: BinaryIO, name: str, watch: Watch = unwatched) -> Iterator[str]:
    """The lines of a UTF-8 file, line ends kept. Raises BadPatients, with the line, for any other file."""
    number = 0
    while data := stream.readline(LONGEST_LINE + 1):
        number += 1
        watch(len(data))
        if number == 1:
            _refuse_other_formats(data, name)
            data = data.removeprefix(_BOM)
        yield decoded(data, name, number)


def text_pieces(stream: BinaryIO, name: str, watch: Watch = unwatched) -> Iterator[str]:
    """The text of a UTF-8 file in pieces of any length. Raises BadPatients, with the line."""
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    line, first = 1, True
    while data := stream.read(_PIECE):
        watch(len(data))
        if first:
            _refuse_other_formats(data, name)
            first = False
        try:
            yield decoder.decode(data.partition(b"\0")[0])
            _refuse_nul(data, name, line)
        except UnicodeDecodeError as error:
            yield error.object[: error.start].decode("utf-8")  # what comes before it can be read
            line += error.object.count(b"\n", 0, error.start)
            raise _not_utf8(f"{name}:{line}", error) from None
        line += data.count(b"\n")
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise _not_utf8(f"{name}:{line}", error) from None


def decoded(data: bytes, name: str, number: int) -> str:
    """One line as text. Raises BadPatients: too long, binary, or not UTF-8."""
    place = f"{name}:{number}"
    if len(data) > LONGEST_LINE:
        limit = f"{LONGEST_LINE // 1_000_000} MB"
        raise BadPatients(place, f"the line is longer than {limit}", "check that the file has line ends")
    _refuse_nul(data, name, number)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _not_utf8(place, error) from None


def _not_utf8(place: str, error: UnicodeDecodeError) -> BadPatients:
    reason = f"byte 0x{error.object[error.start]:02X} is not UTF-8"
    return BadPatients(place, reason, "save the file as UTF-8")


def _refuse_nul(data: bytes, name: str, line: int) -> None:
    nul = data.find(b"\0")
    if nul >= 0:
        line += data.count(b"\n", 0, nul)
        raise BadPatients(
            f"{name}:{line}", "it holds a NUL byte, so it is not text", "name a CSV or JSON file"
        )


def _refuse_other_formats(data: bytes, name: str) -> None:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise BadPatients(name, "it is written in UTF-16", "save the file as UTF-8")
    if data.startswith((b"\x1f\x8b", b"PK")):
        raise BadPatients(name, "it is a compressed file", "unpack it first; CSV and JSON are read")
