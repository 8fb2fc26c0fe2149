"""What is written where: results to standard output, everything said about them to standard error."""

from __future__ import annotations

import os
import sys

import click


def coloured(error: bool = False) -> bool:
    """Whether to colour what goes to standard output (or standard error): on a terminal, unless asked not to."""
    stream = sys.stderr if error else sys.stdout
    wanted = "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
    return wanted and stream is not None and stream.isatty()


def remark(text: str) -> None:
    """Say something on standard error."""
    click.echo(text, err=True)


def counted(number: int, word: str) -> str:
    """`1 patient`, `60 patients`, `1,000,000 patients`."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"
