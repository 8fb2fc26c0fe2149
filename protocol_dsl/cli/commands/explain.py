"""`trialc explain`."""

from __future__ import annotations

import click

from protocol_dsl import catalog
from protocol_dsl.cli.exits import CLEAN, CouldNotRun
from protocol_dsl.diagnostics import page


@click.command("explain", short_help="Explain a diagnostic code such as N001.")
@click.argument("codes", nargs=-1, metavar="[CODE]...")
def command(codes: tuple[str, ...]) -> int:
    """Explain diagnostics by code or name: what, why it matters, an example, the cure. Without CODE, list all."""
    try:
        found = [catalog.find(code) for code in codes]
    except catalog.UnknownCode as error:
        near = " or ".join(f"`{word}`" for word in error.suggestions)
        fix = f"did you mean {near}?" if near else "`trialc explain` lists every code"
        raise CouldNotRun(str(error), fix) from None
    if not codes:
        for cls in catalog.all_codes():
            click.echo(f"{cls.code}  {cls.severity:<7}  {cls.name}")
    click.echo("\n".join(page(cls) for cls in found), nl=False)
    return CLEAN
