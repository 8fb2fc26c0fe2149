"""The command group, and the outermost layer: whatever happens becomes a message and an exit code."""

from __future__ import annotations

import os
import sys
from difflib import get_close_matches
from importlib import import_module, metadata
from typing import TextIO

import click
from click.shell_completion import shell_complete

from protocol_dsl.cli.exits import BROKEN_PIPE, CLEAN, COULD_NOT_RUN, INTERRUPTED, CouldNotRun
from protocol_dsl.cli.front import FRONT_PAGE, VERBS

_SIZE = "use a smaller input, or give the process more memory"


class _Verbs(click.Group):
    """A group whose verbs are imported when called; its help is the front page."""

    # ruff: noqa: ARG002 - the signatures are click's

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in VERBS:
            return None
        command: click.Command = import_module(f"protocol_dsl.cli.commands.{cmd_name}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        word = args[0]
        if word not in VERBS and not word.startswith("-"):
            near = get_close_matches(word, VERBS, 1)
            verbs = ", ".join(VERBS)
            fix = f"did you mean `{near[0]}`?" if near else f"the verbs are {verbs}"
            raise click.UsageError(f"`{word}` is no verb of trialc; {fix}", ctx)
        return super().resolve_command(ctx, args)

    def get_help(self, ctx: click.Context) -> str:
        return FRONT_PAGE.rstrip("\n")


def _show_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        click.echo(f"trialc {version()}")
        ctx.exit()


def version() -> str:
    """The version of trialc that is installed."""
    try:
        return metadata.version("protocol-dsl")
    except metadata.PackageNotFoundError:
        return "(not installed)"


@click.group("trialc", cls=_Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--version", is_flag=True, expose_value=False, is_eager=True, callback=_show_version)
def trialc() -> None:
    """Compile clinical-trial protocols written as .trial files."""


def run(arguments: list[str]) -> int:
    """Run one command line and return its exit code; never raises, except under `TRIALC_DEBUG=1`."""
    _speak_in_any_encoding()
    asked = os.environ.get("_TRIALC_COMPLETE")
    try:
        if asked:  # by the script of `trialc completion`, while someone types
            return shell_complete(trialc, {}, "trialc", "_TRIALC_COMPLETE", asked)
        code = _invoke(arguments)
        _flush()
        return code
    except click.ClickException as error:
        return _complain(error)
    except (KeyboardInterrupt, click.Abort):
        _say("interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        _abandon_output()
        return BROKEN_PIPE
    except Exception as error:
        if os.environ.get("TRIALC_DEBUG"):
            raise
        return _last_resort(error)


def _invoke(arguments: list[str]) -> int:
    # Not `trialc.main`, which would turn a broken pipe into exit code 1.
    try:
        with trialc.make_context("trialc", list(arguments)) as context:
            code = trialc.invoke(context)
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    return code if isinstance(code, int) else CLEAN


def _complain(error: click.ClickException) -> int:
    message = error.format_message().rstrip(".")
    # Click begins with a capital letter; our own messages, and names, are as they should be.
    ours = isinstance(error, CouldNotRun)
    _say(f"error: {message if ours else message[:1].lower() + message[1:]}")
    fix = getattr(error, "fix", "")
    if isinstance(error, click.UsageError) and error.ctx is not None:
        fix = f"`{error.ctx.command_path} --help` shows how it is used"
    if fix:
        _say(f"  = help: {fix}")
    return COULD_NOT_RUN


def _last_resort(error: Exception) -> int:
    if isinstance(error, OSError) and error.strerror:
        place = f" `{error.filename}`" if error.filename else ""
        _say(f"error: the system refused{place}: {error.strerror.lower()}")
        return COULD_NOT_RUN
    if isinstance(error, MemoryError):
        _say(f"error: the memory is used up\n  = help: {_SIZE}")
        return COULD_NOT_RUN
    _say(
        f"error: trialc came upon a fault of its own ({type(error).__name__}); your input is not to blame\n"
        "  = help: please report it with the command and the file, as CONTRIBUTING.md tells;"
        " `TRIALC_DEBUG=1` shows where it happened"
    )
    return COULD_NOT_RUN


def _say(text: str) -> None:
    try:
        click.echo(text, err=True)
    except OSError:
        # Nobody is listening any more; the exit code still tells.
        _abandon_output()


def _flush() -> None:
    for stream in _streams():
        stream.flush()


def _abandon_output() -> None:
    # What is still buffered would fail again when the interpreter flushes it on exit.
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in _streams():
        try:
            os.dup2(nowhere, stream.fileno())
        except (OSError, ValueError):
            continue


def _speak_in_any_encoding() -> None:
    """A terminal without `≥` shows it escaped rather than stopping the program."""
    for stream in _streams():
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _streams() -> tuple[TextIO, ...]:
    # Either is None in a process started without it.
    return tuple(stream for stream in (sys.stdout, sys.stderr) if stream is not None)
