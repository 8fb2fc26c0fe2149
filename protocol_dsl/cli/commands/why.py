"""`trialc why`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from protocol_dsl.adapters.incoming import BadPatients, Incoming, unwatched
from protocol_dsl.adapters.reader import PatientReader, day_at
from protocol_dsl.adapters.remarks import Remarks
from protocol_dsl.cli.checker import Checker
from protocol_dsl.cli.data import DELIMITERS, Data, data_of
from protocol_dsl.cli.exits import CLEAN, CouldNotRun
from protocol_dsl.cli.patients import Patients, refused
from protocol_dsl.cli.resting import Resting, Rows
from protocol_dsl.cli.sources import compiled, stage_named
from protocol_dsl.cli.terminal import counted
from protocol_dsl.ir.protocol import Protocol, Stage
from protocol_dsl.populations.stores import Store
from protocol_dsl.runtime.schema import Reading, Schema
from protocol_dsl.runtime.verdict import Verdict
from protocol_dsl.vocabulary.calendar import When


@click.command("why", short_help="Tell one patient's verdict, with the rows it rests on.")
@click.argument("file")
@click.argument("data", nargs=-1, required=True, metavar="DATA...")
@click.option("--patient", required=True, metavar="ID", help="Whose verdict is told.")
@click.option("--on", metavar="DATE", help="Judge as at this day; else the data's own day, else today.")
@click.option("--stage", metavar="NAME", help="The stage to judge; the first one unless said.")
@click.option(
    "--map", "map_name", metavar="MAP.toml", help="What the columns of tables, or a site's own codes, mean."
)
@click.option(
    "--delimiter", type=click.Choice(list(DELIMITERS)), help="What parts columns; a comma unless said."
)
def command(
    file: str,
    data: tuple[str, ...],
    patient: str,
    on: str | None,
    stage: str | None,
    map_name: str | None,
    delimiter: str | None,
) -> int:
    """Judge one patient of DATA by the protocol in FILE: the verdict as `trialc run` tells it, then for each criterion
    the rows it rests on: where they stand, their date, their value as recorded.

    DATA is what `trialc screen` reads, but for frames of features, which have no rows behind them.
    """
    try:
        judging = None if on is None else day_at(on, "--on")
        protocol = compiled(file)
        judged, checker = stage_named(protocol, stage), Checker(protocol)
        source = data_of(data, map_name, delimiter)
        incoming, reading, day = _found(source, protocol, checker.schema, judging, patient)
    except BadPatients as error:
        raise refused(error) from None
    known = checker.patient(reading)
    verdict = checker.check(known, day, judged.name)
    click.echo(str(verdict))
    click.echo("\nWhat it rests on:")
    rows = Rows(protocol, incoming, reading.records)
    for line in _lines(rows, judged, verdict):
        click.echo(line)
    return CLEAN


def _found(
    data: Data, protocol: Protocol, schema: Schema, on: When | None, patient: str
) -> tuple[Incoming, Reading, When]:
    """The patient as recorded and as read. Raises CouldNotRun when there is none of that id."""
    if isinstance(data, Store):
        from protocol_dsl.populations.stored import stored_patient  # noqa: PLC0415 - loads the engines

        with TemporaryDirectory() as spill:
            stored = stored_patient(data, protocol, on, patient, Path(spill))
        if stored is not None:
            return stored
    else:
        reader = PatientReader(schema, on)
        for incoming in _coming(data, protocol, schema, on):
            if (incoming.id or incoming.place) == patient:
                return incoming, *reader.read(incoming)
    names = ", ".join(f"`{name}`" for name in data.told)
    raise CouldNotRun(
        f"{names} holds no patient `{patient}`", "check the id, as the verdicts of a screening give it"
    )


def _coming(data: Data, protocol: Protocol, schema: Schema, on: When | None) -> Iterator[Incoming]:
    def skip(_: BadPatients) -> None:
        """Others are not asked for."""

    if isinstance(data, Patients):
        return data.read(protocol.facts, schema, Remarks(), on, unwatched, skip)
    assert not isinstance(data, Store)
    return data.patients(schema, skip)


def _lines(rows: Rows, stage: Stage, verdict: Verdict) -> Iterator[str]:
    for criterion in stage.criteria:
        yield f"\n  {criterion.id}  {criterion.title}"
        for one in rows.behind(criterion, verdict.stage, verdict.case):
            yield f"    {one.words}"
            yield from _rows(one)


def _rows(one: Resting) -> Iterator[str]:
    width = max((len(row.place) for row in one.rows), default=0)
    dates = max((len(row.date) for row in one.rows), default=0)
    for row in one.rows:
        yield f"      {row.place:<{width}}  {row.date:<{dates}}  {row.value}".rstrip()
    if not one.rows:
        nothing = "recorded: none" if one.none else "nothing recorded"
        yield f"      {'nothing in its window' if one.outside else nothing}"
    if one.outside:
        yield f"      ({counted(one.outside, 'record')} outside its window)"
