"""`trialc` run inside a program that wants to hear what it says: the page of `trialc play`, and the tests."""

from __future__ import annotations

import contextlib
import io
import sys
from collections.abc import Sequence

from attrs import frozen

from protocol_dsl.cli import shell


@frozen
class Heard:
    """What came of one command: its exit code, standard output, standard error."""

    code: int
    out: str
    err: str


def heard(arguments: Sequence[str], stdin: bytes = b"") -> Heard:
    """Run one command line. Never raises; not for several threads at once, since the standard streams are its own."""
    written, said = io.BytesIO(), io.BytesIO()
    streams = {
        "stdin": io.TextIOWrapper(io.BufferedReader(io.BytesIO(stdin))),
        "stdout": io.TextIOWrapper(written, "utf-8", newline="\n"),
        "stderr": io.TextIOWrapper(said, "utf-8", newline="\n"),
    }
    with contextlib.ExitStack() as stack:
        for name, stream in streams.items():
            stack.callback(setattr, sys, name, getattr(sys, name))
            setattr(sys, name, stream)
        code = shell.run(list(arguments))
    return Heard(code, written.getvalue().decode(), said.getvalue().decode())
