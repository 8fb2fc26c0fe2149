"""`trialc new`."""

from __future__ import annotations

import re
from pathlib import Path

import click

from protocol_dsl.cli.exits import CLEAN, CouldNotRun
from protocol_dsl.cli.outputs import output
from protocol_dsl.cli.records import record_in
from protocol_dsl.cli.terminal import counted, remark
from protocol_dsl.registry.blocks import blocks
from protocol_dsl.registry.record import Record
from protocol_dsl.registry.scaffold import blank, scaffold


@click.command("new", short_help="Begin a protocol, from a registry record or from nothing.")
@click.argument("identifier", metavar="NCT...")
@click.option(
    "--from",
    "record_name",
    metavar="RECORD",
    help="The registry's JSON, or the text of the eligibility criteria.",
)
@click.option(
    "--out", metavar="FILE", help="Where to write it, if not to standard output; never over a file."
)
def command(identifier: str, record_name: str | None, out: str | None) -> int:
    """Write a first protocol file under that registry number: a commented minimal one, or all that a record says.

    Every criterion of the record becomes a block with a pointer to its sentence. A sentence that is plainly computable
    is a line marked `draft`, any other a question for the investigator. The file does not build before somebody has
    held each draft against its sentence and removed the word.
    """
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", identifier):
        swapped = Path(identifier).is_file()
        fix = f"`trialc new NCT04780204 --from {identifier}`" if swapped else "`NCT04780204`"
        raise CouldNotRun(f"`{identifier}` is no name of a protocol", f"give the registry number, as {fix}")
    if out not in (None, "-") and Path(str(out)).exists():
        raise CouldNotRun(f"`{out}` is there already", "name another file with `--out`, or remove that one")
    record = None if record_name is None else record_in(record_name)
    if record is not None and record.id and record.id.upper() != identifier.upper():
        raise CouldNotRun(
            f"`{record_name}` is the record of `{record.id}`, not of `{identifier}`",
            f"give that record's number: `trialc new {record.id} --from {record_name}`",
        )
    text = blank(identifier) if record is None else scaffold(record, identifier)
    with output(out) as stream:
        stream.write(text)
    if record is not None:
        remark(_told(record))
    return CLEAN


def _told(record: Record) -> str:
    made = blocks(record)
    drafted = sum(bool(block.drafts) for block in made)
    return f"{counted(len(made), 'criterion block')}: {drafted} drafted, {len(made) - drafted} asked"
