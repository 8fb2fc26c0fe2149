"""`trialc lsp`."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

import click

from protocol_dsl.cli.exits import CLEAN, CouldNotRun


@click.command("lsp", short_help="Serve editors, over standard input and output.")
def command() -> int:
    """Serve an editor by the Language Server Protocol, over standard input and output.

    Needs the extra `lsp`: `pip install 'protocol-dsl[lsp]'`.
    """
    if find_spec("pygls") is None:
        raise CouldNotRun("the language server needs pygls", "pip install 'protocol-dsl[lsp]'")
    import_module("protocol_dsl.lsp.server").server.start_io()
    return CLEAN
