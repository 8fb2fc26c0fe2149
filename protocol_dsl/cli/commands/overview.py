"""`trialc overview`."""

from __future__ import annotations

from pathlib import Path

import click

from protocol_dsl.artifacts import build_documents, build_overview
from protocol_dsl.cli.exits import CLEAN
from protocol_dsl.cli.outputs import folder_of, write_artifacts
from protocol_dsl.cli.sources import compiled, protocols_in


@click.command("overview", short_help="Write one page that lists protocols, beside their documents.")
@click.argument("files", nargs=-1, required=True, metavar="FILE|FOLDER...")
@click.option(
    "--out",
    default="generated",
    show_default=True,
    metavar="DIR",
    help="Where index.html and a folder with the documents of each protocol are written.",
)
@click.option("--title", default="Protocols", show_default=True, help="The heading of the page.")
def command(files: tuple[str, ...], out: str, title: str) -> int:
    """Write DIR/index.html, which lists protocols with what is computed and what is asked, and the documents of each
    protocol to DIR/<id>, which it links to."""
    protocols = [compiled(name) for name in protocols_in(files)]
    for protocol in protocols:
        write_artifacts(Path(out, folder_of(protocol)), build_documents(protocol))
    for path in write_artifacts(Path(out), (build_overview(protocols, title),)):
        click.echo(f"wrote {path}")
    return CLEAN
