"""The progress bar: on a terminal, for work that takes a moment, and on standard error alone."""

from __future__ import annotations

import io
import sys

import pytest

from protocol_dsl.cli import progress as module
from protocol_dsl.cli.progress import progress


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def shown(
    monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, patience: float, total: int | None = 10
) -> str:
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr(module, "_PATIENCE", patience)
    monkeypatch.setenv("TERM", "xterm")
    with progress("judging", total) as advance:
        for _ in range(10):
            advance(1)
    return stream.getvalue()


def test_a_bar_appears_when_the_work_takes_a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "judging" in shown(monkeypatch, Terminal(), 0)


def test_a_bar_needs_no_total(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "judging" in shown(monkeypatch, Terminal(), 0, None)


def test_quick_work_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(monkeypatch, Terminal(), 60) == ""


def test_where_nobody_looks_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(monkeypatch, io.StringIO(), 0) == ""
