"""Protocol files as the command line names them, compiled or refused."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import NoReturn

import click

from protocol_dsl import pipeline
from protocol_dsl.cli.exits import FINDINGS, CouldNotRun
from protocol_dsl.cli.terminal import coloured, remark
from protocol_dsl.diagnostics import Severity, render
from protocol_dsl.ir.protocol import Protocol, Stage
from protocol_dsl.pipeline import CheckResult
from protocol_dsl.source import MAX_BYTES, SourceError, SourceFile, decode_source, read_source

STDIN = "-"


def read(name: str) -> SourceFile:
    """The file of that name, or standard input for `-`. Raises CouldNotRun."""
    try:
        if name != STDIN:
            return read_source(name)
        if sys.stdin is None:
            raise CouldNotRun("standard input is closed", "name a file instead of `-`")
        return decode_source("<stdin>", sys.stdin.buffer.read(MAX_BYTES + 1))
    except SourceError as error:
        raise CouldNotRun(str(error), error.fix) from None


def protocols_in(names: Iterable[str]) -> tuple[str, ...]:
    """The files named, each once, those of a folder in the order of their names. Raises CouldNotRun."""
    found: dict[str, None] = {}
    for name in names:
        inside = sorted(map(str, Path(name).glob("*.trial"))) if name and Path(name).is_dir() else [name]
        if not inside:
            raise CouldNotRun(f"`{name}` holds no protocol", "name a folder with `.trial` files")
        found |= dict.fromkeys(inside)
    return tuple(found)


def compiled(name: str) -> Protocol:
    """The protocol in a file; errors are shown on standard error and end the command with `FINDINGS`.

    Raises:
        CouldNotRun: the file cannot be read, or holds no protocol.
    """
    return checked(name)[1]


def checked(name: str) -> tuple[CheckResult, Protocol]:
    """As `compiled`, with all that checking found."""
    result = pipeline.check(read(name))
    errors = [one for one in result.diagnostics if one.severity is Severity.ERROR]
    if errors:
        remark(render("text", errors, result.source, colour=coloured(error=True)).rstrip("\n"))
        _leave()
    if result.protocol is None:
        raise CouldNotRun(f"`{name}` declares no protocol", "name a file with a `protocol` block")
    return result, result.protocol


def stage_named(protocol: Protocol, name: str | None) -> Stage:
    """The stage of that name, the first for None. Raises CouldNotRun for one without criteria, too."""
    stages = {stage.name: stage for stage in protocol.stages}
    if name is None:
        return _judging(protocol, protocol.stages[0])
    if name not in stages:
        known = ", ".join(f"`{stage}`" for stage in stages)
        raise CouldNotRun(f"{protocol.header.id} has no stage `{name}`", f"its stages are {known}")
    return _judging(protocol, stages[name])


def _judging(protocol: Protocol, stage: Stage) -> Stage:
    """A stage that has criteria: without any, everybody would be eligible."""
    if not stage.criteria:
        fix = "declare one, such as `inclusion I1 …`, or name another with `--stage`"
        raise CouldNotRun(f"{protocol.header.id} has no criteria in its stage `{stage.name}`", fix)
    return stage


def _leave() -> NoReturn:
    raise click.exceptions.Exit(FINDINGS)
