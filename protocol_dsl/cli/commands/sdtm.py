"""`trialc sdtm`."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from protocol_dsl.backends import sdtm
from protocol_dsl.cli.exits import CLEAN, CouldNotRun
from protocol_dsl.cli.outputs import folder_of, write_artifacts
from protocol_dsl.cli.sources import compiled


@click.command("sdtm", short_help="Write the trial design as SDTM datasets.")
@click.argument("file")
@click.option(
    "--out",
    default="generated",
    show_default=True,
    metavar="DIR",
    help="Where a folder with the datasets is written.",
)
@click.option(
    "--created", metavar="DATETIME", help="When the files say they were made, in ISO 8601; now unless said."
)
def command(file: str, out: str, created: str | None) -> int:
    """Write TA, TE, TV, TI and TS as CSV and as CDISC Dataset-JSON 1.1 to DIR/<id>/sdtm.

    A dataset without rows is not written: a protocol that states no visits has no TV.
    """
    moment = _moment(created)
    protocol = compiled(file)
    for path in write_artifacts(Path(out, folder_of(protocol), "sdtm"), sdtm.emit(protocol, moment)):
        click.echo(f"wrote {path}")
    return CLEAN


def _moment(text: str | None) -> str:
    if text is None:
        return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    try:
        datetime.fromisoformat(text)
    except ValueError:
        fix = "write it as `2026-03-05T14:30:00`"
        raise CouldNotRun(f"`--created {text}` is no date and time", fix) from None
    return text if "T" in text else f"{text}T00:00:00"
