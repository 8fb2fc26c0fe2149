"""`trialc library`."""

from __future__ import annotations

import click

from protocol_dsl.cli.exits import CLEAN, CouldNotRun
from protocol_dsl.diagnostics import suggest
from protocol_dsl.semantics.libraries import library_names
from protocol_dsl.semantics.library_page import index, page


@click.command("library", short_help="Show what the shipped libraries hold.")
@click.argument("names", nargs=-1, metavar="[NAME]...")
def command(names: tuple[str, ...]) -> int:
    """Show libraries as Markdown: scores with their sources and domains, facts, value sets. Without NAME, list all."""
    shipped = library_names()
    for name in names:
        if name not in shipped:
            near = " or ".join(f"`{word}`" for word in suggest(name, shipped))
            fix = f"did you mean {near}?" if near else "`trialc library` lists them all"
            raise CouldNotRun(f"no library is called `{name}`", fix)
    click.echo("\n".join(page(name) for name in names) if names else index(), nl=False)
    return CLEAN
