"""`trialc completion`."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from protocol_dsl.cli.exits import CLEAN, CouldNotRun

_WHERE = {
    "bash": 'eval "$(trialc completion bash)" in ~/.bashrc',
    "zsh": 'eval "$(trialc completion zsh)" in ~/.zshrc, after compinit',
    "fish": "trialc completion fish > ~/.config/fish/completions/trialc.fish",
}


@click.command("completion", short_help="Print what completes trialc in a shell.")
@click.argument("shell", type=click.Choice(list(_WHERE)))
def command(shell: str) -> int:
    """Print the script that has a shell complete the verbs, options and files of trialc.

    Its first line says where it goes.
    """
    made = get_completion_class(shell)
    if made is None:  # a later click may drop one
        raise CouldNotRun(
            f"the click that is installed knows no completion for {shell}", "pip install 'click<9'"
        )
    root = click.get_current_context().find_root().command
    click.echo(f"# {_WHERE[shell]}")
    click.echo(made(root, {}, "trialc", "_TRIALC_COMPLETE").source(), nl=False)
    return CLEAN
