"""`trialc watch`."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping

import click

from protocol_dsl import pipeline
from protocol_dsl.cli.checker import Checker
from protocol_dsl.cli.examples import run_examples
from protocol_dsl.cli.exits import CouldNotRun
from protocol_dsl.cli.sources import STDIN, protocols_in, read
from protocol_dsl.cli.terminal import coloured, counted
from protocol_dsl.diagnostics import render
from protocol_dsl.pipeline import CheckResult

_CLEAR = "\033[2J\033[3J\033[H"
_Stamp = tuple[int, int, int]


@click.command("watch", short_help="Check and test protocols again whenever they change.")
@click.argument("files", nargs=-1, required=True, metavar="FILE|FOLDER...")
@click.option(
    "--every",
    type=click.FloatRange(min=0.05),
    default=0.5,
    show_default=True,
    help="Seconds between two looks.",
)
def command(files: tuple[str, ...], every: float) -> int:
    """Report the findings and run the examples of protocols, and again of each file that changes, until interrupted.

    Files may come and go: a folder is looked into each time. On a terminal the screen is cleared first.
    """
    if STDIN in files:
        raise CouldNotRun("standard input does not change", "name the files to watch")
    seen: dict[str, _Stamp] = {}
    protocols_in(files)  # what cannot be watched is told before the waiting begins
    while True:
        now = _stamps(files)
        changed = [name for name in now if now[name] != seen.get(name)]
        if changed:
            _show(changed, len(now))
        seen = now
        time.sleep(every)


def _stamps(files: tuple[str, ...]) -> dict[str, _Stamp]:
    """What tells a file from how it was: when it was written, how long it is, and which file it is."""
    found = {}
    for name in _there(files):
        try:
            status = os.stat(name)
        except OSError:
            continue  # gone since it was listed, or between two saves
        found[name] = status.st_mtime_ns, status.st_size, status.st_ino
    return found


def _there(files: tuple[str, ...]) -> tuple[str, ...]:
    try:
        return protocols_in(files)
    except CouldNotRun:
        return ()  # the last protocol of a folder has gone


def _show(changed: list[str], watched: int) -> None:
    cleared = _CLEAR if sys.stdout.isatty() else ""
    told = [_report(name) for name in changed]
    last = f"{counted(watched, 'file')} watched, {time.strftime('%H:%M:%S')}; Ctrl+C ends"
    click.echo(f"{cleared}{''.join(told)}{last}")
    sys.stdout.flush()


def _report(name: str) -> str:
    """Findings, then what came of the examples where the file compiles."""
    try:
        result = pipeline.check(read(name))
    except CouldNotRun as error:
        return f"{name}: {error.message}\n  = help: {error.fix}\n"
    findings = (
        render("text", result.diagnostics, result.source, colour=coloured()) if result.diagnostics else ""
    )
    return f"{findings}{name}: {_examples(result)}\n"


def _examples(result: CheckResult) -> str:
    if result.protocol is None:
        return counted(len(result.diagnostics), "finding")
    ran = run_examples(result.protocol, Checker(result.protocol))
    failed = {one.example.name: (*one.differs, *one.disagrees) for one in ran if not one.passes}
    words = f"{counted(len(ran), 'example')}, {len(ran) - len(failed)} pass, {len(failed)} fail"
    return words + _failures(failed)


def _failures(failed: Mapping[str, tuple[str, ...]]) -> str:
    lines = [(f"  FAIL  {name}", *(f"        {text}" for text in texts)) for name, texts in failed.items()]
    return "".join(f"\n{text}" for one in lines for text in one)
