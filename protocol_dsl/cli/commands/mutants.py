"""`trialc mutants`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import cast

import click

from protocol_dsl.cli.exits import CLEAN, FINDINGS, CouldNotRun
from protocol_dsl.cli.functions import function_named
from protocol_dsl.cli.progress import progress
from protocol_dsl.cli.sources import checked
from protocol_dsl.cli.terminal import counted
from protocol_dsl.source import SourceFile
from protocol_dsl.testing.mutants.scoring import (
    Score,
    Scored,
    State,
    Suite,
    by_examples,
    by_suite,
    score,
    wrong,
)
from protocol_dsl.testing.mutants.whole import mutants_of

_STATES: Mapping[State, str] = {
    "killed": "noticed",
    "survived": "not noticed, and a patient would show it",
    "equivalent": "same outcome for every patient, proved",
    "not shown to differ": "no patient found whom an example could tell of",
}
_QUIET: tuple[State, ...] = ("equivalent", "not shown to differ")


@click.command("mutants", short_help="Score examples, or tests of your own, by the mistakes they notice.")
@click.argument("file")
@click.option(
    "--suite",
    metavar="PACKAGE.MODULE:FUNCTION",
    help="Tests of your own: a function of a checker, which raises or returns False when it finds it wrong.",
)
@click.option(
    "--least",
    type=click.FloatRange(0, 100),
    default=100.0,
    show_default=True,
    metavar="PERCENT",
    help="The share of the mistakes that must be noticed.",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How it is written.",
)
def command(file: str, suite: str | None, least: float, format_: str) -> int:
    """Make one mistake at a time in the protocol, and tell which ones the examples of the file do not notice.

    For each that is not noticed the plainest patient who would show it is printed as an example, to be copied into the
    file once its outcome was checked against the source. Exits with 1 when fewer than `--least` percent are noticed.
    """
    result, protocol = checked(file)
    notices = by_examples(protocol)
    if suite is not None:
        tests = cast(Suite, function_named(suite, "a checker and tests it"))
        notices = by_suite(tests)
        if (why := wrong(tests, protocol)) is not None:
            raise CouldNotRun(f"`{suite}` finds the protocol itself wrong ({why})", "mend the tests first")
    elif not protocol.examples:
        raise CouldNotRun(f"`{file}` has no examples", "write some, or name tests with `--suite`")
    mutants = mutants_of(protocol)
    with progress("making mistakes", len(mutants)) as advance:
        found = score(protocol, notices, mutants, advance)
    written = _json(found, result.source) if format_ == "json" else "\n".join(_text(found, result.source))
    click.echo(written)
    return CLEAN if found.percent >= least else FINDINGS


def _text(found: Score, source: SourceFile) -> Iterator[str]:
    survived = found.of("survived")
    if survived:
        yield "Not noticed"
        yield from (f"  {_place(one, source)}  {one.mutant.words}" for one in survived)
        yield "\nExamples that would notice them; check each against the source first\n"
        yield from dict.fromkeys("\n".join(one.example) for one in survived)
        yield ""
    for state in _QUIET:
        alike = found.of(state)
        if alike:
            yield f"{state.capitalize()}: {_STATES[state]}"
            yield from (f"  {_place(one, source)}  {one.mutant.words}" for one in alike)
            yield ""
    counts = ", ".join(f"{len(found.of(state))} {state}" for state in _STATES)
    yield f"{counted(len(found.mutants), 'mistake')}: {counts}"
    yield f"{found.percent:.1f} % of those that are known to matter are noticed"


def _place(one: Scored, source: SourceFile) -> str:
    names = ", ".join(one.mutant.criteria)
    line = _line(one, source)
    return f"{names}, line {line}:" if line else f"{names}:"


def _line(one: Scored, source: SourceFile) -> int | None:
    span = one.mutant.span
    return source.position(span.start).line if span.end else None


def _json(found: Score, source: SourceFile) -> str:
    """`{"version": 1, "protocol", "percent", "counts", "mutants": [{"kind", "was", "now", "criteria", "line", "state",
    "by", "example", "patient"}]}`."""
    whole = {
        "version": 1,
        "protocol": found.protocol.header.id,
        "percent": round(found.percent, 2),
        "counts": {state: len(found.of(state)) for state in _STATES},
        "mutants": [
            {
                "kind": one.mutant.kind,
                "was": one.mutant.was,
                "now": one.mutant.now,
                "criteria": list(one.mutant.criteria),
                "line": _line(one, source),
                "state": one.state,
                "by": one.by or None,
                "example": "\n".join(one.example) or None,
                "patient": one.patient,
            }
            for one in found.mutants
        ],
    }
    return json.dumps(whole, indent=2, ensure_ascii=False)
