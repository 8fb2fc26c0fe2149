"""`trialc docs`."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from protocol_dsl.artifacts import build_documents, build_paper
from protocol_dsl.backends.base import Artifact, BinaryArtifact
from protocol_dsl.backends.docs import PrintError
from protocol_dsl.cli.exits import CLEAN, CouldNotRun
from protocol_dsl.cli.outputs import folder_of, write_artifacts
from protocol_dsl.cli.records import record_in
from protocol_dsl.cli.sources import compiled
from protocol_dsl.ir.protocol import Protocol
from protocol_dsl.registry.quoting import quoted

_Form = Literal["html", "pdf", "docx"]


@click.command("docs", short_help="Write the protocol as a document for people.")
@click.argument("file")
@click.option(
    "--out",
    default="generated",
    show_default=True,
    metavar="DIR",
    help="Where a folder with the documents is written; `-` prints the Markdown (or the PDF, the Word document).",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["html", "pdf", "docx"]),
    default="html",
    show_default=True,
    help="`html`: the page and the Markdown; `pdf` and `docx`: a document for print, in the order of ICH M11.",
)
@click.option(
    "--record",
    "record_name",
    metavar="RECORD",
    help="The registry record that the protocol points into: its sentences are printed beside the criteria.",
)
def command(file: str, out: str, form: _Form, record_name: str | None) -> int:
    """Write protocol.md and protocol.html, a document for people, to DIR/<id>; a protocol with visits gets its
    schedule of activities as a table, schedule_of_activities.csv, each arm its timeline, timeline_ARM.svg.

    With `--format pdf` or `docx`: protocol.pdf (PDF/UA-1) or protocol.docx, for print. They need the extras `pdf` and
    `docx`: `pip install 'protocol-dsl[pdf,docx]'`.
    """
    protocol = compiled(file)
    if record_name is not None:
        protocol = quoted(protocol, record_in(record_name))
    artifacts = _made(protocol, form)
    if out == "-":
        for one in artifacts:
            if isinstance(one, BinaryArtifact):
                click.echo(one.content, nl=False)
            elif one.path.endswith(".md"):
                click.echo(one.text, nl=False)
        return CLEAN
    for path in write_artifacts(Path(out, folder_of(protocol)), artifacts):
        click.echo(f"wrote {path}")
    return CLEAN


def _made(protocol: Protocol, form: _Form) -> tuple[Artifact | BinaryArtifact, ...]:
    if form == "html":
        return build_documents(protocol)
    try:
        return (build_paper(protocol, form),)
    except PrintError as error:
        raise CouldNotRun(str(error), error.fix) from None
