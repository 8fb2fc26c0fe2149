"""`trialc docs`."""

from __future__ import annotations

from pathlib import Path

import click

from protocol_dsl.artifacts import build_documents
from protocol_dsl.cli.exits import CLEAN
from protocol_dsl.cli.outputs import folder_of, write_artifacts
from protocol_dsl.cli.records import record_in
from protocol_dsl.cli.sources import compiled
from protocol_dsl.registry.quoting import quoted


@click.command("docs", short_help="Write the protocol as a document for people.")
@click.argument("file")
@click.option(
    "--out",
    default="generated",
    show_default=True,
    metavar="DIR",
    help="Where a folder with the documents is written; `-` prints the Markdown.",
)
@click.option(
    "--record",
    "record_name",
    metavar="RECORD",
    help="The registry record that the protocol points into: its sentences are printed beside the criteria.",
)
def command(file: str, out: str, record_name: str | None) -> int:
    """Write protocol.md and protocol.html, a document for people, to DIR/<id>; a protocol with visits gets its
    schedule of activities as a table, schedule_of_activities.csv, each arm its timeline, timeline_ARM.svg."""
    protocol = compiled(file)
    if record_name is not None:
        protocol = quoted(protocol, record_in(record_name))
    artifacts = build_documents(protocol)
    if out == "-":
        click.echo("".join(one.text for one in artifacts if one.path.endswith(".md")), nl=False)
        return CLEAN
    for path in write_artifacts(Path(out, folder_of(protocol)), artifacts):
        click.echo(f"wrote {path}")
    return CLEAN
