"""Exit codes, and the one exception a verb raises when it cannot run."""

from __future__ import annotations

from click import ClickException

CLEAN = 0
FINDINGS = 1
COULD_NOT_RUN = 2
INTERRUPTED = 130
BROKEN_PIPE = 141
"""The last two as a shell reports a program ended by the signal."""


class CouldNotRun(ClickException):
    """Nothing was found wrong with a protocol, but the work could not be done: what, and how to mend it."""

    exit_code = COULD_NOT_RUN

    def __init__(self, message: str, fix: str = "") -> None:
        super().__init__(message)
        self.fix = fix
