"""`trialc fmt`."""

from __future__ import annotations

from difflib import unified_diff
from pathlib import Path

import click

from protocol_dsl.cli.exits import CLEAN, COULD_NOT_RUN, FINDINGS, CouldNotRun
from protocol_dsl.cli.outputs import replacing
from protocol_dsl.cli.sources import STDIN, protocols_in, read
from protocol_dsl.cli.terminal import coloured, remark
from protocol_dsl.diagnostics import render
from protocol_dsl.formatter import ChangedMeaningError, NotFormattedError, formatted


@click.command("fmt", short_help="Lay protocols out in the one way.")
@click.argument("files", nargs=-1, required=True, metavar="FILE|FOLDER...")
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 when a file is laid out otherwise.")
@click.option("--diff", is_flag=True, help="Write nothing; show what would change.")
def command(files: tuple[str, ...], check: bool, diff: bool) -> int:
    """Lay protocols and libraries out in the one way, in place; `-` reads standard input and writes standard output.

    Line breaks, comments and single blank lines stay; indentation, spaces and columns are set, and lines that are too
    long are broken. What is written means what was read, or nothing is written.

    Exits with 1 when a file has errors (or, with --check, is laid out otherwise), with 2 when one cannot be read.
    """
    return max(_one(name, check, diff) for name in protocols_in(files))


def _one(name: str, check: bool, diff: bool) -> int:
    try:
        source = read(name)
        text = formatted(source)
    except NotFormattedError as error:
        remark(render("text", error.diagnostics, source, colour=coloured(error=True)).rstrip("\n"))
        return FINDINGS
    except CouldNotRun as error:
        remark(f"error: {error.message}\n  = help: {error.fix}")
        return COULD_NOT_RUN
    except ChangedMeaningError:
        remark(f"error: `{name}` is left as it is: its layout would have changed what it says\n"
               "  = help: this is a fault of trialc; report it with the file")  # fmt: skip
        return COULD_NOT_RUN
    same = text == source.text
    if diff and not same:
        lines = unified_diff(source.lines, text.split("\n"), name, name, lineterm="")
        click.echo("\n".join(lines))
    elif name == STDIN and not check:
        click.echo(text, nl=False)
    elif not same:
        remark(f"{name}: laid out otherwise" if check else f"{name}: laid out")
        if not check:
            with replacing(Path(name)) as stream:
                stream.write(text)
    return FINDINGS if check and not same else CLEAN
