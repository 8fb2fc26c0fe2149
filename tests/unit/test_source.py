"""Offsets, lines and columns; reading a file with bounds and saying why it cannot be read."""

from __future__ import annotations

import os
import threading
import tracemalloc
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol_dsl.source import (
    MAX_BYTES,
    NOWHERE,
    Position,
    SourceError,
    SourceFile,
    Span,
    decode_source,
    read_source,
)

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("text", "offset", "line", "column"),
    [
        ("", 0, 1, 1),
        ("abc", 2, 1, 3),
        ("abc", 3, 1, 4),
        ("abc", 99, 1, 4),
        ("abc", -5, 1, 1),
        ("a\nb", 1, 1, 2),
        ("a\nb", 2, 2, 1),
        ("a\n", 2, 2, 1),
        ("\n\n\n", 2, 3, 1),
        ("年龄\n岁", 3, 2, 1),
    ],
)
def test_position(text: str, offset: int, line: int, column: int) -> None:
    assert SourceFile("f", text).position(offset) == Position(line, column)


@given(st.text(st.sampled_from("ab\n年\t")), st.data())
def test_offset_undoes_position(text: str, data: st.DataObject) -> None:
    source = SourceFile("f", text)
    offset = data.draw(st.integers(0, len(text)))
    assert source.offset(source.position(offset)) == offset


@pytest.mark.parametrize(
    ("line", "column", "offset"), [(0, 1, 0), (1, 99, 2), (2, 0, 3), (3, 1, 4), (9, 1, 4)]
)
def test_offset_outside_is_the_nearest_end(line: int, column: int, offset: int) -> None:
    assert SourceFile("f", "ab\nc").offset(Position(line, column)) == offset


def test_lines_are_those_of_newlines_alone() -> None:
    source = SourceFile("f", "a\u2028b\x0cc\nd\n")
    assert source.lines == ("a\u2028b\x0cc", "d", "")
    assert [source.line(n) for n in (0, 1, 2, 3, 4)] == ["", "a\u2028b\x0cc", "d", "", ""]


def test_merge_covers_both_and_nowhere_adds_nothing() -> None:
    assert Span(4, 6).merge(Span(1, 2)) == Span.merge(Span(1, 2), Span(4, 6)) == Span(1, 6)
    assert NOWHERE.merge(Span(1, 2)) == Span(1, 2).merge(NOWHERE) == Span(1, 2)
    assert not NOWHERE.merge(NOWHERE).known


def test_slice() -> None:
    source = SourceFile("f", "require inr")
    assert source.slice(Span(8, 11)) == "inr"
    assert source.slice(Span(8, 99)) == "inr"
    assert source.slice(Span(5, 2)) == ""
    assert source.slice(NOWHERE) == ""


def test_covers_touches_both_ends() -> None:
    touched = [n for n in range(5) if Span(1, 3).covers(n)]
    assert touched == [1, 2, 3]
    assert not NOWHERE.covers(-1)


def test_read_drops_the_mark_and_normalises_line_ends(tmp_path: Path) -> None:
    file = tmp_path / "a.trial"
    file.write_bytes("\ufeffage\r\n岁\rx\n".encode())
    assert read_source(file) == SourceFile(str(file), "age\n岁\nx\n")


def test_read_empty_file(tmp_path: Path) -> None:
    file = tmp_path / "a.trial"
    file.touch()
    assert read_source(file).lines == ("",)


def _refusal(path: str | Path) -> SourceError:
    with pytest.raises(SourceError) as caught:
        read_source(path)
    assert caught.value.fix
    return caught.value


def test_missing(tmp_path: Path) -> None:
    error = _refusal(tmp_path / "no.trial")
    assert error.kind == "missing"
    assert str(error) == f"cannot read `{tmp_path / 'no.trial'}`: there is no such file"


def test_file_used_as_a_directory_is_missing(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    assert _refusal(tmp_path / "a" / "b.trial").kind == "missing"


def test_directory(tmp_path: Path) -> None:
    assert _refusal(tmp_path).kind == "directory"


def test_path_too_long(tmp_path: Path) -> None:
    error = _refusal(tmp_path / ("x" * 5000))
    assert (error.kind, error.reason) == ("unreadable", "the path is too long")


def test_circle_of_links(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "a")
    assert _refusal(tmp_path / "a").kind == "unreadable"


def test_nul_in_the_path() -> None:
    assert _refusal("a\0b").kind == "unreadable"


def test_permission_denied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The test may run as a user whom no permission stops, so the refusal is played.
    def refuse(path: str) -> os.stat_result:
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr(os, "stat", refuse)
    with pytest.raises(SourceError) as caught:
        read_source("a.trial")
    monkeypatch.undo()
    assert (caught.value.kind, caught.value.reason) == ("unreadable", "permission is denied")


def test_large_file_is_refused_unread(tmp_path: Path) -> None:
    file = tmp_path / "large.trial"
    with file.open("wb") as stream:
        stream.truncate(10 * MAX_BYTES)
    tracemalloc.start()
    error = _refusal(file)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert error.kind == "too_large"
    assert peak < MAX_BYTES / 10


def test_largest_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "a.trial"
    file.write_bytes(b"#" * MAX_BYTES)
    assert len(read_source(file).text) == MAX_BYTES
    file.write_bytes(b"#" * (MAX_BYTES + 1))
    assert _refusal(file).kind == "too_large"


def test_pipe_without_an_end_is_read_no_further_than_the_limit(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)

    def pour() -> None:
        try:
            with pipe.open("wb") as stream:
                while True:
                    stream.write(b"#" * 1_000_000)
        except BrokenPipeError:
            pass

    writer = threading.Thread(target=pour, daemon=True)
    writer.start()
    assert _refusal(pipe).kind == "too_large"
    writer.join(timeout=10)
    assert not writer.is_alive()


@pytest.mark.parametrize(
    ("data", "kind", "reason"),
    [
        (b"a\n\xe9", "not_utf8", "byte 0xE9 on line 2 is not UTF-8"),
        (b"a\r\nb\rc\xff", "not_utf8", "byte 0xFF on line 3 is not UTF-8"),
        ("age".encode("utf-16"), "not_utf8", "it is written in UTF-16"),
        (b"a\nb\0", "binary", "it holds a NUL byte on line 2, so it is not text"),
        (b"\xed\xa0\x80", "not_utf8", "byte 0xED on line 1 is not UTF-8"),
    ],
)
def test_bytes_that_are_no_protocol(data: bytes, kind: str, reason: str) -> None:
    with pytest.raises(SourceError) as caught:
        decode_source("f", data)
    assert (caught.value.kind, caught.value.reason) == (kind, reason)


@given(st.binary())
def test_any_bytes_are_text_or_refused(data: bytes) -> None:
    try:
        text = decode_source("f", data).text
    except SourceError as refusal:
        text = refusal.reason
    assert text or data in (b"", b"\xef\xbb\xbf")
    assert not set("\r\0") & set(text)
