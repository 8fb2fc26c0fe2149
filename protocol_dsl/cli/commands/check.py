"""`trialc check`."""

from __future__ import annotations

import json
from typing import Any

import click

from protocol_dsl import pipeline
from protocol_dsl.cli.exits import CLEAN, COULD_NOT_RUN, FINDINGS, CouldNotRun
from protocol_dsl.cli.sources import protocols_in, read
from protocol_dsl.cli.terminal import coloured, counted, remark
from protocol_dsl.diagnostics import Severity, render
from protocol_dsl.pipeline import CheckResult


@click.command("check", short_help="Report every error and warning in protocols.")
@click.argument("files", nargs=-1, required=True, metavar="FILE|FOLDER...")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json", "sarif", "github"]),
    default="text",
    show_default=True,
    help="How findings are written.",
)
@click.option("--strict", is_flag=True, help="Warnings count as findings too.")
def command(files: tuple[str, ...], format_: str, strict: bool) -> int:
    """Report every error and warning in protocols and libraries, of a folder in every `.trial` file; `-` reads
    standard input.

    Exits with 1 when there is an error (with --strict, a warning), with 2 when a file cannot be read.
    """
    results, unread = [], False
    for name in protocols_in(files):
        try:
            results.append(pipeline.check(read(name)))
        except CouldNotRun as error:
            unread = True
            remark(f"error: {error.message}\n  = help: {error.fix}")
    click.echo(_FORMATS[format_](results), nl=False)
    if unread:
        return COULD_NOT_RUN
    counting = (Severity.ERROR, Severity.WARNING) if strict else (Severity.ERROR,)
    found = any(one.severity in counting for result in results for one in result.diagnostics)
    return FINDINGS if found else CLEAN


def _text(results: list[CheckResult]) -> str:
    texts = [
        render("text", one.diagnostics, one.source, colour=coloured()) for one in results if one.diagnostics
    ]
    clean = sum(not one.diagnostics for one in results)
    if clean:
        texts.append(f"{counted(clean, 'file')} without findings\n")
    return "\n".join(texts)


def _github(results: list[CheckResult]) -> str:
    return "".join(render("github", one.diagnostics, one.source) for one in results)


def _json(results: list[CheckResult]) -> str:
    """The object of `render_json`, over all files: `file` is null when there are several, `files` names them."""
    parts = [json.loads(render("json", one.diagnostics, one.source)) for one in results]
    files = [part["file"] for part in parts]
    whole = {
        "version": 1,
        "file": files[0] if len(files) == 1 else None,
        "files": files,
        "diagnostics": [entry for part in parts for entry in part["diagnostics"]],
        "summary": {one.value: sum(part["summary"][one.value] for part in parts) for one in Severity},
    }
    return _dumped(whole)


def _sarif(results: list[CheckResult]) -> str:
    """One log with a run for each file."""
    logs = [json.loads(render("sarif", one.diagnostics, one.source)) for one in results]
    if not logs:
        return _dumped({"version": "2.1.0", "runs": []})
    return _dumped({**logs[0], "runs": [run for log in logs for run in log["runs"]]})


def _dumped(whole: dict[str, Any]) -> str:
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


_FORMATS = {"text": _text, "json": _json, "sarif": _sarif, "github": _github}
