"""A progress bar for long input, on a terminal, and only once it has taken a moment."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress

_PATIENCE = 0.5
"""Seconds before a bar appears."""
_EVERY = 0.1
"""Seconds between two looks at it."""

Advance = Callable[[int], None]


@contextmanager
def progress(words: str, total: int | None, shown: bool = True) -> Iterator[Advance]:
    """Gives a function to be told of every step (bytes, patients) towards `total` (None: not known).

    Nothing appears where standard error is no terminal, or when the work is done in half a second.
    """
    if not shown or sys.stderr is None or not sys.stderr.isatty():
        yield lambda _: None
        return
    bar = _Bar(words, total)
    try:
        yield bar.advance
    finally:
        bar.close()


class _Bar:
    def __init__(self, words: str, total: int | None) -> None:
        self._words = words
        self._total = total
        self._done = 0
        self._next = time.monotonic() + _PATIENCE
        self._bar: Progress | None = None

    def advance(self, steps: int) -> None:
        self._done += steps
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + _EVERY
        if self._bar is None:
            self._bar = _started(self._words, self._total)
        self._bar.update(self._bar.task_ids[0], completed=self._done)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.stop()


def _started(words: str, total: int | None) -> Progress:
    # Loading rich takes longer than most runs take.
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import (  # noqa: PLC0415
        BarColumn,
        Progress,
        TaskProgressColumn,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    bar = Progress(*columns, console=Console(stderr=True), transient=True)
    bar.add_task(words, total=total)
    bar.start()
    return bar
